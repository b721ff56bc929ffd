"""Measures are computed from the figures they name, and say so where there is nothing to divide by."""

import math

import pandas as pd
import pytest

from domain.i18n import use_language
from ui.measures import Measure

FIGURES = pd.DataFrame(
    {
        "cases": [30, 5, 0],
        "open": [3, 0, 0],
        "overdue": [2, 1, 0],
        "decided": [20, 4, 0],
        "decided_overdue": [2, 1, 0],
        "before": [20.0, 10.0, 0.0],
        "households": pd.array([1500, 0, None], dtype="Int64"),
        "area_km2": [2.0, 0.5, 1.0],
    }
)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (Measure.REPORTED, [30, 5, 0]),
        (Measure.OPEN, [3, 0, 0]),
        (Measure.OVERDUE, [2, 1, 0]),
        (Measure.OVERDUE_SHARE, [10, 25, math.nan]),  # per cent of what is decided; nothing decided: no share
        (Measure.PER_100_HOUSEHOLDS, [2, math.nan, math.nan]),  # no households: no rate, not zero
        (Measure.PER_KM2, [15, 10, 0]),
        (Measure.CHANGE, [50, -50, math.nan]),  # per cent more than before; nothing before: no change
    ],
)
def test_values(measure: Measure, expected: list[float]) -> None:
    assert measure.values(FIGURES)["value"].tolist() == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("measure", list(Measure))
def test_every_value_lies_in_its_interval(measure: Measure) -> None:
    found = measure.values(FIGURES).dropna()
    assert len(found) > 0
    assert (found["low"] <= found["value"]).all()
    assert (found["value"] <= found["high"]).all()


@pytest.mark.parametrize(
    ("measure", "n"),
    [
        (Measure.REPORTED, [30, 5, 0]),
        (Measure.OVERDUE_SHARE, [20, 4, 0]),  # a share stands on what is decided
        (Measure.CHANGE, [50, 15, 0]),  # a change on both periods
    ],
)
def test_what_a_value_stands_on(measure: Measure, n: list[float]) -> None:
    assert measure.values(FIGURES)["n"].tolist() == n


def test_only_counts_are_whole() -> None:
    assert {measure for measure in Measure if measure.decimals == 0} == {
        measure for measure in Measure if measure.counts
    }


def test_a_measure_that_is_its_own_unit_is_named_once() -> None:
    assert Measure.REPORTED.heading == "案件数（件）"
    with use_language("en"):
        assert [measure.heading for measure in Measure][:3] == ["Cases", "Open (cases)", "Overdue (cases)"]
