"""The work theme: what Streamlit's own theme settings (.streamlit/config.toml) cannot say.

The only module that puts raw HTML into a page: one fixed style sheet and fixed scripts, no data.
"""

from urllib.parse import urlencode

import streamlit as st

from domain.i18n import current_language
from ui import vendored

SEQUENTIAL = ("#E4EDF8", "#BDD3EE", "#90B4E1", "#5C8DCD", "#1F5FBF", "#153C7A")
"""Light to dark, one hue: class colours of a choropleth on the light theme."""

HEAT = ("#FCEBC8", "#F8D08E", "#EFAE55", "#DA882D", "#B86218", "#8E3F0F", "#5C2307")
"""Light to dark, one hue that is not the choropleth's: classes of a density of cases."""

DIVERGING = ("#2B5C9E", "#6F9BD1", "#B9CFE8", "#E1E4E8", "#F3CFA0", "#DB9440", "#A85A00")
"""Blue – grey – orange: clearly less, about the same, clearly more."""

TEXT, LINE = "#1A2330", "#E3E7ED"

ACCENT, SECONDARY, ALARM, GOOD, WATCH = "#1F5FBF", "#5B6776", "#C8322B", "#2E7D5B", "#B36B00"
"""Alarm means overdue, breached or black-listed, and nothing else."""

PLACE_COLORS = ("#7A5BA8", "#C2559B", "#2E7D5B", "#8AA33A", "#D4A017", "#8A6D5B")
"""Kinds of service points, told apart by hue; none means anything else on the map."""

MANAGED = "#0F8B8D"
"""A compound with a property company; one without is WATCH."""

_STYLE = vendored.ASSETS / "onegrid" / "work.css"
_TAGS = {"zh": "zh-CN"}
"""What the browser calls a language where that is more than our code: it picks the shapes of characters by it."""


def sequential(classes: int) -> tuple[str, ...]:
    """As many colours as classes (1 to 6), spread from the lightest to the darkest."""
    last = len(SEQUENTIAL) - 1
    if classes == 1:
        return (SEQUENTIAL[2],)
    return tuple(SEQUENTIAL[round(index * last / (classes - 1))] for index in range(classes))


def apply() -> None:
    """Put the style sheet into the page, and tell the browser which language the page speaks.

    Streamlit says English of every page; a screen reader would read Chinese with an English voice.
    """
    st.html(_STYLE)
    language = current_language()
    _run("page.js", lang=_TAGS.get(language, language))


def reveal(block: str, number: int) -> None:
    """Bring a block that has just been opened into view; `number` tells which thing is open in it.

    To be called after the block is drawn. A run that leaves the same thing open does not move the page.
    """
    _run("reveal.js", block=f"block_{block}", of=str(number))


def _run(script: str, **parameters: str) -> None:
    """Let the page run a script of ours; each once, until its parameters change."""
    address = f"./assets/{vendored.assets_digest()}/onegrid/{script}?{urlencode(parameters)}"
    st.html(f'<script src="{address}"></script>', unsafe_allow_javascript=True)
