"""Ratings taken together, whatever they are: means stay within their parts, movements add up, entries are supported."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ratings import catalogue
from domain.ratings.lists import ListKind, supports
from domain.ratings.periods import Period, PeriodKind
from queries import rating_arrays as arrays
from queries.rating_groups import companies_of, lists_of, movements_of

PROFILE = catalogue.profile(catalogue.DEFAULT)
PERIODS = tuple(
    Period.of(PeriodKind.QUARTER, day) for day in (date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1))
)
TENTH = st.integers(0, 1000).map(lambda tenths: tenths / 10)
SCORE = st.none() | st.tuples(TENTH, TENTH, TENTH).map(sorted)
COMPOUND = st.tuples(
    st.sampled_from(["甲", "乙", None]), st.none() | st.integers(0, 3000), st.tuples(SCORE, SCORE, SCORE)
)


def frames(made: list[tuple]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compounds, and their scores in the three periods."""
    compounds = pd.DataFrame(
        {
            "compound_id": np.arange(1, len(made) + 1),
            "code": [f"C{number:03d}" for number in range(1, len(made) + 1)],
            "company": pd.Series([row[0] for row in made], dtype=object),
            "households": pd.array([row[1] for row in made], dtype="Int64"),
        }
    )
    ends = np.array([score or (np.nan,) * 3 for row in made for score in row[2]], dtype=float).reshape(-1, 3)
    scores = pd.DataFrame({"low": ends[:, 0], "total": ends[:, 1], "high": ends[:, 2]})
    return compounds, scores.assign(grade=arrays.grades(PROFILE, scores["total"].to_numpy()))


def of_last(made: list[tuple]) -> pd.DataFrame:
    """Compounds with their scores of the last period."""
    compounds, scores = frames(made)
    return compounds.join(scores.iloc[len(PERIODS) - 1 :: len(PERIODS)].reset_index(drop=True))


def records(frame: pd.DataFrame) -> list[dict]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


@given(st.lists(COMPOUND, max_size=12))
def test_a_company_lies_within_its_compounds_and_accounts_for_all_of_them(made: list[tuple]):
    found = records(companies_of(PROFILE, of_last(made)))
    assert [row["company"] for row in found] == sorted({row[0] for row in made} - {None})
    for row in found:
        place = len(PERIODS) - 1
        own = [(one[1], one[2][place]) for one in made if one[0] == row["company"]]
        graded = [(households, score) for households, score in own if score is not None]
        weighed = [(households, score) for households, score in graded if households]
        assert (row["compounds"], row["graded"], row["ungraded"]) == (
            len(own), len(graded), len(own) - len(graded),
        )  # fmt: skip
        assert row["without_households"] == len(graded) - len(weighed)
        assert row["households"] == sum(households for households, _score in weighed)
        if not weighed:
            assert row["total"] is row["grade"] is None
            continue
        totals = [score[1] for _households, score in weighed]
        assert min(totals) <= row["total"] <= max(totals)
        assert row["low"] <= row["total"] <= row["high"]
        mean = sum(households * score[1] for households, score in weighed) / row["households"]
        assert row["total"] == pytest.approx(mean, abs=0.0501)
        assert row["grade"] == PROFILE.grade_of(row["total"])


def test_an_interval_of_a_company_is_square_and_add():
    made = [("甲", 300, ([70.0, 80.0, 86.0],) * 3), ("甲", 100, ([50.0, 60.0, 72.0],) * 3)]
    row = records(companies_of(PROFILE, of_last(made)))[0]
    # down: sqrt((300 × 10)² + (100 × 10)²) / 400 = 7.906; up: sqrt((300 × 6)² + (100 × 12)²) / 400 = 5.408
    assert (row["total"], row["low"], row["high"]) == (75.0, 67.1, 80.4)


@given(st.lists(COMPOUND, max_size=12))
def test_movements_add_up_in_both_directions(made: list[tuple]):
    compounds, scores = frames(made)
    before, after = (compounds.join(scores.iloc[place::3].reset_index(drop=True)) for place in (0, 1))
    found = records(movements_of(PROFILE, before, after))
    assert sum(row["compounds"] for row in found) == len(made)
    assert sum(row["households"] for row in found) == sum(row[1] or 0 for row in made)
    for side, rows in (("from_grade", before), ("to_grade", after)):
        told = [None if pd.isna(grade) else grade for grade in rows["grade"]]
        for grade in {*told, "five"}:
            assert sum(row["compounds"] for row in found if row[side] == grade) == told.count(grade)


@given(st.lists(COMPOUND, max_size=12))
def test_an_entry_implies_two_supported_periods_in_a_row(made: list[tuple]):
    names = [str(period) for period in PERIODS]
    found = records(lists_of(PROFILE, PERIODS, *frames(made)))
    for row in found:
        scores = made[row["compound_id"] - 1][2]
        held = [
            supports(PROFILE, ListKind(row["list"]), *((score[0], score[2]) if score else (None, None)))
            for score in scores
        ]
        since, entered = names.index(row["since"]), names.index(row["entered"])
        assert entered == since + 1
        assert held[since]
        assert held[entered]
        assert row["left"] is None or not held[names.index(row["left"])]
    both = sum(
        any(
            supports(PROFILE, kind, first[0], first[2]) and supports(PROFILE, kind, second[0], second[2])
            for first, second in zip(row[2], row[2][1:], strict=False)
            if first and second
        )
        for row in made
        for kind in ListKind
    )
    assert len(found) == both
