"""A city small enough to know by heart, as files on disk, and how a test brings it into a store.

One district of 4 × 4 cells of 0.01°, its south-west corner at 120.00 E 30.00 N. Two streets (west, east) of
two communities each (south, north), each community four grids of one cell, numbered west to east, south to
north: the grid of the cell in the south-west corner is 330102001001001.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from data.ingest.areas import read_areas
from data.ingest.cases import iter_cases
from data.ingest.mapping import parse_mapping
from data.load.areas import load_areas
from data.load.batch import SourceFile
from data.load.cases import load_cases
from data.load.undo import undo
from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.vocabulary import ImportKind, Level, Role

WEST, SOUTH, CELL = 120.0, 30.0, 0.01
DISTRICT = "330102000000"
WEST_STREET, EAST_STREET = "330102001000", "330102002000"
COMMUNITIES = ("330102001001", "330102001002", "330102002001", "330102002002")
NAMES = {
    DISTRICT: "江北区",
    WEST_STREET: "望江街道",
    EAST_STREET: "柳岸街道",
    COMMUNITIES[0]: "南园社区",
    COMMUNITIES[1]: "北园社区",
    COMMUNITIES[2]: "东湖社区",
    COMMUNITIES[3]: "南园社区",  # the same name in the other street, on purpose
}

MAPPING = """
[case]
source = "hotline"
timezone = "Asia/Shanghai"
date_formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
area_level = "community"
personal = ["name", "tel"]

[case.columns]
source_case_id = "no"
reported_at = "reported"
closed_at = "closed"
due_at = "due"
updated_at = "updated"
state = "state"
channel = "channel"
category = "category"
title = "title"
department = "department"
lon = "lon"
lat = "lat"
area_code = "code"
area_name = "area"
reporter_name = "name"
phone = "tel"
"""
"""A whole mapping for `write_cases`; every key is a column of the file."""

COLUMNS = (
    "no",
    "reported",
    "closed",
    "due",
    "updated",
    "state",
    "channel",
    "category",
    "title",
    "department",
    "lon",
    "lat",
    "code",
    "area",
    "name",
    "tel",
)


def actor(*areas: str, departments: Iterable[str] = (), login: str = "secretary") -> Actor:
    """Somebody who answers for some areas and departments only."""
    return Actor(login, frozenset({Role.SECRETARY}), frozenset(areas), frozenset(departments))


def cell(column: int, row: int, width: int = 1, height: int = 1) -> shapely.Polygon:
    """The rectangle of some cells."""
    x, y = WEST + column * CELL, SOUTH + row * CELL
    return shapely.box(round(x, 6), round(y, 6), round(x + width * CELL, 6), round(y + height * CELL, 6))


def middle(column: int, row: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a cell."""
    return round(WEST + (column + 0.5) * CELL, 6), round(SOUTH + (row + 0.5) * CELL, 6)


def shapes(level: Level) -> list[dict[str, Any]]:
    """code, name, parent and geometry of all areas of a level."""
    if level is Level.DISTRICT:
        return [_area(DISTRICT, None, cell(0, 0, 4, 4))]
    if level is Level.STREET:
        return [
            _area(WEST_STREET, DISTRICT, cell(0, 0, 2, 4)),
            _area(EAST_STREET, DISTRICT, cell(2, 0, 2, 4)),
        ]
    corners = [(0, 0), (0, 2), (2, 0), (2, 2)]
    if level is Level.COMMUNITY:
        return [
            _area(code, f"{code[:9]}000", cell(*corner, 2, 2))
            for code, corner in zip(COMMUNITIES, corners, strict=True)
        ]
    return [
        _area(f"{code}{number:03d}", code, cell(corner[0] + number_x, corner[1] + number_y))
        for code, corner in zip(COMMUNITIES, corners, strict=True)
        for number, (number_x, number_y) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)], start=1)
    ]


def _area(code: str, parent: str | None, shape: shapely.Polygon) -> dict[str, Any]:
    return {"code": code, "name": NAMES.get(code, f"网格{code[-6:]}"), "parent": parent, "geometry": shape}


def write_areas(path: Path, areas: Iterable[Mapping[str, Any]]) -> Path:
    """A GeoJSON file of areas."""
    rows = list(areas)
    frame = gpd.GeoDataFrame(
        [{name: value for name, value in row.items() if name != "geometry"} for row in rows],
        geometry=[row["geometry"] for row in rows],
        crs="EPSG:4326",
    )
    frame.to_file(path, driver="GeoJSON")
    return path


def import_areas(
    store: Store,
    path: Path,
    level: Level,
    *,
    code: str | None = "code",
    parent: str | None = "parent",
) -> dict[str, Any]:
    """The file's areas through reading and loading; the report."""
    areas = read_areas(path, "name", code_field=code, parent_field=parent, level=level)
    with store.writing(OPERATOR) as writer:
        return load_areas(writer, areas, SourceFile.of(ImportKind.AREAS, path))


def import_city(
    store: Store,
    folder: Path,
    levels: Iterable[Level] = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID),
) -> None:
    """All areas of the city, level by level."""
    for level in levels:
        import_areas(store, write_areas(folder / f"{level}.geojson", shapes(level)), level)


def make_small_city(folder: Path) -> Path:
    """A database with the city's areas and nothing else."""
    path = folder / "small-city.duckdb"
    with Store.opened(path) as store:
        import_city(store, folder)
    return path


def case(number: object, **values: object) -> dict[str, object]:
    """A row of a case file: an open case of 1 March 2026 unless told otherwise."""
    return {"no": number, "reported": "2026-03-01 08:00:00", "state": "reported", **values}


def at(column: int, row: int) -> dict[str, object]:
    """lon and lat of the middle of a cell, for `case`."""
    lon, lat = middle(column, row)
    return {"lon": lon, "lat": lat}


def write_cases(path: Path, rows: Iterable[Mapping[str, object]], columns: Iterable[str] = COLUMNS) -> Path:
    """A CSV of cases in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(columns), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def without(mapping: str, *columns: str) -> str:
    """A mapping that does not map some columns of the file."""
    kept = [
        line
        for line in mapping.splitlines()
        if not any(line.strip().endswith(f'= "{column}"') for column in columns)
    ]
    return "\n".join(kept)


def import_cases(store: Store, path: Path, mapping: str = MAPPING, **options: Any) -> dict[str, Any]:
    """The file's cases through reading and loading; the report."""
    with store.writing(OPERATOR) as writer:
        file = iter_cases(path, parse_mapping(mapping), writer.now)
        return load_cases(writer, file, SourceFile.of(ImportKind.CASES, path), **options)


def undo_batch(store: Store, batch: int, *, only_preview: bool = False) -> dict[str, Any]:
    """Takes an import back."""
    with store.writing(OPERATOR) as writer:
        return undo(writer, batch, only_preview=only_preview)


def rows(store: Store, sql: str, params: dict[str, object] | None = None) -> list[tuple[Any, ...]]:
    """Rows of any table, as nobody in particular: tests look at what is stored, not at what is shown."""
    with store.writing(OPERATOR) as writer:
        return writer.run(sql, params).fetchall()


def one(store: Store, sql: str) -> Any:
    """The one value of a statement."""
    ((value,),) = rows(store, sql)
    return value


def contents(store: Store) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Every table with all its rows, sorted: what "nothing was written" is measured by."""
    for (name,) in rows(store, "select table_name from duckdb_tables() where not temporary order by 1"):
        yield name, sorted(rows(store, f'select * from "{name}"'), key=repr)
