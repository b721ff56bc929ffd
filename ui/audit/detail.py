"""One event in full: who, when, what, about what, each fact of its detail, and its place in the chain."""

import pandas as pd
import streamlit as st

from domain.i18n import _, format_datetime
from queries.audit import AuditRow
from ui.audit import listing, words
from ui.encode import markdown_text

_LONGEST = 2_000


def draw(row: AuditRow) -> None:
    """Draw the event, and the way back."""
    with st.container(key="audit_event", border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = _("第 {seq} 条 · {action}").format(seq=row.seq, action=markdown_text(row.action, 80))
            st.subheader(title, anchor=False, width="stretch")
            st.button(
                _("关闭"),
                key="close_event",
                icon=":material/close:",
                type="tertiary",
                on_click=listing.close,
            )
        facts = [
            (_("时间"), format_datetime(row.at)),
            (_("谁"), row.actor),
            (_("对象"), row.subject),
            *words.told(row),
            (_("上一行的哈希"), row.previous_hash),
            (_("本行的哈希"), row.hash),
        ]
        told = [(markdown_text(name, 80), markdown_text(text, _LONGEST)) for name, text in facts]
        st.table(
            pd.DataFrame(told, columns=["name", "value"]),
            border="horizontal",
            hide_index=True,
            hide_header=True,
        )
