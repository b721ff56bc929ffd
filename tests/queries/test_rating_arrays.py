"""The arithmetic on arrays does what the arithmetic of one compound does, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ratings import catalogue
from domain.ratings.arithmetic import Evidence, Measured, Missing, rate, rounded
from domain.ratings.arithmetic import scored as scored_one
from domain.ratings.facts import Fact
from domain.ratings.model import Bands
from queries import rating_arrays as arrays
from queries.rating_arrays import KNOWN, MISSING, Measures

PROFILE = catalogue.profile(catalogue.DEFAULT)
GONE = MISSING.index(Missing.NO_CASES)

ROW = st.tuples(
    st.tuples(st.integers(0, 600), st.integers(1, 3000)),
    *[st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))) for _rate in range(3)],
    *[st.tuples(st.floats(0, 300), st.integers(1, 3)) for _assessment in range(3)],
    st.sets(st.integers(0, 6), max_size=4),
    st.tuples(*[st.booleans()] * 3),
)


def measures(made: list[tuple]) -> dict[str, Measures]:
    """The items of all rows."""
    found = {}
    for place, name in enumerate(PROFILE.items):
        top = np.array([float(row[place][0]) for row in made])
        bottom = np.array([float(row[place][1]) for row in made])
        missing = np.array([GONE if place in row[7] else KNOWN for row in made], dtype=np.int8)
        if place == 0:
            found[name] = arrays.density(top, bottom / 100, missing)
        else:
            found[name] = (arrays.share if place < 4 else arrays.assessed)(top, bottom, missing)
    return found


def measured(found: Measures, row: int) -> Measured:
    """An item of one row, as the arithmetic of one compound has it."""
    if found.missing[row] != KNOWN:
        return Measured(missing=MISSING[found.missing[row]])
    columns = (found.value, found.low, found.high, found.numerator, found.denominator)
    value, low, high, numerator, denominator = (float(column[row]) for column in columns)
    return Measured(value, low, high, numerator, denominator)


@given(st.lists(ROW, min_size=1, max_size=12))
def test_both_are_equal_to_the_last_bit(made: list[tuple]):
    items = measures(made)
    penalties = {
        name: np.array([row[8][place] for row in made]) for place, name in enumerate(PROFILE.penalties)
    }
    totals = arrays.rate(PROFILE, items, penalties)
    ends = (totals.total, totals.low, totals.high)
    grades = [arrays.grades(PROFILE, end) for end in ends]
    for row in range(len(made)):
        unmanaged, no_branch, unsafe = (penalties[name][row] for name in PROFILE.penalties)
        facts = {Fact.UNMANAGED: bool(unmanaged), Fact.PARTY_BRANCH: not no_branch}
        own = Evidence(
            {name: measured(found, row) for name, found in items.items()},
            facts,
            {"unsafe": 0.0 if unsafe else 99.0},
        )
        one = rate(PROFILE, own)
        for told, end in zip((one.total, one.low, one.high), ends, strict=True):
            assert told == end[row] or (told is None and np.isnan(end[row]))
        assert [one.grade, one.grade_low, one.grade_high] == [names[row] for names in grades]
        assert (one.known_weight, one.known_share) == (totals.known_weight[row], totals.known_share[row])
        assert one.deducted == totals.deducted[row]
        for part in one.contributions:
            scores = arrays.scored(PROFILE.items[part.item], items[part.item])
            points = arrays.points(part.weight, scores, totals.known_weight)[row]
            assert part.points == points or (part.points is None and np.isnan(points))
            if part.scored is not None:
                told_scores = (scores.score[row], scores.low[row], scores.high[row])
                assert (part.scored.score, part.scored.low, part.scored.high) == told_scores
                assert part.scored == scored_one(PROFILE.items[part.item], part.measured)


@given(
    st.lists(
        st.tuples(st.floats(-100, 100), st.floats(0, 100)), min_size=2, max_size=6, unique_by=lambda p: p[0]
    ),
    st.sampled_from(["linear", "steps"]),
    st.booleans(),
    st.lists(st.floats(-200, 200), min_size=1),
)
def test_bands_are_equal_at_and_between_their_points(points, kind: str, rises: bool, values: list[float]):
    ordered = sorted(value for value, _score in points)
    scores = sorted((score for _value, score in points), reverse=not rises)
    if scores[0] == scores[-1]:
        return
    bands = Bands.model_validate({"kind": kind, "points": list(zip(ordered, scores, strict=True))})
    looked_at = np.array([*values, *ordered])
    assert arrays.score(bands, looked_at).tolist() == [bands.score(value) for value in looked_at.tolist()]


@given(st.lists(st.floats(-50, 150), min_size=1))
def test_rounding_is_equal(points: list[float]):
    assert arrays.rounded(np.array(points)).tolist() == [rounded(value) for value in points]


@pytest.mark.parametrize("kind", ["linear", "steps"])
def test_what_is_missing_has_no_score(kind: str):
    bands = Bands.model_validate({"kind": kind, "points": [(0, 0), (1, 100)]})
    assert np.isnan(arrays.score(bands, np.array([np.nan]))).all()
