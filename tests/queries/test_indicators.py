"""Every indicator of every shipped profile, held against a recount in plain Python (tests/support/recount.py)."""

from __future__ import annotations

import math
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.errors import NotFound
from domain.filters import NO_VALUE, CaseFilter, Side
from domain.i18n import use_language
from domain.indicators import catalogue
from domain.indicators.facts import Fact, Reason
from domain.indicators.model import Composite, Indicator
from domain.settings import Settings
from domain.vocabulary import CaseState, Level, Outcome, Rating, Timeliness
from queries import cases as case_queries
from queries import indicators
from queries.areas import AreaInfo, area_by_code
from queries.figures import Evaluation, Period, Question
from tests.support import recount
from tests.support.case_rows import Areas, paths, put_cases
from tests.support.profiles import own_profiles
from tests.support.recount import Case, Judged, Recount
from tests.support.small_city import COMMUNITIES, DISTRICT, WEST_STREET, actor

UTC_OFFSET = timedelta(hours=8)
NOW = datetime(2027, 1, 1)
EVERYTHING = CaseFilter()

WINDOWS: dict[datetime, dict[str, datetime | None]] = {
    # as of (local): where the window of each profile begins
    datetime(2026, 3, 25, 10, 30): {
        "general": None,
        "digital_city": datetime(2026, 3, 1),
        "three_rates_dispatch": datetime(2026, 3, 1),
        "three_rates_response": datetime(2026, 3, 19),
        "three_rates_response_even": datetime(2026, 3, 19),
    },
    # midnight is still the 18th: the assessment month is the one before
    datetime(2026, 3, 19): {
        "general": None,
        "digital_city": datetime(2026, 3, 1),
        "three_rates_dispatch": datetime(2026, 3, 1),
        "three_rates_response": datetime(2026, 2, 19),
        "three_rates_response_even": datetime(2026, 2, 19),
    },
}
AS_OF = next(iter(WINDOWS))
PROFILES = tuple(WINDOWS[AS_OF])
GROUPS = [(profile, own_window) for profile in PROFILES for own_window in (False, True)]

HOUSEHOLDS: dict[str, int | None] = {
    DISTRICT: 1600,
    WEST_STREET: 900,
    COMMUNITIES[0]: 420,
    f"{COMMUNITIES[0]}001": 0,
    f"{COMMUNITIES[0]}002": None,
    f"{COMMUNITIES[0]}003": 120,
}
"""As far as they are known."""

MINUTES = [-60_000, -40_000, -14_400, -8_640, -1_440, -61, -60, -31, -30, -1, 0, 1, 1_440]
"""When things happen, from the as-of time: before its windows, in them, at the limits, and after it."""


@contextmanager
def opened_city(source: Path, folder: Path) -> Iterator[Store]:
    """The small city with households, looked at as of AS_OF."""
    path = Path(shutil.copy(source, folder / "city.duckdb"))
    store = Store.open(path, Settings(), now=lambda: NOW)
    try:
        with store.writing(OPERATOR) as writer:
            writer.set_city(name=None, timezone="Asia/Shanghai", as_of=AS_OF)
            for code, n in HOUSEHOLDS.items():
                writer.run("update area set households = $n where code = $code", {"n": n, "code": code})
        yield store
    finally:
        store.close()


