"""The coordinate offsets of Chinese maps: WGS-84 ↔ GCJ-02 ↔ BD-09, vectorised.

GCJ-02 is what AMap and Tencent deliver: WGS-84 plus a smooth, position-dependent shift of some hundred
metres. BD-09 (Baidu) adds a second shift on top. Neither has an official specification; the formulas are the
ones in general use, published with the eviltransform project (github.com/googollee/eviltransform) and
described in the article "Restrictions on geographic data in China": a polynomial with sines around 105° E,
35° N, in metres, turned into degrees on the Krasovsky 1940 ellipsoid.

Two decisions:

- Outside the bounding box that the published formula uses (72.004–137.8347° E, 0.8293–55.8271° N), nothing is
  shifted. The box is looked up with the coordinate given, so within about a kilometre of its edges the
  transforms are not exact inverses of each other (the shift jumps there).
- The inverse is a fixed-point iteration on the forward formula. The one-step inverse in common use errs by
  up to 2 m; the iteration stops below 0.01 mm and raises if it does not get there.

All coordinates are degrees, longitude first. NaN stays NaN; what is no coordinate passes unshifted.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from domain.errors import OneGridError
from domain.i18n import _

FloatArray = npt.NDArray[np.float64]
LonLat = tuple[FloatArray, FloatArray]
Bounds = tuple[float, float, float, float]

CHINA_BOUNDS: Final[Bounds] = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north in degrees: the box of the published formula."""

_KRASOVSKY_A_M: Final = 6378245.0
_KRASOVSKY_E2: Final = 0.00669342162296594323
_BD_PI: Final = np.pi * 3000.0 / 180.0
_TOLERANCE_DEG: Final = 1e-10
_MAX_ITERATIONS: Final = 30


class NotConverged(OneGridError, ArithmeticError):
    """An inverse transform did not settle; the coordinates must not be used."""


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> LonLat:
    """Shift WGS-84 degrees to GCJ-02 degrees."""
    return _inside_china(lon, lat, _gcj02_forward)


def gcj02_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> LonLat:
    """Take the GCJ-02 shift off, to well under a centimetre.

    Raises:
        NotConverged: The iteration did not settle within its bound.
    """
    return _inside_china(lon, lat, lambda x, y: _inverse(_gcj02_forward, x, y))


def gcj02_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> LonLat:
    """Shift GCJ-02 degrees to BD-09 degrees."""
    return _inside_china(lon, lat, _bd09_forward)


def bd09_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> LonLat:
    """Take the BD-09 shift off, leaving GCJ-02.

    Raises:
        NotConverged: The iteration did not settle within its bound.
    """
    return _inside_china(lon, lat, lambda x, y: _inverse(_bd09_forward, x, y))


def wgs84_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> LonLat:
    """Shift WGS-84 degrees to BD-09 degrees, by way of GCJ-02."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> LonLat:
    """Take both shifts off BD-09 degrees.

    Raises:
        NotConverged: The iteration did not settle within its bound.
    """
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _inside_china(
    lon: npt.ArrayLike, lat: npt.ArrayLike, transform: Callable[[FloatArray, FloatArray], LonLat]
) -> LonLat:
    """Apply a transform where it is defined and copy everything else."""
    x, y = np.array(lon, dtype=np.float64, ndmin=1), np.array(lat, dtype=np.float64, ndmin=1)
    west, south, east, north = CHINA_BOUNDS
    within = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    x[within], y[within] = transform(x[within], y[within])
    return x, y


def _inverse(
    forward: Callable[[FloatArray, FloatArray], LonLat],
    lon: FloatArray,
    lat: FloatArray,
    max_iterations: int = _MAX_ITERATIONS,
) -> LonLat:
    """Solve forward(x, y) = (lon, lat) by x ← x + (lon - forward(x)).

    Two places a kilometre apart differ in their shift by less than 20 m, so each step gains two digits.
    """
    x, y = lon.copy(), lat.copy()
    for _step in range(max_iterations):
        shifted_x, shifted_y = forward(x, y)
        error_x, error_y = lon - shifted_x, lat - shifted_y
        x += error_x
        y += error_y
        worst_deg = max(np.abs(error_x).max(initial=0.0), np.abs(error_y).max(initial=0.0))
        if worst_deg < _TOLERANCE_DEG:
            return x, y
    raise NotConverged(
        _("坐标反算在 {n} 次迭代后仍未收敛，最大残差 {deg:.3g} 度。").format(n=max_iterations, deg=worst_deg),
        _("请检查坐标列与坐标系声明是否正确。"),
    )


def _gcj02_forward(lon: FloatArray, lat: FloatArray) -> LonLat:
    """The published formula: a shift in metres, then degrees on the Krasovsky ellipsoid."""
    east_m, north_m = _gcj02_shift_m(lon - 105.0, lat - 35.0)
    lat_rad = np.radians(lat)
    flattened = 1 - _KRASOVSKY_E2 * np.sin(lat_rad) ** 2
    meridian_m = _KRASOVSKY_A_M * (1 - _KRASOVSKY_E2) / (flattened * np.sqrt(flattened))
    parallel_m = _KRASOVSKY_A_M / np.sqrt(flattened) * np.cos(lat_rad)
    return lon + np.degrees(east_m / parallel_m), lat + np.degrees(north_m / meridian_m)


def _gcj02_shift_m(x: FloatArray, y: FloatArray) -> LonLat:
    """Eastward and northward shift in metres at x, y degrees from 105° E, 35° N."""
    pi = np.pi
    common = 20 * np.sin(6 * x * pi) + 20 * np.sin(2 * x * pi)
    root = np.sqrt(np.abs(x))
    east_waves = common + 20 * np.sin(x * pi) + 40 * np.sin(x / 3 * pi)
    east_waves += 150 * np.sin(x / 12 * pi) + 300 * np.sin(x / 30 * pi)
    north_waves = common + 20 * np.sin(y * pi) + 40 * np.sin(y / 3 * pi)
    north_waves += 160 * np.sin(y / 12 * pi) + 320 * np.sin(y / 30 * pi)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + east_waves * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + north_waves * 2 / 3
    return east, north


def _bd09_forward(lon: FloatArray, lat: FloatArray) -> LonLat:
    """The published formula: a wave on radius and angle around 0° E, 0° N, then a constant step."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
