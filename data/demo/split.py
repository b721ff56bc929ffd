"""Cutting a polygon into parts of given sizes along roads, rivers and streets.

A part is a polygon in planar metres with the sample points (people) that lie in it. A cut divides a list of
quotas in two and looks for the line that gives each side its share of the people, is short and leaves
compact shapes. Through roads and rivers are preferred where they do nearly as well. The parts of a cut fit
together exactly, up to missing nodes at junctions, which `coverage` adds for the whole city at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from data.demo.frames import Floats, Frame

SPECK_SHARE = 0.004
"""A face smaller than this share of the cut polygon is a speck and goes to its larger neighbour."""


@dataclass(frozen=True)
class Part:
    """A polygon (planar metres) and the people in it (n, 2)."""

    polygon: shapely.Polygon
    people: Floats


@dataclass(frozen=True)
class Through:
    """Through lines that a cut prefers: each with the bonus it earns."""

    lines: tuple[shapely.LineString, ...]
    bonus: tuple[float, ...]

    def crossing(self, polygon: shapely.Polygon) -> Iterator[tuple[shapely.LineString, float]]:
        """The lines that cross the polygon, with their bonus."""
        if self.lines:
            hits = shapely.intersects(self.lines, polygon)
            for index in np.flatnonzero(hits):
                yield self.lines[index], self.bonus[index]


NO_THROUGH = Through((), ())


@dataclass(frozen=True)
class _Cut:
    score: float
    sides: tuple[Part, Part]
    quotas: tuple[list[int], list[int]]


def split(
    part: Part, quotas: Sequence[int], frame: Frame, through: Through = NO_THROUGH
) -> list[tuple[Part, int]]:
    """Cut a part into len(quotas) parts with people in proportion to the quotas.

    Returns:
        (part, quota) pairs; every quota of the list occurs once, in an order that follows the cuts.
    """
    if len(quotas) == 1:
        return [(part, quotas[0])]
    cut = _best_cut(part, list(quotas), frame, through)
    result = []
    for side, side_quotas in zip(cut.sides, cut.quotas, strict=True):
        result.extend(split(side, side_quotas, frame, through))
    return result


def _best_cut(part: Part, quotas: list[int], frame: Frame, through: Through) -> _Cut:
    shapely.prepare(part.polygon)
    for lines in (_lines(part, quotas, frame, through), _plain_lines(part, quotas)):
        tried = (_try(part, quotas, line, bonus) for line, bonus in lines)
        cuts = [cut for cut in tried if cut is not None]
        if cuts:
            break
    else:
        raise RuntimeError(f"no line cuts a polygon of {part.polygon.area:.0f} m² into {len(quotas)} parts")
    return min(cuts, key=lambda cut: cut.score)


def _lines(
    part: Part,
    quotas: list[int],
    frame: Frame,
    through: Through,
) -> Iterator[tuple[shapely.LineString, float]]:
    yield from through.crossing(part.polygon)
    half = len(quotas) // 2
    share = sum(quotas[:half]) / sum(quotas)
    bounds = part.polygon.bounds
    for axis in (0, 1):
        at = frame.coordinate(part.people, axis) if len(part.people) > 1 else _extent(part, frame, axis)
        value = float(np.quantile(at, share))
        for candidate in _on_lattice(value, at, frame):
            yield shapely.LineString(frame.street(axis, candidate, bounds)), 0.0


def _extent(part: Part, frame: Frame, axis: int) -> Floats:
    at = frame.coordinate(shapely.get_coordinates(part.polygon), axis)
    return np.linspace(at.min(), at.max(), 21)


def _plain_lines(part: Part, quotas: list[int]) -> Iterator[tuple[shapely.LineString, float]]:
    """Straight lines in six directions, for odd shapes that no street of the frame cuts in two."""
    half = len(quotas) // 2
    share = sum(quotas[:half]) / sum(quotas)
    for degrees in (0, 30, 60, 90, 120, 150):
        frame = Frame(float(np.radians(degrees)), ((), ()), 1_000.0, 0.0)
        value = float(np.quantile(_extent(part, frame, 0), share))
        yield shapely.LineString(frame.street(0, value, part.polygon.bounds)), 0.0


def _on_lattice(value: float, at: Floats, frame: Frame) -> tuple[float, ...]:
    """The value moved to the nearest street of the pattern if that stays well inside, and the value."""
    if not frame.lattice_m:
        return (value,)
    snapped = round(value / frame.lattice_m) * frame.lattice_m
    low, high = np.quantile(at, [0.18, 0.82])
    return (snapped, value) if low < snapped < high else (value,)


def _try(part: Part, quotas: list[int], line: shapely.LineString, bonus: float) -> _Cut | None:
    halves = halve(part.polygon, line)
    if halves is None:
        return None
    inside = shapely.contains_xy(halves[0], part.people)
    share = _share(inside, halves)
    split_at = _fitting(quotas, share)
    wanted = sum(quotas[:split_at]) / sum(quotas)
    crowding = max(share / wanted, (1 - share) / (1 - wanted)) - 1
    if crowding > 0.55 and bonus > 0:
        return None
    ragged = max(_raggedness(halves[0]), _raggedness(halves[1]))
    sides = Part(halves[0], part.people[inside]), Part(halves[1], part.people[~inside])
    return _Cut(ragged + 4 * crowding**2 + crowding - bonus, sides, (quotas[:split_at], quotas[split_at:]))


def _share(inside: np.ndarray, halves: tuple[shapely.Polygon, shapely.Polygon]) -> float:
    """The first half's share of the people, softened by its share of the area where people are few."""
    by_area = halves[0].area / (halves[0].area + halves[1].area)
    return float((inside.sum() + 3 * by_area) / (len(inside) + 3))


def _fitting(quotas: list[int], share: float) -> int:
    """How many quotas, from the front, come closest to the share; at least one on each side."""
    shares = np.cumsum(quotas)[:-1] / sum(quotas)
    return int(np.argmin(np.abs(shares - share))) + 1


def _raggedness(polygon: shapely.Polygon) -> float:
    """1 for a circle, 1.27 for a square, more for long or ragged shapes; a hole costs a lot."""
    return float(polygon.length**2 / (4 * np.pi * polygon.area) + 2 * len(polygon.interiors))


def halve(
    polygon: shapely.Polygon, line: shapely.LineString
) -> tuple[shapely.Polygon, shapely.Polygon] | None:
    """The two sides of a polygon cut by a line, or None where the line does not cut it in two.

    Where the line cuts it in more than two, the small faces go to the side they share most boundary with,
    so that both sides stay connected.
    """
    noded = shapely.union(polygon.exterior, line)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    if len(faces) < 2:
        return None
    faces = faces[shapely.contains(polygon, shapely.point_on_surface(faces))]
    if len(faces) < 2 or len(faces) > 12:
        return None
    order = np.argsort(-shapely.area(faces), kind="stable")
    faces = list(faces[order])
    if faces[1].area < 0.02 * polygon.area:
        return None
    sides = [faces[0], faces[1]]
    for face in faces[2:]:
        shared = [shapely.length(shapely.intersection(face.exterior, side.exterior)) for side in sides]
        to = int(np.argmax(shared))
        if shared[to] == 0:
            return None
        sides[to] = shapely.union(sides[to], face)
    if any(side.geom_type != "Polygon" or side.interiors for side in sides):
        return None
    return sides[0], sides[1]
