"""A week as a matrix of weekdays and hours, Monday on top; its table is one click away."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from domain.filter_words import WEEKDAYS
from domain.i18n import _, format_number
from ui import theme
from ui.community.block import table

Week = Sequence[Sequence[int]]
"""Seven days (Monday first) of twenty-four hours."""

_HEIGHT_PX = 190


def draw(key: str, week: Week, unit: str, alt: str) -> None:
    """Draw the matrix of some quantity in `unit`."""
    st.echarts_chart(_option(week, unit), height=_HEIGHT_PX, key=f"week_{key}", alt=alt)
    table(f"week_{key}", lambda: _table(week))


def _table(week: Week) -> None:
    rows = pd.DataFrame(week, index=[_(day) for day in WEEKDAYS]).rename(columns=str)
    st.dataframe(rows, height="content")


def _option(week: Week, unit: str) -> dict[str, Any]:
    quiet = {"axisLine": {"show": False}, "axisTick": {"show": False}, "splitLine": {"show": False}}
    highest = max(map(max, week))
    cells: list[list[int]] = [[hour, day, week[day][hour]] for day in range(7) for hour in range(24)]
    return {
        "animation": False,
        "grid": {"left": 40, "right": 56, "top": 4, "bottom": 22},
        "tooltip": {"formatter": f"{{@[0]}} {_('时')}: {{@[2]}} {unit}"},
        "xAxis": {"type": "category", "data": [str(hour) for hour in range(24)], **quiet},
        "yAxis": {"type": "category", "data": [_(day) for day in WEEKDAYS], "inverse": True, **quiet},
        "visualMap": {
            "min": 0,
            "max": highest,
            "orient": "vertical",
            "right": 0,
            "top": "middle",
            "itemWidth": 8,
            "itemHeight": 100,
            "text": [format_number(highest), "0"],
            "textGap": 4,
            "textStyle": {"color": theme.SECONDARY, "fontSize": 11},
            "inRange": {"color": list(theme.SEQUENTIAL)},
        },
        "series": [
            {"type": "heatmap", "data": cells, "itemStyle": {"borderColor": "#FFFFFF", "borderWidth": 1}},
        ],
    }
