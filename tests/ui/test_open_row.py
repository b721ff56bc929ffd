"""The open row of a table: what a click, a mark or an arrow key means, and what the table then shows."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

Cells = list[tuple[int, str]]


def _table() -> None:
    import streamlit as st  # noqa: PLC0415  (the test's script stands alone)

    from ui import open_row  # noqa: PLC0415

    told = st.session_state.get("browser")  # as Streamlit hands it to a callback
    if told is not None:
        st.session_state["rows"] = {"selection": told}
        st.session_state["open"] = open_row.chosen("rows")
    open_row.follow("rows", st.session_state.get("open"))


def after(app: AppTest, rows: list[int], cells: Cells) -> tuple[int | None, list[int], Cells]:
    """Which row is open once the browser has told a selection, and the selection that the table then has."""
    app.session_state["browser"] = {"rows": rows, "columns": [], "cells": cells}
    app.run()
    assert not app.exception
    shown = app.session_state["rows"]["selection"]
    return app.session_state["open"], shown["rows"], shown["cells"]


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(_table).run()


def test_arrow_keys_go_from_row_to_row(app: AppTest) -> None:
    assert after(app, [], [(0, "title")]) == (0, [0], [(0, "title")])
    assert after(app, [0], [(1, "title")]) == (1, [1], [(1, "title")])
    assert after(app, [], [(1, "state")]) == (
        1,
        [1],
        [(1, "state")],
    )  # along the row: the same row stays open
    assert after(app, [1], [(0, "state")]) == (0, [0], [(0, "state")])


def test_a_mark_opens_and_lets_go(app: AppTest) -> None:
    assert after(app, [2], []) == (2, [2], [])
    assert after(app, [], []) == (None, [], [])
    assert after(app, [], [(4, "title")]) == (4, [4], [(4, "title")])
    assert after(app, [3], [(4, "title")]) == (3, [3], [(3, "title")])  # the cell goes along
    assert after(app, [], [(3, "title")]) == (
        None,
        [],
        [],
    )  # the mark was taken away, the cell is where it was


def test_a_row_that_was_closed_elsewhere_opens_again(app: AppTest) -> None:
    assert after(app, [], [(1, "title")]) == (1, [1], [(1, "title")])
    app.session_state["browser"] = None
    app.session_state["open"] = None
    app.run()
    assert app.session_state["rows"]["selection"] == {"rows": [], "columns": [], "cells": []}
    assert after(app, [], [(1, "title")]) == (1, [1], [(1, "title")])
