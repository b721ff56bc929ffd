"""The events, newest first, in pages; `?event=N` says which one is open."""

from typing import Any

import pandas as pd
import streamlit as st

from domain.actor import Actor
from domain.audit import AuditFilter
from domain.i18n import _, format_datetime, format_number
from queries.audit import AuditPage, AuditRow
from ui import messages, open_row, urlstate
from ui.audit import words
from ui.audit.filters import PAGE
from ui.cache import audit as cache
from ui.encode import cut

ROWS = 50
"""Events on a page."""

_EVENT = "event"
_MOST_ROWS = 16
_CELL, _LONG_CELL = 80, 300


def draw(actor: Actor, chosen: AuditFilter) -> None:
    """Draw how many there are, the page that the URL names, and the way to the others."""
    number = _number_in_url()
    found = cache.page(actor, chosen, ROWS, (number - 1) * ROWS)
    pages = max(1, -(-found.total // ROWS))
    if number > pages:
        number = pages
        found = cache.page(actor, chosen, ROWS, (number - 1) * ROWS)
    if not found.total:
        messages.empty(_("没有符合条件的记录"), what_next=_("请放宽时段，或去掉动作、登录名、对象的限制。"))
        return
    _head(found, number, pages)
    open_row.table(
        _shown(found.rows),
        "audit_rows",
        [row.seq for row in found.rows],
        _EVENT,
        alt=_("审计记录：选一行查看细节"),
        most_rows=_MOST_ROWS,
        columns=_columns(),
    )


def opened(actor: Actor) -> AuditRow | None:
    """The event in the URL; None where there is none."""
    told = st.query_params.get(_EVENT, "")
    is_number = told.isascii() and told.isdigit() and len(told) < 16  # noqa: PLR2004 -- digits of a bigint
    return cache.one(actor, int(told)) if is_number else None


def close() -> None:
    """Leave the event that is open. For callbacks."""
    urlstate.put(_EVENT, "")


def _number_in_url() -> int:
    told = st.query_params.get(PAGE, "")
    return max(1, int(told)) if told.isascii() and told.isdigit() and len(told) < 10 else 1  # noqa: PLR2004


def _head(found: AuditPage, number: int, pages: int) -> None:
    first = (number - 1) * ROWS + 1
    told = _("第 {first}–{last} 条，共 {total} 条，新的在前").format(
        first=format_number(first),
        last=format_number(first + len(found.rows) - 1),
        total=format_number(found.total),
    )
    with st.container(key="audit_head", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(told, width="stretch")
        if pages > 1:
            _step(_("上一页"), "chevron_left", number - 1, pages)
            _step(_("下一页"), "chevron_right", number + 1, pages)


def _step(label: str, icon: str, number: int, pages: int) -> None:
    st.button(
        label,
        key=f"audit_to_{icon}",
        icon=f":material/{icon}:",
        type="tertiary",
        disabled=not 1 <= number <= pages,
        on_click=urlstate.put,
        args=(PAGE, str(number) if number > 1 else ""),
    )


def _shown(rows: tuple[AuditRow, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "seq": [row.seq for row in rows],
            "at": [format_datetime(row.at) for row in rows],
            "actor": [cut(row.actor, _CELL) for row in rows],
            "action": [cut(row.action, _CELL) for row in rows],
            "subject": [cut(row.subject, _CELL) for row in rows],
            "detail": [cut(words.short(row), _LONG_CELL) for row in rows],
        }
    )


def _columns() -> dict[str, Any]:
    texts = {
        "at": _("时间"),
        "actor": _("谁"),
        "action": _("动作"),
        "subject": _("对象"),
        "detail": _("细节"),
    }
    return {
        "seq": st.column_config.NumberColumn(_("序号"), format="%d", width=70),
        **{name: st.column_config.TextColumn(label) for name, label in texts.items()},
    }
