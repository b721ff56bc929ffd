"""Density of points in cases per km²: a Gaussian kernel on a grid of square metres.

The grid belongs to an area and a bandwidth, never to a zoom or to the data, so densities of two filters, two
days or two screens can be compared cell by cell. It is laid out in the local equal-area system of
`geo.crs.metre_crs` (Lambert azimuthal, centred on the area), so every cell covers the same ground and a
density is a plain count over an area. Row 0 is the southernmost, column 0 the westernmost.

Mass is kept: each point is shared linearly among the four nearest cell centres, the kernel sums to one, and
the grid reaches far enough beyond the area's bounds (4 bandwidths and more) that nothing leaves it. So
`per_km2.sum() * cell_km2` is the weight of the points used. Points outside the bounds of the area are not
used and counted apart.

A cell is a quarter of the bandwidth, unless the grid would then have more than MOST_CELLS: cells grow until
it fits. Up to half a bandwidth that does not show (the linear sharing adds cell²/6 to the kernel's
variance, 4 % at half a bandwidth); beyond, the picture is as coarse as its cells, and `GridFrame.is_coarse`
says so.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from scipy import ndimage

from geo.crs import WGS84, Bounds, FloatArray, metre_crs

MOST_CELLS = 400_000
TRUNCATE = 4.0
"""Bandwidths after which the kernel is cut; what it leaves out, 0.03 % of a point's weight, is spread over the rest."""

_CELLS_A_BANDWIDTH = 4.0
_SPARE_CELLS = 2  # for the linear sharing, and for the kernel's radius being rounded up to cells


