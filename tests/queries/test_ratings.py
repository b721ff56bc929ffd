"""Ratings read from the store: held against a recount in plain Python, and told with what a reader may see."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.errors import NotFound
from domain.filters import CaseFilter
from domain.ratings.arithmetic import Missing
from domain.ratings.cases import cases_of
from domain.ratings.facts import Fact
from domain.ratings.lists import ListKind
from domain.ratings.periods import Period
from domain.settings import Settings
from queries.areas import area_by_code
from queries.cases import how_many
from queries.property import assessments_of
from queries.ratings import Ratings, Turn, ratings
from tests.support import recount
from tests.support.database import copied_db
from tests.support.profiles import own_ratings
from tests.support.rated_city import put_assessments, put_cases_of
from tests.support.small_city import COMMUNITIES, WEST_STREET, actor
from tests.support.small_compounds import COMPOUNDS, bring_compounds

AS_OF = datetime(2026, 7, 10, 9)
UTC = timedelta(hours=8)
QUARTERS = ("2025-Q4", "2026-Q1", "2026-Q2")
LAST = Period.parse("2026-Q2")
CASE_ITEMS = {
    "complaints": "per_100_households",
    "on_time": "on_time_handling_rate",
    "rework": "rework_rate",
    "satisfaction": "good_rating_rate",
}

FIGURES = (
    "total", "low", "high", "grade", "grade_low", "grade_high", "certain", "known_weight", "known_share", "deducted",
)  # fmt: skip

ASSESSMENTS: list[dict[str, Any]] = [
    # two within the quarter: their mean; the yearly one that covers it does not count then
    {"indicator": "inspection", "compound_code": "C1", "from": "2026-04-01", "to": "2026-04-30", "value": 70},
    {"indicator": "inspection", "compound_code": "C1", "from": "2026-06-01", "to": "2026-06-30", "value": 90},
    {"indicator": "inspection", "compound_code": "C1", "from": "2026-01-01", "to": "2026-12-31", "value": 10},
    # it only overlaps the second quarter
    {"indicator": "inspection", "compound_code": "C2", "from": "2026-03-15", "to": "2026-05-15", "value": 50},
    # of two that cover it the shorter one
    {"indicator": "party_building", "compound_code": "C1", "from": "2026-01-01", "to": "2026-06-30", "value": 88},
    {"indicator": "party_building", "compound_code": "C1", "from": "2026-01-01", "to": "2026-12-31", "value": 44},
    # a company's, of all its compounds
    {"indicator": "credit", "company": "安居物业", "from": "2026-01-01", "to": "2026-12-31", "value": 80},
    # an assessment that no profile asks for
    {"indicator": "beauty", "compound_code": "C1", "from": "2026-04-01", "to": "2026-06-30", "value": 1},
]  # fmt: skip


def assessments(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**row, "period_start": row["from"], "period_end": row["to"], "evidence": "街道巡查"} for row in rows
    ]


def opened(source: Path, folder: Path) -> Store:
    """The small city with its compounds, looked at as of AS_OF."""
    store = Store.open(copied_db(source, folder / "rated.duckdb"), Settings())
    bring_compounds(store, COMPOUNDS)
    with store.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone="Asia/Shanghai", as_of=AS_OF)
    return store


@pytest.fixture
def city(small_city_db: Path, tmp_path: Path) -> Iterator[Store]:
    store = opened(small_city_db, tmp_path)
    yield store
    store.close()


def rated(store: Store, periods: int = 3, who: Any = OPERATOR, **options: Any) -> Ratings:
    with store.session(who) as session:
        return ratings(session, options.pop("profile", "hongxin"), periods, **options)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain values; None for what is missing."""
    told = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in told.to_dict("records")]


def parts(found: Ratings, period: Period) -> dict[tuple[int, str], dict[str, Any]]:
    """The contributions of a period by compound and item."""
    return {(row["compound_id"], row["item"]): row for row in records(found.contributions(period))}


