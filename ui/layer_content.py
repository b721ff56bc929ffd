"""Frames of the store as compact layers for the browser. All coordinates are EPSG:4326 degrees."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from domain.clock import Clock
from domain.i18n import _, format_date, format_datetime, format_number
from domain.vocabulary import CaseState, Level, PointKind
from geo.simplify import border, simplify_coverage, to_geojson_bytes
from ui import opening_words
from ui.encode import cut

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""

_EDGES = ("west", "south", "east", "north")
_VERTICES_ACROSS = 2500  # a screen's width in pixels: detail below one pixel of the whole layer is left out
_METRES_A_DEGREE = 111_320.0
_NAME_LENGTH = 60  # of an area on the map
_TEXT_LENGTH = 200  # of anything on a card


@dataclass(frozen=True)
class AreaLayer:
    """Polygons for the browser and what the painter needs beside them.

    `content` is GeoJSON with the properties code and name, `outline` the border around all of it. `areas`
    has one row a polygon, in the same order: area_id, code, name, households (Int64), area_km2, and its
    bounds west, south, east, north. `bounds` hold everything.
    """

    content: bytes
    outline: bytes
    bounds: Bounds
    areas: pd.DataFrame

    def bounds_of(self, code: str) -> Bounds:
        """The bounds of one area, those of everything when it is not among the areas."""
        row = self.areas[self.areas["code"] == code]
        if row.empty:
            return self.bounds
        west, south, east, north = row[list(_EDGES)].to_numpy(float)[0]
        return float(west), float(south), float(east), float(north)


@dataclass(frozen=True)
class PlainLayer:
    """A layer for the browser, and how many of how many things it shows."""

    content: bytes
    shown: int
    total: int


def area_layer(shapes: gpd.GeoDataFrame, *, fits: bool) -> AreaLayer:
    """Areas simplified together to what their own extent needs.

    `shapes` has area_id, code, name, households, area_m2 and geometry, at least one row; `fits` tells that they are a
    valid coverage (`geo.coverage.is_valid_coverage`).
    """
    west, south, east, north = (float(edge) for edge in shapes.total_bounds)
    light = simplify_coverage(shapes, _tolerance_m(west, south, east, north))
    light["name"] = [cut(name, _NAME_LENGTH) for name in shapes["name"]]
    rows = pd.DataFrame(
        {name: shapes[name].to_numpy() for name in ("area_id", "code", "name")}
        | {"households": shapes["households"].astype("Int64"), "area_km2": shapes["area_m2"] / 1e6}
        | dict(zip(_EDGES, shapely.bounds(shapes.geometry.to_numpy()).T, strict=True))
    )
    return AreaLayer(
        content=to_geojson_bytes(light, ["code", "name"]),
        outline=to_geojson_bytes(border(light, fits=fits), []),
        bounds=(west, south, east, north),
        areas=rows,
    )


def line_layer(lines: gpd.GeoDataFrame) -> PlainLayer:
    """Roads, water and railways: GeoJSON with kind and rank. `lines` has kind, rank and geometry."""
    return PlainLayer(to_geojson_bytes(lines, ["kind", "rank"]), len(lines), len(lines))


def compound_layer(compounds: gpd.GeoDataFrame) -> PlainLayer:
    """Compounds: GeoJSON with name, class and details, managed ones before those without a company.

    Details are address, households, company and unmanaged since. `compounds` has code, name, address,
    households, company, unmanaged_since and geometry.
    """
    unmanaged = compounds["unmanaged_since"].notna()
    details = zip(
        _texts(compounds["address"]),
        [format_number(None if pd.isna(count) else count) for count in compounds["households"]],
        _texts(compounds["company"]),
        [format_date(day) if pd.notna(day) else "" for day in compounds["unmanaged_since"]],
        strict=True,
    )
    told = compounds.assign(
        name=_texts(compounds["name"]),
        cls=unmanaged.astype(int),
        details=list(details),
    )
    return PlainLayer(to_geojson_bytes(told, ["name", "cls", "details"]), len(told), len(told))


def shape_layer(
    shapes: gpd.GeoDataFrame, classes: Sequence[int], details: Sequence[Sequence[str]]
) -> PlainLayer:
    """Compounds as their shapes: GeoJSON with name, class and details (a list for each detail). `shapes` has name."""
    rows = [[cut(text, _TEXT_LENGTH) for text in one] for one in zip(*details, strict=True)]
    told = shapes.assign(name=_texts(shapes["name"]), cls=list(classes), details=rows)
    return PlainLayer(to_geojson_bytes(told, ["name", "cls", "details"]), len(told), len(told))


def compound_points(
    compounds: pd.DataFrame, classes: Sequence[int], details: Sequence[Sequence[str]]
) -> PlainLayer:
    """Compounds as points, which are seen on a map of a city too. `compounds` has name, lon and lat (degrees)."""
    cut_details = [[cut(text, _TEXT_LENGTH) for text in column] for column in details]
    return _points(
        compounds, name=compounds["name"], classes=classes, details=cut_details, total=len(compounds)
    )


def case_layer(cases: pd.DataFrame, clock: Clock, total: int) -> PlainLayer:
    """Cases as points: named by title or category, with the local time of their report.

    Details are number, category, state (as stored), reported at, due at, closed at, department and place.
    `cases` has source_case_id, lon, lat, title, category, state, overdue, department, place, and the naive
    UTC times reported_at, due_at and closed_at.
    """
    return _points(
        cases,
        name=cases["title"].fillna(cases["category"]),
        classes=[
            _case_class(CaseState(state), overdue=bool(late))
            for state, late in zip(cases["state"], cases["overdue"], strict=True)
        ],
        details=[
            _texts(cases["source_case_id"]),
            _texts(cases["category"]),
            list(cases["state"]),
            *(_times(cases[column], clock) for column in ("reported_at", "due_at", "closed_at")),
            _texts(cases["department"]),
            _texts(cases["place"]),
        ],
        total=total,
    )


def service_point_layer(points: pd.DataFrame) -> PlainLayer:
    """Service points, classed by kind; details are level, opening hours (both in the reader's words) and address.

    `points` has kind, name, level, opening_hours, address, lon and lat.
    """
    kinds = [kind.value for kind in PointKind]
    return _points(
        points,
        name=points["name"],
        classes=[kinds.index(kind) for kind in points["kind"]],
        details=[
            [Level(level).label if pd.notna(level) else "" for level in points["level"]],
            [opening_words.told(text) if pd.notna(text) else "" for text in points["opening_hours"]],
            _texts(points["address"]),
        ],
        total=len(points),
    )


def nothing() -> PlainLayer:
    """A layer of shapes that has none."""
    return PlainLayer(b'{"type":"FeatureCollection","features":[]}', 0, 0)


def uncovered_layer(shapes: gpd.GeoDataFrame, uncovered: pd.DataFrame, total: int) -> PlainLayer:
    """Places beyond a walk, of `total`: GeoJSON with name, class 0 and details: households, metres, nearest point.

    `shapes` has area_id, name and geometry of all places, `uncovered` area_id, households, walk_m and point.
    """
    west, south, east, north = (float(edge) for edge in shapes.total_bounds)
    found = shapes[["area_id", "name", "geometry"]].merge(
        uncovered[["area_id", "households", "walk_m", "point"]], on="area_id"
    )
    light = simplify_coverage(found, _tolerance_m(west, south, east, north))
    light["name"] = _texts(found["name"])
    light["cls"] = 0
    light["details"] = list(
        zip(
            [format_number(None if pd.isna(count) else count) for count in found["households"]],
            [
                _("{n} 米").format(n=format_number(metres)) if pd.notna(metres) else ""
                for metres in found["walk_m"]
            ],
            _texts(found["point"]),
            strict=True,
        )
    )
    return PlainLayer(to_geojson_bytes(light, ["name", "cls", "details"]), len(light), total)


def _case_class(state: CaseState, *, overdue: bool) -> int:
    """The place in the legend: open, open past its limit, closed, closed late."""
    return 2 * state.is_closed + overdue


def _points(
    points: pd.DataFrame,
    *,
    name: pd.Series,
    classes: Sequence[int],
    details: Sequence[Sequence[str]],
    total: int,
) -> PlainLayer:
    """Points as columns, a third of the size of GeoJSON. `points` has lon and lat (degrees)."""
    columns = {
        "lon": points["lon"].round(5).tolist(),
        "lat": points["lat"].round(5).tolist(),
        "name": _texts(name),
        "cls": list(classes),
        "details": [list(column) for column in details],
    }
    content = json.dumps(columns, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return PlainLayer(content.encode(), len(points), total)


def _texts(column: pd.Series) -> list[str]:
    """Texts short enough for a card; missing ones are empty."""
    return ["" if pd.isna(text) else cut(str(text), _TEXT_LENGTH) for text in column]


def _times(column: pd.Series, clock: Clock) -> list[str]:
    """Local times of naive UTC ones; missing ones are empty."""
    return ["" if pd.isna(moment) else format_datetime(clock.to_local(moment)) for moment in column]


def _tolerance_m(west: float, south: float, east: float, north: float) -> float:
    """Metres that one pixel stands for when the whole layer fills a screen."""
    metres_east = (east - west) * _METRES_A_DEGREE * math.cos(math.radians((south + north) / 2))
    metres_north = (north - south) * _METRES_A_DEGREE
    return max(metres_east, metres_north) / _VERTICES_ACROSS
