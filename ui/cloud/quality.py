"""The quality of grids on the map and in tables: gaps, overlaps, codes, households, and who answers for none."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from domain.households import Size
from domain.i18n import N_, _, current_language, format_number
from domain.settings import settings
from domain.vocabulary import Level, Subject
from queries import quality
from queries.quality import Faults
from ui import area_map, map_panel, messages, theme, urlstate
from ui.cache import areas_and_cases
from ui.cache import cloud as cache
from ui.cloud import quality_layers, text
from ui.encode import cut, cut_cells, markdown_text
from ui.layer_content import AreaLayer, Bounds
from ui.layers import publish
from ui.map_panel import BaseMap, MapView
from ui.scale import Scale
from ui.shell import Page

_FAULT, _LEVEL = "fault", "level"
_ROW_PX, _HEADER_PX, _MOST_ROWS = 30, 34, 14
_MOST_LISTED = 1_000
_OVER_TILES = 0.75
_ROOM_DEG = 0.0005  # around a gap that is looked at: some 50 m
_CHOSEN = "cloud_fault_rows"


class Fault(StrEnum):
    """What can be wrong, in the order of the tables; the name is the URL's."""

    GAPS = "gaps"
    OVERLAPS = "overlaps"
    CODES = "codes"
    SIZES = "sizes"
    UNOWNED = "unowned"

    @property
    def label(self) -> str:
        """The fault's name in the reader's language."""
        return _(_LABELS[self])


_LABELS = {
    Fault.GAPS: N_("空隙"),
    Fault.OVERLAPS: N_("重叠"),
    Fault.CODES: N_("编码与上级不符"),
    Fault.SIZES: N_("户数在范围之外"),
    Fault.UNOWNED: N_("无人负责"),
}


@dataclass(frozen=True)
class Shown:
    """What is wrong at a place: all faults of a level there, and the areas that nobody answers for.

    `has_posts` tells whether any post is known, `names` those of all areas of the level by code.
    """

    level: Level
    inside: int | None
    faults: Faults
    unowned: pd.DataFrame
    has_posts: bool
    names: dict[str, str]

    def count(self, fault: Fault) -> int:
        """How many there are."""
        return len(self.rows(fault))

    def rows(self, fault: Fault) -> pd.DataFrame:
        """One row each."""
        found: dict[Fault, pd.DataFrame] = {
            Fault.GAPS: self.faults.gaps,
            Fault.OVERLAPS: self.faults.overlaps,
            Fault.CODES: self.faults.prefixes,
            Fault.SIZES: self.faults.outside_band,
            Fault.UNOWNED: self.unowned,
        }
        return found[fault]


def draw(page: Page) -> None:
    """Draw the figures, the map and the tables; what to do where there are no boundaries."""
    if not page.contents.levels:
        messages.no_boundaries(page.contents.cases)
        return
    bar = st.container(key="quality_bar", horizontal=True, vertical_alignment="center", gap="small")
    with bar:
        level = _level(page)
    shown = _shown(page, level)
    with bar:
        fault = _fault(shown)
    left, right = st.columns([6, 5], gap="small")
    with right, st.container(key="quality", border=True):
        chosen = _table(shown, fault)
        _explained(shown, fault)
    with left:
        _map(page, shown, chosen)


def _level(page: Page) -> Level:
    levels = {level.value: level for level in page.contents.levels}
    default = Level.GRID.value if Level.GRID.value in levels else page.contents.levels[-1].value
    chosen = urlstate.selectbox(
        _("层级"),
        list(levels),
        key=_LEVEL,
        default=default,
        names=lambda value: levels[value].label,
        label_visibility="collapsed",
        width=120,
    )
    return levels[chosen]


def _shown(page: Page, level: Level) -> Shown:
    key = page.key(Subject.AREAS)
    above = [area for area in page.place.path if area.level.rank < level.rank]
    inside = above[-1].area_id if above and not page.place.is_top else None
    with st.spinner(_("正在核对{level}边界……").format(level=level.label)):
        faults = cache.faults(page.actor, key, level, settings().bands)
    names = dict(zip(faults.sizes["code"], faults.sizes["name"], strict=True))
    if inside is not None:
        faults = faults.within(cache.codes_inside(page.actor, key, level, inside))
    duty_key = page.key(Subject.AREAS, Subject.DUTY)
    has_posts = cache.posts(page.actor, duty_key) > 0
    unowned = cache.unowned(page.actor, duty_key, level, inside)
    return Shown(level, inside, faults, unowned if has_posts else unowned.iloc[:0], has_posts, names)