@pytest.fixture(scope="module")
def city(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that each test puts its own cases into."""
    with opened_city(small_city_db, tmp_path_factory.mktemp("own")) as store:
        yield store


@pytest.fixture(scope="module")
def areas(city: Store) -> Areas:
    return paths(city)


Choice = Callable[[Sequence[Any]], Any]
"""Picks one of several: hypothesis, or a generator with a seed."""


def made(choice: Choice, as_of: datetime, codes: Sequence[str | None]) -> dict[str, Any]:
    """Any case there can be, sensible or not; its area by code. `as_of` is UTC."""
    times = {
        name: choice([None, *(as_of + timedelta(minutes=minutes) for minutes in MINUTES)])
        for name in ("registered_at", "dispatched_at", "contacted_at", "handled_at", "closed_at", "due_at")
    }
    has_point = choice([True, False])
    return times | {
        "reported_at": choice([as_of + timedelta(minutes=minutes) for minutes in MINUTES]),
        # every second case is closed: most rates are about those
        "state": choice([*CaseState, *[CaseState.CLOSED] * len(CaseState)]).value,
        "outcome": choice([None, *Outcome]),
        "rating": choice([None, *Rating]),
        "timeliness": choice([None, *Timeliness]),
        "rework_count": choice([None, 0, 1, 3]),
        "lon": 120.005 if has_point else None,
        "lat": 30.005 if has_point else None,
        "location_status": choice(["inside", "outside", "invalid"] if has_point else ["no_location"]),
        "at_placeholder": choice([False, False, True]),
        "category": choice([None, "市容", "噪声"]),
        "department": choice([None, "城管局"]),
        "code": choice(codes),
    }


def put(city: Store, areas: Areas, made_cases: Sequence[dict[str, Any]]) -> list[Case]:
    """Makes these the city's cases, each with the path of its area."""
    placed = [
        {name: value for name, value in case.items() if name != "code"}
        | {"path": areas[case["code"]] if case["code"] else {}}
        for case in made_cases
    ]
    put_cases(city, placed)
    return list(placed)


def some_cases(areas: Areas, how_many: int, seed: int) -> list[dict[str, Any]]:
    """The same mixed cases every time."""
    chance = random.Random(seed)  # noqa: S311  (invented cases, the same each time)
    return [made(chance.choice, AS_OF - UTC_OFFSET, [None, *areas]) for _ in range(how_many)]


# --- the recount -------------------------------------------------------------------------------------------


def on_of(profile: str, name: str) -> str:
    """By which time a case belongs to the window of an indicator."""
    told = recount.profile(profile)
    return str(told["indicators"][name].get("window_on", told["window"]["on"]))


def in_reach(
    cases: Sequence[Case], profile: str, name: str, as_of: datetime, *, own_window: bool
) -> list[Judged]:
    """The cases that a figure is about, with what is true of them; `as_of` is UTC."""
    minutes = recount.profile(profile).get("dispatch_limit_minutes", 30)
    start = WINDOWS[as_of + UTC_OFFSET][profile] if own_window else None
    on = on_of(profile, name)
    return [
        (case, recount.facts(case, as_of, minutes))
        for case in cases
        if case["reported_at"] <= as_of
        and (start is None or (case[on] is not None and start - UTC_OFFSET <= case[on] < as_of))
    ]


def counting(profile: str) -> dict[str, dict[str, Any]]:
    """The indicators of a profile that count cases, as the file says them."""
    told = recount.profile(profile)["indicators"]
    return {name: item for name, item in told.items() if item["kind"] != "composite"}


def assert_same(found: Evaluation, expected: Recount, told: dict[str, Any], base: float | None) -> None:
    """A figure is what was counted by hand. `base`: households in hundreds, or km², of the place."""
    assert found.cases == expected.cases
    assert found.counted == expected.sides["numerator"]
    assert found.numerator == pytest.approx(expected.numerator)
    assert dict(found.parts) == {name: expected.sides[f"part:{name}"] for name in told.get("parts", {})}
    reasons = [item["reason"] for item in told.get("exclude", ())]
    assert dict(found.excluded) == {reason: expected.sides[f"excluded:{reason}"] for reason in reasons}
    if told["kind"] == "rate":
        assert found.denominator == expected.denominator
        assert found.cases == found.denominator + sum(found.excluded.values())
        assert found.denominator == found.count_of("numerator") + found.count_of("rest")
        base = expected.denominator
    unknown = any(expected.known[column] == 0 for column in told.get("needs", ()))
    if told["kind"] == "count" and not unknown:
        assert (found.value, found.unavailable) == (expected.numerator, "")
    elif unknown or not base:
        assert found.value is found.low is found.high is None
        assert found.unavailable
    else:
        assert found.value == pytest.approx(expected.numerator / base)
        assert found.low is not None
        assert found.high is not None
        assert found.low <= expected.numerator / base <= found.high
        assert not found.unavailable


def base_of(told: dict[str, Any], area: AreaInfo) -> float | None:
    """What a count per something is divided by in an area."""
    if told.get("unit") == "per_km2":
        return area.area_m2 / 1e6
    households = HOUSEHOLDS.get(area.code)
    return households / 100 if households is not None else None


def composed(terms: list[dict[str, Any]], values: dict[str, float | None]) -> float | None:
    """The score that a profile's terms make of rates."""
    score = 0.0
    for term in terms:
        value = values[term["indicator"]]
        if value is None:
            return None
        score += term["weight"] * (1 - value if term.get("complement") else value)
    return score


def check_profile(
    city: Store, cases: Sequence[Case], profile: str, as_of: datetime, *, own_window: bool
) -> None:
    """Every indicator of a profile over the whole city."""
    told = recount.profile(profile)["indicators"]
    question = Question(profile, EVERYTHING, None, as_of, own_window)
    with city.session(OPERATOR) as session:
        found = indicators.evaluate(session, question, list(told))
        district = area_by_code(session, DISTRICT)
    assert list(found) == list(told)
    for name, item in counting(profile).items():
        judged = in_reach(cases, profile, name, as_of, own_window=own_window)
        assert_same(found[name], recount.recount(item, judged), item, base_of(item, district))
        start = WINDOWS[as_of + UTC_OFFSET][profile]
        expected = (on_of(profile, name), start, as_of + UTC_OFFSET) if own_window and start else None
        period = found[name].period
        assert (period.on, period.start, period.end) == (expected or (period.on, None, None))
    for name, item in told.items():
        if item["kind"] == "composite":
            score = composed(item["terms"], {rate: figure.value for rate, figure in found.items()})
            assert found[name].value == (None if score is None else pytest.approx(score))
            assert bool(found[name].unavailable) == (score is None)
            assert [term.name for term in found[name].terms] == [term["indicator"] for term in item["terms"]]


def check_level(
    city: Store, cases: Sequence[Case], group: tuple[str, bool], as_of: datetime, level: Level
) -> None:
    """What every indicator of a profile counts in each area of a level, and nowhere in it."""
    profile, own_window = group
    question = Question(profile, EVERYTHING, None, as_of, own_window)
    by_time: dict[str, dict[str, dict[str, Any]]] = {}
    for name, item in counting(profile).items():
        by_time.setdefault(on_of(profile, name) if own_window else "reported_at", {})[name] = item
    for items in by_time.values():
        with city.session(OPERATOR) as session:
            counted = indicators.counts_by_area_and_point(session, question, list(items), level)
            frame = indicators.summed_by_area(counted)
        rows = {
            None if row["area_id"] != row["area_id"] else row["area_id"]: row
            for row in frame.to_dict("records")
        }
        for name, item in items.items():
            judged = in_reach(cases, profile, name, as_of, own_window=own_window)
            places: dict[int | None, list[Judged]] = {}
            for case, true in judged:
                places.setdefault(case["path"].get(level.id_column), []).append((case, true))
            assert set(rows) == set(places)
            for place, inside in places.items():
                expected = recount.recount(item, inside)
                row = rows[place]
                assert row["cases"] == expected.cases
                assert row[f"{name}.numerator"] == pytest.approx(expected.numerator)
                for side, count in expected.sides.items():
                    if side not in {"numerator", "rest"}:
                        assert row[f"{name}.{side}"] == count


# --- all of it ---------------------------------------------------------------------------------------------


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_every_indicator_of_every_profile_is_what_a_recount_finds(
    city: Store, areas: Areas, data: st.DataObject
):
    local = data.draw(st.sampled_from(list(WINDOWS)), label="as of")
    as_of = local - UTC_OFFSET
    codes = [None, DISTRICT, WEST_STREET, COMMUNITIES[0], COMMUNITIES[2], f"{COMMUNITIES[0]}001"]
    one = st.builds(lambda chance: made(chance.choice, as_of, codes), st.randoms(use_true_random=False))
    cases = put(city, areas, data.draw(st.lists(one, max_size=12), label="cases"))
    level = data.draw(st.sampled_from(Level), label="level")
    for profile, own_window in GROUPS:
        check_profile(city, cases, profile, as_of, own_window=own_window)
    check_level(city, cases, data.draw(st.sampled_from(GROUPS), label="profile"), as_of, level)


# --- many cases that are only read -------------------------------------------------------------------------

Many = tuple[Store, list[Case]]


@pytest.fixture(scope="module")
def many(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    """A store of its own with eight hundred cases of every kind."""
    with opened_city(small_city_db, tmp_path_factory.mktemp("many")) as store:
        known = paths(store)
        yield store, put(store, known, some_cases(known, 800, seed=12345))


AS_OF_UTC = AS_OF - UTC_OFFSET


def test_the_recount_knows_every_fact_and_sees_each_true_and_false(many: Many):
    seen: dict[str, set[bool]] = {}
    for case in many[1]:
        for fact, holds in recount.facts(case, AS_OF_UTC, 30).items():
            seen.setdefault(fact, set()).add(holds)
    assert set(seen) == {fact.value for fact in Fact}
    assert {fact for fact, values in seen.items() if len(values) < 2} == set()


ONE_FACT = """
[indicators.only_{fact}]
kind = "count"
unit = "cases"
name = {{ zh = "件", en = "Cases" }}
numerator = "{fact}"
numerator_name = {{ zh = "件", en = "Cases" }}
source = {{ zh = "本市", en = "Ours" }}
[indicators.only_{fact}.parts.yes]
name = {{ zh = "是", en = "Yes" }}
when = "{fact}"
[indicators.only_{fact}.parts.no]
name = {{ zh = "否", en = "No" }}
when = "not {fact}"
"""


def test_every_fact_alone_is_true_of_the_same_cases(many: Many, tmp_path: Path):
    """Also where no shipped figure asks for it: no limit, not yet closed, closed but void."""
    facts = "".join(ONE_FACT.format(fact=fact.value) for fact in Fact)
    told = 'name = { zh = "本市", en = "Ours" }\n' + facts
    expected = {
        fact.value: sum(recount.facts(case, AS_OF_UTC, 30)[fact.value] for case in reported(many[1]))
        for fact in Fact
    }
    with own_profiles(tmp_path / "profiles", our_city=told), many[0].session(OPERATOR) as session:
        question = Question("our_city", EVERYTHING, None, AS_OF_UTC)
        found = indicators.evaluate(session, question, [f"only_{fact.value}" for fact in Fact])
    assert {name.removeprefix("only_"): figure.value for name, figure in found.items()} == expected
    assert {(figure.parts["yes"], figure.parts["no"]) for figure in found.values()} == {
        (count, 0) for count in expected.values()
    }


def reported(cases: Sequence[Case]) -> list[Case]:
    """The cases that are known at all as of AS_OF."""
    return [case for case in cases if case["reported_at"] <= AS_OF_UTC]


def test_every_side_of_every_indicator_has_cases(many: Many):
    reasons, empty = set(), []
    for profile in PROFILES:
        for name, item in counting(profile).items():
            judged = in_reach(many[1], profile, name, AS_OF_UTC, own_window=False)
            counted = recount.recount(item, judged)
            indicator = catalogue.indicator(profile, name)
            empty += [(profile, name, side) for side in indicator.sides if not counted.sides[side]]
            reasons |= {side.partition(":")[2] for side in counted.sides if side.startswith("excluded:")}
    assert empty == []
    # the others are there for a city that takes deferred cases out, or goes by its sources' labels
    assert {reason.value for reason in Reason} - reasons == {"deferred", "not_labelled"}


@pytest.mark.parametrize(("profile", "own_window"), GROUPS)
def test_many_cases_are_counted_as_by_hand_everywhere(many: Many, profile: str, own_window: bool):
    city, cases = many
    check_profile(city, cases, profile, AS_OF_UTC, own_window=own_window)
    for level in Level:
        check_level(city, cases, (profile, own_window), AS_OF_UTC, level)


@pytest.mark.parametrize(("profile", "own_window"), GROUPS)
def test_the_list_of_every_side_is_as_long_as_its_figure_says(many: Many, profile: str, own_window: bool):
    with many[0].session(OPERATOR) as session:
        question = Question(profile, EVERYTHING, None, AS_OF_UTC, own_window)
        found = indicators.evaluate(session, question, list(counting(profile)))
        for name, figure in found.items():
            definition = catalogue.indicator(profile, name)
            main = [side for side in definition.sides if not side.startswith("part:")]
            lists = {
                side: case_queries.how_many(session, CaseFilter(side=figure.side(side)), None)
                for side in definition.sides
            }
            assert lists == {side: figure.count_of(side) for side in definition.sides}, name
            if definition.kind == "rate":
                assert sum(lists[side] for side in main) == figure.cases, name


@pytest.mark.parametrize("profile", PROFILES)
def test_areas_and_elsewhere_are_the_whole_and_a_row_is_the_figure_of_its_area(many: Many, profile: str):
    with many[0].session(OPERATOR) as session:
        for name in counting(profile):
            question = Question(profile, EVERYTHING, None, AS_OF_UTC, own_window=True)
            found = indicators.by_area(session, question, name, Level.COMMUNITY)
            assert found.rows["cases"].sum() + found.elsewhere == found.whole.cases
            assert set(found.rows["code"]) == set(COMMUNITIES)
            row = found.rows.iloc[0]
            inside = replace(question, area=area_by_code(session, row["code"]))
            alone = indicators.evaluate(session, inside, [name])[name]
            assert row["cases"] == alone.cases
            assert row["numerator"] == pytest.approx(alone.numerator)
            assert same(row["value"], alone.value)
            if catalogue.indicator(profile, name).kind != "count":
                assert same(row["denominator"], alone.denominator)
                assert same(row["low"], alone.low)
                assert same(row["high"], alone.high)


def same(seen: float, expected: float | None) -> bool:
    """Equal, where a frame's NaN is a figure's None."""
    return math.isnan(seen) if expected is None else seen == pytest.approx(expected)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("name", ["overdue_share", "per_100_households", "per_km2", "cases"])
def test_every_level_adds_up(many: Many, level: Level, name: str):
    with many[0].session(OPERATOR) as session:
        question = Question("general", EVERYTHING, None, AS_OF_UTC)
        found = indicators.by_area(session, question, name, level)
        count = {Level.CITY: 0, Level.DISTRICT: 1, Level.STREET: 2, Level.COMMUNITY: 4, Level.GRID: 16}
        assert len(found.rows) == count[level]
        assert found.rows["cases"].sum() + found.elsewhere == found.whole.cases
        if name == "overdue_share":
            assert found.rows["denominator"].sum() <= (found.whole.denominator or 0)
        west = replace(question, area=area_by_code(session, WEST_STREET))
        inside = indicators.by_area(session, west, name, level)
        assert inside.rows["cases"].sum() + inside.elsewhere == inside.whole.cases


def test_households_that_are_unknown_or_none_give_no_value(many: Many):
    with many[0].session(OPERATOR) as session:
        question = Question("general", EVERYTHING, None, AS_OF_UTC)
        found = indicators.by_area(session, question, "per_100_households", Level.GRID)
    rows = found.rows.set_index("code")
    grids = [f"{COMMUNITIES[0]}00{number}" for number in (1, 2, 3)]
    assert rows.loc[grids, "value"].isna().tolist() == [True, True, False]
    assert rows["value"][grids[2]] == pytest.approx(int(rows["cases"][grids[2]]) / 1.2)
    # sixteen grids, one with known households
    assert rows["rank"].notna().sum() == 1


# --- who sees what -----------------------------------------------------------------------------------------

WHO = [
    (actor(COMMUNITIES[0]), lambda case: COMMUNITIES[0] in case["codes"]),
    (actor(WEST_STREET, COMMUNITIES[2]), lambda case: bool({WEST_STREET, COMMUNITIES[2]} & case["codes"])),
    (actor(departments=["城管局"]), lambda case: case["department"] == "城管局"),
    (
        actor(COMMUNITIES[0], departments=["城管局"]),
        lambda case: COMMUNITIES[0] in case["codes"] or case["department"] == "城管局",
    ),
    (actor(), lambda _case: False),
    (actor("*"), lambda _case: True),
]


@pytest.mark.parametrize(("who", "sees"), WHO)
def test_figures_are_of_the_cases_that_the_actor_sees(
    many: Many, who: Actor, sees: Callable[[dict[str, Any]], bool]
):
    city, cases = many
    codes = {
        path[f"{level}_id"]: code for code, path in paths(city).items() for level in [list(path)[-1][:-3]]
    }
    mine = [
        case for case in cases if sees({**case, "codes": {codes[number] for number in case["path"].values()}})
    ]
    for profile in PROFILES:
        told = counting(profile)
        with city.session(who) as session:
            question = Question(profile, EVERYTHING, None, AS_OF_UTC, own_window=True)
            found = indicators.evaluate(session, question, list(told))
        for name, item in told.items():
            judged = in_reach(mine, profile, name, AS_OF_UTC, own_window=True)
            expected = recount.recount(item, judged)
            assert (found[name].cases, found[name].counted) == (expected.cases, expected.sides["numerator"])
            if item["kind"] == "rate":
                assert found[name].denominator == expected.denominator


BASES = [
    # (who, where, hundreds of households below the line)
    (actor("*"), None, 16.0),
    (actor("*"), WEST_STREET, 9.0),
    # a secretary's cases are held against her own households, not the city's
    (actor(COMMUNITIES[0]), None, 4.2),
    (actor(COMMUNITIES[0]), COMMUNITIES[0], 4.2),
    (actor(WEST_STREET, COMMUNITIES[0]), None, 9.0),
    # of the street around she sees only a part of the cases, of a neighbour's none
    (actor(COMMUNITIES[0]), WEST_STREET, None),
    (actor(COMMUNITIES[0]), COMMUNITIES[1], None),
    # a department sees the same part of every area
    (actor(departments=["城管局"]), None, 16.0),
    # with an area and a department the cases in sight are all of one area and some of the others
    (actor(COMMUNITIES[0], departments=["城管局"]), None, None),
    (actor(COMMUNITIES[0], departments=["城管局"]), COMMUNITIES[0], 4.2),
    (actor(), None, 16.0),
]


@pytest.mark.parametrize(("who", "where", "base"), BASES)
def test_households_are_those_of_the_cases_in_sight(
    many: Many, who: Actor, where: str | None, base: float | None
):
    with many[0].session(who) as session:
        area = area_by_code(session, where) if where else None
        question = Question("general", EVERYTHING, area, AS_OF_UTC)
        found = indicators.evaluate(session, question, ["per_100_households"])["per_100_households"]
    assert found.denominator == (None if base is None else pytest.approx(base))
    assert (found.value is None) == bool(found.unavailable) == (base is None)
    assert base is not None or "看不到这里的全部案件" in found.unavailable


def test_a_neighbour_is_not_shown_as_free_of_cases(many: Many):
    with many[0].session(actor(COMMUNITIES[0])) as session:
        question = Question("general", EVERYTHING, None, AS_OF_UTC)
        for name in ("per_100_households", "per_km2", "closing_rate"):
            rows = indicators.by_area(session, question, name, Level.COMMUNITY).rows.set_index("code")
            assert rows["value"].notna().to_dict() == {code: code == COMMUNITIES[0] for code in COMMUNITIES}


# --- single rules, with cases to count on one hand ---------------------------------------------------------


def case(**values: Any) -> dict[str, Any]:
    """A case that was closed in time a day after it was reported, unless told otherwise; times local."""
    told = {
        "reported_at": datetime(2026, 3, 20, 8),
        "closed_at": datetime(2026, 3, 21, 8),
        "due_at": datetime(2026, 3, 22, 8),
        "state": "closed",
    } | values
    return {
        name: value - UTC_OFFSET if isinstance(value, datetime) else value for name, value in told.items()
    }


def figure(city: Store, profile: str, name: str, cases: list[dict[str, Any]], **question: Any) -> Evaluation:
    """One figure over these cases."""
    put_cases(city, cases)
    asked = Question(profile, question.pop("chosen", EVERYTHING), None, AS_OF_UTC, **question)
    with city.session(OPERATOR) as session:
        return indicators.evaluate(session, asked, [name])[name]


def test_basically_satisfied_counts_nine_tenths(city: Store):
    ratings = ["good"] * 4 + ["fair"] * 5 + ["bad"] + [None]
    found = figure(
        city, "three_rates_response", "satisfaction_rate", [case(rating=rating) for rating in ratings]
    )
    assert found.numerator == pytest.approx(8.5)
    assert found.denominator == 10
    assert found.value == pytest.approx(0.85)
    assert (found.count_of("numerator"), found.count_of("rest")) == (9, 1)
    assert found.excluded == {"void": 0, "still_open": 0, "not_rated": 1}


def test_a_score_is_its_weighted_rates_and_their_complements(city: Store):
    late = case(closed_at=datetime(2026, 3, 23), rework_count=1)
    rows = [case(rework_count=0)] * 3 + [late]
    found = figure(city, "digital_city", "composite_score", rows)
    # handled 1, in time 3/4, reworked 1/4, waiting 0, extended 0
    assert found.value == pytest.approx(30 + 20 * 0.75 + 20 * 0.75 + 20 + 10)
    assert (found.numerator, found.denominator, found.low) == (None, None, None)
    assert [round(term.value or 0, 2) for term in found.terms] == [1, 0.75, 0.25, 0, 0]


def test_without_one_of_its_rates_there_is_no_score(city: Store):
    found = figure(city, "digital_city", "composite_score", [case()])
    assert found.value is None
    assert found.unavailable == "缺少组成指标：返工率。"


NEEDS = [
    ("general", "good_rating_rate", {"rating": "bad"}, "评价"),
    ("general", "rework_rate", {"rework_count": 0}, "返工次数"),
    ("digital_city", "closed_of_registered", {"registered_at": datetime(2026, 3, 20, 9)}, "立案时间"),
    ("digital_city", "accurate_dispatch_rate", {"dispatched_at": datetime(2026, 3, 20, 9)}, "派遣时间"),
    (
        "three_rates_dispatch",
        "immediate_dispatch_rate",
        {"dispatched_at": datetime(2026, 3, 20, 9)},
        "派遣时间",
    ),
    (
        "three_rates_response",
        "response_rate",
        {"contacted_at": datetime(2026, 3, 20, 9), "rating": "good"},
        "联系时间",
    ),
]


@pytest.mark.parametrize(("profile", "name", "recorded", "told"), NEEDS)
def test_what_no_source_records_is_unavailable_and_never_0(
    city: Store, profile: str, name: str, recorded: dict[str, Any], told: str
):
    without = figure(city, profile, name, [case(), case()])
    assert (without.value, without.low, without.high) == (None, None, None)
    assert told in without.unavailable
    try:
        use_language("en")  # whoever finds the figure in a cache may read another language
        assert without.unavailable.startswith("No case records: ")
    finally:
        use_language("zh")
    with city.session(OPERATOR) as session:
        question = Question(profile, EVERYTHING, None, AS_OF_UTC)
        rows = indicators.by_area(session, question, name, Level.COMMUNITY).rows
    assert rows["value"].isna().all()
    assert rows["rank"].isna().all()
    # one case that has it is enough
    once = figure(city, profile, name, [case(), case(**recorded)])
    assert once.value is not None


def test_a_count_can_need_a_column_too(city: Store, tmp_path: Path):
    own = """
extends = "general"
[indicators.bad_ratings]
kind = "count"
unit = "cases"
name = { zh = "差评", en = "Bad ratings" }
numerator = "rated and not rated_good and not rated_fair"
numerator_name = { zh = "差评", en = "Bad ratings" }
needs = ["rating"]
source = { zh = "本市", en = "Ours" }
"""
    with own_profiles(tmp_path / "profiles", our_city=own):
        assert figure(city, "our_city", "bad_ratings", [case()]).unavailable
        assert figure(city, "our_city", "bad_ratings", [case(), case(rating="good")]).value == 0
        assert figure(city, "our_city", "bad_ratings", [case(rating="bad")] * 2).value == 2


def test_a_case_without_a_limit_is_never_on_time(city: Store):
    rows = [case(due_at=None, handled_at=datetime(2026, 3, 20, 9)), case()]
    for profile, name in [
        ("general", "on_time_closing_rate"),
        ("general", "on_time_handling_rate"),
        ("digital_city", "on_time_closing_rate"),
        ("digital_city", "on_time_handling_rate"),
    ]:
        found = figure(city, profile, name, rows)
        assert (found.numerator, found.denominator) == (1, 1)
        assert found.excluded["without_limit"] == 1


def test_a_case_not_yet_due_is_on_neither_side(city: Store):
    ahead = case(state="handling", closed_at=None, due_at=datetime(2026, 4, 1))
    found = figure(city, "digital_city", "on_time_closing_rate", [case(), ahead])
    assert (found.numerator, found.denominator, found.excluded["not_due"]) == (1, 1, 1)


def test_the_filter_gives_the_period_or_the_profile_does(city: Store):
    february = CaseFilter(start=date(2026, 2, 1), end=date(2026, 2, 28))
    rows = [case(), case(reported_at=datetime(2026, 2, 28, 23, 59), due_at=datetime(2026, 3, 2, 8))]
    rows += [case(reported_at=datetime(2026, 2, 10), due_at=datetime(2026, 2, 12))]
    chosen = figure(city, "digital_city", "closing_rate", rows, chosen=february)
    assert (chosen.cases, chosen.own_window) == (2, False)
    assert chosen.period == Period("reported_at", datetime(2026, 2, 1), datetime(2026, 3, 1))
    own = figure(city, "digital_city", "closing_rate", rows, chosen=february, own_window=True)
    # due in March, whenever reported
    assert (own.cases, own.own_window) == (2, True)
    assert own.period == Period("due_at", datetime(2026, 3, 1), AS_OF)


def test_a_window_holds_its_first_moment_and_not_its_end(city: Store):
    start = datetime(2026, 3, 1)
    just_before = timedelta(microseconds=1)
    moments = [start - just_before, start, AS_OF - just_before, AS_OF]
    rows = [case(due_at=moment, reported_at=datetime(2026, 2, 1)) for moment in moments]
    found = figure(city, "digital_city", "handling_rate", rows, own_window=True)
    assert found.cases == 2
    with city.session(OPERATOR) as session:
        assert case_queries.how_many(session, CaseFilter(side=found.side("numerator")), None) == 2


def test_the_rest_of_a_filter_holds_within_the_window_of_a_profile(city: Store):
    rows = [case(category="市容"), case(category="噪声"), case()]
    chosen = CaseFilter(categories=("市容", NO_VALUE))
    found = figure(city, "digital_city", "closing_rate", rows, chosen=chosen, own_window=True)
    assert found.cases == 2


# --- the as-of time ----------------------------------------------------------------------------------------


def as_of(city: Store, name: str, local: datetime, profile: str = "general") -> Evaluation:
    with city.session(OPERATOR) as session:
        question = Question(profile, EVERYTHING, None, local - UTC_OFFSET)
        return indicators.evaluate(session, question, [name])[name]


def test_nothing_later_than_the_as_of_time_is_known(city: Store):
    put_cases(
        city,
        [
            case(outcome="solved", rating="good", rework_count=1, timeliness="on_time"),
            case(reported_at=datetime(2026, 3, 24), closed_at=None, due_at=None, state="handling"),
        ],
    )
    before, after = datetime(2026, 3, 21, 7, 59), datetime(2026, 3, 21, 8)
    assert [as_of(city, "cases", moment).value for moment in (before, after, AS_OF)] == [1, 1, 2]
    assert [as_of(city, "open", moment).value for moment in (before, after, AS_OF)] == [1, 0, 1]
    assert [as_of(city, "solution_rate", moment).value for moment in (before, after)] == [None, 1.0]
    assert [as_of(city, "good_rating_rate", moment).denominator for moment in (before, after)] == [0, 1]
    rework = [as_of(city, "rework_rate", moment, "digital_city").denominator for moment in (before, after)]
    assert rework == [0, 1]
    # before the first report there is nothing
    assert as_of(city, "cases", datetime(2026, 3, 20, 7, 59)).cases == 0


def test_a_list_looks_back_as_its_figure_does(city: Store):
    put_cases(city, [case(), case(reported_at=datetime(2026, 3, 21, 9), closed_at=datetime(2026, 3, 28))])
    with city.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone=None, as_of=datetime(2026, 3, 21))
    with city.session(OPERATOR) as session:
        # the city itself looks back: every screen leaves out what was reported later
        assert case_queries.how_many(session, EVERYTHING, None) == 1
        assert case_queries.figures(session, EVERYTHING, None).cases == 1
        assert case_queries.by_area(session, EVERYTHING, Level.DISTRICT, None).total == 1
        assert case_queries.daily(session, EVERYTHING, None)["cases"].sum() == 1
    with city.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone=None, as_of=AS_OF)


