"""A table with one row that is open: by a click into any of its cells, by its mark, or by keyboard.

Which row is open stands in the URL; a table's selection follows it (`follow`) and leads it (`chosen`). The cell
that the reader stands in stays selected, in the row that is open: without it the grid would forget where the reader
is, and no arrow key could go on to the next row.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from domain.i18n import current_language
from ui import urlstate

Cell = tuple[int, str]
"""The place of a row in the table, and the name of a column."""


_ROW_PX, _HEADER_PX = 30, 34


def table(
    shown: pd.DataFrame | Styler,
    name: str,
    ids: Sequence[object],
    parameter: str,
    *,
    alt: str,
    most_rows: int,
    columns: Mapping[str, Any] | None = None,
) -> None:
    """A table whose open row stands in the URL: `parameter` holds the id of it.

    `ids` are those of the rows, in their order; `alt` tells what choosing a row does. From `most_rows` on it scrolls.
    """
    key = f"{name}_{current_language()}"
    told = [str(one) for one in ids]
    opened = st.query_params.get(parameter)
    follow(key, told.index(opened) if opened in told else None)
    st.dataframe(
        shown,
        key=key,
        hide_index=True,
        height=_HEADER_PX + _ROW_PX * min(len(told), most_rows) + 2,
        row_height=_ROW_PX,
        placeholder="",
        column_config=columns,
        on_select=partial(_choose, key, told, parameter),
        selection_mode=["single-row", "single-cell"],
        alt=alt,
    )


def _choose(key: str, ids: Sequence[str], parameter: str) -> None:
    place = chosen(key)
    urlstate.put(parameter, "" if place is None or place >= len(ids) else ids[place])


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
