"""What every reader of tables hands on: chunks with row numbers, and the protocol of an open file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

CHUNK_ROWS: Final = 50_000
"""Rows of a chunk: enough that what costs per chunk hardly shows, few enough that several fit in memory."""
REJECT_MARKS: Final = (
    "_reject_row",
    "_reject_rule",
    "_reject_column",
    "_reject_value",
    "_reject_remedy",
    "_reject_text",
)
"""Leading columns of an exported file of rejects; such a file is read by its own rules, not the mapping's."""

Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FileOptions:
    """How to read the file, as the mapping's [file] table says.

    `header_rows` rows are the header (joined), after `skip_rows` rows of preamble.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_rows: int = 1
    skip_rows: int = 0
    sheet: str | None = None
    block_bytes: int = 16 << 20
    """How much text is parsed at once; no record may be longer."""


@dataclass(frozen=True)
class Malformed:
    """A row whose number of columns is not the header's: where it stands and what it says."""

    row_number: int
    text: str
    columns: int


@dataclass
class Chunk:
    """A piece of a file: `table` in the file's own columns, `row_numbers` of its rows, rows set aside."""

    table: Any
    row_numbers: Int64Array
    malformed: list[Malformed] = field(default_factory=list)
    blank_rows: int = 0
    replaced: bool = False
    """Whether bytes of this stretch did not decode; U+FFFD then marks the cells."""
    iso_dates: bool = False
    """See `TableFile.iso_dates`."""
    swallowing: Int64Array = field(default_factory=lambda: np.array([], dtype=np.int64))
    """Rows with a cell that holds what looks like whole rows: a quotation mark may be missing."""


@dataclass
class Progress:
    """How far a file is read. Totals are None where the format does not tell them beforehand."""

    rows_read: int = 0
    rows_total: int | None = None
    bytes_read: int = 0
    bytes_total: int | None = None


class TableFile(Protocol):
    """A file opened for reading, any number of times over."""

    columns: list[str]
    progress: Progress
    crs: str | None
    """Coordinate system the file itself declares (vector formats), as an authority code or WKT."""
    iso_dates: bool
    """Date cells arrive as ISO text whatever the mapping's formats say (workbooks, rejects)."""
    note: str
    """How the file was understood, for the operator: encoding and why, delimiter, sheet."""

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Chunk]:
        """All rows from the start, optionally only some columns."""
        ...


def drop_blank_rows(chunk: Chunk) -> Chunk:
    """Take out rows in which no cell has text; their number goes to `blank_rows`."""
    blank = np.ones(len(chunk.row_numbers), dtype=bool)
    for column in chunk.table.columns:
        blank &= _is_blank(column)
        if not blank.any():
            return chunk
    keep = ~blank
    chunk.blank_rows += int(blank.sum())
    chunk.table = chunk.table.filter(pa.array(keep))
    chunk.row_numbers = chunk.row_numbers[keep]
    return chunk


def _is_blank(column: Any) -> npt.NDArray[np.bool_]:
    """Null, or text of length zero."""
    if pa.types.is_string(column.type):
        column = pc.fill_null(pc.equal(pc.binary_length(column), 0), fill_value=True)
    else:
        column = pc.is_null(column)
    return np.asarray(column.to_numpy(), dtype=bool)
