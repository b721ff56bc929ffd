"""The state of the chain: held against its hashes and its anchor on request, with what was found."""

import streamlit as st

from data.audit import Report
from domain.actor import Actor
from domain.audit import rewind_words
from domain.clock import Clock
from domain.errors import OneGridError
from domain.i18n import _, format_datetime, format_number
from ui import identity
from ui.cache import audit as cache
from ui.encode import markdown_text
from ui.storage import store

_REPORT, _REFUSED = "audit_report", "audit_refused"
_MOST_FAULTS = 50


def draw(actor: Actor) -> None:
    """Draw the button, and what the last look of this window found."""
    with st.container(key="audit_chain", border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            told = _("审计只增不改，每行的哈希接着上一行；末尾由数据库旁的锚文件证明。")
            st.caption(told, width="stretch")
            st.button(
                _("核验"),
                key="verify_audit",
                icon=":material/verified_user:",
                on_click=_verify,
                args=(actor,),
            )
        refused = st.session_state.pop(_REFUSED, None)
        if refused is not None:
            st.warning(markdown_text(refused, 300), icon=":material/block:")
        held = st.session_state.get(_REPORT)
        if held is not None and held[0] == actor.login:
            _report(held[1], store().city().clock)


def _verify(actor: Actor) -> None:
    try:
        identity.confirm(actor)
        st.session_state[_REPORT] = (actor.login, cache.report(actor))
    except OneGridError as refused:
        st.session_state[_REFUSED] = str(refused)


def _report(report: Report, clock: Clock) -> None:
    n = format_number(report.rows)
    if report.ok:
        st.success(_("{n} 行都在，顺序和内容没有被改过").format(n=n), icon=":material/verified_user:")
    else:
        lines = [markdown_text(fault.words, 200) for fault in report.faults[:_MOST_FAULTS]]
        if report.is_cut_short or len(report.faults) > _MOST_FAULTS:
            lines.append(_("问题太多，只列出一部分"))
        listed = "\n".join(f"- {line}" for line in lines)
        st.error(listed, title=_("审计不完整：{n} 行里有问题").format(n=n), icon=":material/gpp_bad:")
    st.caption("  \n".join(_notes(report, clock)))


def _notes(report: Report, clock: Clock) -> list[str]:
    """What is no fault and still has to be known."""
    told = []
    if report.first_at is not None and report.last_at is not None:
        span = _("{first} 至 {last}，锚记到第 {anchored} 行")
        moments = (format_datetime(clock.to_local(at)) for at in (report.first_at, report.last_at))
        first, last = moments
        told.append(span.format(first=first, last=last, anchored=format_number(report.anchored)))
    for one in report.rewinds:
        line = _("{at} 从备份恢复：{chain}")
        at = format_datetime(clock.to_local(one.at))
        told.append(line.format(at=at, chain=rewind_words(one.came_from, one.to)))
    for seq in report.begun_after:
        line = _("锚在第 {seq} 行之后重建；此前末尾是否被删，锚不能证明")
        told.append(line.format(seq=format_number(seq)))
    if report.unanchored:
        told.append(_("最后 {n} 行还没有记进锚").format(n=format_number(report.unanchored)))
    if report.torn_lines:
        told.append(_("锚文件里有 {n} 行读不出").format(n=format_number(report.torn_lines)))
    return told
