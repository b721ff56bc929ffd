"""The incident → area join: exactly one answer a case.

A point belongs to every area it intersects, boundary included; of several the one with the lowest code (in
code point order) is chosen. The status says how sure that is:

- `inside`: strictly inside one area and on no other's boundary;
- `ambiguous`: strictly inside two or more areas, which therefore overlap;
- `on_edge`: on the boundary of at least one of the areas it intersects, and strictly inside at most one;
- `outside`: in no area;
- `no_location`: longitude or latitude is NaN;
- `invalid`: not on the globe (|longitude| > 180, |latitude| > 90, infinite).

The answers are those of `geopandas.sjoin(predicate="intersects")` after the tie-break; `locate_frame` is that
spelling, `AreaIndex` the fast one. The index sorts the points into the cells of a regular grid, row by row.
The points near an area are then, for each row of cells that its bounding box touches, one contiguous run, and
the exact test (GEOS, prepared polygons) runs over such runs area by area: no point objects are made, no tree
is walked, and memory stays bounded because runs are taken in blocks. Boundaries and points are WGS-84 degrees
or any other geographic system, the same on both sides.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from domain.errors import InputRefused, UnknownCrs
from domain.i18n import _
from domain.vocabulary import LocationStatus
from geo.china_offset import FloatArray

IntArray = npt.NDArray[np.int64]
NOWHERE: Final = -1

_POINTS_PER_CHUNK: Final = 500_000
_PAIRS_PER_BLOCK: Final = 2_000_000
_CELLS_PER_AREA_SIDE: Final = 7
_MAX_CELLS_PER_SIDE: Final = 2048
_MIN_EXTENT_DEG: Final = 1e-9
_MAX_LON: Final = 180.0
_MAX_LAT: Final = 90.0


class Located(NamedTuple):
    """The answer for each point, in the order given."""

    position: npt.NDArray[np.int32]
    """Row position of the area in the frame the index was built from; -1 for none."""
    status: npt.NDArray[np.object_]
    """`LocationStatus` values as plain strings."""


class AreaIndex:
    """Areas prepared for locating points, built once and used for any number of batches.

    Args:
        areas: Frame with columns `code` (str, not null; need not be unique) and geometry (valid Polygon or
            MultiPolygon; missing or empty ones contain nothing) in a geographic CRS.

    Raises:
        UnknownCrs: The frame has no CRS, or a projected one.
        InputRefused: A code is missing, or a geometry is invalid or not polygonal.

    One thread at a time: GEOS completes the prepared polygons on first use.
    """

    def __init__(self, areas: gpd.GeoDataFrame) -> None:
        self.crs = _geographic_crs(areas.crs)
        _check_areas(areas)
        codes = areas["code"].astype(str).to_numpy(dtype=object)
        shapes = np.asarray(areas.geometry.to_numpy())
        present = np.flatnonzero(~shapely.is_empty(shapes) & ~shapely.is_missing(shapes))
        self._by_code = present[np.argsort(codes[present], kind="stable")]
        self._shapes = shapes[self._by_code]
        shapely.prepare(self._shapes)
        self._cells = _Cells(shapely.bounds(self._shapes))

    def locate(self, lon: npt.ArrayLike, lat: npt.ArrayLike, *, crs: Any) -> Located:
        """Locate points.

        Args:
            lon: Longitudes in degrees; NaN for none.
            lat: Latitudes in degrees; NaN for none.
            crs: CRS of the points (anything pyproj understands); must be that of the areas.

        Raises:
            UnknownCrs: `crs` is None, unknown or not that of the areas. Nothing is reprojected silently.
        """
        _require_same_crs(crs, self.crs)
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        status = _status_of_coordinates(x, y)
        position = np.full(len(x), NOWHERE, dtype=np.int32)
        usable = np.flatnonzero(status == LocationStatus.OUTSIDE)
        for first in range(0, len(usable), _POINTS_PER_CHUNK):
            rows = usable[first : first + _POINTS_PER_CHUNK]
            position[rows], status[rows] = self._locate_chunk(x[rows], y[rows])
        return Located(position, status)

    def _locate_chunk(
        self, x: FloatArray, y: FloatArray
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.object_]]:
        lowest = np.full(len(x), len(self._shapes), dtype=np.int64)
        touched, strictly = np.zeros(len(x), dtype=np.int64), np.zeros(len(x), dtype=np.int64)
        for area, point in self._cells.candidates(x, y):
            hit = shapely.intersects_xy(self._shapes[area], x[point], y[point])
            area, point = area[hit], point[hit]  # noqa: PLW2901  (the candidates that are answers)
            strict = shapely.contains_xy(self._shapes[area], x[point], y[point])
            np.minimum.at(lowest, point, area)
            touched += np.bincount(point, minlength=len(x))
            strictly += np.bincount(point[strict], minlength=len(x))
        position = np.append(self._by_code, NOWHERE)[lowest].astype(np.int32)
        return position, _status_of_counts(touched, strictly)


class _Cells:
    """A regular grid over the areas that finds the points near each area as runs of one sorted order."""

    def __init__(self, bounds: FloatArray) -> None:
        side = int(np.sqrt(len(bounds)) * _CELLS_PER_AREA_SIDE) + 1
        self._side = min(side, _MAX_CELLS_PER_SIDE)
        self._origin = bounds[:, :2].min(axis=0, initial=np.inf)
        extent = bounds[:, 2:].max(axis=0, initial=-np.inf) - self._origin
        self._cells_per_degree = self._side / np.where(extent > _MIN_EXTENT_DEG, extent, 1.0)
        self._west, self._east = self._cell(bounds[:, 0], 0), self._cell(bounds[:, 2], 0)
        self._south, self._north = self._cell(bounds[:, 1], 1), self._cell(bounds[:, 3], 1)

    def candidates(self, x: FloatArray, y: FloatArray) -> Iterator[tuple[IntArray, IntArray]]:
        """Yield (area, point) pairs whose cells meet, area by area, in blocks of bounded size."""
        if len(self._west) == 0:
            return
        cell = self._cell(y, 1) * self._side + self._cell(x, 0)
        order = np.argsort(cell, kind="stable")
        first_of_cell = np.zeros(self._side**2 + 1, dtype=np.int64)
        np.cumsum(np.bincount(cell, minlength=self._side**2), out=first_of_cell[1:])
        area, offset = _expand(self._north - self._south + 1)
        row_start = (self._south[area] + offset) * self._side
        run_start = first_of_cell[row_start + self._west[area]]
        run_length = first_of_cell[row_start + self._east[area] + 1] - run_start
        for block in _blocks(run_length):
            run, step = _expand(run_length[block])
            yield area[block][run], order[run_start[block][run] + step]

    def _cell(self, degrees: FloatArray, axis: int) -> IntArray:
        """Column (axis 0) or row (axis 1); monotone, so a point never leaves the box of its area."""
        scaled = (degrees - self._origin[axis]) * self._cells_per_degree[axis]
        index: IntArray = np.clip(scaled, 0, self._side - 1).astype(np.int64)
        return index


def _expand(counts: IntArray) -> tuple[IntArray, IntArray]:
    """For counts [2, 0, 3]: the owner [0, 0, 2, 2, 2] and the step within it [0, 1, 0, 1, 2]."""
    owner = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, step


def _blocks(counts: IntArray) -> Iterator[slice]:
    """Cut runs into blocks of about `_PAIRS_PER_BLOCK` pairs (at least one run each)."""
    block_of_run = (np.cumsum(counts) - counts) // _PAIRS_PER_BLOCK
    edges = np.flatnonzero(np.diff(block_of_run)) + 1
    for first, last in zip([0, *edges], [*edges, len(counts)], strict=True):
        yield slice(first, last)


def locate_frame(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Join points to areas in the geopandas way; the same answers as `AreaIndex`.

    Args:
        points: Frame with Point geometry; missing or empty points have no location.
        areas: Frame as for `AreaIndex`.

    Returns:
        Frame indexed like `points`: `position` (int32, -1 for none), `code` (str or None), `status` (str).

    Raises:
        UnknownCrs: A CRS is missing or projected, or the two differ.
        InputRefused: See `AreaIndex`.
    """
    _require_same_crs(points.crs, _geographic_crs(areas.crs))
    _check_areas(areas)
    x, y = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    status = _status_of_coordinates(x, y)
    left = gpd.GeoDataFrame(geometry=points.geometry.reset_index(drop=True))
    left = left[status == LocationStatus.OUTSIDE]
    rank = areas["code"].astype(str).rank(method="first").astype(int).to_numpy() - 1
    right = gpd.GeoDataFrame({"rank": rank}, geometry=areas.geometry.to_numpy(), crs=points.crs)
    touching = gpd.sjoin(left, right, predicate="intersects").groupby(level=0)["rank"].agg(["min", "size"])
    strictly = gpd.sjoin(left, right, predicate="within").groupby(level=0).size()
    rows = touching.index.to_numpy()
    status[rows] = _status_of_counts(
        touching["size"].to_numpy(), strictly.reindex(rows, fill_value=0).to_numpy()
    )
    position = np.full(len(points), NOWHERE, dtype=np.int32)
    position[rows] = np.argsort(rank)[touching["min"].to_numpy()]
    known = np.array([*areas["code"], None], dtype=object)
    columns = {"position": position, "code": pd.Series(known[position], dtype=object), "status": status}
    return pd.DataFrame(columns).set_axis(points.index)


