"""How a compound's total moved from period to period, why a period has none, and what moved the last one."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from domain.i18n import _, format_date
from domain.ratings import between
from domain.ratings.arithmetic import Missing, Rating
from domain.ratings.catalogue import item_name
from domain.ratings.periods import Period
from domain.ratings.words import points_words, why_not_words
from ui import theme
from ui.community.block import ROW_HEIGHT, height, table
from ui.encode import cut_cells, markdown_text
from ui.property import grades
from ui.property.rated import Rated
from ui.shell import Page

_LONGEST = 400
_NOTICED = 0.05
_MOST_STEPS = 4


def draw(page: Page, told: Rated, compound_id: int, rating: Rating) -> None:
    """The chart with its table, and in words what it leaves blank and what moved the total since the period before."""
    scores = told.ratings.scores
    rows = scores[scores["compound_id"] == compound_id]
    blanks = _blanks(told, compound_id, rows, page.contents.first_day)
    if rows["total"].notna().any():
        st.plotly_chart(
            _chart(rows),
            key="rating_trend_chart",
            height=200,
            config={"displayModeBar": False, "locale": "en-US"},
            alt=_("各期总分和区间"),
        )
    for line in _by_reason(blanks):
        st.caption(markdown_text(line, _LONGEST))
    st.caption(markdown_text(_running(told), _LONGEST))
    table("rating_trend", lambda: _table(told, rows, blanks))
    _why(told, compound_id, rating)


def _blanks(told: Rated, compound_id: int, rows: pd.DataFrame, first_day: date | None) -> dict[Period, str]:
    """Why each period without a total has none; ascending."""
    without = rows["total"].isna().tolist()
    periods = [period for period, blank in zip(told.ratings.periods, without, strict=True) if blank]
    found = told.ratings.ratings_of([(compound_id, period) for period in periods])
    return {
        period: _why_blank(told, rating, period, first_day)
        for period, rating in zip(periods, found, strict=True)
    }


def _why_blank(told: Rated, rating: Rating, period: Period, first_day: date | None) -> str:
    """No data yet, or too little known: then what is missing, and why."""
    if first_day is None or period.last_day < first_day:
        return no_data(first_day)
    lacking: dict[Missing, list[str]] = {}
    for part in rating.contributions:
        if part.measured.missing is not None:
            lacking.setdefault(part.measured.missing, []).append(item_name(told.profile, part.item))
    reasons = [
        _("{items}：{why}").format(items=_("、").join(items), why=why.label) for why, items in lacking.items()
    ]
    return _("；").join([why_not_words(told.profile, rating.known_share), *reasons])


def no_data(first_day: date | None) -> str:
    """That a period is before the first case (`first_day`: when that was reported, None where there is none)."""
    if first_day is None:
        return _("还没有案件数据")
    return _("最早的案件是 {day} 的，那时还没有数据").format(day=format_date(first_day))


def _by_reason(blanks: dict[Period, str]) -> list[str]:
    """One line a reason, with the periods that it holds for."""
    periods: dict[str, list[str]] = {}
    for period, why in blanks.items():
        periods.setdefault(why, []).append(str(period))
    return [
        _("{periods} 没有分数：{why}").format(periods=_("、").join(those), why=why)
        for why, those in periods.items()
    ]


def _running(told: Rated) -> str:
    """The period that is not over is not rated."""
    now = Period.of(told.profile.period, told.ratings.as_of.date())
    return _("{period} 到 {day} 结束，之后才评级。").format(period=now, day=format_date(now.last_day))


def _chart(rows: pd.DataFrame) -> go.Figure:
    figure = go.Figure()
    figure.add_scatter(
        x=rows["period"].astype(str),
        y=rows["total"],
        mode="lines+markers",
        line={"color": theme.ACCENT},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": rows["high"] - rows["total"],
            "arrayminus": rows["total"] - rows["low"],
            "color": theme.SECONDARY,
        },
    )
    figure.update_layout(
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 4, "b": 24},
        dragmode=False,
        xaxis={"fixedrange": True, "type": "category"},
        yaxis={"fixedrange": True, "range": [0, 102]},
    )
    return figure


def _table(told: Rated, rows: pd.DataFrame, blanks: dict[Period, str]) -> None:
    shown = pd.DataFrame(
        {
            _("评级周期"): rows["period"].astype(str).tolist(),
            _("评定等级"): grades.words(told.profile, rows),
            _("总分"): [points_words(None if pd.isna(total) else total) for total in rows["total"]],
            _("区间"): [grades.interval(*pair) for pair in zip(rows["low"], rows["high"], strict=True)],
            _("扣分"): [points_words(value) for value in rows["deducted"]],
            _("为什么没有分数"): [blanks.get(period, "") for period in told.ratings.periods],
        }
    )
    st.dataframe(cut_cells(shown), hide_index=True, row_height=ROW_HEIGHT, height=height(len(shown), 12))


def _why(told: Rated, compound_id: int, rating: Rating) -> None:
    """What moved the total since the period before, in words."""
    if told.before is None:
        st.caption(_("{period} 是评级的最早一期，没有上一期可比。").format(period=told.period))
        return
    before = told.ratings.rating(compound_id, told.before)
    if before.total is None or rating.total is None:
        without = [
            str(period) for period, one in ((told.before, before), (told.period, rating)) if one.total is None
        ]
        line = _("{periods} 没有分数，不作比较。").format(periods=_("、").join(without))
        st.caption(markdown_text(line, _LONGEST))
        return
    moved = [step for step in between.steps(before, rating) if abs(step.points) >= _NOTICED]
    head = _("比 {period}：{before} → {after} 分").format(
        period=told.before, before=points_words(before.total), after=points_words(rating.total)
    )
    if not _apart(before, rating):
        head = _("{head}；两期区间重叠，可能只是偶然").format(head=head)
    st.markdown(f"**{markdown_text(head, _LONGEST)}**")
    for step in moved[:_MOST_STEPS]:
        name = _("扣分") if step.item is None else item_name(told.profile, step.item)
        line = _("{item} {points} 分（{before} → {after}）").format(
            item=name,
            points=f"{step.points:+.1f}",
            before=points_words(step.before),
            after=points_words(step.after),
        )
        st.markdown(f"- {markdown_text(line, _LONGEST)}")
    if len(moved) > _MOST_STEPS:
        rest = sum(step.points for step in moved[_MOST_STEPS:])
        st.markdown(f"- {_('其他各项合计 {points} 分').format(points=f'{rest:+.1f}')}")


def _apart(before: Rating, after: Rating) -> bool:
    """Whether the intervals of two ratings have nothing in common."""
    ends = (before.low, before.high, after.low, after.high)
    if any(end is None for end in ends):
        return False
    low, high, next_low, next_high = (float(end) for end in ends if end is not None)
    return high < next_low or next_high < low
