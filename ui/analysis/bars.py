"""Bars drawn with plotly whose clicks are conditions, each with its table one click away.

A click writes into the URL and nowhere else: what is chosen is a chip above, the browser's back takes it back, and a
fresh chart is drawn from the URL. Names are text of people: plotly reads some HTML in them, so they are encoded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from domain.i18n import _, format_number
from ui import theme
from ui.community.block import ROW_HEIGHT, height, table
from ui.encode import cut, html_text

_MOST_BARS = 15
_MOST_ROWS = 12
_LONGEST_NAME = 24
_BAR_PX, _AXIS_PX = 22, 36
QUIET = "#BCD0EC"
"""A bar that is not chosen while others are."""


@dataclass(frozen=True)
class Bar:
    """One bar: the value that a filter holds, what it is called, how many cases."""

    value: str
    name: str
    cases: int


def draw(
    key: str,
    shown: Sequence[Bar],
    chosen: Sequence[str],
    on_click: Callable[[str], None],
    longest: int | None = None,
) -> None:
    """Draw horizontal bars, the first on top; `longest` is how many cases the axis reaches to, None for these bars'.

    `on_click` is called with the value of the bar that was clicked.
    """
    some = list(shown[:_MOST_BARS])
    if len(shown) > len(some):
        told = _("显示最多的 {shown} 个，共 {total} 个")
        st.caption(told.format(shown=len(some), total=format_number(len(shown))))
    widget = f"bars_{key}_{crc32(repr((sorted(chosen), some)).encode()):08x}"
    st.plotly_chart(
        chart(some, chosen, longest),
        key=widget,
        height=_BAR_PX * len(some) + _AXIS_PX,
        config={"displayModeBar": False, "locale": "en-US"},
        on_select=lambda: _clicked(widget, some, on_click),
        selection_mode="points",
        alt=_("条形图：各项件数；下面的表格有同样的数字"),
    )
    table(f"bars_{key}", lambda: _table(shown))


def chart(shown: Sequence[Bar], chosen: Sequence[str], longest: int | None = None) -> go.Figure:
    """The bars as a figure; those that are not chosen are lighter where others are."""
    colors = [theme.ACCENT if not chosen or bar.value in chosen else QUIET for bar in shown]
    names = [html_text(cut(bar.name, _LONGEST_NAME)) for bar in shown]
    figure = go.Figure()
    figure.add_bar(
        x=[bar.cases for bar in shown],
        y=list(range(len(shown))),
        orientation="h",
        text=[format_number(bar.cases) for bar in shown],
        customdata=names,
        hovertemplate="%{customdata}<br>%{x:,.0f}<extra></extra>",
        textposition="auto",
        marker={"color": colors},
    )
    figure.update_layout(
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 4, "b": 24},
        bargap=0.25,
        clickmode="event+select",
        dragmode=False,
        xaxis={
            "range": [0, 1.05 * (longest or max((bar.cases for bar in shown), default=1) or 1)],
            "fixedrange": True,
        },
        yaxis={
            "tickvals": list(range(len(shown))),
            "ticktext": names,
            "autorange": "reversed",
            "automargin": True,
            "fixedrange": True,
        },
    )
    return figure


def _clicked(widget: str, shown: Sequence[Bar], on_click: Callable[[str], None]) -> None:
    points: list[dict[str, Any]] = st.session_state[widget]["selection"]["points"]
    places = [point["point_index"] for point in points if 0 <= point["point_index"] < len(shown)]
    if places:
        on_click(shown[places[0]].value)


def _table(shown: Sequence[Bar]) -> None:
    rows = pd.DataFrame(
        {_("名称"): [bar.name for bar in shown], _("案件数（件）"): [bar.cases for bar in shown]}
    )
    st.dataframe(rows, hide_index=True, row_height=ROW_HEIGHT, height=height(len(rows), _MOST_ROWS))
    st.caption(_("合计 {n} 件").format(n=format_number(sum(bar.cases for bar in shown))))
