"""Compounds (小区): blocks inside the grids, with age, size, company and, for a few, no manager."""

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import coverage, steady
from data.demo.frames import Frame
from data.demo.names import company_names, compound_names
from data.demo.scatter import shares
from data.demo.split import Part, split

BUILT_UP = ("111", "112", "121", "122")
POINT_ONLY_SHARE = 0.16
UNMANAGED_SHARE = 0.018
NO_COMPANY_SHARE = 0.10
LEAST_AREA_M2 = 1_600.0
LARGEST_AREA_M2 = 75_000.0
FIRST_UNMANAGED = date(2024, 1, 1)


def make_compounds(
    areas: pd.DataFrame,
    polygons: np.ndarray,
    water: shapely.Geometry,
    count: int,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """`count` compounds inside the built-up general grids, off the water.

    Args:
        areas: the registry of areas, one row an area.
        polygons: their polygons in planar metres, in the same order.
        water: the rivers with their banks, planar metres: nothing is built there.
        count: how many compounds.
        rng: random numbers.

    Returns:
        EPSG:4326; columns code, name, address, company (str), households, buildings, built_year (Int64),
        unmanaged_since (date), grid_code (str), geometry (Polygon, or Point where only the gate is known).
    """
    wanted = (areas["level"] == "grid") & (areas["kind"] == "general") & areas["urban_class"].isin(BUILT_UP)
    rows = np.flatnonzero(wanted)
    households = areas["households"].to_numpy(dtype=np.int64)[rows]
    per_grid = shares(count, households * rng.uniform(0.5, 1.5, len(rows)))
    blocks = [
        block
        for row, number in zip(rows, per_grid, strict=True)
        if number
        for block in _blocks(polygons[row], water, int(number), rng)
    ]
    grid = np.repeat(rows, per_grid)
    frame = _described(areas, grid, per_grid, rng)
    geometry = np.array(blocks, dtype=object)
    point_only = rng.random(count) < POINT_ONLY_SHARE
    geometry[point_only] = shapely.point_on_surface(geometry[point_only])
    return gpd.GeoDataFrame(frame, geometry=coverage.project(geometry), crs="EPSG:4326")


def _blocks(
    grid: shapely.Geometry,
    water: shapely.Geometry,
    count: int,
    rng: np.random.Generator,
) -> list[shapely.Geometry]:
    """The grid in `count` blocks, each drawn back from the streets; a sliver shrinks to a point."""
    side = shapely.minimum_rotated_rectangle(grid)
    corners = shapely.get_coordinates(side)
    angle = float(steady.arctan2(corners[1, 1] - corners[0, 1], corners[1, 0] - corners[0, 0]))
    frame = Frame(angle, ((), ()), 400.0, 0.0)
    # noding may pinch a narrow grid into two
    parts = split(Part(_largest(grid), np.empty((0, 2))), [1] * count, frame)
    result = []
    for part, _ in parts:
        inner = shapely.buffer(part.polygon, -rng.uniform(8, 17), join_style="mitre")
        inner = shapely.difference(inner, water) if shapely.intersects(water, inner) else inner
        inner = _largest(inner)
        if inner is not None and inner.area > LARGEST_AREA_M2:
            inner = _estate(inner, angle, rng)
        wide = inner is not None and inner.area > LEAST_AREA_M2
        result.append(shapely.simplify(inner, 1.5) if wide else shapely.point_on_surface(part.polygon))
    return result


def _estate(block: shapely.Polygon, angle: float, rng: np.random.Generator) -> shapely.Polygon:
    """An estate in a wide block: as much of a turned rectangle around an inner point as lies in the block."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(block))[0]
    across, along = rng.uniform(90, 140, 2)
    corners = np.array([[-across, -along], [across, -along], [across, along], [-across, along]])
    cos, sin = steady.cos(angle), steady.sin(angle)
    turned = np.column_stack(
        [corners[:, 0] * cos - corners[:, 1] * sin, corners[:, 0] * sin + corners[:, 1] * cos]
    )
    estate = shapely.intersection(block, shapely.Polygon(turned + np.array([x, y])))
    return _largest(estate)


def _largest(geometry: shapely.Geometry) -> shapely.Polygon | None:
    """The largest part; None of nothing."""
    return max(shapely.get_parts(geometry), key=lambda part: float(part.area), default=None)


def _described(
    areas: pd.DataFrame, grid: np.ndarray, per_grid: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    count = len(grid)
    community = areas["parent_code"].to_numpy()[grid]
    built_year = np.clip(np.round(rng.normal(2004, 11, count)), 1976, 2024).astype(np.int64)
    households = _households(areas, grid, per_grid, rng)
    since = _unmanaged(built_year, rng)
    house_number = rng.integers(1, 300, count)
    street_name = areas.set_index("code")["name"].reindex(
        areas.set_index("code")["parent_code"].reindex(community)
    )
    return pd.DataFrame(
        {
            "code": [f"{c}C{n:03d}" for c, n in zip(community, _numbered(community), strict=True)],
            "name": compound_names(count, rng),
            "address": [f"{s}{n}号" for s, n in zip(street_name, house_number, strict=True)],
            "households": pd.array(households, dtype="Int64"),
            "buildings": pd.array(households // 64 + 1, dtype="Int64"),
            "built_year": pd.array(built_year, dtype="Int64"),
            "company": _companies(built_year, since, rng),
            "unmanaged_since": pd.Series(since, dtype=object),
            "grid_code": areas["code"].to_numpy()[grid],
        }
    )


def _numbered(groups: np.ndarray) -> np.ndarray:
    """1, 2, 3 … within each group, in row order."""
    return np.asarray(pd.Series(groups).groupby(groups, sort=False).cumcount() + 1)


def _households(
    areas: pd.DataFrame, grid: np.ndarray, per_grid: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Uneven parts of nine tenths of each grid's households, at least 12 each."""
    weight = rng.uniform(0.5, 1.5, len(grid))
    group = np.repeat(np.arange(len(per_grid)), per_grid)
    total = np.bincount(group, weight, minlength=len(per_grid))[group]
    held = areas["households"].to_numpy(dtype=np.int64)[grid]
    return np.asarray(np.maximum(12, np.floor(0.9 * held * weight / total)), dtype=np.int64)


def _unmanaged(built_year: np.ndarray, rng: np.random.Generator) -> list[date | None]:
    """A since-date for the few compounds, all built before 2003, that their manager has left."""
    old = np.flatnonzero(built_year < 2003)
    chosen = np.sort(rng.choice(old, round(UNMANAGED_SHARE * len(built_year)), replace=False))
    days = rng.integers(0, 880, len(chosen))
    since: list[date | None] = [None] * len(built_year)
    for index, day in zip(chosen, days, strict=True):
        since[index] = FIRST_UNMANAGED + timedelta(days=int(day))
    return since


def _companies(
    built_year: np.ndarray, since: list[date | None], rng: np.random.Generator
) -> list[str | None]:
    names = company_names(max(12, len(built_year) // 45), rng)
    popularity = 1 / steady.power(np.arange(1, len(names) + 1), 0.6)
    drawn = rng.choice(len(names), len(built_year), p=popularity / popularity.sum())
    without = (rng.random(len(built_year)) < NO_COMPANY_SHARE) & (built_year < 2000)
    return [
        None if left is not None or none else names[i]
        for i, none, left in zip(drawn, without, since, strict=True)
    ]
