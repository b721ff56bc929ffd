"""Login and time over every page and every print: who photographs a screen leaves a name in the picture.

It is a picture in the style sheet and lies over the page without taking a click. It deters; whoever opens the
browser's tools can take it away, so nothing relies on it.
"""

import base64
from datetime import datetime

import streamlit as st

from domain.actor import Actor
from domain.i18n import format_datetime
from domain.settings import settings
from ui.encode import cut, html_text

_WIDTH_PX, _HEIGHT_PX, _LONGEST = 360, 220, 40

_STYLE = """<style>
.stApp::after {{ content: ""; position: fixed; inset: 0; z-index: 1000000; pointer-events: none;
  background: url("data:image/svg+xml;base64,{picture}") repeat;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; }}
</style>"""


def apply(actor: Actor, now: datetime) -> None:
    """Lay the reader's login and the time (local) over the page, where the installation wants it."""
    if settings().has_watermark:
        st.html(_STYLE.format(picture=base64.b64encode(picture(actor.login, now).encode()).decode()))


def picture(login: str, now: datetime) -> str:
    """One tile of the watermark as SVG; whatever the login holds, it stays text."""
    lines = (html_text(cut(login, _LONGEST)), html_text(format_datetime(now)))
    texts = "".join(f'<text x="20" y="{120 + 22 * index}">{line}</text>' for index, line in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH_PX}" height="{_HEIGHT_PX}">'
        '<g transform="rotate(-20 180 110)" font-family="sans-serif" font-size="16" fill="#1A2330" '
        f'fill-opacity="0.11" stroke="#FFFFFF" stroke-opacity="0.13" paint-order="stroke">{texts}</g></svg>'
    )
