"""覆盖: who has a service point within reach, which streets and grids have none, and how that was measured."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from domain.i18n import NO_VALUE, _, format_number, format_share
from domain.vocabulary import Level, PointKind
from queries import coverage as groups
from queries.reach import Coverage, Within
from ui import messages, theme, urlstate
from ui.cache import reach
from ui.community.block import block
from ui.encode import markdown_text
from ui.layer_content import AreaLayer
from ui.police import area_lines, export, maps, points, words
from ui.police.area_lines import Line
from ui.police.gaps import Gap
from ui.scale import Scale, class_labels
from ui.shell import Page

BREAKS = (300.0, 600.0, 1200.0, 2400.0, 5000.0)
"""Metres on foot: 1,200 are the walk of 15 minutes. The same for every place, so that maps compare."""

MOST_PAINTED = 1_500
"""Places that are painted one by one; of more, their streets or communities are."""

_LONGEST = 400


def draw(page: Page) -> None:
    """The kinds, the figures with their definition, the ranking, the uncovered places and the map."""
    kinds = choose_kinds()
    verdict, told = reach.coverage(page.actor, page.versions, kinds, page.place.scope)
    if not verdict.allowed:
        messages.empty(_("这里不算覆盖"), what_next=verdict.words)
        return
    if told is None or told.rows.empty:
        messages.empty(_("这里没有可算的区划"), what_next=_("请回到上一级区划，或导入网格边界。"))
        return
    if not told.posts and not told.outside:
        no_point(told)
        return
    _figures(told)
    _measured(told)
    _doubtful(told)
    level = groups.level_of(told, page.place.level(None))
    left, right = st.columns([6, 6], gap="small")
    with left:
        if level is not told.level:
            _ranking(level, groups.by_area(told, level))
        _uncovered(page, told)
    with right:
        _map(page, told, kinds)


def choose_kinds() -> tuple[PointKind, ...]:
    """Draw the choice of kinds; none chosen are the police rooms and posts."""
    chosen = urlstate.multiselect(
        _("算哪些站点"),
        [kind.value for kind in PointKind],
        key="kind",
        names=words.kind,
        placeholder=_("警务室和警务站"),
        width=420,
    )
    return _kinds(chosen)


def chosen_kinds() -> tuple[PointKind, ...]:
    """The kinds that the URL names."""
    return _kinds(st.query_params.get_all("kind"))


def _kinds(told: Sequence[str]) -> tuple[PointKind, ...]:
    return tuple(kind for kind in PointKind if kind in told) or maps.POLICE


def no_point(told: Coverage) -> None:
    """No distance can be told: nothing imported, or nothing with a coordinate."""
    if told.without_coordinate:
        messages.empty(
            _("这些种类的站点都没有可用坐标"),
            what_next=_("共 {n} 处，见“站点”一栏；补上坐标重新导入后这里自动更新。").format(
                n=format_number(told.without_coordinate)
            ),
        )
        return
    points.nothing()


def _figures(told: Coverage) -> None:
    beyond = told.uncovered
    left = told.shares[Within.WALK]
    with st.container(key="police_figures"):
        for within in Within:
            _share(told, within)
        with st.container(key="card_median"):
            straight, walk = _metres(told.median_m), _metres(told.median_walk_m)
            st.metric(_("距离中位数（直线）"), straight)
            st.caption(_("一半住户不超过这个距离；步行 {walk}").format(walk=walk))
        with st.container(key="card_uncovered"):
            st.metric(
                _("步行 15 分钟以外"), _("{n} 户").format(n=format_number(left.known - left.households))
            )
            grids = _("{n} 个{level}，共 {total} 个")
            st.caption(
                grids.format(
                    n=format_number(len(beyond)),
                    level=told.level.label.lower(),
                    total=format_number(len(told.rows)),
                )
            )


def _share(told: Coverage, within: Within) -> None:
    held = told.shares[within]
    names = {
        Within.M500: _("直线 500 米以内"),
        Within.M1000: _("直线 1,000 米以内"),
        Within.WALK: _("步行 15 分钟以内"),
    }
    share, _dot, counts = format_share(held.households, held.known).partition(" · ")
    with st.container(key=f"card_{within.value}"):
        st.metric(names[within], share if held.known else NO_VALUE)
        st.caption(_("{counts} 户").format(counts=counts) if held.known else _("没有户数，只数得出网格"))


def _metres(value: float | None) -> str:
    known = value is not None and value == value and value != float("inf")  # noqa: PLR0124  (NaN)
    return _("{n} 米").format(n=format_number(value)) if known else NO_VALUE


def _measured(told: Coverage) -> None:
    """How distances were measured, what is not known, and what lies outside."""
    level, total = told.level.label.lower(), format_number(len(told.rows))
    lines = [
        _("从每个{level}内的一点量到最近的站点；步行 15 分钟按 1,200 米。").format(level=level),
        _("没有导入道路：步行距离一律按直线 × 1.3 估算。")
        if not told.roads
        else _(
            "步行距离：{n}/{total} 个{level}沿道路算，其余与站点不在同一片路网上，按直线 × 1.3 估算。"
        ).format(n=format_number(told.on_network), total=total, level=level),
    ]
    unknown = told.shares[Within.WALK].unknown
    if unknown:
        lines.append(_("{n} 个{level}户数不明，不计入户数。").format(n=format_number(unknown), level=level))
    if told.outside:
        lines.append(
            _("{n} 个{level}最近的站点在您的范围之外，只告诉距离。").format(
                n=format_number(told.outside), level=level
            )
        )
    st.caption(markdown_text(" ".join(lines), _LONGEST))


def _doubtful(told: Coverage) -> None:
    """Points that share a coordinate or have none, with the way to their list."""
    stacked, without = told.stacked, told.without_coordinate
    if not len(stacked.rows) and not without:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if len(stacked.rows):
            share = f"{format_number(len(stacked.rows))}/{format_number(stacked.total)}"
            line = _("{share} 处站点的坐标与别的站点重合，实际位置不明").format(share=share)
            _to_points(line, told.kinds, Gap.STACKED)
        if without:
            line = _("{n} 处站点没有可用坐标，没有算进来").format(n=format_number(without))
            _to_points(line, told.kinds, Gap.COORDINATE)


def _to_points(line: str, kinds: Sequence[PointKind], gap: Gap) -> None:
    st.button(
        f":orange[{markdown_text(line, _LONGEST)}]",
        key=f"doubtful_{gap.value}",
        type="tertiary",
        icon=":material/warning:",
        on_click=urlstate.change,
        args=({"part": ["points"], "gap": [gap.value], "kind": [kind.value for kind in kinds]},),
    )


def _ranking(level: Level, found: pd.DataFrame) -> None:
    """The areas of a level, worst covered first."""
    with block("police_ranking", _("{level}：覆盖最差的在前").format(level=level.label)):
        st.caption(_("步行 15 分钟以内的户数占比 · 之外的户数 · 距离中位数（直线）"))
        area_lines.draw("shares", [_line(row, str(row.code), str(row.name)) for row in found.itertuples()])


def _line(row: Any, code: str, name: str) -> Line:
    if not row.households:
        told = (
            _("户数不明"),
            _("{n} 个网格在外").format(n=format_number(row.uncovered)),
            _metres(row.median_m),
        )
        return Line(code, name, told, quiet=True)
    share = format_share(row.covered, row.households)
    beyond = _("{n} 户在外").format(n=format_number(row.left))
    return Line(code, name, (share, beyond, _metres(row.median_m)))


def _uncovered(page: Page, told: Coverage) -> None:
    """The places beyond the walk, most households first."""
    rows = told.uncovered
    level = told.level.label.lower()
    with block("police_uncovered", _("步行 15 分钟以外的{level}").format(level=level)):
        if rows.empty:
            st.caption(_("每个{level}都在步行 15 分钟以内。").format(level=level))
            return
        area_lines.draw("uncovered", [_place(row) for row in rows.itertuples()])
        export.uncovered(page, told, rows)


def _place(row: Any) -> Line:
    households = (
        _("户数不明") if pd.isna(row.households) else _("{n} 户").format(n=format_number(row.households))
    )
    nearest = row.point if isinstance(row.point, str) else ""
    above = row.community if isinstance(row.community, str) else NO_VALUE
    walk = NO_VALUE if pd.isna(row.walk_m) else _metres(float(row.walk_m))
    told = (
        _("步行 {walk}，最近：{point}").format(walk=walk, point=nearest)
        if nearest
        else _("步行 {walk}").format(walk=walk)
    )
    return Line(str(row.code), str(row.name), (above, households, told))


def _map(page: Page, told: Coverage, kinds: tuple[PointKind, ...]) -> None:
    level = told.level if len(told.rows) <= MOST_PAINTED else groups.level_of(told, Level.STREET)
    layer = maps.layer_of(page, level)
    with block("police_areas", _("到最近站点的步行距离")):
        if layer is None:
            st.caption(_("{level}一级没有区划").format(level=level.label.lower()))
            return
        values = walks(told, level, layer)
        over = maps.layers(page, maps.POINTS_ON, kinds)
        maps.painted(page, layer, values, scale(), [*over, maps.uncovered(page, kinds, maps.POINTS_ON)])
        if level is not told.level:
            st.caption(
                _("{level}太多，按{shown}的中位数着色；进入一个{shown}就逐个着色。").format(
                    level=told.level.label.lower(), shown=level.label.lower()
                )
            )


def walks(told: Coverage, level: Level, layer: AreaLayer) -> list[float | None]:
    """Whole metres on foot of the areas of a layer, in its order; None where there is none."""
    rows = told.rows if level is told.level else groups.by_area(told, level)
    metres = pd.Series(rows["walk_m"].to_numpy(float, na_value=np.nan), index=rows["area_id"])
    found = metres.reindex(layer.areas["area_id"]).tolist()
    return [None if math.isnan(one) else round(one) for one in found]


def scale() -> Scale:
    """The classes of a distance on foot."""
    return Scale(
        title=_("步行距离"),
        unit=_("米"),
        heading=_("到最近站点的步行距离（米）"),
        breaks=BREAKS,
        colors=theme.sequential(len(BREAKS) + 1),
        labels=class_labels(BREAKS, whole=False),
        decimals=0,
        nodata=_("没有站点或不在您的范围内"),
    )


def served_by(page: Page, code: str) -> pd.DataFrame:
    """The places that have a point as their nearest (rows of `queries.reach.Coverage`), by code."""
    _verdict, told = reach.coverage(page.actor, page.versions, chosen_kinds(), None)
    if told is None:
        return pd.DataFrame()
    return told.rows[told.rows["point_code"] == code]
