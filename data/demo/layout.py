"""One city in planar metres: from skeleton and quotas to the tree of districts, streets, communities, grids.

Each level is cut out of the one above, so that the levels nest. Rivers, rings and avenues cut first; then
each quarter gets its own street frame (urban ones with a lattice, rural ones with wandering lines).
"""

from dataclasses import dataclass

import numpy as np
import shapely

from data.demo.frames import Floats, Frame, rural_frame, urban_frame
from data.demo.network import Route, Skeleton
from data.demo.scale import CityPlan
from data.demo.scatter import uneven
from data.demo.split import NO_THROUGH, Part, Through, split

PEOPLE_PER_GRID = 26
"""Sample points that stand for a grid's people while cutting."""

URBAN_SHARE = 0.75
"""A quarter with this share of its people in the built-up area is laid out in streets, not in fields."""


@dataclass(frozen=True)
class Layout:
    """The cut city. Parallel arrays over grids; parents are indices within the city, numbered top down."""

    grids: list[shapely.Polygon]
    community: np.ndarray
    street_of_community: np.ndarray
    district_of_street: np.ndarray
    frames: list[Frame]
    """The street frame of each street."""


@dataclass(frozen=True)
class Quotas:
    """How many children each area gets: nested lists district → street → community → number of grids."""

    districts: list[list[list[int]]]


def make_quotas(plan: CityPlan, rng: np.random.Generator) -> Quotas:
    """Children per area that add up to the plan exactly, uneven as in life."""
    streets = uneven(plan.streets, plan.districts, 0.22, 2, rng)
    communities = uneven(plan.communities, plan.streets, 0.20, 3, rng)
    grids = uneven(plan.grids, plan.communities, 0.22, 4, rng)
    result, street_at, community_at = [], 0, 0
    for street_count in streets:
        district = []
        for community_count in communities[street_at : street_at + street_count]:
            district.append(grids[community_at : community_at + community_count])
            community_at += community_count
        street_at += street_count
        result.append(district)
    return Quotas(result)


def people(skeleton: Skeleton, count: int, rng: np.random.Generator) -> Floats:
    """`count` sample points in the outline, as dense as people live (n, 2)."""
    left, bottom, right, top = skeleton.outline.bounds
    shapely.prepare(skeleton.outline)
    probe = rng.uniform((left, bottom), (right, top), (60_000, 2))
    peak = float(skeleton.density(probe).max()) * 1.05
    found: list[Floats] = []
    have = 0
    while have < count:
        xy = rng.uniform((left, bottom), (right, top), (200_000, 2))
        keep = rng.uniform(0, peak, len(xy)) < skeleton.density(xy)
        xy = xy[keep]
        xy = xy[shapely.contains_xy(skeleton.outline, xy)]
        found.append(xy)
        have += len(xy)
    return np.concatenate(found)[:count]


class _Cutter:
    """Cuts one city; holds the skeleton, the random numbers and what was cut so far."""

    def __init__(self, skeleton: Skeleton, rng: np.random.Generator) -> None:
        self.skeleton = skeleton
        self.rng = rng
        self.grids: list[shapely.Polygon] = []
        self.community: list[int] = []
        self.street_of_community: list[int] = []
        self.district_of_street: list[int] = []
        self.frames: list[Frame] = []
        routes = [r for r in skeleton.routes if r.kind != "rail"]
        lines = tuple(r.line for r in routes)
        self.major = Through(lines, tuple(_bonus(r) for r in routes))
        self.minor = Through(lines, tuple(0.6 if r.kind == "water" else 0.45 for r in routes))

    def cut_city(self, part: Part, quotas: Quotas) -> None:
        base = self.rng.uniform(-0.2, 0.2)
        weights = [sum(sum(street) for street in district) for district in quotas.districts]
        tagged = _Tagged(weights)
        pieces = split(part, weights, urban_frame(self.rng, base, 4.0), self.major)
        for index, (piece, weight) in enumerate(pieces):
            self._cut_district(index, piece, quotas.districts[tagged.take(weight)])

    def _cut_district(self, index: int, part: Part, quotas: list[list[int]]) -> None:
        angle = self.rng.uniform(-0.6, 0.6)
        weights = [sum(street) for street in quotas]
        tagged = _Tagged(weights)
        for piece, weight in split(part, weights, self._frame(part, angle, 1.6), self.major):
            self.district_of_street.append(index)
            self._cut_street(piece, quotas[tagged.take(weight)], angle)

    def _cut_street(self, part: Part, quotas: list[int], angle: float) -> None:
        street = len(self.frames)
        tilt = angle + self.rng.normal(0, 0.07)
        town = urban_frame(self.rng, tilt)
        self.frames.append(town)
        coarse = town if self._is_urban(part) else rural_frame(self.rng, tilt)
        for piece, weight in split(part, quotas, coarse, self.minor):
            community = len(self.street_of_community)
            self.street_of_community.append(street)
            urban = self._is_urban(piece)
            fine = town if urban else rural_frame(self.rng, tilt + self.rng.normal(0, 0.3), 0.55)
            cells = split(piece, [1] * weight, fine, self.minor if urban else NO_THROUGH)
            self.grids.extend(cell.polygon for cell, _ in cells)
            self.community.extend([community] * len(cells))

    def _is_urban(self, part: Part) -> bool:
        return float(self.skeleton.urban_share(part.people).mean()) > URBAN_SHARE

    def _frame(self, part: Part, angle: float, scale: float) -> Frame:
        make = urban_frame if self._is_urban(part) else rural_frame
        return make(self.rng, angle, scale)

    def layout(self) -> Layout:
        return Layout(
            self.grids,
            np.array(self.community),
            np.array(self.street_of_community),
            np.array(self.district_of_street),
            self.frames,
        )


def _bonus(route: Route) -> float:
    if route.kind == "water":
        return 1.9 if route.rank == 1 else 1.0
    return 0.8 if route.rank == 1 else 0.55


class _Tagged:
    """Gives back, for each weight that `split` returns, the index of a quota of that weight, each once."""

    def __init__(self, weights: list[int]) -> None:
        self._left: dict[int, list[int]] = {}
        for index, weight in enumerate(weights):
            self._left.setdefault(weight, []).append(index)

    def take(self, weight: int) -> int:
        return self._left[weight].pop(0)


def make_layout(plan: CityPlan, skeleton: Skeleton, rng: np.random.Generator) -> Layout:
    """Cut a city's outline down to its grids."""
    quotas = make_quotas(plan, rng)
    crowd = people(skeleton, PEOPLE_PER_GRID * plan.grids, rng)
    cutter = _Cutter(skeleton, rng)
    cutter.cut_city(Part(skeleton.outline, crowd), quotas)
    return cutter.layout()
