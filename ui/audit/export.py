"""Taking the filtered events out, with their hashes, as a file behind a signed link."""

from functools import partial
from pathlib import Path

import streamlit as st

from data.export import ExportFormat
from domain.actor import Actor
from domain.audit import AuditFilter
from domain.i18n import _
from queries.audit import FORMATS, export_audit
from ui import exports, one_file
from ui.storage import store


def draw(actor: Actor, chosen: AuditFilter) -> None:
    """Draw the order, and the file that this window ordered last."""
    one_file.draw(actor, "audit_export", _("导出筛选出的记录"), FORMATS, partial(_export, actor, chosen))
    st.caption(_("文件带每行的哈希，可以另行核对；导出本身也记入审计，文件保留一小时。"))


def _export(actor: Actor, chosen: AuditFilter, file_format: ExportFormat) -> exports.Ready:
    def write(target: Path) -> int:
        return export_audit(store(), actor, chosen, file_format, target).rows

    return exports.deliver(store(), "audit", file_format.value, write)
