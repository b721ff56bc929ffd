"""From cut parts to a valid coverage: shared nodes, a fixed grid, and one projection for every vertex.

Parts that were cut one after the other miss each other's junctions. All their edges are noded together on a
grid of 0.1 m, so that neighbours share every vertex; each vertex is then projected once to longitude /
latitude and rounded to 1e-7 degrees (1 cm). Projection and rounding work on the vertex alone, so shared
edges stay identical.
"""

from itertools import pairwise

import numpy as np
import shapely

from data.demo import steady
from data.demo.frames import Floats, as_floats

GRID_M = 0.1
SPECK_M2 = 50.0
"""A face outside all parts and smaller than this is a rounding gap and goes to the nearest part."""

DEGREE_DECIMALS = 7
METRES_PER_DEGREE = 111_320.0

ORIGIN_LON, ORIGIN_LAT = 110.25, 39.30
"""Where the demo city's centre lies: thinly settled country; the city itself does not exist."""


def coverage(parts: list[shapely.Polygon], neighbours: list[shapely.Polygon] | None = None) -> np.ndarray:
    """The parts as a valid coverage in the same order, vertices on the 0.1 m grid (planar metres).

    `neighbours` are cells of another coverage along the border: they only lend their nodes. Snapping
    depends on the nodes near an edge alone, so two coverages that lend each other their border cells fit
    together.
    """
    cells = np.array([*parts, *(neighbours or [])], dtype=object)
    edges = shapely.union_all(shapely.boundary(cells), grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize([edges]))
    owner = _owners(faces, cells)
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(len(parts) + 1))
    groups = [faces[order[a:b]] for a, b in pairwise(starts)]
    return np.array([g[0] if len(g) == 1 else shapely.coverage_union_all(g) for g in groups], dtype=object)


def _owners(faces: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """For each face the part that holds its inner point; -1 outside all parts."""
    tree = shapely.STRtree(cells)
    inner = shapely.point_on_surface(faces)
    face, cell = tree.query(inner, predicate="within")
    owner = np.full(len(faces), -1)
    owner[face[::-1]] = cell[::-1]
    lost = np.flatnonzero((owner < 0) & (shapely.area(faces) < SPECK_M2))
    if len(lost):
        owner[lost] = tree.nearest(inner[lost])
    return owner


def to_degrees(xy: Floats) -> Floats:
    """Planar metres around the centre (n, 2) → longitude, latitude (EPSG:4326), rounded to 1e-7 degrees."""
    lat = ORIGIN_LAT + xy[:, 1] / METRES_PER_DEGREE
    lon = ORIGIN_LON + xy[:, 0] / (METRES_PER_DEGREE * steady.cos(np.radians(ORIGIN_LAT)))
    return as_floats(np.round(np.column_stack([lon, lat]), DEGREE_DECIMALS))


def project(geometries: np.ndarray) -> np.ndarray:
    """Planar geometries → EPSG:4326, vertex by vertex."""
    return np.asarray(shapely.transform(geometries, to_degrees))


def dissolve(children: np.ndarray, parent: np.ndarray, count: int) -> np.ndarray:
    """Unite the children of each of `count` parents; `parent` holds each child's parent index (n,)."""
    order = np.argsort(parent, kind="stable")
    starts = np.searchsorted(parent[order], np.arange(count + 1))
    return np.array(
        [shapely.coverage_union_all(children[order[a:b]]) for a, b in pairwise(starts)],
        dtype=object,
    )


def to_metres(lonlat: Floats) -> Floats:
    """Longitude, latitude (n, 2) → planar metres around the centre; the inverse of `to_degrees`."""
    y = (lonlat[:, 1] - ORIGIN_LAT) * METRES_PER_DEGREE
    x = (lonlat[:, 0] - ORIGIN_LON) * METRES_PER_DEGREE * steady.cos(np.radians(ORIGIN_LAT))
    return np.column_stack([x, y])
