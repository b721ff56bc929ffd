"""Which compound a case lies in: by point, by name, and the same whether it was kept or found from scratch."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.backup import backup, restore
from data.ingest.places import read_compounds
from data.load.batch import SourceFile
from data.load.compound_cases import match_all
from data.load.features import load_features
from data.load.relocate import relocate
from data.store import STORAGE_VERSION, Store
from domain.actor import OPERATOR
from domain.codes import normalise_name
from domain.vocabulary import ImportKind, Level
from tests.support.database import copied_db
from tests.support.small_city import (
    COLUMNS,
    COMMUNITIES,
    MAPPING,
    actor,
    at,
    case,
    cell,
    import_areas,
    import_cases,
    middle,
    rows,
    shapes,
    undo_batch,
    write_areas,
    write_cases,
)

WITH_PLACE = MAPPING + 'place = "place"\n'
FIRST, THIRD = COMMUNITIES[0], COMMUNITIES[2]
NOW = datetime(2026, 3, 5, 12)


def compounds(store: Store, folder: Path, *made: tuple[str, str, shapely.Geometry]) -> dict[str, Any]:
    """Imports compounds: code, name and shape."""
    path = folder / "compounds.geojson"
    named = [{"code": code, "name": name} for code, name, _shape in made]
    shapes_ = [shape for _code, _name, shape in made]
    gpd.GeoDataFrame(named, geometry=shapes_, crs="EPSG:4326").to_file(path, driver="GeoJSON")
    with store.writing(OPERATOR) as writer:
        return load_features(writer, read_compounds(path), SourceFile.of(ImportKind.COMPOUNDS, path))


def cases(store: Store, folder: Path, *lines: dict[str, object]) -> dict[str, Any]:
    path = write_cases(folder / "cases.csv", lines, (*COLUMNS, "place"))
    return import_cases(store, path, WITH_PLACE)


def kept(store: Store) -> list[tuple[str, str, str]]:
    """Case number, code of its compound, how it was found."""
    return rows(
        store,
        "select c.source_case_id, k.code, m.matched_by from case_compound as m"
        " join cases as c using (case_id) join compound as k on k.compound_id = m.compound_id"
        " and k.valid_to is null order by all",
    )


def by_hand(store: Store) -> list[tuple[str, str, str]]:
    """The same, case by case, from the definition."""
    known = rows(
        store,
        "select code, name, community_id, ST_AsWKB(geom) from compound where valid_to is null order by code",
    )
    outlines = [(code, name, community, shapely.from_wkb(bytes(wkb))) for code, name, community, wkb in known]
    found = []
    for number, lon, lat, hall, community, place in rows(
        store, "select source_case_id, lon, lat, at_placeholder, community_id, place from cases"
    ):
        there = lon is not None and lat is not None and not hall
        held = [
            code
            for code, _name, _community, shape in outlines
            if there and shape.geom_type != "Point" and shape.intersects(shapely.Point(lon, lat))
        ]
        named = [
            code
            for code, name, own, _shape in outlines
            if place
            and own is not None
            and own == community
            and normalise_name(name) == normalise_name(place)
        ]
        if held:
            found.append((number, held[0], "point"))
        elif len(named) == 1:
            found.append((number, named[0], "name"))
    return sorted(found)


def inner(column: int, row: int) -> shapely.Polygon:
    """A block in the middle of a cell."""
    return cell(column, row).buffer(-0.002)


def test_a_case_lies_in_the_outline_that_holds_it(city: Store, tmp_path: Path):
    compounds(
        city, tmp_path, ("C2", "乙园", inner(0, 0)), ("C1", "甲园", cell(0, 0)), ("C3", "丙园", inner(3, 3))
    )
    cases(
        city,
        tmp_path,
        case(1, **at(0, 0)),  # two outlines hold it: the lower code
        case(2, **at(3, 3)),
        case(3, **at(2, 2), place="丙园"),  # of another cell, and its name in the same community
        case(4, **at(1, 1), place="丙园"),  # the name of a compound in another community
        case(5, lon=120.0, lat=30.0),  # on the corner
    )
    assert kept(city) == [
        ("1", "C1", "point"),
        ("2", "C3", "point"),
        ("3", "C3", "name"),
        ("5", "C1", "point"),
    ]
    assert kept(city) == by_hand(city)


def test_a_name_must_be_the_only_one_of_the_community(city: Store, tmp_path: Path):
    gate = shapely.Point(*middle(0, 0))
    compounds(
        city,
        tmp_path,
        ("C1", "幸福里（一期）", gate),
        ("C2", "和平里", shapely.Point(*middle(1, 0))),
        ("C3", "和平里", shapely.Point(*middle(1, 1))),
        ("C4", "和平里", shapely.Point(*middle(2, 0))),
    )
    lost = {"lon": "", "lat": ""}
    cases(
        city,
        tmp_path,
        case(1, **lost, code=FIRST, place=" 幸福里(一期)"),  # as names are compared
        case(2, **lost, code=FIRST, place="和平里"),  # there are two of them
        case(3, **lost, code=THIRD, place="和平里"),
        case(4, **lost, code=FIRST, place="和平里3号楼"),  # more than the name
        case(5, **lost, place="幸福里（一期）"),  # in no community
        case(6, **at(0, 0)),  # at the gate, but it has no outline
    )
    assert kept(city) == [("1", "C1", "name"), ("3", "C4", "name")]
    assert kept(city) == by_hand(city)


def test_a_placeholder_says_nothing_of_the_place(city: Store, tmp_path: Path):
    compounds(city, tmp_path, ("C1", "甲园", cell(0, 0)), ("C2", "乙园", cell(1, 1)))
    crowd = [case(n, **at(0, 0), code=FIRST, place="乙园" if n == 1 else "路口") for n in range(60)]
    report = cases(
        city, tmp_path, *crowd, *(case(f"x{n}", lon=120.031 + n / 1e5, lat=30.03) for n in range(40))
    )
    assert "placeholder_point" in [finding["rule"] for finding in report["findings"]]
    assert kept(city) == [("1", "C2", "name")]


def test_updates_and_undo_follow(city: Store, tmp_path: Path):
    compounds(city, tmp_path, ("C1", "甲园", inner(0, 0)), ("C2", "乙园", inner(1, 1)))
    cases(city, tmp_path, case(1, **at(0, 0)), case(2, **at(0, 0)))
    moved = cases(city, tmp_path, case(1, **at(1, 1), title="x"), case(3, **at(1, 1)))
    assert kept(city) == [("1", "C2", "point"), ("2", "C1", "point"), ("3", "C2", "point")]
    undo_batch(city, moved["batch"])
    assert kept(city) == [("1", "C1", "point"), ("2", "C1", "point")]


def test_a_changed_outline_a_new_compound_and_their_undo(city: Store, tmp_path: Path):
    compounds(city, tmp_path, ("C1", "甲园", inner(0, 0)))
    cases(city, tmp_path, case(1, **at(0, 0)), case(2, **at(1, 1)))
    assert kept(city) == [("1", "C1", "point")]
    later = compounds(city, tmp_path, ("C1", "甲园", inner(1, 1)), ("C0", "丙园", inner(0, 0)))
    assert kept(city) == [("1", "C0", "point"), ("2", "C1", "point")]
    undo_batch(city, later["batch"])
    assert kept(city) == [("1", "C1", "point")]


def test_an_actor_sees_those_of_the_compounds_that_the_actor_sees(city: Store, tmp_path: Path):
    compounds(city, tmp_path, ("C1", "甲园", inner(0, 0)), ("C2", "乙园", inner(3, 3)))
    cases(city, tmp_path, case(1, **at(0, 0)), case(2, **at(3, 3)))
    told = "select k.code from visible_case_compound as m join visible_compound as k using (compound_id) order by 1"
    for who, seen in ((actor(FIRST), [("C1",)]), (actor(COMMUNITIES[3]), [("C2",)]), (actor(), [])):
        with city.session(who) as session:
            assert session.rows(told) == seen


def test_a_database_of_before_is_filled_when_it_is_opened(city_db: Path, tmp_path: Path):
    with Store.opened(city_db) as store:
        compounds(store, tmp_path, ("C1", "甲园", inner(0, 0)))
        cases(store, tmp_path, case(1, **at(0, 0)))
        expected = kept(store)
    as_before_0010(city_db)
    with Store.opened(city_db) as store:
        assert kept(store) == expected == [("1", "C1", "point")]


def test_a_backup_of_before_the_table_is_restored_with_it(city_db: Path, tmp_path: Path):
    with Store.opened(city_db) as store:
        compounds(store, tmp_path, ("C1", "甲园", inner(0, 0)))
        cases(store, tmp_path, case(1, **at(0, 0)))
        backup(store, tmp_path / "backup.duckdb", OPERATOR)
    as_before_0010(tmp_path / "backup.duckdb")
    restore(city_db, tmp_path / "backup.duckdb", NOW)
    with Store.opened(city_db) as store:
        assert kept(store) == [("1", "C1", "point")]


def as_before_0010(db: Path) -> None:
    with duckdb.connect(str(db), config={"storage_compatibility_version": STORAGE_VERSION}) as con:
        for view in ("visible_service_point", "visible_duty", "visible_case_compound", "visible_assessment"):
            con.execute(f"drop view {view}")
        con.execute("drop view visible_compound; drop view visible_saved_view")
        for table, columns in ADDED.items():
            for column in columns:
                con.execute(f"alter table {table} drop column {column}")
        con.execute("drop table case_compound; drop table assessment")
        con.execute("delete from subject_version where subject = 'assessments'")
        con.execute("delete from schema_migration where number >= 10")
        con.execute(BEFORE)


ADDED = {
    "service_point": ["level", "opening_hours"],
    "duty": ["point_code", "tier", "embedded_as"],
    "compound": [
        "owners_committee", "party_branch", "cross_serving", "has_place", "has_funds", "has_volunteers",
        "has_consultation", "unmanaged_until", "takeover", "takeover_due", "demonstration",
    ],
    "saved_view": ["screen"],
}  # fmt: skip
BEFORE = "; ".join(
    f"create view visible_{name} as select * from {name}"
    for name in ("service_point", "duty", "compound", "saved_view")
)


# --- whatever is done, kept = found from scratch = by hand ----------------------------------------------------

spots = st.tuples(st.integers(0, 3), st.integers(0, 3))
blocks = st.tuples(spots, st.sampled_from(["cell", "inner", "wide", "gate"]))
names = st.sampled_from(["甲园", "乙园", "丙园"])
reports = st.lists(
    st.tuples(
        st.integers(1, 6), st.none() | spots, st.none() | names, st.none() | st.sampled_from(COMMUNITIES)
    ),
    min_size=1, max_size=5, unique_by=lambda row: row[0],
)  # fmt: skip
built = st.lists(
    st.tuples(st.integers(1, 4), names, blocks), min_size=1, max_size=3, unique_by=lambda row: row[0]
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("cases"), reports),
        st.tuples(st.just("compounds"), built),
        st.tuples(st.just("areas"), st.integers(0, 3)),
        st.tuples(st.sampled_from(["undo", "relocate"]), st.none()),
    ),
    min_size=2, max_size=6,
)  # fmt: skip


def shape_of(block: tuple[tuple[int, int], str]) -> shapely.Geometry:
    (column, row), kind = block
    made = {"cell": cell(column, row), "inner": inner(column, row), "wide": cell(column, row, 2, 1)}
    return made.get(kind) or shapely.Point(*middle(column, row))


def do(store: Store, folder: Path, step: tuple[str, Any], done: list[int]) -> None:
    what, told = step
    if what == "cases":
        lines = [
            case(number, **(at(*spot) if spot else {}), place=place, code=code, title=str(len(done)))
            for number, spot, place, code in told
        ]
        done.append(cases(store, folder, *lines)["batch"])
    elif what == "compounds":
        made = [(f"C{number}", name, shape_of(block)) for number, name, block in told]
        done.append(compounds(store, folder, *made)["batch"])
    elif what == "areas":
        # a grid and its community change places with the next
        grid = dict(shapes(Level.GRID)[told * 4], parent=COMMUNITIES[(told + 1) % 4])
        done.append(import_areas(store, write_areas(folder / "g.geojson", [grid]), Level.GRID)["batch"])
    elif what == "undo" and done:
        undo_batch(store, done.pop())
    elif what == "relocate":
        with store.writing(OPERATOR) as writer:
            relocate(writer)


@settings(max_examples=25)
@given(steps)
def test_kept_is_found_from_scratch(
    small_city_db: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any]]
):
    folder = tmp_path_factory.mktemp("steps")
    with Store.opened(copied_db(small_city_db, folder / "city.duckdb")) as store:
        done: list[int] = []
        for step in steps:
            do(store, folder, step, done)
            found = kept(store)
            assert found == by_hand(store), step
            with store.rehearsing(OPERATOR) as writer:
                match_all(writer)
                (again,) = writer.run("select count(*), sum(hash(c)) from case_compound as c").fetchall()
            assert rows(store, "select count(*), sum(hash(c)) from case_compound as c") == [again]
