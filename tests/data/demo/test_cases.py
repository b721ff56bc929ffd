"""The demo town's cases: canonical columns, rhythm, lives, and that they are always the same."""

import hashlib
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from data.demo import AS_OF, CASE_SCHEMA, SPECS, DemoCity, build, cases
from data.demo.categories import CATEGORIES
from data.demo.coverage import to_metres
from data.demo.draw import make_hot_spots
from data.demo.tables import PERSONAL
from domain.vocabulary import CaseState, Channel, Level, Outcome, Rating, Timeliness
from tests.data.demo.facts import AS_OF_UTC, contacted_share

TOTAL = 60_000


def test_columns_and_row_count(town_table: pa.Table) -> None:
    assert town_table.schema == CASE_SCHEMA
    assert town_table.num_rows == TOTAL
    keys = pd.MultiIndex.from_frame(town_table.select(["source", "source_case_id"]).to_pandas())
    assert keys.is_unique


VOCABULARIES = [
    ("state", CaseState), ("outcome", Outcome), ("channel", Channel), ("rating", Rating),
    ("timeliness", Timeliness), ("area_level", Level),
]  # fmt: skip


@pytest.mark.parametrize(("column", "vocabulary"), VOCABULARIES)
def test_values_are_words_of_the_domain(
    town_cases: pd.DataFrame, column: str, vocabulary: type[StrEnum]
) -> None:
    assert set(town_cases[column].dropna()) <= {str(value) for value in vocabulary}


def test_no_persons(town_table: pa.Table) -> None:
    for personal in PERSONAL:
        assert town_table[personal].null_count == TOTAL


def test_newest_last_and_over_eighteen_months(town_cases: pd.DataFrame) -> None:
    assert town_cases["reported_at"].is_monotonic_increasing
    usual = town_cases.loc[town_cases["reported_at"] < AS_OF_UTC, "local"]
    assert usual.min().date().isoformat() == "2025-04-01"
    assert usual.max().date().isoformat() == "2026-09-30"
    assert usual.dt.to_period("D").nunique() == 548
    assert AS_OF.isoformat() == "2026-10-01T00:00:00+08:00"


def _digest(tables: list[pa.Table]) -> str:
    sink = pa.BufferOutputStream()
    table = pa.concat_tables(tables).combine_chunks()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def test_the_same_seed_gives_the_same_city_and_cases(town: DemoCity, town_table: pa.Table) -> None:
    again = build("town")
    for frame in ("areas", "lines", "compounds"):
        assert getattr(again, frame).to_wkb().equals(getattr(town, frame).to_wkb()), frame
    assert again.service_points.equals(town.service_points)
    assert again.duty.equals(town.duty)
    assert _digest(list(cases(again))) == _digest([town_table])


def test_the_rows_do_not_depend_on_the_chunk_size(town: DemoCity, town_table: pa.Table) -> None:
    chunks = list(cases(town, chunk_rows=7_000))
    assert [chunk.num_rows for chunk in chunks] == [7_000] * 8 + [4_000]
    assert _digest(chunks) == _digest([town_table])


def test_a_chunk_size_under_one_is_refused(town: DemoCity) -> None:
    with pytest.raises(ValueError, match=r"`chunk_rows` was 0 but is expected to be at least 1"):
        cases(town, chunk_rows=0)


HOURS_AND_SEASONS = [
    # category, busiest hours (local), busiest months, quietest month brings under this share of the year
    ("生态环境/噪声扰民", {22, 23, 0}, {7, 8}, 0.06),  # noise at night, windows open in summer
    ("市容环境/占道经营", {18, 19, 20}, {7, 8}, 0.05),  # street vendors in the evening
    ("民生服务/供暖不热", {19, 20, 21}, {11, 12, 1}, 0.001),  # heating only in winter
    ("公用设施/积水内涝", {19, 20, 21}, {7, 8}, 0.01),  # water after summer rain
    ("平安建设/违停乱停", {7, 8, 17, 18}, set(range(1, 13)), 0.08),  # parking at commuting hours, all year
    ("生态环境/秸秆焚烧", {18, 19, 20}, {3, 4, 10, 11}, 0.02),  # straw after the harvest and before sowing
]


