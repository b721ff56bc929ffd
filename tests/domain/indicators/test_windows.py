"""Periods: whose month, whose day, and where they are cut off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.i18n import use_language
from domain.indicators.windows import Bounds, Window, WindowKind

TABLE = [
    # (window, as of, from, to)
    # --- everything has no ends
    ({}, "2026-03-10 12:00", None, None),
    # --- calendar months
    ({"kind": "month"}, "2026-03-10 12:00", "2026-03-01 00:00", "2026-03-10 12:00"),
    # midnight belongs to the day before: the end of a month is the whole month
    ({"kind": "month"}, "2026-04-01 00:00", "2026-03-01 00:00", "2026-04-01 00:00"),
    ({"kind": "month"}, "2026-04-01 00:01", "2026-04-01 00:00", "2026-04-01 00:01"),
    ({"kind": "month"}, "2026-01-01 00:00", "2025-12-01 00:00", "2026-01-01 00:00"),
    # --- the assessment month starts on the 19th
    ({"kind": "month", "first_day": 19}, "2026-03-18 23:59", "2026-02-19 00:00", "2026-03-18 23:59"),
    ({"kind": "month", "first_day": 19}, "2026-03-19 00:00", "2026-02-19 00:00", "2026-03-19 00:00"),
    ({"kind": "month", "first_day": 19}, "2026-03-19 00:01", "2026-03-19 00:00", "2026-03-19 00:01"),
    # … across the end of a year, on both sides
    ({"kind": "month", "first_day": 19}, "2026-01-05 08:00", "2025-12-19 00:00", "2026-01-05 08:00"),
    ({"kind": "month", "first_day": 19}, "2025-12-31 08:00", "2025-12-19 00:00", "2025-12-31 08:00"),
    ({"kind": "month", "first_day": 28}, "2026-03-01 08:00", "2026-02-28 00:00", "2026-03-01 08:00"),
    # --- the day from noon to noon
    ({"kind": "day"}, "2026-03-10 09:00", "2026-03-10 00:00", "2026-03-10 09:00"),
    ({"kind": "day", "hour": 12}, "2026-03-10 09:00", "2026-03-09 12:00", "2026-03-10 09:00"),
    ({"kind": "day", "hour": 12}, "2026-03-10 12:00", "2026-03-09 12:00", "2026-03-10 12:00"),
    ({"kind": "day", "hour": 12}, "2026-03-10 12:01", "2026-03-10 12:00", "2026-03-10 12:01"),
    # the 1st until noon is still the month before, and with the 19th until noon the assessment month before
    ({"kind": "month", "hour": 12}, "2026-03-01 09:00", "2026-02-01 12:00", "2026-03-01 09:00"),
    (
        {"kind": "month", "first_day": 19, "hour": 12},
        "2026-03-19 09:00",
        "2026-02-19 12:00",
        "2026-03-19 09:00",
    ),
    # --- the last days, today among them
    ({"kind": "last_days", "days": 1}, "2026-03-10 09:00", "2026-03-10 00:00", "2026-03-10 09:00"),
    ({"kind": "last_days", "days": 30}, "2026-03-10 09:00", "2026-02-09 00:00", "2026-03-10 09:00"),
    # at midnight they are thirty whole days
    ({"kind": "last_days", "days": 30}, "2026-03-10 00:00", "2026-02-08 00:00", "2026-03-10 00:00"),
    (
        {"kind": "last_days", "days": 7, "hour": 12},
        "2026-03-10 09:00",
        "2026-03-03 12:00",
        "2026-03-10 09:00",
    ),
    # --- quarters and years
    ({"kind": "quarter"}, "2026-06-30 09:00", "2026-04-01 00:00", "2026-06-30 09:00"),
    ({"kind": "quarter", "first_day": 19}, "2026-04-18 09:00", "2026-01-19 00:00", "2026-04-18 09:00"),
    ({"kind": "quarter", "first_day": 19}, "2026-01-05 09:00", "2025-10-19 00:00", "2026-01-05 09:00"),
    ({"kind": "year"}, "2026-06-30 09:00", "2026-01-01 00:00", "2026-06-30 09:00"),
    ({"kind": "year"}, "2026-01-01 00:00", "2025-01-01 00:00", "2026-01-01 00:00"),
    ({"kind": "year", "first_day": 19}, "2026-01-10 09:00", "2025-01-19 00:00", "2026-01-10 09:00"),
    # --- the last complete one: what has ended by then
    ({"kind": "month", "complete": True}, "2026-03-31 23:59", "2026-02-01 00:00", "2026-03-01 00:00"),
    ({"kind": "month", "complete": True}, "2026-04-01 00:00", "2026-03-01 00:00", "2026-04-01 00:00"),
    ({"kind": "month", "complete": True}, "2026-01-15 09:00", "2025-12-01 00:00", "2026-01-01 00:00"),
    (
        {"kind": "month", "first_day": 19, "complete": True},
        "2026-01-05 09:00",
        "2025-11-19 00:00",
        "2025-12-19 00:00",
    ),
    (
        {"kind": "day", "hour": 12, "complete": True},
        "2026-03-10 09:00",
        "2026-03-08 12:00",
        "2026-03-09 12:00",
    ),
    ({"kind": "quarter", "complete": True}, "2026-05-05 09:00", "2026-01-01 00:00", "2026-04-01 00:00"),
    ({"kind": "year", "complete": True}, "2026-05-05 09:00", "2025-01-01 00:00", "2026-01-01 00:00"),
    # thirty whole days, the last of them yesterday
    (
        {"kind": "last_days", "days": 30, "complete": True},
        "2026-03-10 09:00",
        "2026-02-08 00:00",
        "2026-03-10 00:00",
    ),
    (
        {"kind": "last_days", "days": 30, "complete": True},
        "2026-03-10 00:00",
        "2026-02-08 00:00",
        "2026-03-10 00:00",
    ),
    (
        {"kind": "last_days", "days": 2, "hour": 12, "complete": True},
        "2026-03-10 09:00",
        "2026-03-07 12:00",
        "2026-03-09 12:00",
    ),
]


@pytest.mark.parametrize(("window", "as_of", "start", "end"), TABLE)
def test_bounds(window: dict[str, object], as_of: str, start: str | None, end: str | None):
    found = Window.model_validate(window).bounds(datetime.fromisoformat(as_of))
    expected = (datetime.fromisoformat(told) if told else None for told in (start, end))
    assert found == Bounds(*expected)


windows = st.builds(
    Window,
    kind=st.sampled_from([WindowKind.MONTH, WindowKind.QUARTER, WindowKind.YEAR]),
    first_day=st.integers(1, 28),
    hour=st.integers(0, 23),
) | st.builds(
    Window,
    kind=st.sampled_from([WindowKind.DAY, WindowKind.LAST_DAYS]),
    days=st.integers(1, 400),
    hour=st.integers(0, 23),
)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1))


@given(windows, moments)
def test_a_running_period_ends_now_and_holds_the_moment_before(window: Window, as_of: datetime):
    found = window.bounds(as_of)
    assert found.end == as_of
    assert found.start is not None
    assert found.start <= as_of - timedelta(microseconds=1)
    # every moment of it gives the same start: periods neither overlap nor leave a hole
    assert window.bounds(found.start + timedelta(microseconds=1)).start == found.start or (
        window.kind is WindowKind.LAST_DAYS
    )


@given(windows, moments)
def test_a_complete_period_is_the_one_before_and_has_ended(window: Window, as_of: datetime):
    complete = window.model_copy(update={"complete": True})
    found = complete.bounds(as_of)
    assert found.start is not None
    assert found.end is not None
    assert found.start < found.end <= as_of
    # it is what the running one was at the moment it ended
    assert found == window.bounds(found.end)
    # and it stays the same until the next one ends
    assert complete.bounds(found.end) == found


WRONG = [
    ({"kind": "fortnight"}, "kind"),
    ({"kind": "month", "first_day": 31}, "first_day"),
    ({"kind": "day", "hour": 24}, "hour"),
    ({"kind": "last_days", "days": 0}, "days"),
    ({"on": "updated_at"}, "on"),
    ({"kind": "day", "first_day": 19}, "first_day starts a month, quarter or year, not day"),
    ({"kind": "all", "complete": True}, "no complete period"),
    ({"kind": "all", "hour": 12}, "no hour to start at"),
    ({"length": 3}, "length"),
]


@pytest.mark.parametrize(("window", "told"), WRONG)
def test_a_window_that_cannot_be_is_refused(window: dict[str, object], told: str):
    with use_language("en"), pytest.raises(ValidationError, match=told):
        Window.model_validate(window)


WORDS = [
    ({}, "全部数据，按上报时间"),
    ({"kind": "month", "on": "due_at"}, "自然月，按到期时间"),
    ({"kind": "month", "first_day": 19}, "考核月，19 日起，按上报时间"),
    ({"kind": "day", "hour": 12, "on": "closed_at"}, "当日，12 时至次日 12 时，按结案时间"),
    ({"kind": "last_days", "days": 30, "complete": True}, "近 30 天，上一个完整周期，按上报时间"),
    ({"kind": "quarter"}, "季度，按上报时间"),
    ({"kind": "year"}, "年度，按上报时间"),
]


@pytest.mark.parametrize(("window", "words"), WORDS)
def test_words(window: dict[str, object], words: str):
    found = Window.model_validate(window)
    assert found.words == words
    with use_language("en"):
        assert found.words.isascii()
