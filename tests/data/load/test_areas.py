"""Loading boundaries: codes, parents, versions of areas, and what the coverage looks like."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ingest.areas import AreaFields, read_areas
from data.load.areas import load_areas
from data.load.batch import SourceFile
from data.store import Store
from domain.actor import OPERATOR
from domain.codes import generated_code
from domain.vocabulary import ImportKind, Level
from geo.coverage import area_m2
from tests.support.small_city import (
    CELL,
    COMMUNITIES,
    DISTRICT,
    SOUTH,
    WEST,
    WEST_STREET,
    at,
    case,
    cell,
    import_areas,
    import_cases,
    one,
    rows,
    shapes,
    undo_batch,
    write_areas,
    write_cases,
)


@pytest.fixture
def store(tmp_path: Path):
    with Store.opened(tmp_path / "empty.duckdb") as opened:
        yield opened


def parents(store: Store) -> dict[str, str | None]:
    """code → code of the parent, of all current areas."""
    return dict(
        rows(
            store,
            "select a.code, p.code from area as a left join area as p"
            " on p.area_id = a.parent_id and p.valid_to is null where a.valid_to is null",
        )
    )


def findings(report: dict) -> dict[str, dict]:
    return {finding["rule"]: finding for finding in report["findings"]}


def plain(level: Level, *fields: str) -> list[dict]:
    """The areas of a level with these fields and their geometry only."""
    return [{name: area[name] for name in (*fields, "geometry")} for area in shapes(level)]


# --- codes -------------------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(order=st.permutations(range(16)))
def test_generated_codes_do_not_depend_on_the_order_of_rows(tmp_path_factory, order: list[int]):
    folder = tmp_path_factory.mktemp("order")
    areas = [dict(area, name=f"{number}号 网格") for number, area in enumerate(plain(Level.GRID, "name"))]
    path = write_areas(folder / "grids.geojson", [areas[at_] for at_ in order])
    with Store.opened(folder / "x.duckdb") as store:
        report = import_areas(store, path, Level.GRID, code=None, parent=None)
        codes = dict(rows(store, "select name, code from area"))
    assert (report["read"], report["inserted"], findings(report)["generated_code"]["rows"]) == (16, 16, 16)
    # the name as it is compared has no blanks, so that a blank more or less is the same area
    assert codes == {name: generated_code(Level.GRID, None, name.replace(" ", "")) for name in codes}
    assert len(set(codes.values())) == 16


def test_codes_are_compared_as_people_write_them(store: Store, tmp_path: Path):
    """Full-width digits, blanks and the `.0` of a spreadsheet are the same code."""
    written = ["３３０１０２００１００１", " 330102001002 ", "330102002001.0", COMMUNITIES[3]]
    areas = [dict(area, code=code) for area, code in zip(shapes(Level.COMMUNITY), written, strict=True)]
    import_areas(store, write_areas(tmp_path / "c.geojson", areas), Level.COMMUNITY, parent=None)
    assert sorted(parents(store)) == sorted(COMMUNITIES)


# --- parents -----------------------------------------------------------------------------------------------


def test_the_parent_column_is_the_truth(store: Store, tmp_path: Path):
    """A community that says it belongs to the other street does, and the odd prefix is reported."""
    for level in (Level.DISTRICT, Level.STREET):
        import_areas(store, write_areas(tmp_path / f"{level}.geojson", shapes(level)), level)
    areas = shapes(Level.COMMUNITY)
    areas[0]["parent"] = "330102002000"
    report = import_areas(store, write_areas(tmp_path / "c.geojson", areas), Level.COMMUNITY)
    assert parents(store)[COMMUNITIES[0]] == "330102002000"
    assert findings(report)["code_prefix"]["codes"] == [{"code": COMMUNITIES[0], "parent": "330102002000"}]


def test_without_a_parent_column_the_code_says_it(store: Store, tmp_path: Path):
    import_areas(store, write_areas(tmp_path / "s.geojson", shapes(Level.STREET)), Level.STREET)
    # drawn in the wrong place on purpose: the code decides, not the position
    areas = [
        dict(area, geometry=shapely.affinity.translate(area["geometry"], 1.0))
        for area in shapes(Level.COMMUNITY)
    ]
    import_areas(store, write_areas(tmp_path / "c.geojson", areas), Level.COMMUNITY, parent=None)
    assert {parents(store)[code] for code in COMMUNITIES[:2]} == {WEST_STREET}


def test_without_code_and_parent_the_position_says_it(store: Store, tmp_path: Path):
    import_areas(
        store, write_areas(tmp_path / "c.geojson", shapes(Level.COMMUNITY)), Level.COMMUNITY, parent=None
    )
    areas = plain(Level.GRID, "name")
    import_areas(store, write_areas(tmp_path / "g.geojson", areas), Level.GRID, code=None, parent=None)
    held = rows(
        store,
        "select p.code, count(*) from area as a join area as p on p.area_id = a.parent_id"
        " where a.level = 'grid' group by 1 order by 1",
    )
    assert held == [(code, 4) for code in COMMUNITIES]


def test_missing_parents_are_made_of_their_children_and_replaced_by_real_ones(store: Store, tmp_path: Path):
    report = import_areas(
        store, write_areas(tmp_path / "c.geojson", shapes(Level.COMMUNITY)), Level.COMMUNITY
    )
    assert findings(report)["dissolved_parent"]["codes"] == [WEST_STREET, "330102002000"]
    # read and accepted count the rows of the file, not what was made of them
    assert (report["read"], report["accepted"], report["inserted"]) == (4, 4, 4)
    made = rows(store, "select code, name, dissolved from area where level = 'street' order by 1")
    assert made == [(WEST_STREET, WEST_STREET, True), ("330102002000", "330102002000", True)]
    shape = shapely.from_wkb(
        bytes(one(store, f"select ST_AsWKB(geom) from area where code = '{WEST_STREET}'"))
    )
    assert shape.equals(cell(0, 0, 2, 4))
    ids = dict(rows(store, "select code, area_id from area"))
    import_areas(store, write_areas(tmp_path / "s.geojson", shapes(Level.STREET)), Level.STREET)
    now = dict(
        rows(store, "select code, (name, dissolved) from area where level = 'street' and valid_to is null")
    )
    assert now[WEST_STREET] == ("望江街道", False)
    kept = dict(rows(store, "select code, area_id from area where valid_to is null"))
    assert kept.pop(DISTRICT)  # made of the streets, which name it
    assert kept == ids


def test_orphans_find_their_parents_when_they_arrive(store: Store, tmp_path: Path):
    """Bottom up: grids, communities, district; each file names no parent that is there already."""
    for level in (Level.GRID, Level.COMMUNITY, Level.STREET, Level.DISTRICT):
        areas = plain(level, "code", "name")
        import_areas(store, write_areas(tmp_path / f"{level}.geojson", areas), level, parent=None)
    held = parents(store)
    assert held[f"{COMMUNITIES[0]}001"] == COMMUNITIES[0]
    assert held[COMMUNITIES[0]] == WEST_STREET
    assert held[WEST_STREET] == DISTRICT
    paths = rows(
        store,
        "select count(*) from area where level = 'grid'"
        " and community_id is not null and street_id is not null and district_id is not null",
    )
    assert paths == [(16,)]


# --- rows that cannot be taken, rows that look odd -----------------------------------------------------------


def test_repeated_codes_are_rejected_and_counted(store: Store, tmp_path: Path):
    first, second, third, fourth = shapes(Level.COMMUNITY)
    second["code"] = first["code"]  # another shape under the same code
    again = dict(third)  # the same row twice
    twin = dict(fourth, code="330102002003", name="同形社区")  # another code for the same shape
    areas = [first, second, third, again, fourth, twin]
    report = import_areas(store, write_areas(tmp_path / "c.geojson", areas), Level.COMMUNITY, parent=None)
    assert (report["read"], report["accepted"], report["rejected"]) == (6, 4, 2)
    kept_out = rows(store, "select row_number, rule, value from reject order by row_number")
    assert kept_out == [(2, "duplicate_code", first["code"]), (4, "duplicate_geometry", third["code"])]
    assert [f["same_geometry"] for f in report["findings"] if "same_geometry" in f] == [["330102002003"]]


def test_overlaps_and_gaps_come_with_their_areas(store: Store, tmp_path: Path):
    """The west community reaches 0.001° into its neighbour; in the north a strip of 0.002° is nobody's."""
    x, y = WEST, SOUTH
    lapping = shapely.box(x, y, x + 2 * CELL + 0.001, y + CELL)
    neighbour = shapely.box(x + 2 * CELL, y, x + 4 * CELL, y + CELL)
    ring = shapely.box(x, y + CELL, x + 4 * CELL, y + 3 * CELL) - shapely.box(
        x + CELL, y + 1.5 * CELL, x + CELL + 0.002, y + 2 * CELL
    )
    areas = [
        {"code": f"C{number}", "name": f"社区{number}", "geometry": shape}
        for number, shape in enumerate((lapping, neighbour, ring))
    ]
    report = import_areas(store, write_areas(tmp_path / "c.geojson", areas), Level.COMMUNITY, parent=None)
    found = findings(report)
    strips = gpd.GeoDataFrame(
        geometry=[
            shapely.box(x + 2 * CELL, y, x + 2 * CELL + 0.001, y + CELL),
            shapely.box(x + CELL, y + 1.5 * CELL, x + CELL + 0.002, y + 2 * CELL),
        ],
        crs="EPSG:4326",
    )
    expected = area_m2(strips)
    assert found["overlap"]["pairs"] == 1
    assert found["overlap"]["area_m2"] == pytest.approx(expected[0], rel=1e-3)
    assert found["gap"]["gaps"] == 1
    assert found["gap"]["area_m2"] == pytest.approx(expected[1], rel=1e-3)
    # a degree of longitude at 30° N is about 96.5 km: 96.5 m × 1,108 m
    assert found["overlap"]["area_m2"] == pytest.approx(96.5 * 1108, rel=0.01)


