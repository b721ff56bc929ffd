"""Service points and the posts that stand at them: what is there, who works there, what is not known.

Coordinates are degrees (WGS-84). Points and posts are those that the actor may see.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from data.session import Session
from domain.i18n import N_
from domain.vocabulary import Labelled, PoliceTier
from queries.compose import statement
from queries.whole import Whole, whole


@dataclass(frozen=True)
class AtPoint:
    """What belongs to one service point.

    `roster`, tier by tier: code, post, tier, unit, headcount (int32), shift, contact, embedded_as, area_code, area_name
    (null where no current area has the code any more), area_level. `same_place`: code, kind, name of the other points
    with exactly its coordinate.
    """

    roster: pd.DataFrame
    same_place: pd.DataFrame


def points(session: Session) -> Whole[pd.DataFrame]:
    """All service points with their rosters, by code; `points_inside` has their columns."""
    found = session.frame(statement("posts", "points"))
    return whole(found.astype({"posts": "int64", "people": "Int64"}))


def points_inside(everywhere: Whole[pd.DataFrame], inside: int | None) -> pd.DataFrame:
    """Service points inside an area (None: everywhere), by code.

    Columns: code, kind, name, address, lon, lat, level, opening_hours (null where unknown), area_id, area_code,
    area_name (of the finest area the point lies in), posts (int64, of its roster), people (Int64, their headcount;
    missing without a roster), usable (bool: it has a coordinate that can be), at_place (int64, how many of these points
    stand on the coordinate, itself included).
    """
    found = everywhere.inside(inside)
    together = found.groupby(["lon", "lat"])["code"].transform("size")
    return found.assign(at_place=together.fillna(1).astype("int64"))


def at_point(session: Session, code: str) -> AtPoint:
    """The roster of a point, and what else stands where it stands."""
    params = {"point_code": code}
    return AtPoint(
        session.frame(statement("posts", "roster"), params),
        session.frame(statement("posts", "at_same_place"), params),
    )


@dataclass(frozen=True)
class Embedding:
    """One tier of embedding: the areas of its level, and which of them have its posts.

    `rows`, by code: area_id, code, name, above_name (of the area above), posts, people, embedded (int64: posts, their
    headcount, posts that hold an office), offices (their names). `posts` counts the tier's posts that the actor sees
    anywhere, `coarser` those among them that answer for an area above the level, `all_posts` those of any tier or none:
    without a single post of the tier nothing was imported, and nothing can be called a blank.
    """

    tier: PoliceTier
    rows: pd.DataFrame
    posts: int
    coarser: int
    all_posts: int

    @property
    def is_known(self) -> bool:
        """Whether any post of the tier is known."""
        return self.posts > 0

    @property
    def areas(self) -> int:
        """How many areas should have one."""
        return len(self.rows)

    def of(self, seat: "Seat") -> pd.DataFrame:
        """The areas in which the tier stands so."""
        return self.rows[[stands is seat for stands in self.seats]].reset_index(drop=True)

    @cached_property
    def seats(self) -> "list[Seat]":
        """How the tier stands in each area, in the order of the rows."""
        counts = zip(self.rows["posts"].tolist(), self.rows["embedded"].tolist(), strict=True)
        return [Seat.of(*told) for told in counts]


class Seat(Labelled):
    """How a tier stands in an area."""

    BLANK = "blank"
    NO_OFFICE = "no_office"
    EMBEDDED = "embedded"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"blank": N_("空缺"), "no_office": N_("有岗未嵌入"), "embedded": N_("已嵌入")}

    @classmethod
    def of(cls, posts: int, embedded: int) -> "Seat":
        """What some posts, of which some hold an office, come to."""
        if embedded:
            return cls.EMBEDDED
        return cls.NO_OFFICE if posts else cls.BLANK


@dataclass(frozen=True)
class Tiers:
    """By tier its areas that the actor answers for, and the numbers of posts that an `Embedding` tells of it."""

    areas: dict[PoliceTier, Whole[pd.DataFrame]]
    posts: dict[PoliceTier, tuple[int, int, int]]


def tiers(session: Session) -> Tiers:
    """The three tiers of embedding everywhere."""
    return Tiers(
        {tier: _areas(session, tier) for tier in PoliceTier},
        {tier: _posts(session, tier) for tier in PoliceTier},
    )


def embedding(everywhere: Tiers, inside: int | None) -> dict[PoliceTier, Embedding]:
    """The three tiers inside an area (None: everywhere)."""
    return {
        tier: Embedding(tier, areas.inside(inside), *everywhere.posts[tier])
        for tier, areas in everywhere.areas.items()
    }


def _areas(session: Session, tier: PoliceTier) -> Whole[pd.DataFrame]:
    values = {"tier": tier.value, "level": tier.level.value}
    found = session.frame(statement("posts", "embedding", tier.level), values)
    return whole(found.astype({"posts": "int64", "people": "int64", "embedded": "int64"}))


def _posts(session: Session, tier: PoliceTier) -> tuple[int, int, int]:
    posts, coarser, every = session.one(statement("posts", "tier_posts", tier.level), {"tier": tier.value})
    return posts, coarser, every
