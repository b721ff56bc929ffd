"""The base map's lines: rivers as areas, roads by rank, smaller streets along boundaries, the railway."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import coverage
from data.demo.names import road_names
from data.demo.registry import Planar

Row = tuple[str, str | None, int, shapely.Geometry]
"""kind, name, rank, geometry."""


def make_lines(
    planar: Planar, prefix: str, rng: np.random.Generator, *, streets: bool = True
) -> pd.DataFrame:
    """Lines of one city in its own planar metres.

    Args:
        planar: the cut city.
        prefix: first characters of the lines' codes.
        rng: random numbers, for names.
        streets: also draw the streets that follow community and grid boundaries in built-up quarters.

    Returns:
        code, kind, name (str), rank (int64; 1 = most important), geometry (rivers Polygon or MultiPolygon,
        roads LineString or MultiLineString).
    """
    outline = shapely.union_all(planar.districts)
    rows: list[Row] = []
    for route in planar.routes:
        shape = shapely.buffer(route.line, route.width_m / 2) if route.kind == "water" else route.line
        clipped = shapely.intersection(shape, outline)
        if not clipped.is_empty:
            rows.append((route.kind, route.name, route.rank, clipped))
    if streets:
        rows += _streets(planar, rng)
    frame = pd.DataFrame(rows, columns=["kind", "name", "rank", "geometry"])
    frame.insert(0, "code", [f"{prefix}L{i + 1:05d}" for i in range(len(frame))])
    return frame


def _streets(planar: Planar, rng: np.random.Generator) -> list[Row]:
    """Where built up: community boundaries as named streets (rank 3), grid boundaries as unnamed ones (4)."""
    built_up = planar.built_up
    through = shapely.union_all([r.line for r in planar.routes if r.kind != "rail"])
    corridor = shapely.buffer(through, 3.0)
    shapely.prepare(corridor)
    parent = planar.layout.street_of_community
    named: list[shapely.Geometry] = []
    small: list[shapely.Geometry] = []
    for street in range(len(planar.streets)):
        mine = np.flatnonzero((parent == street) & built_up)
        if len(mine):
            named.extend(_inner_edges(planar.communities[mine], corridor))
    for community in np.flatnonzero(built_up):
        grids = planar.grids[planar.layout.community == community]
        small.append(_between(grids))
    names = road_names(len(named), rng)
    rows: list[Row] = [("road", name, 3, line) for name, line in zip(names, named, strict=True)]
    rows += [("road", None, 4, line) for line in small if not line.is_empty]
    return rows


def _between(cells: np.ndarray) -> shapely.Geometry:
    """The edges that cells of a coverage share with each other."""
    both = shapely.union_all(shapely.boundary(cells))
    return shapely.line_merge(shapely.difference(both, shapely.boundary(shapely.coverage_union_all(cells))))


def _inner_edges(cells: np.ndarray, corridor: shapely.Geometry) -> list[shapely.Geometry]:
    lines = shapely.get_parts(_between(cells))
    return [line for line in lines if line.length > 120 and not shapely.contains(corridor, line)]


def project(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Planar lines → EPSG:4326."""
    geometry = coverage.project(frame["geometry"].to_numpy())
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=geometry, crs="EPSG:4326")
