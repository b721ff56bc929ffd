"""A part against the rest of its whole: by hand, and what must hold for any counts."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.comparison import IntervalOf, Standing, compared, standings
from queries.figures import Evaluation, Period
from queries.ranking import density_interval, share_interval

PERIOD = Period("reported_at", None, None)


def stands(interval: IntervalOf, count: int, base: int, whole: int, whole_base: int) -> Standing:
    """The verdict on one part."""
    part, around = (np.array([[float(n)] for n in pair]) for pair in ((count, base), (whole, whole_base)))
    (told,) = standings(part[0], part[1], around[0], around[1], interval)
    return told


def figure(name: str, numerator: float, denominator: float | None) -> Evaluation:
    value = numerator if denominator is None else numerator / denominator if denominator else None
    return Evaluation(
        "general",
        name,
        datetime(2026, 10, 1),
        PERIOD,
        own_window=False,
        cases=0,
        numerator=numerator,
        denominator=denominator,
        value=value,
    )


@pytest.mark.parametrize(
    ("name", "part", "whole", "standing", "difference"),
    [
        # 30 of 100 against 100 of 900 elsewhere
        ("overdue_share", (30, 100), (130, 1000), Standing.HIGHER, 0.17),
        ("overdue_share", (2, 100), (130, 1000), Standing.LOWER, -0.11),
        ("overdue_share", (14, 100), (130, 1000), Standing.ALIKE, 0.01),
        # a quarter of four cases: chance
        ("overdue_share", (1, 4), (130, 1000), Standing.ALIKE, 0.12),
        # all cases are here: nothing to compare with
        ("overdue_share", (30, 100), (30, 100), Standing.UNKNOWN, 0.0),
        ("per_100_households", (117, 42.98), (3523, 2217.89), Standing.HIGHER, 117 / 42.98 - 3523 / 2217.89),
        ("per_100_households", (62, 39.93), (3523, 2217.89), Standing.ALIKE, 62 / 39.93 - 3523 / 2217.89),
        # a count is a part of the whole, never higher or lower than it
        ("cases", (62, None), (3523, None), Standing.UNKNOWN, -3461),
    ],
)
def test_a_figure_beside_that_of_the_whole(
    name: str,
    part: tuple[float, float | None],
    whole: tuple[float, float | None],
    standing: Standing,
    difference: float,
) -> None:
    told = compared(figure(name, *part), figure(name, *whole))
    assert told.standing is standing
    assert told.difference == pytest.approx(difference)


def test_without_a_value_on_either_side_nothing_is_said() -> None:
    known, unknown = figure("overdue_share", 3, 10), figure("overdue_share", 0, 0)
    assert compared(unknown, known).standing is Standing.UNKNOWN
    assert compared(known, unknown).standing is Standing.UNKNOWN
    assert compared(known, unknown).difference is None


counts = st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 4000), st.integers(0, 4000))


@given(counts)
def test_a_verdict_agrees_with_the_values_and_turns_round_with_the_question(
    drawn: tuple[int, int, int, int],
) -> None:
    """Higher means a higher value; what is not in the numerator stands the other way round."""
    count, more, other, other_more = drawn
    base, whole, whole_base = count + more, count + other, count + more + other + other_more
    told = stands(share_interval, count, base, whole, whole_base)
    turned = stands(share_interval, base - count, base, whole_base - whole, whole_base)
    opposite = {Standing.HIGHER: Standing.LOWER, Standing.LOWER: Standing.HIGHER}
    assert turned is opposite.get(told, told)
    if told in opposite:
        assert (count / base > whole / whole_base) is (told is Standing.HIGHER)
    assert (told is Standing.UNKNOWN) is (base in {0, whole_base})


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 5000), st.integers(1, 5000))
def test_a_density_apart_from_the_rest_is_on_the_side_told(
    count: int, base: int, rest: int, more: int
) -> None:
    told = stands(density_interval, count, base, count + rest, base + more)
    if told is not Standing.ALIKE:
        assert (count / base > rest / more) is (told is Standing.HIGHER)
    assert told is not Standing.UNKNOWN
