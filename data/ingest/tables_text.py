"""Delimited text as a stream of Arrow string chunks, in bounded memory.

Arrow parses; rows whose number of columns is not the header's come out through its row handler with
their number and text. The parser runs on one thread because only then does it know the row numbers.
"""

import codecs
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from data.formulas import unguarded, unguarded_table
from data.ingest.chunks import (
    CHUNK_ROWS,
    REJECT_MARKS,
    Chunk,
    FileOptions,
    Int64Array,
    Malformed,
    Progress,
    drop_blank_rows,
)
from data.ingest.dialect import DELIMITERS, joined_header, sniff_delimiter, split_records, unique_names
from data.ingest.encoding import DetectedEncoding, Opener, Utf8Stream, declared_encoding, detect_encoding
from data.ingest.text_arrays import may_hold_line_ends
from domain.errors import InputRefused
from domain.i18n import _

_HEAD_BYTES: Final = 1 << 20
_BLOCK_BYTES: Final = 1 << 20
"""How much is parsed at once: Arrow reads 32 blocks ahead, and small ones stay in the processor's cache."""
_MIN_ROW_WIDTH: Final = 4
"""With fewer columns a line of plain text has as many commas by chance."""
_MAX_HEAD_BYTES: Final = 64 << 20


class TextTable:
    """A delimited text file; see `data.ingest.chunks.TableFile`."""

    crs: str | None = None

    def __init__(self, opener: Opener, size_bytes: int, options: FileOptions) -> None:
        self._opener = opener
        self._options = options
        encoding = self._encoding()
        self._codec = encoding.codec
        self._replaced = False
        self._block_bytes = min(_BLOCK_BYTES, options.block_bytes)
        self.progress = Progress(bytes_total=size_bytes)
        self._read_header()
        self.encoding = encoding.codec
        self.delimiter = self._delimiter
        self.note = f"{encoding.codec} ({encoding.reason}), delimiter {self._delimiter!r}"

    def _encoding(self) -> DetectedEncoding:
        """As the mapping declares, unless the file is an export of rejects, which is always UTF-8."""
        with self._opener() as stream:
            own = stream.read(64).removeprefix(codecs.BOM_UTF8).startswith(REJECT_MARKS[0].encode())
        if self._options.encoding is None or own:
            return detect_encoding(self._opener)
        return declared_encoding(self._options.encoding, self._opener)

    def _read_header(self) -> None:
        """Column names, delimiter, and where the first row of data begins."""
        head, whole = self._head(_HEAD_BYTES)
        self.iso_dates = head.startswith(REJECT_MARKS[0])
        own = FileOptions(delimiter=",") if self.iso_dates else self._options
        self._delimiter = own.delimiter or sniff_delimiter(head)
        if self._delimiter not in DELIMITERS and len(self._delimiter) != 1:
            raise InputRefused(
                _("分隔符 file.delimiter 写的是“{seen}”，应当是一个字符。").format(seen=self._delimiter),
                remedy=_('例如 delimiter = ","，或去掉这一行以自动识别。'),
            )
        wanted = own.skip_rows + own.header_rows
        rows, end = self._records(head, wanted, whole=whole)
        header = rows[own.skip_rows :]
        if len(header) < own.header_rows or not any(cell.strip() for row in header for cell in row):
            raise InputRefused(
                _("文件没有表头：应在第 {row} 行。").format(row=own.skip_rows + 1),
                remedy=_("第一行应当是列名；表头不在第一行时请设 file.skip_rows。"),
            )
        width = max(len(row) for row in header)
        padded = [row + [""] * (width - len(row)) for row in header]
        names = joined_header(padded)
        self.columns = unique_names(unguarded(names) if self.iso_dates else names)
        self._first_row = wanted + 1
        self._data_start = end

    def _head(self, size: int) -> tuple[str, bool]:
        with self._stream() as stream:
            data = b""
            while len(data) < size:
                block = stream.read(size - len(data))
                if not block:
                    return data.decode("utf-8", "replace"), True
                data += block
        return data.decode("utf-8", "ignore"), False

    def _records(self, head: str, wanted: int, *, whole: bool) -> tuple[list[list[str]], int]:
        """The first `wanted` records and the byte offset (in UTF-8) after them."""
        size = _HEAD_BYTES
        while True:
            rows: list[list[str]] = []
            end = 0
            for fields, after in split_records(head, self._delimiter):
                if len(rows) == wanted:
                    break
                rows.append(fields)
                end = after
            if whole or end < len(head):
                return rows, len(head[:end].encode("utf-8"))
            size *= 4
            if size > _MAX_HEAD_BYTES:
                raise _unclosed_quote(1)
            head, whole = self._head(size)

    def _stream(self, skip_bytes: int = 0) -> Utf8Stream:
        return Utf8Stream(self._opener(), self._codec, skip_bytes)

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Chunk]:
        """Chunks of about `CHUNK_ROWS` rows; every column is text.

        Raises:
            InputRefused: A quotation mark is opened and never closed.
        """
        bad: list[Malformed] = []
        numbers = _RowNumbers(self._first_row, bad)
        self.progress.rows_read = 0
        for table in _gathered(self._batches(bad, columns, numbers)):
            chunk = numbers.chunk(unguarded_table(table) if self.iso_dates else table)
            # The parser reads ahead: damage may be counted before the chunk that shows it.
            chunk.replaced = self._replaced
            chunk.iso_dates = self.iso_dates
            chunk.swallowing = _swallowing(chunk, self._delimiter, len(self.columns))
            self.progress.rows_read += len(chunk.row_numbers) + len(chunk.malformed)
            yield drop_blank_rows(chunk)
        if bad:
            yield numbers.rest(
                pa.table({name: pa.array([], pa.string()) for name in columns or self.columns})
            )

    def _batches(
        self, bad: list[Malformed], columns: Sequence[str] | None, numbers: "_RowNumbers"
    ) -> Iterator[Any]:
        """All rows in small blocks; where a record is longer than a block, the rest in large ones."""
        rows = aside = 0

        def set_aside(row: Any) -> str:
            nonlocal aside
            if row.number > aside:
                aside = row.number
                bad.append(Malformed(self._first_row + row.number - 1, row.text, row.actual_columns))
            return "skip"

        while True:
            try:
                for batch in self._parsed(set_aside, columns, skip_rows=rows):
                    rows += batch.num_rows
                    yield batch
            except pa.ArrowInvalid as error:
                if "Empty CSV file" in str(error):
                    return
                if self._block_bytes == self._options.block_bytes:
                    raise _unclosed_quote(numbers.next_row) from error
                self._block_bytes = self._options.block_bytes
            else:
                return

    def _parsed(
        self, set_aside: Callable[[Any], str], columns: Sequence[str] | None, skip_rows: int
    ) -> Iterator[Any]:
        """What Arrow makes of the text, without the first `skip_rows` good rows."""
        with self._stream(self._data_start) as stream:
            reader = pa_csv.open_csv(
                stream,
                read_options=pa_csv.ReadOptions(
                    use_threads=False, block_size=self._block_bytes, column_names=self.columns
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self._delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=set_aside,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.columns, pa.string()),
                    strings_can_be_null=False,
                    check_utf8=False,  # the stream writes nothing but UTF-8
                    include_columns=list(columns) if columns is not None else None,
                ),
            )
            for batch in reader:
                self._replaced = stream.replaced > 0
                self.progress.bytes_read = stream.bytes_read
                if batch.num_rows > skip_rows:
                    yield batch.slice(skip_rows)
                skip_rows = max(0, skip_rows - batch.num_rows)


