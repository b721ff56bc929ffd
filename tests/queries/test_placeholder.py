"""An area that stands first only by the cases on a placeholder point: told for every figure that is ranked."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.store import Store
from domain.actor import OPERATOR
from domain.filters import CaseFilter
from domain.indicators.facts import Direction
from domain.vocabulary import Level
from queries import areas, cases, indicators, placeholder
from queries.figures import Question
from queries.placeholder import Lifted
from tests.support.operator import data_here
from tests.support.small_city import COMMUNITIES, SOUTH, WEST, actor, at, case, import_cases, write_cases

AS_OF = datetime(2026, 3, 10, 12)
EVERYTHING = CaseFilter()
LATE = {"due": "2026-03-05 08:00"}
CLOSED = {**LATE, "state": "closed", "closed": "2026-03-04 08:00"}


def rows_of_the_city() -> list[dict[str, object]]:
    """Sixty overdue cases on one point of the first community and five apart; ten overdue ones in the third.

    Apart from the point both communities also close: the first 35 cases, the third 40. One overdue case lies
    outside.
    """
    rows = [case(f"point{n}", **at(0, 0), **LATE) for n in range(60)]
    rows += [case(f"first{n}", **apart(0.0055, n), **LATE) for n in range(5)]
    rows += [case(f"first-closed{n}", **apart(0.0155, n), **CLOSED) for n in range(35)]
    rows += [case(f"third{n}", **apart(0.0255, n), **LATE) for n in range(10)]
    rows += [case(f"third-closed{n}", **apart(0.0355, n), **CLOSED) for n in range(40)]
    return [*rows, case("outside", lon=121, lat=31, **LATE), case("outside-open", lon=121.1, lat=31)]


def apart(east: float, n: int) -> dict[str, object]:
    """A point of its own in the southern communities, `east` of the city's corner."""
    return {"lon": f"{WEST + east + n * 3e-5:.6f}", "lat": f"{SOUTH + 0.0011 + n * 2e-4:.6f}"}


@pytest.fixture
def point_db(city_db: Path, tmp_path: Path) -> Path:
    with Store.opened(city_db) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", rows_of_the_city()))
        with store.writing(OPERATOR) as writer:
            assert writer.count("select count(*) from cases where at_placeholder") == 60
            writer.set_city(name=None, timezone=None, as_of=datetime(2026, 3, 10, 20))
    return city_db


@pytest.mark.parametrize(
    ("name", "at_point", "value", "rank", "highest"),
    [
        ("cases", 60, 40, 2, True),  # 100 with them, against 50
        ("open", 60, 5, 2, True),
        ("overdue", 60, 5, 2, True),  # less is better, but the highest stands on top of the map's list
        ("overdue_share", 60, 5 / 40, 2, True),  # 65 of 100 with them; the other has 10 of 50
    ],
)
def test_every_ranked_figure_tells_it(
    point_db: Path, name: str, at_point: int, value: float, rank: int, highest: bool
) -> None:
    with Store.opened(point_db) as store, store.session(OPERATOR) as session:
        question = Question("general", EVERYTHING, None, AS_OF)
        found = indicators.by_area(session, question, name, Level.COMMUNITY)
        none = indicators.by_area(session, question, "closed", Level.COMMUNITY)
    assert found.lifted == Lifted(COMMUNITIES[0], "南园社区", at_point, value, rank, highest)
    assert none.lifted is None  # forty closed in the third, none of the closed ones on the point


def test_a_scope_without_the_point_is_told_nothing(point_db: Path) -> None:
    with Store.opened(point_db) as store, store.session(actor(COMMUNITIES[2])) as session:
        question = Question("general", EVERYTHING, None, AS_OF)
        assert indicators.by_area(session, question, "overdue", Level.COMMUNITY).lifted is None


