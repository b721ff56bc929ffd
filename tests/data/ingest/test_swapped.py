"""Longitude and latitude in each other's columns: said of the proposal and of the first rows already."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.ingest.mapping import parse_mapping
from data.ingest.places import read_compounds, read_points
from data.ingest.preview import reading_of
from data.ingest.propose import propose
from domain.clock import Clock
from domain.vocabulary import ImportKind

CLOCK = Clock(ZoneInfo("Asia/Shanghai"))
HEADER = "工单编号,上报时间,状态,经度,纬度\n"
DECLARED = """
[case]
source = "a"
timezone = "Asia/Shanghai"
duplicate_policy = "reject"
[case.columns]
source_case_id = "工单编号"
reported_at = "上报时间"
state = "状态"
lon = "经度"
lat = "纬度"
[case.values.state.map]
"办结" = "closed"
"""


def written(tmp_path: Path, points: list[tuple[float, float]]) -> Path:
    path = tmp_path / "a.csv"
    lines = [f"G{n},2026-03-05 14:20,办结,{lon},{lat}\n" for n, (lon, lat) in enumerate(points)]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("points", "lon", "doubted"),
    [
        ([(39.9, 116.4), (39.8, 116.5)], "纬度", True),
        ([(116.4, 39.9), (116.5, 39.8)], "经度", False),
        ([(39.9, 116.4), (116.5, 39.8), (116.6, 39.8)], "经度", False),  # one row is no rule
    ],
)
def test_the_proposal_follows_the_numbers(tmp_path: Path, points, lon: str, doubted: bool):
    toml = propose(written(tmp_path, points))
    section = parse_mapping(toml).case
    assert section is not None
    columns = section.targets
    assert columns["lon"].columns == (lon,)
    assert {columns["lon"].columns[0], columns["lat"].columns[0]} == {"经度", "纬度"}
    told = [line for line in toml.splitlines() if line.startswith(("lon =", "lat ="))]
    assert [("不确定" in line and "对调" in line) for line in told] == [doubted, doubted]


@pytest.mark.parametrize(
    ("points", "bounds", "rows"),
    [
        ([(39.9, 116.4), (39.8, 116.5)], None, [2]),
        ([(42.35, -71.05)], (-71.2, 42.2, -70.9, 42.5), [1]),  # possible, but off the areas
        ([(116.4, 39.9)], None, []),
    ],
)
def test_the_first_rows_say_it(tmp_path: Path, points, bounds, rows: list[int]):
    reading = reading_of(written(tmp_path, points), ImportKind.CASES, parse_mapping(DECLARED), CLOCK, bounds)
    assert [finding.rows for finding in reading.findings] == rows
    for finding in reading.findings:
        assert finding.rule == "swapped_axes"
        assert finding.detail["mend"] == 'columns.lon = "纬度"\ncolumns.lat = "经度"'


@pytest.mark.parametrize("kind", ["point", "compound"])
@pytest.mark.parametrize(
    ("points", "bounds", "rows"),
    [
        ([(39.9, 116.4), (39.8, 116.5), (0, 0)], None, [2]),
        ([(42.35, -71.05)], (-71.2, 42.2, -70.9, 42.5), [1]),
        ([(116.4, 39.9), (116.5, 39.8), (39.8, 116.5)], None, []),
    ],
)
def test_files_of_places_say_it_too(tmp_path: Path, kind: str, points, bounds, rows: list[int]):
    path = tmp_path / "places.csv"
    lines = [f"甲{number},{lon},{lat}" for number, (lon, lat) in enumerate(points)]
    path.write_text("\n".join(["名称,经度,纬度", *lines, ""]), encoding="utf-8")
    own = '[point]\nkind = "canteen"\n' if kind == "point" else "[compound]\n"
    declared = f'{own}[{kind}.columns]\nname = "名称"\nlon = "经度"\nlat = "纬度"\n'
    read = read_points if kind == "point" else read_compounds
    file = read(path, parse_mapping(declared), bounds)
    told = [finding for finding in file.findings if finding.rule == "swapped_axes"]
    assert [finding.rows for finding in told] == rows
    of_first_rows = reading_of(path, ImportKind(f"{kind}s"), parse_mapping(declared), CLOCK, bounds).findings
    assert list(of_first_rows) == told
    for finding in told:
        mended = parse_mapping(
            declared.replace('lon = "经度"\nlat = "纬度"', finding.detail["mend"].replace("columns.", ""))
        )
        again = read(path, mended, bounds)
        assert "swapped_axes" not in {finding.rule for finding in again.findings}
