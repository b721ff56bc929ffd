"""Arrow string arrays by their buffers: lengths, nulls and hashes without touching a single cell.

A string array is one run of bytes and the offsets of its cells. What can be told from these is told without
making new arrays, which is most of what a large file costs.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

BoolArray = npt.NDArray[np.bool_]
_Bytes = npt.NDArray[np.uint8]
_Offsets = npt.NDArray[np.int32]
_Hashes = npt.NDArray[np.uint64]

_WORD: Final = 8
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_FOLD: Final = np.uint64(32)
_BLANK: Final = ord(" ")
_LINE_END: Final = ord("\n")
_ASCII_END: Final = 0x80


def in_one_piece(column: Any) -> Any:
    """The array of a chunked array; copied only where there are several pieces."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def valid(text: Any) -> BoolArray:
    """Which cells have a value."""
    if text.null_count == 0:
        return np.ones(len(text), dtype=bool)
    return np.asarray(pc.is_valid(text).to_numpy(zero_copy_only=False), dtype=bool)


def lengths(text: Any) -> _Offsets:
    """Bytes of each cell; of a null, whatever stands in its place."""
    return np.diff(_offsets(text))


def bytes_at(text: Any, rows: npt.NDArray[np.int64], place: int) -> _Bytes:
    """The byte at a place of some cells, each longer than that."""
    return _data(text)[_offsets(text)[rows] + place]


def only_valid(text: Any, keep: BoolArray) -> Any:
    """The same cells, null wherever `keep` is false: the bytes are shared, not copied."""
    keep = keep & valid(text)
    if keep.all():
        return text
    bits = pa.array(np.concatenate([np.zeros(text.offset, dtype=bool), keep])).buffers()[1]
    _validity, offsets, data = text.buffers()
    nulls = len(text) - int(np.count_nonzero(keep))
    return pa.Array.from_buffers(pa.string(), len(text), [bits, offsets, data], nulls, text.offset)


def may_hold_blanks(text: Any) -> bool:
    """Whether a blank may stand in some cell; false only for plain ASCII without any."""
    data = _data(text)
    return bool(len(data) and (data.min() <= _BLANK or data.max() >= _ASCII_END))


def may_hold_line_ends(text: Any) -> bool:
    """Whether a line end may stand in some cell; false only where no byte is as low."""
    data = _data(text)
    return bool(len(data) and data.min() <= _LINE_END)


def hashes(text: Any) -> _Hashes:
    """A 64-bit hash of each cell: equal cells have equal hashes, different ones nearly always different."""
    offsets, data = _offsets(text).astype(np.int64), _data(text)
    padded = np.concatenate([data, np.zeros(_WORD, dtype=np.uint8)])
    words = np.ndarray((len(data) + 1,), np.dtype("<u8"), buffer=padded, strides=(1,))
    left = np.diff(offsets)
    out = left.astype(np.uint64) * _ODD
    rows, at = np.flatnonzero(left > 0), 0
    while len(rows):
        rest = left[rows] - at
        unused = np.clip(_WORD - rest, 0, _WORD - 1).astype(np.uint64) * np.uint64(8)
        word = (words[offsets[rows] + at] << unused) >> unused
        out[rows] = _mixed(out[rows] ^ word)
        at += _WORD
        rows = rows[rest > _WORD]
    return out


def _mixed(values: _Hashes) -> _Hashes:
    mixed = values * _ODD
    mixed ^= mixed >> _FOLD
    mixed *= _ODD
    return mixed ^ (mixed >> _FOLD)


def _offsets(text: Any) -> _Offsets:
    buffer = text.buffers()[1]
    if buffer is None:
        return np.zeros(1, dtype=np.int32)
    return np.frombuffer(buffer, np.int32)[text.offset : text.offset + len(text) + 1]


def _data(text: Any) -> _Bytes:
    """The bytes of the cells and of what stands before them in the same buffer."""
    buffer = text.buffers()[2]
    end = int(_offsets(text)[-1])
    return np.frombuffer(buffer, np.uint8)[:end] if end else np.zeros(0, dtype=np.uint8)
