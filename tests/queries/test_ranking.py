"""Honest order: intervals against published values, ties, small numbers, and what cannot be told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.indicators.facts import Direction
from queries.ranking import (
    change_interval,
    density_interval,
    difference_interval,
    ranked,
    share_interval,
)

WILSON = [
    # (numerator, denominator, low, high): Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("numerator", "denominator", "low", "high"), WILSON)
def test_wilson_is_what_was_published(numerator: int, denominator: int, low: float, high: float):
    found = share_interval(np.array([float(numerator)]), np.array([float(denominator)]))
    assert [round(float(bound[0]), 4) for bound in found] == [low, high]
    # the other way round it is its mirror image
    mirrored = share_interval(np.array([float(denominator - numerator)]), np.array([float(denominator)]))
    assert float(mirrored[0][0]) == pytest.approx(1 - high, abs=5e-5)
    assert float(mirrored[1][0]) == pytest.approx(1 - low, abs=5e-5)


NEWCOMBE = [
    # (a of m, b of n, low, high): Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
]


@pytest.mark.parametrize(("a", "m", "b", "n", "low", "high"), NEWCOMBE)
def test_the_difference_of_two_shares_is_what_was_published(
    a: int, m: int, b: int, n: int, low: float, high: float
):
    first, second = np.array([float(a)]), np.array([float(b)])
    size, other = np.array([float(m)]), np.array([float(n)])
    found = difference_interval(
        first / size, *share_interval(first, size), second / other, *share_interval(second, other)
    )
    assert [round(float(bound[0]), 4) for bound in found] == [low, high]


POISSON = [
    # (count, low, high): the exact interval of a Poisson mean, as tables of it have it
    (0, 0.000, 3.689),
    (1, 0.025, 5.572),
    (2, 0.242, 7.225),
    (5, 1.623, 11.668),
    (10, 4.795, 18.390),
    (20, 12.217, 30.888),
    (100, 81.364, 121.627),
]


@pytest.mark.parametrize(("count", "low", "high"), POISSON)
def test_a_count_per_something_is_exact(count: int, low: float, high: float):
    found = density_interval(np.array([float(count)]), np.array([1.0]))
    assert [round(float(bound[0]), 3) for bound in found] == [low, high]
    # twice the households, half the value
    halved = density_interval(np.array([float(count)]), np.array([2.0]))
    assert [float(bound[0]) for bound in halved] == pytest.approx([float(bound[0]) / 2 for bound in found])


def test_without_a_base_there_is_no_interval():
    numbers, bases = np.array([3.0, 3.0, 3.0]), np.array([0.0, np.nan, 10.0])
    for interval in (share_interval, density_interval):
        low, high = interval(numbers, bases)
        assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, True, False]


def test_a_change_of_counts_has_an_interval():
    low, high = change_interval(np.array([120.0, 5.0, 0.0, 3.0]), np.array([100.0, 5.0, 10.0, 0.0]))
    # a fifth more may be chance, nothing after ten is not
    assert (low[:2] < 0).all()
    assert high[0] > 0.2
    assert high[1] > 0
    assert (low[2], round(float(high[2]), 2)) == (-1, -0.62)
    assert math.isnan(low[3])


counts = st.integers(0, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts.filter(lambda pair: pair[1] > 0))
def test_an_interval_holds_its_value_and_stays_within_all_and_nothing(pair: tuple[int, int]):
    numerator, denominator = (np.array([float(number)]) for number in pair)
    low, high = share_interval(numerator, denominator)
    assert 0 <= low[0] <= pair[0] / pair[1] <= high[0] <= 1
    low, high = density_interval(numerator, denominator)
    assert 0 <= low[0] <= pair[0] / pair[1] < high[0]


# --- order -------------------------------------------------------------------------------------------------


def rates(pairs: Sequence[tuple[float, int]]) -> pd.DataFrame:
    """Rows as `ranked` takes them, coded a00, a01 … in the order given."""
    numerator, denominator = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    low, high = share_interval(numerator, denominator)
    with np.errstate(invalid="ignore"):
        value = numerator / denominator
    codes = [f"a{place:02d}" for place in range(len(pairs))]
    return pd.DataFrame({"code": codes, "n": denominator, "value": value, "low": low, "high": high})


def order(pairs: Sequence[tuple[float, int]], direction: Direction = Direction.HIGHER) -> pd.DataFrame:
    return ranked(rates(pairs), direction, 30)


def test_a_zone_of_22_cases_is_not_first_before_a_district_of_6530():
    """A published ranking had it so: 100.00 before 99.1."""
    small, large, third = (22, 22), (round(0.991 * 6530), 6530), (950, 1000)
    found = order([small, large, third]).set_index("code")
    assert list(found.index) == ["a01", "a02", "a00"]
    assert found["small"].to_dict() == {"a00": True, "a01": False, "a02": False}
    assert found["rank"].dropna().to_dict() == {"a01": 1, "a02": 2}
    # and where no minimum holds it back, it is told to be no better
    found = ranked(rates([small, large, third]), Direction.HIGHER, 1).set_index("code")
    assert found["rank"].to_dict() == {"a00": 1, "a01": 2, "a02": 3}
    assert found["like_first"].to_dict() == {"a00": True, "a01": True, "a02": False}
    assert (found.loc["a00", "best"], found.loc["a00", "worst"]) == (1, 3)
    # the two large ones are told apart from each other
    assert (found.loc["a01", "best"], found.loc["a01", "worst"]) == (1, 2)
    assert (found.loc["a02", "best"], found.loc["a02", "worst"]) == (2, 3)


def test_equal_values_share_a_rank():
    found = order([(90, 100), (45, 50), (80, 100), (95, 100)])
    assert found["code"].tolist() == ["a03", "a00", "a01", "a02"]
    assert found["rank"].tolist() == [1, 2, 2, 4]


def test_of_equal_firsts_the_code_does_not_decide_who_is_like_them():
    """90 of 100 may be as good as 38 of 38, and is surely not as good as 3,000 of 3,000."""
    pairs = [(38, 38), (3000, 3000), (90, 100)]
    for rows in (pairs, [pairs[1], pairs[0], pairs[2]]):
        found = order(rows)
        assert found["rank"].tolist() == [1, 1, 3]
        assert found["like_first"].tolist() == [True, True, False]
        assert found["best"].tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("direction", "codes"),
    [
        (Direction.HIGHER, ["a01", "a00", "a02"]),
        (Direction.LOWER, ["a02", "a00", "a01"]),
        # where no way is better the highest comes first
        (Direction.NEITHER, ["a01", "a00", "a02"]),
    ],
)
def test_better_may_be_lower(direction: Direction, codes: list[str]):
    assert order([(50, 100), (90, 100), (10, 100)], direction)["code"].tolist() == codes


def test_small_ones_come_after_the_ranked_and_those_without_a_value_last():
    found = order([(0, 0), (20, 20), (50, 100), (10, 20), (60, 100)])
    assert found["code"].tolist() == ["a04", "a02", "a01", "a03", "a00"]
    assert found["rank"].isna().tolist() == [False, False, True, True, True]
    assert found["small"].tolist() == [False, False, True, True, False]
    assert found["like_first"].tolist() == [True, True, False, False, False]


def test_nobody_is_ranked_where_nobody_has_enough():
    found = order([(0, 0), (5, 10)])
    assert found["rank"].isna().all()
    assert not found["like_first"].any()
    assert found["code"].tolist() == ["a01", "a00"]


def test_no_rows_are_ranked_to_none():
    nothing = rates([(1, 100)]).iloc[:0]
    found = ranked(nothing, Direction.HIGHER, 30)
    assert len(found) == 0
    assert {"small", "rank", "best", "worst", "like_first"} <= set(found.columns)


areas = st.lists(
    st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12
)


@settings(max_examples=40)
@given(areas, st.sampled_from(Direction))
def test_the_rank_lies_between_the_best_and_the_worst_it_could_be(
    pairs: list[tuple[int, int]], direction: Direction
):
    found = order(pairs, direction)
    part = found[found["rank"].notna()]
    assert (part["best"] <= part["rank"]).all()
    assert (part["rank"] <= part["worst"]).all()
    assert (part["worst"] <= len(part)).all()
    assert part["rank"].is_monotonic_increasing
    # whoever could be the first is like the first, and whoever is the first is among them
    assert (part["like_first"] == (part["best"] == 1)).all()
    assert part.loc[part["rank"] == 1, "like_first"].all()
    assert found.loc[found["rank"].isna(), ["best", "worst"]].isna().all(axis=None)


@settings(max_examples=40)
@given(areas, st.sampled_from(Direction), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(pairs, direction: Direction, chance):
    rows = rates(pairs)
    places = list(range(len(rows)))
    chance.shuffle(places)
    pd.testing.assert_frame_equal(
        ranked(rows, direction, 30), ranked(rows.iloc[places].reset_index(drop=True), direction, 30)
    )


@settings(max_examples=40)
@given(areas.filter(lambda pairs: len(pairs) > 1))
def test_who_is_told_apart_is_told_apart_both_ways(pairs: list[tuple[int, int]]):
    rows = rates(pairs)
    rows = rows[rows["n"] > 0]
    values, lows, highs = (rows[name].to_numpy(float) for name in ("value", "low", "high"))
    below, above = difference_interval(
        values[:, None], lows[:, None], highs[:, None], values[None, :], lows[None, :], highs[None, :]
    )
    surely_more, surely_less = below > 0, above < 0
    assert (surely_more == surely_less.T).all()
    assert not (surely_more & surely_less).any()
    # equal values never are
    assert not (surely_more & (values[:, None] <= values[None, :])).any()
    # turned round, the first is the last: the places that could be had mirror each other
    high, low = (
        ranked(rows, direction, 1).set_index("code") for direction in (Direction.HIGHER, Direction.LOWER)
    )
    mirrored = len(rows) + 1 - low.loc[high.index, "worst"]
    assert (high["best"] == mirrored).all()


def test_thousands_of_areas_are_compared_in_blocks_as_in_one(monkeypatch: pytest.MonkeyPatch):
    pairs = [(60 + place % 37, 100 + place % 11) for place in range(1100)]
    found = order(pairs)
    monkeypatch.setattr("queries.ranking._BLOCK", 10_000)
    pd.testing.assert_frame_equal(found, order(pairs))
