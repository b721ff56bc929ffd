"""A scenario as files: its points, and every grid before and after; each says what the scenario comes to."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from domain.i18n import _
from queries.list_export import SPATIAL, ListRequest
from queries.reach import Coverage, Within
from queries.spots import Stand
from ui import list_export
from ui.community.block import block
from ui.police import compare, spots
from ui.shell import Page

_COLUMNS = [
    "number", "name", "area_code", "area", "community", "street", "places", "households", "gained", "lon", "lat",
]  # fmt: skip


def draw(page: Page, before: Coverage, after: Coverage, stands: Sequence[Stand | None]) -> None:
    """Draw the two orders; nothing where no point is tried."""
    if not after.extra:
        return
    with block("police_carry_out", _("导出方案")):
        left, right = st.columns(2, gap="small")
        with left:
            st.caption(_("试放的站点"))
            order = partial(_points, page, before, after, stands)
            list_export.draw(page, "tried", len(after.extra), order, SPATIAL)
        with right:
            st.caption(_("每个{level}增设前后的距离").format(level=before.level.label.lower()))
            order = partial(_places, page, before, after, stands)
            list_export.draw(page, "scenario", len(after.rows), order, SPATIAL)


def _points(page: Page, before: Coverage, after: Coverage, stands: Sequence[Stand | None]) -> ListRequest:
    rows = points(before, after, stands)
    columns = {
        "number": _("序号"),
        "name": _("名称"),
        "area_code": _("所在区划的编码；空＝不在任何区划内"),
        "area": _("所在区划"),
        "community": _("社区"),
        "street": _("街道"),
        "places": _("最近的站点是它的网格数"),
        "households": _("这些网格的户数（已知的）"),
        "gained": _("因它才在步行 15 分钟以内的户数（按步行最近）"),
        "lon": _("经度"),
        "lat": _("纬度"),
    }
    told = summary(before, after, stands)
    return ListRequest(
        "scenario_points", _("试放的站点"), rows, columns, page.place.scope, page.city.as_of_utc, told
    )


def points(before: Coverage, after: Coverage, stands: Sequence[Stand | None]) -> pd.DataFrame:
    """One row a point tried: number, name, area_code, area, community, street, places, households, gained, lon, lat.

    Numbers are int64; the texts of the area that it would stand in are missing outside all.
    `places` and `households` are those that it is nearest to in a straight line. `gained` are the households that come
    within the walk and have it as their nearest on foot: together they are what the scenario gains.
    """
    rows = after.rows.assign(
        known=after.rows["households"].fillna(0).astype("int64"),
        new=after.rows[Within.WALK.value] & ~before.rows[Within.WALK.value],
    )
    told = []
    for number, ((lon, lat), stand) in enumerate(zip(after.extra, stands, strict=True)):
        area = (stand.code, stand.name, stand.community, stand.street) if stand else (None,) * 4
        mine = rows[_is(rows["tried"], number)]
        gained = int(rows.loc[rows["new"] & _is(rows["walk_tried"], number), "known"].sum())
        counts = (len(mine), int(mine["known"].sum()), gained)
        told.append((number + 1, spots.name(number), *area, *counts, lon, lat))
    return pd.DataFrame(told, columns=_COLUMNS)


def _is(tried: Any, number: int) -> Any:
    return (tried == number).fillna(value=False).to_numpy(bool)


def _places(page: Page, before: Coverage, after: Coverage, stands: Sequence[Stand | None]) -> ListRequest:
    rows = places(before, after)
    columns = {
        "code": _("区划编码"),
        "name": _("区划"),
        "community": _("社区"),
        "street": _("街道"),
        "households": _("户数；空＝不明"),
        "straight_m_before": _("现在到最近站点的直线距离（米）"),
        "straight_m_after": _("增设后到最近站点的直线距离（米）"),
        "walk_m_before": _("现在到最近站点的步行距离（米）"),
        "walk_m_after": _("增设后到最近站点的步行距离（米）"),
        "walk_by_after": _("步行距离怎么算：network＝沿道路，straight＝直线 × 1.3"),
        "within_walk_before": _("现在是否在步行 15 分钟以内"),
        "within_walk_after": _("增设后是否在步行 15 分钟以内"),
        "tried": _("增设后直线最近的是几号试放站点；空＝是现有站点"),
        "walk_tried": _("增设后步行最近的是几号试放站点；空＝是现有站点"),
        "lon": _("经度"),
        "lat": _("纬度"),
    }
    told = summary(before, after, stands)
    title = _("每个{level}增设前后的距离").format(level=before.level.label.lower())
    return ListRequest("scenario_places", title, rows, columns, page.place.scope, page.city.as_of_utc, told)


def places(before: Coverage, after: Coverage) -> pd.DataFrame:
    """One row a place, by code: before and after, and which point tried (from 1) is nearest, straight and on foot."""
    was, now = before.rows, after.rows
    walk = Within.WALK.value
    return pd.DataFrame(
        {
            **{name: now[name] for name in ("code", "name", "community", "street", "households")},
            "straight_m_before": was["straight_m"].round(1),
            "straight_m_after": now["straight_m"].round(1),
            "walk_m_before": was["walk_m"].round(1),
            "walk_m_after": now["walk_m"].round(1),
            "walk_by_after": now["walk_by"],
            "within_walk_before": was[walk],
            "within_walk_after": now[walk],
            "tried": now["tried"] + 1,
            "walk_tried": now["walk_tried"] + 1,
            "lon": now["lon"],
            "lat": now["lat"],
        }
    )


def summary(before: Coverage, after: Coverage, stands: Sequence[Stand | None]) -> tuple[str, ...]:
    """The scenario in words: kinds, points with where they would stand, and every figure before and after."""
    lines = [
        _("站点种类：{kinds}").format(kinds=_("、").join(kind.label for kind in after.kinds)),
        _("试放的站点：{points}").format(points=spots.written(after.extra)),
        *spots.names(stands),
    ]
    figures = compare.figures(before, after).itertuples(index=False, name=None)
    lines += [f"{name}：{was} → {now}（{change}）" for name, was, now, change in figures]
    return tuple(lines)