def _status_of_coordinates(x: FloatArray, y: FloatArray) -> npt.NDArray[np.object_]:
    """What the numbers alone say: no_location, invalid, or outside until an area is found."""
    status = np.full(len(x), LocationStatus.OUTSIDE.value, dtype=object)
    status[~((np.abs(x) <= _MAX_LON) & (np.abs(y) <= _MAX_LAT))] = LocationStatus.INVALID.value
    status[np.isnan(x) | np.isnan(y)] = LocationStatus.NO_LOCATION.value
    return status


def _status_of_counts(touched: IntArray, strictly: IntArray) -> npt.NDArray[np.object_]:
    """What the areas say: how many the point intersects, and how many hold it strictly inside."""
    status = np.full(len(touched), LocationStatus.INSIDE.value, dtype=object)
    status[touched > strictly] = LocationStatus.ON_EDGE.value
    status[strictly > 1] = LocationStatus.AMBIGUOUS.value
    status[touched == 0] = LocationStatus.OUTSIDE.value
    return status


def _check_areas(areas: gpd.GeoDataFrame) -> None:
    """Refuse what would be joined to silently wrong answers."""
    missing = int(areas["code"].isna().sum())
    if missing:
        raise InputRefused(
            _("{n} 个区域没有编码，而同时落入多个区域的案件要按最小编码归属。").format(n=missing),
            _("请先补齐编码。"),
        )
    shapes = np.asarray(areas.geometry.to_numpy())
    polygonal = np.isin(shapely.get_type_id(shapes), [shapely.GeometryType.MISSING, 3, 6])
    bad = int((~(polygonal & (shapely.is_valid(shapes) | shapely.is_missing(shapes)))).sum())
    if bad:
        raise InputRefused(_("{n} 个区域的图形无效或不是多边形。").format(n=bad), _("请先修复图形再落区。"))


def _geographic_crs(crs: CRS | None) -> CRS:
    if crs is None:
        raise UnknownCrs(_("区域图层没有坐标系信息。"), _("请在导入时声明坐标系。"))
    if not crs.is_geographic:
        raise UnknownCrs(
            _("区域图层的坐标系是“{crs}”，落区需要经纬度。").format(crs=crs.name), _("请先转换为 WGS-84。")
        )
    return crs


def _require_same_crs(points: Any, areas: CRS) -> None:
    if points is None:
        raise UnknownCrs(_("案件坐标没有声明坐标系。"), _("请在映射中声明坐标系。"))
    try:
        system = CRS.from_user_input(points)
    except CRSError as error:
        message = _("无法识别的坐标系“{crs}”。").format(crs=points)
        raise UnknownCrs(message, _("请在映射中声明坐标系。")) from error
    if not system.equals(areas, ignore_axis_order=True):
        raise UnknownCrs(
            _("案件坐标系“{points}”与区域坐标系“{areas}”不一致。").format(
                points=system.name, areas=areas.name
            ),
            _("请先把两者转换为同一坐标系（WGS-84）。"),
        )
