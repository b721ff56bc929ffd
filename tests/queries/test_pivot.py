"""The pivot = a plain recount: every cell, every row, every column and the whole, unplaced and unfilled included."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.store import Store
from domain.actor import OPERATOR
from domain.errors import InputRefused, NotFound
from domain.filters import CaseFilter
from domain.indicators import catalogue
from domain.indicators.model import Indicator
from domain.pivot import Axis, Key, PivotOrder
from domain.settings import Settings
from domain.vocabulary import CaseState
from queries import indicators, pivot
from queries.figures import Question
from queries.pivot import Ask, Block
from tests.support import recount
from tests.support.case_rows import Areas, paths, put_cases
from tests.support.small_city import COMMUNITIES, DISTRICT, WEST_STREET, actor

UTC_OFFSET = timedelta(hours=8)
AS_OF = datetime(2026, 3, 25, 10, 30)
"""Local; the cases lie around it, over the ends of days, weeks and months."""

AXES = list(Axis)
COUNTED = ("cases", "overdue", "overdue_share", "closing_rate", "rework_rate")
"""A count, a count of some, rates with exclusions, and one that not every case can tell."""

HOUSEHOLDS = {COMMUNITIES[0]: 400, COMMUNITIES[1]: 200, COMMUNITIES[2]: None, COMMUNITIES[3]: 0}


@pytest.fixture(scope="module")
def city(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that each test puts its own cases into."""
    path = Path(shutil.copy(small_city_db, tmp_path_factory.mktemp("pivot") / "city.duckdb"))
    store = Store.open(path, Settings(), now=lambda: datetime(2027, 1, 1))
    with store.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone="Asia/Shanghai", as_of=AS_OF)
        for code, n in HOUSEHOLDS.items():
            writer.run("update area set households = $n where code = $code", {"n": n, "code": code})
        writer.run("update area set households = 1000 where code = $code", {"code": DISTRICT})
    yield store
    store.close()


@pytest.fixture(scope="module")
def areas(city: Store) -> Areas:
    return paths(city)


CODES = (None, DISTRICT, WEST_STREET, *COMMUNITIES[:3], f"{COMMUNITIES[0]}001", f"{COMMUNITIES[2]}003")
LOCAL_TIMES = (
    datetime(2026, 2, 28, 23, 59, 59),
    datetime(2026, 3, 1),
    datetime(2026, 3, 1, 12, 30),
    datetime(2026, 3, 8, 23),
    datetime(2026, 3, 9),
    datetime(2026, 3, 24, 19, 5),
)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Any case there can be, its area by code."""
    reported = draw(st.sampled_from(LOCAL_TIMES))
    spans = [None, *(timedelta(hours=hours) for hours in (1, 30, 700, 2_000))]
    closed, due = (draw(st.sampled_from(spans)) for _time in range(2))
    return {
        "reported_at": reported - UTC_OFFSET,
        "closed_at": reported - UTC_OFFSET + closed if closed else None,
        "due_at": reported - UTC_OFFSET + due if due else None,
        "state": draw(st.sampled_from([*CaseState, *[CaseState.CLOSED] * 6])).value,
        "category": draw(st.sampled_from([None, "市容", "=噪声", "合计"])),
        "channel": draw(st.sampled_from([None, "12345", "web"])),
        "rework_count": draw(st.sampled_from([None, 0, 2])),
        "code": draw(st.sampled_from(CODES)),
    }


def put(store: Store, areas: Areas, made: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Makes these the city's cases, each with the path of its area."""
    placed = [
        {key: value for key, value in case.items() if key != "code"}
        | {"path": areas[case["code"]] if case["code"] else {}, "location_status": "no_location"}
        for case in made
    ]
    put_cases(store, placed)
    return placed


def key_of(case: Mapping[str, Any], axis: Axis, codes: Mapping[int, str]) -> Key:
    """Where a case belongs on an axis, told in plain Python."""
    if axis.level:
        return codes.get(case["path"].get(axis.level.id_column))
    local = case["reported_at"] + UTC_OFFSET
    monday = local - timedelta(days=local.weekday())
    told = {
        Axis.MONTH: f"{local:%Y-%m}",
        Axis.WEEK: f"{monday:%Y-%m-%d}",
        Axis.DAY: f"{local:%Y-%m-%d}",
        Axis.WEEKDAY: str(local.isoweekday()),
        Axis.HOUR: str(local.hour),
    }
    return told[axis] if axis in told else case[axis.value]


def counted(
    made: Sequence[Mapping[str, Any]], name: str, axes: Sequence[Axis | None], areas: Areas
) -> dict[tuple[Key, ...], recount.Recount]:
    """The indicator of every pair of keys, counted again case by case."""
    codes = {list(path.values())[-1]: code for code, path in areas.items()}
    groups: dict[tuple[Key, ...], list[recount.Judged]] = {}
    for case in made:
        keys = tuple(key_of(case, axis, codes) if axis else None for axis in axes)
        groups.setdefault(keys, []).append((case, recount.facts(case, AS_OF - UTC_OFFSET, 30)))
    indicator = recount.profile("general")["indicators"][name]
    return {keys: recount.recount(indicator, judged) for keys, judged in groups.items()}


