"""How far households have to the nearest service point, and what further points would change.

Distances are those of `geo.reach`: metres from a point inside each area of the finest level (the grids, where there
are any) to the nearest point of the kinds asked for. The nearest may lie in somebody else's area, and a secretary
must not read hers as uncovered for that: `Ground` and `Standing` are therefore read with the eyes that
`domain.access` lends, and hold positions only. `own` reads the rest as the actor: her own areas, and the names
of the points that she may see; of any other point it tells the distance, and that it lies outside.

`Own` is all of that for one actor, read once; `coverage` narrows it to an area and reads nothing.

Coordinates are WGS-84 degrees.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.session import Session
from domain.errors import InputRefused
from domain.i18n import _
from domain.vocabulary import Level, LineKind, PointKind
from geo import reach as distances
from geo.reach import Reach, Share, median_m, share
from queries import areas
from queries.areas import AreaInfo
from queries.compose import statement
from queries.whole import Ints, Whole, path_of

Spot = tuple[float, float]
"""Longitude and latitude of a point that somebody tries."""

MOST_EXTRA = 20
"""Points that can be tried at once."""


class Within(StrEnum):
    """A limit of a distance."""

    M500 = "within_500"
    M1000 = "within_1000"
    WALK = "within_walk"

    @property
    def metres(self) -> int:
        """Straight for the first two; on foot 1,200 m are 15 minutes."""
        return {"within_500": 500, "within_1000": 1_000, "within_walk": 1_200}[self.value]


@dataclass(frozen=True)
class Ground:
    """The areas of a level as places in metres, with the roads between them; `roads` is how many there are.

    `extent` has each area's west, south, east and north in degrees.
    """

    level: Level
    area_id: "np.ndarray[Any, np.dtype[np.int64]]"
    extent: "np.ndarray[Any, np.dtype[np.float64]]"
    places: "np.ndarray[Any, np.dtype[np.float64]]"
    metres: distances.Ground
    roads: int


@dataclass(frozen=True)
class Standing:
    """Where the points of some kinds are (point_id, kind, lon, lat), and the reach of every place to them."""

    on: Ground
    kinds: tuple[PointKind, ...]
    posts: pd.DataFrame
    reach: Reach


@dataclass(frozen=True)
class Stacked:
    """Points that share their coordinate with another: code, name, kind, lon, lat, at_place; of `total` points."""

    rows: pd.DataFrame
    total: int


@dataclass(frozen=True)
class Own:
    """Every place of an actor with its nearest point, and the points that she may see.

    `places` holds `Coverage.rows`; `place` is where each stands in the ground. `known`: code, name and kind of the
    points of `there`, in their order and missing where she may not see one; the last row is missing and stands for
    none. `posts`, `without_coordinate` and `stacked` are those of a coverage.
    """

    there: Standing
    places: Whole[pd.DataFrame]
    place: Ints
    known: pd.DataFrame
    posts: int
    without_coordinate: int
    stacked: Stacked


@dataclass(frozen=True)
class Coverage:
    """Every place of the actor inside an area with its nearest point, and what that comes to.

    `rows`, by code: area_id, code, name, community_id, community_code, community, street_id, street_code, street,
    households (Int64, missing where unknown), lon, lat (of the point inside it), point_id, point_code, point, kind
    (missing where the nearest lies outside the actor's areas, is one tried, or there is none), outside (bool: the
    nearest lies outside), tried (Int64: which of the extra points it is, from 0), walk_tried (Int64: the same of the
    nearest on foot, which may be another one), straight_m, walk_m (Float64, missing where there is no point at all),
    walk_by ('network' along roads, 'straight' for straight × 1.3), and a bool a `Within`.

    `without_coordinate` are points of the actor that no distance can be told of; `outside` is how many rows have
    their nearest outside.
    """

    level: Level
    kinds: tuple[PointKind, ...]
    extra: tuple[Spot, ...]
    rows: pd.DataFrame
    shares: dict[Within, Share]
    median_m: float | None
    median_walk_m: float | None
    posts: int
    without_coordinate: int
    stacked: Stacked
    roads: int

    @cached_property
    def uncovered(self) -> pd.DataFrame:
        """The rows beyond a 15-minute walk, most households first, unknown ones last."""
        beyond = self.rows[~self.rows[Within.WALK.value]]
        return beyond.sort_values(["households", "code"], ascending=[False, True], na_position="last")

    @property
    def on_network(self) -> int:
        """Rows whose way on foot runs along roads."""
        return int((self.rows["walk_by"] == "network").sum())

    @property
    def outside(self) -> int:
        """Rows whose nearest point lies outside the actor's areas."""
        return int(self.rows["outside"].sum())


