"""How far households have to the nearest service point, and what further points would change.

Distances are those of `geo.reach`: metres from a point inside each area of the finest level (the grids, where there
are any) to the nearest point of the kinds asked for. The nearest may lie in somebody else's area, and a secretary
must not read hers as uncovered for that: `Ground` and `Standing` are therefore read with the eyes that
`domain.access` lends, and hold positions only. `coverage` reads the rest as the actor: her own areas, and the names
of the points that she may see; of any other point it tells the distance, and that it lies outside.

Coordinates are WGS-84 degrees.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
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
    """The areas of a level as places in metres, with the roads between them; `roads` is how many there are."""

    level: Level
    area_id: "np.ndarray[Any, np.dtype[np.int64]]"
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
class Coverage:
    """Every place of the actor inside an area with its nearest point, and what that comes to.

    `rows`, by code: area_id, code, name, community_id, community, street_id, street_code, street, households
    (Int64, missing where unknown), lon, lat (of the point inside it), point_id, point_code, point, kind (missing
    where the nearest lies outside the actor's areas, is one tried, or there is none), outside (bool: the nearest
    lies outside), tried (Int64: which of the extra points it is, from 0), straight_m, walk_m (Float64, missing
    where there is no point at all), walk_by ('network' along roads, 'straight' for straight × 1.3), and a bool a
    `Within`.

    `by_street`, worst first: street_id, street_code, street, places (int64), households (int64, those known),
    unknown (int64, places without), a households number (int64) a `Within`, share_walk (Float64, missing without
    households), uncovered (int64, places beyond the walk), median_m (Float64, straight, of the households).

    `without_coordinate` are points of the actor that no distance can be told of; `outside` is how many rows have
    their nearest outside.
    """

    level: Level
    kinds: tuple[PointKind, ...]
    extra: tuple[Spot, ...]
    rows: pd.DataFrame
    by_street: pd.DataFrame
    shares: dict[Within, Share]
    median_m: float | None
    median_walk_m: float | None
    posts: int
    without_coordinate: int
    stacked: Stacked
    roads: int

    @property
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
        level, found["area_id"].to_numpy(np.int64), places, distances.Ground(places, roads), len(lines)
    )


def standing(session: Session, on: Ground, kinds: tuple[PointKind, ...]) -> Standing:
    """The reach of every place to the points that are there."""
    posts = session.frame(statement("reach", "posts"), {"kinds": [kind.value for kind in kinds]})
    return Standing(on, kinds, posts, on.metres.reach(posts[["lon", "lat"]].to_numpy(float)))


def coverage(
    session: Session, there: Standing, inside: AreaInfo | None, extra: tuple[Spot, ...] = ()
) -> Coverage:
    """What of an area (None: everywhere) is reached from the points that are there and some extra ones.

    Raises InputRefused for more than `MOST_EXTRA` extra points, or one that is nowhere on the globe.
    """
    _check(extra)
    on = there.on
    found = session.frame(
        statement("reach", "own_places"),
        {"level": on.level.value, "inside": inside.area_id if inside else None},
    )
    own = session.frame(statement("reach", "own_posts"), {"kinds": [kind.value for kind in there.kinds]})
    reached = there.reach
    if extra:
        reached = reached.with_more(on.metres.reach(np.array(extra, dtype=float)), len(there.posts))
    rows = _rows(found, there, own, reached)
    households = rows["households"]
    usable = own[own["usable"]]
    return Coverage(
        on.level,
        there.kinds,
        extra,
        rows,
        _by_street(rows),
        {within: share(households, rows[within.value].to_numpy(bool)) for within in Within},
        median_m(households, _metres(rows, "straight_m")),
        median_m(households, _metres(rows, "walk_m")),
        len(usable),
        len(own) - len(usable),
        _stacked(usable),
        on.roads,
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


def _rows(found: pd.DataFrame, there: Standing, own: pd.DataFrame, reached: Reach) -> pd.DataFrame:
    """The actor's places with their distances, and the names of the points that she may see."""
    on = there.on
    place = pd.Index(on.area_id).get_indexer(found["area_id"])
    post = reached.straight[place]
    existing = (post >= 0) & (post < len(there.posts))
    ids = np.append(there.posts["point_id"].to_numpy(np.int64), -1)
    point_id = ids[np.where(existing, post, -1)]
    known = own.set_index("point_id").reindex(point_id)
    mine = known["code"].notna().to_numpy()
    straight_m, walk_m = reached.straight_m[place], reached.walk_m[place]
    return pd.DataFrame(
        {
            **{name: found[name] for name in ("area_id", "code", "name")},
            **{name: found[name].astype("Int64") for name in ("community_id", "street_id")},
            **{name: found[name] for name in ("community", "street_code", "street")},
            "households": found["households"].astype("Int64"),
            "lon": on.places[place, 0],
            "lat": on.places[place, 1],
            "point_id": _masked(point_id, mine),
            "point_code": known["code"].to_numpy(),
            "point": known["name"].to_numpy(),
            "kind": known["kind"].to_numpy(),
            "outside": existing & ~mine,
            "tried": _masked(post - len(there.posts), (post >= len(there.posts)) & (post >= 0)),
            "straight_m": _told(straight_m),
            "walk_m": _told(walk_m),
            "walk_by": np.where(reached.by_network[place], "network", "straight"),
            Within.M500.value: straight_m <= Within.M500.metres,
            Within.M1000.value: straight_m <= Within.M1000.metres,
            Within.WALK.value: walk_m <= Within.WALK.metres,
        }
    )


