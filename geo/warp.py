"""A density grid as a picture for a web map.

Leaflet stretches an image linearly between two corners in Web Mercator (EPSG:3857), where a grid of metres
is neither straight nor of one scale. So the picture has its own pixels, evenly spaced in Web Mercator, and
each takes its value from the grid at its own centre (bilinear, 0 beyond the grid). Row 0 is the northernmost.
A picture belongs to its grid's frame, never to a zoom or to the data.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.crs import Bounds, FloatArray
from geo.density import TRUNCATE, GridFrame

LEAST_ACROSS = 800
"""Pixels of the longer side: fewer would show as blocks on a screen."""

MOST_PIXELS = LEAST_ACROSS**2

_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class MercatorImage:
    """The pixels of a picture and where their values come from.

    `bounds` are the outer edges: west, south, east, north in degrees (EPSG:4326). `sampling` has one row a
    pixel and one column a cell of the grid.
    """

    bounds: Bounds
    height: int
    width: int
    sampling: sparse.csr_array

    def values(self, per_km2: FloatArray) -> FloatArray:
        """The grid's values by pixel: height × width, the north on top."""
        values: FloatArray = self.sampling @ per_km2.ravel()
        return values.reshape(self.height, self.width)

    def to_degrees(self, row: npt.ArrayLike, column: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Longitude and latitude of pixels (whole numbers are centres)."""
        return _pixel_degrees(
            self.bounds, self.height, self.width, np.asarray(row, float), np.asarray(column, float)
        )


def mercator_image(frame: GridFrame) -> MercatorImage:
    """The picture of a frame: the area's bounds and the reach of the kernel around them."""
    bounds = _with_reach(frame)
    height, width = _size(frame)
    # a column has one longitude and a row one latitude
    lon, lat = _pixel_degrees(
        bounds, height, width, np.arange(height, dtype=float), np.arange(width, dtype=float)
    )
    cells = frame.to_cells(np.tile(lon, height), np.repeat(lat, width))
    return MercatorImage(bounds, height, width, _bilinear(frame, *cells))


def _with_reach(frame: GridFrame) -> Bounds:
    west, south, east, north = frame.bounds
    reach_lat = TRUNCATE * frame.bandwidth_m / _METRES_A_DEGREE
    reach_lon = reach_lat / math.cos(math.radians((south + north) / 2))
    return west - reach_lon, south - reach_lat, east + reach_lon, north + reach_lat


def _size(frame: GridFrame) -> tuple[int, int]:
    """Height and width: a pixel a cell, more where that would be coarse, fewer where it would be too many."""
    scale = max(1.0, LEAST_ACROSS / max(frame.shape))
    scale = min(scale, math.sqrt(MOST_PIXELS / (frame.rows * frame.columns)))
    return max(1, math.floor(frame.rows * scale)), max(1, math.floor(frame.columns * scale))


def _pixel_degrees(
    bounds: Bounds, height: int, width: int, row: FloatArray, column: FloatArray
) -> tuple[FloatArray, FloatArray]:
    west, south, east, north = bounds
    low, high = _mercator(south), _mercator(north)
    lon = west + (column + 0.5) / width * (east - west)
    y = high - (row + 0.5) / height * (high - low)
    return lon, np.degrees(2 * np.arctan(np.exp(y)) - np.pi / 2)


def _mercator(lat: float) -> float:
    """Northing of a latitude on a sphere of radius 1, as web maps have it."""
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def _bilinear(frame: GridFrame, rows: FloatArray, columns: FloatArray) -> sparse.csr_array:
    """For each place the four nearest cells with their shares; cells beyond the grid have none."""
    cell, share = np.empty((len(rows), 4), dtype=np.int32), np.empty((len(rows), 4))
    across = _two_nearest(columns, frame.columns)
    for line, (row, row_share) in enumerate(_two_nearest(rows, frame.rows)):
        for side, (column, column_share) in enumerate(across):
            cell[:, 2 * line + side] = row * frame.columns + column
            share[:, 2 * line + side] = row_share * column_share
    starts = np.arange(0, 4 * len(rows) + 1, 4, dtype=np.int32)
    return sparse.csr_array(
        (share.ravel(), cell.ravel(), starts), shape=(len(rows), frame.rows * frame.columns)
    )


def _two_nearest(at: FloatArray, count: int) -> list[tuple[npt.NDArray[np.int32], FloatArray]]:
    """The lower and the upper of the two whole numbers around, within 0 … `count` - 1, each with its share.

    One that lies beyond has no share, whatever number it is given.
    """
    floor = np.floor(at)
    up, low = at - floor, floor.astype(np.int32)
    return [
        (np.clip(near, 0, count - 1), np.where((near >= 0) & (near < count), share, 0.0))
        for near, share in ((low, 1 - up), (low + 1, up))
    ]
