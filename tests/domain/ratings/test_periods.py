"""Periods: what is over, how it is written, and that the parts of the calendar meet."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.ratings.periods import Period, PeriodKind, periods_over

OVER = [
    # (kind, as of, how many, what is over)
    (PeriodKind.QUARTER, datetime(2026, 10, 1), 2, ["2026-Q2", "2026-Q3"]),  # midnight: just over
    (PeriodKind.QUARTER, datetime(2026, 9, 30, 23, 59), 2, ["2026-Q1", "2026-Q2"]),  # it still runs
    (PeriodKind.MONTH, datetime(2026, 1, 15), 2, ["2025-11", "2025-12"]),
    (PeriodKind.HALF_YEAR, datetime(2026, 7, 1), 3, ["2025-H1", "2025-H2", "2026-H1"]),
    (PeriodKind.YEAR, datetime(2026, 12, 31), 1, ["2025"]),
]


@pytest.mark.parametrize(("kind", "as_of", "n", "told"), OVER)
def test_only_what_is_over_is_rated(kind: PeriodKind, as_of: datetime, n: int, told: list[str]):
    assert [str(period) for period in periods_over(kind, as_of, n)] == told


@given(st.sampled_from(PeriodKind), st.dates(date(1950, 1, 1), date(2900, 1, 1)))
def test_periods_meet_and_are_read_as_they_are_written(kind: PeriodKind, day: date):
    period = Period.of(kind, day)
    assert period.start <= day <= period.last_day < period.end
    assert period.before.end == period.start
    assert period.before < period
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-Q5", "2026-H3", "1026", "26", "2026-Q", "2026-9", "٢٠٢٦"]
)
def test_what_is_no_period_is_refused(text: str):
    with pytest.raises(InputRefused, match="评级周期"):
        Period.parse(text)
