"""Jobs on the data as a page shows them: how far, how fast, called off, and how they ended."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from domain.actor import Actor
from domain.deeds import Deed, may_do
from domain.errors import OneGridError
from domain.i18n import _, format_number
from domain.progress import stage_label
from ui import identity, urlstate
from ui.cloud import result, text, work
from ui.cloud.work import DataJob, What
from ui.encode import markdown_text
from ui.fragments import fragment, rerun_page
from ui.jobs import JobState
from ui.shell import Page
from ui.storage import store

_POLL_SECONDS = 0.5
_REFUSED = "cloud_refused"


def started(start: Callable[..., None], actor: Actor, *args: object, **options: object) -> None:
    """Start a job; a refusal is shown by the run that follows. For callbacks."""
    try:
        identity.confirm(actor)
        start(store(), actor, *args, **options)
    except OneGridError as refused:
        st.session_state[_REFUSED] = (refused.message, refused.remedy)


def draw(page: Page) -> None:
    """Draw the reader's job that runs, or how the last one ended."""
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        message, remedy = refused
        st.warning(
            markdown_text(remedy, 300), title=markdown_text(message, 300), icon=":material/hourglass_top:"
        )
    job = work.newest(page.actor)
    if job is None:
        return
    if job.state is JobState.RUNNING:
        fragment(_running, run_every=_POLL_SECONDS)(page.actor, job.job_id)
    elif job.about.what is not What.PREVIEW_UNDO or job.result is None:
        _ended(page, job)


def _running(actor: Actor, job_id: int) -> None:
    """Ask after a job until it has ended; then the whole page is drawn anew."""
    job = work.newest(actor)
    if job is None or job.job_id != job_id or job.state is not JobState.RUNNING:
        rerun_page()
    with st.container(key="data_job", border=True, horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(_share(job), text=_told(job), width="stretch")
        st.button(
            _("取消"),
            key=f"cancel_data_{job_id}",
            icon=":material/cancel:",
            on_click=work.JOBS.cancel,
            args=(actor, job_id),
        )


def _share(job: DataJob) -> float:
    return min(1.0, job.done / job.total) if job.total else 0.0


def _told(job: DataJob) -> str:
    name = f"{job.about.what.label} {markdown_text(job.about.name)}".strip()
    if not job.stage:
        return _("{name} · 等待开始").format(name=name)
    told = f"{name} · {markdown_text(stage_label(job.stage))}"
    if job.done:
        told += _(" · {n} 行").format(n=format_number(job.done))
        if job.total:
            told += f" / {format_number(job.total)}"
    pace = job.about.pace.per_second(job.stage, job.done)
    return told + (_(" · {n} 行/秒").format(n=format_number(pace)) if pace else "")


def _ended(page: Page, job: DataJob) -> None:
    """Draw how a job ended, with a button that puts it away."""
    with st.container(key="data_result", border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(_heading(job), anchor=False, width="stretch")
            st.button(
                _("知道了"),
                key="forget_result",
                icon=":material/check:",
                on_click=work.put_away,
                args=(page.actor,),
            )
        if job.state is JobState.CANCELLED:
            st.caption(_("已取消，数据保持原样。"))
        elif job.error is not None:
            st.error(text.plain(job.error.remedy) or " ", title=_("没有做成"), icon=":material/error:")
            st.markdown(text.plain(job.error.message))
        elif job.result is not None:
            _outcome(page, job, job.result)


def _heading(job: DataJob) -> str:
    words = {
        JobState.DONE: _("完成"),
        JobState.FAILED: _("未完成"),
        JobState.CANCELLED: _("已取消"),
    }
    return f"{job.about.what.label} {markdown_text(job.about.name)} · {words[job.state]}"


def _outcome(page: Page, job: DataJob, told: dict[str, Any]) -> None:
    what = job.about.what
    if what in {What.CHECK, What.IMPORT}:
        if what is What.CHECK:
            st.caption(_("以下是导入时会得到的结果；现在什么都没有写入。"))
        result.draw(told)
        if what is What.IMPORT:
            _open_batch(page, told["batch"])
        if told.get("cases_to_relocate"):
            relocate_hint(page)
    elif what is What.UNDO:
        st.markdown(_("删除 {removed}，恢复 {restored}。").format(**_numbers(told, "removed", "restored")))
    elif what is What.RELOCATE:
        st.markdown(_("共 {cases} 件案件，{moved} 件换了位置。").format(**_numbers(told, "cases", "moved")))


def _open_batch(page: Page, batch_id: int) -> None:
    st.button(
        _("打开批次 {batch}：发现与被拒的行").format(batch=batch_id),
        key="open_batch",
        icon=":material/open_in_new:",
        on_click=_show_batch,
        args=(page.actor, batch_id),
    )


def _show_batch(actor: Actor, batch_id: int) -> None:
    """Go to the batch; what the job said stands there too."""
    urlstate.put_all({"view": "batches", "batch": str(batch_id)})
    work.put_away(actor)


def _numbers(told: dict[str, Any], *names: str) -> dict[str, str]:
    return {name: format_number(told[name]) for name in names}


def relocate_hint(page: Page) -> None:
    """Cases still lie by older boundaries: say so, and offer to place them anew."""
    st.warning(
        _("边界变了，还有案件按旧边界落区。"), title=_("需要重新落区"), icon=":material/move_location:"
    )
    if may_do(page.actor, Deed.RELOCATE).allowed:
        st.button(
            _("现在重新落区"),
            key="relocate",
            icon=":material/my_location:",
            on_click=started,
            args=(work.relocate, page.actor),
        )


def undo_panel(page: Page, batch_id: int, name: str, *, is_undone: bool) -> None:
    """The way back: look first what undoing would do, then do it."""
    if is_undone:
        return
    verdict = may_do(page.actor, Deed.UNDO)
    if not verdict.allowed:
        st.caption(markdown_text(verdict.words, 300))
        return
    job = work.newest(page.actor)
    running = job is not None and job.state is JobState.RUNNING
    previewed = job is not None and job.about.what is What.PREVIEW_UNDO and job.about.batch_id == batch_id
    if job is not None and previewed and job.result is not None:
        _confirm(page, job, batch_id, name)
        return
    st.button(
        _("撤销这一批…"),
        key="preview_undo",
        icon=":material/undo:",
        disabled=running,
        help=_("先看会删除和恢复多少，再决定。"),
        on_click=started,
        args=(work.undo, page.actor, batch_id, name),
        kwargs={"only_preview": True},
    )


def _confirm(page: Page, job: DataJob, batch_id: int, name: str) -> None:
    told = _numbers(job.result or {}, "removed", "restored")
    with st.container(key="confirm_undo", border=True):
        st.markdown(
            _("撤销批次 {batch} 将**删除 {removed}**、**恢复 {restored}**。").format(batch=batch_id, **told)
        )
        with st.container(horizontal=True, gap="small"):
            st.button(
                _("确认撤销"),
                key="undo",
                type="primary",
                icon=":material/undo:",
                on_click=started,
                args=(work.undo, page.actor, batch_id, name),
                kwargs={"only_preview": False},
            )
            st.button(
                _("不撤销"),
                key="keep_batch",
                on_click=work.put_away,
                args=(page.actor,),
            )
