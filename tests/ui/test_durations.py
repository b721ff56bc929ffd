"""Lengths of time in words."""

from datetime import timedelta

import pytest

from domain.i18n import use_language
from ui import durations


@pytest.mark.parametrize(
    ("length", "chinese", "english"),
    [
        (timedelta(0), "0 分钟", "0 minutes"),
        (timedelta(seconds=59), "0 分钟", "0 minutes"),  # cut, not rounded
        (timedelta(minutes=59, seconds=59), "59 分钟", "59 minutes"),
        (timedelta(hours=1), "1 小时", "1 hour"),  # no second unit where there is none of it
        (timedelta(hours=1, minutes=1), "1 小时 1 分钟", "1 hour 1 minute"),
        (timedelta(hours=23, minutes=59), "23 小时 59 分钟", "23 hours 59 minutes"),
        (timedelta(days=1), "1 天", "1 day"),
        (timedelta(days=1, minutes=59), "1 天", "1 day"),  # minutes are no neighbour of days
        (timedelta(days=59, hours=5, minutes=50), "59 天 5 小时", "59 days 5 hours"),
        (timedelta(days=61, hours=5), "61 天", "61 days"),  # with so many days hours say nothing
        (timedelta(hours=59160), "2,465 天", "2,465 days"),
        (-timedelta(hours=2, minutes=5), "2 小时 5 分钟", "2 hours 5 minutes"),  # how much, not which way
    ],
)
def test_the_two_largest_units(length: timedelta, chinese: str, english: str) -> None:
    assert durations.words(length) == chinese
    with use_language("en"):
        assert durations.words(length) == english
