"""Who a case comes from: masked until the reader gives a reason, and then shown in this window alone.

The values live in the session's own state, never in a cache, in the URL or in a widget: they go when the case is
closed, another one is opened, another screen is entered, or somebody else is looking.
"""

import pandas as pd
import streamlit as st

from data.persons import LEAST_REASON, LONGEST_REASON, Person, unmask
from domain.actor import Actor
from domain.deeds import Deed, may_do
from domain.errors import OneGridError
from domain.i18n import NO_VALUE, _
from domain.retention import Kept
from ui import identity
from ui.encode import markdown_text
from ui.storage import store
from ui.urlstate import UNTIL_LEFT

_HELD, _REFUSED = f"{UNTIL_LEFT}person", f"{UNTIL_LEFT}person_refused"
_REASON = "unmask_reason"
_LONGEST = 300


def keep_only(case_id: int | None) -> None:
    """Forget whoever belongs to another case than the one that is open (None: none is). To be called first."""
    held = st.session_state.get(_HELD)
    if held is not None and held[1] != case_id:
        del st.session_state[_HELD]


def draw(actor: Actor, case_id: int) -> None:
    """Draw the person, or the way to it; whoever may not look is told why."""
    verdict = may_do(actor, Deed.UNMASK)
    held = st.session_state.get(_HELD)
    with st.container(key="person", gap="xxsmall"):
        if not verdict.allowed:
            st.caption(_("个人信息不显示。{reason}").format(reason=markdown_text(verdict.words, _LONGEST)))
        elif held is not None and held[:2] == (actor, case_id):
            _person(held[2])
        else:
            _ask(actor, case_id)


def _ask(actor: Actor, case_id: int) -> None:
    """The reason, and the button that spends it."""
    refused = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        st.warning(markdown_text(refused, _LONGEST), icon=":material/block:")
    with (
        st.popover(_("查看个人信息"), icon=":material/lock_open:", key="unmask_reason_box"),
        st.form("unmask_form", clear_on_submit=True, border=False),
    ):
        st.text_input(
            _("为什么要查看"),
            key=_REASON,
            max_chars=LONGEST_REASON,
            placeholder=_("例如：回访诉求人核实处理结果"),
        )
        told = _("至少 {n} 个字，不要写个人信息；您的账号、案件和理由记入审计。")
        st.caption(told.format(n=LEAST_REASON))
        st.form_submit_button(
            _("查看"), key="unmask", on_click=_unmask, args=(actor, case_id), type="primary"
        )


def _unmask(actor: Actor, case_id: int) -> None:
    try:
        identity.confirm(actor)
        person = unmask(store(), actor, case_id, st.session_state[_REASON])
    except OneGridError as refused:
        st.session_state[_REFUSED] = str(refused)
        return
    st.session_state[_HELD] = (actor, case_id, person)


def _person(person: Person) -> None:
    rows = [
        (kept.label, markdown_text(value, _LONGEST) if value else NO_VALUE)
        for kept, value in (
            (Kept.REPORTER_NAME, person.reporter_name),
            (Kept.PHONE, person.phone),
            (Kept.ID_NUMBER, person.id_number),
            (Kept.ADDRESS, person.address),
        )
    ]
    st.table(
        pd.DataFrame(rows, columns=["field", "value"]), border="horizontal", hide_index=True, hide_header=True
    )
    st.caption(_("只在这个窗口里、到关闭这件案件为止；这次查看已记入审计。"))
