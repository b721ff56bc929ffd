"""Exports, read again with a second program: every row, every character, nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import openpyxl  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from data.export import ExportFormat, Tally, Written, export_rows, write_xlsx
from data.features import write_features
from data.store import Store
from domain.actor import OPERATOR
from domain.errors import Cancelled, InputRefused, OneGridError
from domain.filters import CaseFilter
from queries import case_list
from queries.areas import area_by_code
from tests.support.small_city import (
    COMMUNITIES,
    MAPPING,
    actor,
    at,
    case,
    import_cases,
    rows,
    write_cases,
)

TEXTS = [
    "=1+1",
    "+8613800000000",
    "-5",
    "@sum",
    "\tTab vorn",
    "＝全角等号",
    "－全角减号",
    "＋全角加号",
    "＠全角",
    "𠮷野家",  # outside the basic plane: four bytes of UTF-8
    "\u202eright to left\u202c",
    'Anführung "und", Komma',
    "zwei\nZeilen",
    "ganz normal = harmlos",
    "http://example.invalid/link",
    "00123",
    " =leading space",
    "\xa0-no-break space",
    "\u202e=right to left before the sign",
    "\ufeff@byte order mark",
    "\u200b＋zero width",
    "<r><t>rich?</t></r>",
    "</t></is></c></row><script>alert(1)</script>",
    "]]> &amp; ${x} `y` <!-- z",
    "_x0041_ is no A",
    "carriage\rreturn",
]
DANGEROUS = {*range(9), *range(16, 21)}
MEGABYTE = "长" * 350_000

SCHEMA = pa.schema(
    [
        ("title", pa.string()),
        ("reported_at", pa.timestamp("us")),
        ("count", pa.int32()),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("flag", pa.bool_()),
    ]
)


def stream(*batches: list[dict]) -> pa.RecordBatchReader:
    made = [pa.RecordBatch.from_pylist(batch, schema=SCHEMA) for batch in batches]
    return pa.RecordBatchReader.from_batches(SCHEMA, made)


def row(title: str | None, **values: object) -> dict:
    return {"title": title, "reported_at": datetime(2026, 3, 1, 8, 30), "count": 1} | values


def texts() -> pa.RecordBatchReader:
    lines = [row(title, lon=120.0 + number / 100, lat=30.0) for number, title in enumerate(TEXTS)]
    return stream(lines[:7], lines[7:])


def write(folder: Path, file_format: ExportFormat, batches: pa.RecordBatchReader) -> Path:
    target = folder / f"out.{file_format.value}"
    export_rows(batches, target, file_format, {"city": "云州", "times": "local"})
    return target


def about(path: Path) -> dict:
    return json.loads(path.with_name(f"{path.name}.about.json").read_text(encoding="utf-8"))


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def read_sheets(path: Path) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: [tuple(line) for line in sheet.iter_rows(values_only=True)] for sheet in book}


# --- texts -------------------------------------------------------------------------------------------------


def test_csv_holds_every_text_and_runs_none(tmp_path: Path):
    path = write(tmp_path, ExportFormat.CSV, texts())
    expected = [f"'{text}" if number in DANGEROUS else text for number, text in enumerate(TEXTS)]
    assert [line["title"] for line in read_csv(path)] == expected
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_csv(path)[0]["reported_at"].startswith("2026-03-01 08:30:00")


def test_xlsx_holds_every_text_as_text(tmp_path: Path):
    path = write(tmp_path, ExportFormat.XLSX, texts())
    sheets = read_sheets(path)
    assert list(sheets) == ["案件", "说明"]
    header, *lines = sheets["案件"]
    assert header == tuple(SCHEMA.names)
    shown = [text.replace("_x0041_", "_x005F_x0041_") for text in TEXTS]  # openpyxl leaves Excel's escapes
    assert [line[0] for line in lines] == shown
    calamine = CalamineWorkbook.from_path(path).get_sheet_by_name("案件").to_python()
    assert [line[0] for line in calamine[1:]] == TEXTS
    assert lines[0][1:5] == (datetime(2026, 3, 1, 8, 30), 1, 120.0, 30.0)
    book = openpyxl.load_workbook(path)
    assert {cell.data_type for cell in book["案件"]["A"]} == {"s"}
    assert not any(cell.hyperlink for cell in book["案件"]["A"])
    assert ("城市", "云州") in sheets["说明"]


@pytest.mark.parametrize("file_format", [ExportFormat.GEOJSON, ExportFormat.GPKG])
def test_spatial_files_hold_every_text_and_point(tmp_path: Path, file_format: ExportFormat):
    frame = gpd.read_file(write(tmp_path, file_format, texts()))
    assert frame["title"].tolist() == TEXTS
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.x.round(6).tolist() == [round(120 + n / 100, 6) for n in range(len(TEXTS))]
    assert frame["reported_at"].tolist() == [datetime(2026, 3, 1, 8, 30)] * len(TEXTS)


def test_parquet_is_exact(tmp_path: Path):
    path = write(tmp_path, ExportFormat.PARQUET, stream([row("a\x00b"), row(None, count=None)]))
    table = pq.read_table(path)
    assert table.column("title").to_pylist() == ["a\x00b", None]
    assert table.column("count").to_pylist() == [1, None]
    assert json.loads(pq.read_metadata(path).metadata[b"about"])["city"] == "云州"


@pytest.mark.parametrize(
    "file_format", [ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.GEOJSON, ExportFormat.GPKG]
)
def test_control_characters_become_a_mark(tmp_path: Path, file_format: ExportFormat):
    """NUL would end a text in GDAL and cannot stand in XML at all; a mark in its place can be seen."""
    path = write(tmp_path, file_format, stream([row("a\x00b\x07c\x1bd\ufffee", lon=1.0, lat=1.0)]))
    expected = "a\ufffdb\ufffdc\ufffdd\ufffde"
    if file_format is ExportFormat.CSV:
        assert read_csv(path)[0]["title"] == expected
    elif file_format is ExportFormat.XLSX:
        assert read_sheets(path)["案件"][1][0] == expected
    else:
        assert gpd.read_file(path)["title"].tolist() == [expected]


def test_missing_values_stay_missing(tmp_path: Path):
    lines = [row(None, count=None, lon=None, lat=None, flag=None), row("x", lon=120.0, lat=30.0, flag=True)]
    assert read_csv(write(tmp_path, ExportFormat.CSV, stream(lines)))[0]["title"] == ""
    assert read_sheets(write(tmp_path, ExportFormat.XLSX, stream(lines)))["案件"][1][2:] == (None,) * 4
    for file_format in (ExportFormat.GEOJSON, ExportFormat.GPKG):
        frame = gpd.read_file(write(tmp_path, file_format, stream(lines)))
        assert frame.geometry.isna().tolist() == [True, False]


def test_dates_before_spreadsheets_are_text(tmp_path: Path):
    path = write(tmp_path, ExportFormat.XLSX, stream([row("x", reported_at=datetime(1899, 1, 2, 3, 4, 5))]))
    assert read_sheets(path)["案件"][1][1] == "1899-01-02 03:04:05"


@pytest.mark.parametrize("file_format", ExportFormat)
def test_an_empty_result_is_a_file_with_a_header(tmp_path: Path, file_format: ExportFormat):
    path = write(tmp_path, file_format, stream([]))
    changed = {"neutralised_cells": 0, "replaced_cells": 0, "cut_cells": 0}
    assert about(path) == {"city": "云州", "times": "local", "rows": 0, **changed}
    if file_format is ExportFormat.CSV:
        assert path.read_text(encoding="utf-8-sig").strip().split(",")[0].strip('"') == "title"
    elif file_format is ExportFormat.XLSX:
        assert read_sheets(path)["案件"] == [tuple(SCHEMA.names)]
    elif file_format is ExportFormat.PARQUET:
        assert pq.read_table(path).num_rows == 0
    else:
        assert len(gpd.read_file(path)) == 0


def test_rows_beyond_one_sheet_go_on_the_next(tmp_path: Path):
    path = tmp_path / "many.xlsx"
    write_xlsx(
        stream([row(str(n)) for n in range(4)], [row("4"), row("5"), row("6")]),
        path,
        {},
        Tally(),
        sheet_rows=3,
    )
    sheets = list(read_sheets(path).values())[:-1]
    assert [[line[0] for line in sheet] for sheet in sheets] == [
        ["title", "0", "1", "2"],
        ["title", "3", "4", "5"],
        ["title", "6"],
    ]


def test_a_cell_of_a_megabyte_is_cut_where_no_cell_can_hold_it_and_nowhere_else(tmp_path: Path):
    long = [MEGABYTE, "𠮷" * 20_000, "x" * 32_767, None]
    lines = [row(text, lon=1.0, lat=1.0) for text in long]
    sheets = read_sheets(write(tmp_path, ExportFormat.XLSX, stream(lines)))
    # 32,767 UTF-16 units: a character beyond the basic plane takes two, and is never halved
    assert [line[0] for line in sheets["案件"][1:]] == [
        "长" * 32_767,
        "𠮷" * 16_383,
        "x" * 32_767,
        None,
    ]
    assert ("截短的单元格", "2") in sheets["说明"]
    assert about(tmp_path / "out.xlsx")["cut_cells"] == 2
    for file_format in (ExportFormat.CSV, ExportFormat.GEOJSON, ExportFormat.GPKG, ExportFormat.PARQUET):
        path = write(tmp_path, file_format, stream(lines))
        assert about(path)["cut_cells"] == 0
        if file_format is ExportFormat.PARQUET:
            assert pq.read_table(path).column("title").to_pylist() == long
        elif file_format is not ExportFormat.CSV:
            assert gpd.read_file(path)["title"].tolist()[:3] == long[:3]


def test_changed_cells_are_counted(tmp_path: Path):
    lines = [row("=1"), row("a\x00"), row("\x07=2"), row("plain")]
    assert about(write(tmp_path, ExportFormat.CSV, stream(lines))) == {
        "city": "云州",
        "times": "local",
        "rows": 4,
        "neutralised_cells": 1,  # a control character becomes a mark, and the sign is no longer the first
        "replaced_cells": 2,
        "cut_cells": 0,
    }


def test_the_note_tells_facts_and_columns_in_words(tmp_path: Path):
    told = {"filter_words": ["类别：噪声", "状态：已结案"], "own": {"a": 1}, "columns": {"title": "=1+1"}}
    export_rows(stream([row("x")]), tmp_path / "out.xlsx", ExportFormat.XLSX, told)
    note = read_sheets(tmp_path / "out.xlsx")["说明"]
    assert note[:3] == [("筛选条件", "类别：噪声\n状态：已结案"), ("own", '{"a": 1}'), ("行数", "1")]
    assert note[-2:] == [("列", "含义"), ("title", "=1+1")]


# --- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expected", [None, len(TEXTS)])
@pytest.mark.parametrize("file_format", ExportFormat)
def test_a_cancelled_export_leaves_no_file(tmp_path: Path, file_format: ExportFormat, expected: int | None):
    def stop(stage: str, done: int, total: int | None) -> None:
        if done > 7:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        export_rows(texts(), tmp_path / f"out.{file_format}", file_format, {}, stop, expected)
    assert [path.name for path in tmp_path.iterdir()] == []


@pytest.mark.parametrize("expected", [None, 5_000])  # in a process of its own, and at once
def test_a_spatial_file_that_cannot_be_written_says_why_and_leaves_nothing(
    tmp_path: Path, expected: int | None
):
    many = [row(f"{n}", lon=120.0, lat=30.0) for n in range(5_000)]
    with pytest.raises(OneGridError, match="NoSuchDriver"):
        write_features(stream(many), tmp_path / "out.gpkg", "NoSuchDriver", expected=expected)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file_format", [ExportFormat.GEOJSON, ExportFormat.GPKG])
def test_a_small_spatial_file_is_written_as_a_large_one_is(tmp_path: Path, file_format: ExportFormat):
    places = [row(f"{n}", lon=120.0 + n / 1_000, lat=30.0) if n % 3 else row(f"{n}") for n in range(1_000)]
    files = [tmp_path / f"{expected}.{file_format}" for expected in (None, 1_000)]
    for path, expected in zip(files, (None, 1_000), strict=True):
        export_rows(stream(places), path, file_format, {}, expected=expected)
    large, small = (gpd.read_file(path) for path in files)
    assert large.drop(columns="geometry").equals(small.drop(columns="geometry"))
    assert large.geometry.to_wkt().tolist() == small.geometry.to_wkt().tolist()
    assert small.geometry.isna().sum() == 334


def test_a_file_with_other_rows_than_were_counted_is_not_kept(tmp_path: Path):
    with pytest.raises(OneGridError, match=r"写了 26 行，应有 25 行"):
        export_rows(texts(), tmp_path / "out.csv", ExportFormat.CSV, {}, expected=25)
    assert list(tmp_path.iterdir()) == []


def test_the_progress_tells_of_how_many_and_the_digest_is_that_of_the_file(tmp_path: Path):
    told: list[tuple[str, int, int | None]] = []
    path = tmp_path / "out.parquet"
    written = export_rows(
        texts(), path, ExportFormat.PARQUET, {}, lambda *step: told.append(step), len(TEXTS)
    )
    assert told == [("exporting", 0, 26), ("exporting", 7, 26), ("exporting", 26, 26)]
    assert written == Written(26, hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path):
    target = tmp_path / "out.csv"
    target.write_text("mine")
    with pytest.raises(InputRefused, match="已存在"):
        export_rows(texts(), target, ExportFormat.CSV, {})
    assert target.read_text() == "mine"


@pytest.mark.parametrize("file_format", ExportFormat)
def test_nothing_but_the_file_and_its_description_is_left(tmp_path: Path, file_format: ExportFormat):
    path = write(tmp_path, file_format, texts())
    assert sorted(child.name for child in tmp_path.iterdir()) == [path.name, f"{path.name}.about.json"]


# --- the cases of a store ----------------------------------------------------------------------------------


@pytest.fixture
def cases(city: Store, tmp_path: Path) -> Store:
    # a district that names itself twice must not double a row; 1 March 08:00 local is 00:00 UTC
    import_cases(
        city,
        write_cases(
            tmp_path / "source.csv",
            [
                case("late", reported="2026-03-01 23:30:00", closed="2026-03-02 01:00:00", **at(0, 0)),
                case("early", reported="2026-03-01 00:10:00", category="城管", **at(3, 3)),
                case("by-code", reported="2026-03-02 12:00:00", code=COMMUNITIES[1], tel="13812345678"),
                case("nowhere", reported="2026-02-28 12:00:00", title="=cmd|' /C calc'!A0"),
            ],
        ),
        MAPPING,
    )
    return city


def exported(store: Store, folder: Path, chosen: CaseFilter, file_format: ExportFormat, who=OPERATOR) -> Path:
    target = folder / f"cases.{file_format}"
    with store.session(who) as session:
        area = area_by_code(session, chosen.area) if chosen.area else None
        export_rows(case_list.stream(session, chosen, area).batches, target, file_format, {})
    return target


def test_cases_come_in_order_with_local_times_and_areas(cases: Store, tmp_path: Path):
    lines = read_csv(exported(cases, tmp_path, CaseFilter(), ExportFormat.CSV))
    assert [line["source_case_id"] for line in lines] == ["nowhere", "early", "late", "by-code"]
    late = lines[2]
    assert late["reported_at"].startswith("2026-03-01 23:30:00")
    assert late["closed_at"].startswith("2026-03-02 01:00:00")
    assert (late["grid_code"], late["community"], late["street"]) == (
        f"{COMMUNITIES[0]}001",
        "南园社区",
        "望江街道",
    )
    assert lines[0]["title"] == "'=cmd|' /C calc'!A0"
    assert lines[3]["community_code"] == COMMUNITIES[1]
    assert lines[3]["grid_code"] == ""


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        # a period is local days, both included: 23:30 of 1 March is still 1 March
        ({"from": ["2026-03-01"], "to": ["2026-03-01"]}, {"early", "late"}),
        ({"area": [COMMUNITIES[1]]}, {"by-code"}),
        ({"category": ["城管"]}, {"early"}),
        ({"text": ["LATE"]}, {"late"}),
        ({"state": ["closed"]}, set()),
    ],
)
def test_an_export_holds_exactly_what_the_filter_keeps(cases: Store, tmp_path: Path, chosen, expected):
    path = exported(cases, tmp_path, CaseFilter.from_query(chosen), ExportFormat.PARQUET)
    assert set(pq.read_table(path).column("source_case_id").to_pylist()) == expected


def test_all_formats_hold_the_same_rows(cases: Store, tmp_path: Path):
    ids = ["nowhere", "early", "late", "by-code"]
    lines = read_csv(exported(cases, tmp_path, CaseFilter(), ExportFormat.CSV))
    assert [line["source_case_id"] for line in lines] == ids
    sheet = read_sheets(exported(cases, tmp_path, CaseFilter(), ExportFormat.XLSX))["案件"]
    column = sheet[0].index("source_case_id")
    assert [line[column] for line in sheet[1:]] == ids
    assert sheet[1][sheet[0].index("title")] == "=cmd|' /C calc'!A0"
    assert sheet[3][sheet[0].index("reported_at")] == datetime(2026, 3, 1, 23, 30)
    for file_format in (ExportFormat.GEOJSON, ExportFormat.GPKG):
        frame = gpd.read_file(exported(cases, tmp_path, CaseFilter(), file_format))
        assert frame["source_case_id"].tolist() == ids
        assert frame.geometry.notna().tolist() == [False, True, True, False]


def test_an_export_is_scoped_like_every_read_and_holds_no_person(cases: Store, tmp_path: Path):
    path = exported(cases, tmp_path, CaseFilter(), ExportFormat.PARQUET, actor(COMMUNITIES[0]))
    assert pq.read_table(path).column("source_case_id").to_pylist() == ["late"]
    whole = exported(cases, tmp_path / "all", CaseFilter(), ExportFormat.CSV)
    assert "13812345678" not in whole.read_text(encoding="utf-8")
    assert rows(cases, "select phone from case_person") == [("13812345678",)]


# --- degrees -----------------------------------------------------------------------------------------------


def test_degrees_have_seven_decimals_for_spreadsheets_and_all_of_them_elsewhere(tmp_path: Path):
    lon, lat = 116.39742871234567, -31.00000006
    lines, facts = [row("a", lon=lon, lat=lat), row("b")], {"city": "云州", "coordinates": "WGS-84"}
    paths = {file_format: tmp_path / f"out.{file_format.value}" for file_format in ExportFormat}
    for file_format, path in paths.items():
        export_rows(stream(lines), path, file_format, facts)
    first, second = read_csv(paths[ExportFormat.CSV])
    assert (first["lon"], first["lat"]) == ("116.3974287", "-31.0000001")
    assert (second["lon"], second["lat"]) == ("", "")
    assert read_sheets(paths[ExportFormat.XLSX])["案件"][1][3:5] == (116.3974287, -31.0000001)
    assert pq.read_table(paths[ExportFormat.PARQUET])["lon"].to_pylist() == [lon, None]
    point = gpd.read_file(paths[ExportFormat.GPKG]).geometry[0]
    assert (point.x, point.y) == (lon, lat)
    told = {file_format: about(path)["coordinates"] for file_format, path in paths.items()}
    assert told == dict.fromkeys(ExportFormat, "WGS-84") | dict.fromkeys(
        (ExportFormat.CSV, ExportFormat.XLSX), "WGS-84，小数 7 位"
    )
