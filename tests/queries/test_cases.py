"""Figures about cases: every figure from rows that a reader can count, under every filter, for every actor."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.filters import NO_VALUE, CaseFilter
from domain.vocabulary import Level
from queries import case_list
from queries import cases as queries
from queries.areas import area_by_code
from tests.support.small_city import (
    COMMUNITIES,
    DISTRICT,
    WEST_STREET,
    actor,
    at,
    case,
    import_cases,
    rows,
    write_cases,
)

EVERYTHING = CaseFilter()
AS_OF = datetime(2026, 3, 10, 12)
DUE = {"due": "2026-03-05 08:00"}

ROWS = [
    # closed in time, and at the last minute
    case(
        "on-time",
        **at(0, 0),
        **DUE,
        state="closed",
        closed="2026-03-04 08:00",
        category="市容",
        channel="12345",
    ),
    case("last-minute", **at(0, 0), **DUE, state="closed", closed="2026-03-05 08:00", category="市容"),
    # closed late
    case("late", **at(1, 0), **DUE, state="closed", closed="2026-03-05 08:01", category="噪声"),
    # open, past its limit; open, within it; open, without any
    case("past-due", **at(3, 3), **DUE, state="handling"),
    case("within", **at(3, 3), due="2026-04-05 08:00", state="dispatched", category="噪声"),
    case("no-limit", code=COMMUNITIES[1], state="reported"),
    # reopened after it had been closed late; its new limit is still ahead
    case("reopened", **at(0, 1), due="2026-04-01 08:00", state="rework", closed="2026-04-02 08:00"),
    # void: neither open nor overdue, whatever its times say
    case("void", **at(0, 0), **DUE, state="void", closed="2026-03-09 08:00"),
    # somewhere else, nowhere
    case("outside", lon=121, lat=31, reported="2026-02-28 23:59:59", state="reported", title="河对岸"),
    case("nowhere", reported="2026-03-02 00:00:00", state="reported", title="A_B%c"),
]


@pytest.fixture
def city(city: Store, tmp_path: Path) -> Store:
    import_cases(city, write_cases(tmp_path / "cases.csv", ROWS))
    with city.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone="Asia/Shanghai", as_of=AS_OF)
    return city


def test_headline_figures(city: Store):
    with city.session(OPERATOR) as session:
        found = queries.figures(session, EVERYTHING, None)
    told = {
        name: getattr(found, name) for name in ("cases", "open", "closed_late", "open_past_due", "overdue")
    }
    assert told == {"cases": 10, "open": 6, "closed_late": 1, "open_past_due": 1, "overdue": 2}
    assert (found.without_limit, found.unplaced, found.without_point) == (3, 2, 2)


def test_open_closed_and_void_are_all_cases(city: Store):
    with city.session(OPERATOR) as session:
        found = queries.figures(session, EVERYTHING, None)
    assert found.cases == found.open + found.closed + 1  # the one that is void
    assert found.closed == found.closed_on_time + found.closed_late
    # no source said anything of time: what the times say is all unlabelled
    assert (found.labelled_overdue, found.overdue_not_labelled) == (0, found.overdue)


@pytest.mark.parametrize(
    ("level", "expected", "elsewhere"),
    [
        # a case that is only known to be in a community is elsewhere on the level of grids
        (
            Level.GRID,
            {f"{COMMUNITIES[0]}001": 3, f"{COMMUNITIES[0]}002": 1, f"{COMMUNITIES[0]}003": 1,
             f"{COMMUNITIES[3]}004": 2},
            3,
        ),
        (Level.COMMUNITY, {COMMUNITIES[0]: 5, COMMUNITIES[1]: 1, COMMUNITIES[3]: 2}, 2),
        (Level.DISTRICT, {DISTRICT: 8}, 2),
        # a level that nobody imported
        (Level.CITY, {}, 10),
    ],
)  # fmt: skip
def test_cases_by_area_and_elsewhere_are_the_total(city: Store, level, expected, elsewhere):
    codes = dict(rows(city, "select area_id, code from area"))
    with city.session(OPERATOR) as session:
        found = queries.by_area(session, EVERYTHING, level, None)
    assert {codes[row.area_id]: row.cases for row in found.rows.itertuples()} == expected
    assert (found.total, found.elsewhere) == (10, elsewhere)


@pytest.mark.parametrize("level", Level)
def test_figures_by_area_add_up_to_the_headline(city: Store, level: Level):
    with city.session(OPERATOR) as session:
        by_area = queries.by_area(session, EVERYTHING, level, None)
        headline = queries.figures(session, EVERYTHING, None)
    assert by_area.figures == headline


def test_points_carry_the_same_overdue_as_the_figures(city: Store):
    with city.session(OPERATOR) as session:
        found = queries.points(session, EVERYTHING, None, 100)
        headline = queries.figures(session, EVERYTHING, None)
    assert found.total == len(found.rows) == headline.cases - headline.without_point == 8
    overdue = set(found.rows.loc[found.rows["overdue"], "source_case_id"])
    assert overdue == {"late", "past-due"}


def test_more_points_than_asked_for_are_counted(city: Store):
    with city.session(OPERATOR) as session:
        found = queries.points(session, EVERYTHING, None, 3)
    assert (len(found.rows), found.total) == (3, 8)


FILTERS = [
    # local days, both included: the last second of February is not March
    ({"from": ["2026-03-01"]}, {"nowhere", *(str(row["no"]) for row in ROWS[:8])}),
    ({"to": ["2026-02-28"]}, {"outside"}),
    ({"from": ["2026-03-02"], "to": ["2026-03-02"]}, {"nowhere"}),
    ({"category": ["市容"]}, {"on-time", "last-minute"}),
    ({"category": ["市容", "噪声"]}, {"on-time", "last-minute", "late", "within"}),
    # "none given" is a choice of its own, alone and together
    ({"channel": [NO_VALUE]}, {str(row["no"]) for row in ROWS} - {"on-time"}),
    ({"channel": [NO_VALUE, "12345"]}, {str(row["no"]) for row in ROWS}),
    ({"state": ["rework", "void"]}, {"reopened", "void"}),
    # text is text: no pattern, no case; number, title or place
    ({"text": ["对岸"]}, {"outside"}),
    ({"text": ["a_b%C"]}, {"nowhere"}),
    ({"text": ["%"]}, {"nowhere"}),
    ({"text": ["LAST-"]}, {"last-minute"}),
    ({"text": ["' or true --"]}, set()),
    ({"category": ["') or true --"]}, set()),
    # several conditions hold together
    ({"category": ["噪声"], "state": ["closed"]}, {"late"}),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_a_filter_keeps_exactly_its_cases(city: Store, query: dict[str, list[str]], expected: set[str]):
    chosen = CaseFilter.from_query(query)
    with city.session(OPERATOR) as session:
        kept = case_list.stream(session, chosen, None).batches.read_all()
        assert set(kept.column("source_case_id").to_pylist()) == expected
        # every other question under the same filter is about the same cases
        assert queries.figures(session, chosen, None).cases == len(expected)
        assert queries.by_area(session, chosen, Level.GRID, None).total == len(expected)
        assert queries.daily(session, chosen, None)["cases"].sum() == len(expected)
        assert queries.hours_of_week(session, chosen, None)["cases"].sum() == len(expected)


def test_a_filter_may_be_an_area(city: Store):
    with city.session(OPERATOR) as session:
        for code, count in (
            (DISTRICT, 8),
            (WEST_STREET, 6),
            (COMMUNITIES[0], 5),
            (f"{COMMUNITIES[0]}001", 3),
        ):
            area = area_by_code(session, code)
            assert queries.figures(session, EVERYTHING, area).cases == count


@pytest.mark.parametrize(
    ("who", "count"),
    [(actor("*"), 10), (actor(COMMUNITIES[0]), 5), (actor(DISTRICT), 8), (actor("000"), 0), (actor(), 0)],
)
def test_every_figure_is_scoped(city: Store, who, count: int):
    with city.session(who) as session:
        assert queries.figures(session, EVERYTHING, None).cases == count
        assert queries.by_area(session, EVERYTHING, Level.COMMUNITY, None).total == count
        assert queries.daily(session, EVERYTHING, None)["cases"].sum() == count
        choices = queries.choices(session)
        assert choices.loc[choices["field"] == "state", "cases"].sum() == count


def test_days_and_hours_are_local(city: Store):
    """08:00 in Shanghai is midnight UTC; a UTC day would put 00:00 local on the day before."""
    with city.session(OPERATOR) as session:
        days = queries.daily(session, EVERYTHING, None)
        hours = queries.hours_of_week(session, EVERYTHING, None)
    told = [(f"{day:%Y-%m-%d}", count) for day, count in zip(days["day"], days["cases"], strict=True)]
    assert told == [("2026-02-28", 1), ("2026-03-01", 8), ("2026-03-02", 1)]
    # 1 March 2026 is a Sunday
    assert sorted(hours.itertuples(index=False, name=None)) == [(1, 0, 1), (6, 23, 1), (7, 8, 8)]


def test_an_empty_store_answers_zero(small_city_db: Path, tmp_path: Path):
    with Store.opened(tmp_path / "empty.duckdb") as store, store.session(OPERATOR) as session:
        assert queries.figures(session, EVERYTHING, None).cases == 0
        assert queries.by_area(session, EVERYTHING, Level.GRID, None).total == 0
        assert queries.points(session, EVERYTHING, None, 10).total == 0
        assert queries.daily(session, EVERYTHING, None).empty