def ground(session: Session) -> Ground | None:
    """The places of the whole installation and its roads; None without areas. Takes seconds at city scale."""
    existing = areas.levels(session)
    if not existing:
        return None
    level = list(existing)[-1]
    found = session.frame(statement("reach", "places"), {"level": level.value})
    shapes = gpd.GeoDataFrame(geometry=_shapes(found), crs="EPSG:4326")
    lines = _shapes(session.frame(statement("reach", "roads"), {"kind": LineKind.ROAD.value}))
    places = distances.inner_points(shapes)
    roads = gpd.GeoSeries(lines, crs="EPSG:4326") if len(lines) else None
    return Ground(
        level,
        found["area_id"].to_numpy(np.int64),
        shapely.bounds(shapes.geometry.to_numpy()),
        places,
        distances.Ground(places, roads),
        len(lines),
    )


def standing(session: Session, on: Ground, kinds: tuple[PointKind, ...]) -> Standing:
    """The reach of every place to the points that are there."""
    posts = session.frame(statement("reach", "posts"), {"kinds": [kind.value for kind in kinds]})
    return Standing(on, kinds, posts, on.metres.reach(posts[["lon", "lat"]].to_numpy(float)))


def own(session: Session, there: Standing) -> Own:
    """All that the actor answers for, measured to the points that are there."""
    found = session.frame(statement("reach", "own_places"), {"level": there.on.level.value})
    posts = session.frame(statement("reach", "own_posts"), {"kinds": [kind.value for kind in there.kinds]})
    place = pd.Index(there.on.area_id).get_indexer(found["area_id"]).astype(np.int64)
    ids = np.append(there.posts["point_id"].to_numpy(np.int64), -1)
    known = posts.set_index("point_id").reindex(ids)[["code", "name", "kind"]].reset_index(drop=True)
    rows = _placed(found, there, place).assign(**_measured(there, known, there.reach, place))
    usable = posts[posts["usable"]]
    without = len(posts) - len(usable)
    return Own(there, Whole(rows, path_of(found)), place, known, len(usable), without, _stacked(usable))


def coverage(mine: Own, inside: AreaInfo | None, extra: tuple[Spot, ...] = ()) -> Coverage:
    """What of an area (None: everywhere) is reached from the points that are there and some extra ones.

    Raises InputRefused for more than `MOST_EXTRA` extra points, or one that is nowhere on the globe.
    """
    _check(extra)
    there, area_id = mine.there, inside.area_id if inside else None
    rows = mine.places.inside(area_id)
    if extra:
        place = mine.place[mine.places.places(area_id)]
        farthest_m = there.reach.walk_m[place].max(initial=0.0)
        more = there.on.metres.reach(np.array(extra, dtype=float), farthest_m)
        reached = there.reach.with_more(more, len(there.posts))
        rows = rows.assign(**_measured(there, mine.known, reached, place))
    households = rows["households"]
    return Coverage(
        there.on.level,
        there.kinds,
        extra,
        rows,
        {within: share(households, rows[within.value].to_numpy(bool)) for within in Within},
        median_m(households, _metres(rows, "straight_m")),
        median_m(households, _metres(rows, "walk_m")),
        mine.posts,
        mine.without_coordinate,
        mine.stacked,
        there.on.roads,
    )


