"""The panel beside the map: four figures, the days, the areas in honest order, the hours of the week."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from domain.filter_words import WEEKDAYS, hour_words
from domain.filters import CaseFilter, HourCell
from domain.i18n import _, format_date, format_number
from domain.indicators.facts import Direction
from domain.vocabulary import Level
from queries.cases import Figures
from queries.meta import CityInfo
from queries.placeholder import lifted
from queries.ranking import ranked
from ui import figures as figure
from ui import messages, navigation, place, theme, urlstate
from ui.cache.areas_and_cases import CaseSummary
from ui.encode import cut, cut_cells, markdown_text
from ui.filter_bar import View
from ui.measures import Measure
from ui.navigation import Screen
from ui.shell import Page

_TOP = 8
_LONGEST_LINE = 200
_LONGEST_NAME = 20
_FIGURES = ("cases", "open", "overdue", "on_time_closing_rate")
_HOUR_CLICKS = "clicks_on_hours"
_ALL_HOURS = tuple(HourCell(weekday, hour) for weekday in range(1, 8) for hour in range(24))
"""Every hour of the week, in the order of the matrix: Monday first."""


def nothing(page: Page, view: View) -> None:
    """Why there is no case to show, and what to do."""
    if page.is_foreign:
        messages.outside_scope(page.own[-1])
    elif not page.contents.cases:
        messages.no_cases()
    else:
        messages.empty(_("这个范围内没有案件"), what_next=_wider(page.city, view.wanted))


def _wider(city: CityInfo, wanted: CaseFilter) -> str:
    """Where to look for cases; data that end before the period are probably not of today."""
    if city.live and city.data_end and wanted.start and city.data_end.date() < wanted.start:
        return _(
            "数据止于 {day}。若是历史数据，请运行“python -m data city --as-of data”，时段即以数据为准；"
            "或把时段改为“全部时间”。"
        ).format(day=format_date(city.data_end.date()))
    return _("请放宽时段，去掉类别、渠道、状态的限制，或回到上一级区划。")


def figures(page: Page, view: View, summary: CaseSummary) -> None:
    """Reported with its days, then open, overdue and closed in time; each opens to how it was counted."""
    asked = figure.question(page, view.wanted)
    found = figure.evaluate(page, asked, _FIGURES)
    now = summary.by_area.figures
    before, last = view.wanted.period_before(), page.ends_within(view.wanted)
    covered = before is not None and page.lacking(view.wanted, before) is None
    told = [_("所选时段内上报的案件；小图为逐日件数。")]
    if summary.before is not None and not covered:
        told.append(_("前一时段没有完整数据，不作比较。"))
    figure.metric(
        page,
        asked,
        found["cases"],
        label=_headline(summary),
        delta=_change(now, summary.before if covered else None),
        delta_color="off",
        delta_description=_("比前一个等长时段") if covered and summary.before else None,
        chart_data=[count for day, count in summary.days if last is None or day <= last] or None,
        help=" ".join(told),
    )
    if last and summary.days:
        st.caption(_until(last, summary.days[0][0]))
    columns = st.columns(3)
    names = (_("在办"), _("超期"), _("按期结案率"))
    for column, name, key in zip(columns, names, _FIGURES[1:], strict=True):
        with column:
            figure.metric(page, asked, found[key], label=name)
    if summary.by_area.total:
        st.caption(_not_on_the_map(summary, view.level))
    with st.container(key="panel_links", horizontal=True, gap="small"):
        navigation.link(Screen.CASES, _("看这些案件"), icon=":material/list:")
        if any(area.level is Level.COMMUNITY for area in page.place.path):
            navigation.link(Screen.COMMUNITY, _("看这个社区"), icon=":material/home_work:")


def _until(last: date, first: date) -> str:
    """That reports end within the period that begins on `first`: it is not held against a whole one."""
    days = (last - first).days + 1
    if days < 1:
        return _("最后一次上报在 {day}，在这个时段之前。").format(day=format_date(last))
    return _("最后一次上报在 {day}：本时段只有 {n} 天有上报，不和前一时段相比；小图到这一天为止。").format(
        day=format_date(last), n=format_number(days)
    )


def _headline(summary: CaseSummary) -> str:
    days = summary.days
    if not days:
        return _("案件数")
    return _("案件数 {start} – {end}").format(start=format_date(days[0][0]), end=format_date(days[-1][0]))


def _change(now: Figures, before: int | None) -> str | None:
    if not before:
        return None
    return f"{100 * (now.cases - before) / before:+.1f} %"


def _not_on_the_map(summary: CaseSummary, level: Level) -> str:
    found = summary.by_area
    told = [_("未落到{level} {n} 件").format(level=level.label.lower(), n=format_number(found.elsewhere))]
    if not found.elsewhere:
        told = [_("全部落到{level}").format(level=level.label.lower())]
    share = f"{format_number(found.figures.without_point)}/{format_number(found.total)}"
    return " · ".join([*told, _("没有可用坐标 {share} 件").format(share=share)])


def top_areas(areas: pd.DataFrame, measure: Measure) -> None:
    """The areas with the highest values, each a way into it; `areas` as `area_map.areas_of` gives them.

    A value that chance could put elsewhere says so: few cases stand apart, and those that cannot be told
    from the first are counted.
    """
    order = ranked(areas, Direction.NEITHER, measure.minimum_n)
    known = order[order["rank"].notna()]
    st.caption(
        _("{measure}：前 {shown} 个，共 {total} 个").format(
            measure=measure.heading, shown=min(len(known), _TOP), total=format_number(len(areas))
        )
    )
    with st.container(key="ranking", gap=None):
        for place_in_list, row in enumerate(known.head(_TOP).itertuples()):
            st.button(
                f"{markdown_text(row.name, 20)} :gray[{markdown_text(_beside(row, measure))}]",
                key=f"rank_{place_in_list}",
                type="tertiary",
                width="stretch",
                on_click=place.go_to,
                args=(row.code,),
            )
    for line in _honest_words(areas, order, measure):
        st.caption(markdown_text(line, _LONGEST_LINE))


def _beside(row: Any, measure: Measure) -> str:
    """The value of an area; of a rate also what it stands on, and between which values chance may put it."""
    value = format_number(row.value, measure.decimals)
    if measure.counts:
        return value
    low, high = (format_number(edge, measure.decimals) for edge in (row.low, row.high))
    if measure.diverges:  # n counts both periods; a dash between two signs would be unreadable
        return _("{value}（{low} 至 {high}）· 两期共 {n} 件").format(
            value=_signed(value), low=_signed(low), high=_signed(high), n=format_number(row.n)
        )
    return _("{value}（{low}–{high}）· {n} 件").format(
        value=value, low=low, high=high, n=format_number(row.n)
    )


def _signed(figure: str) -> str:
    """A change with its sign, as the legend writes it: +4.1, −20.5."""
    return f"−{figure[1:]}" if figure.startswith("-") else f"+{figure}"


def _honest_words(areas: pd.DataFrame, order: pd.DataFrame, measure: Measure) -> list[str]:
    """What has to be said of the order: ties, small numbers, missing values, placeholder points."""
    told = []
    like_first = int(order["like_first"].sum())
    if not measure.counts:
        told.append(_("括号内为 95% 区间。"))
        if like_first > 1:
            told.append(_("前 {n} 名分不出先后。").format(n=format_number(like_first)))
    small = int(order["small"].sum())
    if small:
        told.append(
            _("另有 {n} 个不足 {least} 件，不排名。").format(n=format_number(small), least=measure.minimum_n)
        )
    without = int((areas["own"] & areas["value"].isna()).sum())
    if without:
        told.append(_("另有 {n} 个{reason}").format(n=format_number(without), reason=measure.no_value))
    if first := lifted(order, Direction.NEITHER, measure.minimum_n):
        left = f"{format_number(first.value or 0, measure.decimals)} {measure.unit}"
        told.append(first.words(left, cut(first.name, _LONGEST_NAME)))
    return told


def hours_of_week(wanted: CaseFilter, counts: Sequence[Sequence[int]]) -> None:
    """When cases are reported: weekday by hour (local time). Choosing a cell narrows everything to it."""
    st.caption(_("上报时间：星期 × 小时（件）。点一格，只看那个小时。"))
    chosen = set(wanted.hours)
    # a chart that was clicked never comes back: it would still hold the click, and the same one be no change
    key = f"hours_{st.session_state.get(_HOUR_CLICKS, 0)}"
    st.echarts_chart(
        _heat_option(counts, [_(day) for day in WEEKDAYS], chosen),
        height=190,
        key=key,
        alt=_("星期 × 小时的上报件数"),
        on_select=partial(_choose_hour, key, tuple(sorted(chosen))),
    )
    urlstate.multiselect(
        _("只看这些小时"),
        [str(cell) for cell in _ALL_HOURS],
        key="hour",
        names=lambda text: hour_words(HourCell.parse(text)),
        placeholder=_("全部小时"),
        width="stretch",
    )


def _choose_hour(key: str, before: tuple[HourCell, ...]) -> None:
    """A click on a cell chooses it, or lets go of it when it was chosen."""
    picked = st.session_state[key].selection.selected
    clicked = {_ALL_HOURS[at] for group in picked for at in group["data_indices"]}
    urlstate.write("hour", [str(cell) for cell in sorted(clicked.symmetric_difference(before))])
    st.session_state[_HOUR_CLICKS] = st.session_state.get(_HOUR_CLICKS, 0) + 1


def tables(areas: pd.DataFrame, summary: CaseSummary, measure: Measure) -> None:
    """What the panel draws, as tables one click away: all areas, days, hours."""
    table = st.expander(_("查看表格"), on_change="rerun", key="tables")
    if not table.open:
        return
    with table:
        st.dataframe(
            cut_cells(areas[["name", "value", "cases"]].sort_values("value", ascending=False)),
            hide_index=True,
            height=260,
            row_height=28,
            column_config={
                "name": st.column_config.TextColumn(_("区划")),
                "value": st.column_config.NumberColumn(measure.heading, format=f"%,.{measure.decimals}f"),
                "cases": st.column_config.NumberColumn(_("案件数"), format="%,d"),
            },
        )
        days = pd.DataFrame(summary.days, columns=[_("日期"), _("案件数（件）")])
        st.dataframe(days.astype({_("日期"): "str"}), hide_index=True, height=260, row_height=28)
        st.dataframe(pd.DataFrame(summary.hours, index=[_(day) for day in WEEKDAYS]), height="content")


def _heat_option(
    counts: Sequence[Sequence[int]], days: Sequence[str], chosen: Collection[HourCell]
) -> dict[str, Any]:
    """An ECharts heat map: hours across, weekdays down, Monday on top; chosen cells are framed on top of it."""
    cells = {
        cell: {
            "name": hour_words(cell),
            "value": [cell.hour, cell.weekday - 1, counts[cell.weekday - 1][cell.hour]],
        }
        for cell in _ALL_HOURS
    }
    quiet = {"axisLine": {"show": False}, "axisTick": {"show": False}, "splitLine": {"show": False}}
    return {
        "animation": False,
        "grid": {"left": 40, "right": 56, "top": 4, "bottom": 22},
        "tooltip": {"formatter": _("{period}：{n} 件").format(period="{b}", n="{@[2]}")},
        "xAxis": {"type": "category", "data": [str(hour) for hour in range(24)], **quiet},
        "yAxis": {"type": "category", "data": list(days), "inverse": True, **quiet},
        "visualMap": {
            "min": 0,
            "max": max(map(max, counts)),
            "orient": "vertical",
            "right": 0,
            "top": "middle",
            "itemWidth": 8,
            "itemHeight": 100,
            "text": [format_number(max(map(max, counts))), "0"],
            "textGap": 4,
            "textStyle": {"color": theme.SECONDARY, "fontSize": 11},
            "inRange": {"color": list(theme.SEQUENTIAL)},
        },
        "series": [
            {
                "type": "heatmap",
                "data": list(cells.values()),
                "selectedMode": "single",
                "itemStyle": {"borderColor": "#FFFFFF", "borderWidth": 1},
            },
            {
                "type": "heatmap",
                "silent": True,
                "data": [cells[cell] for cell in sorted(chosen)],
                "itemStyle": {"borderColor": theme.TEXT, "borderWidth": 2},
            },
        ],
    }