@pytest.mark.parametrize(("category", "hours", "months", "quiet"), HOURS_AND_SEASONS)
def test_each_category_has_its_hours_and_season(
    town_cases: pd.DataFrame, category: str, hours: set[int], months: set[int], quiet: float
) -> None:
    local = town_cases.loc[town_cases["category"] == category, "local"]
    year = local[(local >= "2025-10-01") & (local < "2026-10-01")]
    by_month = year.dt.month.value_counts().reindex(range(1, 13), fill_value=0)
    assert local.dt.hour.mode()[0] in hours
    assert by_month.idxmax() in months
    assert by_month.min() / len(year) < quiet


def test_all_categories_occur_in_six_majors(town_cases: pd.DataFrame) -> None:
    assert set(town_cases["category"]) == {category.name for category in CATEGORIES}
    assert len(CATEGORIES) == 24
    assert town_cases["category"].str.split("/").str[0].nunique() == 6


REST_DAYS = [
    ("物业管理/物业服务", 1.0, 1.4),  # residents have time to complain
    ("市容环境/乱贴小广告", 0.3, 0.7),  # patrols rest
]


@pytest.mark.parametrize(("category", "low", "high"), REST_DAYS)
def test_weekends_differ_by_category(
    town_cases: pd.DataFrame, category: str, low: float, high: float
) -> None:
    weekday = town_cases.loc[town_cases["category"] == category, "local"].dt.day_of_week
    ratio = ((weekday >= 5).sum() / 2) / ((weekday < 5).sum() / 5)
    assert low < ratio < high


def test_spring_festival_is_quiet(town_cases: pd.DataFrame) -> None:
    by_day = town_cases.groupby(town_cases["local"].dt.date).size()
    festival = by_day.loc[datetime(2026, 2, 16).date() : datetime(2026, 2, 22).date()].mean()
    before = by_day.loc[datetime(2026, 1, 19).date() : datetime(2026, 1, 25).date()].mean()
    assert festival < 0.75 * before


def test_steps_follow_each_other(town_cases: pd.DataFrame) -> None:
    steps = ["reported_at", "registered_at", "dispatched_at", "handled_at"]
    for earlier, later in pairwise(steps):
        both = town_cases[[earlier, later]].dropna()
        assert (both[earlier] <= both[later]).all(), later
    assert (town_cases[[*steps[1:], "closed_at", "updated_at"]].max() <= AS_OF_UTC).all()


def test_only_residents_are_contacted_after_dispatch_and_before_handling(town_cases: pd.DataFrame) -> None:
    called = town_cases[town_cases["contacted_at"].notna()]
    assert set(called["channel"]) == {"hotline_12345", "resident_app", "department_transfer"}
    assert (called["contacted_at"] >= called["dispatched_at"]).all()
    handled = called[called["handled_at"].notna()]
    assert (handled["contacted_at"] <= handled["handled_at"]).all()
    assert called["contacted_at"].max() <= AS_OF_UTC


CONTACTED = [
    ("hotline_12345", 0.95, 0.975),  # who telephones is called back
    ("resident_app", 0.88, 0.92),
    ("department_transfer", 0.68, 0.76),  # often nobody knows whom to call
    ("patrol", 0.0, 0.0),  # nobody to call
]


@pytest.mark.parametrize(("channel", "low", "high"), CONTACTED)
def test_most_residents_are_contacted(
    town_cases: pd.DataFrame, channel: str, low: float, high: float
) -> None:
    assert low <= contacted_share(town_cases, channel) <= high