def some_cases(number: int, seed: int) -> list[dict[str, Any]]:
    """The same mixed cases every time, over a year."""
    chance = random.Random(seed)  # noqa: S311  (invented cases)
    made = []
    for _case in range(number):
        reported = datetime(2025, 8, 1) + timedelta(minutes=chance.randrange(60 * 24 * 350))
        closed = chance.choice([None, reported + timedelta(hours=chance.randrange(1, 200))])
        made.append(
            {
                "compound": chance.choice(["C1", "C1", "C2", "C3", "C4", "C5", None]),
                "reported_at": reported,
                "due_at": chance.choice([None, reported + timedelta(hours=72)]),
                "closed_at": closed,
                "state": chance.choice(["closed", "void"]) if closed else "handling",
                "rating": chance.choice([None, "good", "fair", "bad"]),
                "rework_count": chance.choice([None, 0, 1]),
            }
        )
    return made


# --- the figures -------------------------------------------------------------------------------------------


def test_counts_are_what_a_recount_finds_compound_by_compound_and_quarter_by_quarter(city: Store):
    cases = some_cases(900, seed=11)
    put_cases_of(city, cases)
    found = rated(city)
    assert tuple(str(period) for period in found.periods) == QUARTERS
    told = recount.profile("general")["indicators"]
    as_of = AS_OF - UTC
    for period in found.periods:
        start, end = (datetime.combine(day, datetime.min.time()) - UTC for day in (period.start, period.end))
        rows = parts(found, period)
        for number, compound in enumerate(COMPOUNDS, start=1):
            mine = [
                (case, recount.facts(case, as_of, 30))
                for case in cases
                if case["compound"] == compound["code"] and start <= case["reported_at"] < end
            ]
            for item, indicator in CASE_ITEMS.items():
                row, expected = rows[number, item], recount.recount(told[indicator], mine)
                base: float = expected.denominator
                if item == "complaints":
                    base = (compound["households"] or 0) / 100
                if not base:
                    assert row["value"] is None
                    assert row["missing"] in {"no_cases", "no_households"}
                    continue
                counts = (row["numerator"], row["denominator"], row["value"])
                assert counts == (expected.numerator, base, expected.numerator / base)
                assert row["low"] <= row["value"] <= row["high"]
    assert len(found.scores) == 15


def test_every_row_is_what_the_arithmetic_of_one_compound_gives(city: Store):
    put_cases_of(city, some_cases(900, seed=12))
    put_assessments(city, assessments(*ASSESSMENTS))
    with own_ratings(city.path.parent / "own", lenient='extends = "hongxin"\nleast_weight = 0.75'):
        found = rated(city, profile="lenient")
        graded = 0
        for row in records(found.scores):
            period = Period.parse(row["period"])
            one = found.rating(row["compound_id"], period)
            assert [getattr(one, name) for name in FIGURES] == [row[name] for name in FIGURES]
            assert (row["why_not"] is None) == (one.total is not None)
            told = [
                parts(found, period)[row["compound_id"], part.item]["points"] for part in one.contributions
            ]
            assert told == [part.points for part in one.contributions]
            graded += one.total is not None
        assert 0 < graded < len(found.scores)


def test_a_quarter_ends_at_local_midnight_and_one_that_runs_is_not_rated(city: Store):
    edges = [datetime(2026, 3, 31, 15, 59, 59), datetime(2026, 3, 31, 16), datetime(2026, 7, 1)]
    put_cases_of(city, [{"compound": "C1", "reported_at": at, "state": "handling"} for at in edges])
    found = rated(city)
    counts = {str(period): found.contributions(period).iloc[0]["numerator"] for period in found.periods[1:]}
    assert counts == {"2026-Q1": 1, "2026-Q2": 1}
    with city.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone=None, as_of=datetime(2026, 6, 30, 23, 59))
    assert tuple(str(period) for period in rated(city).periods) == ("2025-Q3", "2025-Q4", "2026-Q1")


