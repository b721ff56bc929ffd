"""站点: every service point of the place, with what is known of it and what is not; one of them open beside the list.

`?point=CODE` is the one truth of which point is open, `?kind=` and `?gap=` of which are listed.
"""

import pandas as pd
import streamlit as st

from domain.i18n import NO_VALUE, _, format_number
from domain.vocabulary import PointKind, Subject
from ui import messages, open_row, theme, urlstate
from ui.cache import posts as cache
from ui.community.block import block
from ui.encode import cut_cells
from ui.police import export, gaps, maps, point_detail, words
from ui.shell import Page

_MOST_ROWS = 17
_POINT = "point"
_IMPORT = "python -m data import points FILE"


def draw(page: Page) -> None:
    """The choice, the list, the map or the open point, and the way out of the building."""
    scope = page.place.scope
    key = page.key(Subject.POINTS, Subject.AREAS, Subject.DUTY)
    found = cache.points(page.actor, key, scope.area_id if scope else None)
    if found.empty:
        with block("points", _("服务站点")):
            nothing()
        return
    left, right = st.columns([7, 5], gap="small")
    with left, block("points", _("服务站点")):
        kinds, rows = _chosen(found)
        _list(rows, len(found))
        export.draw(page, rows, kinds)
    told = st.query_params.get(_POINT)
    opened = found[found["code"] == told]
    with right:
        if opened.empty:
            _map(page, kinds)
        else:
            point_detail.draw(page, opened.iloc[0], cache.at_point(page.actor, key, str(told)))
            theme.reveal("point_detail", int(opened.index[0]))


def nothing() -> None:
    """That no point is known, and how to bring some."""
    messages.empty(_("这里没有登记服务站点"), what_next=_("导入后这里自动更新："))
    st.code(_IMPORT, language=None, wrap_lines=True)


def _chosen(found: pd.DataFrame) -> tuple[tuple[str, ...], pd.DataFrame]:
    """The kinds that the reader keeps (none: all), and the points."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kinds = urlstate.multiselect(
            _("站点种类"),
            [kind.value for kind in PointKind],
            key="kind",
            names=words.kind,
            placeholder=_("全部种类"),
            width=420,
        )
        gap = gaps.choose()
    of_kinds = found[found["kind"].isin(kinds)] if kinds else found
    st.caption(gaps.words(of_kinds))
    return kinds, of_kinds[gap.of(of_kinds)].reset_index(drop=True)


def _list(rows: pd.DataFrame, total: int) -> None:
    told = _("显示 {shown} 处，共 {total} 处；点一行看班表和一周的开放时间")
    st.caption(told.format(shown=format_number(len(rows)), total=format_number(total)))
    open_row.table(
        cut_cells(_shown(rows)),
        "point_rows",
        list(rows["code"]),
        _POINT,
        alt=_("服务站点：选一行看班表和开放时间"),
        most_rows=_MOST_ROWS,
        columns={_("人数"): st.column_config.TextColumn(alignment="right")},
    )


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("种类"): [words.kind(kind) for kind in rows["kind"]],
            _("站点名称"): rows["name"].astype(str),
            _("服务层级"): [words.level(level) for level in rows["level"]],
            _("所在区划"): words.texts(rows["area_name"]),
            _("开放时间"): [words.hours(text) for text in rows["opening_hours"]],
            _("人数"): [NO_VALUE if pd.isna(n) else format_number(int(n)) for n in rows["people"]],
            _("坐标"): [_place_words(*told) for told in zip(rows["usable"], rows["at_place"], strict=True)],
            _("地址"): words.texts(rows["address"]),
        }
    )


def _place_words(usable: bool, at_place: int) -> str:  # noqa: FBT001  (a cell, and its neighbour)
    if not usable:
        return _("没有可用坐标")
    return _("与另外 {n} 处重合").format(n=format_number(at_place - 1)) if at_place > 1 else _("单独一点")


def _map(page: Page, kinds: tuple[str, ...]) -> None:
    level = page.place.level(None)
    layer = maps.layer_of(page, level)
    with block("police_map", _("站点地图")):
        if layer is None:
            st.caption(_("{level}一级没有区划").format(level=level.label.lower()))
            return
        maps.plain(page, layer, maps.layers(page, maps.POINTS_ON, kinds))
        st.caption(_("没有可用坐标的站点不在图上；点一个区划只看它。"))
