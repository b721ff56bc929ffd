"""What every block of the screen has: a frame with a title, and its table one click away."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from domain.i18n import _

ROW_HEIGHT = 28


def block(key: str, title: str) -> DeltaGenerator:
    """The frame of a block, to be used with `with`; `title` is text of our own."""
    frame = st.container(key=f"block_{key}")
    frame.subheader(title, anchor=False)
    return frame


def table(key: str, draw: Callable[[], None]) -> None:
    """A table that is made when it is opened."""
    folded = st.expander(_("查看表格"), on_change="rerun", key=f"table_{key}")
    if folded.open:
        with folded:
            draw()


def height(rows: int, most: int) -> int:
    """The height of a table of some rows that scrolls from `most` rows on, in pixels."""
    return ROW_HEIGHT * (min(rows, most) + 1) + 8
