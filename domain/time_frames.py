"""A period cut into frames for a time slider: hours, days, weeks, months, quarters or years of local time.

Periods are local calendar days, both ends included; frames are half-open [start, end) in naive local time,
follow each other without a gap and cover the period exactly, so that counts over frames add up. The first
and the last frame end with the period and may be shorter than their unit. Labels are digits only, the same
in every language.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.i18n import N_, _

MOST_FRAMES = 48
"""Two days of hours; every other unit gives at most 31, except years, which go on."""


class FrameUnit(StrEnum):
    """How long a frame is; values are what SQL calls the unit."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The unit as a figure is counted by, in the reader's language."""
        return _(_LABELS[self])


_LABELS = {
    FrameUnit.HOUR: N_("小时"),
    FrameUnit.DAY: N_("天"),
    FrameUnit.WEEK: N_("周"),
    FrameUnit.MONTH: N_("月"),
    FrameUnit.QUARTER: N_("季"),
    FrameUnit.YEAR: N_("年"),
}

_LONGEST_DAYS = {
    FrameUnit.HOUR: 2,
    FrameUnit.DAY: 31,
    FrameUnit.WEEK: 26 * 7,
    FrameUnit.MONTH: 30 * 30,
    FrameUnit.QUARTER: 30 * 91,
}
_MONTHS = {FrameUnit.MONTH: 1, FrameUnit.QUARTER: 3, FrameUnit.YEAR: 12}


@dataclass(frozen=True)
class TimeFrame:
    """One frame: [start, end) in naive local time."""

    start: datetime
    end: datetime
    unit: FrameUnit

    @property
    def label(self) -> str:
        """What the slider says: the unit's own name, or first and last day where a frame is cut or a week."""
        last = (self.end - timedelta(microseconds=1)).date()
        first = self.start.date()
        if self.unit is FrameUnit.HOUR:
            return f"{self.start:%Y-%m-%d %H:%M}"
        if first == last:
            return f"{first:%Y-%m-%d}"
        if self.unit is FrameUnit.WEEK or not self._is_whole:
            return f"{first:%Y-%m-%d} – {last:%m-%d}" if first.year == last.year else f"{first} – {last}"
        if self.unit is FrameUnit.MONTH:
            return f"{first:%Y-%m}"
        return (
            f"{first.year} Q{(first.month + 2) // 3}" if self.unit is FrameUnit.QUARTER else str(first.year)
        )

    @property
    def _is_whole(self) -> bool:
        return self.start == _floor(self.start, self.unit) and self.end == _next(self.start, self.unit)


def unit_for(first: date, last: date) -> FrameUnit:
    """The finest unit that cuts a period into few enough frames."""
    days = (last - first).days + 1
    return next((unit for unit, longest in _LONGEST_DAYS.items() if days <= longest), FrameUnit.YEAR)


def frames_of(first: date, last: date, unit: FrameUnit) -> tuple[TimeFrame, ...]:
    """The frames of a period, ascending; never more than MOST_FRAMES.

    Of a period that would need more (one wrong date in the data is enough) the newest frames keep their
    unit, and the first one reaches back to the start. Raises ValueError where `first` is after `last`.
    """
    if first > last:
        raise ValueError(f"`first` was {first} but is expected not to be after `last`, {last}")
    begin = datetime.combine(first, time.min)
    end = datetime.combine(last, time.min) + timedelta(days=1)
    starts = [begin, *_starts_after(begin, end, unit)]
    kept = [begin, *starts[max(1, len(starts) - MOST_FRAMES + 1) :]]
    ends = [*kept[1:], end]
    return tuple(TimeFrame(start, after, unit) for start, after in zip(kept, ends, strict=True))


def _starts_after(begin: datetime, end: datetime, unit: FrameUnit) -> Iterator[datetime]:
    start = _next(begin, unit)
    while start < end:
        yield start
        start = _next(start, unit)


def _floor(moment: datetime, unit: FrameUnit) -> datetime:
    """The start of the unit that a moment lies in; weeks start on Monday."""
    if unit is FrameUnit.HOUR:
        return moment.replace(minute=0, second=0, microsecond=0)
    day = datetime.combine(moment.date(), time.min)
    if unit is FrameUnit.DAY:
        return day
    if unit is FrameUnit.WEEK:
        return day - timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _next(moment: datetime, unit: FrameUnit) -> datetime:
    """The start of the unit that follows."""
    start = _floor(moment, unit)
    if unit in _MONTHS:
        month = start.month - 1 + _MONTHS[unit]
        return start.replace(year=start.year + month // 12, month=month % 12 + 1)
    days, hours = {FrameUnit.HOUR: (0, 1), FrameUnit.DAY: (1, 0)}.get(unit, (7, 0))
    return start + timedelta(days=days, hours=hours)
