"""Cells that a spreadsheet would run, and how a file of rows to correct carries them without harm.

An export changes such a text for good, and says so. Rows that were kept out come back: there one apostrophe goes
before the text on the way out and off again on the way in, so that what nobody corrected is as it was.
"""

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

_START: Final = r"[\s\p{Z}\p{Cf}]*[=+\-@＝＋－＠]|[\t\r\n]"
_NUMBER: Final = r"^[+-]?\d{1,15}(\.\d{1,15})?$"

DANGEROUS_START: Final = f"^({_START})"
"""What makes a spreadsheet run a cell: formula signs and their full-width forms, also behind characters that
cannot be seen; and a tab or line end in front, which starts a cell of its own in a file that is torn apart."""

_WITH_APOSTROPHES: Final = f"^('*(?:{_START}))"
_GUARDED: Final = f"^'('*(?:{_START}))"


def guarded(texts: Sequence[str | None]) -> list[str | None]:
    """The texts with an apostrophe before each that would be run; coordinates and other numbers stay numbers.

    A text that begins with apostrophes and then so gets one more: `unguarded` takes away exactly one.
    """
    cells = pa.array(texts, pa.large_string())
    safe = pc.replace_substring_regex(cells, _WITH_APOSTROPHES, r"'\1")
    made: list[str | None] = pc.if_else(pc.match_substring_regex(cells, _NUMBER), cells, safe).to_pylist()
    return made


def unguarded(texts: Sequence[str]) -> list[str]:
    """The texts as they were before `guarded`."""
    made: list[str] = _without_one(pa.array(texts, pa.large_string())).to_pylist()
    return made


def unguarded_table(table: Any) -> Any:
    """An Arrow table of texts as they were before `guarded`."""
    return pa.Table.from_arrays([_without_one(column) for column in table.columns], table.column_names)


def _without_one(texts: Any) -> Any:
    return pc.replace_substring_regex(texts, _GUARDED, r"\1")
