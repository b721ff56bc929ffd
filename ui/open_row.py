"""A table with one row that is open: by a click into any of its cells, by its mark, or by keyboard.

Which row is open stands in the URL; a table's selection follows it (`follow`) and leads it (`chosen`). The cell
that the reader stands in stays selected, in the row that is open: without it the grid would forget where the reader
is, and no arrow key could go on to the next row.
"""

from typing import Any

import streamlit as st

Cell = tuple[int, str]
"""The place of a row in the table, and the name of a column."""


def follow(key: str, place: int | None) -> None:
    """To be called before the table is drawn: its selection is the open row, at `place` in it; None for none."""
    before: Cell | None = st.session_state.get(_name(key))
    cell = None if place is None or before is None else (place, before[1])
    st.session_state[_name(key)] = cell
    selection = {
        "rows": [] if place is None else [place],
        "columns": [],
        "cells": [] if cell is None else [cell],
    }
    if st.session_state.get(key, {}).get("selection") != selection:
        st.session_state[key] = {"selection": selection}


def chosen(key: str) -> int | None:
    """The place of the row that the reader has just chosen; None where the open one was let go. For callbacks."""
    selection: Any = st.session_state[key]["selection"]
    before: Cell | None = st.session_state.get(_name(key))
    cell: Cell | None = next(iter(selection["cells"]), None)
    st.session_state[_name(key)] = cell
    if cell is not None and cell != before:
        return cell[0]
    return next(iter(selection["rows"]), None)


def _name(key: str) -> str:
    return f"cell_of_{key}"
