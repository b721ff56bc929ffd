"""Coordinate systems: every declared system to WGS-84, and a metric one for measuring.

Everything inside the product is WGS-84 degrees, longitude first (EPSG:4326 as geopandas reads it). A declared
system is a name of `NAMED_SYSTEMS` or an EPSG code:

- `wgs84` and `cgcs2000` (EPSG:4490): taken as the same; they agree to well under a metre, and the difference
  is plate motion, for which a file would need an epoch that none carries;
- `gcj02`, `bd09`: the offset systems of Chinese map vendors (`geo.china_offset`);
- `EPSG:nnnn`: anything PROJ knows with two horizontal axes, always read as (x, y) = (east, north) or
  (longitude, latitude), whatever axis order the register prescribes, since that is how files are written.

No grid files are downloaded: a datum shift that needs one falls back to PROJ's best offline operation.
"""

import math
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from domain.errors import UnknownCrs
from domain.i18n import _
from geo.china_offset import Bounds, FloatArray, LonLat, bd09_to_wgs84, gcj02_to_wgs84
from geo.crs_guess import axes_swapped, likely_epsg, looks_like_lonlat, swapped_share

WGS84: Final = "EPSG:4326"
GLOBE: Final[Bounds] = (-180.0, -90.0, 180.0, 90.0)
_DEGREE_M: Final = 111_000.0
"""Of latitude, nearly."""

NAMED_SYSTEMS: Final = ("wgs84", "cgcs2000", "gcj02", "bd09")
_OFFSET_INVERSES: Final = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}


def normalise_crs(crs: str) -> str:
    """Bring a declared system to its one spelling.

    Args:
        crs: One of `NAMED_SYSTEMS` or `EPSG:nnnn`, in any case, with or without surrounding blanks.

    Returns:
        The lowercase name, or `EPSG:nnnn`.

    Raises:
        UnknownCrs: The name is none of these, PROJ does not know the code, or the code has no two
            horizontal axes (a vertical or geocentric system).
    """
    name = crs.strip().lower()
    if name in NAMED_SYSTEMS:
        return name
    authority, colon, code = name.partition(":")
    if authority != "epsg" or not colon or not code.isdecimal():
        raise _unknown(crs)
    try:
        system = CRS.from_epsg(int(code))
    except CRSError as error:
        raise _unknown(crs) from error
    if not (system.is_geographic or system.is_projected):
        raise _unknown(crs)
    return f"EPSG:{int(code)}"


def to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, crs: str) -> LonLat:
    """Convert coordinates of a declared system to WGS-84 degrees.

    Args:
        lon: Longitudes in degrees, or eastings in the system's unit.
        lat: Latitudes in degrees, or northings in the system's unit.
        crs: See `normalise_crs`.

    Returns:
        (longitude, latitude), new float64 arrays. NaN stays NaN; what cannot be converted becomes inf.

    Raises:
        UnknownCrs: The system is not known.
        NotConverged: An inverse offset did not settle.
    """
    name = normalise_crs(crs)
    x, y = np.array(lon, dtype=np.float64, ndmin=1), np.array(lat, dtype=np.float64, ndmin=1)
    if name in _OFFSET_INVERSES:
        return _OFFSET_INVERSES[name](x, y)
    if name in NAMED_SYSTEMS:
        return x, y
    missing = np.isnan(x) | np.isnan(y)
    out_x, out_y = _to_wgs84_transformer(name).transform(x, y)
    out_x[missing], out_y[missing] = np.nan, np.nan
    return out_x, out_y


def geometries_to_wgs84(frame: Any, crs: str | None = None) -> Any:
    """Convert a GeoDataFrame or GeoSeries to WGS-84, vertex by vertex, so that shared edges stay shared.

    Args:
        frame: GeoDataFrame or GeoSeries; heights are dropped.
        crs: The declared system. It overrides what the file claims: map vendors' layers are often GCJ-02
            labelled WGS-84. None takes the file's own label.

    Returns:
        A copy of the same type in EPSG:4326.

    Raises:
        UnknownCrs: Neither the caller nor the file names a system, or it is not known.
        NotConverged: An inverse offset did not settle.
    """
    series = gpd.GeoSeries(frame.geometry if isinstance(frame, gpd.GeoDataFrame) else frame)
    converted = _series_to_wgs84(series, crs)
    if isinstance(frame, gpd.GeoDataFrame):
        return frame.set_geometry(converted.rename(frame.geometry.name))
    return converted


