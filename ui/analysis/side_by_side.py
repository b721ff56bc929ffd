"""Two periods or two areas side by side: the same charts on the same scale, and every figure with its difference.

Two areas are neighbours of one level, so that neither is a part of the other: the interval of a difference of rates
(Newcombe) holds for two groups of cases that have none in common. So do two periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from domain.filters import CaseFilter
from domain.i18n import N_, NO_VALUE, _, format_date, format_number
from domain.indicators import catalogue
from domain.indicators.facts import Unit
from domain.indicators.model import Indicator
from domain.pivot import Axis, stored_value
from domain.vocabulary import Labelled
from queries.areas import AreaInfo
from queries.comparison import Difference, difference
from queries.figures import Evaluation, Question
from ui import figure_text, messages, urlstate
from ui.analysis import bars, days
from ui.analysis.bars import Bar
from ui.cache import analysis as cache
from ui.cache import areas_and_cases
from ui.cache import indicators as indicator_cache
from ui.community.block import ROW_HEIGHT, block, height, table
from ui.encode import cut, markdown_text
from ui.filter_bar import View
from ui.shell import Page

_MOST_BARS = 12
_LONGEST_NAME = 40
_KINDS = ("count", "rate")


class Beside(Labelled):
    """What the chosen cases are set beside."""

    BEFORE = "before"
    YEAR_BEFORE = "year_before"
    AREA = "area"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"before": N_("前一时段"), "year_before": N_("去年同期"), "area": N_("同级的另一个区划")}


@dataclass(frozen=True)
class Half:
    """One of the two sides: its cases, where, and what it is called."""

    wanted: CaseFilter
    area: AreaInfo | None
    name: str

    def question(self, page: Page) -> Question:
        """What is asked of it."""
        return Question(catalogue.DEFAULT, self.wanted, self.area, page.city.as_of_utc)


def draw(page: Page, view: View) -> None:
    """Draw the choice, both halves, and the table of differences."""
    with block("compare", _("并排对比")):
        halves = _choose(page, view.wanted)
        if halves is None:
            return
        _charts(page, view, halves)
        _differences(page, halves)


def _choose(page: Page, wanted: CaseFilter) -> tuple[Half, Half] | None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = urlstate.selectbox(
            _("对比"),
            list(Beside),
            key="compare",
            default=Beside.BEFORE,
            names=lambda item: item.label,
            width=170,
        )
        here = Half(wanted, page.place.scope, "")
        return _two_areas(page, here) if kind is Beside.AREA else _two_periods(page, here, kind)


def _two_periods(page: Page, here: Half, kind: Beside) -> tuple[Half, Half] | None:
    other = here.wanted.period_before() if kind is Beside.BEFORE else here.wanted.year_before()
    if other is None:
        messages.empty(_("没有可对比的时段"), what_next=_("请在上面选一个有起止的时段。"))
        return None
    lacking = page.lacking(here.wanted, other)
    if lacking:
        messages.empty(
            _("没有可对比的时段"),
            what_next=_("{period} 没有完整数据；请缩短时段，或换一种对比。").format(period=_period(lacking)),
        )
        return None
    return replace(here, name=_period(here.wanted)), Half(other, here.area, _period(other))


def _period(wanted: CaseFilter) -> str:
    return f"{format_date(wanted.start)} – {format_date(wanted.end)}"


def _two_areas(page: Page, here: Half) -> tuple[Half, Half] | None:
    area = here.area
    others = _neighbours(page, area) if area else {}
    if area is None or not others:
        messages.empty(
            _("没有同级的另一个区划"), what_next=_("请先进入一个区划，再选与它同级、同属一处的另一个。")
        )
        return None
    code = urlstate.selectbox(
        _("另一个区划"),
        list(others),
        key="beside",
        default=next(iter(others)),
        names=lambda code: cut(f"{others[code]} {code}", _LONGEST_NAME),
        width=240,
        variant=area.code,
    )
    path = areas_and_cases.path(page.actor, page.case_key, code)
    second = replace(here.wanted, area=code)
    return replace(here, name=area.name), Half(second, path[-1], path[-1].name)


def _neighbours(page: Page, area: AreaInfo) -> dict[str, str]:
    """The areas of the same level and parent, by code."""
    found = cache.areas_of(page.actor, page.case_key, area.level, area.parent_id)
    return {code: name for code, name in found.items() if code != area.code}


def _charts(page: Page, view: View, halves: tuple[Half, Half]) -> None:
    summaries = [
        areas_and_cases.case_summary(
            page.actor, page.case_key, half.wanted, view.level, half.area, page.city.as_of
        )
        for half in halves
    ]
    frames = [days.frames(summary.days) for summary in summaries]
    highest = max((cases for found in frames for _frame, cases in found), default=0)
    shown = [_categories(page, half) for half in halves]
    common = _most_frequent(shown)
    longest = max((found.get(value, 0) for found in shown for value in common), default=0)
    quiet = {"displayModeBar": False, "locale": "en-US"}
    for number, (column, half) in enumerate(zip(st.columns(2, gap="small"), halves, strict=True)):
        with column:
            told = _("{name}：{n} 件").format(
                name=half.name, n=format_number(summaries[number].by_area.total)
            )
            st.markdown(f"**{markdown_text(told, 120)}**")
            if not summaries[number].by_area.total:
                st.caption(_("没有案件，或这个区划不在您的范围内。"))
            st.plotly_chart(
                days.chart(frames[number], highest),
                key=f"compare_days_{number}",
                height=200,
                config=quiet,
                alt=_("柱形图：各时段上报的件数"),
            )
            st.plotly_chart(
                bars.chart(
                    [Bar(value, name, shown[number].get(value, 0)) for value, name in common.items()],
                    (),
                    longest,
                ),
                key=f"compare_bars_{number}",
                height=22 * len(common) + 36,
                config=quiet,
                alt=_("条形图：各类别件数"),
            )
    st.caption(_("两边的坐标轴一样长；类别取两边合计最多的 {n} 个。").format(n=len(common)))
    table("compare", lambda: _tables(halves, frames, shown, common))


def _tables(
    halves: tuple[Half, Half],
    frames: Sequence[days.Frames],
    shown: Sequence[dict[str, int]],
    common: dict[str, str],
) -> None:
    """What both sides' charts show, as tables: the times of each side are its own."""
    headings = _told_apart(halves)
    categories = pd.DataFrame({Axis.CATEGORY.label: list(common.values())})
    for heading, found in zip(headings, shown, strict=True):
        categories[heading] = [found.get(value, 0) for value in common]
    st.dataframe(
        categories, hide_index=True, row_height=ROW_HEIGHT, height=height(len(categories), _MOST_BARS)
    )
    for column, heading, times in zip(st.columns(2, gap="small"), headings, frames, strict=True):
        with column:
            rows = pd.DataFrame(
                {_("时段"): [frame.label for frame, _n in times], heading: [cases for _frame, cases in times]}
            )
            st.dataframe(rows, hide_index=True, row_height=ROW_HEIGHT, height=height(len(rows), _MOST_BARS))


