"""Cases over time as plotly bars; a span drawn over them, or a bar clicked, becomes the period."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from domain.i18n import _, format_number
from domain.time_frames import TimeFrame, frames_of, unit_for
from ui import theme, urlstate
from ui.community.block import ROW_HEIGHT, height, table
from ui.when import Days

_HEIGHT = 220
_MOST_ROWS = 12
_MOST_TICKS = 7

Frames = list[tuple[TimeFrame, int]]
"""Each frame with its cases, ascending."""


def frames(days: Days) -> Frames:
    """Days summed up into weeks, months … where they are many; nothing without a day."""
    if not days:
        return []
    first, last = days[0][0], days[-1][0]
    unit = unit_for(first, last) if (last - first).days > 1 else unit_for(first, first + timedelta(days=2))
    cut = frames_of(first, last, unit)
    counts = [0] * len(cut)
    at = 0
    for day, cases in days:
        while day >= cut[at].end.date():
            at += 1
        counts[at] += cases
    return list(zip(cut, counts, strict=True))


def draw(days: Days) -> None:
    """Draw the bars and their table."""
    found = frames(days)
    if not found:
        return
    key = f"days_{found[0][0].start:%Y%m%d}_{found[-1][0].end:%Y%m%d}"
    st.caption(_("按住鼠标拖过一段，或点一根柱，只看那段时间；返回键回到原来的时段。"))
    st.plotly_chart(
        chart(found),
        key=key,
        height=_HEIGHT,
        config={"displayModeBar": False, "locale": "en-US"},
        on_select=lambda: _span(key, [frame for frame, _cases in found]),
        selection_mode=("points", "box"),
        alt=_("柱形图：各时段上报的件数；下面的表格有同样的数字"),
    )
    table("days", lambda: _table(found))


def chart(found: Frames, highest: int | None = None) -> go.Figure:
    """The bars as a figure; `highest` is how many cases the axis reaches to, None for these bars'."""
    figure = go.Figure()
    figure.add_bar(
        x=list(range(len(found))),
        y=[cases for _frame, cases in found],
        customdata=[frame.label for frame, _cases in found],
        hovertemplate="%{customdata}<br>%{y:,.0f}<extra></extra>",
        marker={"color": theme.ACCENT},
    )
    step = max(1, -(-len(found) // _MOST_TICKS))
    figure.update_layout(
        showlegend=False,
        margin={"l": 40, "r": 8, "t": 4, "b": 28},
        bargap=0.15,
        clickmode="event+select",
        dragmode="select",
        selectdirection="h",
        xaxis={
            "tickvals": list(range(0, len(found), step)),
            "ticktext": [frame.label.partition(" – ")[0] for frame, _cases in found[::step]],
            "tickangle": 0,
            "fixedrange": True,
        },
        yaxis={
            "range": [0, 1.05 * (highest or max((cases for _frame, cases in found), default=1) or 1)],
            "fixedrange": True,
        },
    )
    return figure


def _span(key: str, cut: Sequence[TimeFrame]) -> None:
    """The selected frames become the period, from the first to the last."""
    selection: dict[str, Any] = st.session_state[key]["selection"]
    places = [point["point_index"] for point in selection["points"] if 0 <= point["point_index"] < len(cut)]
    if places:
        choose(cut[min(places)].start.date(), cut[max(places)].end.date() - timedelta(days=1))


def choose(first: date, last: date) -> None:
    """Make a span the period, in one step of the browser's history. For callbacks."""
    urlstate.change({"period": ["custom"], "from": [first.isoformat()], "to": [last.isoformat()]})


def _table(found: Frames) -> None:
    rows = pd.DataFrame(
        {
            _("时段"): [frame.label for frame, _cases in found],
            _("案件数（件）"): [cases for _frame, cases in found],
        }
    )
    st.dataframe(rows, hide_index=True, row_height=ROW_HEIGHT, height=height(len(rows), _MOST_ROWS))
    st.caption(_("合计 {n} 件").format(n=format_number(sum(cases for _frame, cases in found))))
