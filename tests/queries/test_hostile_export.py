"""Exports of a city in which every text is hostile, opened with other programs: each text is there, and only a text.

Expected is what the database has, changed as docs/adr/0009-exports.md says and in no other way.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape  # type: ignore[import-untyped]

from data.export import ExportFormat
from data.imports import write_rejects
from data.store import Store
from domain.actor import OPERATOR
from domain.filters import CaseFilter, Side
from domain.progress import no_progress
from queries.areas import area_by_code
from queries.case_export import Request, export_cases
from tests.support.hostile import (
    CASES,
    FORMULA,
    HOSTILE,
    HOSTILE_MAPPING,
    MARKS,
    MEGABYTE,
    REJECTED_CASES,
    SHORT_CODES,
    STATE_HEADER,
    TAG,
    profile,
    write_hostile_city,
)
from tests.support.profiles import own_profiles
from tests.support.small_city import WEST_STREET, import_cases, one, rows

csv.field_size_limit(2_000_000)

CELL = 32_767
SIDE = Side("hostile", "closing_rate", "numerator")
Texts = list[dict[str, str | None]]
"""The texts of a file, one row a case."""


@dataclass(frozen=True)
class Files:
    """What was exported: all cases, and a side of a hostile indicator in all hostile categories of an area."""

    store: Store
    folder: Path
    categories: tuple[str, ...]

    def path(self, name: str, file_format: ExportFormat) -> Path:
        return self.folder / f"{name}.{file_format}"

    def about(self, name: str, file_format: ExportFormat) -> dict[str, Any]:
        path = self.path(name, file_format)
        told: dict[str, Any] = json.loads(path.with_name(f"{path.name}.about.json").read_text("utf-8"))
        return told


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    folder = tmp_path_factory.mktemp("hostile")
    with (
        own_profiles(folder / "profiles", hostile=profile()),
        Store.opened(folder / "city.duckdb") as store,
    ):
        write_hostile_city(store, folder)
        found = rows(store, "select distinct category from cases order by 1")
        files = Files(store, folder / "out", tuple(category for (category,) in found))
        with store.session(OPERATOR) as session:
            area = area_by_code(session, WEST_STREET)
        narrow = CaseFilter(area=WEST_STREET, categories=files.categories, side=SIDE)
        for file_format in ExportFormat:
            for name, chosen, inside in (("all", CaseFilter(), None), ("side", narrow, area)):
                request = Request(chosen, inside, file_format)
                export_cases(store, OPERATOR, request, files.path(name, file_format), no_progress)
        yield files


def stored(files: Files) -> Texts:
    """The texts of all cases as Parquet has them, which keeps them exactly."""
    table = pq.read_table(files.path("all", ExportFormat.PARQUET))
    names = [field.name for field in table.schema if pa.types.is_string(field.type)]
    found: Texts = table.select(names).to_pylist()
    return found


def printable(text: str) -> str:
    """A text as XML and GDAL can carry it."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" else sign
        for sign in text
    )