def test_a_report_from_the_future_stays_in_every_total(city: Store):
    """An error of its source: no time but its own says that the data go on."""
    put_cases(city, [case(), case(reported_at=datetime(2030, 1, 1), closed_at=None, state="handling")])
    with city.session(OPERATOR) as session:
        assert case_queries.how_many(session, EVERYTHING, None) == 2
        question = Question("general", EVERYTHING, None, session.city.as_of)
        assert indicators.evaluate(session, question, ["cases"])["cases"].value == 2


def test_points_are_overdue_as_the_figure_says(city: Store):
    point = {"lon": 120.005, "lat": 30.005, "location_status": "inside"}
    late = case(**point, closed_at=datetime(2026, 3, 23))
    # closed late, but after the as-of time, at which its limit had not passed
    later = case(**point, closed_at=datetime(2026, 3, 29), due_at=datetime(2026, 3, 28))
    waiting = case(**point, closed_at=None, state="handling")
    put_cases(city, [late, later, waiting, case(**point), case(**point, state="void")])
    with city.session(OPERATOR) as session:
        points = case_queries.points(session, EVERYTHING, None, 100)
        assert set(points.rows.loc[points.rows["overdue"], "case_id"]) == {1, 3}
        assert case_queries.figures(session, EVERYTHING, None).overdue == 2