def _fault(shown: Shown) -> Fault:
    """Which fault is listed: the reader's, else the first of which there is any."""
    told = _("{n} 个{level}").format(n=format_number(shown.faults.areas), level=shown.level.label.lower())
    first = next((fault for fault in Fault if shown.count(fault)), Fault.GAPS)
    st.markdown(f"**{told}**", width="content")
    chosen = urlstate.segments(
        _("问题"),
        list(Fault),
        key=_FAULT,
        default=first,
        names=lambda value: f"{Fault(value).label} {format_number(shown.count(Fault(value)))}",
    )
    return Fault(chosen)


def _map(page: Page, shown: Shown, chosen: Bounds | None) -> None:
    layer = areas_and_cases.area_layer(page.actor, page.key(Subject.AREAS), shown.level, shown.inside)
    if layer is None:
        messages.empty(
            _("这里没有{level}").format(level=shown.level.label.lower()),
            what_next=_("请选别的层级，或回到上一级区划。"),
        )
        return
    values = _problems(shown, layer)
    here = page.place.code
    map_panel.draw(
        BaseMap(page.contents.home or layer.bounds, settings().tile_url, settings().tile_attribution),
        MapView(
            view_key=f"{shown.level}{shown.inside}{chosen}",
            bounds=chosen or layer.bounds,
            areas=publish(layer.content),
            values=values,
            scale=_scale(),
            outline=publish(layer.outline),
            layers=quality_layers.layers(shown.faults, shown.unowned),
            selected=here,
            opacity=_OVER_TILES if settings().tile_url else 1.0,
            language=current_language(),
        ),
        area_map.on_event,
        "map_quality",
    )


def _problems(shown: Shown, layer: AreaLayer) -> list[float | None]:
    """How many things are wrong with each area of the layer, in its order."""
    counted: dict[str, int] = {}
    touched = [code for codes in shown.faults.gaps["neighbours"] for code in codes]
    touched += [*shown.faults.overlaps["code_a"], *shown.faults.overlaps["code_b"]]
    for fault in (Fault.CODES, Fault.SIZES, Fault.UNOWNED):
        touched += list(shown.rows(fault)["code"])
    for code in touched:
        counted[code] = counted.get(code, 0) + 1
    return [counted.get(code, 0) for code in layer.areas["code"]]


def _scale() -> Scale:
    colors = theme.sequential(4)
    return Scale(
        title=_("问题"),
        unit=_("项"),
        heading=_("每个区划的问题数"),
        breaks=(1, 2, 3),
        colors=(theme.LINE, *colors[1:]),
        labels=("0", "1", "2", "≥ 3"),
        decimals=0,
        nodata=_("无数据"),
    )


def _table(shown: Shown, fault: Fault) -> Bounds | None:
    """The list of one fault; the bounds of the gap or overlap that is chosen in it."""
    found = shown.rows(fault)
    if fault is Fault.UNOWNED and not shown.has_posts:
        messages.empty(_("还没有导入责任岗位"), what_next=_("导入“谁负责哪个区划”之后，才能说哪里没有人。"))
        return None
    if found.empty:
        st.success(_("没有：{fault}").format(fault=fault.label), icon=":material/check_circle:")
        return None
    listed = found.head(_MOST_LISTED)
    rows = cut_cells(_LISTS[fault](listed, shown.names))
    key = f"{_CHOSEN}_{fault}_{shown.level}_{shown.inside}_{current_language()}"
    on_ground = isinstance(found, gpd.GeoDataFrame)
    # the stubs know one overload a literal, and this is either
    choosable: Any = "rerun" if on_ground else "ignore"
    state = st.dataframe(
        rows,
        key=key,
        hide_index=True,
        height=_HEADER_PX + _ROW_PX * min(len(rows), _MOST_ROWS) + 2,
        row_height=_ROW_PX,
        on_select=choosable,
        selection_mode=["single-row", "single-cell"],
        column_config={
            str(name): st.column_config.NumberColumn(format="localized")
            for name in rows.select_dtypes("number")
        },
        alt=fault.label,
    )
    st.caption(text.shown_of(len(rows), len(found)))
    return _bounds(listed, state) if on_ground else None


