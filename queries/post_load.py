"""The load of service points: the cases of the places that have each as their nearest, its people, its hours.

A place's cases belong to the point nearest as the crow flies (`queries.reach`). Minutes are those of the local week,
0 is Monday 00:00. `served` counts for everything that an actor sees, `load` narrows it to an area.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.session import Session
from domain.errors import InputRefused
from domain.filters import CaseFilter
from domain.indicators.facts import Direction
from domain.opening_hours import OpeningHours
from domain.posts import PoliceWork
from domain.vocabulary import Level
from queries.compose import At, case_conditions, statement
from queries.ranking import density_interval, ranked, share_interval
from queries.reach import Own
from queries.whole import Ints, Whole, whole

MINUTES = 7 * 24 * 60

_DAY = 24 * 60
_HOURS_KEPT = 1_024
Bools = npt.NDArray[np.bool_]
Week = tuple[tuple[int, ...], ...]
"""Seven days (Monday first) of twenty-four hours."""


@dataclass(frozen=True)
class Load:
    """What a place and its service points have to deal with.

    `posts`, most cases a person first, without a roster last (`queries.ranking.ranked`): code, name, kind,
    opening_hours, people (Int64, missing without a roster), places (int64, how many have it as their nearest), cases,
    night (int64), outside (Int64: cases outside its opening hours, missing where these are not known), value, low,
    high (float64: cases a person with their interval), n (= cases), small, rank, best, worst, like_first.

    Of the place alone: `cases` = `to_posts` + `to_others` (the nearest point is none that the actor may see) +
    `doubtful` (on a placeholder point) + `without_area`. `week` counts them by weekday and hour, `open_posts` how many
    points with known hours are open at each, of `known_hours`. `night` of all cases; `outside` of `with_hours`, which
    are those of points with known hours.
    """

    posts: pd.DataFrame
    cases: int
    to_posts: int
    to_others: int
    doubtful: int
    without_area: int
    night: int
    outside: int
    with_hours: int
    week: Week
    open_posts: Week
    known_hours: int

    @property
    def people(self) -> int:
        """People of the points that have a roster."""
        return int(self.posts["people"].fillna(0).sum())

    @property
    def manned_cases(self) -> int:
        """Cases of the points that have a roster."""
        return int(self.posts.loc[self.posts["people"].notna(), "cases"].sum())

    @property
    def without_roster(self) -> int:
        """Points whose people are not known."""
        return int(self.posts["people"].isna().sum())


@dataclass(frozen=True)
class Served:
    """The cases of everything that an actor sees, with the point nearest to each, and what every point comes to.

    `posts`, by code: code, name, kind, opening_hours, people, cases, night, outside, places, value, low, high, n, as in
    `Load`. `post` is which of them a row of `minutes` belongs to, -1 for none that the actor may see, and `serves` the
    same for a row of `own`. `night` tells of each minute of the week.
    """

    minutes: Whole[pd.DataFrame]
    own: Own
    posts: pd.DataFrame
    hours: "_Hours"
    post: Ints
    serves: Ints
    night: Bools
    minimum_n: int


def case_minutes(session: Session, chosen: CaseFilter, level: Level, as_of: Any) -> Whole[pd.DataFrame]:
    """Cases of a filter by area of a level and minute of the week: area_id (Int64), doubtful, minute, cases."""
    at = At.of(session, as_of)
    where, values = case_conditions(chosen, at, None)
    values["timezone"] = at.clock.timezone.key
    found = session.frame(statement("posts", "case_minutes", level, where=where), values)
    return whole(found.astype({"area_id": "Int64", "minute": "int64", "cases": "int64"}))


def served(minutes: Whole[pd.DataFrame], own: Own, points: Whole[pd.DataFrame], work: PoliceWork) -> Served:
    """What the points that are nearest to any area of an actor have to deal with.

    Args:
        minutes: `case_minutes` of all that the actor sees.
        own: distances of all that the actor answers for.
        points: `queries.posts.points`.
        work: when night is, and from how many cases on a point is ranked.
    """
    codes = own.places.rows["point_code"]
    posts = points.rows[points.rows["code"].isin(codes.dropna())].sort_values("code").reset_index(drop=True)
    serves = pd.Index(posts["code"]).get_indexer(codes).astype(np.int64)
    at = pd.Series(serves, index=own.places.rows["area_id"])
    area = minutes.rows["area_id"].where(~_doubtful(minutes.rows))
    post = area.map(at).fillna(-1).to_numpy(np.int64)
    night = np.isin(np.arange(MINUTES) % _DAY // 60, work.night_hours)
    hours = _Hours.of(posts["opening_hours"])
    rows = _posts(posts, _placed(minutes.rows, post), hours, night)
    rows["places"] = np.bincount(serves[serves >= 0], minlength=len(posts)).astype(np.int64)
    return Served(minutes, own, _each(rows), hours, post, serves, night, work.minimum_n)


def load(found: Served, inside: int | None) -> Load:
    """The load of the points that are nearest to any of the actor's areas inside an area (None: everywhere)."""
    serving = np.zeros(len(found.posts) + 1, dtype=bool)  # the last stands for no point
    serving[found.serves[found.own.places.places(inside)]] = True
    serving[-1] = False
    places = found.minutes.places(inside)
    here, post = found.minutes.rows.take(places), found.post[places]
    mine = _placed(here, np.where(serving[post], post, -1))
    minutes, cases = here["minute"].to_numpy(np.int64), here["cases"].to_numpy(np.int64)
    with_hours = found.hours.known[mine.post]
    doubtful, nowhere = _sum(here, _doubtful(here)), _sum(here, _nowhere(here))
    return Load(
        posts=ranked(found.posts[serving[:-1]].reset_index(drop=True), Direction.NEITHER, found.minimum_n),
        cases=int(cases.sum()),
        to_posts=int(mine.cases.sum()),
        to_others=int(cases.sum()) - int(mine.cases.sum()) - doubtful - nowhere,
        doubtful=doubtful,
        without_area=nowhere,
        night=int(cases[found.night[minutes]].sum()),
        outside=int(mine.cases[with_hours & ~found.hours.open_at(mine)].sum()),
        with_hours=int(mine.cases[with_hours].sum()),
        week=_week(minutes, cases),
        open_posts=found.hours.open_posts(serving[:-1]),
        known_hours=int((serving[:-1] & found.hours.known).sum()),
    )


