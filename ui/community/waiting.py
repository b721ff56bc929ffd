"""The newest open and the newest overdue cases of a community, each a link to the case."""

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from domain.filters import CaseFilter, Side
from domain.i18n import _, format_datetime, format_number
from queries.community import Latest
from ui import durations, navigation
from ui.cache.community import OPEN, OVERDUE, Cases
from ui.community.block import block
from ui.community.subject import Subject
from ui.encode import markdown_text
from ui.navigation import Screen

MOST = 10
_LONGEST_TITLE = 36
_LONGEST_FACTS = 80


def draw(about: Subject, wanted: CaseFilter, told: Cases) -> None:
    """Two lists beside each other; on a phone below each other."""
    with block("cases", _("案件")):
        left, right = st.columns(2, gap="medium")
        with left:
            _list(about, wanted, told.open, OPEN, _("在办"), _("所选时段没有在办案件，不用做什么。"))
        with right:
            _list(about, wanted, told.overdue, OVERDUE, _("超期"), _("所选时段没有超期案件，不用做什么。"))


def _list(about: Subject, wanted: CaseFilter, told: Latest, side: Side, name: str, nothing: str) -> None:
    shown = len(told.rows)
    if not shown:
        st.markdown(f"**{name}**")
        st.caption(nothing)
        return
    line = _("最新 {shown} 件，共 {total} 件").format(
        shown=format_number(shown), total=format_number(told.total)
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{name}** :gray[{line}]", width="content")
        _to_list(about, wanted, side)
    with st.container(key=f"lines_{side.indicator}", gap=None):
        for row in told.rows.itertuples():
            navigation.link(
                Screen.CASES,
                _label(row, about.page.city.as_of),
                area=about.area.code,
                case=str(row.case_id),
            )


def _to_list(about: Subject, wanted: CaseFilter, side: Side) -> None:
    """To the page of cases with the same filter; a side that the reader has chosen stays."""
    navigation.link(
        Screen.CASES,
        _("全部在案件页看"),
        icon=":material/list:",
        area=about.area.code,
        side=str(wanted.side or side),
        finding=str(wanted.finding) if wanted.finding else None,
        in_compound=list(wanted.compounds) or None,
        of_company=list(wanted.companies) or None,
    )


def _label(row: Any, as_of: datetime) -> str:
    """Title, how late or how long still, and what else is known; all of it on one link."""
    title = row.title if not pd.isna(row.title) else row.category
    name = markdown_text(_("（无标题）") if pd.isna(title) else title, _LONGEST_TITLE)
    facts = [_("上报 {time}").format(time=format_datetime(row.reported_at))]
    if not pd.isna(row.category) and row.category != title:
        facts.append(str(row.category))  # behind the time: what is long breaks between words, not in a date
    beside = markdown_text(" · ".join(facts), _LONGEST_FACTS)
    return f"**{name}** {_time_left(row, as_of)} :gray[{beside}]"


def _time_left(row: Any, as_of: datetime) -> str:
    """Whether a case is, or was, past its limit, and by how much; red for that and nothing else."""
    if pd.isna(row.due_at):
        words = _("未设时限")
        return f":gray[{words}]"
    is_closed = row.state == "closed" and not pd.isna(row.closed_at) and row.closed_at <= as_of
    late = (row.closed_at if is_closed else as_of) - row.due_at
    if late > timedelta(0):
        words = (_("晚 {time} 结案") if is_closed else _("超期 {time}")).format(time=durations.words(late))
        return f":red[{words}]"
    words = _("还有 {time}").format(time=durations.words(late))
    return f":gray[{words}]"
