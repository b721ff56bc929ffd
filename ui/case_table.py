"""The list of cases: how many, fifty of them, and which one is open; all of it in the URL.

`?case=ID` is the one truth of which case is open: choosing a row writes it, and before the table is drawn its
selection is set from it, so that the back button and a shared link show the same.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from domain.case_fields import CASE_FIELDS
from domain.case_order import CaseOrder
from domain.filters import CaseFilter
from domain.i18n import _, format_number
from domain.vocabulary import Level
from queries.areas import AreaInfo
from queries.case_list import PAGE_ROWS
from ui import messages, open_row, theme, urlstate
from ui.cache import case_list as cache
from ui.encode import cut_cells
from ui.shell import Page

_MOST_ROWS = 16
_CASE, _PAGE = "case", "page"
_SEEN = "cases_seen"


@dataclass(frozen=True)
class CaseView:
    """What the reader asked for: which cases (`area` None: everywhere), in which order, which page of how many.

    `chosen` names the area only where it restricts: it is what an export and a link hold too.
    """

    chosen: CaseFilter
    area: AreaInfo | None
    order: CaseOrder
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, math.ceil(self.total / PAGE_ROWS))

    @property
    def first(self) -> int:
        """The place of the first row of the page in the list, counted from 1."""
        return (self.number - 1) * PAGE_ROWS + 1

    @property
    def last(self) -> int:
        """The place of the last row of the page."""
        return min(self.total, self.number * PAGE_ROWS)


def view(page: Page, wanted: CaseFilter) -> CaseView:
    """What the URL and the filter bar ask for together."""
    area = page.place.scope
    chosen = replace(wanted, area=area.code if area else None)
    order = _order()
    number = _number(repr((chosen, order)))
    found = CaseView(chosen, area, order, number, 0)
    rows = len(_rows(page, found)) if number == 1 else PAGE_ROWS
    # a list that its first page holds is counted already: looking for a rare text goes through all cases once
    total = (
        rows
        if rows < PAGE_ROWS
        else cache.total(page.actor, page.case_key, chosen, area, page.city.as_of_utc)
    )
    counted = replace(found, total=total)
    return replace(counted, number=min(number, counted.pages))


def _rows(page: Page, shown: CaseView) -> pd.DataFrame:
    """The rows of the page that is shown."""
    return cache.page(
        page.actor, page.case_key, shown.chosen, shown.area, shown.order, shown.number, page.city.as_of_utc
    )


def _order() -> CaseOrder:
    stored = st.query_params.get("order")
    return CaseOrder(stored) if stored in set(CaseOrder) else CaseOrder.NEWEST


def _number(what: str) -> int:
    """The page in the URL; the first where the reader has changed what is listed and not the page."""
    told = st.query_params.get(_PAGE, "1")
    before = st.session_state.get(_SEEN)
    if before is not None and before[0] != what and before[1] == told:
        st.query_params.pop(_PAGE, None)
        told = "1"
    st.session_state[_SEEN] = (what, told)
    return max(1, int(told)) if told.isascii() and told.isdigit() and len(told) < 10 else 1  # noqa: PLR2004


def open_case() -> int | None:
    """The id of the case that is open; None where there is none. An id that is no number opens nothing."""
    told = st.query_params.get(_CASE)
    if told is None:
        return None
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0  # noqa: PLR2004


def open_one(case_id: int | None) -> None:
    """Open a case, None to close. For callbacks."""
    if case_id is None:
        st.query_params.pop(_CASE, None)
    else:
        st.query_params[_CASE] = str(case_id)


def draw(page: Page, shown: CaseView) -> None:
    """Draw the head of the list, the rows, and the way to other pages."""
    _head(shown)
    if not shown.total:
        nothing(page, shown.chosen)
        return
    rows = _rows(page, shown)
    open_row.table(
        _shown(rows),
        "case_rows",
        [int(case_id) for case_id in rows["case_id"]],
        _CASE,
        alt=_("案件列表：选一行打开案件"),
        most_rows=_MOST_ROWS,
        columns=_columns(),
    )


def nothing(page: Page, chosen: CaseFilter) -> None:
    """Why there is no case to list, and what to do."""
    if page.is_foreign:
        messages.outside_scope(page.own[-1])
    elif not page.contents.cases:
        messages.no_cases()
    elif chosen.text or chosen.hours or chosen.side or chosen.finding or chosen.compounds or chosen.companies:
        messages.empty(
            _("没有符合条件的案件"), what_next=_("请改或去掉要找的文字和“只看”的条件，或放宽时段。")
        )
    else:
        messages.empty(
            _("这个范围内没有案件"),
            what_next=_("请放宽时段，去掉类别、渠道、状态的限制，或回到上一级区划。"),
        )


def _head(shown: CaseView) -> None:
    with st.container(key="case_head", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_counted(shown), width="stretch")
        if shown.total > 1:
            urlstate.selectbox(
                _("排序"),
                list(CaseOrder),
                key="order",
                default=CaseOrder.NEWEST,
                names=lambda item: item.label,
                label_visibility="collapsed",
                width=190,
            )
        if shown.pages > 1:
            _pager(shown)


def _counted(shown: CaseView) -> str:
    told = _("共 {n} 件").format(n=f"**{format_number(shown.total)}**")
    if not shown.total:
        return told
    rows = _("显示第 {first}–{last} 件").format(
        first=format_number(shown.first), last=format_number(shown.last)
    )
    return _("{total}，{rows}").format(total=told, rows=rows)


def _pager(shown: CaseView) -> None:
    def step(label: str, icon: str, number: int) -> None:
        st.button(
            label,
            key=f"to_{icon}",
            icon=f":material/{icon}:",
            type="tertiary",
            disabled=not 1 <= number <= shown.pages,
            on_click=_go_to,
            args=(number,),
        )

    step(_("上一页"), "chevron_left", shown.number - 1)
    where = _("第 {number}/{pages} 页").format(
        number=format_number(shown.number), pages=format_number(shown.pages)
    )
    st.caption(where, width="content")
    step(_("下一页"), "chevron_right", shown.number + 1)


def _go_to(number: int) -> None:
    if number == 1:
        st.query_params.pop(_PAGE, None)
    else:
        st.query_params[_PAGE] = str(number)


def _shown(rows: pd.DataFrame) -> Styler:
    """The columns of the table, stored values in words; state and limit of an overdue case in red."""

    def words(name: str) -> list[Any]:
        return [None if pd.isna(value) else CASE_FIELDS[name].shown(value) for value in rows[name]]

    late = [_("超期") if overdue else "" for overdue in rows["overdue"]]
    states = [" · ".join(part for part in pair if part) for pair in zip(words("state"), late, strict=True)]
    table = pd.DataFrame(
        {
            "reported_at": rows["reported_at"],
            "state": states,
            "title": rows["title"].fillna(rows["category"]),
            "category": rows["category"],
            "community": rows["community"],
            "due_at": rows["due_at"],
            "department": rows["department"],
            "channel": words("channel"),
            "place": rows["place"],
            "closed_at": rows["closed_at"],
            "source_case_id": rows["source_case_id"],
        }
    )
    red = [f"color: {theme.ALARM}" if overdue else "" for overdue in rows["overdue"]]
    return cut_cells(table).style.apply(lambda _column: red, subset=["state", "due_at"])


def _columns() -> dict[str, Any]:
    times = {
        name: st.column_config.DatetimeColumn(CASE_FIELDS[name].label, format="YYYY-MM-DD HH:mm", width=120)
        for name in ("reported_at", "due_at", "closed_at")
    }
    texts = {
        name: st.column_config.TextColumn(CASE_FIELDS[name].label, width=width)
        for name, width in (
            ("state", 130),
            ("title", 240),
            ("category", 150),
            ("department", 130),
            ("channel", 100),
            ("place", 130),
            ("source_case_id", 150),
        )
    }
    return {**times, **texts, "community": st.column_config.TextColumn(Level.COMMUNITY.label, width=110)}
