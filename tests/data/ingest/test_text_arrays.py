"""Arrow string arrays by their buffers, held against what Arrow says of the cells."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ingest.mapping_columns import DEFAULT_EMPTY, Joined
from data.ingest.text_arrays import bytes_at, hashes, lengths, may_hold_blanks, may_hold_line_ends, only_valid
from data.ingest.values import text_column

cells = st.lists(
    st.none() | st.text(max_size=20) | st.sampled_from([" A", "NULL", "无", "\u3000B"]), max_size=12
)


def array(values, start=0):
    """The cells as a string array that begins `start` cells into its buffers."""
    return pa.array(["before"] * start + values, pa.string()).slice(start)


@given(cells, st.integers(0, 9))
def test_lengths_are_those_of_the_cells(values, start):
    text = array(values, start)
    told = [None if value is None else len(value.encode()) for value in values]
    known = [
        int(size) if value is not None else None for size, value in zip(lengths(text), values, strict=True)
    ]
    assert known == told


@given(cells, st.integers(0, 9), st.data())
def test_only_the_cells_kept_have_a_value(values, start, data):
    keep = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    kept = only_valid(array(values, start), np.array(keep, dtype=bool))
    kept.validate(full=True)
    assert kept.to_pylist() == [value if wanted else None for value, wanted in zip(values, keep, strict=True)]
    assert kept.null_count == kept.to_pylist().count(None)


@given(st.lists(st.text(max_size=40), max_size=20), st.integers(0, 9))
def test_equal_cells_have_equal_hashes_wherever_they_stand(values, start):
    seen = dict(zip(values, hashes(array(values, start)).tolist(), strict=True))
    assert [seen[value] for value in reversed(values)] == hashes(array(values[::-1])).tolist()
    assert len(set(seen.values())) == len(seen)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("WG20231001000001", "WG20231001000002"),  # the last byte of a word
        ("WG20231001000001", "XG20231001000001"),  # the first word only
        ("A", "A\x00"),  # the length only
        ("", "\x00"),
        ("12345678ABCDEFGH", "ABCDEFGH12345678"),  # the order of words only
    ],
)
def test_different_cells_have_different_hashes(one, other):
    first, second = hashes(pa.array([one, other])).tolist()
    assert first != second


def test_no_two_of_many_like_ids_share_a_hash():
    ids = pa.array([f"12345热线\x1fWG2023{number:010d}" for number in range(200_000)])
    assert len(np.unique(hashes(ids))) == len(ids)


@pytest.mark.parametrize(
    ("cell", "blanks", "line_ends"),
    [
        ("AB-1", False, False),
        ("A B", True, False),
        ("A\tB", True, True),  # a tab is as low as a line end: asked in vain, not missed
        ("A\nB", True, True),
        ("事件", True, False),  # may end in a wide blank
        ("", False, False),
    ],
)
def test_what_a_cell_may_hold(cell, blanks, line_ends):
    text = pa.array(["A", cell])
    assert (may_hold_blanks(text), may_hold_line_ends(text)) == (blanks, line_ends)


def test_a_byte_of_some_cells():
    text = array(["2026-03-05 1", "", "2026-03-05T1"], start=2)
    assert bytes_at(text, np.array([0, 2]), 10).tobytes() == b" T"


@given(cells)
def test_text_is_trimmed_and_empties_have_no_value(values):
    table = pa.table({"a": array(values)})
    trimmed = pc.utf8_trim_whitespace(array(values)).to_pylist()
    expected = [None if cell in DEFAULT_EMPTY else cell for cell in trimmed]
    assert text_column(table, Joined(columns=("a",)), DEFAULT_EMPTY).to_pylist() == expected