@dataclass(frozen=True)
class _Placed:
    """Cases that have a point: which, in which minute, how many."""

    post: Ints
    minute: Ints
    cases: Ints


def _placed(found: pd.DataFrame, post: Ints) -> _Placed:
    there = post >= 0
    minute, cases = found["minute"].to_numpy(np.int64), found["cases"].to_numpy(np.int64)
    return _Placed(post[there], minute[there], cases[there])


def _doubtful(found: pd.DataFrame) -> Bools:
    return found["doubtful"].fillna(value=False).to_numpy(bool)


def _nowhere(found: pd.DataFrame) -> Bools:
    return found["area_id"].isna().to_numpy(bool) & ~_doubtful(found)


def _sum(found: pd.DataFrame, which: Bools) -> int:
    return int(found["cases"].to_numpy(np.int64)[which].sum())


@lru_cache(maxsize=_HOURS_KEPT)
def _open(text: str) -> Bools | None:
    """The minutes of the week at which it is open; None for what no import could have stored."""
    try:
        return np.frombuffer(OpeningHours.parse(text).open_minutes, dtype=np.uint8) > 0
    except InputRefused:
        return None


@dataclass(frozen=True)
class _Hours:
    """When points are open: `which` of the `masks` (minutes of the week) each has, the first for hours not known."""

    which: Ints
    masks: Bools

    @classmethod
    def of(cls, texts: "pd.Series[str]") -> "_Hours":
        masks: dict[object, Bools] = {None: np.zeros(MINUTES, dtype=bool)}
        read = {text: _open(text) for text in texts.dropna().unique()}
        masks |= {text: minutes for text, minutes in read.items() if minutes is not None}
        place = {text: number for number, text in enumerate(masks)}
        which = np.array([place.get(text, 0) for text in texts], dtype=np.int64)
        return cls(which, np.stack(list(masks.values())))

    @property
    def known(self) -> Bools:
        """Whose hours are known."""
        return self.which > 0

    def open_at(self, cases: _Placed) -> Bools:
        """Whether the point of a case is open in its minute; not where its hours are not known."""
        return self.masks[self.which[cases.post], cases.minute]

    def open_posts(self, among: Bools) -> Week:
        """How many of some points are open for at least half of each hour."""
        half = (self.masks.reshape(len(self.masks), 7 * 24, 60).sum(axis=2) >= 30).astype(np.int64)  # noqa: PLR2004
        return _days(np.bincount(self.which[among], minlength=len(half)) @ half)


def _posts(own: pd.DataFrame, placed: _Placed, hours: _Hours, night: Bools) -> pd.DataFrame:
    """The points with their cases, at night and outside their hours."""

    def counted(which: Any) -> Ints:
        return np.bincount(placed.post[which], placed.cases[which], len(own)).astype(np.int64)

    rows = own[["code", "name", "kind", "opening_hours", "people"]].copy()
    rows["cases"] = counted(np.ones(len(placed.post), dtype=bool))
    rows["night"] = counted(night[placed.minute])
    outside = pd.Series(counted(~hours.open_at(placed)), dtype="Int64")
    rows["outside"] = outside.where(pd.Series(hours.known, dtype=bool))
    return rows


def _each(rows: pd.DataFrame) -> pd.DataFrame:
    """The points with their cases a person, and the interval of that."""
    people, cases = rows["people"].to_numpy(float, na_value=np.nan), rows["cases"].to_numpy(float)
    low, high = density_interval(cases, people)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(people > 0, cases / people, np.nan)
    return rows.assign(value=value, low=low, high=high, n=cases)


def _week(minutes: Ints, cases: Ints) -> Week:
    return _days(np.bincount(minutes // 60, cases, 7 * 24).astype(np.int64))


def _days(hours: Ints) -> Week:
    told = hours.tolist()
    return tuple(tuple(told[day * 24 : day * 24 + 24]) for day in range(7))


def interval(part: int, whole: int) -> tuple[float, float] | None:
    """Between which shares chance may put part of whole (Wilson, 95 %); None for nothing."""
    if not whole:
        return None
    low, high = share_interval(np.array([float(part)]), np.array([float(whole)]))
    return float(low[0]), float(high[0])
