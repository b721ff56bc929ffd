"""Taking the filtered events out, with their hashes, as a file behind a signed link."""

from pathlib import Path

import streamlit as st

from data.export import ExportFormat
from domain.actor import Actor
from domain.audit import AuditFilter
from domain.errors import OneGridError
from domain.i18n import _, format_number
from queries.audit import FORMATS, export_audit
from ui import exports, identity
from ui.encode import markdown_text
from ui.storage import store

_FORMAT, _READY, _REFUSED = "audit_format", "audit_file", "audit_export_refused"
_NAMES = {ExportFormat.CSV: "CSV", ExportFormat.PARQUET: "Parquet"}


def draw(actor: Actor, chosen: AuditFilter) -> None:
    """Draw the order, and the file that this window ordered last."""
    with st.container(key="audit_export", horizontal=True, vertical_alignment="center", gap="small"):
        st.selectbox(
            _("格式"),
            FORMATS,
            format_func=_NAMES.__getitem__,
            key=_FORMAT,
            label_visibility="collapsed",
            width=130,
        )
        st.button(
            _("导出筛选出的记录"),
            key="export_audit",
            icon=":material/download:",
            on_click=_export,
            args=(actor, chosen),
        )
        held = st.session_state.get(_READY)
        if held is not None and held[0] == actor.login and held[1].is_there:
            rows = _("{n} 行").format(n=format_number(held[1].rows))
            st.link_button(f"{_('下载')} · {rows}", held[1].link, icon=":material/download:", type="primary")
            st.link_button(_("说明"), held[1].about_link, type="tertiary")
    st.caption(_("文件带每行的哈希，可以另行核对；导出本身也记入审计，文件保留一小时。"))
    refused = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        st.warning(markdown_text(refused, 300), icon=":material/block:")


def _export(actor: Actor, chosen: AuditFilter) -> None:
    file_format = ExportFormat(st.session_state[_FORMAT])

    def write(target: Path) -> int:
        return export_audit(store(), actor, chosen, file_format, target).rows

    try:
        identity.confirm(actor)
        ready = exports.deliver(store(), "audit", file_format.value, write)
        st.session_state[_READY] = (actor.login, ready)
    except OneGridError as refused:
        st.session_state[_REFUSED] = str(refused)