def ask(name: str, rows: Axis, columns: Axis | None, chosen: CaseFilter | None = None) -> Ask:
    question = Question(catalogue.DEFAULT, chosen or CaseFilter(), None, AS_OF - UTC_OFFSET)
    return Ask(question, name, rows, columns)


def is_pair(rows: Axis, columns: Axis | None) -> bool:
    return columns is None or not (rows is columns or (rows.level and columns.level))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(
    made=st.lists(cases(), max_size=25),
    axes=st.tuples(st.sampled_from(AXES), st.sampled_from([None, *AXES])).filter(lambda pair: is_pair(*pair)),
    name=st.sampled_from(COUNTED),
)
def test_every_cell_is_what_a_plain_recount_says(
    city: Store,
    areas: Areas,
    made: list[dict[str, Any]],
    axes: tuple[Axis, Axis | None],
    name: str,
) -> None:
    placed = put(city, areas, made)
    expected = counted(placed, name, axes, areas)
    with city.session(OPERATOR) as session:
        found = pivot.pivot(session, ask(name, *axes))
        whole = indicators.evaluate(session, ask(name, *axes).question, [name])[name]
    cells = zip(
        *(found.cells[name].tolist() for name in ("row", "column", "cases", "numerator")), strict=True
    )
    seen = {(found.rows[row], found.columns[column]): told for row, column, *told in cells}
    assert seen == {keys: [told.cases, told.numerator] for keys, told in expected.items()}
    block = found.block(1_000, 1_000)
    assert (block.hidden_rows, block.hidden_columns) == (0, 0)
    assert block.cases[-1, -1] == len(made) == whole.cases
    assert block.numerator[-1, -1] == pytest.approx(whole.numerator)
    if catalogue.definition(catalogue.DEFAULT, name).kind == "rate":
        assert block.denominator[-1, -1] == whole.denominator == sum(t.denominator for t in expected.values())
        totals = {key: [t for keys, t in expected.items() if keys[0] == key] for key in block.rows}
        for at, key in enumerate(block.rows):
            above = sum(told.numerator for told in totals[key])
            below = sum(told.denominator for told in totals[key])
            if below and not math.isnan(block.value[at, -1]):
                assert block.value[at, -1] == pytest.approx(above / below)
    assert math.isnan(block.value[-1, -1]) == (whole.value is None)
    assert whole.value is None or block.value[-1, -1] == pytest.approx(whole.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(
    made=st.lists(cases(), min_size=1, max_size=25),
    rows=st.integers(1, 4),
    columns=st.integers(1, 4),
    order=st.sampled_from(PivotOrder),
)
def test_what_is_not_shown_is_summed_up_and_totals_stay(
    city: Store, areas: Areas, made: list[dict[str, Any]], rows: int, columns: int, order: PivotOrder
) -> None:
    put(city, areas, made)
    with city.session(OPERATOR) as session:
        found = pivot.pivot(session, ask("closing_rate", Axis.COMMUNITY, Axis.DAY))
    whole, part = found.block(1_000, 1_000, order), found.block(rows, columns, order)
    assert part.rows == whole.rows[:rows]
    assert part.columns == whole.columns[:columns]
    assert part.hidden_rows == max(0, len(whole.rows) - rows)
    for name in ("cases", "numerator", "denominator"):
        table = getattr(part, name)
        assert table[-1, -1] == getattr(whole, name)[-1, -1]
        np.testing.assert_array_equal(table[:-1].sum(axis=0), table[-1])
        np.testing.assert_array_equal(table[:, :-1].sum(axis=1), table[:, -1])


def block_of(store: Store, asked: Ask, order: PivotOrder = PivotOrder.VOLUME) -> Block:
    with store.session(OPERATOR) as session:
        return pivot.pivot(session, asked).block(100, 100, order)


ONE = {"reported_at": datetime(2026, 3, 2, 1), "state": "reported", "category": "市容"}


def test_what_has_no_area_is_a_row_of_its_own_and_the_last(city: Store, areas: Areas) -> None:
    put(
        city,
        areas,
        [*[{**ONE, "code": None}] * 3, {**ONE, "code": COMMUNITIES[0]}, {**ONE, "code": DISTRICT}],
    )
    found = block_of(city, ask("cases", Axis.COMMUNITY, Axis.CATEGORY))
    assert found.rows == (COMMUNITIES[0], None)
    assert found.cases.tolist() == [[1, 1], [4, 4], [5, 5]]


def test_cases_of_an_area_that_is_no_more_are_not_lost(city: Store, areas: Areas) -> None:
    former = {Axis.COMMUNITY.value + "_id": 9_999}
    put_cases(city, [{**ONE, "path": former}, {**ONE, "path": areas[COMMUNITIES[1]]}])
    found = block_of(city, ask("cases", Axis.COMMUNITY, None))
    assert (found.rows, found.columns) == ((COMMUNITIES[1], None), ())
    assert found.cases.tolist() == [[1], [1], [2]]


def test_a_count_per_households_divides_by_those_of_its_area(city: Store, areas: Areas) -> None:
    put(city, areas, [{**ONE, "code": code} for code in (*COMMUNITIES[:3], COMMUNITIES[0], None)])
    found = block_of(city, ask("per_100_households", Axis.COMMUNITY, Axis.CATEGORY), PivotOrder.NAME)
    by_code = dict(zip(found.rows, found.value[:-1, -1].tolist(), strict=True))
    assert by_code[COMMUNITIES[0]] == pytest.approx(2 / 4)
    assert by_code[COMMUNITIES[1]] == pytest.approx(1 / 2)
    assert math.isnan(by_code[COMMUNITIES[2]])  # households unknown
    assert math.isnan(by_code[None])
    assert found.value[-1, -1] == pytest.approx(5 / 10)


def test_rows_follow_the_order_that_is_asked_for(city: Store, areas: Areas) -> None:
    closed = {"state": "closed", "closed_at": datetime(2026, 3, 3)}
    put(
        city,
        areas,
        [
            *[{**ONE, "category": "甲", "code": None}] * 3,
            *[{**ONE, **closed, "category": "乙", "code": None}] * 2,
            {**ONE, "category": None, "code": None},
        ],
    )
    asked = ask("closing_rate", Axis.CATEGORY, None)
    assert block_of(city, asked, PivotOrder.VOLUME).rows == ("甲", "乙", None)
    assert block_of(city, asked, PivotOrder.VALUE).rows == ("乙", "甲", None)
    assert block_of(city, asked, PivotOrder.NAME).rows == ("乙", "甲", None)


def test_hours_and_weekdays_stand_in_their_own_order(city: Store, areas: Areas) -> None:
    put(city, areas, [{**ONE, "reported_at": datetime(2026, 3, 2 + n, n), "code": None} for n in range(7)])
    found = block_of(city, ask("cases", Axis.HOUR, Axis.WEEKDAY))
    assert found.rows == tuple(str(hour) for hour in range(8, 15))
    assert found.columns == tuple("1234567")


def test_a_reader_sees_own_cases_only(city: Store, areas: Areas) -> None:
    put(
        city,
        areas,
        [{**ONE, "code": code} for code in (COMMUNITIES[0], COMMUNITIES[0], COMMUNITIES[1], None)],
    )
    with city.session(actor(COMMUNITIES[0])) as session:
        found = pivot.pivot(session, ask("cases", Axis.COMMUNITY, None)).block(10, 10)
    assert (found.rows, found.cases.tolist()) == ((COMMUNITIES[0],), [[2], [2]])


def test_a_filter_and_nothing_at_all(city: Store, areas: Areas) -> None:
    put(city, areas, [{**ONE, "code": COMMUNITIES[0]}, {**ONE, "category": "噪声", "code": None}])
    only = block_of(city, ask("cases", Axis.CATEGORY, Axis.MONTH, CaseFilter(categories=("噪声",))))
    assert (only.rows, only.columns, only.cases[-1, -1]) == (("噪声",), ("2026-03",), 1)
    empty = block_of(city, ask("cases", Axis.CATEGORY, Axis.MONTH, CaseFilter(text="nothing like it")))
    assert (empty.rows, empty.columns, empty.cases.tolist()) == ((), (), [[0]])


@pytest.mark.parametrize(
    ("rows", "columns"),
    [(Axis.COMMUNITY, Axis.GRID), (Axis.HOUR, Axis.HOUR)],
)
def test_axes_that_make_no_sense_together_are_refused(city: Store, rows: Axis, columns: Axis) -> None:
    with city.session(OPERATOR) as session, pytest.raises(InputRefused):
        pivot.pivot(session, ask("cases", rows, columns))


def test_too_many_cells_are_refused_in_words(
    city: Store, areas: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(city, areas, [{**ONE, "reported_at": datetime(2026, 3, day), "code": None} for day in (2, 3, 4)])
    monkeypatch.setattr(pivot, "MOST_CELLS", 2)
    with city.session(OPERATOR) as session, pytest.raises(InputRefused, match="3 个单元格，最多 2 个"):
        pivot.pivot(session, ask("cases", Axis.DAY, Axis.HOUR))


def test_every_indicator_of_every_profile_can_be_cut(city: Store, areas: Areas) -> None:
    put(city, areas, [{**ONE, "code": code} for code in CODES])
    asked = ask("cases", Axis.COMMUNITY, Axis.STATE)
    with city.session(OPERATOR) as session:
        for profile, held in catalogue.profiles().items():
            for name, definition in held.indicators.items():
                one = replace(asked, question=replace(asked.question, profile=profile), name=name)
                if isinstance(definition, Indicator):
                    assert pivot.pivot(session, one).block(50, 50).cases[-1, -1] == len(CODES)
                else:
                    with pytest.raises(NotFound):
                        pivot.pivot(session, one)
