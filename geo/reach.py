"""How far every place has to the nearest post: as the crow flies, and on foot.

Places (one inside each grid) and posts come as WGS-84 degrees; distances are metres in a local projected system
(`geo.crs.metre_crs`), never degrees.

- **straight**: to the nearest post; posts at the same distance (to the millimetre) are decided by their order, so
  give them by code.
- **on foot**: along the roads where the place and the post are on the same connected part of the network
  (`geo.walking`); for any other pair, or without roads, straight × `DETOUR`. The nearest post is then the one with
  the fewest metres, and each place says which of the two it was. Decided pair by pair, a further post never makes
  a way longer.

Households that nobody knows are counted apart and never as 0.
"""

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.crs import WGS84, metre_crs
from geo.walking import OFF, FloatArray, IntArray, RoadNetwork

BoolArray = npt.NDArray[np.bool_]

DETOUR: Final = 1.3
"""A way on foot is taken for the straight line times this where no road tells."""

_SAME_M: Final = 3
"""Decimals of a metre to which distances are the same."""

_TIED: Final = 8
"""Posts looked at for a tie, twice as many again where all are tied."""


@dataclass(frozen=True)
class Reach:
    """For each place the nearest post straight and on foot: position (-1: there is none) and metres (inf).

    `by_network` says which ways on foot run along roads.
    """

    straight: IntArray
    straight_m: FloatArray
    walk: IntArray
    walk_m: FloatArray
    by_network: BoolArray

    def with_more(self, more: "Reach", offset: int) -> "Reach":
        """With the posts of another reach, whose positions begin at `offset`; of equal ones those here."""
        nearer, shorter = more.straight_m < self.straight_m, more.walk_m < self.walk_m
        return Reach(
            np.where(nearer, more.straight + offset, self.straight),
            np.where(nearer, more.straight_m, self.straight_m),
            np.where(shorter, more.walk + offset, self.walk),
            np.where(shorter, more.walk_m, self.walk_m),
            np.where(shorter, more.by_network, self.by_network),
        )


@dataclass(frozen=True)
class Share:
    """Households that something holds for, of those known; `unknown` places have no known number."""

    households: int
    known: int
    unknown: int

    @property
    def value(self) -> float | None:
        """The share from 0 to 1; None where no households are known."""
        return self.households / self.known if self.known else None


def inner_points(areas: gpd.GeoDataFrame) -> FloatArray:
    """A point inside each area, as an array (n, 2) of longitude and latitude. A centroid may lie outside."""
    inside: FloatArray = shapely.get_coordinates(shapely.point_on_surface(areas.geometry.to_numpy()))
    return inside


