"""Which community? All of a place, in honest order, each a way into it; never one of them by itself."""

from typing import Any

import pandas as pd
import streamlit as st

from domain.filters import CaseFilter
from domain.i18n import NO_VALUE, _, format_number, format_share
from domain.indicators import catalogue
from queries.community import OVERDUE
from queries.figures import ByArea, Question
from ui import figure_text, messages, place, ranking_table, urlstate
from ui.cache import indicators as cache
from ui.community.block import block
from ui.community.subject import level_of
from ui.encode import markdown_text
from ui.shell import Page

_STEP = 20
_SHOWN = "communities_shown"
_LONGEST = 60
_LONGEST_LINE = 200


def draw(page: Page, wanted: CaseFilter) -> None:
    """The list with its search field."""
    level = level_of(page.place.levels)
    asked = Question(catalogue.DEFAULT, wanted, page.place.scope, page.city.as_of_utc)
    with st.skeleton(height=400):
        told = cache.by_area(page.actor, page.case_key, asked, OVERDUE, level)
    name = level.label.lower()
    with block("chooser", _("选择{level}").format(level=name)):
        if told.rows.empty:
            messages.empty(
                _("这里没有{level}").format(level=name), what_next=_("请回到上一级区划，或导入它的边界。")
            )
            return
        typed = urlstate.text(
            _("找{level}").format(level=name), key="find", placeholder=_("名称或编码"), longest=40, width=280
        )
        rows = found(told.rows, typed)
        if rows.empty:
            messages.empty(
                _("没有名称或编码含有“{text}”的{level}").format(text=typed, level=name),
                what_next=_("请换一个词，或清空后从列表里选。"),
            )
            return
        _list(told, rows)
        if first := figure_text.first_by_placeholder(told):
            st.caption(markdown_text(first, _LONGEST_LINE))


def found(rows: pd.DataFrame, typed: str) -> pd.DataFrame:
    """The rows whose name or code holds what was typed, case-insensitively; all for nothing typed."""
    text = typed.strip().casefold()
    holds = [
        text in f"{name}\n{code}".casefold() for name, code in zip(rows["name"], rows["code"], strict=True)
    ]
    return rows[holds]


def _list(told: ByArea, rows: pd.DataFrame) -> None:
    shown = rows.head(st.session_state.get(_SHOWN, _STEP))
    st.caption(_order(told, len(shown), len(rows)))
    with st.container(key="lines_areas", gap=None):
        for row in shown.itertuples():
            # a link within one screen would not change the browser's address
            st.button(
                _label(row),
                key=f"area_{row.code}",
                type="tertiary",
                width="stretch",
                on_click=place.go_to,
                args=(str(row.code),),
            )
    left = len(rows) - len(shown)
    if left:
        more = _("再显示 {n} 个").format(n=min(left, _STEP))
        st.button(more, on_click=_more, args=(len(shown),), icon=":material/expand_more:")


def _more(shown: int) -> None:
    st.session_state[_SHOWN] = shown + _STEP


def _order(told: ByArea, shown: int, total: int) -> str:
    """How many of how many, in which order, and what the words mean."""
    least = catalogue.profile(catalogue.DEFAULT).minimum_n
    lines = [
        _("显示 {shown} 个，共 {total} 个").format(shown=format_number(shown), total=format_number(total)),
        _("按超期率由低到高；括号里是 95% 把握下可能的名次；不足 {n} 件的不排名").format(n=least),
    ]
    if told.elsewhere:
        lines.append(_("另有 {n} 件不在其中任何一个里").format(n=format_number(told.elsewhere)))
    return " · ".join(lines)


def _label(row: Any) -> str:
    """Name, cases, overdue share with its counts and interval, and the rank it may have."""
    unit = catalogue.definition(catalogue.DEFAULT, OVERDUE).unit
    share = format_share(int(row.numerator), int(row.denominator))
    between = NO_VALUE
    if not pd.isna(row.low):
        between = f"{figure_text.number(row.low, unit)}–{figure_text.number(row.high, unit)} %"
    parts = [
        _("{n} 件").format(n=format_number(int(row.cases))),
        _("超期 {share}").format(share=share),
        _("区间 {between}").format(between=between),
        _rank(row),
    ]
    return " ".join(
        [f"**{markdown_text(row.name, 24)}**", *(f":gray[{markdown_text(part, _LONGEST)}]" for part in parts)]
    )


def _rank(row: Any) -> str:
    if pd.isna(row.value):
        return _("没有到期的案件")
    if row.small:
        return _("件数少，不排名")
    return _("名次 {rank}").format(rank=ranking_table.rank_text(row.rank, row.best, row.worst))
