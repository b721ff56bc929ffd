"""红黑榜: who is on a list, since when and why, in words; who came and went; who comes near without being supported.

Made to be printed: the entries are text, and what only makes sense on a screen is left out on paper.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from domain.i18n import _, current_language, format_number
from domain.ratings.lists import ListKind
from domain.ratings.periods import Period
from queries.ratings import Turn
from ui import more, theme, urlstate
from ui.cache import property as cache
from ui.community.block import ROW_HEIGHT, block, height
from ui.encode import cut_cells, markdown_text
from ui.property import export, grades, print_head, rated, register, words
from ui.property.listed import Near
from ui.property.rated import Rated
from ui.shell import Page

_STEP = 15
_MOST_CHANGES, _MOST_NEAR = 20, 40
_LONGEST = 600


def draw(page: Page) -> None:
    """Draw the part."""
    told = rated.choose(page)
    if told is None:
        return
    print_head.draw(page, told)
    found = cache.listing(page.actor, rated.key_of(page), told.ratings, page.place.scope, told.period)
    for kind in (ListKind.BLACK, ListKind.RED):
        with block(f"list_{kind.value}", kind.label):
            _current(page, told, kind, found.current[kind])
    with block("list_near", _("接近榜单而不能入榜的")):
        _near(told, found.near)
    with block("list_history", _("进出记录")):
        _history(page, told, found.history)


def _rule(told: Rated, kind: ListKind) -> str:
    lists = told.profile.lists
    if kind is ListKind.RED:
        return _("入榜：连续 {n} 期，区间下限不低于 {limit} 分").format(
            n=lists.periods, limit=f"{lists.red.at_least:g}"
        )
    return _("入榜：连续 {n} 期，区间上限低于 {limit} 分").format(
        n=lists.periods, limit=f"{lists.black.below:g}"
    )


def _current(page: Page, told: Rated, kind: ListKind, rows: pd.DataFrame) -> None:
    shown = more.first(kind.value, rows, _STEP)
    st.caption(
        _("{rule}；在榜 {total} 个，列出 {shown} 个").format(
            rule=_rule(told, kind), total=format_number(len(rows)), shown=format_number(len(shown))
        )
    )
    if rows.empty:
        st.markdown(_("本期没有小区在榜。"))
        return
    turns = [Turn(number, kind, on=True, period=told.period) for number in shown["compound_id"].tolist()]
    for row, reason in zip(shown.itertuples(), _why(page, told, turns), strict=True):
        _entry(row, reason)
    export.listed(page, told, rows, kind, (kind.label, _rule(told, kind)))
    more.draw(kind.value, len(shown), len(rows), _STEP)


def _entry(row: Any, reason: str) -> None:
    """One entry: the compound, which opens; since when, two periods, and why."""
    with st.container(key=f"entry_{row.compound_id}", gap=None):
        st.button(
            f"**{markdown_text(row.name)}**",
            key=f"open_{row.compound_id}",
            type="tertiary",
            on_click=urlstate.change,  # a link to the screen that one is on would lead nowhere
            args=({"part": [], register.OPEN: [str(row.code)]},),
        )
        where = [words.text(row.street), words.text(row.community), words.text(row.company)]
        beside = " · ".join([*where, _("{n} 户").format(n=words.count(row.households))])
        periods = _("上期 {before}；本期 {now}").format(
            before=_points(row.before_total, row.before_low, row.before_high),
            now=_points(row.total, row.low, row.high),
        )
        st.caption(markdown_text(f"{beside} · {words.stay(row)} · {periods}", _LONGEST))
        st.markdown(markdown_text(reason, _LONGEST))


def _points(total: Any, low: Any, high: Any) -> str:
    """A total with its interval; that there is none."""
    if pd.isna(total):
        return _("不评级")
    return _("{total}（{interval}）").format(total=f"{total:.1f}", interval=grades.interval(low, high))


def _near(told: Rated, rows: pd.DataFrame) -> None:
    """Those whose total is beyond a threshold, and why they are on no list."""
    shown = more.first("near", rows, _MOST_NEAR)
    st.caption(
        _("{n} 个小区的总分够得上榜单，但还不能入榜；列出 {shown} 个").format(
            n=format_number(len(rows)), shown=format_number(len(shown))
        )
    )
    if shown.empty:
        return
    why = {
        Near.INTERVAL: _("区间不支持：可能只是偶然"),
        Near.PERIODS: _("区间支持，但还没有连续 {n} 期").format(n=told.profile.lists.periods),
    }
    columns: register.Columns = {
        _("小区名称"): shown["name"].tolist(),
        _("榜单"): [ListKind(kind).label for kind in shown["list"]],
        _("总分"): [f"{total:.1f}" for total in shown["total"]],
        _("区间"): [grades.interval(*pair) for pair in zip(shown["low"], shown["high"], strict=True)],
        _("为什么不在榜"): [why[Near(reason)] for reason in shown["near"]],
        _("户数"): shown["households"],
        _("物业公司"): [words.text(value) for value in shown["company"]],
    }
    pictures = {_("0–100 分"): grades.pictures(told.profile, shown)}
    register.table("near", shown, columns, pictures=pictures, seen=10)
    more.draw("near", len(shown), len(rows), _MOST_NEAR)


def _history(page: Page, told: Rated, rows: pd.DataFrame) -> None:
    """Entries and exits of all periods that are rated, the newest first."""
    shown = more.first("history", rows, _MOST_CHANGES)
    first, last = told.ratings.periods[0], told.ratings.periods[-1]
    st.caption(
        _("{first} 至 {last}：{n} 次进出，列出 {shown} 次").format(
            first=first, last=last, n=format_number(len(rows)), shown=format_number(len(shown))
        )
    )
    if shown.empty:
        return
    columns = (shown[name].tolist() for name in ("compound_id", "list", "entered", "period"))
    turns = [
        Turn(number, ListKind(kind), on=entered, period=Period.parse(period))
        for number, kind, entered, period in zip(*columns, strict=True)
    ]
    frame = pd.DataFrame(
        {
            _("评级周期"): shown["period"].tolist(),
            _("榜单"): [ListKind(kind).label for kind in shown["list"]],
            _("进出"): [_("入榜") if entered else _("退出") for entered in shown["entered"]],
            _("小区名称"): shown["name"].tolist(),
            _("物业公司"): [words.text(value) for value in shown["company"]],
            _("原因"): _why(page, told, turns),
        }
    )
    black = (shown["list"] == ListKind.BLACK) & shown["entered"]
    colors = [f"color: {theme.ALARM}" if on else "" for on in black]
    st.dataframe(
        cut_cells(frame).style.apply(lambda _column: colors, subset=[_("榜单"), _("进出")]),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=height(len(frame), 12),
    )
    more.draw("history", len(shown), len(rows), _MOST_CHANGES)


def _why(page: Page, told: Rated, turns: Sequence[Turn]) -> list[str]:
    key = rated.key_of(page)
    return cache.reasons(page.actor, key, told.ratings, page.place.scope, tuple(turns), current_language())
