"""Lists of areas, one line an area, each a way into it; twenty at first, more on request."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from domain.i18n import _, format_number
from ui import place, urlstate
from ui.encode import markdown_text

_STEP = 20
_LONGEST = 80


@dataclass(frozen=True)
class Line:
    """An area, and what is told of it: texts as they are. `quiet` lines stand grey: too little is known of them."""

    code: str
    name: str
    told: tuple[str, ...]
    quiet: bool = False


def draw(key: str, lines: Sequence[Line]) -> None:
    """Draw the lines; how many of how many stands above them."""
    held = f"{urlstate.UNTIL_LEFT}lines_{key}"
    shown = lines[: st.session_state.get(held, _STEP)]
    told = _("显示 {shown} 个，共 {total} 个")
    st.caption(told.format(shown=format_number(len(shown)), total=format_number(len(lines))))
    with st.container(key=f"lines_police_{key}", gap=None):
        for line in shown:
            st.button(
                _label(line),
                key=f"line_{key}_{line.code}",
                type="tertiary",
                width="stretch",
                on_click=place.go_to,
                args=(line.code,),
            )
    left = len(lines) - len(shown)
    if left:
        st.button(
            _("再显示 {n} 个").format(n=min(left, _STEP)),
            key=f"more_{key}",
            on_click=_more,
            args=(held, len(shown)),
            icon=":material/expand_more:",
        )


def _more(held: str, shown: int) -> None:
    st.session_state[held] = shown + _STEP


def _label(line: Line) -> str:
    name = markdown_text(line.name, 24)
    parts = [f":gray[{markdown_text(part, _LONGEST)}]" for part in line.told]
    return " ".join([f":gray[{name}]" if line.quiet else f"**{name}**", *parts])
