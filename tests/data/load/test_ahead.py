"""Reading ahead of the store: the same items, the same errors, and nobody left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pytest

from data.load.ahead import TimeOrder, ahead
from domain.i18n import current_language, use_language


def readers() -> int:
    return sum(thread.name == "read-ahead" for thread in threading.enumerate())


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_all_items_come_in_their_order(count: int):
    assert list(ahead(range(count))) == list(range(count))
    assert readers() == 0


def test_an_error_comes_where_its_item_would_have_come():
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("third")

    seen: list[int] = []
    with pytest.raises(ValueError, match="third"):
        seen.extend(ahead(items()))
    taken = ahead(items())
    assert (next(taken), next(taken)) == (1, 2)
    with pytest.raises(ValueError, match="third"):
        next(taken)
    assert readers() == 0


def test_a_taker_that_stops_ends_the_maker():
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            made.append(number)
            yield number

    taken = ahead(items())
    next(taken)
    taken.close()  # type: ignore[attr-defined]
    assert readers() == 0
    assert len(made) < 10


def test_the_maker_speaks_the_language_of_the_taker():
    def items() -> Iterator[str]:
        yield current_language()

    with use_language("en"):
        assert list(ahead(items())) == ["en"]


def times(*days: int) -> np.ndarray:
    return np.array([f"2026-03-{day:02d}T12:00" for day in days], dtype="datetime64[us]")


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        ([times(1, 2, 3), times(3, 4)], True),
        # a day back is still in order, two are not
        ([times(5, 4, 5, 4)], True),
        ([times(5, 3, 5, 3)], False),
        # the second part begins before the first has ended
        ([times(8, 9), times(1, 2)], False),
        # a date in the future says nothing about the order
        ([times(1, 28, 2, 3)], True),
        ([times()], True),
    ],
)
def test_whether_rows_come_in_the_order_of_time(parts: list[np.ndarray], kept: bool):
    order = TimeOrder(datetime(2026, 3, 20))
    for part in parts:
        order.see(part)
    assert order.kept is kept
