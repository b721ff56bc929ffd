"""The jump box's candidates: areas for everybody, the rest as far as the actor's scope reaches."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from data.ingest.places import read_compounds, read_points
from data.load.batch import SourceFile
from data.load.features import load_features
from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.vocabulary import ImportKind, Level
from queries import areas as areas_of
from queries import search
from queries.search_index import Fit, Found, Index, Kind
from tests.support import small_city
from tests.support.small_city import (
    COMMUNITIES,
    DISTRICT,
    MAPPING,
    NAMES,
    WEST_STREET,
    actor,
    at,
    case,
    cell,
    import_cases,
    middle,
    write_cases,
)

WITH_PLACE = MAPPING.replace('title = "title"', 'title = "title"\nplace = "place"')
COLUMNS = (*small_city.COLUMNS, "place")

ROWS = [
    case("RX2026-0001", **at(0, 0), place="望江路8号", title="路灯不亮", reported="2026-03-01 08:00"),
    case("RX2026-0002", **at(0, 0), place="望江路9号", reported="2026-03-02 08:00"),
    case("RX2026-0003", **at(3, 3), place="Wangjiang Road 8", reported="2026-03-03 08:00"),
    case("RX2026-00012", **at(3, 3), reported="2026-03-04 08:00"),
    case("望江路1", place="东湖边", reported="2026-03-05 08:00"),  # a number like a road, nowhere
]


@pytest.fixture
def full(city: Store, tmp_path: Path) -> Store:
    """The small city with a compound and a service point in the first and the last community, and cases."""
    import_cases(city, write_cases(tmp_path / "cases.csv", ROWS, COLUMNS), WITH_PLACE)
    compounds = gpd.GeoDataFrame(
        {"code": ["C1", "C2"], "name": ["望江花园", "东湖花园"], "address": ["望江路8号", None]},
        geometry=[cell(0, 0).buffer(-0.001), cell(3, 3).buffer(-0.001)],
        crs="EPSG:4326",
    )
    compounds.to_file(tmp_path / "compounds.geojson", driver="GeoJSON")
    (west, south), (east, north) = middle(1, 1), middle(3, 3)
    points = {"code": ["P1", "P2"], "kind": "canteen", "name": ["南园食堂", "东湖食堂"]}
    pd.DataFrame({**points, "lon": [west, east], "lat": [south, north]}).to_csv(
        tmp_path / "points.csv", index=False
    )
    with city.writing(OPERATOR) as writer:
        for kind, path, read in (
            (ImportKind.COMPOUNDS, tmp_path / "compounds.geojson", read_compounds),
            (ImportKind.POINTS, tmp_path / "points.csv", read_points),
        ):
            load_features(writer, read(path), SourceFile.of(kind, path))
    return city


def names(found: Found) -> list[str]:
    return [entry.name for _fit, entry in found.best]


def places_of(store: Store, who: Actor) -> Index:
    with store.session(who) as session:
        return search.places(session)


def cases_of(store: Store, who: Actor, typed: str, most: int = 5) -> Found:
    with store.session(who) as session:
        return search.cases(session, typed, most)


def numbers(found: Found) -> list[tuple[Fit, str]]:
    """Fit and number of the cases found."""
    return [(fit, (entry.detail or "").removeprefix("hotline ")) for fit, entry in found.best]


@pytest.mark.parametrize("who", [OPERATOR, actor(COMMUNITIES[3]), actor(departments=["城管局"])])
def test_every_area_is_found_by_name_code_pinyin_and_initials_whoever_asks(city: Store, who: Actor) -> None:
    with city.session(who) as session:
        index = search.areas(session)
        known = [areas_of.areas_within(session, level, None) for level in areas_of.levels(session)]
    rows = pd.concat(known)
    assert len(index.entries) == len(rows) == 23
    for code, name in rows[["code", "name"]].itertuples(index=False):
        read = lazy_pinyin(name)
        initials = "".join(part[0] for part in read[:2])
        for typed in (name, code, "".join(read), " ".join(read), initials):
            assert code in {entry.code for _fit, entry in index.find(typed, 23).best}, typed


def test_the_way_to_an_area_is_told_from_the_top(city: Store) -> None:
    with city.session(OPERATOR) as session:
        index = search.areas(session)
        grid = areas_of.area_by_code(session, f"{COMMUNITIES[1]}003")
    path = index.path(grid.area_id)
    assert [entry.code for entry in path] == [DISTRICT, WEST_STREET, COMMUNITIES[1], grid.code]
    assert [entry.kind for entry in path] == [Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY, Kind.GRID]
    assert index.path(None) == ()
    assert index.path(-1) == ()


def test_two_areas_of_one_name_are_told_apart_by_their_way(city: Store) -> None:
    with city.session(OPERATOR) as session:
        index = search.areas(session)
    found = index.find("nysq", 8)
    assert [(entry.name, index.path(entry.inside)[-1].name) for _fit, entry in found.best] == [
        ("南园社区", "望江街道"),
        ("南园社区", "柳岸街道"),
    ]
    assert NAMES[COMMUNITIES[0]] == NAMES[COMMUNITIES[3]]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (OPERATOR, ["东湖花园", "东湖食堂", "南园食堂", "望江花园"]),
        (actor(DISTRICT), ["东湖花园", "东湖食堂", "南园食堂", "望江花园"]),
        (actor(COMMUNITIES[0]), ["南园食堂", "望江花园"]),
        (actor(COMMUNITIES[1]), []),
        (actor(departments=["城管局"]), []),
    ],
)
def test_compounds_and_points_are_found_within_the_scope(
    full: Store, who: Actor, expected: list[str]
) -> None:
    index = places_of(full, who)
    assert sorted(entry.name for entry in index.entries) == expected
    assert names(index.find("wjhy", 8)) == [name for name in expected if name == "望江花园"]
    assert names(index.find("dhst", 8)) == [name for name in expected if name == "东湖食堂"]
    assert names(index.find("望江路8号", 8)) == [name for name in expected if name == "望江花园"]


def test_a_place_knows_the_finest_area_that_holds_it(full: Store) -> None:
    with full.session(OPERATOR) as session:
        grid = areas_of.area_by_code(session, f"{COMMUNITIES[0]}001")
    [(_fit, home)] = places_of(full, OPERATOR).find("望江花园", 8).best
    assert (home.kind, home.code, home.inside) == (Kind.COMPOUND, "C1", grid.area_id)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # a whole number first, then the newest whose number begins so
        ("RX2026-0001", [(Fit.EXACT, "RX2026-0001"), (Fit.PREFIX, "RX2026-00012")]),
        ("rx2026-0001 ", [(Fit.EXACT, "RX2026-0001"), (Fit.PREFIX, "RX2026-00012")]),
        ("ＲＸ２０２６-0003", [(Fit.EXACT, "RX2026-0003")]),
        ("0001", []),
        # by place, in any letter case, newest first
        ("江路", [(Fit.CONTAINS, "RX2026-0002"), (Fit.CONTAINS, "RX2026-0001")]),
        ("东湖", [(Fit.CONTAINS, "望江路1")]),
        # not by place where a number begins so
        ("望江路", [(Fit.PREFIX, "望江路1")]),
        ("JIANG road", [(Fit.CONTAINS, "RX2026-0003")]),
        # a single character is in too many, and these stand for nothing
        ("望", []),
        ("", []),
        ("  ", []),
        ("%", []),
        ("望_路", []),
        ("wjl", []),
    ],
)
def test_cases_are_found_by_number_and_place(
    full: Store, typed: str, expected: list[tuple[Fit, str]]
) -> None:
    found = cases_of(full, OPERATOR, typed)
    assert numbers(found) == expected
    assert found.total == len(expected)


def test_of_many_cases_a_few_are_listed_and_all_are_counted(full: Store) -> None:
    found = cases_of(full, OPERATOR, "rx2026", most=3)
    assert numbers(found) == [
        (Fit.PREFIX, "RX2026-00012"),
        (Fit.PREFIX, "RX2026-0003"),
        (Fit.PREFIX, "RX2026-0002"),
    ]
    assert found.total == 4
    assert cases_of(full, OPERATOR, "江路", most=1).total == 2


def test_the_same_number_of_two_sources_is_listed_twice(full: Store, tmp_path: Path) -> None:
    path = write_cases(tmp_path / "other.csv", [case("RX2026-0001", **at(1, 1))])
    import_cases(full, path, MAPPING.replace('"hotline"', '"patrol"'))
    found = cases_of(full, OPERATOR, "RX2026-0001")
    assert [entry.detail for fit, entry in found.best if fit is Fit.EXACT] == [
        "hotline RX2026-0001",
        "patrol RX2026-0001",
    ]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (actor(COMMUNITIES[0]), ["RX2026-0002", "RX2026-0001"]),
        (actor(COMMUNITIES[3]), ["RX2026-00012", "RX2026-0003"]),
        (actor(COMMUNITIES[1]), []),
        (Actor("nobody", frozenset()), []),
    ],
)
def test_cases_are_found_within_the_scope(full: Store, who: Actor, expected: list[str]) -> None:
    found = cases_of(full, who, "rx2026")
    assert [number for _fit, number in numbers(found)] == expected
    assert found.total == len(expected)


def test_a_case_is_told_by_its_title_else_its_place_else_its_number(full: Store) -> None:
    found = cases_of(full, OPERATOR, "rx2026")
    assert names(found) == ["RX2026-00012", "Wangjiang Road 8", "望江路9号", "路灯不亮"]
    with full.session(OPERATOR) as session:
        ids = dict(session.rows("select cast(case_id as varchar), source_case_id from visible_case"))
    assert [ids[entry.code] for _fit, entry in found.best] == [number for _fit, number in numbers(found)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("河边", 1),
        ("13912345678", 0),
        ("1391", 0),
        ("2345", 0),
        ("139", 1),  # is shown, and so are the last four
        ("5678", 1),
        ("****", 0),
    ],
)
def test_a_masked_number_in_a_place_is_neither_found_nor_shown(
    full: Store, tmp_path: Path, typed: str, found: int
) -> None:
    path = write_cases(tmp_path / "p.csv", [case("A-1", **at(0, 0), place="河边 13912345678")], COLUMNS)
    import_cases(full, path, WITH_PLACE)
    cases = cases_of(full, OPERATOR, typed)
    assert cases.total == found
    assert names(cases) == ["河边 139****5678"] * found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(typed=st.text(max_size=120))
def test_any_text_is_looked_for_in_cases(full: Store, typed: str) -> None:
    found = cases_of(full, OPERATOR, typed)
    assert len(found.best) <= found.total <= len(ROWS)


def test_a_megabyte_is_looked_for_by_its_beginning(full: Store) -> None:
    assert cases_of(full, OPERATOR, "江路" + " " * 1_000_000).total == 2
    assert cases_of(full, OPERATOR, "望" * 1_000_000) == Found((), 0)


def test_levels_and_kinds_of_areas_go_together() -> None:
    assert [Kind(level.rank).name for level in Level.ordered()] == [level.name for level in Level.ordered()]
