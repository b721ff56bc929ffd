"""How a community has done over time: cases and the share of overdue ones, week by week or month by month.

Weeks are seven days each, counted back from the last day of the period, so that none is cut short; the chart
goes back at least twelve of them, and what lies before the chosen period is drawn lighter. Longer periods
are cut into months (quarters, years) of the calendar. A case belongs to the day of its report.
"""

import itertools
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from domain.filters import CaseFilter
from domain.i18n import NO_VALUE, _, format_number, format_share
from domain.time_frames import FrameUnit, TimeFrame, frames_of, unit_for
from queries.figures import Evaluation
from queries.ranking import share_interval
from ui import theme
from ui.community import words
from ui.community.block import ROW_HEIGHT, block, height, table
from ui.community.subject import Subject

_WEEK_DAYS = 7
_FEWEST_WEEKS = 12
_LONGEST_IN_WEEKS = 26 * _WEEK_DAYS
_MOST_ROWS = 12
_SUMMED = ("cases", "chosen", "overdue", "decided")


@dataclass(frozen=True)
class Trend:
    """One entry a frame: its cases, how many of them lie in the chosen period, overdue of decided ones.

    `later` cases are reported after the last frame: of a period without an end, by an error of their source.
    """

    frames: tuple[TimeFrame, ...]
    cases: tuple[int, ...]
    chosen: tuple[int, ...]
    overdue: tuple[int, ...]
    decided: tuple[int, ...]
    later: int


def since(wanted: CaseFilter, last: date) -> date | None:
    """The first day that the chart needs; None for everything."""
    if wanted.start is None:
        return None
    return frames_for(wanted.start, wanted.end or last)[0].start.date()


