"""Cells of a file as values, a whole column at a time: text, numbers, and vocabularies.

Every function takes and gives Arrow string arrays (null = no value) or numpy arrays, and says which rows it
could not read; none of them guesses.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.ingest.mapping_columns import CLOSED_VOCABULARIES, KNOWN_WORDS, Joined, ValueMap
from data.ingest.text_arrays import BoolArray, in_one_piece, lengths, may_hold_blanks, only_valid, valid

FloatArray = npt.NDArray[np.float64]

_PLAIN_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_NEEDED: Final = ("state", "area_level")
"""Closed vocabularies in which a word that nobody explained must not be dropped in silence."""

_DEGREES: Final = str.maketrans("", "", "°º度 \u00a0")


def text_column(table: Any, source: Joined, empty: Sequence[str]) -> Any:
    """One canonical text column: trimmed, empties null, several columns joined.

    Args:
        table: The chunk in the file's columns.
        source: Which of them, and what stands between several.
        empty: Texts that mean "no value".
    """
    joined, *parts = [_cleaned(as_text(table.column(name)), empty) for name in source.columns]
    for part in parts:
        both = pc.binary_join_element_wise(joined, part, source.separator, null_handling="emit_null")
        joined = pc.coalesce(both, joined, part)
    return joined


def as_text(column: Any) -> Any:
    """Any column as plain text in one piece; whole floats lose their `.0`."""
    column = in_one_piece(column)
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_floating(column.type):
        values = column.drop_null().to_numpy(zero_copy_only=False)
        if len(values) and np.all(np.mod(values, 1) == 0) and np.all(np.abs(values) < 2**53):
            column = column.cast(pa.int64())
    if pa.types.is_binary(column.type) or pa.types.is_nested(column.type):
        return pa.array([None if cell is None else str(cell) for cell in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _cleaned(text: Any, empty: Sequence[str]) -> Any:
    if may_hold_blanks(text):
        text = pc.utf8_trim_whitespace(text)
    size = lengths(text)
    longest = max((len(word.encode()) for word in empty), default=-1)
    short = np.flatnonzero(size <= longest)
    if not len(short):
        return text
    keep = np.ones(len(text), dtype=bool)
    if not size[short].any():
        keep[short] = "" not in empty
    else:
        words = pc.is_in(text.take(pa.array(short)), value_set=pa.array(empty, pa.string()))
        keep[short] = ~np.asarray(words.to_numpy(zero_copy_only=False), dtype=bool)
    return only_valid(text, keep)


def missing(text: Any) -> BoolArray:
    """Which cells have no value."""
    return ~valid(text)


def numbers(text: Any) -> tuple[FloatArray, BoolArray]:
    """Numbers of a text column (NaN for none), and which cells are no number.

    Understood besides plain numbers: full-width digits, thousands separators (`1,234,567.8`), a degree sign.
    """
    try:
        values = np.array(pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    except pa.ArrowInvalid:
        return _odd_numbers(text)
    return values, ~np.isfinite(values) & ~missing(text)


def _odd_numbers(text: Any) -> tuple[FloatArray, BoolArray]:
    """The same for a column in which not every cell is a plain number."""
    plain = pc.fill_null(pc.match_substring_regex(text, _PLAIN_NUMBER), fill_value=False)
    simple = pc.if_else(plain, text, pa.scalar(None, pa.string()))
    values = np.array(pc.cast(simple, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    odd = ~np.asarray(plain.to_numpy(zero_copy_only=False), dtype=bool) & ~missing(text)
    bad = odd.copy()
    for at in np.flatnonzero(odd):
        value = _number(text[int(at)].as_py())
        if value is not None:
            values[at], bad[at] = value, False
    return values, bad | (~np.isfinite(values) & ~missing(text))


def _number(text: str) -> float | None:
    plain = unicodedata.normalize("NFKC", text).translate(_DEGREES)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    return float(plain) if re.fullmatch(_PLAIN_NUMBER, plain, re.ASCII) else None


def whole_numbers(text: Any) -> tuple[FloatArray, BoolArray]:
    """Counts: as `numbers`, and what is negative or has a fraction cannot be read either."""
    values, bad = numbers(text)
    with np.errstate(invalid="ignore"):
        bad |= (values < 0) | (np.mod(values, 1) != 0) & ~np.isnan(values) | (values > 2**31 - 1)
    return values, bad


@dataclass(frozen=True)
class Translated:
    """A column in our vocabulary; `bad` rows are to be rejected, `unmapped_rows` kept their word or lost it.

    `rule`: the finding that says which of the two.
    """

    text: Any
    bad: BoolArray
    unmapped_rows: BoolArray
    rule: str = "unmapped_value"


def comparison_key(value: str) -> str:
    """How values are compared: blanks, case and full or half width do not matter."""
    return " ".join(unicodedata.normalize("NFKC", value).split()).casefold()


def translate(text: Any, column: str, values: ValueMap | None) -> Translated:
    """Apply a value map to a column; distinct values are looked up once.

    A closed vocabulary without a map must already use our terms, or the words that `KNOWN_WORDS` has for them.
    What is unmapped is rejected for `state` and `area_level`, emptied for the other closed vocabularies and kept
    for open columns, unless the mapping says otherwise.
    """
    closed = CLOSED_VOCABULARIES.get(column)
    none = np.zeros(len(text), dtype=bool)
    if values is None and closed is None:
        return Translated(text, none, none)
    values = values or ValueMap()
    policy = values.unmapped or ("keep" if closed is None else "reject" if column in _NEEDED else "empty")
    known = {comparison_key(term): term for term in closed or ()}
    known |= {comparison_key(word): term for word, term in KNOWN_WORDS.get(column, {}).items()}
    known |= {comparison_key(seen): target for seen, target in values.map.items()}
    encoded = pc.dictionary_encode(text)
    words = encoded.dictionary.to_pylist()
    found = [known.get(comparison_key(word), values.default) for word in words]
    lost = np.array([target is None for target in found], dtype=bool)
    if policy == "keep":
        found = [word if target is None else target for word, target in zip(words, found, strict=True)]
    targets = pa.array([target or None for target in found], pa.string())
    indices = encoded.indices
    unmapped_rows = _taken(lost, indices)
    bad = unmapped_rows if policy == "reject" else none
    rule = "emptied_value" if policy == "empty" else "unmapped_value"
    return Translated(targets.take(indices), bad, unmapped_rows & ~bad, rule)


def _taken(flags: BoolArray, indices: Any) -> BoolArray:
    """A flag per word spread over the rows; rows without a value have none."""
    spread = pc.fill_null(pa.array(flags).take(indices), fill_value=False)
    return np.asarray(spread.to_numpy(zero_copy_only=False), dtype=bool)