def test_areas_without_the_points_and_elsewhere_are_the_total(point_db: Path) -> None:
    with Store.opened(point_db) as store, store.session(OPERATOR) as session:
        found = cases.by_area(session, EVERYTHING, Level.COMMUNITY, None)
        summary = areas.summary(session, Level.COMMUNITY)
    for name in ("cases", "open", "overdue", "closed"):
        assert found.rows[name].sum() + found.left_over[name] == getattr(found.figures, name)
    assert (found.left_over["cases"], found.left_over["overdue"], found.elsewhere) == (2, 1, 2)
    moved = found.rows["cases"].sum() - found.off_point["cases"].sum()
    assert moved == found.rows["at_placeholder"].sum() == 60
    assert found.off_point["at_placeholder"].sum() == 0
    assert summary.lifted == Lifted(COMMUNITIES[0], "南园社区", 60, 40, 2, highest=True)
    assert list(summary.rows.columns) == ["code", "name", "cases"]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("indicator", "overdue"), "有 60 件落在占位点上（地点其实不明）；不计这些为 5 件，由高到低排第 2。"),
        (("indicator", "overdue_share"), "不计这些为 12.5 %，由高到低排第 2。"),
        (("summary",), "有 60 件落在占位点上（地点其实不明）；不计这些为 40 件，由高到低排第 2。"),
    ],
)
def test_the_command_line_tells_it(point_db: Path, command: tuple[str, ...], told: str) -> None:
    assert told in data_here(point_db, *command, "--by", "community").stdout
    found = json.loads(data_here(point_db, *command, "--by", "community", "--json").stdout)
    assert found["first_by_placeholder"]["code"] == COMMUNITIES[0]
    assert found["first_by_placeholder"]["at_point"] == 60


def test_nothing_is_told_where_no_area_is_first_by_it(point_db: Path) -> None:
    found = json.loads(data_here(point_db, "indicator", "closed", "--by", "community", "--json").stdout)
    assert found["first_by_placeholder"] is None


def order(*areas_told: tuple[int, int]) -> pd.DataFrame:
    """Areas by (cases, of them on a placeholder point)."""
    counts = pd.DataFrame(areas_told, columns=["value", "at_point"], dtype=float)
    true = counts["value"] - counts["at_point"]
    names = [chr(ord("a") + place) for place in range(len(counts))]
    return counts.assign(code=names, name=names, n=counts["value"], true_value=true, true_n=true)


@pytest.mark.parametrize(
    ("areas_told", "direction", "minimum_n", "expected"),
    [
        ([(9, 5), (7, 0), (5, 0)], Direction.NEITHER, 0, ("a", 4, 3, True)),
        ([(9, 1), (7, 0)], Direction.NEITHER, 0, None),  # still first without it
        ([(9, 2), (7, 0)], Direction.NEITHER, 0, None),  # shares the first rank
        ([(9, 0), (9, 5), (7, 0)], Direction.NEITHER, 0, ("b", 4, 3, True)),  # two were first
        ([(9, 5), (7, 7)], Direction.NEITHER, 0, None),  # the other one as well lies there
        ([(40, 35), (35, 0)], Direction.NEITHER, 30, ("a", None, None, True)),  # too few are left
        ([(9, 0), (3, 0)], Direction.LOWER, 0, None),
        ([], Direction.LOWER, 0, None),
    ],
)
def test_who_is_first_by_the_point_alone(
    areas_told: list[tuple[int, int]],
    direction: Direction,
    minimum_n: int,
    expected: tuple[object, ...] | None,
) -> None:
    found = placeholder.lifted(order(*areas_told), direction, minimum_n)
    assert (found and (found.code, found.value, found.rank, found.highest)) == expected


def test_a_rate_that_is_lowest_by_the_point_is_told_where_less_is_better() -> None:
    rates = order((100, 0), (100, 0)).assign(
        value=[0.1, 0.2], true_value=[0.3, 0.2], at_point=[60.0, 0.0], true_n=[40.0, 100.0]
    )
    found = placeholder.lifted(rates, Direction.LOWER, 30)
    assert found == Lifted("a", "a", 60, 0.3, 2, highest=False)
    assert "由低到高排第 2" in found.words("30 %", found.name)
    assert placeholder.lifted(rates, Direction.HIGHER, 30) is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8))
def test_without_points_nobody_is_told_and_who_is_told_would_not_lead(pairs: list[tuple[int, int]]) -> None:
    areas_told = [(total, min(total, there)) for total, there in pairs]
    assert placeholder.lifted(order(*((total, 0) for total, _there in pairs)), Direction.NEITHER, 0) is None
    found = placeholder.lifted(order(*areas_told), Direction.NEITHER, 0)
    left = [total - there for total, there in areas_told]
    if found:
        assert found.value is not None
        assert found.value < max(left)
    elif areas_told and max(total for total, _there in areas_told) > 0:
        most = max(total for total, _there in areas_told)
        assert all(
            true == max(left)
            for (total, there), true in zip(areas_told, left, strict=True)
            if total == most and there
        )