class Ground:
    """Places, and the roads between them where there are any: built once for all sets of posts."""

    def __init__(self, places: FloatArray, roads: gpd.GeoSeries | None = None) -> None:
        """`places` is an array (n, 2) of degrees, not empty; `roads` are lines in EPSG:4326."""
        west, south = places.min(axis=0)
        east, north = places.max(axis=0)
        system = metre_crs((west, south, east, north))
        self._to_metres = Transformer.from_crs(WGS84, system, always_xy=True)
        self.places_m = self.metres_of(places)
        self.network: RoadNetwork | None = None
        self._parts = np.full(len(places), OFF)
        if roads is not None and len(roads):
            self.network = RoadNetwork(roads.to_crs(system).to_numpy(), self.places_m)
            self._parts = self.network.part_of_places()

    @property
    def on_network(self) -> BoolArray:
        """Which places are near enough to a road."""
        on: BoolArray = self._parts != OFF
        return on

    def metres_of(self, points: FloatArray) -> FloatArray:
        """Degrees (n, 2) as metres of this ground's own system."""
        if not len(points):
            return np.empty((0, 2))
        return np.column_stack(self._to_metres.transform(points[:, 0], points[:, 1]))

    def reach(self, posts: FloatArray, within_m: float = np.inf) -> Reach:
        """The nearest of some posts, an array (n, 2) of degrees, in the order in which ties are decided.

        Ways along roads that are longer than `within_m` need not be found: whoever has a shorter one spares the search.
        """
        posts_m = self.metres_of(posts)
        straight, straight_m = nearest(self.places_m, posts_m)
        walk, crow_m = self._apart(posts_m)
        walk_m = crow_m * DETOUR
        by_network = np.zeros(len(self.places_m), dtype=bool)
        if self.network is not None:
            walked = self.network.nearest(posts_m, within_m)
            by_network = walked.metres <= np.where(np.isfinite(walk_m), walk_m, np.finfo(float).max)
            walk, walk_m = (
                np.where(by_network, walked.post, walk),
                np.where(by_network, walked.metres, walk_m),
            )
        return Reach(straight, straight_m, walk, walk_m, by_network)

    def metres_to(self, spot: tuple[float, float], *, on_foot: bool) -> FloatArray:
        """Metres from every place to one point (longitude, latitude), straight or as `reach` has it on foot."""
        post = np.array([spot], dtype=float)
        if on_foot:
            return self.reach(post).walk_m
        metres: FloatArray = np.hypot(*(self.places_m - self.metres_of(post)).T)
        return metres

    def _apart(self, posts_m: FloatArray) -> tuple[IntArray, FloatArray]:
        """The nearest post, straight, of those that no road leads to from the place."""
        parts = self.network.part_of(posts_m) if self.network else np.full(len(posts_m), OFF)
        found, metres = np.full(len(self.places_m), OFF), np.full(len(self.places_m), np.inf)
        for part in np.unique(self._parts):
            mine = self._parts == part
            others = np.flatnonzero((parts != part) | (part == OFF))
            if len(others):
                which, metres[mine] = nearest(self.places_m[mine], posts_m[others])
                found[mine] = others[which]
        return found, metres


def nearest(places_m: FloatArray, posts_m: FloatArray) -> tuple[IntArray, FloatArray]:
    """The position of the nearest post of each place, and metres; -1 and inf without posts.

    Both are arrays (n, 2) in metres. Of posts at the same distance the first.
    """
    if not len(posts_m):
        return np.full(len(places_m), OFF), np.full(len(places_m), np.inf)
    spots, first = np.unique(posts_m, axis=0, return_index=True)  # stacked posts would all be tied
    tree = cKDTree(spots)
    which = np.empty(len(places_m), dtype=np.int64)
    metres = np.empty(len(places_m))
    left, looked_at = np.arange(len(places_m)), min(_TIED, len(spots))
    while len(left):
        far, near = tree.query(places_m[left], k=np.arange(1, looked_at + 1))
        tied = np.round(far, _SAME_M) == np.round(far[:, :1], _SAME_M)
        order = np.where(tied, first[near], len(posts_m))
        best = order.argmin(axis=1)
        rows = np.arange(len(left))
        which[left], metres[left] = order[rows, best], far[rows, best]
        left = left[tied[:, -1] & (looked_at < len(spots))]
        looked_at = min(2 * looked_at, len(spots))
    return which, metres


def share(households: Any, holds: BoolArray) -> Share:
    """What share of the households a mask holds for; `households` is one number a place, missing if unknown."""
    known = ~_missing(households)
    numbers = np.asarray(households)[known].astype(np.int64)
    return Share(int(numbers[holds[known]].sum()), int(numbers.sum()), int((~known).sum()))


def median_m(households: Any, metres: FloatArray) -> float | None:
    """Half of the known households have at most so many metres; None without any, inf where there is no post."""
    known = ~_missing(households)
    numbers, far = np.asarray(households)[known].astype(np.int64), metres[known]
    total = int(numbers.sum())
    if not total:
        return None
    order = np.argsort(far, kind="stable")
    reached = np.cumsum(numbers[order])
    return float(far[order][np.searchsorted(reached, total / 2)])


def _missing(households: Any) -> BoolArray:
    return np.asarray(households.isna() if hasattr(households, "isna") else np.isnan(households), dtype=bool)
