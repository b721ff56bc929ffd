"""Workbooks read again by two other programs: every value in its own cell, every text as it was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from data.xlsx import CELL_UNITS, Workbook, cut_to_cell, letters

PRINTABLE = st.characters(
    exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\ufffe", "\uffff"]
)
TEXT = st.text(PRINTABLE | st.sampled_from("\t\n\r<>&\"'_x0041_"), max_size=40)


def written(path: Path, *batches: pa.RecordBatch) -> Path:
    cut: list[int] = []
    with Workbook(path, cut.append) as book:
        book.begin_sheet("案件", batches[0].schema.names)
        for batch in batches:
            book.write(batch)
    assert sum(cut) == 0
    return path


def cells(path: Path) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(path)["案件"]
    return [tuple(line) for line in sheet.iter_rows(min_row=2, values_only=True)]


@given(st.lists(st.tuples(TEXT, st.none() | TEXT), min_size=1, max_size=20))
def test_every_text_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str | None]]):
    batch = pa.RecordBatch.from_pydict(
        {"a": [row[0] for row in rows], "b": [row[1] for row in rows]},
        schema=pa.schema([("a", pa.string()), ("b", pa.string())]),
    )
    path = written(tmp_path_factory.mktemp("xlsx") / "t.xlsx", batch)
    read = CalamineWorkbook.from_path(path).get_sheet_by_name("案件").to_python(skip_empty_area=False)
    assert [tuple(line) for line in read[1:]] == [(a, b or "") for a, b in rows]


def test_values_keep_their_kind_and_missing_ones_their_place(tmp_path: Path):
    schema = pa.schema(
        [
            ("text", pa.large_string()),
            ("whole", pa.int64()),
            ("real", pa.float64()),
            ("yes", pa.bool_()),
            ("when", pa.timestamp("us")),
        ]
    )
    rows = [
        ("x", -5, 0.1, True, datetime(2026, 3, 1, 8, 30, 15)),
        (None, None, None, None, None),
        ("00123", 2**53, float("inf"), False, datetime(1900, 3, 1)),
        ("", 0, float("nan"), None, datetime(1900, 2, 28, 1)),  # before what spreadsheets count right
        ("1e5", 7, -1e-9, True, datetime(9999, 12, 31, 23, 59, 59)),
    ]
    names = schema.names
    batch = pa.RecordBatch.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=schema)
    assert cells(written(tmp_path / "t.xlsx", batch)) == [
        ("x", -5, 0.1, True, datetime(2026, 3, 1, 8, 30, 15)),
        (None, None, None, None, None),
        ("00123", 2**53, None, False, datetime(1900, 3, 1)),
        ("", 0, None, None, "1900-02-28 01:00:00"),
        ("1e5", 7, -1e-9, True, "9999-12-31 23:59:59"),
    ]


def test_batches_go_on_below_each_other_in_forty_columns(tmp_path: Path):
    batch = pa.RecordBatch.from_pydict({f"c{n}": [n, n + 100] for n in range(40)})
    empty = batch.slice(0, 0)
    assert (
        cells(written(tmp_path / "t.xlsx", batch, empty, batch))
        == [
            tuple(range(40)),
            tuple(range(100, 140)),
        ]
        * 2
    )


@pytest.mark.parametrize(
    ("at", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_spreadsheets_do(at: int, name: str):
    assert letters(at) == name


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(lambda text: text * 6_000))
def test_a_cut_text_is_the_longest_beginning_that_fits(text: str):
    kept = cut_to_cell(text)
    units = len(kept.encode("utf-16-le")) // 2
    assert text.startswith(kept)
    assert units <= CELL_UNITS
    assert kept == text or units >= CELL_UNITS - 1


def test_sheet_names_are_markup_too(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    with Workbook(path, print) as book:
        book.begin_sheet('a&b "<c>"')
        book.write(pa.RecordBatch.from_pydict({"a": ["x"]}))
    assert openpyxl.load_workbook(path).sheetnames == ['a&b "<c>"']


def test_a_sheet_must_have_begun(tmp_path: Path):
    with pytest.raises(ValueError, match="begin_sheet"), Workbook(tmp_path / "t.xlsx", print) as book:
        book.write(pa.RecordBatch.from_pydict({"a": ["x"]}))
