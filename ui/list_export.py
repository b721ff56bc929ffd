"""Taking a list out: a format, a button, and the file that this window ordered last, behind a signed link."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from data.export import ExportFormat
from domain.deeds import Deed, may_do
from domain.i18n import _, format_number
from queries.list_export import FORMATS, ListRequest, export_list
from ui import exports, one_file
from ui.encode import markdown_text
from ui.shell import Page
from ui.storage import store

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
    one_file.draw(
        page.actor,
        f"list_{key}",
        _("导出这 {n} 行").format(n=format_number(rows)),
        formats,
        partial(_export, page, request),
        disabled=not rows,
        about=_("文件写明条件、统计时点、行数、列的含义、导出人和时间；记入审计，保留一小时。"),
    )


def _export(page: Page, request: Callable[[], ListRequest], file_format: ExportFormat) -> exports.Ready:
    wanted = request()

    def write(target: Path) -> int:
        return export_list(store(), page.actor, wanted, file_format, target).rows

    return exports.deliver(store(), wanted.name, file_format.value, write)