def test_where_there_is_no_data_no_cases_are_no_merit(city: Store):
    """Before the first case and after the last one nobody knows: the same for one who sees none of them."""
    put_cases_of(city, [{"compound": "C3", "reported_at": datetime(2026, 1, 20), "state": "handling"}])
    secretary = actor(COMMUNITIES[0])
    for who, code in ((OPERATOR, 1), (secretary, 1)):
        found = rated(city, who=who)
        told = [parts(found, period)[code, "complaints"] for period in found.periods]
        assert [row["missing"] for row in told] == [Missing.NO_DATA, None, Missing.NO_DATA]
        assert [row["numerator"] for row in told] == [None, 0, None]
        assert parts(found, found.periods[0])[code, "on_time"]["missing"] == Missing.NO_DATA


def test_why_an_item_is_missing(city: Store):
    put_cases_of(city, [{"compound": "C2", "reported_at": datetime(2026, 5, 1), "state": "handling"}])
    with city.writing(OPERATOR) as writer:  # C5 becomes a point that no case gives the name of
        writer.run(
            "update compound set geom = 'POINT(120.025 30.025)'::geometry('OGC:CRS84') where code = 'C5'"
        )
    missing = {key: row["missing"] for key, row in parts(rated(city), LAST).items()}
    assert missing[4, "complaints"] == Missing.NO_HOUSEHOLDS
    assert missing[1, "complaints"] is None  # no case at all is a good sign
    assert missing[5, "complaints"] == missing[5, "on_time"] == Missing.UNMATCHED
    assert missing[1, "on_time"] == Missing.NO_CASES
    assert missing[1, "inspection"] == missing[1, "credit"] == Missing.NO_ASSESSMENT
    assert missing[3, "credit"] == missing[4, "credit"] == Missing.NO_COMPANY


REWORKED = """
extends = "hongxin"
indicators = "digital_city"
[items.complaints]
indicator = "rework_rate"
bands = { kind = "linear", points = [[0, 100], [1, 0]] }
[items.satisfaction]
indicator = "extension_rate"
bands = { kind = "linear", points = [[0, 100], [1, 0]] }
"""


def test_what_no_source_records_is_missing_and_not_nought(city: Store):
    closed = {
        "reported_at": datetime(2026, 5, 1), "due_at": datetime(2026, 5, 9), "state": "closed",
        "closed_at": datetime(2026, 5, 2),
    }  # fmt: skip
    put_cases_of(city, [{"compound": "C1", **closed, "rework_count": 0}, {"compound": "C2", **closed}])
    with own_ratings(city.path.parent / "own", reworked=REWORKED):
        found = parts(rated(city, profile="reworked"), LAST)
    assert found[1, "rework"]["value"] == 0
    assert found[2, "rework"]["missing"] == Missing.NOT_RECORDED
    assert found[2, "on_time"]["value"] == 1


def test_which_assessments_count(city: Store):
    put_assessments(city, assessments(*ASSESSMENTS))
    found = rated(city)
    last = parts(found, LAST)
    inspection = last[1, "inspection"]
    assert (inspection["numerator"], inspection["denominator"], inspection["value"]) == (160, 2, 80)
    assert inspection["low"] == inspection["high"] == 80
    assert last[1, "party_building"]["value"] == 88
    assert last[2, "inspection"]["missing"] == Missing.NO_ASSESSMENT
    assert [last[number, "credit"]["value"] for number in (1, 5)] == [80, 80]
    assert last[2, "credit"]["missing"] == Missing.NO_ASSESSMENT
    first = parts(found, Period.parse("2026-Q1"))
    assert first[1, "inspection"]["value"] == 10  # nothing within: the year's covers it
    before = parts(found, Period.parse("2025-Q4"))
    assert before[1, "credit"]["missing"] == Missing.NO_ASSESSMENT


