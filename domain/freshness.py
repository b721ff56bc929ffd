"""How fresh a source of data is, held against what it promises.

A source promises to deliver every so many hours. Its lag is the time from the last moment in its data to the
as-of time of the figures: a file that is imported today but ends a month ago is a month old. Who promises
nothing cannot be late, and is never called fresh either.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.i18n import N_
from domain.vocabulary import Labelled

_HOUR = timedelta(hours=1)


class Freshness(Labelled):
    """The verdict on a source."""

    FRESH = "fresh"
    LATE = "late"
    UNKNOWN = "unknown"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"fresh": N_("及时"), "late": N_("迟到"), "unknown": N_("未约定")}


@dataclass(frozen=True)
class Judged:
    """A verdict with the lag it was made on; None where there are no data to measure from."""

    freshness: Freshness
    lag_hours: float | None


def judge(every_hours: int | None, data_end: datetime | None, as_of: datetime) -> Judged:
    """Judge a source by its promise and the last moment in its data (both times naive UTC).

    Data newer than the as-of time have no lag. A source that promised and brought nothing yet is late.
    """
    lag_hours = None if data_end is None else max(0.0, (as_of - data_end) / _HOUR)
    if every_hours is None:
        return Judged(Freshness.UNKNOWN, lag_hours)
    in_time = lag_hours is not None and lag_hours <= every_hours
    return Judged(Freshness.FRESH if in_time else Freshness.LATE, lag_hours)
