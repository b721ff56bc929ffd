"""Carrying the list out: a format, a button, how far it is, and the link; beside it what was ordered before."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from domain.actor import Actor
from domain.deeds import Deed, may_do
from domain.errors import OneGridError
from domain.filter_words import filter_words
from domain.i18n import _, format_datetime, format_number
from queries.batch_export import BatchRequest
from queries.case_export import Request
from queries.pivot_export import PivotRequest
from ui import exports, identity, one_file, storage
from ui.case_table import CaseView
from ui.encode import markdown_text
from ui.exports import AnyRequest, ExportJob, Order, Ready
from ui.fragments import fragment, rerun_page
from ui.jobs import JobState
from ui.shell import Page

_SHOWN = 4
_LONGEST_FILTER = 160
_LONGEST_MESSAGE = 300
_POLL_SECONDS = 1.0
_REFUSED = "export_refused"
_MEGABYTE = 1_000_000


def draw(page: Page, shown: CaseView, more: Callable[[], None] | None = None) -> None:
    """Draw the order, what else can be ordered (`more`), and the orders of this reader; or why there are none."""
    verdict = may_do(page.actor, Deed.EXPORT)
    if not verdict.allowed:
        st.caption(_("不能导出。{reason}").format(reason=markdown_text(verdict.words, _LONGEST_MESSAGE)))
        return
    with st.container(key="export", border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            told = _("导出筛选出的 {n} 件").format(n=format_number(shown.total))
            st.markdown(f"**{told}**", width="content")
            one_file.choose(tuple(one_file.NAMES), "export_format")
            st.button(
                _("开始导出"),
                key="start_export",
                icon=":material/download:",
                disabled=not shown.total,
                on_click=_start,
                args=(page, shown),
            )
        if more is not None:
            more()
        _refusal()
        st.caption(_("文件写明筛选条件、统计时点、行数、列的含义、导出人和时间；记入审计，保留一小时。"))
        running = any(job.state is JobState.RUNNING for job in exports.JOBS.of(page.actor))
        fragment(_orders, run_every=_POLL_SECONDS if running else None)(page.actor, was_running=running)


def _start(page: Page, shown: CaseView) -> None:
    request = Request(shown.chosen, shown.area, one_file.chosen("export_format"), page.city.as_of_utc)
    start(page, Order(request, shown.total))


def start(page: Page, order: Order) -> None:
    """Have a file made; a refusal is told in the panel. For callbacks."""
    try:
        identity.confirm(page.actor)
        exports.start(storage.store(), page.actor, order)
    except OneGridError as refused:
        st.session_state[_REFUSED] = (refused.message, refused.remedy)


def _refusal() -> None:
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        message, remedy = refused
        told = markdown_text(remedy, _LONGEST_MESSAGE)
        st.warning(told, title=markdown_text(message, _LONGEST_MESSAGE), icon=":material/hourglass_top:")


def _orders(actor: Actor, *, was_running: bool) -> None:
    """The newest orders; once none runs any more the page stops asking."""
    jobs = exports.JOBS.of(actor)
    if was_running and not any(job.state is JobState.RUNNING for job in jobs):
        rerun_page()
    for job in jobs[:_SHOWN]:
        with st.container(key=f"export_{job.job_id}", gap="xxsmall"):
            _one(actor, job)


def _one(actor: Actor, job: ExportJob) -> None:
    if job.state is JobState.RUNNING:
        _running(actor, job)
    elif job.result is not None:
        _ready(job, job.result)
    elif job.error is not None:
        st.error(
            f"{markdown_text(job.error.message, _LONGEST_MESSAGE)} "
            f"{markdown_text(job.error.remedy, _LONGEST_MESSAGE)}"
        )
    else:
        told = _("已取消，没有留下文件。")
        st.caption(f"{_named(job)} · {told}")


def _running(actor: Actor, job: ExportJob) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        total = job.total if job.total is not None else job.about.rows_on_screen
        told = _("{done} / {total} 行").format(done=format_number(job.done), total=format_number(total))
        if not job.stage:
            told = _("正在取数")
        st.progress(min(1.0, job.done / total) if total else 0.0, text=f"{_named(job)} · {told}")
        st.button(
            _("取消"),
            key=f"cancel_{job.job_id}",
            icon=":material/cancel:",
            type="tertiary",
            on_click=exports.JOBS.cancel,
            args=(actor, job.job_id),
        )


def _ready(job: ExportJob, ready: Ready) -> None:
    rows = _("{n} 行").format(n=format_number(ready.rows))
    size = f"{format_number(max(0.1, ready.size_bytes / _MEGABYTE), 1)} MB"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not ready.is_there:
            st.caption(f"{_named(job)} · {rows} · {_('已过期，请重新导出')}", width="stretch")
            return
        until = _("{time} 前可下载").format(time=format_datetime(_local(ready)))
        st.caption(f"{_named(job)} · {rows} · {size} · {until}", width="stretch")
        st.link_button(_("下载"), ready.link, icon=":material/download:", type="primary")
        st.link_button(_("说明"), ready.about_link, type="tertiary")
    if ready.rows != job.about.rows_on_screen:
        st.caption(
            _("下单时屏幕上是 {n} 件；其间数据有更新，文件以导出时的数据为准。").format(
                n=format_number(job.about.rows_on_screen)
            )
        )


def _named(job: ExportJob) -> str:
    """What was ordered: the format and the filter in words, as Markdown shows them."""
    request = job.about.request
    words = filter_words(request.chosen, request.area.name if request.area else None)
    told = markdown_text(_("；").join(words), _LONGEST_FILTER)
    return f"**{one_file.NAMES[request.file_format]}{_kind(request)}** {told}"


def _kind(request: AnyRequest) -> str:
    """What else than one file of cases was ordered."""
    if isinstance(request, BatchRequest):
        return _("，每个{level}一个文件").format(level=request.level.label.lower())
    return _("，透视表") if isinstance(request, PivotRequest) else ""


def _local(ready: Ready) -> datetime:
    return storage.store().city().clock.to_local(ready.until)