def _bounds(listed: gpd.GeoDataFrame, state: object) -> Bounds | None:
    """Around the chosen row, with some room."""
    selection = getattr(state, "selection", {})
    rows = [*selection.get("rows", []), *(cell[0] for cell in selection.get("cells", []))]
    if not rows or rows[0] >= len(listed):
        return None
    west, south, east, north = listed.geometry.iloc[rows[0]].bounds
    return west - _ROOM_DEG, south - _ROOM_DEG, east + _ROOM_DEG, north + _ROOM_DEG


def _gap_rows(found: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("面积（m²）"): found["area_m2"].round(1),
            _("相邻区划"): [
                cut(_("、").join(names[code] for code in codes), 120) for codes in found["neighbours"]
            ],
        }
    )


def _overlap_rows(found: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("面积（m²）"): found["area_m2"].round(1),
            _("区划"): [names[code] for code in found["code_a"]],
            _("另一个"): [names[code] for code in found["code_b"]],
            _("编码"): found["code_a"],
            _("另一个的编码"): found["code_b"],
        }
    )


def _code_rows(found: pd.DataFrame, _names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("编码"): found["code"],
            _("名称"): found["name"],
            _("上级编码"): found["parent_code"],
            _("上级"): found["parent_name"],
        }
    )


def _size_rows(found: pd.DataFrame, _names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("名称"): found["name"],
            _("户数"): found["households"],
            _("应为"): found["band"],
            _("结论"): [Size(size).label for size in found["size"]],
            _("编码"): found["code"],
            _("城乡分类"): found["urban_class"],
        }
    )


def _unowned_rows(found: pd.DataFrame, _names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({_("名称"): found["name"], _("编码"): found["code"]})


_LISTS: dict[Fault, Callable[[pd.DataFrame, dict[str, str]], pd.DataFrame]] = {
    Fault.GAPS: _gap_rows,
    Fault.OVERLAPS: _overlap_rows,
    Fault.CODES: _code_rows,
    Fault.SIZES: _size_rows,
    Fault.UNOWNED: _unowned_rows,
}


def _explained(shown: Shown, fault: Fault) -> None:
    """What is counted, and what could not be judged."""
    told = {
        Fault.GAPS: _(
            "上一级区划里没有被任何{level}盖住的地方；空隙里的案件落不到区。选一行，地图移到那里。"
        ),
        Fault.OVERLAPS: _("两个{level}都说是自己的地方；那里的案件归编码小者。选一行，地图移到那里。"),
        Fault.CODES: _("编码的开头与上级的编码不同；以上级列为准。"),
        Fault.UNOWNED: _("没有岗位直接负责的{level}；负责上一级的不算。只列您负责范围内的。"),
    }
    if fault is Fault.SIZES:
        _sizes_explained(shown)
    else:
        st.caption(told[fault].format(level=shown.level.label.lower()))
    if fault is Fault.GAPS and len(shown.faults.bare_parents):
        names = _("、").join(markdown_text(name, 20) for name in shown.faults.bare_parents["name"].head(5))
        st.caption(
            _("另有 {n} 个上级区划完全没有{level}，不算空隙：{names}……").format(
                n=format_number(len(shown.faults.bare_parents)), level=shown.level.label.lower(), names=names
            )
        )


def _sizes_explained(shown: Shown) -> None:
    if shown.level is not Level.GRID:
        st.caption(_("只有网格按户数核对。"))
        return
    bands = settings().bands
    st.caption(
        _("城镇网格应有 {urban} 户，乡村网格 {rural} 户；范围可在设置里改。").format(
            urban=bands.urban, rural=bands.rural
        )
    )
    counted = quality.counts(shown.faults.sizes)
    st.caption(
        " · ".join(f"{size.label} {format_number(n)}" for size, n in counted.items() if n)
        + " · "
        + _("合计 {n}").format(n=format_number(sum(counted.values())))
    )