def test_facts_and_penalties(city: Store):
    put_assessments(city, assessments(*ASSESSMENTS))
    found = rated(city)
    assert found.evidence_of([(3, LAST)])[0].facts[Fact.UNMANAGED] is True
    assert (
        found.evidence_of([(4, Period.parse("2025-Q4"))])[0].facts[Fact.UNMANAGED] is False
    )  # since January
    assert found.evidence_of([(4, LAST)])[0].facts[Fact.UNMANAGED] is True
    assert found.evidence_of([(5, LAST)])[0].facts[Fact.PARTY_BRANCH] is None
    assert found.evidence_of([(2, LAST)])[0].facts[Fact.OWNERS_COMMITTEE] is False
    assert found.evidence_of([(1, Period.parse("2026-Q1"))])[0].assessed == {"unsafe": 10}
    deducted = found.scores.set_index(["compound_id", "period"])["deducted"]
    assert deducted[1, "2026-Q1"] == 5
    assert deducted[1, "2026-Q2"] == 0
    assert (deducted[3, "2026-Q2"], deducted[4, "2025-Q4"]) == (20, 0)


def test_a_profile_that_there_is_not_and_a_period_that_was_not_asked_for(city: Store):
    with pytest.raises(NotFound, match="hongxin"):
        rated(city, profile="nobody")
    with pytest.raises(KeyError):
        rated(city, 1).of(Period.parse("2025-Q4"))


def test_without_a_compound_there_is_nothing_and_no_error(small_city_db: Path, tmp_path: Path):
    with Store.opened(copied_db(small_city_db, tmp_path / "bare.duckdb"), Settings()) as store:
        found = rated(store)
    for frame in (found.compounds, found.scores, found.companies(LAST), found.lists):
        assert len(frame) == 0
    assert len(found.of(found.periods[0])) == len(found.contributions(found.periods[0])) == 0
    assert len(found.movements(found.periods[0], found.periods[1])) == 0


# --- who sees what -----------------------------------------------------------------------------------------


def test_a_secretary_gets_her_compounds_and_their_part_of_a_company(city: Store):
    put_cases_of(city, some_cases(600, seed=13))
    put_assessments(city, assessments(*ASSESSMENTS))
    whole, own = rated(city), rated(city, who=actor(COMMUNITIES[0]))
    assert (whole.whole, own.whole) == (True, False)
    assert own.compounds["code"].tolist() == ["C1", "C2"]
    assert set(own.scores["compound_id"]) == {1, 2}
    pd.testing.assert_frame_equal(own.of(LAST), whole.of(LAST).iloc[:2].reset_index(drop=True))
    pd.testing.assert_frame_equal(
        own.evidence.reset_index(drop=True), whole.evidence.iloc[: len(own.evidence)].reset_index(drop=True)
    )
    part, all_of_it = (found.companies(LAST).set_index("company").loc["安居物业"] for found in (own, whole))
    assert (part["compounds"], all_of_it["compounds"]) == (1, 2)
    assert len(rated(city, who=actor()).compounds) == 0
    assert set(rated(city, who=actor(departments=["城管局"])).compounds["code"]) == set()


def test_inside_an_area(city: Store):
    with city.session(OPERATOR) as session:
        found = ratings(session, "hongxin", 2).inside(area_by_code(session, WEST_STREET))
    assert found.compounds["code"].tolist() == ["C1", "C2", "C3"]
    assert found.whole is False
    assert found.compounds.loc[0, "street"] == "望江街道"


