"""Walking distances along roads: from every place to the nearest of some posts.

All in the metres of one local projected system (`geo.crs.metre_crs`), never degrees. Roads are lines; they meet
wherever they touch or cross (bridges and underpasses carry no mark in the data, so a crossing is a junction), and
where one ends at most `JOINED_M` short of another. A place or post joins the nearest road if it is at most `SNAP_M`
away, by the straight leg between; what is farther from every road is off the network. Every road is walked both
ways.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

JOINED_M: Final = 1.0
"""How short of another road a road may end and still meet it."""

_ROUNDED_M: Final = 0.1
"""Vertices are brought onto a grid of this width, so that what is the same point is the same number."""

SNAP_M: Final = 300.0
"""How far a place may be from the nearest road and still be on the network."""

OFF: Final = -1
"""The part of the network of a place that is on none; also the position of no post."""

_LEAST_M: Final = 1e-6
"""Length of an edge between two nodes at one spot: a sparse matrix takes 0 for no edge."""


class Walked(NamedTuple):
    """For each place the nearest post along roads: its position (`OFF`: none) and metres (inf: none)."""

    post: IntArray
    metres: FloatArray


class _Feet(NamedTuple):
    """Where points join roads: the edge (`OFF`: too far), how far along it (0 to 1), the leg in metres."""

    edge: IntArray
    along: FloatArray
    leg_m: FloatArray


class RoadNetwork:
    """Roads with the places joined to them: built once, asked for any number of sets of posts."""

    def __init__(self, roads: npt.NDArray[np.object_], places: FloatArray) -> None:
        """`roads` are shapely lines (other geometries are left out), `places` an array (n, 2); both in metres."""
        starts, ends = _segments(roads)
        self._segments = np.stack([starts, ends], axis=1)
        self._lengths = np.hypot(*(ends - starts).T)
        self._tree = shapely.STRtree(shapely.linestrings(self._segments))
        nodes, which = _numbered(np.concatenate([starts, ends]))
        self._chain(which.reshape(2, -1), nodes, self._feet(places))

    @property
    def edges(self) -> int:
        """How many pieces of road between two vertices or crossings there are."""
        return len(self._lengths)

    def _chain(self, ends: IntArray, nodes: int, feet: _Feet) -> None:
        """Cuts every edge at the feet of the places: its nodes in order, edge after edge, make the chain."""
        on = np.flatnonzero(feet.edge != OFF)
        count = len(self._lengths)
        each = np.arange(count)
        edge = np.concatenate([each, feet.edge[on], each])
        along = np.concatenate([np.zeros(count), feet.along[on], np.ones(count)])
        node = np.concatenate([ends[0], nodes + np.arange(len(on)), ends[1]])
        kind = np.repeat([0, 1, 2], [count, len(on), count])
        order = np.lexsort([kind, along, edge])
        self._edge, self._along, self._node = edge[order], along[order], node[order]
        same = np.flatnonzero(self._edge[1:] == self._edge[:-1])
        metres = (self._along[same + 1] - self._along[same]) * self._lengths[self._edge[same]]
        self._graph = _graph(self._node[same], self._node[same + 1], metres, nodes + len(on))
        _parts, self._part = connected_components(self._graph, directed=False)
        self._place_node = np.full(len(feet.edge), OFF)
        self._place_node[on] = nodes + np.arange(len(on))
        self._place_leg_m = feet.leg_m

    def part_of_places(self) -> IntArray:
        """The connected part of the network that each place is on, `OFF` for none."""
        on = self._place_node != OFF
        return np.where(on, self._part[np.where(on, self._place_node, 0)] if len(self._part) else OFF, OFF)

    def part_of(self, posts: FloatArray) -> IntArray:
        """The same of other points, an array (n, 2) in metres."""
        feet = self._feet(posts)
        on = feet.edge != OFF
        parts = np.full(len(posts), OFF)
        parts[on] = self._part[self._node[self._before(feet, on)]]
        return parts

    def nearest(self, posts: FloatArray, within_m: float = np.inf) -> Walked:
        """The nearest post of each place along roads; posts off the network, or farther, are nobody's."""
        feet = self._feet(posts)
        on = feet.edge != OFF
        nobody = Walked(np.full(len(self._place_node), OFF), np.full(len(self._place_node), np.inf))
        if not on.any():
            return nobody
        metres, source = self._from_posts(feet, on, within_m)
        joined = self._place_node != OFF
        nodes = self._place_node[joined]
        reached = np.isfinite(metres[nodes])
        nobody.metres[joined] = metres[nodes] + self._place_leg_m[joined]
        nobody.post[joined] = np.where(
            reached, np.flatnonzero(on)[np.where(reached, source[nodes] - self._graph.shape[0], 0)], OFF
        )
        return nobody

    def _from_posts(
        self, feet: _Feet, on: npt.NDArray[np.bool_], within_m: float
    ) -> tuple[FloatArray, IntArray]:
        """Metres from the nearest post to every node, and that post's node: each is a node of its own."""
        before = self._before(feet, on)
        edge, leg = feet.edge[on], feet.leg_m[on]
        to_before = (feet.along[on] - self._along[before]) * self._lengths[edge]
        to_after = (self._along[before + 1] - feet.along[on]) * self._lengths[edge]
        roads, count = self._graph, int(on.sum())
        out = np.maximum(np.stack([leg + to_before, leg + to_after], axis=1), _LEAST_M)
        into = np.stack([self._node[before], self._node[before + 1]], axis=1)
        size = roads.shape[0] + count
        graph = csr_array(
            (
                np.concatenate([roads.data, out.ravel()]),
                np.concatenate([roads.indices, into.ravel()]),
                np.concatenate([roads.indptr, roads.indptr[-1] + 2 * np.arange(1, count + 1)]),
            ),
            shape=(size, size),
        )
        posts = np.arange(roads.shape[0], size)
        metres, _before, source = dijkstra(
            graph, indices=posts, min_only=True, return_predecessors=True, limit=within_m
        )
        return metres, source

    def _before(self, feet: _Feet, on: npt.NDArray[np.bool_]) -> IntArray:
        """Position in the chain of the last node of the edge before each foot; the next one is behind it."""
        edge, along = feet.edge[on], feet.along[on]
        first = np.searchsorted(self._edge, edge, side="left")
        after = np.searchsorted(2 * self._edge + self._along, 2 * edge + along, side="left")
        return np.maximum(after, first + 1) - 1

    def _feet(self, points: FloatArray) -> _Feet:
        """The nearest road of each point."""
        feet = _Feet(np.full(len(points), OFF), np.zeros(len(points)), np.full(len(points), np.inf))
        if not len(points) or not len(self._lengths):
            return feet
        made = shapely.points(points)
        which, edge = self._tree.query_nearest(made, max_distance=SNAP_M, all_matches=False)
        start, end = self._segments[edge, 0], self._segments[edge, 1]
        step = end - start
        along = ((points[which] - start) * step).sum(axis=1) / (step**2).sum(axis=1)
        feet.edge[which] = edge
        feet.along[which] = np.clip(along, 0, 1)
        foot = start + feet.along[which][:, None] * step
        feet.leg_m[which] = np.hypot(*(points[which] - foot).T)
        return feet


