"""Asking for the best places: the form, the search while it runs, and its answer, which can be taken over."""

import streamlit as st

from domain.errors import OneGridError
from domain.i18n import N_, _, format_number
from domain.progress import stage_label
from domain.vocabulary import Labelled, PointKind
from geo.crs import GLOBE, Bounds
from geo.siting import LIMIT_SECONDS, MOST_CANDIDATES, Aim, Status
from queries.reach import MOST_EXTRA, Coverage, Spot, Within
from queries.siting import Ask, Sited
from ui import identity, siting_jobs, urlstate
from ui.cache import reach
from ui.encode import markdown_text
from ui.fragments import fragment, rerun_page
from ui.jobs import JobState
from ui.police import spots
from ui.shell import Page
from ui.siting_jobs import SitingJob, Wanted

_POLL_SECONDS = 0.5
_REFUSED = "siting_refused"
_LONGEST = 300
_FEW = 2


class Goal(Labelled):
    """What is to be best, as the URL has it."""

    WALK = "walk"
    M1000 = "m1000"
    M500 = "m500"
    MEDIAN = "median"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "walk": N_("步行 15 分钟内户数最多"),
            "m1000": N_("直线 1,000 米内户数最多"),
            "m500": N_("直线 500 米内户数最多"),
            "median": N_("户均步行距离最短"),
        }

    def ask(self, k: int) -> Ask:
        """The question of k places."""
        within = {Goal.M500: Within.M500, Goal.M1000: Within.M1000}.get(self, Within.WALK)
        return Ask(Aim.MEDIAN if self is Goal.MEDIAN else Aim.COVERAGE, within, k)


def draw(page: Page, told: Coverage, kinds: tuple[PointKind, ...]) -> None:
    """Draw the form and what became of the last search of this state of the screen."""
    left = MOST_EXTRA - len(told.extra)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        goal = urlstate.selectbox(
            _("目标"), list(Goal), key="goal", default=Goal.WALK, names=lambda item: item.label, width=230
        )
        most = [str(number) for number in range(1, max(left, 1) + 1)]
        k = urlstate.selectbox(
            _("增设几处"), most, key="k", default=most[min(_FEW, len(most)) - 1], names=str, width=110
        )
        st.button(
            _("求最优选址"),
            key="siting_start",
            icon=":material/travel_explore:",
            disabled=not left,
            on_click=_start,
            args=(page, told, kinds, goal.ask(int(k))),
        )
    st.caption(
        _(
            "候选点：户数 × 步行距离最大的至多 {most} 个网格。现有站点和已试放的都保留。"
            "求解最多 {seconds} 秒；到时给出当时最好的方案和差距。"
        ).format(most=MOST_CANDIDATES, seconds=int(LIMIT_SECONDS))
    )
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        st.warning(markdown_text(refused, _LONGEST), icon=":material/block:")
    job = siting_jobs.newest(page.actor)
    if job is None or job.about.where != _where(page, told):
        return
    if job.state is JobState.RUNNING:
        fragment(_running, run_every=_POLL_SECONDS)(page, job.job_id)
    else:
        _ended(page, job)


def _where(page: Page, told: Coverage) -> str:
    """The state that an answer belongs to: another area, kinds, points or data ask another question."""
    return repr((page.place.code, told.kinds, told.extra, sorted(page.versions.items())))


def _start(page: Page, told: Coverage, kinds: tuple[PointKind, ...], ask: Ask) -> None:
    try:
        identity.confirm(page.actor)
        there = reach.standing(page.actor, page.versions, kinds)
        if there is not None:
            siting_jobs.start(page.actor, Wanted(ask, _where(page, told)), there, told)
    except OneGridError as refused:
        st.session_state[_REFUSED] = str(refused)


def _running(page: Page, job_id: int) -> None:
    """Ask after the search until it has ended; then the page is drawn anew."""
    job = siting_jobs.newest(page.actor)
    if job is None or job.job_id != job_id or job.state is not JobState.RUNNING:
        rerun_page()
    with st.container(key="siting_job", horizontal=True, vertical_alignment="center", gap="small"):
        share = min(1.0, job.done / job.total) if job.total else 0.0
        st.progress(
            share, text=markdown_text(stage_label(job.stage) if job.stage else _("等待开始")), width="stretch"
        )
        st.button(
            _("取消"),
            key=f"siting_cancel_{job_id}",
            icon=":material/cancel:",
            on_click=siting_jobs.JOBS.cancel,
            args=(page.actor, job_id),
        )


def _ended(page: Page, job: SitingJob) -> None:
    if job.state is JobState.CANCELLED:
        st.caption(_("已取消，方案没有变。"))
    elif job.error is not None:
        st.warning(markdown_text(str(job.error), _LONGEST), icon=":material/error:")
    elif job.result is not None:
        _found(page, job.result)


def _found(page: Page, found: Sited) -> None:
    """What the search found, how good it is, and the button that takes it over."""
    with st.container(key="siting_found", border=True, gap="xsmall"):
        if not found.spots:
            st.markdown(_("再增设站点也改善不了这个目标。"))
            return
        names = _("、").join(found.names)
        told = _("最优的 {n} 处：{names}").format(n=format_number(len(found.spots)), names=names)
        st.markdown(f"**{markdown_text(told, _LONGEST)}**")
        st.markdown(markdown_text(_gain(found), _LONGEST))
        st.caption(markdown_text(_quality(found), _LONGEST))
        st.button(
            _("放进方案"),
            key="siting_accept",
            icon=":material/add_location_alt:",
            type="primary",
            on_click=_accept,
            args=(page.contents.home or GLOBE, found.spots),
        )


def _accept(home: Bounds, found: tuple[Spot, ...]) -> None:
    spots.add(home, *found)


def _gain(found: Sited) -> str:
    after = found.solution.objective
    if found.ask.aim is Aim.COVERAGE:
        return _("覆盖户数 {before} → {after}，多 {more} 户").format(
            before=format_number(found.before),
            after=format_number(after),
            more=format_number(after - found.before),
        )
    before = found.before / found.households
    return _("户均步行 {before} → {after} 米").format(
        before=format_number(before), after=format_number(after / found.households)
    )


def _quality(found: Sited) -> str:
    """Whether it is the best there is, or how far from it."""
    solution = found.solution
    if solution.status is Status.OPTIMAL:
        best = _("已证明最优（差距 0 %）")
    elif solution.gap is None:
        best = _("到时限为止的最好方案，还没有算出界")
    else:
        best = _("到时限为止的最好方案，离界最多 {gap}").format(
            gap=f"{format_number(100 * solution.gap, 2)} %"
        )
    return _("{best} · 候选点 {n} 个 · {seconds} 秒").format(
        best=best, n=format_number(found.candidates), seconds=format_number(solution.seconds, 1)
    )
