"""What undeclared or doubtful coordinates probably are. Guesses are for messages; nothing is changed by them.

Three questions an import asks before it joins anything: are these degrees at all, are longitude and latitude
exchanged, and if the values are projected, in which system could they be? All work on the finite values other
than (0, 0), which real files use for "unknown".
"""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Proj

from domain.i18n import _
from geo.china_offset import Bounds, FloatArray

_ZONED_3: Final = tuple(range(4513, 4534))
_ZONED_6: Final = tuple(range(4491, 4502))
_CENTRAL_3: Final = tuple(range(4534, 4555))
_CENTRAL_6: Final = tuple(range(4502, 4513))
_UTM: Final = tuple(range(32649, 32653))
_WEB_MERCATOR: Final = 3857
CANDIDATES: Final = (_WEB_MERCATOR, *_ZONED_3, *_ZONED_6, *_CENTRAL_3, *_CENTRAL_6, *_UTM)
"""Projected systems met in China: web Mercator, CGCS2000 Gauss-Krüger in 3° and 6° zones, with the zone
number before the easting and without it, UTM 49-52 N. The order is that of the answers."""

_MAX_LON: Final = 180.0
_MAX_LAT: Final = 90.0
_CHINA: Final = (73.0, 3.0, 135.5, 54.0)
_SLACK_DEG: Final = 0.5
_MAJORITY: Final = 0.5


def looks_like_lonlat(x: npt.ArrayLike, y: npt.ArrayLike) -> bool:
    """Tell whether more than half of the values can be degrees, in either order.

    True as well when there is nothing to judge by.
    """
    east, north = _usable(x, y)
    in_order = (np.abs(east) <= _MAX_LON) & (np.abs(north) <= _MAX_LAT)
    exchanged = (np.abs(east) <= _MAX_LAT) & (np.abs(north) <= _MAX_LON)
    return east.size == 0 or float(np.mean(in_order | exchanged)) > _MAJORITY


def swapped_share(lon: npt.ArrayLike, lat: npt.ArrayLike, reference_bounds: Bounds | None = None) -> float:
    """Share of the rows that only make sense with longitude and latitude exchanged, 0 to 1.

    A row counts when its latitude is beyond ±90 while the exchanged pair is possible, or when it falls
    outside the reference bounds as it stands and inside them exchanged.

    Args:
        lon: The column said to hold longitudes, degrees.
        lat: The column said to hold latitudes, degrees.
        reference_bounds: (west, south, east, north) of the areas, degrees; None uses the first test alone.
    """
    x, y = _usable(lon, lat)
    if x.size == 0:
        return 0.0
    swapped = (np.abs(y) > _MAX_LAT) & (np.abs(y) <= _MAX_LON) & (np.abs(x) <= _MAX_LAT)
    if reference_bounds is not None:
        swapped |= ~_within(x, y, reference_bounds) & _within(y, x, reference_bounds)
    return float(np.mean(swapped))


def axes_swapped(lon: npt.ArrayLike, lat: npt.ArrayLike, reference_bounds: Bounds | None = None) -> bool:
    """Tell whether more than half of the rows only make sense exchanged; see `swapped_share`."""
    return swapped_share(lon, lat, reference_bounds) > _MAJORITY


def likely_epsg(
    x: npt.ArrayLike, y: npt.ArrayLike, reference_bounds: Bounds | None = None
) -> list[tuple[int, str]]:
    """Projected systems in which the values lie where that system is meant to be used.

    An easting without a zone number fits one system a meridian, so there are often several; the reference
    bounds leave only those that bring the values to the known areas.

    Args:
        x: Eastings in metres.
        y: Northings in metres. When nothing fits, the two are tried exchanged (survey files put the
            northing first), and the name says so.
        reference_bounds: (west, south, east, north) of the known areas in degrees, or None.

    Returns:
        (EPSG code, register name) in the order of `CANDIDATES`; empty when none fits. Never raises.
    """
    east, north = _usable(x, y)
    if east.size == 0 or looks_like_lonlat(east, north):
        return []
    centre = float(np.median(east)), float(np.median(north))
    found = _fitting(*centre, reference_bounds)
    if found:
        return found
    exchanged = _("{name}（东坐标与北坐标对调）")
    return [(code, exchanged.format(name=name)) for code, name in _fitting(*centre[::-1], reference_bounds)]


def _fitting(east: float, north: float, reference_bounds: Bounds | None) -> list[tuple[int, str]]:
    """Candidates whose own area of use, and the reference if given, holds the point."""
    found = []
    for epsg in CANDIDATES:
        name, area_of_use, projection = _candidate(epsg)
        lon, lat = (np.array([value]) for value in projection(east, north, inverse=True))
        home = reference_bounds or area_of_use
        if _within(lon, lat, area_of_use)[0] and _within(lon, lat, home)[0]:
            found.append((epsg, name))
    return found


@lru_cache(maxsize=len(CANDIDATES))
def _candidate(epsg: int) -> tuple[str, Bounds, Proj]:
    """Name, area of use in degrees and projection of a candidate; web Mercator is only looked for in China.

    The bare projection, since a guess needs no datum shift and PROJ takes seconds to look up seventy of them.
    """
    system = CRS.from_epsg(epsg)
    area = system.area_of_use
    bounds = _CHINA if area is None or epsg == _WEB_MERCATOR else area.bounds
    return system.name, bounds, Proj(system)


def _usable(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Pairs that are finite and not the (0, 0) of an empty form."""
    east, north = np.asarray(x, dtype=np.float64).ravel(), np.asarray(y, dtype=np.float64).ravel()
    usable = np.isfinite(east) & np.isfinite(north) & ~((east == 0) & (north == 0))
    return east[usable], north[usable]


def _within(lon: FloatArray, lat: FloatArray, bounds: Bounds) -> npt.NDArray[np.bool_]:
    west, south, east, north = bounds
    inside: npt.NDArray[np.bool_] = (
        (lon >= west - _SLACK_DEG)
        & (lon <= east + _SLACK_DEG)
        & (lat >= south - _SLACK_DEG)
        & (lat <= north + _SLACK_DEG)
    )
    return inside
