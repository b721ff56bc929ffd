"""Cases under a filter: by area, headline figures, per day, the values to choose from, points."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

import pandas as pd

from data.session import Session
from domain.filters import CaseFilter
from domain.indicators import catalogue
from domain.vocabulary import Level
from queries import indicators
from queries.areas import AreaInfo
from queries.compose import At, case_conditions, counted_by, statement
from queries.figures import Question

_COLUMNS = {
    "open.numerator": "open",
    "closed.part:closed": "closed",
    "on_time_closing_rate.numerator": "closed_on_time",
    "overdue.part:closed_late": "closed_late",
    "overdue.part:open_past_due": "open_past_due",
    "overdue.part:not_labelled": "overdue_not_labelled",
    "labelled_overdue.numerator": "labelled_overdue",
    "without_limit.numerator": "without_limit",
    "unplaced.numerator": "unplaced",
    "without_point.numerator": "without_point",
    "at_placeholder.numerator": "at_placeholder",
}
"""What the default profile counts for each headline figure."""

_BY_AREA = {
    "overdue_share.numerator": "decided_overdue",
    "overdue_share.denominator": "decided",
}
"""What is counted by area besides."""

_FIGURES = tuple(dict.fromkeys(name.partition(".")[0] for name in _COLUMNS))

BY_AREA = (*_FIGURES, "overdue_share")
"""The indicators of the default profile whose counts `by_area_of` reads."""


@dataclass(frozen=True)
class Figures:
    """Headline figures; every one counts cases.

    `overdue` = closed late + open past their limit at the as-of time; `without_limit` cases can be neither.
    `labelled_overdue` is what the sources say themselves, `overdue_not_labelled` where timestamps say
    overdue and the source does not. `unplaced` have no area at all, `without_point` no usable coordinate,
    `at_placeholder` sit on a placeholder point.
    """

    cases: int
    open: int
    closed: int
    closed_on_time: int
    closed_late: int
    open_past_due: int
    labelled_overdue: int
    overdue_not_labelled: int
    without_limit: int
    unplaced: int
    without_point: int
    at_placeholder: int

    @property
    def overdue(self) -> int:
        """Closed after their limit, or open past it at the as-of time."""
        return self.closed_late + self.open_past_due


@dataclass(frozen=True)
class ByArea:
    """Cases by area of a level; total = sum of rows + elsewhere (placed at no such area).

    `rows` has area_id, every field of Figures, overdue, and decided (cases with a limit that is decided: the
    denominator of the overdue share) with decided_overdue of them; `off_point` has the same without the cases on
    placeholder points. `figures` are the headline figures of all of them, elsewhere included; `left_over` is
    what each column of `rows` counts elsewhere.
    """

    rows: pd.DataFrame
    off_point: pd.DataFrame
    figures: Figures
    left_over: Mapping[str, int]

    @property
    def elsewhere(self) -> int:
        """The cases that are placed at no such area."""
        return self.left_over["cases"]

    @property
    def total(self) -> int:
        """All cases under the filter."""
        return self.figures.cases


@dataclass(frozen=True)
class CasePoints:
    """Points of cases: the newest first, at most as many as asked for; `total` says of how many."""

    rows: pd.DataFrame
    total: int


def by_area(session: Session, chosen: CaseFilter, level: Level, area: AreaInfo | None) -> ByArea:
    """Cases of a filter by area of `level`: area_id, every field of Figures, and overdue, int64."""
    question = Question(catalogue.DEFAULT, chosen, area, session.city.as_of)
    return by_area_of(indicators.counts_by_area_and_point(session, question, BY_AREA, level))


def by_area_of(counted: pd.DataFrame) -> ByArea:
    """The same from what the indicators of BY_AREA count (`indicators.counts_by_area_and_point`)."""
    frame = counted.rename(columns=_COLUMNS | _BY_AREA)
    frame["overdue"] = frame["closed_late"] + frame["open_past_due"]
    names = [field.name for field in fields(Figures)]
    summed = Figures(*(int(frame[name].sum()) for name in names))
    placed = frame["area_id"].notna()
    rows, off_point = (
        indicators.summed_by_area(part).astype({"area_id": "int64"})
        for part in (frame[placed], frame[placed & ~frame["at_point"]])
    )
    nowhere = frame[~placed].drop(columns=["area_id", "at_point"]).sum()
    return ByArea(rows, off_point, summed, {str(name): int(count) for name, count in nowhere.items()})


def how_many(session: Session, chosen: CaseFilter, area: AreaInfo | None) -> int:
    """The number of cases under a filter."""
    where, values = _conditions(session, chosen, area)
    return int(session.one(statement("cases", "how_many", where=where), values)[0])


def first_day(session: Session) -> date | None:
    """The local day of the earliest report; None without cases."""
    (earliest,) = session.one(statement("cases", "earliest"))
    return session.city.clock.to_local(earliest).date() if earliest else None


def hourly(session: Session, chosen: CaseFilter, area: AreaInfo | None) -> pd.DataFrame:
    """Cases per local hour: hour (naive local timestamp), cases int64; hours without cases are absent."""
    where, values = _conditions(session, chosen, area)
    values["timezone"] = session.city.clock.timezone.key
    return session.frame(statement("cases", "hourly", where=where), values)


def figures(session: Session, chosen: CaseFilter, area: AreaInfo | None) -> Figures:
    """The headline figures of a filter."""
    question = Question(catalogue.DEFAULT, chosen, area, session.city.as_of)
    row = indicators.counts(session, question, _FIGURES).rename(columns=_COLUMNS).iloc[0]
    return Figures(*(int(row[field.name]) for field in fields(Figures)))


def daily(session: Session, chosen: CaseFilter, area: AreaInfo | None) -> pd.DataFrame:
    """Cases per local day: day (date), cases int64; days without cases are absent."""
    where, values = _conditions(session, chosen, area)
    values["timezone"] = session.city.clock.timezone.key
    return session.frame(statement("cases", "daily", where=where), values)


def hours_of_week(session: Session, chosen: CaseFilter, area: AreaInfo | None) -> pd.DataFrame:
    """Cases per local weekday and hour: weekday (1 = Monday … 7), hour (0 … 23), cases int64; no zero rows."""
    where, values = _conditions(session, chosen, area)
    values["timezone"] = session.city.clock.timezone.key
    return session.frame(statement("cases", "hours_of_week", where=where), values)


def choices(session: Session) -> pd.DataFrame:
    """Values that cases carry: field (category, channel, state), value (may be null), cases; most first."""
    return session.frame(statement("cases", "choices"))


def points(session: Session, chosen: CaseFilter, area: AreaInfo | None, most: int) -> CasePoints:
    """Cases with a usable point, newest first; `total` counts them all.

    Rows: case_id, lon, lat, category, state, source_case_id, title, place, reported_at, due_at,
    closed_at (naive UTC), department, overdue (bool, as in Figures).
    """
    where, values = _conditions(session, chosen, area)
    overdue, more = counted_by(catalogue.DEFAULT, "overdue", session.city.as_of)
    rows = session.frame(
        statement("cases", "points", where=where, facts=overdue), values | more | {"most": most}
    )
    if len(rows) < most:
        return CasePoints(rows, len(rows))
    counted = figures(session, chosen, area)
    return CasePoints(rows, counted.cases - counted.without_point)


def _conditions(session: Session, chosen: CaseFilter, area: AreaInfo | None) -> tuple[str, dict[str, object]]:
    return case_conditions(chosen, At.of(session), area.as_filter if area else None)