def _categories(page: Page, half: Half) -> dict[str, int]:
    found = cache.counts(page.actor, page.case_key, half.question(page), Axis.CATEGORY)
    return {stored_value(key): cases for key, cases in found}


def _most_frequent(shown: Sequence[dict[str, int]]) -> dict[str, str]:
    """The categories with most cases on both sides together, with their words."""
    both = {value: sum(found.get(value, 0) for found in shown) for found in shown for value in found}
    order = sorted(both, key=lambda value: (-both[value], value))[:_MOST_BARS]
    return {value: Axis.CATEGORY.words(None if value == stored_value(None) else value) for value in order}


def _differences(page: Page, halves: tuple[Half, Half]) -> None:
    """Every count and rate on both sides, the difference, and whether it can be chance."""
    known = catalogue.profile(catalogue.DEFAULT).indicators
    names = tuple(name for name, item in known.items() if isinstance(item, Indicator) and item.kind in _KINDS)
    first, second = (
        indicator_cache.evaluate(page.actor, page.case_key, half.question(page), names) for half in halves
    )
    rows = [_row(first[name], second[name]) for name in names]
    headings = [_("指标"), *_told_apart(halves), _("差"), _("差的 95% 区间"), _("说明")]
    st.dataframe(
        pd.DataFrame(rows, columns=headings),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=height(len(rows), 24),
        key="compare_table",
    )
    st.caption(_("差 = 左边减右边；比率的差以百分点计。区间含 0 的差，可能只是偶然。"))


def _told_apart(halves: tuple[Half, Half]) -> list[str]:
    """Headings of both halves; neighbours may have the same name."""
    first, second = (cut(half.name, _LONGEST_NAME) for half in halves)
    return [first, second if second != first else f"{second} (2)"]


def _row(first: Evaluation, second: Evaluation) -> tuple[str, ...]:
    found = difference(first, second)
    return (
        str(first.definition.name),
        _value(first),
        _value(second),
        _difference(found, first.definition.unit),
        _interval(found),
        _said(found),
    )


def _value(figure: Evaluation) -> str:
    return " · ".join(part for part in (figure_text.value(figure), figure_text.beside(figure)) if part)


def _difference(found: Difference, unit: Unit) -> str:
    if found.value is None:
        return NO_VALUE
    return f"{100 * found.value:+.1f}" if unit is Unit.SHARE else f"{found.value:+,.0f}"


def _interval(found: Difference) -> str:
    if found.low is None or found.high is None:
        return ""
    return f"{100 * found.low:+.1f} – {100 * found.high:+.1f}"


def _said(found: Difference) -> str:
    if found.low is None or found.high is None:
        return ""
    if found.low > 0:
        return _("左边较高")
    return _("右边较高") if found.high < 0 else _("可能只是偶然")
