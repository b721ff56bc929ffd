"""Days and hours without holes."""

from datetime import date, datetime

import pandas as pd
import pytest

from ui.when import days_of, hours_of, last_day


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (datetime(2026, 10, 1), date(2026, 9, 30)),  # midnight ends the day before
        (datetime(2026, 10, 1, 0, 0, 1), date(2026, 10, 1)),  # a second later it is the new day
        (datetime(2026, 1, 1), date(2025, 12, 31)),  # over the end of a year
    ],
)
def test_last_day(as_of: datetime, expected: date) -> None:
    assert last_day(as_of) == expected


def hours(*found: tuple[datetime, int]) -> pd.DataFrame:
    moments = pd.Series([hour for hour, _cases in found], dtype="datetime64[us]")
    return pd.DataFrame({"hour": moments, "cases": pd.Series([n for _hour, n in found], dtype="int64")})


FOUND = hours((datetime(2026, 3, 2, 0), 3), (datetime(2026, 3, 2, 23), 2), (datetime(2026, 3, 4, 5), 7))


def test_days_without_cases_count_zero() -> None:
    assert days_of(FOUND, date(2026, 3, 1), date(2026, 3, 4)) == (
        (date(2026, 3, 1), 0),
        (date(2026, 3, 2), 5),
        (date(2026, 3, 3), 0),
        (date(2026, 3, 4), 7),
    )


def test_an_open_period_runs_over_the_data() -> None:
    assert [count for _day, count in days_of(FOUND, None, None)] == [5, 0, 7]


def test_no_data_and_no_period_is_nothing() -> None:
    assert days_of(hours(), None, None) == ()


def test_hours_of_week() -> None:
    monday, sunday = datetime(2026, 3, 2, 0), datetime(2026, 3, 8, 23)
    grid = hours_of(hours((monday, 3), (sunday, 4), (datetime(2026, 3, 9, 0), 2)))
    assert [len(row) for row in grid] == [24] * 7
    assert (grid[0][0], grid[6][23], sum(map(sum, grid))) == (5, 4, 9)
    assert sum(map(sum, hours_of(hours()))) == 0
