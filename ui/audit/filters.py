"""Which events: days, who, what and about what, all in the URL."""

from datetime import date

import streamlit as st

from domain.audit import Action, AuditFilter
from domain.i18n import _
from ui import urlstate

PAGE = "audit_page"
"""The URL's parameter of the page; a change of the filter leaves it to be cut to the last one."""

_FROM, _TO = "audit_from", "audit_to"
_LONGEST = 80


def draw(days: tuple[date, date]) -> AuditFilter:
    """Draw the filters of an audit that reaches from one day to another, and answer what they keep."""
    first, last = days
    with st.container(key="audit_filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        start = urlstate.day(_("从"), key=_FROM, default=first, width=150)
        end = urlstate.day(_("到"), key=_TO, default=last, width=150)
        actions = urlstate.multiselect(
            _("动作"),
            list(Action),
            key="audit_action",
            names=lambda action: Action(action).label,
            placeholder=_("全部动作"),
            width=320,
        )
        actor = urlstate.text(
            _("谁"), key="audit_actor", placeholder=_("登录名或其中一段"), longest=_LONGEST, width=180
        )
        subject = urlstate.text(
            _("对象"), key="audit_subject", placeholder="case:12", longest=_LONGEST, width=180
        )
    return AuditFilter(
        start if _FROM in st.query_params else None,
        end if _TO in st.query_params else None,
        actor,
        tuple(Action(action) for action in actions),
        subject,
    )
