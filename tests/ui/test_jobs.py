"""Jobs of a page: how they end, who sees them, how many may run, and that they stop when told to."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from domain.actor import Actor, demo_actor
from domain.errors import InputRefused, NotFound
from domain.i18n import _, use_language
from domain.progress import Progress
from domain.vocabulary import Role
from ui.jobs import FINISHED_KEPT, Job, Jobs, JobState

ANALYST, LEADER = demo_actor(Role.ANALYST), demo_actor(Role.LEADER)
SECONDS = 30


@pytest.fixture
def jobs() -> Iterator[Jobs[str, str]]:
    made: Jobs[str, str] = Jobs(most=3, most_each=2)
    yield made
    made.close()


class Held:
    """Work that says where it is and waits until it is let go."""

    def __init__(self) -> None:
        self.there = threading.Event()
        self.go = threading.Event()

    def __call__(self, progress: Progress) -> str:
        progress("reading", 3, 10)
        self.there.set()
        assert self.go.wait(SECONDS)
        progress("reading", 4, 10)
        return "done"


def started(jobs: Jobs[str, str], owner: Actor = ANALYST) -> tuple[int, Held]:
    """A job that is at work."""
    work = Held()
    job_id = jobs.start(owner, "file.csv", work)
    assert work.there.wait(SECONDS)
    return job_id, work


def ended(jobs: Jobs[str, str], owner: Actor, job_id: int) -> Job[str, str]:
    """The job once its thread is through with it."""
    jobs._held[job_id].future.exception(SECONDS)
    return next(job for job in jobs.of(owner) if job.job_id == job_id)


def run(jobs: Jobs[str, str], work: Callable[[Progress], str]) -> Job[str, str]:
    return ended(jobs, ANALYST, jobs.start(ANALYST, "x", work))


def test_a_job_tells_how_far_it_is_and_then_its_result(jobs: Jobs[str, str]) -> None:
    job_id, work = started(jobs)
    assert jobs.of(ANALYST) == [Job(job_id, "file.csv", JobState.RUNNING, "reading", 3, 10, None, None)]
    work.go.set()
    done = ended(jobs, ANALYST, job_id)
    assert done == Job(job_id, "file.csv", JobState.DONE, "reading", 4, 10, "done", None)


def test_a_cancelled_job_stops_at_its_next_word(jobs: Jobs[str, str]) -> None:
    job_id, work = started(jobs)
    jobs.cancel(ANALYST, job_id)
    work.go.set()
    job = ended(jobs, ANALYST, job_id)
    assert (job.state, job.result, job.error) == (JobState.CANCELLED, None, None)


def test_a_job_that_is_through_is_not_undone_by_a_late_cancel(jobs: Jobs[str, str]) -> None:
    job = run(jobs, lambda _progress: "made")
    jobs.cancel(ANALYST, job.job_id)
    assert [(job.state, job.result) for job in jobs.of(ANALYST)] == [(JobState.DONE, "made")]


def test_a_refusal_reaches_its_owner_in_words(jobs: Jobs[str, str], caplog: pytest.LogCaptureFixture) -> None:
    refusal = NotFound("没有", "请换")

    def refuse(progress: Progress) -> str:
        raise refusal

    job = run(jobs, refuse)
    assert (job.state, job.error) == (JobState.FAILED, refusal)
    assert caplog.records == []


def test_a_defect_is_logged_and_told_without_details(
    jobs: Jobs[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(progress: Progress) -> str:
        raise ZeroDivisionError("13812345678")

    with caplog.at_level(logging.ERROR):
        job = run(jobs, break_down)
        jobs._threads.shutdown(wait=True)  # the log is written after the future has ended
    assert job.state is JobState.FAILED
    assert job.error is not None
    assert "13812345678" not in str(job.error)
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError]


def test_nobody_sees_or_stops_the_job_of_another(jobs: Jobs[str, str]) -> None:
    job_id, work = started(jobs)
    jobs.cancel(LEADER, job_id)
    work.go.set()
    assert jobs.of(LEADER) == []
    assert ended(jobs, ANALYST, job_id).state is JobState.DONE
    jobs.forget(LEADER, job_id)
    assert [job.job_id for job in jobs.of(ANALYST)] == [job_id]
    jobs.forget(ANALYST, job_id)
    assert jobs.of(ANALYST) == []


def test_a_running_job_is_not_forgotten(jobs: Jobs[str, str]) -> None:
    job_id, work = started(jobs)
    jobs.forget(ANALYST, job_id)
    assert [job.job_id for job in jobs.of(ANALYST)] == [job_id]
    work.go.set()


def test_one_owner_cannot_take_all_and_all_cannot_take_more_than_there_is(jobs: Jobs[str, str]) -> None:
    held = [started(jobs)[1], started(jobs)[1]]
    with pytest.raises(InputRefused, match="您有 2 项"):
        jobs.start(ANALYST, "third", Held())
    last, work = started(jobs, LEADER)
    with pytest.raises(InputRefused, match="服务器上有 3 项"):
        jobs.start(demo_actor(Role.OPERATOR), "fourth", Held())
    work.go.set()
    ended(jobs, LEADER, last)
    held.append(started(jobs, LEADER)[1])  # a place that is free again
    for one in held:
        one.go.set()


def test_the_newest_comes_first_and_old_ones_are_forgotten(jobs: Jobs[str, str]) -> None:
    numbers = [run(jobs, lambda _progress: "x").job_id for _number in range(FINISHED_KEPT + 5)]
    kept = [job.job_id for job in jobs.of(ANALYST)]
    assert kept == numbers[: -FINISHED_KEPT - 1 : -1]


def test_a_job_speaks_the_language_of_its_starter(jobs: Jobs[str, str]) -> None:
    with use_language("en"):
        job = run(jobs, lambda _progress: _("案件"))
    assert job.result == "Cases"


def test_closing_stops_everything_and_waits(jobs: Jobs[str, str]) -> None:
    there = threading.Event()

    def work(progress: Progress) -> str:
        there.set()
        while True:
            progress("working", 0, None)

    job_id = jobs.start(ANALYST, "endless", work)
    assert there.wait(SECONDS)
    jobs.close()
    assert [(job.job_id, job.state) for job in jobs.of(ANALYST)] == [(job_id, JobState.CANCELLED)]