@pytest.mark.parametrize("code", [WEST_STREET, COMMUNITIES[0], COMMUNITIES[1]])
def test_taken_out_of_all_they_are_the_ratings_of_one_who_sees_no_more(city: Store, code: str):
    put_cases_of(city, some_cases(600, seed=13))
    put_assessments(city, assessments(*ASSESSMENTS))
    with city.session(OPERATOR) as session:
        area = area_by_code(session, code)
    taken, own = rated(city).inside(area), rated(city, who=actor(code))
    for name in ("compounds", "scores", "evidence", "lists"):
        pd.testing.assert_frame_equal(getattr(taken, name), getattr(own, name))
    for period in own.periods:
        pd.testing.assert_frame_equal(taken.companies(period), own.companies(period))
        pd.testing.assert_frame_equal(taken.contributions(period), own.contributions(period))
    for compound_id in own.compounds["compound_id"]:
        assert taken.rating(compound_id, LAST) == own.rating(compound_id, LAST)


# --- companies, movements, lists ---------------------------------------------------------------------------

QUIET = """
extends = "hongxin"
least_weight = 0.01
[items.inspection]
weight = 1000000000
[penalties.unmanaged]
points = 0.0001
[penalties.no_party_branch]
points = 0.0001
[penalties.unsafe]
points = 0.0001
"""
"""A profile by which the inspection alone decides, so that a test can say what comes out."""


def inspected(**values: list[float]) -> list[dict[str, Any]]:
    """Inspections quarter by quarter; None: none."""
    days = [("2025-10-01", "2025-12-31"), ("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30")]
    return assessments(
        *(
            {"indicator": "inspection", "compound_code": code, "from": first, "to": last, "value": value}
            for code, told in values.items()
            for (first, last), value in zip(days, told, strict=True)
            if value is not None
        )
    )


@pytest.fixture
def quiet(city: Store) -> Iterator[Store]:
    with own_ratings(city.path.parent / "quiet", quiet=QUIET):
        yield city


def test_companies_weigh_their_compounds_by_households(quiet: Store):
    put_assessments(quiet, inspected(C1=[90, 90, 90], C2=[75, 75, 75], C5=[60, 60, 60]))
    with quiet.writing(OPERATOR) as writer:
        writer.run("update compound set company = '安居物业' where code in ('C3', 'C4')")
    put_assessments(quiet, inspected(C1=[90, 90, 90], C2=[75, 75, 75], C4=[10, 10, 10], C5=[60, 60, 60]))
    found = rated(quiet, profile="quiet")
    rows = found.companies(LAST).set_index("company")
    ours = rows.loc["安居物业"]
    # C1 400 × 90, C5 50 × 60; C3 is not graded, C4 has no households
    totals = found.of(LAST).set_index("code")["total"]
    assert (totals["C1"], totals["C5"], ours["total"]) == (90.0, 60.0, 86.7)
    assert (ours["low"], ours["high"], ours["certain"]) == (86.7, 86.7, True)
    counts = ("compounds", "graded", "ungraded", "without_households", "households")
    assert [ours[name] for name in counts] == [4, 3, 1, 1, 450]
    assert rows.loc["德邻物业", "total"] == totals["C2"]
    assert rows.loc["德邻物业", "grade"] == "three"


def test_a_company_without_a_graded_compound_has_no_grade(city: Store):
    found = rated(city).companies(LAST)
    assert found["total"].isna().all()
    assert found["grade"].isna().all()
    assert found["ungraded"].tolist() == found["compounds"].tolist()


def test_movements_add_up(quiet: Store):
    put_assessments(quiet, inspected(C1=[95, 95, 65], C2=[95, 95, 95], C3=[75, 75, 95], C5=[75, 75, 65]))
    found = rated(quiet, profile="quiet")
    moved = found.movements(found.periods[1], found.periods[2])
    assert moved["compounds"].sum() == len(found.compounds) == 5
    assert moved["households"].sum() == 400 + 100 + 80 + 50
    told = {(row["from_grade"], row["to_grade"]): row["compounds"] for row in records(moved)}
    assert told == {
        ("five", "five"): 1, ("five", "two"): 1, ("three", "five"): 1, ("three", "two"): 1, (None, None): 1,
    }  # fmt: skip
    assert found.ungraded(found.periods[2]) == {  # the fourth compound alone
        Missing.NO_DATA: 1, Missing.NO_ASSESSMENT: 1, Missing.NO_COMPANY: 1,
    }  # fmt: skip
    strict = rated(quiet)
    assert records(strict.movements(*strict.periods[1:])) == [
        {"from_grade": None, "to_grade": None, "compounds": 5, "households": 630}
    ]


