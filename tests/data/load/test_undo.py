"""Taking imports back, and placing everything anew after boundaries have changed."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from data.load.relocate import relocate
from data.store import Store
from domain.actor import OPERATOR
from domain.errors import InputRefused, NotFound
from domain.vocabulary import Level
from queries import meta
from tests.support.small_city import (
    CELL,
    COMMUNITIES,
    MAPPING,
    SOUTH,
    WEST,
    at,
    case,
    cell,
    contents,
    import_areas,
    import_cases,
    one,
    rows,
    shapes,
    undo_batch,
    write_areas,
    write_cases,
)

KEPT = ("cases", "case_history", "case_person", "case_person_history", "case_event")


def load(store: Store, folder: Path, *cases: dict) -> int:
    return import_cases(store, write_cases(folder / "cases.csv", cases))["batch"]


def stored(store: Store) -> dict[str, list[tuple]]:
    tables = dict(contents(store))
    return {name: tables[name] for name in KEPT}


def test_undoing_an_update_restores_every_row_and_person(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, title="a", tel="1", **at(0, 0)), case(2, title="b"), case(3))
    before = stored(city)
    batch = load(
        city, tmp_path, case(1, title="A", tel="2", **at(3, 3)), case(2, title="b"), case(3, tel="3"), case(4)
    )
    preview = undo_batch(city, batch, only_preview=True)
    assert (preview["removed"], preview["restored"]) == (1, 2)
    assert preview["file"] == "cases.csv"
    done = undo_batch(city, batch)
    assert done == {**preview, "done": True}
    after = stored(city)
    notes = [event for event in after.pop("case_event") if event not in before["case_event"]]
    assert sorted(event[3] for event in notes) == ["import_undone", "import_undone"]
    del before["case_event"]
    assert after == before
    assert rows(city, f"select undone_by from import_batch where batch_id = {batch}") == [("operator",)]


def test_a_preview_changes_nothing(city: Store, tmp_path: Path):
    batch = load(city, tmp_path, case(1))
    before = dict(contents(city))
    undo_batch(city, batch, only_preview=True)
    assert dict(contents(city)) == before


def test_the_newest_goes_first(city: Store, tmp_path: Path):
    first = load(city, tmp_path, case(1, title="a"), case(2))
    second = load(city, tmp_path, case(1, title="b"))
    third = load(city, tmp_path, case(1, title="c"))
    with pytest.raises(InputRefused, match=f"已被批次 {second} 改过"):
        undo_batch(city, first)
    with pytest.raises(InputRefused, match=f"已被批次 {third} 改过"):
        undo_batch(city, second)
    for batch, title in ((third, "b"), (second, "a")):
        undo_batch(city, batch)
        assert one(city, "select title from cases where source_case_id = '1'") == title
    undo_batch(city, first)
    assert one(city, "select count(*) from cases") == 0


def test_a_batch_that_touched_other_rows_does_not_stand_in_the_way(city: Store, tmp_path: Path):
    first = load(city, tmp_path, case(1))
    load(city, tmp_path, case(2))
    undo_batch(city, first)
    assert rows(city, "select source_case_id from cases") == [("2",)]


def test_twice_and_unknown_are_refused(city: Store, tmp_path: Path):
    batch = load(city, tmp_path, case(1))
    undo_batch(city, batch)
    with pytest.raises(InputRefused, match="已经撤销过"):
        undo_batch(city, batch)
    with pytest.raises(NotFound, match="没有编号为 99 的批次"):
        undo_batch(city, 99)


def test_an_undone_file_can_be_imported_again(city: Store, tmp_path: Path):
    undo_batch(city, load(city, tmp_path, case(1, **at(0, 0))))
    report = import_cases(city, tmp_path / "cases.csv")
    assert (report["inserted"], report["area_source"]["point"]) == (1, 1)
    assert one(city, "select count(*) from case_event") == 1


def test_the_end_of_the_data_goes_back_too(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, reported="2026-02-01 08:00:00"))
    batch = load(city, tmp_path, case(2, reported="2026-02-09 08:00:00"))
    assert str(one(city, "select data_end from city")) == "2026-02-09 00:00:00"
    undo_batch(city, batch)
    assert str(one(city, "select data_end from city")) == "2026-02-01 00:00:00"


def test_a_date_in_the_future_is_not_the_end_of_the_data(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1), case(2, reported="2099-01-01 08:00:00", closed="2999-01-01 08:00"))
    assert str(one(city, "select data_end from city")) == "2026-03-01 00:00:00"


# --- relocate ------------------------------------------------------------------------------------------------


def relocated(store: Store) -> dict:
    with store.writing(OPERATOR) as writer:
        return relocate(writer)


def where(store: Store) -> dict[str, tuple]:
    return {
        row[0]: row[1:]
        for row in rows(
            store,
            "select source_case_id, a.code, area_source, location_status"
            " from cases as c left join area as a on a.area_id = c.area_id and a.valid_to is null",
        )
    }


def test_relocation_follows_the_new_boundaries(city: Store, tmp_path: Path):
    """The first grid takes half of its east neighbour; another grid disappears into a gap."""
    load(
        city,
        tmp_path,
        case("stays", **at(0, 0)),
        case("moves", lon=WEST + 1.2 * CELL, lat=SOUTH + 0.5 * CELL),
        case("falls-out", lon=WEST + 3.9 * CELL, lat=SOUTH + 3.9 * CELL),
        case("by-code", code=COMMUNITIES[2]),
        case("by-late-name", area="新村"),
    )
    grids = {area["code"]: area for area in shapes(Level.GRID)}
    west, east = grids[f"{COMMUNITIES[0]}001"], grids[f"{COMMUNITIES[0]}002"]
    west["geometry"] = shapely.box(WEST, SOUTH, WEST + 1.5 * CELL, SOUTH + CELL)
    east["geometry"] = shapely.box(WEST + 1.5 * CELL, SOUTH, WEST + 2 * CELL, SOUTH + CELL)
    shrunk = grids[f"{COMMUNITIES[3]}004"]
    shrunk["geometry"] = shapely.box(WEST + 3 * CELL, SOUTH + 3 * CELL, WEST + 3.5 * CELL, SOUTH + 3.5 * CELL)
    import_areas(city, write_areas(tmp_path / "g.geojson", [west, east, shrunk]), Level.GRID)
    communities = shapes(Level.COMMUNITY)
    communities[1]["name"] = "新村"
    import_areas(city, write_areas(tmp_path / "c.geojson", communities[1:2]), Level.COMMUNITY)
    result = relocated(city)
    assert (result["cases"], result["moved"]) == (5, 3)
    assert where(city) == {
        "stays": (f"{COMMUNITIES[0]}001", "point", "inside"),
        "moves": (f"{COMMUNITIES[0]}001", "point", "inside"),
        "falls-out": (COMMUNITIES[3], "point", "inside"),
        "by-code": (COMMUNITIES[2], "code", "no_location"),
        "by-late-name": (COMMUNITIES[1], "name", "no_location"),
    }
    with city.session(OPERATOR) as session:
        assert meta.cases_to_relocate(session) == 0
    assert sum(result["area_source"].values()) == sum(result["located"].values()) == 5


def test_a_second_relocation_moves_nothing_and_wakes_nobody(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, **at(0, 0)), case(2))
    relocated(city)
    before = rows(city, "select subject, version from subject_version order by 1")
    assert relocated(city)["moved"] == 0
    assert rows(city, "select subject, version from subject_version order by 1") == before


def test_relocation_keeps_to_each_case_its_preference(city: Store, tmp_path: Path):
    mapping = MAPPING.replace("[case.columns]", 'prefer = "code"\n\n[case.columns]')
    path = write_cases(tmp_path / "p.csv", [case("prefers-code", **at(0, 0), code=COMMUNITIES[2])])
    import_cases(city, path, mapping)
    load(city, tmp_path, case("prefers-point", **at(0, 0), code=COMMUNITIES[2]))
    relocated(city)
    assert {number: placed[:2] for number, placed in where(city).items()} == {
        "prefers-code": (COMMUNITIES[2], "code"),
        "prefers-point": (f"{COMMUNITIES[0]}001", "point"),
    }


def test_relocation_of_an_empty_city(city: Store):
    assert relocated(city)["cases"] == 0


def test_undoing_an_import_after_relocation_restores_rows_that_ask_for_it(city: Store, tmp_path: Path):
    """A row from the history was placed by older boundaries: it says so instead of passing as current."""
    load(city, tmp_path, case(1, title="a", **at(1, 0)))
    update = load(city, tmp_path, case(1, title="b", **at(1, 0)))
    grid = shapes(Level.GRID)[0]
    grid["geometry"] = cell(0, 0, 2, 1)
    import_areas(city, write_areas(tmp_path / "g.geojson", [grid]), Level.GRID)
    relocated(city)
    undo_batch(city, update)
    with city.session(OPERATOR) as session:
        assert meta.cases_to_relocate(session) == 1
    relocated(city)
    assert where(city)["1"][0] == f"{COMMUNITIES[0]}001"
