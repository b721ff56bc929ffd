"""Map layers of what is wrong with areas: the ground itself as shapes, and a mark for each that can be seen from afar.

Shapes come largest first, at most `MOST`; all coordinates are EPSG:4326 degrees.
"""

import json
from typing import Any

import geopandas as gpd
import pandas as pd

from domain.households import Size
from domain.i18n import _, format_number
from geo.simplify import to_geojson_bytes
from queries.quality import Faults
from ui import place, theme
from ui.cloud import text
from ui.encode import cut
from ui.layer_content import PlainLayer
from ui.layers import publish
from ui.map_panel import LegendEntry, SwitchLayer

MOST = 2_000
DEFAULT_ON = ("gaps", "overlaps", "marks")
_NAME = 60
_DECIMALS = 7  # a sliver of a centimetre keeps its shape
_GAP, _OVERLAP, _CODE = "#C2559B", "#7A5BA8", "#8A6D5B"


def layers(faults: Faults, unowned: pd.DataFrame) -> list[SwitchLayer]:
    """All layers; those that are switched on with their content."""
    on = place.layers_on(DEFAULT_ON)
    gaps, overlaps = faults.gaps.head(MOST), faults.overlaps.head(MOST)
    gap, overlap = LegendEntry(_("空隙"), _GAP), LegendEntry(_("重叠"), _OVERLAP)
    return [
        _layer("gaps", _("空隙"), "shapes", on, _gaps(gaps, len(faults.gaps)), (gap,)),
        _layer("overlaps", _("重叠"), "shapes", on, _overlaps(overlaps, len(faults.overlaps)), (overlap,)),
        _layer("marks", _("空隙和重叠的位置"), "points", on, _marks(gaps, overlaps, faults), (gap, overlap)),
        _layer("sizes", _("户数在范围之外"), "points", on, _sizes(faults), _size_classes()),
        _layer(
            "codes",
            _("编码与上级不符"),
            "points",
            on,
            _codes(faults),
            (LegendEntry(_("编码与上级不符"), _CODE),),
        ),
        _layer(
            "unowned",
            _("无人负责"),
            "points",
            on,
            _unowned(faults, unowned),
            (LegendEntry(_("无人负责"), theme.ALARM),),
        ),
    ]


def _layer(
    layer_id: str,
    name: str,
    kind: str,
    on: tuple[str, ...],
    content: PlainLayer,
    classes: tuple[LegendEntry, ...],
) -> SwitchLayer:
    shows = layer_id in on and content.total > 0
    return SwitchLayer(
        id=layer_id,
        name=f"{name} {format_number(content.total)}",
        kind=kind,
        on=shows,
        source=publish(content.content) if shows else None,
        classes=classes,
        radius=4,
        shown=text.shown_of(content.shown, content.total) if content.shown < content.total else "",
    )


def _gaps(gaps: gpd.GeoDataFrame, total: int) -> PlainLayer:
    told = gaps.assign(name=_gap_names(gaps), cls=0, details=[[]] * len(gaps))
    return PlainLayer(to_geojson_bytes(told, ["name", "cls", "details"], _DECIMALS), len(gaps), total)


def _overlaps(overlaps: gpd.GeoDataFrame, total: int) -> PlainLayer:
    told = overlaps.assign(name=_overlap_names(overlaps), cls=0, details=[[]] * len(overlaps))
    return PlainLayer(to_geojson_bytes(told, ["name", "cls", "details"], _DECIMALS), len(overlaps), total)


def _marks(gaps: gpd.GeoDataFrame, overlaps: gpd.GeoDataFrame, faults: Faults) -> PlainLayer:
    inner = [*gaps.geometry.representative_point(), *overlaps.geometry.representative_point()]
    return _points(
        [point.x for point in inner],
        [point.y for point in inner],
        [*_gap_names(gaps), *_overlap_names(overlaps)],
        [0] * len(gaps) + [1] * len(overlaps),
        len(faults.gaps) + len(faults.overlaps),
    )


def _gap_names(gaps: gpd.GeoDataFrame) -> list[str]:
    return [
        cut(f"{text.square_metres(area)} · {'、'.join(codes)}", _NAME)
        for area, codes in zip(gaps["area_m2"], gaps["neighbours"], strict=True)
    ]


def _overlap_names(overlaps: gpd.GeoDataFrame) -> list[str]:
    columns = (overlaps[name] for name in ("area_m2", "code_a", "code_b"))
    return [
        cut(f"{text.square_metres(area)} · {one} / {other}", _NAME)
        for area, one, other in zip(*columns, strict=True)
    ]


def _size_classes() -> tuple[LegendEntry, ...]:
    return (LegendEntry(Size.FEW.label, theme.ACCENT), LegendEntry(Size.MANY.label, theme.WATCH))


def _sizes(faults: Faults) -> PlainLayer:
    rows = faults.outside_band
    columns = (rows[column] for column in ("name", "households", "band"))
    names = [f"{name} · {households:,} / {band}" for name, households, band in zip(*columns, strict=True)]
    classes = [int(size == Size.MANY) for size in rows["size"]]
    return _points(rows["lon"].tolist(), rows["lat"].tolist(), names, classes, len(rows))


def _codes(faults: Faults) -> PlainLayer:
    rows = faults.prefixes.merge(faults.sizes[["code", "lon", "lat"]], on="code")
    names = [f"{code} / {parent}" for code, parent in zip(rows["code"], rows["parent_code"], strict=True)]
    return _points(rows["lon"].tolist(), rows["lat"].tolist(), names, [0] * len(rows), len(rows))


def _unowned(faults: Faults, unowned: pd.DataFrame) -> PlainLayer:
    rows = unowned[["code", "name"]].merge(faults.sizes[["code", "lon", "lat"]], on="code")
    return _points(
        rows["lon"].tolist(), rows["lat"].tolist(), rows["name"].tolist(), [0] * len(rows), len(rows)
    )


def _points(
    lon: list[float], lat: list[float], names: list[str], classes: list[int], total: int
) -> PlainLayer:
    columns: dict[str, list[Any]] = {
        "lon": [round(x, 5) for x in lon[:MOST]],
        "lat": [round(y, 5) for y in lat[:MOST]],
        "name": [cut(str(name), _NAME) for name in names[:MOST]],
        "cls": classes[:MOST],
        "details": [],
    }
    told = json.dumps(columns, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return PlainLayer(told.encode(), len(columns["lon"]), total)