def _series_to_wgs84(series: Any, crs: str | None) -> Any:
    """The same for a GeoSeries; a label PROJ knows goes through geopandas, an offset through numpy."""
    flat = gpd.GeoSeries(shapely.force_2d(series.to_numpy()), index=series.index, crs=series.crs)
    if crs is None:
        if series.crs is None:
            raise UnknownCrs(_("文件没有坐标系信息。"), _allowed())
        return flat.to_crs(WGS84)
    name = normalise_crs(crs)
    if name not in NAMED_SYSTEMS:
        return flat.set_crs(name, allow_override=True).to_crs(WGS84)
    if name in _OFFSET_INVERSES:
        flat = gpd.GeoSeries(
            shapely.transform(flat.to_numpy(), _OFFSET_INVERSES[name], interleaved=False), index=series.index
        )
    return flat.set_crs(WGS84, allow_override=True)


def widened(bounds: Bounds, metres: float) -> Bounds:
    """Bounds in degrees with about so many metres more on every side; never beyond the globe."""
    west, south, east, north = bounds
    up = metres / _DEGREE_M
    aside = up / max(math.cos(math.radians(max(abs(south), abs(north)))), up / GLOBE[2])
    return (
        max(west - aside, GLOBE[0]),
        max(south - up, GLOBE[1]),
        min(east + aside, GLOBE[2]),
        min(north + up, GLOBE[3]),
    )


def metre_crs(extent: Any) -> CRS:
    """A local projected system in metres for measuring areas, distances and densities.

    Lambert azimuthal equal-area on the WGS-84 ellipsoid, centred on the extent: areas are exact everywhere
    (grids are compared by area), and lengths are off by less than 0.01 % within 180 km of the centre. A
    transverse Mercator would be as good for one city but inflates areas towards the sides of a province.

    Args:
        extent: (west, south, east, north) in WGS-84 degrees, or a GeoDataFrame / GeoSeries in any known CRS.

    Raises:
        UnknownCrs: The frame has no CRS.
        ValueError: The extent is empty or not finite.
    """
    west, south, east, north = _degrees_bounds(extent)
    if not np.isfinite([west, south, east, north]).all():
        raise ValueError(f"`extent` was {(west, south, east, north)} but is expected to be finite degrees")
    lon, lat = round((west + east) / 2, 4), round((south + north) / 2, 4)
    return _laea(lon, lat)


def _degrees_bounds(extent: Any) -> Bounds:
    if isinstance(extent, tuple | list | np.ndarray):
        west, south, east, north = (float(value) for value in extent)
        return west, south, east, north
    if extent.crs is None:
        raise UnknownCrs(_("要量算的图层没有坐标系信息。"), _allowed())
    series = extent.geometry
    west, south, east, north = series.total_bounds
    if series.crs.is_geographic or np.isnan(west):
        return west, south, east, north
    transformer = Transformer.from_crs(series.crs, WGS84, always_xy=True)
    return transformer.transform_bounds(west, south, east, north)


@lru_cache(maxsize=64)
def _laea(lon: float, lat: float) -> CRS:
    return CRS.from_user_input(f"+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m +type=crs")


@lru_cache(maxsize=32)
def _to_wgs84_transformer(crs: str) -> Transformer:
    return Transformer.from_crs(crs, WGS84, always_xy=True)


def _allowed() -> str:
    return _("请声明坐标系：{names}，或 EPSG 代码（如 EPSG:4547）。").format(names=", ".join(NAMED_SYSTEMS))


def _unknown(crs: str) -> UnknownCrs:
    return UnknownCrs(_("无法识别的坐标系“{crs}”。").format(crs=crs), _allowed())


__all__ = [
    "GLOBE",
    "NAMED_SYSTEMS",
    "WGS84",
    "Bounds",
    "FloatArray",
    "LonLat",
    "axes_swapped",
    "geometries_to_wgs84",
    "likely_epsg",
    "looks_like_lonlat",
    "metre_crs",
    "normalise_crs",
    "swapped_share",
    "to_wgs84",
    "widened",
]
