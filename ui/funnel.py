"""A funnel plot: each area's rate over how many cases it stands on, inside the limits that chance alone draws.

An area between the lines differs from the whole by no more than chance would make it; outside the outer
lines (99.8 %) there is something to explain. Limits are quantiles of the beta distribution with the mean and
the spread of a binomial share around the rate of the whole: smooth, and never outside 0 to 100 %.
"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from scipy.stats import beta

from domain.i18n import _
from queries.figures import ByArea
from ui import theme
from ui.encode import cut, html_text

_CURVES = ((0.95, "dash"), (0.998, "solid"))
_LONGEST_NAME = 30
_STEPS = 120


def draw(figure: ByArea, key: str) -> None:
    """Draw the funnel of a rate by area; nothing where there is no rate."""
    rows = figure.rows.dropna(subset=["value"])
    whole = figure.whole.value
    if whole is None or rows.empty:
        return
    st.plotly_chart(
        _chart(rows, whole),
        key=key,
        height=340,
        config={"displayModeBar": False, "locale": "en-US"},
    )
    told = _("每个点是一个区划；虚线内 95%、实线内 99.8% 的起伏可以只是偶然。线外才值得追问原因。")
    if rows["small"].any():
        told = " ".join([told, _("灰点件数太少，不排名。")])
    st.caption(told)


def limits(whole: float, counts: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Between which rates areas of these sizes fall by chance, around the rate of the whole."""
    tail = (1 - confidence) / 2
    above, below = np.maximum(counts * whole, 1e-9), np.maximum(counts * (1 - whole), 1e-9)
    return np.asarray(beta.ppf(tail, above, below)), np.asarray(beta.ppf(1 - tail, above, below))


def _chart(rows: pd.DataFrame, whole: float) -> go.Figure:
    most = max(float(rows["n"].max()), 2.0)
    sizes = np.geomspace(1, most * 1.2, _STEPS)
    chart = go.Figure()
    for confidence, dash in _CURVES:
        for side in limits(whole, sizes, confidence):
            chart.add_scatter(
                x=sizes,
                y=100 * side,
                mode="lines",
                line={"color": theme.SECONDARY, "width": 1, "dash": dash},
                hoverinfo="skip",
            )
    chart.add_hline(y=100 * whole, line={"color": theme.ACCENT, "width": 1})
    names = [html_text(cut(str(name), _LONGEST_NAME)) for name in rows["name"]]
    chart.add_scatter(
        x=rows["n"],
        y=100 * rows["value"],
        mode="markers",
        text=names,
        hovertemplate="%{text}<br>%{y:.1f} % · n = %{x:,.0f}<extra></extra>",
        marker={
            "size": 8,
            "color": np.where(rows["small"], "#B8C0CC", theme.ACCENT),
            "line": {"color": "#FFFFFF", "width": 1},
        },
    )
    chart.update_layout(
        showlegend=False,
        margin={"l": 48, "r": 8, "t": 8, "b": 40},
        xaxis={"title": _("分母（件）"), "type": "log", "tickformat": ",.0f"},
        yaxis={"title": "%", "tickformat": ".0f", "range": [max(0, 100 * rows["value"].min() - 5), 101]},
    )
    return chart
