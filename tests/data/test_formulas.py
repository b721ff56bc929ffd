"""Cells that a spreadsheet would run, on the way out to whoever corrects them and back in."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.formulas import DANGEROUS_START, guarded, unguarded, unguarded_table

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
SIGNS = [*"'=+-@＝＠ \t\r\n0123.", "\N{ZERO WIDTH SPACE}", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{NO-BREAK SPACE}"]
TEXTS = st.lists(
    st.none() | st.text(st.sampled_from(SIGNS) | st.characters(exclude_categories=["Cs"])), max_size=20
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("'=1", "''=1"),
        ("\t=1", "'\t=1"),
        ("\N{ZERO WIDTH SPACE}＝1", "'\N{ZERO WIDTH SPACE}＝1"),
        ("-71.0589", "-71.0589"),
        ("+1", "+1"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("'t Hooft", "'t Hooft"),
        ("", ""),
    ],
)
def test_an_apostrophe_goes_before_what_would_be_run(text: str, written: str) -> None:
    assert guarded([text]) == [written]
    assert unguarded([written]) == [text]


@given(TEXTS)
def test_nothing_that_would_be_run_is_written_and_all_of_it_comes_back(texts: list[str | None]) -> None:
    written = guarded(texts)
    runs = pc.match_substring_regex(pa.array(written, pa.string()), DANGEROUS_START).to_pylist()
    assert [
        text for text, run in zip(written, runs, strict=True) if run and not NUMBER.fullmatch(str(text))
    ] == []
    assert unguarded([text for text in written if text is not None]) == [t for t in texts if t is not None]
    table = pa.table({"a": pa.array(written, pa.string()), "=b": pa.array(written, pa.string())})
    assert unguarded_table(table).to_pydict() == {"a": texts, "=b": texts}