# --- versions ------------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(city: Store, tmp_path: Path):
    before = rows(city, "select * from area order by area_id, valid_from")
    for level in (Level.GRID, Level.COMMUNITY, Level.STREET, Level.DISTRICT):
        report = import_areas(city, write_areas(tmp_path / f"{level}.geojson", shapes(level)), level)
        assert (report["inserted"], report["updated"]) == (0, 0)
        assert report["unchanged"] == report["read"]
    assert repr(rows(city, "select * from area order by area_id, valid_from")) == repr(before)


def test_a_renamed_area_is_a_new_version_of_the_same_area(city: Store, tmp_path: Path):
    areas = shapes(Level.COMMUNITY)
    areas[1]["name"] = "新北园社区"
    report = import_areas(city, write_areas(tmp_path / "c.geojson", areas), Level.COMMUNITY)
    assert (report["updated"], report["unchanged"]) == (1, 3)
    assert findings(report)["renamed_area"]["areas"] == [
        {"code": COMMUNITIES[1], "before": "北园社区", "name": "新北园社区"}
    ]
    history = rows(
        city,
        "select name, valid_to is null, closed_by_batch is null, count(distinct area_id) over ()"
        f" from area where code = '{COMMUNITIES[1]}' order by valid_from, valid_to nulls last",
    )
    assert history == [("北园社区", False, False, 1), ("新北园社区", True, True, 1)]


