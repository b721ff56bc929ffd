"""What is told of one community, from a city small enough to count by hand; and to nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from data.ingest.places import read_compounds
from data.load.batch import SourceFile
from data.load.features import load_features
from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.filters import CaseFilter, Side
from domain.vocabulary import ImportKind, Level
from queries import community
from queries.areas import area_by_code
from queries.cases import by_area as cases_by_area
from queries.duty import all_duty
from queries.figures import Question
from queries.indicators import evaluate
from queries.property import compounds
from tests.data.load.test_duty import load as load_duty
from tests.data.load.test_duty import post
from tests.support.small_city import (
    COLUMNS,
    COMMUNITIES,
    DISTRICT,
    MAPPING,
    actor,
    case,
    cell,
    import_cases,
    middle,
    write_cases,
)

MARCH = CaseFilter(start=date(2026, 3, 1), end=date(2026, 3, 31))
OPEN = Side("general", "open", "numerator")
OVERDUE = Side("general", "overdue", "numerator")
DUE = {"due": "2026-03-02 08:00"}


def near(column: int, row: int, step: int) -> dict[str, object]:
    """A point of a cell that no other case has: many on one would be taken for a default."""
    lon, lat = middle(column, row)
    return {"lon": round(lon + step / 1000, 6), "lat": lat}


ROWS = [
    # 1 March in the west of the south community: closed late, closed in time, open past its limit
    case("late", **near(0, 0, 0), **DUE, state="closed", closed="2026-03-03 08:00", category="噪声"),
    case("in-time", **near(0, 0, 1), **DUE, state="closed", closed="2026-03-01 09:00", category="噪声"),
    case("past-due", **near(1, 0, 0), **DUE, state="handling", category="市容"),
    # 5 March: open with time left, and open without any limit, placed by its code only
    case("left", **near(1, 1, 0), reported="2026-03-05 08:00", due="2026-04-01 08:00", title="路灯"),
    case("by-code", code=COMMUNITIES[0], reported="2026-03-05 23:30", category="市容"),
    # February, and the neighbour
    case("before", **near(0, 0, 2), reported="2026-02-20 08:00", category="噪声"),
    case("next-door", **near(0, 2, 0), **DUE, state="handling", category="噪声"),
]


@pytest.fixture
def told(city: Store, tmp_path: Path) -> Store:
    import_cases(city, write_cases(tmp_path / "cases.csv", ROWS))
    with city.writing(OPERATOR) as writer:
        writer.set_city(name="江北", timezone="Asia/Shanghai", as_of=datetime(2026, 3, 10, 12))
    return city


def asked(store: Store, chosen: CaseFilter = MARCH, code: str = COMMUNITIES[0]) -> Question:
    with store.session(OPERATOR) as session:
        return Question("general", chosen, area_by_code(session, code), session.city.as_of)


def numbers(store: Store, who: Actor, side: Side, most: int = 10) -> tuple[Sequence[str], int]:
    with store.session(who) as session:
        found = community.latest(session, asked(store), side, most)
        return found.rows["source_case_id"].tolist(), found.total


def test_days_carry_cases_and_both_sides_of_the_overdue_share(told: Store) -> None:
    with told.session(OPERATOR) as session:
        found = community.days(session, asked(told, CaseFilter()))
    assert found.to_dict("list") == {
        "day": [date(2026, 2, 20), date(2026, 3, 1), date(2026, 3, 5)],
        "cases": [1, 3, 2],
        "overdue": [0, 2, 0],
        "decided": [0, 3, 0],
    }


def test_a_place_without_cases_has_no_days(told: Store) -> None:
    with told.session(OPERATOR) as session:
        found = community.days(session, asked(told, code=COMMUNITIES[2]))
        assert found.empty
        assert community.categories(session, asked(told, code=COMMUNITIES[2])).empty


def test_categories_the_unnamed_one_too_most_first(told: Store) -> None:
    with told.session(OPERATOR) as session:
        found = community.categories(session, asked(told))
    named = found.assign(category=found["category"].fillna("?"))
    assert list(named.itertuples(index=False, name=None)) == [("噪声", 2), ("市容", 2), ("?", 1)]


@pytest.mark.parametrize(
    ("side", "most", "expected", "total"),
    [
        (OPEN, 10, ["by-code", "left", "past-due"], 3),  # newest first
        (OPEN, 2, ["by-code", "left"], 3),
        (OVERDUE, 10, ["past-due", "late"], 2),
    ],
)
def test_the_newest_cases_of_a_side(
    told: Store, side: Side, most: int, expected: list[str], total: int
) -> None:
    found, count = numbers(told, OPERATOR, side, most)
    assert (found, count) == (expected, total)


def test_a_side_within_the_side_that_the_reader_has_chosen(told: Store) -> None:
    overdue_only = CaseFilter(start=MARCH.start, end=MARCH.end, side=OVERDUE)
    with told.session(OPERATOR) as session:
        found = community.latest(session, asked(told, overdue_only), OPEN, 10)
    assert (found.rows["source_case_id"].tolist(), found.total) == (["past-due"], 1)


def test_times_of_a_listed_case_are_local(told: Store) -> None:
    with told.session(OPERATOR) as session:
        row = community.latest(session, asked(told), OVERDUE, 10).rows.set_index("source_case_id").loc["late"]
    assert [str(row[name]) for name in ("reported_at", "due_at", "closed_at")] == [
        "2026-03-01 08:00:00",
        "2026-03-02 08:00:00",
        "2026-03-03 08:00:00",
    ]


@pytest.mark.parametrize("who", [actor(COMMUNITIES[1]), actor(), actor(departments=["没有这个部门"])])
def test_whoever_does_not_answer_for_it_is_told_nothing(told: Store, who: Actor, tmp_path: Path) -> None:
    """Not even how many cases lie in compounds that somebody else has named to her."""
    _import_compounds(told, tmp_path)
    question, everything = asked(told), _registered(told)
    assert numbers(told, who, OPEN) == ([], 0)
    with told.session(who) as session:
        assert community.days(session, question).empty
        assert community.categories(session, question).empty
        counted = community.compounds(session, question, everything)
        assert (counted.cases, counted.rows["cases"].tolist()) == (0, [0, 0, pd.NA])


def test_her_own_community_is_told_to_a_secretary_as_to_the_operator(told: Store) -> None:
    assert numbers(told, actor(COMMUNITIES[0]), OPEN) == numbers(told, OPERATOR, OPEN)


def test_cases_by_compound_and_per_hundred_households(told: Store, tmp_path: Path) -> None:
    """Three cases in the cell of 甲, one in 乙 (households unknown), one at 丙 (a point) by its name."""
    _import_compounds(told, tmp_path)
    named = case("named", code=COMMUNITIES[0], reported="2026-03-06 08:00", place="丙")
    path = write_cases(tmp_path / "named.csv", [named], (*COLUMNS, "place"))
    import_cases(told, path, MAPPING + 'place = "place"\n')
    question = asked(told, CaseFilter())
    with told.session(OPERATOR) as session:
        found = community.compounds(session, question, _registered(told))
        total = evaluate(session, question, ["cases"])["cases"].cases
        lying = {
            code: evaluate(session, asked(told, CaseFilter(compounds=(code,))), ["cases"])["cases"].cases
            for code in found.rows["code"]
        }
    assert (
        dict(zip(found.rows["code"], found.rows["cases"], strict=True))
        == {"C1": 3, "C2": 1, "C3": 1}
        == lying
    )
    assert found.rows["per_100_households"].fillna(-1).tolist() == [1.5, -1, 1]
    assert (found.cases, found.by_point, found.by_name, total) == (5, 4, 1, 7)


def _registered(store: Store) -> pd.DataFrame:
    with store.session(OPERATOR) as session:
        return compounds(session).inside(area_by_code(session, COMMUNITIES[0]).area_id)


def _import_compounds(store: Store, folder: Path) -> None:
    lon, lat = middle(1, 1)
    shapes = [cell(0, 0), cell(1, 0), gpd.points_from_xy([lon], [lat])[0]]
    path = folder / "compounds.geojson"
    gpd.GeoDataFrame(
        {"code": ["C1", "C2", "C3"], "name": ["甲", "乙", "丙"], "households": [200, None, 100]},
        geometry=shapes,
        crs="EPSG:4326",
    ).to_file(path, driver="GeoJSON")
    with store.writing(OPERATOR) as writer:
        load_features(writer, read_compounds(path), SourceFile.of(ImportKind.COMPOUNDS, path))


def test_posts_and_the_areas_that_nobody_answers_for(told: Store, tmp_path: Path) -> None:
    grids = [f"{COMMUNITIES[0]}00{number}" for number in (1, 2, 3, 4)]
    load_duty(told, tmp_path, post(grids[0], code="Z1"), post(grids[2], code="Z2"))
    with told.session(OPERATOR) as session:
        everywhere = all_duty(session, list(Level.ordered()))
        levels = (Level.COMMUNITY, Level.GRID)
        found = everywhere.of(area_by_code(session, COMMUNITIES[0]).area_id, levels)
        narrow = everywhere.of(area_by_code(session, grids[1]).area_id, [Level.GRID])
    assert found.rows["code"].tolist() == ["Z1", "Z2"]
    without = {level: rows["code"].tolist() for level, rows in found.without.items()}
    assert without == {Level.COMMUNITY: [COMMUNITIES[0]], Level.GRID: [grids[1], grids[3]]}
    assert narrow.rows.empty
    assert {level: rows["code"].tolist() for level, rows in narrow.without.items()} == {
        Level.GRID: [grids[1]]
    }


def test_figures_counted_with_the_areas_are_those_counted_alone(told: Store) -> None:
    """One scan for both: what the indicators tell of all cases is the sum over the areas and over none."""
    names = (
        "cases",
        "open",
        "overdue",
        "closing_rate",
        "overdue_share",
        "solution_rate",
        "per_100_households",
    )
    for code in (DISTRICT, *COMMUNITIES):
        for chosen in (CaseFilter(), MARCH):
            question = asked(told, chosen, code)
            with told.session(OPERATOR) as session:
                figures, by_area = community.figures(session, question, names, Level.GRID)
                assert figures == evaluate(session, question, names)
                alone = cases_by_area(session, chosen, Level.GRID, question.area)
            pd.testing.assert_frame_equal(by_area.rows[alone.rows.columns], alone.rows)
            assert (by_area.figures, by_area.elsewhere) == (alone.figures, alone.elsewhere)
