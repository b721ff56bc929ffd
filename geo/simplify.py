"""Boundaries light enough for a screen: simplified together, written as compact GeoJSON.

Neighbours are simplified as one coverage, so a shared edge loses the same vertices on both sides and no
slivers open between two areas. No vertex is moved: the method compares areas of triangles, which a scale
factor turns into m², so nothing has to be projected there and back.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.coverage import area_m2
from geo.crs import geometries_to_wgs84

_METRES_A_DEGREE = 111_195.0  # of a great circle on a sphere as large as the earth
GeometryArray = npt.NDArray[np.object_]


def simplify_coverage(areas: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """Simplify all areas of one level together.

    Visvalingam-Whyatt on the edges of the coverage. What neighbours share vertex for vertex stays shared, so
    a valid coverage remains one. Where the input overlaps or its edges do not match, each side of such an
    edge is simplified by itself: new slivers may open there, but every area remains valid and none vanishes.

    Args:
        areas: Frame with valid Polygon or MultiPolygon geometry in any known CRS.
        tolerance_m: Side in metres of the square whose area a removed triangle may have (on the average of
            the extent: at the rim of a province it is off by a few per cent); 0 removes only vertices on
            straight lines.

    Returns:
        Copy of `areas` with the new geometry, whose vertices are some of the old ones.

    Raises:
        ValueError: The tolerance is negative.
        UnknownCrs: The frame has no CRS.
    """
    if tolerance_m < 0:
        raise ValueError(f"`tolerance_m` was {tolerance_m} but is expected to be 0 or more")
    if areas.empty:
        return areas.copy()
    shapes = shapely.coverage_simplify(
        np.asarray(areas.geometry.to_numpy()), tolerance_m / _metres_per_unit(areas)
    )
    return areas.set_geometry(gpd.GeoSeries(shapes, index=areas.index, crs=areas.crs))


def _metres_per_unit(areas: gpd.GeoDataFrame) -> float:
    """Side in metres of a square unit of the CRS, on the average of the extent.

    Degrees are taken on a sphere: a projection of its own for every extent costs more than simplifying.
    """
    west, south, east, north = areas.total_bounds
    if areas.crs is not None and areas.crs.is_geographic:
        return float(_METRES_A_DEGREE * np.sqrt(np.cos(np.radians((south + north) / 2))))
    extent = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=areas.crs)
    return float(np.sqrt(area_m2(extent).iloc[0] / extent.iloc[0].area))


def border(areas: gpd.GeoDataFrame, *, fits: bool) -> gpd.GeoDataFrame:
    """The border around areas, with their own vertices. Of a valid coverage (`fits`) in a tenth of the time."""
    shapes = np.asarray(areas.geometry.to_numpy())
    around = shapely.coverage_union_all(shapes) if fits else shapely.union_all(shapes)
    return gpd.GeoDataFrame(geometry=[around], crs=areas.crs)


def to_geojson_bytes(areas: gpd.GeoDataFrame, properties: Sequence[str], decimals: int = 5) -> bytes:
    """Write a FeatureCollection without blanks; the same frame always gives the same bytes.

    Args:
        areas: Frame in any known CRS; rows are written in their order.
        properties: Columns to write, in this order. Missing values become null, times ISO 8601.
        decimals: Decimals of a degree: 5 are about 1 m, 6 about 0.1 m. Vertices that fall together are
            written once; a shape that rounding would break keeps its full precision.

    Returns:
        UTF-8 bytes, WGS-84 longitude and latitude, fit for hashing by content.

    Raises:
        UnknownCrs: The frame has no CRS.
        TypeError: A property holds something that JSON has no form for.
        ValueError: A property is infinite.
    """
    degrees = geometries_to_wgs84(areas.geometry)
    shapes = _rounded(np.asarray(degrees.to_numpy()), decimals)
    geometries = shapely.to_geojson(shapes)
    records = (
        zip(*(_plain(areas[name]) for name in properties), strict=True) if properties else [()] * len(areas)
    )
    features = (
        '{"type":"Feature","properties":'
        + _json(dict(zip(properties, record, strict=True)))
        + ',"geometry":'
        + (geometry or "null")
        + "}"
        for record, geometry in zip(records, geometries, strict=True)
    )
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()


def _rounded(shapes: GeometryArray, decimals: int) -> GeometryArray:
    """Round vertex by vertex, the same on both sides of an edge, unless that breaks the shape."""
    rounded = shapely.transform(shapes, lambda vertices: np.round(vertices, decimals) + 0.0)
    broken = ~shapely.is_valid(rounded)
    broken[broken] = shapely.is_valid(shapes[broken])
    kept: GeometryArray = shapely.remove_repeated_points(np.where(broken, shapes, rounded))
    return kept


def _plain(column: pd.Series) -> Iterable[Any]:
    """Values that `json` can write: numpy scalars unpacked, every kind of missing value None."""
    values = column.astype(object)
    return values.where(values.notna(), None).tolist()


def _json(values: dict[str, Any]) -> str:
    return _ENCODER.encode(values)


def _scalar(value: Any) -> Any:
    """The JSON form of what is neither text, number, bool nor None."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"a property was {type(value).__name__} but is expected to be text, number, bool or time")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_scalar)
