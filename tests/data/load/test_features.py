"""Loading service points, compounds and lines: places, versions, and what is stacked or repeated."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from data.ingest.areas import read_lines
from data.ingest.places import read_compounds, read_points
from data.load.batch import SourceFile
from data.load.features import load_features
from data.load.relocate import relocate
from data.store import Store
from domain.actor import OPERATOR
from domain.errors import InputRefused
from domain.vocabulary import ImportKind, Level, LineKind
from tests.support.small_city import (
    CELL,
    COMMUNITIES,
    SOUTH,
    WEST,
    cell,
    contents,
    import_areas,
    middle,
    one,
    rows,
    shapes,
    undo_batch,
    write_areas,
)


def table(path: Path, *lines: dict[str, object]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path


def load(store: Store, kind: ImportKind, path: Path, **options: Any) -> dict[str, Any]:
    read: Callable[[Path], Any] = {
        ImportKind.POINTS: read_points,
        ImportKind.COMPOUNDS: read_compounds,
        ImportKind.LINES: lambda file: read_lines(file, LineKind.ROAD, "name"),
    }[kind]
    with store.writing(OPERATOR) as writer:
        return load_features(writer, read(path), SourceFile.of(kind, path), **options)


def point(code: str, column: int, row: int, **values: object) -> dict[str, object]:
    lon, lat = middle(column, row)
    return {"code": code, "kind": "police_room", "name": f"警务室{code}", "lon": lon, "lat": lat} | values


def points_file(folder: Path, *lines: dict[str, object]) -> Path:
    return table(folder / "points.csv", *lines)


def compounds_file(folder: Path, *shapes_: shapely.Geometry) -> Path:
    path = folder / "compounds.geojson"
    gpd.GeoDataFrame(
        [
            {"code": f"C{number}", "name": f"小区{number}", "households": 100 + number, "company": None}
            for number in range(len(shapes_))
        ],
        geometry=list(shapes_),
        crs="EPSG:4326",
    ).to_file(path, driver="GeoJSON")
    return path


def lines_file(folder: Path, *shapes_: shapely.Geometry) -> Path:
    path = folder / "roads.geojson"
    names = [{"name": f"路{number}"} for number in range(len(shapes_))]
    gpd.GeoDataFrame(names, geometry=list(shapes_), crs="EPSG:4326").to_file(path, driver="GeoJSON")
    return path


ROAD = shapely.LineString([(WEST, SOUTH), (WEST + 4 * CELL, SOUTH + CELL)])
FILES = {
    ImportKind.POINTS: lambda folder: points_file(folder, point("P1", 0, 0), point("P2", 3, 3)),
    ImportKind.COMPOUNDS: lambda folder: compounds_file(
        folder, cell(0, 0).buffer(-0.001), shapely.Point(*middle(3, 3))
    ),
    ImportKind.LINES: lambda folder: lines_file(folder, ROAD, ROAD.reverse()),
}
TABLES = {
    ImportKind.POINTS: "service_point",
    ImportKind.COMPOUNDS: "compound",
    ImportKind.LINES: "line",
}


@pytest.mark.parametrize("kind", FILES)
def test_the_same_file_twice_changes_nothing(city: Store, tmp_path: Path, kind: ImportKind):
    path = FILES[kind](tmp_path)
    first = load(city, kind, path)
    assert (first["read"], first["inserted"], first["findings"]) == (2, 2, [])
    before = dict(contents(city))
    again = load(city, kind, path)
    assert (again["inserted"], again["updated"], again["unchanged"]) == (0, 0, 2)
    after = dict(contents(city))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"import_batch", "audit", "subject_version"}  # the version of the imports only


CHECKLIST = {
    "company": "锦川物业",
    "unmanaged_since": "2026-01-02",
    "unmanaged_until": "2025-03-04",
    "takeover": "国企接管",
    "takeover_due": "2026-12-31",
    "owners_committee": "有",
    "party_branch": "无",
    "cross_serving": "否",
    "has_place": "是",
    "has_funds": "1",
    "has_volunteers": "0",
    "has_consultation": "",
    "demonstration": "是",
}


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        *[(ImportKind.POINTS, *pair) for pair in (("level", "street"), ("opening_hours", "全天"))],
        *[(ImportKind.COMPOUNDS, name, "") for name in CHECKLIST if name != "has_consultation"],
        (ImportKind.COMPOUNDS, "has_consultation", "有"),
    ],
)
def test_every_value_makes_a_version_where_it_changes(
    city: Store, tmp_path: Path, kind: ImportKind, column: str, value: str
):
    lon, lat = middle(1, 1)
    line = {
        ImportKind.POINTS: point("P1", 1, 1, level="社区", opening_hours="周一至周五 8:30-17:30"),
        ImportKind.COMPOUNDS: {"code": "C1", "name": "甲", "lon": lon, "lat": lat, **CHECKLIST},
    }[kind]
    path = tmp_path / "t.csv"
    load(city, kind, table(path, line))
    again = load(city, kind, table(path, line))
    assert (again["inserted"], again["updated"], again["unchanged"]) == (0, 0, 1)
    changed = load(city, kind, table(path, line | {column: value}))
    assert (changed["inserted"], changed["updated"], changed["unchanged"]) == (0, 1, 0)
    versions = rows(city, f"select {column} from {TABLES[kind]} order by valid_from, valid_to nulls last")
    assert len(set(versions)) == 2
    undo_batch(city, changed["batch"])
    assert rows(city, f"select {column} from {TABLES[kind]}") == versions[:1]


@pytest.mark.parametrize("kind", FILES)
def test_undo_takes_what_came_and_a_second_undo_is_refused(city: Store, tmp_path: Path, kind: ImportKind):
    batch = load(city, kind, FILES[kind](tmp_path))["batch"]
    done = undo_batch(city, batch)
    assert (done["removed"], done["restored"]) == (2, 0)
    assert one(city, f"select count(*) from {TABLES[kind]}") == 0
    with pytest.raises(InputRefused, match="已经撤销过"):
        undo_batch(city, batch)


def test_points_know_their_grid(city: Store, tmp_path: Path):
    report = load(
        city,
        ImportKind.POINTS,
        points_file(
            tmp_path,
            point("in", 0, 0),
            point("out", 50, 50),
            point("none", 0, 0, lon="", lat=""),
        ),
    )
    assert {name: count for name, count in report["located"].items() if count} == {
        "inside": 1,
        "outside": 1,
        "no_location": 1,
    }
    placed = rows(
        city,
        "select p.code, a.code from service_point as p left join area as a on a.area_id = p.area_id order by 1",
    )
    assert placed == [("in", f"{COMMUNITIES[0]}001"), ("none", None), ("out", None)]


def test_stacked_points_are_found(city: Store, tmp_path: Path):
    report = load(
        city,
        ImportKind.POINTS,
        points_file(
            tmp_path,
            *(point(f"A{number}", 0, 0) for number in range(3)),
            *(point(f"B{number}", 1, 1) for number in range(2)),
            point("alone", 2, 2),
        ),
    )
    # three points on one place are two too many, two are one too many
    assert report["findings"] == [{"rule": "stacked_points", "rows": 3, "places": 2}]


def test_repeated_codes_are_rejected(city: Store, tmp_path: Path):
    path = points_file(tmp_path, point("P1", 0, 0), point("P1", 1, 1), point("P2", 2, 2))
    report = load(city, ImportKind.POINTS, path)
    assert (report["read"], report["accepted"], report["rejected"]) == (3, 2, 1)
    assert rows(city, "select row_number, rule, value from reject") == [(3, "duplicate_code", "P1")]


def test_too_many_rejects_write_nothing(city: Store, tmp_path: Path):
    path = points_file(tmp_path, point("P1", 0, 0), point("P1", 1, 1))
    before = dict(contents(city))
    with pytest.raises(InputRefused, match="2 行里有 1 行被拒"):
        load(city, ImportKind.POINTS, path, max_reject_share=0.4)
    assert dict(contents(city)) == before


def test_a_changed_point_is_a_new_version_with_the_same_id(city: Store, tmp_path: Path):
    load(city, ImportKind.POINTS, points_file(tmp_path, point("P1", 0, 0), point("P2", 3, 3)))
    report = load(city, ImportKind.POINTS, points_file(tmp_path, point("P1", 1, 0), point("P3", 2, 2)))
    # P2 is not in the second file and stays
    assert (report["inserted"], report["updated"], report["unchanged"]) == (1, 1, 0)
    history = rows(
        city,
        "select a.code, p.valid_to is null, count(distinct point_id) over ()"
        " from service_point as p join area as a on a.area_id = p.area_id"
        " where p.code = 'P1' order by p.valid_from, p.valid_to nulls last",
    )
    assert history == [(f"{COMMUNITIES[0]}001", False, 1), (f"{COMMUNITIES[0]}002", True, 1)]
    assert one(city, "select count(*) from service_point where valid_to is null") == 3
    undo_batch(city, report["batch"])
    kept = rows(city, "select code, lon from service_point where valid_to is null order by 1")
    assert kept == [("P1", middle(0, 0)[0]), ("P2", middle(3, 3)[0])]


def test_an_earlier_batch_waits_for_the_later(city: Store, tmp_path: Path):
    first = load(city, ImportKind.POINTS, points_file(tmp_path, point("P1", 0, 0)))["batch"]
    second = load(city, ImportKind.POINTS, points_file(tmp_path, point("P1", 1, 1)))["batch"]
    with pytest.raises(InputRefused, match=f"已被批次 {second} 改过"):
        undo_batch(city, first)


def test_a_compound_counts_where_its_inside_is(city: Store, tmp_path: Path):
    """An L around a corner: its centre of gravity is outside, a point inside decides."""
    corner = cell(0, 0, 2, 2) - cell(1, 1)
    load(city, ImportKind.COMPOUNDS, compounds_file(tmp_path, corner, shapely.Point(*middle(3, 3))))
    placed = rows(
        city,
        "select c.code, a.level, a.community_id is not null, c.households from compound as c"
        " join area as a on a.area_id = c.area_id order by 1",
    )
    assert placed == [("C0", "grid", True, 100), ("C1", "grid", True, 101)]


def test_features_move_with_the_boundaries(city: Store, tmp_path: Path):
    load(city, ImportKind.POINTS, points_file(tmp_path, point("P1", 1, 0)))
    load(city, ImportKind.COMPOUNDS, compounds_file(tmp_path, shapely.Point(*middle(1, 0))))
    grid = shapes(Level.GRID)[0]
    grid["geometry"] = cell(0, 0, 2, 1)
    import_areas(city, write_areas(tmp_path / "g.geojson", [grid]), Level.GRID)
    with city.writing(OPERATOR) as writer:
        relocate(writer)
    for table_name in ("service_point", "compound"):
        held = rows(
            city,
            f"select a.code, location_status from {table_name} as p"
            " join area as a on a.area_id = p.area_id and a.valid_to is null",
        )
        # two grids hold the place now: the lower code
        assert held == [(f"{COMMUNITIES[0]}001", "ambiguous")]


def test_lines_keep_their_shape(city: Store, tmp_path: Path):
    load(city, ImportKind.LINES, lines_file(tmp_path, ROAD))
    ((kind, name, rank, shape),) = rows(city, "select kind, name, rank, ST_AsWKB(geom) from line")
    assert (kind, name, rank) == ("road", "路0", 1)
    assert shapely.from_wkb(bytes(shape)).equals_exact(ROAD, 1e-9)
