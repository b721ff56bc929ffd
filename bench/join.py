"""The incident → area join against other ways to do it: `python -m bench.join`.

One million uniformly spread points in 5,700 irregular areas with about 190,000 vertices that share their
edges. Each way runs in a process of its own on one core and must give the same area for every point. Seconds
are processor time from coordinates to one area a point, building any index included, best of `ROUNDS`; memory
is the growth of the process's peak. Only `AreaIndex` also says inside, on_edge, ambiguous or outside.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.coverage import is_valid_coverage
from geo.join import AreaIndex

POINTS = 1_000_000
COLUMNS, ROWS = 76, 75
BEND_LEVELS = 3
ROUNDS = 3
CELLS = 512
EXTENT = (123.1, 41.6, 0.6, 0.45)


def irregular_areas(columns: int = COLUMNS, rows: int = ROWS, seed: int = 7) -> gpd.GeoDataFrame:
    """A shaken lattice whose edges are bent at random, alike on both sides: `code`, geometry, EPSG:4326."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1)
    grid += rng.uniform(-0.2, 0.2, grid.shape)
    along = _bent(grid[:, :-1], grid[:, 1:], rng)
    across = _bent(grid[:-1, :], grid[1:, :], rng)
    rings = np.concatenate(
        [along[:-1], across[:, 1:, 1:], along[1:, :, -2::-1], across[:, :-1, -2:0:-1]], axis=2
    )
    west, south, width, height = EXTENT
    flat = rings.reshape(columns * rows, -1, 2) / [columns, rows] * [width, height] + [west, south]
    codes = [f"{number:05d}" for number in rng.permutation(columns * rows)]
    return gpd.GeoDataFrame({"code": codes}, geometry=shapely.polygons(flat), crs=4326)


def _bent(start: Any, end: Any, rng: np.random.Generator) -> Any:
    """Edges as polylines: each piece is broken in the middle and pushed aside, level by level."""
    line = np.stack([start, end], axis=2)
    for _level in range(BEND_LEVELS):
        step = np.diff(line, axis=2)
        middle = line[:, :, :-1] + step / 2
        aside = np.stack([-step[..., 1], step[..., 0]], axis=-1)
        middle += aside * rng.uniform(-0.09, 0.09, (*middle.shape[:3], 1))
        longer = np.empty((*line.shape[:2], line.shape[2] * 2 - 1, 2))
        longer[:, :, ::2], longer[:, :, 1::2] = line, middle
        line = longer
    return line


def incidents(seed: int = 5) -> tuple[Any, Any]:
    """Longitudes and latitudes over the extent, some of them outside all areas."""
    rng = np.random.default_rng(seed)
    west, south, width, height = EXTENT
    return west + width * rng.random(POINTS), south + height * rng.random(POINTS)


def _lowest(areas: gpd.GeoDataFrame, point: Any, area: Any) -> Any:
    """One area a point: of several the lowest code, -1 for none."""
    rank = areas["code"].astype(int).to_numpy()
    best = np.full(POINTS, len(areas))
    np.minimum.at(best, point, rank[area])
    return np.append(np.argsort(rank), -1)[best]


def area_index(areas: gpd.GeoDataFrame, lon: Any, lat: Any) -> Any:
    """Ours: points sorted into a grid, exact test over runs, with the status."""
    return AreaIndex(areas).locate(lon, lat, crs=areas.crs).position


def geopandas_sjoin(areas: gpd.GeoDataFrame, lon: Any, lat: Any) -> Any:
    """What the definition says."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=areas.crs)
    pairs = gpd.sjoin(points, areas, predicate="intersects")
    return _lowest(areas, pairs.index.to_numpy(), pairs["index_right"].to_numpy())


def tree_of_areas(areas: gpd.GeoDataFrame, lon: Any, lat: Any) -> Any:
    """The same without the frames."""
    shapes = areas.geometry.to_numpy()
    point, area = shapely.STRtree(shapes).query(shapely.points(lon, lat), predicate="intersects")
    return _lowest(areas, point, area)


def tree_of_points(areas: gpd.GeoDataFrame, lon: Any, lat: Any) -> Any:
    """Points in the tree, areas as queries, which prepares each area once."""
    tree = shapely.STRtree(shapely.points(lon, lat))
    area, point = tree.query(areas.geometry.to_numpy(), predicate="intersects")
    return _lowest(areas, point, area)


def cell_index(areas: gpd.GeoDataFrame, lon: Any, lat: Any) -> Any:
    """Cells wholly inside one area answer at once; the points of the other cells go through the tree."""
    shapes = areas.geometry.to_numpy()
    west, south, east, north = areas.total_bounds
    x, y = np.linspace(west, east, CELLS + 1), np.linspace(south, north, CELLS + 1)
    cells = shapely.box(
        *(edge.ravel() for edge in (*np.meshgrid(x[:-1], y[:-1]), *np.meshgrid(x[1:], y[1:])))
    )
    tree = shapely.STRtree(cells)
    meets = np.bincount(tree.query(shapes, predicate="intersects")[1], minlength=len(cells))
    owner, held = tree.query(shapes, predicate="contains_properly")
    answer = np.full(len(cells), -1)
    answer[held] = owner
    answer[meets != 1] = -1
    column = ((lon - west) * (CELLS / (east - west))).astype(int)
    row = ((lat - south) * (CELLS / (north - south))).astype(int)
    within = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    found = np.where(within, answer[np.where(within, row * CELLS + column, 0)], -1)
    rest = np.flatnonzero(found == -1)
    point, area = shapely.STRtree(shapes).query(shapely.points(lon[rest], lat[rest]), predicate="intersects")
    found[rest] = _lowest(areas, rest[point], area)[rest]
    return found


WAYS: tuple[Callable[[gpd.GeoDataFrame, Any, Any], Any], ...] = (
    area_index,
    cell_index,
    tree_of_points,
    tree_of_areas,
    geopandas_sjoin,
)


def measure(name: str) -> dict[str, Any]:
    """Run one way and report seconds, megabytes and a checksum of its answers."""
    way = next(candidate for candidate in WAYS if candidate.__name__ == name)
    areas, (lon, lat) = irregular_areas(), incidents()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for _round in range(ROUNDS):
        fresh = areas.set_geometry(shapely.from_wkb(shapely.to_wkb(areas.geometry.to_numpy())), crs=4326)
        started = time.process_time()
        position = way(fresh, lon, lat)
        seconds.append(time.process_time() - started)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    answers = pd.util.hash_array(np.asarray(position, dtype=np.int64)).sum()
    return {
        "way": name,
        "seconds": round(min(seconds), 2),
        "points/s": f"{POINTS / min(seconds):,.0f}",
        "memory MB": round(grown_mb),
        "located": int((position >= 0).sum()),
        "answers": f"{answers:016x}",
    }


def main() -> None:
    """Print the table; fail when two ways disagree."""
    areas = irregular_areas()
    vertices = int(shapely.get_num_coordinates(areas.geometry.to_numpy()).sum())
    print(
        f"{POINTS:,} points, {len(areas):,} areas, {vertices:,} vertices, valid: {is_valid_coverage(areas)}"
    )
    rows = []
    for way in WAYS:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(measure, (way.__name__,)))
    table = pd.DataFrame(rows)
    print(table.drop(columns="answers").to_string(index=False))
    assert len(set(table["answers"])) == 1, "the ways disagree"


if __name__ == "__main__":
    main()
