"""Periods that an indicator is computed for, in the city's local time, half-open, ending at the as-of time.

An assessment month may start on the 19th and a day may run from noon to noon: the window is part of a
profile, never a habit of the program.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.i18n import N_, _


class WindowKind(StrEnum):
    """The shapes of a period."""

    ALL = "all"
    DAY = "day"
    LAST_DAYS = "last_days"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_OF_MONTHS = frozenset({WindowKind.MONTH, WindowKind.QUARTER, WindowKind.YEAR})

TimeColumn = Literal["reported_at", "due_at", "closed_at"]
"""By which time a case belongs to a period."""

_COLUMNS = {"reported_at": N_("按上报时间"), "due_at": N_("按到期时间"), "closed_at": N_("按结案时间")}


def on_words(on: TimeColumn) -> str:
    """By which time a case belongs to a period, in the reader's language."""
    return _(_COLUMNS[on])


@dataclass(frozen=True)
class Bounds:
    """From (included) to (excluded), naive local time; None is unbounded."""

    start: datetime | None
    end: datetime | None


class Window(BaseModel):
    """A period as a profile declares it.

    `on` is the time that places a case in it. `first_day` starts a month (1 … 28), `hour` starts a day.
    `complete` takes the last period that has ended by the as-of time instead of the one that runs.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: WindowKind = WindowKind.ALL
    on: TimeColumn = "reported_at"
    days: int = Field(30, ge=1, le=3660)
    first_day: int = Field(1, ge=1, le=28)
    hour: int = Field(0, ge=0, le=23)
    complete: bool = False

    @model_validator(mode="after")
    def _says_nothing_in_vain(self) -> Self:
        if self.first_day != 1 and self.kind not in _OF_MONTHS:
            raise ValueError(
                _("first_day 是月、季、年的起始日，窗口却是 {kind}。").format(kind=self.kind.value)
            )
        if self.kind is WindowKind.ALL and (self.hour or self.complete):
            raise ValueError(_("窗口是全部数据时，不能写 hour 和 complete。"))
        return self

    def bounds(self, as_of: datetime) -> Bounds:
        """The period that the moment just before `as_of` (local) lies in, cut off there.

        A complete one ends where the period of `as_of` itself began: at midnight of the 1st the month before
        has ended. The last days that are complete end with the last whole day.
        """
        if self.kind is WindowKind.ALL:
            return Bounds(None, None)
        if not self.complete:
            return Bounds(self._start(as_of - timedelta(microseconds=1)), as_of)
        rolls = self.kind is WindowKind.LAST_DAYS
        end = self._day(as_of) + timedelta(hours=self.hour) if rolls else self._start(as_of)
        return Bounds(self._start(end - timedelta(microseconds=1)), end)

    def _day(self, moment: datetime) -> datetime:
        """The calendar day, at midnight, that the day of a moment carries the name of."""
        return datetime.combine((moment - timedelta(hours=self.hour)).date(), time.min)

    def _start(self, moment: datetime) -> datetime:
        """When the period of a moment began."""
        day, offset = self._day(moment), timedelta(hours=self.hour)
        if self.kind is WindowKind.DAY:
            return day + offset
        if self.kind is WindowKind.LAST_DAYS:
            return day - timedelta(days=self.days - 1) + offset
        if day.day < self.first_day:
            day = day.replace(day=1) - timedelta(days=1)
        month = day.month
        if self.kind is WindowKind.QUARTER:
            month = month - (month - 1) % 3
        elif self.kind is WindowKind.YEAR:
            month = 1
        return day.replace(month=month, day=self.first_day) + offset

    @property
    def words(self) -> str:
        """The window in the reader's language."""
        kinds = {
            WindowKind.ALL: _("全部数据"),
            WindowKind.DAY: _("当日"),
            WindowKind.LAST_DAYS: _("近 {n} 天").format(n=self.days),
            WindowKind.MONTH: _("自然月") if self.first_day == 1 else _("考核月"),
            WindowKind.QUARTER: _("季度"),
            WindowKind.YEAR: _("年度"),
        }
        told = [kinds[self.kind]]
        if self.first_day != 1:
            told.append(_("{n} 日起").format(n=self.first_day))
        if self.hour:
            told.append(_("{n} 时至次日 {n} 时").format(n=self.hour))
        if self.complete:
            told.append(_("上一个完整周期"))
        return _("，").join([*told, on_words(self.on)])
