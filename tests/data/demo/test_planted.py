"""What is planted is there, where and as much as docs/demo-city.md says."""

from pathlib import Path

import pandas as pd
import pytest

from data.demo import AS_OF, DemoCity, Planted
from data.demo.planting import REPEAT_WINDOW_DAYS
from tests.data.demo.facts import (
    AS_OF_UTC,
    lines,
    month_end_share,
    silent_grids,
    stacked,
    unmanaged,
    unmanaged_rates,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "demo-city.md"


def test_the_document_tells_the_towns_figures(
    town: DemoCity, town_planted: Planted, town_cases: pd.DataFrame
) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    wanted = lines(town, town_planted, town_cases)
    wanted += [f"| {c.name} | {c.code} | {c.unmanaged_since} |" for c in unmanaged(town).itertuples()]
    assert [line for line in wanted if line not in text] == []


def test_one_point_carries_more_than_two_per_cent_of_the_hotlines_rows(
    town_planted: Planted, town_cases: pd.DataFrame
) -> None:
    hotline = town_cases[town_cases["source"] == "12345热线"]
    on_point = hotline.groupby(["lon", "lat"]).size().sort_values(ascending=False)
    assert on_point.index[0] == town_planted.placeholder
    assert on_point.iloc[0] / len(hotline) > 0.02
    assert on_point.iloc[1] / len(hotline) < 0.005


def test_silent_grids_were_not_silent_before(
    town: DemoCity, town_planted: Planted, town_cases: pd.DataFrame
) -> None:
    assert set(town_planted.silent_grids) <= silent_grids(town, town_cases)
    before = town_cases.loc[town_cases["reported_at"] < AS_OF_UTC - pd.Timedelta(days=93), "grid"]
    one_a_month = 15  # from April 2025 to June 2026
    assert (before.value_counts().reindex(list(town_planted.silent_grids)) >= one_a_month).all()


def test_only_one_street_closes_at_the_months_end(town_planted: Planted, town_cases: pd.DataFrame) -> None:
    share = month_end_share(town_cases)
    assert share.idxmax() == town_planted.burst_street
    assert share.max() > 0.5
    assert share.drop(town_planted.burst_street).max() < 0.12


def test_only_the_planted_points_repeat(town_planted: Planted, town_cases: pd.DataFrame) -> None:
    recent = town_cases[town_cases["reported_at"] >= AS_OF_UTC - pd.Timedelta(days=REPEAT_WINDOW_DAYS)]
    counts = recent.groupby(["lon", "lat"]).size()
    counts = counts[counts >= 5].drop(index=town_planted.placeholder)
    planted = {(r.lon, r.lat): len(r.times) for r in town_planted.repeats}
    assert dict(counts) == planted
    assert min(planted.values()) >= 6


def test_unmanaged_compounds_draw_more_complaints(town: DemoCity, town_cases: pd.DataFrame) -> None:
    left = unmanaged(town)
    assert left["company"].isna().all()
    assert (left["built_year"] < 2003).all()
    assert (left["unmanaged_since"] < AS_OF.date()).all()
    after, usual = unmanaged_rates(town, town_cases)
    assert after > 3 * usual


def test_service_posts_are_stacked(town: DemoCity) -> None:
    assert stacked(town) == 6
    at = town.service_points.groupby(["lon", "lat"]).size()
    assert (at > 1).sum() == 1


WRONG_DATES = [("future_rows", 7), ("early_closings", 9)]


@pytest.mark.parametrize(("planted", "rows"), WRONG_DATES)
def test_wrong_dates(town_planted: Planted, town_cases: pd.DataFrame, planted: str, rows: int) -> None:
    found = {
        "future_rows": town_cases["reported_at"] >= AS_OF_UTC,
        "early_closings": town_cases["closed_at"] < town_cases["reported_at"],
    }
    assert getattr(town_planted, planted) == rows
    assert found[planted].sum() == rows
