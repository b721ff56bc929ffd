"""The demo town's police, service points, compounds and assessments: what there is to find on their screens."""

import pandas as pd
import pytest

from data.demo import AS_OF, DemoCity, assessments
from data.demo.assessments import Marked, marked_compounds, quarters
from data.demo.property import marked_companies
from data.ingest.mapping_columns import FLAG_COLUMNS
from data.store import Store
from domain.actor import OPERATOR
from domain.opening_hours import OpeningHours
from domain.vocabulary import Level, PoliceTier, Takeover

HAVES = ["party_branch", "has_place", "has_funds", "has_volunteers", "has_consultation"]


@pytest.fixture(scope="module")
def scores(town: DemoCity) -> pd.DataFrame:
    return assessments(town)


@pytest.fixture(scope="module")
def marked(town: DemoCity) -> Marked:
    return marked_compounds(town)


def test_points_say_whom_they_serve_and_most_when(town: DemoCity) -> None:
    points = town.service_points
    assert set(points["level"]) == {"street", "community", "grid"}
    assert set(points.loc[points["kind"] == "party_station", "level"]) == {"community", "grid"}
    hours = points["opening_hours"].dropna()
    assert all(OpeningHours.parse(text).text == text for text in hours)
    assert 0.05 < points["opening_hours"].isna().mean() < 0.3
    posts = points[points["kind"] == "police_post"]["opening_hours"]
    assert 20 < (posts == "24/7").sum() < 70
    assert (posts == "Mo-Su 20:00-08:00").sum() > 5


def test_police_are_embedded_at_three_tiers_with_blanks(town: DemoCity) -> None:
    duty = town.duty
    for tier in PoliceTier:
        mine = duty[duty["tier"] == tier.value]
        assert set(mine["area_level"]) == {tier.level.value}
        assert 0 < mine["embedded_as"].isna().sum() < len(mine) / 2, tier
    assert duty.loc[duty["tier"].isna(), "embedded_as"].isna().all()
    chiefs = duty[duty["tier"] == "station_chief"]
    assert sorted(chiefs["area_code"]) == sorted(town.level("street")["code"])
    officers = duty[duty["tier"] == "community_police"]
    assert set(officers["post"]) == {"社区民警", "驻村民警"}
    assert sorted(officers["area_code"]) == sorted(town.level("community")["code"])
    manned = set(duty[duty["post"] == "网格长"]["area_code"])
    helped = set(duty[duty["tier"] == "auxiliary"]["area_code"])
    assert helped < manned
    assert 0.7 < len(helped) / len(manned) < 0.9


def test_police_are_stationed_at_posts_of_their_own_community(town: DemoCity) -> None:
    points = town.service_points.set_index("code")
    stationed = town.duty.dropna(subset=["point_code"])
    assert set(stationed["post"]) == {"社区民警", "驻村民警", "党群工作者", "警务助理"}
    own = points.loc[stationed["point_code"], "area_code"].str[:12].to_numpy()
    assert (own == stationed["area_code"].str[:12].to_numpy()).all()
    officers = stationed[stationed["tier"] == "community_police"]["point_code"]
    assert set(points.loc[officers, "kind"]) == {"police_room"}
    assert set(points.loc[stationed[stationed["tier"].isna()]["point_code"], "kind"]) == {"party_station"}


def test_checklists_are_blank_or_whole(town: DemoCity) -> None:
    compounds = town.compounds
    blank = compounds[list(FLAG_COLUMNS)].isna()
    assert (blank.all(axis=1) == blank.any(axis=1)).all()
    assert 0.05 < blank.all(axis=1).mean() < 0.12
    shown = compounds[compounds["demonstration"] == True]  # noqa: E712 -- None is neither
    assert len(shown) == 40
    assert (shown[[*HAVES, "cross_serving"]] == True).all(axis=None)  # noqa: E712
    assert shown["company"].notna().all()


def test_unmanaged_compounds_are_taken_over_late_or_relapse(town: DemoCity) -> None:
    compounds = town.compounds
    unmanaged = compounds[compounds["unmanaged_since"].notna()]
    assert set(compounds["takeover"].dropna()) == {term.value for term in Takeover}
    assert unmanaged["takeover"].isna().any()
    due = unmanaged["takeover_due"].dropna()
    assert (due < AS_OF.date()).any()
    assert (due >= AS_OF.date()).any()
    relapsed = unmanaged[unmanaged["unmanaged_until"].notna()]
    assert len(relapsed) >= 2
    assert (relapsed["unmanaged_until"] < relapsed["unmanaged_since"]).all()
    cleared = compounds[compounds["unmanaged_since"].isna() & compounds["unmanaged_until"].notna()]
    assert len(cleared) == 12
    assert cleared["company"].notna().all()