@dataclass(frozen=True)
class GridFrame:
    """Where the cells lie: fixed by the bounds of an area and the bandwidth.

    `bounds` are west, south, east, north in degrees (EPSG:4326); points outside are not used. `west_m` and
    `south_m` are the outer corner of the grid in `crs`, all lengths in metres.
    """

    bounds: Bounds
    bandwidth_m: float
    cell_m: float
    west_m: float
    south_m: float
    rows: int
    columns: int

    @property
    def crs(self) -> CRS:
        """The local equal-area system in metres."""
        return metre_crs(self.bounds)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def cell_km2(self) -> float:
        """The ground that a cell covers."""
        return self.cell_m**2 / 1e6

    @property
    def is_coarse(self) -> bool:
        """Whether cells are so large that they blur the picture more than the kernel's width says."""
        return self.cell_m > self.bandwidth_m / 2

    def to_cells(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Rows and columns (fractions; whole numbers are cell centres) of degrees (EPSG:4326)."""
        x, y = _to_metres(self.bounds).transform(np.asarray(lon, float), np.asarray(lat, float))
        return (y - self.south_m) / self.cell_m - 0.5, (x - self.west_m) / self.cell_m - 0.5

    def to_degrees(self, row: npt.ArrayLike, column: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Longitude and latitude of rows and columns: the way back of `to_cells`."""
        x = self.west_m + (np.asarray(column, float) + 0.5) * self.cell_m
        y = self.south_m + (np.asarray(row, float) + 0.5) * self.cell_m
        lon, lat = _to_metres(self.bounds).transform(x, y, direction="INVERSE")
        return lon, lat


@dataclass(frozen=True)
class DensityGrid:
    """A density and what it is made of.

    `per_km2` has the frame's shape, float64. `used` is the weight of the points within the frame's bounds,
    `outside` that of the others: together they are what was given.
    """

    frame: GridFrame
    per_km2: FloatArray
    used: float
    outside: float


def grid_frame(bounds: Bounds, bandwidth_m: float) -> GridFrame:
    """The frame of an area.

    Args:
        bounds: West, south, east, north in degrees (EPSG:4326), finite, west < east and south < north.
        bandwidth_m: Standard deviation of the kernel in metres, more than 0.

    Raises:
        ValueError: The bounds are empty or not finite, or the bandwidth is not positive.
    """
    west, south, east, north = bounds
    if not (west < east and south < north):
        raise ValueError(f"`bounds` were {bounds} but are expected to be west < east and south < north")
    if not bandwidth_m > 0:
        raise ValueError(f"`bandwidth_m` was {bandwidth_m} but is expected to be more than 0")
    left, bottom, right, top = _to_metres(bounds).transform_bounds(west, south, east, north)
    cell_m = _cell_m(right - left, top - bottom, bandwidth_m)
    pad = _pad_cells(bandwidth_m, cell_m)
    columns = math.ceil((right - left) / cell_m) + 2 * pad
    rows = math.ceil((top - bottom) / cell_m) + 2 * pad
    return GridFrame(bounds, bandwidth_m, cell_m, left - pad * cell_m, bottom - pad * cell_m, rows, columns)


def density(frame: GridFrame, lon: npt.ArrayLike, lat: npt.ArrayLike, weight: npt.ArrayLike) -> DensityGrid:
    """The density of points.

    Args:
        frame: Of `grid_frame`.
        lon: Longitudes in degrees (EPSG:4326); NaN counts as outside.
        lat: Latitudes.
        weight: Cases a point stands for.
    """
    part = np.zeros(np.size(weight), dtype=np.intp)
    return next(density_by_part(frame, lon, lat, weight, part, 1))


def density_by_part(
    frame: GridFrame,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    weight: npt.ArrayLike,
    part: npt.ArrayLike,
    parts: int,
) -> Iterator[DensityGrid]:
    """The densities of the points of each part (0 … `parts` - 1), one after the other.

    Other arguments as in `density`. Points are projected once. A part's grid is new; the sum of all of
    them is the density of all points.
    """
    lon, lat, weight = (np.asarray(values, float) for values in (lon, lat, weight))
    west, south, east, north = frame.bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    numbers = np.asarray(part)
    outside = np.bincount(numbers[~inside], weights=weight[~inside], minlength=parts)
    order = np.flatnonzero(inside)[np.argsort(numbers[inside], kind="stable")]
    rows, columns = frame.to_cells(lon[order], lat[order])
    weights = weight[order]
    edges = np.searchsorted(numbers[order], np.arange(parts + 1))
    for number in range(parts):
        own = slice(edges[number], edges[number + 1])
        counts = _share_linearly(frame.shape, rows[own], columns[own], weights[own])
        yield DensityGrid(frame, _smooth(frame, counts), float(weights[own].sum()), float(outside[number]))


def _share_linearly(
    shape: tuple[int, int], rows: FloatArray, columns: FloatArray, weights: FloatArray
) -> FloatArray:
    """Weights on the four nearest cell centres, each the more the nearer it is."""
    low_row, low_column = np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)
    up, right = rows - low_row, columns - low_column
    cell = low_row * shape[1] + low_column
    shares = (
        (cell, (1 - up) * (1 - right)),
        (cell + 1, (1 - up) * right),
        (cell + shape[1], up * (1 - right)),
        (cell + shape[1] + 1, up * right),
    )
    counts = np.zeros(shape[0] * shape[1])
    for cells, share in shares:
        counts += np.bincount(cells, weights=weights * share, minlength=len(counts))
    return counts.reshape(shape)


def _smooth(frame: GridFrame, counts: FloatArray) -> FloatArray:
    """Cases a cell spread by the kernel, in cases/km²."""
    if not counts.any():
        return counts
    sigma = frame.bandwidth_m / frame.cell_m
    smoothed: FloatArray = ndimage.gaussian_filter(counts, sigma, truncate=TRUNCATE, mode="constant")
    return smoothed / frame.cell_km2


def _cell_m(width_m: float, height_m: float, bandwidth_m: float) -> float:
    """A quarter of the bandwidth, or the size with which the padded grid has MOST_CELLS cells."""
    wanted = bandwidth_m / _CELLS_A_BANDWIDTH
    reach = 2 * TRUNCATE * bandwidth_m
    spare = 2 * _SPARE_CELLS + 3  # in cells: on both sides, and what rounding the reach and the width up adds
    # (width + reach + spare·c)(height + reach + spare·c) = MOST_CELLS·c², solved for c
    a, b = MOST_CELLS - spare**2, -spare * (width_m + height_m + 2 * reach)
    c = -(width_m + reach) * (height_m + reach)
    return max(wanted, (-b + math.sqrt(b * b - 4 * a * c)) / (2 * a))


def _pad_cells(bandwidth_m: float, cell_m: float) -> int:
    return math.ceil(TRUNCATE * bandwidth_m / cell_m) + _SPARE_CELLS


@lru_cache(maxsize=64)
def _to_metres(bounds: Bounds) -> Transformer:
    return Transformer.from_crs(WGS84, metre_crs(bounds), always_xy=True)