def _masked(numbers: Any, there: Any) -> Any:
    """Whole numbers, missing where there are none."""
    return pd.arrays.IntegerArray(np.asarray(numbers, dtype=np.int64), ~np.asarray(there, dtype=bool))


def _told(metres: Any) -> Any:
    """Metres, missing where there is no point."""
    return pd.arrays.FloatingArray(np.where(np.isfinite(metres), metres, 0.0), ~np.isfinite(metres))


def _metres(rows: pd.DataFrame, column: str) -> Any:
    return rows[column].to_numpy(float, na_value=np.inf)


def _by_street(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a street; places that no street holds are together, without a name."""
    street, _ids = pd.factorize(rows["street_id"], use_na_sentinel=False)
    order = np.argsort(street, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(street[order])) + 1) if len(order) else []
    first = rows.iloc[[mine[0] for mine in groups]]
    households = rows["households"].to_numpy(float, na_value=np.nan)
    straight_m = _metres(rows, "straight_m")
    held = {within: rows[within.value].to_numpy(bool) for within in Within}
    shares = {within: [share(households[mine], held[within][mine]) for mine in groups] for within in Within}
    walk = shares[Within.WALK]
    frame = pd.DataFrame(
        {
            **{name: first[name].to_numpy() for name in ("street_id", "street_code", "street")},
            "places": [len(mine) for mine in groups],
            "households": [one.known for one in walk],
            "unknown": [one.unknown for one in walk],
            **{within.value: [one.households for one in shares[within]] for within in Within},
            "share_walk": [one.value for one in walk],
            "uncovered": [int((~held[Within.WALK][mine]).sum()) for mine in groups],
            "median_m": [_finite(median_m(households[mine], straight_m[mine])) for mine in groups],
        }
    )
    numbers = ["places", "households", "unknown", *[within.value for within in Within], "uncovered"]
    frame = frame.astype(dict.fromkeys(numbers, "int64") | {"street_id": "Int64"})
    frame = frame.astype({"share_walk": "Float64", "median_m": "Float64"})
    left = frame["households"] - frame[Within.WALK.value]
    ordered = frame.assign(left=left).sort_values(
        ["share_walk", "left", "street_code"], ascending=[True, False, True], na_position="last"
    )
    return ordered.drop(columns="left").reset_index(drop=True)


def _finite(metres: float | None) -> float | None:
    return metres if metres is not None and math.isfinite(metres) else None


def _stacked(points: pd.DataFrame) -> Stacked:
    at_place = points.groupby(["lon", "lat"])["point_id"].transform("size")
    shared = points.assign(at_place=at_place.astype("int64"))[at_place > 1]
    shared = shared.sort_values(["at_place", "lon", "lat", "code"], ascending=[False, True, True, True])
    return Stacked(
        shared[["code", "name", "kind", "lon", "lat", "at_place"]].reset_index(drop=True), len(points)
    )


def _shapes(frame: pd.DataFrame) -> Any:
    return shapely.from_wkb(frame["wkb"].map(bytes).to_numpy(object))