def test_a_moved_boundary_asks_for_relocation(city: Store, tmp_path: Path):
    import_cases(city, write_cases(tmp_path / "cases.csv", [case(1, **at(0, 0)), case(2, **at(1, 0))]))
    west, east = shapes(Level.GRID)[0:2]
    west["geometry"] = cell(0, 0, 2, 1)
    east["geometry"] = shapely.box(WEST + 1.9 * CELL, SOUTH, WEST + 2 * CELL, SOUTH + CELL)
    path = write_areas(tmp_path / "g.geojson", [west, east])
    report = import_areas(city, path, Level.GRID)
    assert (report["updated"], report["cases_to_relocate"]) == (2, 2)
    # the cases stay where they are until somebody relocates them
    assert one(city, "select count(distinct grid_id) from cases") == 2


def test_a_late_level_reaches_the_cases_and_their_version(tmp_path: Path):
    """Streets imported after the cases: the cases get their street, and whoever cached them hears of it."""
    with Store.opened(tmp_path / "late.duckdb") as store:
        import_areas(
            store,
            write_areas(tmp_path / "c.geojson", plain(Level.COMMUNITY, "code", "name")),
            Level.COMMUNITY,
            parent=None,
        )
        import_cases(store, write_cases(tmp_path / "cases.csv", [case(1, **at(0, 0))]))
        before = one(store, "select version from subject_version where subject = 'cases'")
        import_areas(
            store, write_areas(tmp_path / "s.geojson", shapes(Level.STREET)), Level.STREET, parent=None
        )
        street = one(store, f"select area_id from area where code = '{WEST_STREET}'")
        assert one(store, "select street_id from cases") == street
        assert one(store, "select version from subject_version where subject = 'cases'") == before + 1