def _check(extra: Sequence[Spot]) -> None:
    if len(extra) > MOST_EXTRA:
        raise InputRefused(
            _("一次最多试放 {most} 个站点，收到 {n} 个。").format(most=MOST_EXTRA, n=len(extra)),
            _("请移除一些。"),
        )
    for lon, lat in extra:
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004
            raise InputRefused(
                _("坐标 {lon}, {lat} 不在地球上。").format(lon=lon, lat=lat),
                _("请用经度, 纬度（WGS-84，度）。"),
            )


def _placed(found: pd.DataFrame, there: Standing, place: Ints) -> pd.DataFrame:
    """The actor's places, without distances."""
    return pd.DataFrame(
        {
            **{name: found[name] for name in ("area_id", "code", "name")},
            **{name: found[name].astype("Int64") for name in ("community_id", "street_id")},
            **{name: found[name] for name in ("community_code", "community", "street_code", "street")},
            "households": found["households"].astype("Int64"),
            "lon": there.on.places[place, 0],
            "lat": there.on.places[place, 1],
        }
    )


def _measured(there: Standing, known: pd.DataFrame, reached: Reach, place: Ints) -> dict[str, Any]:
    """The distances of some places of the ground, and of the nearest points what the actor may know (`Own.known`)."""
    post = reached.straight[place]
    existing = (post >= 0) & (post < len(there.posts))
    which = np.where(existing, post, len(there.posts))
    told = known.take(which)
    seen = told["code"].notna().to_numpy()
    point_id = np.append(there.posts["point_id"].to_numpy(np.int64), -1)[which]
    straight_m, walk_m = reached.straight_m[place], reached.walk_m[place]
    return {
        "point_id": _masked(point_id, seen),
        "point_code": told["code"].to_numpy(),
        "point": told["name"].to_numpy(),
        "kind": told["kind"].to_numpy(),
        "outside": existing & ~seen,
        "tried": _tried(post, len(there.posts)),
        "walk_tried": _tried(reached.walk[place], len(there.posts)),
        "straight_m": _told(straight_m),
        "walk_m": _told(walk_m),
        "walk_by": np.where(reached.by_network[place], "network", "straight"),
        Within.M500.value: straight_m <= Within.M500.metres,
        Within.M1000.value: straight_m <= Within.M1000.metres,
        Within.WALK.value: walk_m <= Within.WALK.metres,
    }


def _tried(post: Ints, existing: int) -> Any:
    """Which of the extra points each is, from 0; missing for one that is there, and where there is none."""
    return _masked(post - existing, post >= existing)


def _masked(numbers: Any, there: Any) -> Any:
    """Whole numbers, missing where there are none."""
    return pd.arrays.IntegerArray(np.asarray(numbers, dtype=np.int64), ~np.asarray(there, dtype=bool))


def _told(metres: Any) -> Any:
    """Metres, missing where there is no point."""
    return pd.arrays.FloatingArray(np.where(np.isfinite(metres), metres, 0.0), ~np.isfinite(metres))


def _metres(rows: pd.DataFrame, column: str) -> Any:
    return rows[column].to_numpy(float, na_value=np.inf)


def _stacked(points: pd.DataFrame) -> Stacked:
    at_place = points.groupby(["lon", "lat"])["point_id"].transform("size")
    shared = points.assign(at_place=at_place.astype("int64"))[at_place > 1]
    shared = shared.sort_values(["at_place", "lon", "lat", "code"], ascending=[False, True, True, True])
    return Stacked(
        shared[["code", "name", "kind", "lon", "lat", "at_place"]].reset_index(drop=True), len(points)
    )


def _shapes(frame: pd.DataFrame) -> Any:
    return shapely.from_wkb(frame["wkb"].map(bytes).to_numpy(object))
