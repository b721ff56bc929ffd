"""选址: what further service points would change, put on the map by hand or found as the best places.

The points that are tried stand in the URL, so a link or a saved view shows the scenario and the browser's back takes
the last step back. Everything is computed twice, without and with them, and told side by side.
"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from domain.errors import InputRefused
from domain.i18n import _, format_number
from domain.saved_view import SITING
from domain.vocabulary import Level, PointKind
from geo.crs import GLOBE, Bounds
from queries import coverage as groups
from queries.reach import MOST_EXTRA, Coverage, Spot
from queries.spots import Stand
from ui import messages, place, theme
from ui.analysis import saved
from ui.cache import reach
from ui.community.block import block
from ui.encode import markdown_text
from ui.layers import publish
from ui.map_panel import LegendEntry, SwitchLayer
from ui.police import best, compare, coverage, maps, scenario, spots
from ui.shell import Page

_ON = (*maps.POINTS_ON, "tried")
_TYPED, _TOLD = "spot_typed", "spot_told"
_LONGEST = 300


def draw(page: Page) -> None:
    """The kinds, the points tried, the search, and before and after."""
    with st.container(key="siting_head", horizontal=True, vertical_alignment="bottom", gap="small"):
        kinds = coverage.choose_kinds()
        saved.draw(page, SITING)
    saved.outcome()
    verdict, before = reach.coverage(page.actor, page.versions, kinds, page.place.scope)
    if not verdict.allowed:
        messages.empty(_("这里不算覆盖"), what_next=verdict.words)
        return
    if before is None or before.rows.empty:
        messages.empty(_("这里没有可算的区划"), what_next=_("请回到上一级区划，或导入网格边界。"))
        return
    home = page.contents.home or GLOBE
    tried = spots.in_url(home)
    names = spots.names(stands := reach.stands(page.actor, page.versions, tried))
    after = before
    if tried:
        after = reach.coverage(page.actor, page.versions, kinds, page.place.scope, tried)[1] or before
    if not before.posts and not before.outside:
        coverage.no_point(before)
    left, right = st.columns([5, 7], gap="small")
    with left:
        with block("police_tried", _("试放的站点")):
            _tried(tried, names, home)
            _outside(stands)
            best.draw(page, after, kinds)
        with block("police_before_after", _("现在与增设后")):
            compare.draw(before, after)
    with right, block("police_scenario", _("点击地图放一个站点")):
        _maps(page, before, after, kinds, names)
    _areas(page, before, after)
    scenario.draw(page, before, after, stands)


def _tried(tried: tuple[Spot, ...], names: Sequence[str], home: Bounds) -> None:
    """The list of points, each with its button, and the field for one that is typed."""
    told = _("已试放 {n} 处，最多 {most} 处；位置在地址栏里，复制链接即可分享。")
    st.caption(told.format(n=format_number(len(tried)), most=format_number(MOST_EXTRA)))
    with st.container(key="tried_list", gap=None):
        for name, (lon, lat) in zip(names, tried, strict=True):
            st.button(
                f"{markdown_text(name)} :gray[{lon:.5f}, {lat:.5f}]",
                key=f"tried_{lon:.5f}_{lat:.5f}",
                icon=":material/close:",
                type="tertiary",
                on_click=spots.remove,
                args=(home, (lon, lat)),
                help=_("移除"),
            )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            _("经度, 纬度"),
            key=_TYPED,
            placeholder=spots.example(home),
            max_chars=60,
            on_change=_type,
            args=(home,),
            width=230,
        )
        if tried:
            st.button(_("全部移除"), key="tried_clear", icon=":material/delete_sweep:", on_click=spots.clear)
    refused = st.session_state.pop(_TOLD, None)
    if refused:
        st.warning(markdown_text(refused, _LONGEST), icon=":material/error:")


def _outside(stands: Sequence[Stand | None]) -> None:
    """Points outside all areas may change nothing: that is told, so that ±0 is not read as an answer."""
    outside = [spots.name(number) for number, stand in enumerate(stands) if stand is None]
    if outside:
        told = _("不在任何区划内：{points}。各项变化可能因此是 ±0；请核对坐标，或改放到区划之内。")
        words = told.format(points=_("、").join(outside))
        st.warning(markdown_text(words, _LONGEST), icon=":material/wrong_location:")


def _type(home: Bounds) -> None:
    _put(home, str(st.session_state[_TYPED] or ""))
    st.session_state[_TYPED] = ""


def _put(home: Bounds, text: str) -> None:
    """Try the point that a text names; what is wrong with it is told below the list. A callback."""
    try:
        left_out = spots.add(home, spots.parsed(text, home)) if text.strip() else 0
    except InputRefused as refused:
        st.session_state[_TOLD] = str(refused)
        return
    if left_out:
        st.session_state[_TOLD] = _("已有 {n} 处，到上限了；请先移除一处。").format(n=MOST_EXTRA)


def _maps(
    page: Page, before: Coverage, after: Coverage, kinds: tuple[PointKind, ...], names: Sequence[str]
) -> None:
    """The map to put points on; beside it the map of now, once there are any."""
    if after is before:
        _map(page, after, kinds, "map", names)
        return
    was, now = st.columns(2, gap="small")
    with was:
        st.markdown(f"**{_('现在')}**")
        _map(page, before, kinds, "map_before", (), together=True)
    with now:
        st.markdown(f"**{_('增设后')}**")
        _map(page, after, kinds, "map", names, together=True)


def _map(
    page: Page,
    told: Coverage,
    kinds: tuple[PointKind, ...],
    key: str,
    names: Sequence[str],
    *,
    together: bool = False,
) -> None:
    level = told.level if len(told.rows) <= coverage.MOST_PAINTED else groups.level_of(told, Level.STREET)
    layer = maps.layer_of(page, level)
    if layer is None:
        st.caption(_("{level}一级没有区划").format(level=level.label.lower()))
        return
    values = coverage.walks(told, level, layer)
    over = [*maps.layers(page, _ON, kinds), _tried_layer(told, names)]
    pick = partial(_put, page.contents.home or GLOBE)
    maps.painted(page, layer, values, coverage.scale(), over, pick=pick, key=key, together=together)


def _tried_layer(told: Coverage, names: Sequence[str]) -> SwitchLayer:
    on = "tried" in place.layers_on(_ON)
    return SwitchLayer(
        id="tried",
        name=_("试放的站点"),
        kind="points",
        on=on,
        source=publish(spots.layer(told.extra, names).content) if on else None,
        classes=(LegendEntry(_("试放"), "#FFFFFF", edge=theme.TEXT),),
        radius=8,
    )


def _areas(page: Page, before: Coverage, after: Coverage) -> None:
    """Street by street, or what comes below the place."""
    level = groups.level_of(before, page.place.level(None))
    if level is before.level:
        return
    with block("police_changes", _("各{level}的变化").format(level=level.label.lower())):
        compare.by_area(before, after, level)