def runs(text: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula."""
    visible = next((sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf"), "")
    return text[:1] in {"\t", "\r", "\n"} or unicodedata.normalize("NFKC", visible) in {*"=+-@"}


def changed(lines: Texts, change: Callable[[str], str]) -> Texts:
    return [{name: None if text is None else change(text) for name, text in line.items()} for line in lines]


def texts_of_frame(frame: pd.DataFrame, names: list[str]) -> Texts:
    return [
        {name: None if pd.isna(value) else value for name, value in zip(names, line, strict=True)}
        for line in frame[names].itertuples(index=False)
    ]


def test_the_files_hold_what_the_import_was_given(files: Files) -> None:
    lines = stored(files)
    assert len(lines) == CASES
    titles = {line["title"] for line in lines}
    assert {text.strip() for text in (*HOSTILE, MEGABYTE)} == {str(title).strip() for title in titles}
    assert f"{TAG} street0" in {line["street"] for line in lines}
    grids = {line["grid"] for line in lines}
    assert {f"{TAG} grid0", f"{HOSTILE[1]} grid1"} <= grids
    assert {FORMULA, MARKS} <= {line["channel"] for line in lines} & {line["category"] for line in lines}


def test_csv_has_every_text_and_no_formula(files: Files) -> None:
    with files.path("all", ExportFormat.CSV).open(encoding="utf-8-sig", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert [cell for line in read for cell in line.values() if runs(cell) and not is_number(cell)] == []
    expected = changed(stored(files), lambda text: f"'{made}" if runs(made := printable(text)) else made)
    names = list(expected[0])
    assert [{name: line[name] for name in names} for line in read] == [
        {name: text or "" for name, text in line.items()} for line in expected
    ]
    told = files.about("all", ExportFormat.CSV)
    whole = changed(stored(files), printable)
    assert told["neutralised_cells"] == sum(runs(text) for line in whole for text in line.values() if text)
    assert told["neutralised_cells"] >= CASES // 2


def is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def test_a_workbook_has_every_text_as_a_text(files: Files) -> None:
    book = openpyxl.load_workbook(files.path("all", ExportFormat.XLSX))
    header, *lines = book["案件"].iter_rows()
    columns = [cell.value for cell in header]
    expected = changed(stored(files), lambda text: printable(text)[:CELL])
    for cells, line in zip(lines, expected, strict=True):
        read = dict(zip(columns, cells, strict=True))
        assert {read[name].data_type for name, text in line.items() if text} == {"s"}
        assert {name: _told(read[name].value) for name in line} == line
    assert files.about("all", ExportFormat.XLSX)["cut_cells"] == 2  # a title and a description of a megabyte


def _told(value: str | None) -> str | None:
    """openpyxl leaves the escapes of a workbook as they are."""
    return None if value is None else unescape(value)


@pytest.mark.parametrize("file_format", [ExportFormat.GEOJSON, ExportFormat.GPKG])
def test_a_map_file_has_every_text(files: Files, file_format: ExportFormat) -> None:
    frame = gpd.read_file(files.path("all", file_format))
    expected = changed(stored(files), printable)
    assert texts_of_frame(frame, list(expected[0])) == expected


@pytest.mark.parametrize("file_format", ExportFormat)
def test_what_a_file_says_of_itself_is_text_too(files: Files, file_format: ExportFormat) -> None:
    told = files.about("side", file_format)
    assert told["city"] == TAG
    assert told["rows"] > 0
    assert told["filter"]["category"] == sorted(files.categories)
    assert told["filter_words"][0] == f"区划：{TAG} street0（{WEST_STREET}）"
    assert [text for text in files.categories if text not in told["filter_words"][1]] == []
    assert told["indicator"][0] == f"{MARKS}（{TAG}）"
    assert told["indicator"][1].startswith(f"分子：{HOSTILE[2]}")
    assert told["indicator"][2] == f"分母：{HOSTILE[3]}"
    assert told["indicator"][-2:] == [HOSTILE[1], SHORT_CODES]


def test_the_note_of_a_workbook_and_of_parquet_say_the_same(files: Files) -> None:
    told = files.about("side", ExportFormat.XLSX)
    note = openpyxl.load_workbook(files.path("side", ExportFormat.XLSX))["说明"]
    assert {cell.data_type for line in note.iter_rows() for cell in line} == {"s"}
    read = {line[0].value: unescape(line[1].value) for line in note.iter_rows()}
    assert read["城市"] == TAG
    assert read["筛选条件"] == printable("\n".join(told["filter_words"]))
    assert read["指标口径"] == "\n".join(told["indicator"])
    assert json.loads(read["筛选条件（地址参数）"])["category"] == told["filter"]["category"]

    metadata = pq.read_metadata(files.path("side", ExportFormat.PARQUET)).metadata
    assert json.loads(metadata[b"about"]) == files.about("side", ExportFormat.PARQUET)


def test_rejects_are_texts_and_come_back_as_they_were(files: Files) -> None:
    batch = int(one(files.store, "select batch_id from import_batch where kind = 'cases'"))
    target = files.folder / "rejects.csv"
    assert write_rejects(files.store, OPERATOR, batch, target) == REJECTED_CASES
    with target.open(encoding="utf-8-sig", newline="") as stream:
        header, *lines = csv.reader(stream)
    assert [cell for line in (header, *lines) for cell in line if runs(cell) and not is_number(cell)] == []
    assert STATE_HEADER in header
    column = {name: [line[at] for line in lines] for at, name in enumerate(header)}
    assert column[STATE_HEADER] == [MARKS, TAG, "handling"]
    assert column["no"] == [f"x1{MARKS}", f"x2{TAG}", f"'{FORMULA}"]

    kept_out = "select row_number, rule, field, value, raw, raw_private from reject where batch_id = $batch order by 1"
    for path in (target, saved_as_workbook(target)):
        report = import_cases(files.store, path, HOSTILE_MAPPING)
        assert (report["read"], report["rejected"]) == (REJECTED_CASES, REJECTED_CASES)
        first, second = (
            rows(files.store, kept_out, {"batch": number}) for number in (batch, report["batch"])
        )
        assert [rest for _number, *rest in second] == [rest for _number, *rest in first]


def saved_as_workbook(path: Path) -> Path:
    """A CSV as a spreadsheet saves it whose reader takes all columns for text."""
    book = openpyxl.Workbook()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for line in csv.reader(stream):
            book.active.append(line)
    assert {cell.data_type for line in book.active.iter_rows() for cell in line} <= {"s", "n"}
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")