def test_slow_streets_contact_fewer_residents(town_cases: pd.DataFrame) -> None:
    asked = town_cases[(town_cases["channel"] == "hotline_12345") & town_cases["dispatched_at"].notna()]
    waited = (asked["dispatched_at"] - asked["registered_at"]).groupby(asked["street"]).median()
    share = asked["contacted_at"].notna().groupby(asked["street"]).mean()
    slow, fast = waited.nlargest(3).index, waited.nsmallest(3).index
    assert share[slow].mean() < share[fast].mean() - 0.02


def test_a_case_has_an_outcome_and_a_closing_time_exactly_when_it_is_closed(town_cases: pd.DataFrame) -> None:
    closed = town_cases["state"].map(lambda state: CaseState(state).is_closed)
    assert (closed == town_cases["closed_at"].notna()).all()
    assert (closed == town_cases["outcome"].notna()).all()
    assert (town_cases["state"] == "void").equals(town_cases["outcome"] == "void")
    assert 250 < (~closed).sum() < 800
    assert town_cases.loc[~closed, "state"].nunique() >= 6


def test_some_categories_have_no_time_limit(town_cases: pd.DataFrame) -> None:
    unlimited = {category.name for category in CATEGORIES if category.limit_hours is None}
    assert unlimited == {"民生服务/养老服务", "平安建设/邻里纠纷"}
    registered = town_cases[town_cases["registered_at"].notna()]
    assert (registered["due_at"].isna() == registered["category"].isin(unlimited)).all()


def test_late_cases_are_rated_worse(town_cases: pd.DataFrame) -> None:
    rated = town_cases[town_cases["rating"].notna() & town_cases["due_at"].notna()]
    late = rated["closed_at"] > rated["due_at"]
    good = (rated["rating"] == "good").groupby(late).mean()
    assert good[False] > good[True] + 0.1


def test_sources_tell_the_place_in_their_own_ways(town_cases: pd.DataFrame) -> None:
    point = town_cases["lon"].notna()
    by_area = ~point & (town_cases["area_code"].notna() | town_cases["area_name"].notna())
    nothing = ~point & ~by_area
    assert set(town_cases["source"]) == {"12345热线", "网格平台", "城管平台", "综治平台"}
    assert 0.10 < by_area.mean() < 0.15
    assert 0.02 < nothing.mean() < 0.06
    has_code = town_cases.groupby("source")["area_code"].apply(lambda codes: codes.notna().any())
    assert dict(has_code) == {"12345热线": False, "网格平台": True, "城管平台": False, "综治平台": True}


def test_own_codes_and_names_exist_at_their_level(town: DemoCity, town_cases: pd.DataFrame) -> None:
    areas = town.areas
    level_of_code = areas.set_index("code")["level"]
    told = town_cases[town_cases["area_code"].notna()]
    assert (level_of_code.reindex(told["area_code"]).to_numpy() == told["area_level"].to_numpy()).all()
    named = town_cases[town_cases["area_name"].notna()]
    known = set(zip(areas["name"], areas["level"], strict=True))
    assert set(zip(named["area_name"], named["area_level"], strict=True)) <= known


def test_hot_spots_rise_and_move_on(town: DemoCity, town_cases: pd.DataFrame) -> None:
    """At its peak a hot spot holds twice the share of its categories that it holds half a year off."""
    months = SPECS["town"].months
    spots = make_hot_spots(town, months, np.random.default_rng([town.seed, 13]))
    month = town_cases["local"].dt.to_period("M").rank(method="dense").to_numpy() - 1
    xy = to_metres(town_cases[["lon", "lat"]].to_numpy())
    category = pd.Categorical(town_cases["category"], [c.name for c in CATEGORIES]).codes
    risen = []
    for spot in spots:
        near = np.hypot(*(xy - spot.start).T) < 2 * spot.radius_m
        mine = np.isin(category, spot.categories)
        peak = np.abs(month - spot.peak_month) < 1.5
        off = np.abs(month - spot.peak_month) > 6
        risen.append(
            (near & mine & peak).sum() / (mine & peak).sum()
            > 2 * (near & mine & off).sum() / (mine & off).sum()
        )
    assert sum(risen) >= len(spots) / 2
