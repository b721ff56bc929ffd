"""Workbooks (XLSX, XLS, ODS) as chunks of text: dates as ISO text, whole numbers without a decimal point.

Row numbers are the sheet's. Several header rows become one, merged cells filled across what they span. A file of
rejects that a spreadsheet has saved as a workbook is read as the file itself would be.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from data.formulas import unguarded, unguarded_table
from data.ingest import archive
from data.ingest.chunks import (
    CHUNK_ROWS,
    REJECT_MARKS,
    Chunk,
    FileOptions,
    Progress,
    drop_blank_rows,
)
from data.ingest.dialect import joined_header, unique_names
from data.ingest.encoding import Opener
from domain.errors import InputRefused
from domain.i18n import _

_EXACT_INTEGERS: Final = 2**53


class WorkbookTable:
    """One sheet of a workbook; see `data.ingest.chunks.TableFile`."""

    crs: str | None = None
    iso_dates = True

    def __init__(self, path: Path, options: FileOptions, opener: Opener | None = None) -> None:
        self._sheet = _open_sheet(path, options.sheet, opener)
        self._skipped_columns = self._sheet.start[1] if self._sheet.start else 0
        self._data_row = options.skip_rows + options.header_rows
        self.columns = self._header(options)
        self._rejects = self.columns[0] == REJECT_MARKS[0]
        self.progress = Progress(rows_total=max(0, self._sheet.total_height - self._data_row))
        self.sheet = self._sheet.name
        self.note = f"sheet {self.sheet!r}"

    def _header(self, options: FileOptions) -> list[str]:
        rows = [
            [cell_text(cell) for cell in row]
            for row in islice(self._sheet.iter_rows(), options.skip_rows, self._data_row)
        ]
        if len(rows) < options.header_rows or not any(cell for row in rows for cell in row):
            raise InputRefused(
                _("工作表“{sheet}”没有表头：应在第 {row} 行。").format(
                    sheet=self._sheet.name, row=options.skip_rows + 1
                ),
                remedy=_("表头不在第一行时请设 file.skip_rows；多行表头请设 file.header_rows。"),
            )
        for top, left, bottom, right in self._merged():
            value = (
                rows[top - options.skip_rows][left]
                if top >= options.skip_rows and top < self._data_row
                else ""
            )
            for row in range(max(top, options.skip_rows), min(bottom + 1, self._data_row)):
                rows[row - options.skip_rows][left : right + 1] = [value] * (right + 1 - left)
        names = joined_header(rows)
        return unique_names(unguarded(names) if names[0] == REJECT_MARKS[0] else names)

    def _merged(self) -> Iterator[tuple[int, int, int, int]]:
        """Merged ranges that touch the header: (top, left, bottom, right), columns as the rows have them."""
        shift, width = self._skipped_columns, self._sheet.width
        for (top, left), (bottom, right) in self._sheet.merged_cell_ranges or []:
            if top < self._data_row and left >= shift:
                yield top, left - shift, bottom, min(right - shift, width - 1)

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Chunk]:
        """Chunks of `CHUNK_ROWS` rows; every column is text."""
        wanted = list(columns) if columns is not None else self.columns
        positions = [self.columns.index(name) for name in wanted]
        rows = islice(self._sheet.iter_rows(), self._data_row, None)
        number = self._data_row + 1
        self.progress.rows_read = 0
        while block := list(islice(rows, CHUNK_ROWS)):
            cells = list(zip(*block, strict=True))
            table = pa.table(
                {name: _text_column(cells[at]) for name, at in zip(wanted, positions, strict=True)}
            )
            if self._rejects:
                table = unguarded_table(table)
            numbers = np.arange(number, number + len(block), dtype=np.int64)
            number += len(block)
            self.progress.rows_read += len(block)
            yield drop_blank_rows(Chunk(table, numbers, iso_dates=True))


def _open_sheet(path: Path, name: str | None, opener: Opener | None) -> CalamineSheet:
    try:
        if opener is None:
            if path.suffix.lower() != ".xls":
                archive.check_workbook(path)
            book = CalamineWorkbook.from_path(path)
        else:
            with opener() as stream:
                book = CalamineWorkbook.from_filelike(stream)
    except PasswordError:
        raise InputRefused(
            _("工作簿“{name}”有密码。").format(name=path.name), remedy=_("请去掉密码后另存。")
        ) from None
    except CalamineError as error:
        raise InputRefused(
            _("工作簿“{name}”打不开：{reason}").format(name=path.name, reason=str(error)[:200]),
            remedy=_("请用表格软件另存为 XLSX 或 UTF-8 的 CSV。"),
        ) from None
    sheets = book.sheet_names
    if name is not None and name not in sheets:
        raise InputRefused(
            _("工作簿里没有工作表“{name}”，有的是：{sheets}。").format(name=name, sheets="、".join(sheets)),
            remedy=_("改正映射里的 file.sheet。"),
        )
    return book.get_sheet_by_name(name if name is not None else sheets[0])


def _text_column(cells: tuple[Any, ...]) -> Any:
    if all(type(cell) is str for cell in cells):
        return pa.array(cells, pa.string())
    return pa.array([cell if type(cell) is str else cell_text(cell) for cell in cells], pa.string())


def cell_text(cell: object) -> str:
    """A cell as text: 2026-03-05 14:20:00 for a date and time, 12 for 12.0, empty for an empty cell."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT_INTEGERS else repr(cell)
    if isinstance(cell, dt.datetime):
        # A spreadsheet keeps time as a fraction of a day: 14:19:59.999999 was typed as 14:20.
        rounded = (cell + dt.timedelta(microseconds=500)).replace(microsecond=0)
        return rounded.isoformat(sep=" ")
    return "" if cell is None else str(cell)
