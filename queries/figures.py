"""What a figure is asked for, and what it is: with everything it was made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from domain.filters import CaseFilter, Side
from domain.i18n import _
from domain.indicators import catalogue
from domain.indicators.model import Definition, Text
from domain.indicators.windows import TimeColumn
from domain.vocabulary import Labelled
from queries.areas import AreaInfo
from queries.placeholder import Lifted


@dataclass(frozen=True)
class Question:
    """What a figure is asked for: which cases, where, as of when (naive UTC), in which period.

    With `own_window` the profile's window decides the period and that of the filter is ignored; the window
    is cut off at the as-of time. Otherwise the filter's period counts, by the time of the report.
    """

    profile: str
    chosen: CaseFilter
    area: AreaInfo | None
    as_of: datetime
    own_window: bool = False


@dataclass(frozen=True)
class Period:
    """The period a figure was computed for: naive local times, None unbounded; by which time of a case."""

    on: TimeColumn
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class WhyNone:
    """Why a figure has no value: a source string with `{names}`, told in the language of whoever reads it."""

    source: str
    names: tuple[Labelled | Text, ...] = ()

    @property
    def words(self) -> str:
        """The reason in the reader's language."""
        told = (name.label if isinstance(name, Labelled) else str(name) for name in self.names)
        return _(self.source).format(names=_("、").join(told))


@dataclass(frozen=True)
class Evaluation:
    """A figure with everything it was made of.

    For a rate `cases` = `denominator` + the sum of `excluded`. `denominator` counts cases for a rate,
    hundreds of households or km² for a count per something, and is None for a count and a composite.
    `value` is None where it cannot be computed, and `why_none` then says why. `low` and `high` bound it
    with 95 % confidence. `counted` cases stand in the numerator (a weighted one is less). `terms` are the
    parts of a composite. `as_of` and `period` are local times.
    """

    profile: str
    name: str
    as_of: datetime
    period: Period
    own_window: bool
    cases: int
    numerator: float | None = None
    counted: int = 0
    denominator: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, int] = field(default_factory=dict)
    why_none: WhyNone | None = None
    terms: tuple["Evaluation", ...] = ()

    @property
    def unavailable(self) -> str:
        """Why there is no value, in the reader's language; nothing where there is one."""
        return self.why_none.words if self.why_none else ""

    @property
    def definition(self) -> Definition:
        """What the figure means."""
        return catalogue.definition(self.profile, self.name)

    def side(self, side: str) -> Side:
        """The cases on one side of it, within its own window where it has one."""
        if not self.own_window:
            return Side(self.profile, self.name, side)
        return Side(self.profile, self.name, side, self.period.start, self.period.end)

    def count_of(self, side: str) -> int:
        """How many cases stand on a side. Raises KeyError for a side that it has not."""
        kind, _colon, name = side.partition(":")
        if kind == "rest":
            return int(self.denominator or 0) - self.counted
        if kind == "numerator":
            return self.counted
        return self.parts[name] if kind == "part" else self.excluded[name]


@dataclass(frozen=True)
class ByArea:
    """A figure by area of a level.

    `rows`, in honest order: area_id int64, code, name, n (cases it stands on), numerator, denominator, value,
    low, high (float64, NaN where unknown), `placeholder.COLUMNS`, and what `ranking.ranked` adds. `elsewhere`
    counts the cases that are placed at no such area: whole.cases = sum of rows' cases + elsewhere. `lifted` is
    the area that is first only by cases on placeholder points.
    """

    whole: Evaluation
    rows: pd.DataFrame
    elsewhere: int
    lifted: Lifted | None