def test_lists_with_entries_exits_and_reasons(quiet: Store):
    put_assessments(
        quiet,
        inspected(C1=[95, 95, 95], C2=[95, 95, 65], C3=[30, 30, 30], C5=[80, 30, 30]),
    )
    found = rated(quiet, profile="quiet")
    codes = found.compounds.set_index("compound_id")["code"]
    stays = {
        (codes[row["compound_id"]], row["list"]): (
            row["since"],
            row["entered"],
            row["left"],
            row["perhaps_earlier"],
        )
        for row in records(found.lists)
    }
    assert stays == {
        ("C1", "red"): ("2025-Q4", "2026-Q1", None, True),
        ("C2", "red"): ("2025-Q4", "2026-Q1", "2026-Q2", True),
        ("C3", "black"): ("2025-Q4", "2026-Q1", None, True),
        ("C5", "black"): ("2026-Q1", "2026-Q2", None, False),
    }
    why, left, red = found.why(
        [
            Turn(5, ListKind.BLACK, on=True, period=LAST),
            Turn(2, ListKind.RED, on=False, period=LAST),
            Turn(1, ListKind.RED, on=True, period=LAST),
        ]
    )
    assert why.startswith(
        "连续 2 期区间上限低于 60 分（本期 30.0）；主要失分：现场检查 30.0 分（失 70.0/100.0 分）"
    )
    assert left == "区间下限 65.0 分，低于 75 分"
    assert red.startswith("连续 2 期区间下限不低于 75 分（本期 95.0）；主要得分：现场检查")
    # those still on a list stand first
    assert found.lists["left"].isna().tolist() == sorted(found.lists["left"].isna(), reverse=True)


def quarter_of(compound: str, month: int, cases: int) -> list[dict[str, Any]]:
    """A quarter of which a third of the cases is closed in time and none of the others, a third reworked."""
    reported = datetime(2026, month, 5)
    return [
        {
            "compound": compound,
            "reported_at": reported + timedelta(minutes=number),
            "due_at": reported + timedelta(days=3),
            "closed_at": reported + timedelta(days=1 if number % 3 == 0 else 9),
            "state": "closed",
            "rework_count": int(number % 3 == 1),
        }
        for number in range(cases)
    ]


