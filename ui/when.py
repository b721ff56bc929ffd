"""Days and hours of the city's local time, as charts want them: without holes."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from domain.filter_words import WEEKDAYS

Days = tuple[tuple[date, int], ...]
"""Each day with its number of cases, ascending, days without cases included."""

_HOURS = 24


def last_day(as_of: datetime) -> date:
    """The last day that an as-of time covers: midnight belongs to the day before."""
    return (as_of - timedelta(microseconds=1)).date()


def days_of(found: pd.DataFrame, start: date | None, end: date | None) -> Days:
    """Every day from `start` to `end`; an open end is where the data begin or end.

    `found` has hour (naive local timestamp) and cases; hours without cases are absent.
    """
    counts: dict[date, int] = {}
    for day, count in zip(found["hour"].dt.date, found["cases"].tolist(), strict=True):
        counts[day] = counts.get(day, 0) + count
    first, last = start or min(counts, default=None), end or max(counts, default=None)
    if first is None or last is None:
        return ()
    span = (last - first).days + 1
    every = (first + timedelta(days=index) for index in range(span))
    return tuple((day, counts.get(day, 0)) for day in every)


def hours_of(found: pd.DataFrame) -> tuple[tuple[int, ...], ...]:
    """Seven rows (Monday first) of 24 counts. `found` has hour (naive local timestamp) and cases."""
    grid = np.zeros((len(WEEKDAYS), _HOURS), dtype=np.int64)
    np.add.at(grid, (found["hour"].dt.day_of_week, found["hour"].dt.hour), found["cases"])
    return tuple(tuple(row) for row in grid.tolist())
