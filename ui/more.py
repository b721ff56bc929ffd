"""A long list in portions: what is asked for goes to the browser, the rest stays one click away."""

import pandas as pd
import streamlit as st

from domain.i18n import _
from ui import urlstate

STEP = 100
_MOST_AT_ONCE = 1_000


def first(name: str, rows: pd.DataFrame, step: int = STEP) -> pd.DataFrame:
    """The rows of the list `name` that are shown: the first `step`, and those asked for since."""
    return rows.head(st.session_state.get(_held(name), step))


def draw(name: str, shown: int, total: int, step: int = STEP) -> None:
    """Draw how to see more rows; nothing where all are shown."""
    if shown >= total:
        return
    asked = [(_("再列 {n} 个").format(n=min(step, total - shown)), shown + step)]
    if shown + step < total <= _MOST_AT_ONCE:
        asked.append((_("全部列出"), total))
    with st.container(key=f"more_{name}", horizontal=True, gap="small"):
        for place, (words, n) in enumerate(asked):
            st.button(
                words,
                key=f"more_{name}_{place}",
                on_click=st.session_state.__setitem__,
                args=(_held(name), n),
            )


def _held(name: str) -> str:
    return f"{urlstate.UNTIL_LEFT}list_{name}"
