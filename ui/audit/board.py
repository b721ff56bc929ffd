"""The screen's order: the state of the chain, the filters, the events beside the one that is open, the export."""

import streamlit as st

from domain.i18n import _
from ui import messages
from ui.audit import chain, detail, export, filters, listing
from ui.cache import audit as cache
from ui.shell import Page


def draw(page: Page) -> None:
    """Draw the audit, or say that nothing has happened yet."""
    chain.draw(page.actor)
    days = cache.days(page.actor)
    if days is None:
        messages.empty(_("审计里还没有记录"), what_next=_("登录、导入、导出、查看个人信息等都会记在这里。"))
        return
    chosen = filters.draw(days)
    opened = listing.opened(page.actor)
    columns = st.columns([1] if opened is None else [3, 2], gap="small")
    with columns[0]:
        listing.draw(page.actor, chosen)
        export.draw(page.actor, chosen)
    if opened is not None:
        with columns[1]:
            detail.draw(opened)