# --- lists and filters together ----------------------------------------------------------------------------


def test_a_side_keeps_to_its_own_profile_inside_another_figure(city: Store):
    """45 minutes are in time for the profile with 60 minutes, and the general one must not change that."""
    dispatched = case(dispatched_at=datetime(2026, 3, 20, 8, 45))
    put_cases(city, [dispatched, case(dispatched_at=datetime(2026, 3, 20, 9, 30))])
    side = Side("three_rates_dispatch", "immediate_dispatch_rate", "numerator")
    chosen = CaseFilter(side=side)
    with city.session(OPERATOR) as session:
        assert case_queries.how_many(session, chosen, None) == 1
        for profile in PROFILES:
            name = next(iter(counting(profile)))
            question = Question(profile, chosen, None, AS_OF_UTC, own_window=False)
            assert indicators.evaluate(session, question, [name])[name].cases == 1
        # the window of the list is its own too
        dated = replace(side, start=datetime(2026, 3, 21), end=datetime(2026, 4, 1))
        question = Question("digital_city", CaseFilter(side=dated), None, AS_OF_UTC, own_window=True)
        assert indicators.evaluate(session, question, ["closing_rate"])["closing_rate"].cases == 0
        assert case_queries.points(session, chosen, None, 10).total == 0


def test_a_live_period_ends_at_its_second(city: Store):
    put_cases(city, [case(reported_at=AS_OF - timedelta(seconds=1))])
    side = Side("general", "cases", "numerator", datetime(2026, 3, 1), AS_OF - timedelta(milliseconds=500))
    with city.session(OPERATOR) as session:
        shared = Side.parse(str(side))
        assert case_queries.how_many(session, CaseFilter(side=shared), None) == 1


