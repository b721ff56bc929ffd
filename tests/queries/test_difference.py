"""The difference of two figures: Newcombe's interval against published values, and nothing where one is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from queries.comparison import difference
from queries.figures import Evaluation, Period
from queries.ranking import share_interval


def rate(above: int, below: int) -> Evaluation:
    """A closing rate of so many of so many cases."""
    low, high = share_interval(np.array([above], float), np.array([below], float))
    return Evaluation(
        "general",
        "closing_rate",
        datetime(2026, 3, 20),
        Period("reported_at", None, None),
        own_window=False,
        cases=below,
        numerator=above,
        counted=above,
        denominator=below,
        value=above / below,
        low=float(low[0]),
        high=float(high[0]),
    )


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_the_interval_is_the_published_one(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = difference(rate(*first), rate(*second))
    assert found.value == pytest.approx(first[0] / first[1] - second[0] / second[1])
    assert [found.low, found.high] == pytest.approx([low, high], abs=6e-5)


def test_without_a_value_there_is_no_difference() -> None:
    known = rate(5, 10)
    missing = replace(known, value=None, low=None, high=None)
    assert difference(known, missing) == difference(missing, known)
    assert difference(known, missing).value is None


def test_counts_have_a_difference_and_no_interval() -> None:
    first, second = (replace(rate(1, 2), name="cases", value=float(n)) for n in (7, 9))
    found = difference(first, second)
    assert (found.value, found.low, found.high) == (-2, None, None)
