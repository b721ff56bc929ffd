"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ingest.periods import parse_period

THIRD = (date(2026, 7, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026Q3", THIRD),
        ("2026-q3", THIRD),
        ("２０２６年第三季度", THIRD),
        ("2026年3季度", THIRD),
        ("2026年 第3季", THIRD),
        ("2026-07", (date(2026, 7, 1), date(2026, 7, 31))),
        ("2026年2月", (date(2026, 2, 1), date(2026, 2, 28))),
        ("2024/2", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2026年12月份", (date(2026, 12, 1), date(2026, 12, 31))),
        ("2026H1", (date(2026, 1, 1), date(2026, 6, 30))),
        ("2026年下半年", (date(2026, 7, 1), date(2026, 12, 31))),
        ("2026", (date(2026, 1, 1), date(2026, 12, 31))),
        ("2026年度", (date(2026, 1, 1), date(2026, 12, 31))),
        # what leaves a doubt is none
        ("2026-13", None),
        ("2026Q5", None),
        ("26Q3", None),
        ("0026", None),
        ("三季度", None),
        ("2026-07-01", None),
        ("", None),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, expected: tuple[date, date] | None):
    assert parse_period(text) == expected


@given(st.integers(1900, 2200), st.integers(1, 12))
def test_months_follow_each_other(year: int, month: int):
    found = parse_period(f"{year}-{month:02d}")
    assert found is not None
    first, last = found
    assert (first.year, first.month, first.day, last.month) == (year, month, 1, month)
    assert (date.fromordinal(last.toordinal() + 1)).day == 1