def test_eight_quarters_before_the_end_of_the_data(scores: pd.DataFrame) -> None:
    found = quarters()
    assert [f"{first}/{last}" for first, last in (found[0], found[-1])] == [
        "2024-10-01/2024-12-31",
        "2026-07-01/2026-09-30",
    ]
    assert sorted(set(zip(scores["period_start"], scores["period_end"], strict=True))) == found
    assert scores["value"].between(0, 100).all()


def test_every_compound_and_company_is_assessed_but_for_a_few(town: DemoCity, scores: pd.DataFrame) -> None:
    by_indicator = scores.groupby("indicator").size()
    companies = town.compounds["company"].nunique()
    assert by_indicator["credit"] == 8 * companies
    for name in ("party_building", "inspection"):
        assert 0.95 < by_indicator[name] / (8 * len(town.compounds)) < 0.99
    assert set(scores["compound_code"].dropna()) == set(town.compounds["code"])
    assert (scores["compound_code"].isna() == scores["company"].notna()).all()


def test_good_and_bad_ones_can_be_told_in_every_district(
    town: DemoCity, scores: pd.DataFrame, marked: Marked
) -> None:
    for codes in (marked.bad, marked.good):
        assert set(pd.Series(codes).str[:6].value_counts()) <= {2, 3, 4}
        assert {code[:6] for code in codes} == {code[:6] for code in town.level("district")["code"]}
    by_code = scores.dropna(subset=["compound_code"]).groupby("compound_code")["value"]
    assert by_code.max()[list(marked.bad)].max() <= 40
    assert by_code.min()[list(marked.good)].min() >= 92
    good, bad = marked_companies(town.compounds)
    credit = scores[scores["indicator"] == "credit"].groupby("company")["value"].mean()
    assert (credit.idxmax(), credit.idxmin()) == (good, bad)


def test_what_residents_say_agrees(town: DemoCity, town_cases: pd.DataFrame, marked: Marked) -> None:
    """Complaints per 100 households: the bad ones draw several times as many as the good ones."""
    shapes = town.compounds.set_index("code")
    rate = {}
    for name, codes in (("bad", marked.bad), ("good", marked.good)):
        mine = shapes.loc[list(codes)]
        inside = sum(_inside(town_cases, row.geometry) for row in mine.itertuples())
        rate[name] = 100 * inside / mine["households"].sum()
    assert rate["bad"] > 3 * rate["good"] > 0


def _inside(cases: pd.DataFrame, shape) -> int:
    west, south, east, north = shape.bounds
    return int((cases["lon"].between(west, east) & cases["lat"].between(south, north)).sum())


def test_a_tiny_compound_has_a_few_cases_in_a_quarter(town: DemoCity, town_cases: pd.DataFrame) -> None:
    """What a rating must not damn: counted in the outline, in the last quarter."""
    first, last = quarters()[-1]
    local = town_cases["reported_at"] + pd.Timedelta(hours=8)
    recent = town_cases[(local >= pd.Timestamp(first)) & (local < pd.Timestamp(last) + pd.Timedelta(days=1))]
    small = town.compounds[(town.compounds["households"] <= 80) & (town.compounds.geom_type != "Point")]
    counts = [_inside(recent, shape) for shape in small.geometry]
    assert {3, 4} & set(counts)


def test_the_store_holds_all_of_it(town: DemoCity, scores: pd.DataFrame, town_db) -> None:
    with Store.opened(town_db) as store, store.session(OPERATOR) as session:
        counted = session.one(
            "select (select count(*) from visible_assessment), (select count(*) from visible_compound"
            " where demonstration), (select count(tier) from visible_duty), (select count(opening_hours)"
            " from visible_service_point)"
        )
        levels = session.rows("select distinct level from visible_service_point order by level")
        rejected = session.one("select count(*) from visible_reject")
    assert counted == (
        len(scores), 40, town.duty["tier"].notna().sum(), town.service_points["opening_hours"].notna().sum()
    )  # fmt: skip
    assert [Level(level).value for (level,) in levels] == ["community", "grid", "street"]
    assert rejected == (0,)
