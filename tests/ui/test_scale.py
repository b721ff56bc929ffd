"""Class breaks are few, readable, and put every value into one class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.scale import MAX_CLASSES, breaks_for, class_labels


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ()),  # no values
        ([7, 7, 7], ()),  # all the same: one class
        ([661, 708, 780, 823], (700, 750, 800)),  # few values: equal steps
        ([0, 1, 1, 2, 3], (1, 2, 3)),  # few small counts: every number its own class
        (list(range(1, 601)), (100, 200, 300, 400, 500)),  # many values: quantiles, rounded
        ([0.12, 0.2, 0.31, 0.4], (0.2, 0.3, 0.4)),  # a rate below one keeps decimals
    ],
)
def test_breaks(values: list[float], expected: tuple[float, ...]) -> None:
    assert breaks_for(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("breaks", "whole", "expected"),
    [
        ((), True, ("",)),
        ((10, 20, 1500), True, ("< 10", "10–19", "20–1,499", "≥ 1,500")),  # counts end one below
        ((1, 2, 3), True, ("0", "1", "2", "≥ 3")),  # single numbers are printed alone
        ((0.5, 1, 2), False, ("< 0.5", "0.5–1", "1–2", "≥ 2")),  # rates share their bounds
    ],
)
def test_labels(breaks: tuple[float, ...], whole: bool, expected: tuple[str, ...]) -> None:
    assert class_labels(breaks, whole=whole) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 1], (1,)), ([0, 0, 1, 2], (1, 2)), ([3, 4], (4,)), ([0, 7], (2, 4, 6))],
)
def test_breaks_of_a_few_small_counts(values: list[float], expected: tuple[float, ...]) -> None:
    assert breaks_for(values, whole=True) == expected


@given(st.lists(st.floats(0, 1e6, allow_subnormal=False), max_size=300))
def test_breaks_ascend_within_the_values(values: list[float]) -> None:
    breaks = breaks_for(values)
    assert list(breaks) == sorted(set(breaks))
    assert len(breaks) < MAX_CLASSES
    if breaks:
        assert min(values) < breaks[0]
        assert breaks[-1] <= max(values)


@given(st.lists(st.integers(0, 20) | st.integers(0, 10_000), min_size=1, max_size=200))
def test_breaks_of_counts_are_whole(values: list[int]) -> None:
    assert all(value == int(value) for value in breaks_for(values, whole=True))
