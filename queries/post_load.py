"""The load of service points: the cases of the places that have each as their nearest, its people, its hours.

A place's cases belong to the point nearest as the crow flies (`queries.reach`). Minutes are those of the local week,
0 is Monday 00:00.
"""

from dataclasses import dataclass
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
from queries.areas import AreaInfo
from queries.compose import At, case_conditions, statement
from queries.ranking import density_interval, ranked, share_interval
from queries.reach import Coverage

MINUTES = 7 * 24 * 60

_DAY = 24 * 60
Ints = npt.NDArray[np.int64]


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
    week: tuple[tuple[int, ...], ...]
    open_posts: tuple[tuple[int, ...], ...]
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


def case_minutes(
    session: Session, chosen: CaseFilter, area: AreaInfo | None, level: Level, as_of: Any
) -> pd.DataFrame:
    """Cases of a filter by area of a level and minute of the week: area_id (Int64), doubtful, minute, cases."""
    at = At.of(session, as_of)
    where, values = case_conditions(chosen, at, area.as_filter if area else None)
    values["timezone"] = at.clock.timezone.key
    found = session.frame(statement("posts", "case_minutes", level, where=where), values)
    return found.astype({"area_id": "Int64", "minute": "int64", "cases": "int64"})


def load(
    everywhere: pd.DataFrame,
    here: pd.DataFrame,
    told: Coverage,
    points: pd.DataFrame,
    place: set[int],
    work: PoliceWork,
) -> Load:
    """The load of the points that are nearest to any of the areas `place`.

    Args:
        everywhere: `case_minutes` of all that the actor sees.
        here: the same of the place alone.
        told: the coverage of all that the actor sees.
        points: `queries.posts.points` of all that the actor sees.
        place: ids of the place's areas of the coverage's level.
        work: when night is, and from how many cases on a point is ranked.
    """
    nearest = dict(zip(told.rows["area_id"], told.rows["point_code"], strict=True))
    serving = {code for area, code in nearest.items() if area in place and isinstance(code, str)}
    own = points[points["code"].isin(serving)].sort_values("code").reset_index(drop=True)
    masks = _masks(own["opening_hours"])
    position = {str(code): index for index, code in enumerate(own["code"])}
    at = {area: position[code] for area, code in nearest.items() if code in position}
    night = np.isin(np.arange(MINUTES) % _DAY // 60, work.night_hours)
    rows = _posts(own, _placed(everywhere, at), masks, night)
    rows["places"] = np.bincount(list(at.values()), minlength=len(own)).astype(np.int64)
    mine, known = _placed(here, at), _known(own["opening_hours"])
    minutes, cases = here["minute"].to_numpy(np.int64), here["cases"].to_numpy(np.int64)
    with_hours = known[mine.post]
    return Load(
        posts=_ranked(rows, work.minimum_n),
        cases=int(cases.sum()),
        to_posts=int(mine.cases.sum()),
        to_others=int(cases.sum())
        - int(mine.cases.sum())
        - _sum(here, _doubtful(here))
        - _sum(here, _nowhere(here)),
        doubtful=_sum(here, _doubtful(here)),
        without_area=_sum(here, _nowhere(here)),
        night=int(cases[night[minutes]].sum()),
        outside=int(mine.cases[with_hours & ~masks[mine.post, mine.minute]].sum()),
        with_hours=int(mine.cases[with_hours].sum()),
        week=_week(minutes, cases),
        open_posts=_open_posts(masks[known]),
        known_hours=int(known.sum()),
    )


@dataclass(frozen=True)
class _Placed:
    """Cases that have a point: which, in which minute, how many."""

    post: Ints
    minute: Ints
    cases: Ints


def _placed(found: pd.DataFrame, at: dict[int, int]) -> _Placed:
    usable = found[~_doubtful(found) & ~_nowhere(found)]
    post = usable["area_id"].map(at)
    there = post.notna().to_numpy()
    numbers = usable[["minute", "cases"]].to_numpy(np.int64)[there]
    return _Placed(np.asarray(post[there], dtype=np.int64), numbers[:, 0], numbers[:, 1])


def _doubtful(found: pd.DataFrame) -> "npt.NDArray[np.bool_]":
    return found["doubtful"].fillna(value=False).to_numpy(bool)


def _nowhere(found: pd.DataFrame) -> "npt.NDArray[np.bool_]":
    return found["area_id"].isna().to_numpy(bool) & ~_doubtful(found)


def _sum(found: pd.DataFrame, which: "npt.NDArray[np.bool_]") -> int:
    return int(found["cases"].to_numpy(np.int64)[which].sum())


def _known(texts: "pd.Series[str]") -> "npt.NDArray[np.bool_]":
    return np.array([_hours(text) is not None for text in texts], dtype=bool)


def _hours(text: object) -> OpeningHours | None:
    """Hours as they are stored; None for none, and for what no import could have stored."""
    try:
        return OpeningHours.parse(text) if isinstance(text, str) else None
    except InputRefused:
        return None


def _masks(texts: "pd.Series[str]") -> "npt.NDArray[np.bool_]":
    """One row a point: the minutes of the week at which it is open; none where that is not known."""
    masks = np.zeros((len(texts), MINUTES), dtype=bool)
    read: dict[object, npt.NDArray[np.bool_]] = {}
    for index, text in enumerate(texts):
        if text not in read:
            hours = _hours(text)
            read[text] = np.frombuffer(hours.open_minutes, dtype=np.uint8) > 0 if hours else masks[0] & False
        masks[index] = read[text]
    return masks


def _posts(
    own: pd.DataFrame, placed: _Placed, masks: "npt.NDArray[np.bool_]", night: "npt.NDArray[np.bool_]"
) -> pd.DataFrame:
    """The points with their cases, at night and outside their hours."""

    def counted(which: Any) -> Ints:
        return np.bincount(placed.post[which], placed.cases[which], len(own)).astype(np.int64)

    rows = own[["code", "name", "kind", "opening_hours", "people"]].copy()
    rows["cases"] = counted(np.ones(len(placed.post), dtype=bool))
    rows["night"] = counted(night[placed.minute])
    outside = pd.Series(counted(~masks[placed.post, placed.minute]), dtype="Int64")
    rows["outside"] = outside.where(pd.Series(_known(own["opening_hours"]), dtype=bool))
    return rows


def _ranked(rows: pd.DataFrame, minimum_n: int) -> pd.DataFrame:
    people, cases = rows["people"].to_numpy(float, na_value=np.nan), rows["cases"].to_numpy(float)
    low, high = density_interval(cases, people)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(people > 0, cases / people, np.nan)
    return ranked(rows.assign(value=value, low=low, high=high, n=cases), Direction.NEITHER, minimum_n)


def _week(minutes: Ints, cases: Ints) -> tuple[tuple[int, ...], ...]:
    hours = np.bincount(minutes // 60, cases, 7 * 24).astype(int)
    return tuple(tuple(int(n) for n in hours[day * 24 : day * 24 + 24]) for day in range(7))


def _open_posts(masks: "npt.NDArray[np.bool_]") -> tuple[tuple[int, ...], ...]:
    """How many points are open for at least half of each hour."""
    hours = (masks.reshape(len(masks), 7 * 24, 60).sum(axis=2) >= 30).sum(axis=0)  # noqa: PLR2004
    return tuple(tuple(int(n) for n in hours[day * 24 : day * 24 + 24]) for day in range(7))


def interval(part: int, whole: int) -> tuple[float, float] | None:
    """Between which shares chance may put part of whole (Wilson, 95 %); None for nothing."""
    if not whole:
        return None
    low, high = share_interval(np.array([float(part)]), np.array([float(whole)]))
    return float(low[0]), float(high[0])