# --- what is asked wrongly, and nothing to answer ----------------------------------------------------------


def test_unknown_names_are_refused(city: Store):
    with city.session(OPERATOR) as session:
        for profile, name in [("general", "nothing"), ("nobody", "cases"), ("general", "composite_score")]:
            question = Question(profile, EVERYTHING, None, AS_OF_UTC)
            with pytest.raises(NotFound):
                indicators.evaluate(session, question, [name])
        question = Question("digital_city", EVERYTHING, None, AS_OF_UTC)
        with pytest.raises(NotFound, match="综合得分"):
            indicators.by_area(session, question, "composite_score", Level.COMMUNITY)
        with pytest.raises(NotFound):
            case_queries.how_many(session, CaseFilter(side=Side("general", "nothing", "rest")), None)


@pytest.mark.parametrize(("profile", "own_window"), GROUPS)
def test_without_a_case_counts_are_0_and_rates_are_unavailable(city: Store, profile: str, own_window: bool):
    put_cases(city, [])
    check_profile(city, [], profile, AS_OF_UTC, own_window=own_window)


def test_a_store_without_areas_answers(tmp_path: Path):
    with Store.opened(tmp_path / "empty.duckdb") as store, store.session(OPERATOR) as session:
        question = Question("general", EVERYTHING, None, session.city.as_of)
        names = list(catalogue.profile("general").indicators)
        found = indicators.evaluate(session, question, names)
        assert {figure.value for figure in found.values()} == {0, None}
        rows = indicators.by_area(session, question, "closing_rate", Level.GRID).rows
    assert len(rows) == 0