class _RowNumbers:
    """Numbers the rows that came through, knowing which ones were set aside in between."""

    def __init__(self, first_row: int, bad: list[Malformed]) -> None:
        self.next_row = first_row
        self._bad = bad

    def chunk(self, table: Any) -> Chunk:
        """A chunk of the rows parsed next, with the malformed rows that stand before its last."""
        aside = np.array([row.row_number for row in self._bad], dtype=np.int64)
        numbers: Int64Array = np.arange(
            self.next_row, self.next_row + table.num_rows + len(aside), dtype=np.int64
        )
        numbers = numbers[~np.isin(numbers, aside)][: table.num_rows]
        if len(numbers):
            self.next_row = int(numbers[-1]) + 1
        passed = int(np.searchsorted(aside, self.next_row))
        malformed, self._bad[:] = self._bad[:passed], self._bad[passed:]
        return _with_malformed(Chunk(table, numbers), malformed)

    def rest(self, empty: Any) -> Chunk:
        """The malformed rows after the last good one."""
        return _with_malformed(Chunk(empty, np.array([], dtype=np.int64)), self._bad)


def _with_malformed(chunk: Chunk, malformed: list[Malformed]) -> Chunk:
    chunk.malformed = [row for row in malformed if row.text.strip()]
    chunk.blank_rows += len(malformed) - len(chunk.malformed)
    return chunk


def _gathered(batches: Iterator[Any]) -> Iterator[Any]:
    """Batches put together to chunks of at least `CHUNK_ROWS` rows: later steps cost per chunk."""
    held: list[Any] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= CHUNK_ROWS:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if rows:
        yield pa.Table.from_batches(held)


def _swallowing(chunk: Chunk, delimiter: str, width: int) -> Int64Array:
    """Rows with a line inside a cell that would itself be a row: an opening quote was never closed."""
    found = np.zeros(len(chunk.row_numbers), dtype=bool)
    if width < _MIN_ROW_WIDTH:
        return chunk.row_numbers[found]
    for column in chunk.table.columns:
        if not any(may_hold_line_ends(piece) for piece in column.chunks):
            continue
        lines = pc.match_substring(column, "\n")
        for at in np.flatnonzero(np.asarray(lines.to_numpy(), dtype=bool)):
            inside = column[int(at)].as_py().split("\n")[1:]
            found[at] |= any(line.count(delimiter) == width - 1 for line in inside)
    return chunk.row_numbers[found]


def _unclosed_quote(row_number: int) -> InputRefused:
    return InputRefused(
        _("第 {row} 行之后有一个引号开了却没有合上，后面的行无法分开。").format(row=row_number),
        remedy=_("用文本编辑器找到那个引号，补上或删掉后重新导入；分隔符不对也会如此。"),
    )