def _segments(roads: npt.NDArray[np.object_]) -> tuple[FloatArray, FloatArray]:
    """The roads cut at every vertex and crossing, each piece once: starts and ends, arrays (n, 2)."""
    lines = shapely.get_parts(roads[shapely.get_dimensions(roads) == 1])
    cut = shapely.get_parts(
        shapely.union_all(np.concatenate([lines, _missing_ends(lines)]), grid_size=_ROUNDED_M)
    )
    coordinates, line = shapely.get_coordinates(cut, return_index=True)
    same = np.flatnonzero(line[1:] == line[:-1])
    return coordinates[same], coordinates[same + 1]


def _missing_ends(lines: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The short pieces between the end of a line and another one that it nearly meets."""
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    end, line = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=JOINED_M)
    other = end % max(len(lines), 1) != line
    pieces = shapely.shortest_line(ends[end[other]], lines[line[other]])
    kept: npt.NDArray[np.object_] = pieces[shapely.length(pieces) > 0]
    return kept


def _numbered(points: FloatArray) -> tuple[int, IntArray]:
    """How many different points there are, and the number of each."""
    different, which = np.unique(points, axis=0, return_inverse=True)
    return len(different), which.reshape(-1)


def _graph(one: IntArray, other: IntArray, metres: FloatArray, size: int) -> Any:
    """A matrix of metres between neighbours, both ways."""
    weights = np.tile(np.maximum(metres, _LEAST_M), 2)
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    return csr_array((weights, (rows, columns)), shape=(size, size))
