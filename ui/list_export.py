"""Taking a list out: a format, a button, and the file that this window ordered last, behind a signed link."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from data.export import ExportFormat
from domain.deeds import Deed, may_do
from domain.errors import OneGridError
from domain.i18n import _, format_number
from queries.list_export import FORMATS, ListRequest, export_list
from ui import exports, identity
from ui.encode import markdown_text
from ui.shell import Page
from ui.storage import store

_NAMES = {
    ExportFormat.XLSX: "XLSX",
    ExportFormat.CSV: "CSV",
    ExportFormat.PARQUET: "Parquet",
    ExportFormat.GEOJSON: "GeoJSON",
    ExportFormat.GPKG: "GeoPackage",
}
_LONGEST = 300


def draw(
    page: Page,
    key: str,
    rows: int,
    request: Callable[[], ListRequest],
    formats: tuple[ExportFormat, ...] = FORMATS,
) -> None:
    """Draw the order of a list of `rows` rows; `request` makes what is written once it is ordered.

    `formats` are offered: `queries.list_export.SPATIAL` for rows that have lon and lat.
    """
    verdict = may_do(page.actor, Deed.EXPORT)
    if not verdict.allowed:
        st.caption(_("不能导出。{reason}").format(reason=markdown_text(verdict.words, _LONGEST)))
        return
    ready, refusal = f"list_file_{key}", f"list_refused_{key}"
    with st.container(key=f"list_{key}", horizontal=True, vertical_alignment="center", gap="small"):
        chosen = f"list_format_{key}"
        st.selectbox(
            _("格式"),
            formats,
            format_func=_NAMES.__getitem__,
            key=chosen,
            label_visibility="collapsed",
            width=110,
        )
        st.button(
            _("导出这 {n} 行").format(n=format_number(rows)),
            key=f"list_start_{key}",
            icon=":material/download:",
            disabled=not rows,
            on_click=_export,
            args=(page, key, request),
            help=_("文件写明条件、统计时点、行数、列的含义、导出人和时间；记入审计，保留一小时。"),
        )
        held = st.session_state.get(ready)
        if held is not None and held[0] == page.actor.login and held[1].is_there:
            told = _("{n} 行").format(n=format_number(held[1].rows))
            st.link_button(f"{_('下载')} · {told}", held[1].link, icon=":material/download:", type="primary")
            st.link_button(_("说明"), held[1].about_link, type="tertiary")
    refused = st.session_state.pop(refusal, None)
    if refused is not None:
        st.warning(markdown_text(refused, _LONGEST), icon=":material/block:")


def _export(page: Page, key: str, request: Callable[[], ListRequest]) -> None:
    file_format = ExportFormat(st.session_state[f"list_format_{key}"])

    def write(target: Path) -> int:
        return export_list(store(), page.actor, wanted, file_format, target).rows

    try:
        identity.confirm(page.actor)
        wanted = request()
        made = exports.deliver(store(), wanted.name, file_format.value, write)
        st.session_state[f"list_file_{key}"] = (page.actor.login, made)
    except OneGridError as refused:
        st.session_state[f"list_refused_{key}"] = str(refused)
