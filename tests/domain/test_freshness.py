"""A source is fresh or late by what it promised, and neither where it promised nothing."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.freshness import Freshness, Judged, judge

AS_OF = datetime(2026, 10, 1, 0, 0)


@pytest.mark.parametrize(
    ("every_hours", "data_end", "freshness", "lag_hours"),
    [
        (24, datetime(2026, 9, 30, 23, 0), "fresh", 1.0),  # an hour old, promised daily
        (24, datetime(2026, 9, 30, 0, 0), "fresh", 24.0),  # to the minute
        (24, datetime(2026, 9, 29, 23, 59), "late", 24 + 1 / 60),  # one minute over
        (1, datetime(2026, 9, 30, 22, 0), "late", 2.0),  # promised hourly
        (720, datetime(2026, 9, 10, 0, 0), "fresh", 504.0),  # promised monthly: three weeks are no delay
        (24, datetime(2026, 10, 2, 0, 0), "fresh", 0.0),  # newer than the figures
        (24, None, "late", None),  # promised, and nothing has come
        (None, datetime(2026, 9, 30, 23, 0), "unknown", 1.0),  # promised nothing: never called fresh
        (None, datetime(2020, 1, 1), "unknown", 59160.0),  # nor late
        (None, None, "unknown", None),
    ],
)
def test_verdict(every_hours, data_end, freshness, lag_hours):
    judged = judge(every_hours, data_end, AS_OF)
    assert judged.freshness is Freshness(freshness)
    assert judged.lag_hours == (None if lag_hours is None else pytest.approx(lag_hours))


def test_a_verdict_reads():
    assert [item.label for item in Freshness] == ["及时", "迟到", "未约定"]
    assert judge(None, None, AS_OF) == Judged(Freshness.UNKNOWN, None)
