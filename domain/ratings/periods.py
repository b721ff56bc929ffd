"""What is rated: months, quarters, half-years and years of the city's local calendar, and only those that are over."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from domain.errors import InputRefused
from domain.filters import YEARS
from domain.i18n import _

PERIODS_TOLD = 8
"""How many periods that are over are rated where nobody asks for another number: a list then looks back that far."""


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.value]


@dataclass(frozen=True, order=True)
class Period:
    """One period: its first day, local. Periods of one kind are ordered by time."""

    start: date
    kind: PeriodKind

    @property
    def end(self) -> date:
        """The day after the last one."""
        months = self.start.year * 12 + self.start.month - 1 + self.kind.months
        return date(months // 12, months % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        """The last day of it."""
        return self.end - timedelta(days=1)

    @property
    def before(self) -> "Period":
        """The period that ends where this one starts."""
        return Period.of(self.kind, self.start - timedelta(days=1))

    def __str__(self) -> str:
        """As it stands in a URL and on a screen: 2026-09, 2026-Q3, 2026-H2, 2026."""
        number = (self.start.month - 1) // self.kind.months + 1
        return {
            PeriodKind.MONTH: f"{self.start:%Y-%m}",
            PeriodKind.QUARTER: f"{self.start.year}-Q{number}",
            PeriodKind.HALF_YEAR: f"{self.start.year}-H{number}",
            PeriodKind.YEAR: f"{self.start.year}",
        }[self.kind]

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Self:
        """The period that a local day lies in."""
        first = (day.month - 1) // kind.months * kind.months + 1
        return cls(date(day.year, first, 1), kind)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period that a URL names. Raises InputRefused for anything that is none."""
        found = _WRITTEN.fullmatch(text)
        if found is None or int(found["year"]) not in YEARS:
            raise InputRefused(
                _("“{text}”不是评级周期。").format(text=text),
                _("请写成 2026-09、2026-Q3、2026-H2 或 2026。"),
            )
        for kind in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR):
            if found[kind.value]:
                return cls(date(int(found["year"]), (int(found[kind.value]) - 1) * kind.months + 1, 1), kind)
        return cls(date(int(found["year"]), 1, 1), PeriodKind.YEAR)


_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4])|-H(?P<half_year>[12]))?", re.ASCII
)


def periods_over(kind: PeriodKind, as_of: datetime, how_many: int) -> tuple[Period, ...]:
    """The last periods that are over at a local time, ascending. A period that still runs is not rated."""
    found = [Period.of(kind, as_of.date()).before]
    while len(found) < how_many:
        found.append(found[-1].before)
    return tuple(reversed(found))