def test_households_and_population_arrive_and_unknown_stays_unknown(store: Store, tmp_path: Path):
    areas = [
        dict(area, homes=value)
        for area, value in zip(shapes(Level.COMMUNITY), ["1200", "", "950.0", None], strict=True)
    ]
    path = write_areas(tmp_path / "c.geojson", areas)
    fields = AreaFields("name", "code", None, households="homes")
    read = read_areas(path, "name", level=Level.COMMUNITY, fields=fields)
    with store.writing(OPERATOR) as writer:
        load_areas(writer, read, SourceFile.of(ImportKind.AREAS, path))
    assert rows(store, "select households from area order by code") == [(1200,), (None,), (950,), (None,)]


# --- undo ----------------------------------------------------------------------------------------------------


def test_undoing_an_update_brings_the_old_boundary_back(city: Store, tmp_path: Path):
    before = rows(city, "select * from area order by area_id")
    grid = shapes(Level.GRID)[0]
    grid["geometry"] = cell(0, 0, 1, 2)
    report = import_areas(city, write_areas(tmp_path / "g.geojson", [grid]), Level.GRID)
    preview = undo_batch(city, report["batch"], only_preview=True)
    assert (preview["removed"], preview["restored"], preview["done"]) == (0, 1, False)
    undo_batch(city, report["batch"])
    assert repr(rows(city, "select * from area order by area_id")) == repr(before)


def test_undoing_a_level_places_cases_at_what_is_left(city: Store, tmp_path: Path):
    import_cases(city, write_cases(tmp_path / "cases.csv", [case(1, **at(0, 0))]))
    grids = one(city, "select batch_id from area where level = 'grid' limit 1")
    undo_batch(city, grids)
    assert rows(
        city,
        "select a.code, c.grid_id, c.location_status from cases as c join area as a using (area_id)",
    ) == [(COMMUNITIES[0], None, "inside")]
    assert one(city, "select count(*) from area where level = 'grid'") == 0


def test_undoing_the_middle_level_leaves_orphans_that_are_adopted_again(city: Store, tmp_path: Path):
    streets = one(city, "select batch_id from area where level = 'street' limit 1")
    undo_batch(city, streets)
    assert parents(city)[COMMUNITIES[0]] in {DISTRICT, None}
    import_areas(city, write_areas(tmp_path / "s.geojson", shapes(Level.STREET)), Level.STREET)
    assert parents(city)[COMMUNITIES[0]] == WEST_STREET
    assert one(city, "select count(*) from area where level = 'grid' and street_id is not null") == 16


def test_times_are_those_of_the_import(city: Store):
    assert {moment.date() >= date(2026, 1, 1) for (moment,) in rows(city, "select valid_from from area")}