def test_cases_of_an_area_that_is_gone_are_elsewhere(city: Store, areas: Areas):
    grid = f"{COMMUNITIES[0]}001"
    put_cases(city, [case(path=areas[grid]), case(path=areas[f"{COMMUNITIES[0]}002"]), case()])
    with city.writing(OPERATOR) as writer:
        writer.run("update area set valid_to = $now where code = $code", {"now": NOW, "code": grid})
    with city.session(OPERATOR) as session:
        question = Question("general", EVERYTHING, None, AS_OF_UTC)
        found = indicators.by_area(session, question, "cases", Level.GRID)
    with city.writing(OPERATOR) as writer:
        writer.run("update area set valid_to = null where code = $code", {"code": grid})
    assert (found.whole.cases, int(found.rows["cases"].sum()), found.elsewhere) == (3, 1, 2)


def test_figures_of_a_composite_and_its_rates_come_from_one_answer(city: Store):
    put_cases(
        city, [case(rework_count=0, rating="good", contacted_at=datetime(2026, 3, 20, 9), outcome="solved")]
    )
    with city.session(OPERATOR) as session:
        question = Question("three_rates_response", EVERYTHING, None, AS_OF_UTC)
        names = ["composite_score", "response_rate"]
        found = indicators.evaluate(session, question, names)
    assert list(found) == names
    assert found["composite_score"].terms[0] == found["response_rate"]
    assert found["composite_score"].value == 100
    assert isinstance(found["composite_score"].definition, Composite)
    assert isinstance(found["response_rate"].definition, Indicator)