def frames_for(first: date, last: date) -> tuple[TimeFrame, ...]:
    """The frames of a period, ascending, the first of them whole."""
    days = (last - first).days + 1
    if days > _LONGEST_IN_WEEKS:
        unit = unit_for(first, last)
        return frames_of(_start_of(first, unit), last, unit)
    weeks = max(_FEWEST_WEEKS, -(-days // _WEEK_DAYS))
    end = datetime.combine(last + timedelta(days=1), time.min)
    starts = [end - timedelta(days=_WEEK_DAYS * back) for back in range(weeks, -1, -1)]
    return tuple(TimeFrame(start, after, FrameUnit.WEEK) for start, after in itertools.pairwise(starts))


def _start_of(day: date, unit: FrameUnit) -> date:
    """The first day of the month, quarter or year that a day lies in."""
    months = {FrameUnit.MONTH: 1, FrameUnit.QUARTER: 3, FrameUnit.YEAR: 12}[unit]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def trend_of(days: pd.DataFrame, wanted: CaseFilter, last: date) -> Trend | None:
    """Days (`queries.community.days`) summed up by frame; None without any case."""
    if days.empty:
        return None
    first, end = wanted.start or days["day"].iloc[0], wanted.end or last
    frames = frames_for(first, end)
    starts = np.array([frame.start.date() for frame in frames], dtype="datetime64[D]")
    place = np.searchsorted(starts, days["day"].to_numpy("datetime64[D]"), side="right") - 1
    counted = days.assign(chosen=days["cases"].where(days["day"] >= first, 0), frame=place)
    kept = counted[(place >= 0) & (counted["day"] <= end)]
    sums = kept.groupby("frame")[list(_SUMMED)].sum().reindex(range(len(frames)), fill_value=0)
    later = int(days.loc[days["day"] > end, "cases"].sum())
    cases, chosen, overdue, decided = (tuple(sums[name].tolist()) for name in _SUMMED)
    return Trend(frames, cases, chosen, overdue, decided, later)


def draw(about: Subject, told: Trend | None, share: Evaluation | None) -> None:
    """Bars, the share below them with its interval, and the table; `share` is the whole's overdue share."""
    with block("trend", _("走势")):
        if told is None or not any(told.cases):
            st.caption(_("这段时间没有案件。请放宽时段，或去掉上面的限制。"))
            return
        st.caption(_caption(told))
        st.echarts_chart(
            _option(told, share, words.whole_name(about.page.contents)),
            height=300,
            key="trend",
            alt=_("按时间的案件数和超期率"),
        )
        table("trend", lambda: _table(told))


def _caption(told: Trend) -> str:
    unit = told.frames[0].unit
    first = _("每根 7 天") if unit is FrameUnit.WEEK else _("每根一{unit}").format(unit=unit.label.lower())
    lines = [first, _("按上报时间")]
    before = sum(told.cases) - sum(told.chosen)
    if before:
        lines.append(
            _("深色为所选时段 {n} 件，浅色为此前 {before} 件").format(
                n=format_number(sum(told.chosen)), before=format_number(before)
            )
        )
    if told.later:
        lines.append(_("另有 {n} 件的上报时间晚于数据截至时间，没有画出").format(n=format_number(told.later)))
    return " · ".join(lines)


def _table(told: Trend) -> None:
    low, high = share_interval(np.array(told.overdue, float), np.array(told.decided, float))
    rows = pd.DataFrame(
        {
            _("时间"): [frame.label for frame in told.frames],
            _("案件数"): told.cases,
            _("其中所选时段"): told.chosen,
            _("超期率"): [format_share(*pair) for pair in zip(told.overdue, told.decided, strict=True)],
            _("95% 区间"): [
                NO_VALUE if np.isnan(edges[0]) else f"{100 * edges[0]:.1f}–{100 * edges[1]:.1f}"
                for edges in zip(low, high, strict=True)
            ],
        }
    )
    st.dataframe(
        rows.iloc[::-1],
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=height(len(rows), _MOST_ROWS),
    )


def _option(told: Trend, share: Evaluation | None, whole: str) -> dict[str, Any]:
    """Two charts above each other with one time axis: cases as bars, the share with its interval as a line."""
    labels = [frame.label for frame in told.frames]
    before = [cases - chosen for cases, chosen in zip(told.cases, told.chosen, strict=True)]
    quiet = {"axisLine": {"show": False}, "axisTick": {"show": False}}
    axis = {"type": "category", "data": labels, **quiet}
    rule = {"splitLine": {"lineStyle": {"color": theme.LINE}}, "splitNumber": 3, **quiet}
    grid = {"left": 48, "right": 72 if share and share.value is not None else 16}
    return {
        "animation": False,
        "grid": [{**grid, "top": 28, "height": 116}, {**grid, "top": 184, "height": 84}],
        "tooltip": {"trigger": "axis"},
        "axisPointer": {"link": [{"xAxisIndex": "all"}]},
        "xAxis": [
            {**axis, "gridIndex": 0, "axisLabel": {"show": False}},
            {**axis, "gridIndex": 1, "axisLabel": {"hideOverlap": True}},
        ],
        "yAxis": [
            {"gridIndex": 0, "name": _("案件数（件）"), "minInterval": 1, **_named(rule)},
            {"gridIndex": 1, "name": _("超期率（%）"), "min": 0, "max": 100, **_named(rule)},
        ],
        "series": [
            _bars(_("所选时段"), list(told.chosen), theme.ACCENT),
            _bars(_("此前"), before, theme.SEQUENTIAL[1]),
            *_share_lines(told, share, whole),
        ],
    }


def _named(rule: dict[str, Any]) -> dict[str, Any]:
    return {**rule, "nameTextStyle": {"align": "left", "padding": [0, 0, 0, -40]}, "nameGap": 8}


def _bars(name: str, values: list[int], color: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "stack": "cases",
        "data": values,
        "itemStyle": {"color": color},
        "barCategoryGap": "25%",
    }


def _share_lines(told: Trend, share: Evaluation | None, whole: str) -> list[dict[str, Any]]:
    """The share, its 95 % band (a clear stack below a shaded one), and the whole's share as a level."""
    overdue, decided = np.array(told.overdue, float), np.array(told.decided, float)
    low, high = share_interval(overdue, decided)
    value = np.divide(overdue, decided, out=np.full(len(decided), np.nan), where=decided > 0)
    band = {"xAxisIndex": 1, "yAxisIndex": 1, "type": "line", "stack": "band", "symbol": "none"}
    band |= {"lineStyle": {"opacity": 0}, "silent": True, "tooltip": {"show": False}}
    line: dict[str, Any] = {
        "xAxisIndex": 1,
        "yAxisIndex": 1,
        "type": "line",
        "name": _("超期率（%）"),
        "data": _percents(value),
        "symbolSize": 5,
        "itemStyle": {"color": theme.ALARM},
        "lineStyle": {"width": 2},
    }
    if share is not None and share.value is not None:
        line["markLine"] = {
            "symbol": "none",
            "silent": True,
            "data": [{"yAxis": round(100 * share.value, 1)}],
            "lineStyle": {"color": theme.SECONDARY, "type": "dashed"},
            "label": {"formatter": f"{whole} {{c}}", "position": "end", "color": theme.SECONDARY},
        }
    shade = {"areaStyle": {"color": theme.ALARM, "opacity": 0.12}}
    return [{**band, "data": _percents(low)}, {**band, **shade, "data": _percents(high - low)}, line]


def _percents(shares: Any) -> list[float | None]:
    """Shares as per cent with one decimal; a gap where there is none."""
    return [None if np.isnan(share) else round(100 * float(share), 1) for share in shares]