def test_a_small_compound_with_three_complaints_is_not_damned(city: Store):
    with city.writing(OPERATOR) as writer:
        writer.run("update compound set households = 24, party_branch = null where code = 'C1'")
        writer.run("update compound set households = 2400, party_branch = null where code = 'C2'")
    cases = [
        case
        for month in (1, 4)
        for code, n in (("C1", 3), ("C2", 300))
        for case in quarter_of(code, month, n)
    ]
    put_cases_of(city, cases)
    days = [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30")]
    put_assessments(
        city,
        assessments(
            *(
                {"indicator": name, "compound_code": code, "from": first, "to": last, "value": 70}
                for name in ("party_building", "inspection")
                for code in ("C1", "C2")
                for first, last in days
            )
        ),
    )
    found = rated(city)
    small, large = (found.of(LAST).set_index("code").loc[code] for code in ("C1", "C2"))
    assert small["total"] == large["total"] == 47.6
    assert (small["low"], small["high"], small["certain"]) == (37.4, 69.1, False)
    assert (large["low"], large["high"], large["certain"]) == (46.9, 48.5, True)
    assert found.lists[["compound_id", "list", "entered"]].to_dict("records") == [
        {"compound_id": 2, "list": "black", "entered": "2026-Q2"}
    ]


def test_the_figures_of_one_compound_are_those_of_all_and_open_as_its_cases(city: Store):
    put_cases_of(city, some_cases(600, seed=14))
    put_assessments(city, assessments(*ASSESSMENTS))
    whole = rated(city)
    opened = 0
    with city.session(OPERATOR) as session:
        for code in ("C1", "C3", "C5"):
            one = ratings(session, "hongxin", 3, code)
            assert one.compounds["code"].tolist() == [code]
            (number,) = one.compounds["compound_id"].tolist()
            for period in whole.periods:
                rating = one.rating(number, period)
                assert rating == whole.rating(number, period)
                for part in rating.contributions:
                    listed = cases_of(one.definition, part.item, code, period)
                    if listed is None or part.measured.numerator is None:
                        assert part.item not in CASE_ITEMS or part.measured.missing
                        continue
                    assert how_many(session, listed, None) == part.measured.numerator
                    rest = cases_of(one.definition, part.item, code, period, "rest")
                    if part.item != "complaints" and rest is not None:
                        others = how_many(session, rest, None)
                        assert part.measured.numerator + others == part.measured.denominator
                    opened += 1
    assert opened > 20


def test_the_page_of_a_compound_has_its_assessments_and_its_companys(city: Store):
    put_assessments(city, assessments(*ASSESSMENTS))
    with city.session(OPERATOR) as session:
        found = assessments_of(session, "hongxin", "C1", "安居物业", LAST)
        assert len(assessments_of(session, "hongxin", "C4", None, LAST)) == 0
        with pytest.raises(NotFound, match="没有小区 C9"):
            ratings(session, "hongxin", 1, "C9")
    told = [(row["indicator"], row["of_company"], row["value"], row["evidence"]) for row in records(found)]
    assert told == [
        ("credit", True, 80.0, "街道巡查"),
        ("inspection", False, 10.0, "街道巡查"),
        ("party_building", False, 44.0, "街道巡查"),
        ("inspection", False, 90.0, "街道巡查"),
        ("party_building", False, 88.0, "街道巡查"),
        ("inspection", False, 70.0, "街道巡查"),
    ]
    with city.session(actor(COMMUNITIES[0])) as session, pytest.raises(NotFound):
        ratings(session, "hongxin", 1, "C3")


def test_the_cases_of_a_compound_are_within_the_readers_rows(city: Store):
    put_cases_of(city, [{"compound": code, "reported_at": datetime(2026, 5, 1)} for code in ("C1", "C3")])
    both = CaseFilter(compounds=("C1", "C3"))
    for who, cases in [(OPERATOR, 2), (actor(COMMUNITIES[0]), 1), (actor(), 0)]:
        with city.session(who) as session:
            assert how_many(session, both, None) == cases
            assert how_many(session, CaseFilter(compounds=("C2",)), None) == 0


def test_the_cases_of_a_company_are_those_of_its_compounds(city: Store):
    put_cases_of(city, [{"compound": code, "reported_at": datetime(2026, 5, 1)} for code in ("C1", "C3")])
    with city.session(OPERATOR) as session:
        companies = dict(session.rows("select code, company from visible_compound order by code"))
        own = companies["C1"]
        assert (own, companies["C3"]) == ("安居物业", None)
    asked = [
        (CaseFilter(companies=(own,)), 1),
        (CaseFilter(companies=("没有此企业", own)), 1),
        (CaseFilter(companies=("没有此企业",)), 0),
        # both conditions hold
        (CaseFilter(compounds=("C1", "C3"), companies=(own,)), 1),
        (CaseFilter(compounds=("C3",), companies=(own,)), 0),
    ]
    for who, sees in ((OPERATOR, True), (actor(COMMUNITIES[0]), True), (actor(COMMUNITIES[3]), False)):
        with city.session(who) as session:
            assert [how_many(session, chosen, None) for chosen, _n in asked] == [n * sees for _c, n in asked]
