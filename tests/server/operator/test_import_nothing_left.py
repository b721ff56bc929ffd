"""Imports in which no row is left, or before there are areas, into a new database: told, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.operator import data_here

SCORES = "indicator,compound_code,period,value"
POSTS = "post,area_code,area_level,headcount"
TABLES = {
    "points": ("name,kind,lon,lat", "甲,飞船,116.5,39.75"),
    "compounds": ("name,lon,lat,households", "甲,116.5,39.75,许多"),
    "duty": (POSTS, "网格长,330102001001001,grid,0"),
    "assessments": (SCORES, "inspection,C1,2026Q1,80"),
}


def features(folder: Path, *shapes: dict[str, object] | None) -> Path:
    path = folder / "shapes.geojson"
    named = [{"type": "Feature", "properties": {"name": "甲"}, "geometry": shape} for shape in shapes]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": named}), encoding="utf-8")
    return path


def counted(db: Path, *words: object) -> tuple[int, int, int, int]:
    report = data_here(db, "import", *words, "--json").json
    refused = data_here(db, "rejects", report["batch"], "--json").json
    return report["read"], report["accepted"], report["rejected"], refused["rows"]


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("bad", [0, 2])
def test_no_row_of_a_table_is_left(tmp_path: Path, kind: str, bad: int):
    header, row = TABLES[kind]
    path = tmp_path / "table.csv"
    path.write_text("\n".join([header, *[row] * bad, ""]), encoding="utf-8")
    assert counted(tmp_path / "new.duckdb", kind, path) == (bad, 0, bad, bad)


@pytest.mark.parametrize(
    "kind", [("lines", "--kind", "road", "--name", "name"), ("areas", "--level", "grid", "--name", "name")]
)
@pytest.mark.parametrize("bad", [1, 2])
def test_no_feature_is_left(tmp_path: Path, kind: tuple[str, ...], bad: int):
    point: dict[str, object] = {"type": "Point", "coordinates": [116.5, 39.75]}
    path = features(tmp_path, *[point] * bad)
    assert counted(tmp_path / "new.duckdb", kind[0], path, *kind[1:]) == (bad, 0, bad, bad)


def test_compounds_without_a_shape(tmp_path: Path):
    assert counted(tmp_path / "new.duckdb", "compounds", features(tmp_path, None)) == (1, 0, 1, 1)


@pytest.mark.parametrize("kind", ["points", "compounds"])
@pytest.mark.parametrize("good", [1, 2, 3])
def test_places_before_there_are_areas(tmp_path: Path, kind: str, good: int):
    path = tmp_path / "table.csv"
    lines = [f"甲{number},canteen,116.5,{39 + number}" for number in range(good)]
    path.write_text("\n".join(["name,kind,lon,lat", *lines, ""]), encoding="utf-8")
    if kind == "compounds":
        path.write_text(
            path.read_text(encoding="utf-8").replace("canteen", "9").replace("kind", "households"),
            encoding="utf-8",
        )
    assert counted(tmp_path / "new.duckdb", kind, path) == (good, good, 0, 0)
