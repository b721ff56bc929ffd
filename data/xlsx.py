"""Writes record batches as an XLSX workbook, a column at a time.

Writing cell by cell takes three minutes of Python for 1.2 million cases, and everybody else's screens wait
their turn meanwhile. Here the cells of a batch are put together by Arrow's compute functions, outside the
interpreter's lock (docs/adr/0009-exports.md has the figures).

A text is always an inline string: never a formula, a link, a number or XML of its own. Naive timestamps
become dates, unless they lie outside what a spreadsheet counts (March 1900 to 9999): those are texts.
"""

import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import pyarrow as pa
import pyarrow.compute as pc

SHEET_ROWS = 1_048_576
"""Rows of one sheet, its header included."""

CELL_UNITS = 32_767
"""UTF-16 code units that a cell can hold: a character beyond the basic plane takes two."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_DATE_STYLE, _HEADER_STYLE = 1, 2

_FROZEN_HEADER = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    'state="frozen"/></sheetView></sheetViews>'
)

_FIRST_DATE = pa.scalar(datetime(1900, 3, 1), pa.timestamp("us"))
"""Spreadsheets believe in a 29 February 1900: before this day their serial numbers are off by one."""

_AFTER_DATES = pa.scalar(datetime(9999, 12, 31), pa.timestamp("us"))
_EPOCH_SERIAL = 25_569.0
_DAY_MICROSECONDS = 86_400_000_000.0

Cut = Callable[[int], None]
"""Told how many cells of a batch lost their end."""


class Workbook:
    """An XLSX file that is written from top to bottom: begin a sheet, write its batches, begin the next.

    Leaving the `with` block by an error leaves a file that is no workbook: whoever opened it removes it.
    """

    def __init__(self, path: Path, on_cut: Cut) -> None:
        # the fastest level: two thirds of the usual one's time, and files a quarter larger
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._on_cut = on_cut
        self._sheets: list[str] = []
        self._stream: IO[bytes] | None = None
        self._line = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        elif self._stream is not None:
            self._stream.close()
        self._zip.close()

    def begin_sheet(self, name: str, header: Sequence[str] = ()) -> None:
        """Start the next sheet; a header stays in view. `name` has at most 31 characters, and no brackets or signs."""
        self._end_sheet()
        self._sheets.append(name)
        self._stream = self._zip.open(f"xl/worksheets/sheet{len(self._sheets)}.xml", "w", force_zip64=True)
        self._line = 0
        views = _FROZEN_HEADER if header else ""
        self._put(f'{_HEAD}<worksheet xmlns="{_MAIN}">{views}<sheetData>')
        if header:
            names = pa.RecordBatch.from_pydict({str(at): [name] for at, name in enumerate(header)})
            self._write(names, _HEADER_STYLE)

    def write(self, batch: pa.RecordBatch) -> None:
        """Write the rows of a batch below what the sheet has: SHEET_ROWS at most."""
        self._write(batch, 0)

    def _write(self, batch: pa.RecordBatch, text_style: int) -> None:
        if not batch.num_rows:
            return
        lines = pc.cast(pa.array(range(self._line + 1, self._line + batch.num_rows + 1)), pa.string())
        self._line += batch.num_rows
        cells = [
            self._cells(column, letters(at), lines, text_style) for at, column in enumerate(batch.columns)
        ]
        rows = pc.binary_join_element_wise('<row r="', lines, '">', *cells, "</row>", "")
        whole = pc.binary_join(pa.ListArray.from_arrays([0, len(rows)], rows), "")[0]
        self._put(memoryview(whole.as_buffer()))

    def _cells(self, column: pa.Array, letter: str, lines: pa.Array, text_style: int) -> pa.Array:
        """One column as XML cells; a missing value is no cell."""
        kind = column.type
        start = f'<c r="{letter}'
        if pa.types.is_boolean(kind):
            parts = [
                start,
                lines,
                '" t="b"><v>',
                pc.cast(pc.cast(column, pa.int8()), pa.string()),
                "</v></c>",
            ]
        elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
            parts = [start, lines, '"><v>', pc.cast(_finite(column), pa.string()), "</v></c>"]
        elif pa.types.is_timestamp(kind):
            return self._moments(column, letter, lines)
        else:
            text = pc.cast(column, pa.string())
            style = f'" s="{text_style}' if text_style else ""
            opening = f'{style}" t="inlineStr"><is><t xml:space="preserve">'
            parts = [start, lines, opening, _escaped(self._fitting(text)), "</t></is></c>"]
        return pc.fill_null(pc.binary_join_element_wise(*parts, ""), "")

    def _moments(self, column: pa.Array, letter: str, lines: pa.Array) -> pa.Array:
        moments = pc.cast(column, pa.timestamp("us"))
        is_date = pc.and_(pc.greater_equal(moments, _FIRST_DATE), pc.less(moments, _AFTER_DATES))
        microseconds = pc.cast(pc.cast(moments, pa.int64()), pa.float64(), safe=False)
        days = pc.divide(microseconds, _DAY_MICROSECONDS)
        serial = pc.cast(pc.add(days, _EPOCH_SERIAL), pa.string())
        opening = f'" s="{_DATE_STYLE}"><v>'
        dates = pc.binary_join_element_wise(f'<c r="{letter}', lines, opening, serial, "</v></c>", "")
        whole_seconds = pc.cast(moments, pa.timestamp("s"), safe=False)
        texts = self._cells(pc.strftime(whole_seconds, "%Y-%m-%d %H:%M:%S"), letter, lines, 0)
        return pc.fill_null(pc.if_else(is_date, dates, texts), "")

    def _fitting(self, texts: pa.Array) -> pa.Array:
        """The texts, those that no cell can hold cut; only long ones are looked at one by one."""
        if not pc.any(pc.greater(pc.utf8_length(texts), CELL_UNITS // 2)).as_py():
            return texts
        whole = texts.to_pylist()
        fitting = [None if text is None else cut_to_cell(text) for text in whole]
        self._on_cut(sum(text != fits for text, fits in zip(whole, fitting, strict=True)))
        return pa.array(fitting, pa.string())

    def _put(self, xml: str | memoryview) -> None:
        if self._stream is None:
            raise ValueError("write() needs a sheet: call begin_sheet() first")
        self._stream.write(xml.encode() if isinstance(xml, str) else xml)

    def _end_sheet(self) -> None:
        if self._stream is not None:
            self._put("</sheetData></worksheet>")
            self._stream.close()
            self._stream = None

    def _finish(self) -> None:
        self._end_sheet()
        numbers = range(1, len(self._sheets) + 1)
        sheets = "".join(
            f'<sheet name="{_attribute(name)}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in zip(numbers, self._sheets, strict=True)
        )
        workbook = f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'
        parts = [(f"worksheets/sheet{number}.xml", "worksheet") for number in numbers]
        self._zip.writestr("xl/workbook.xml", _HEAD + workbook)
        self._zip.writestr("xl/styles.xml", _STYLES)
        self._zip.writestr("xl/_rels/workbook.xml.rels", _relations([*parts, ("styles.xml", "styles")]))
        self._zip.writestr("_rels/.rels", _relations([("xl/workbook.xml", "officeDocument")]))
        self._zip.writestr("[Content_Types].xml", _content_types(numbers))


def letters(at: int) -> str:
    """The letters of the column at a place counted from 0: A to Z, AA, AB and so on."""
    name, left = "", at + 1
    while left:
        left, digit = divmod(left - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def cut_to_cell(text: str) -> str:
    """As much of a text as a cell holds; a character of two code units is never cut in half."""
    if 2 * len(text) <= CELL_UNITS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL_UNITS:
        return text
    return units[: 2 * CELL_UNITS].decode("utf-16-le", errors="ignore")


def _escaped(texts: pa.Array) -> pa.Array:
    """Texts as XML: markup as entities, carriage returns kept.

    What looks like a spreadsheet's own escape (_x0041_) is kept from being read as one.
    """
    if not pc.any(pc.match_substring_regex(texts, "[&<>\r]|_x[0-9A-Fa-f]{4}_")).as_py():
        return texts
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        texts = pc.replace_substring(texts, plain, entity)
    return pc.replace_substring_regex(texts, "(_x[0-9A-Fa-f]{4}_)", r"_x005F\1")


def _finite(numbers: pa.Array) -> pa.Array:
    if not pa.types.is_floating(numbers.type):
        return numbers
    return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, numbers.type))


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _relations(parts: Iterable[tuple[str, str]]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(parts, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def _content_types(numbers: Iterable[int]) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for number in numbers
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{sheets}</Types>'
    )
