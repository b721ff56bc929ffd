"""Long work of a page: done in threads of the server, asked after by every rerun, and cancelled on request.

A registry belongs to the process: a job outlives the window that started it, and a reload finds it again.
Each job has an owner (the actor), who alone sees and cancels it. The work is called with a `Progress`
(domain.progress), which raises Cancelled once the job was cancelled; it runs outside any script, so it must
use nothing of Streamlit. It speaks the language of whoever started it.
"""

import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from domain.actor import Actor
from domain.errors import Cancelled, InputRefused, OneGridError
from domain.i18n import _, current_language, use_language
from domain.progress import Progress

log = logging.getLogger(__name__)

About = TypeVar("About")
Result = TypeVar("Result")

FINISHED_KEPT = 20
"""Ended jobs that an owner can still look at; older ones are forgotten."""


class JobState(StrEnum):
    """How a job stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Job(Generic[About, Result]):
    """A job at one moment.

    `about` is what its starter said of it; `stage`, `done` and `total` (None where unknown) are what the
    work told last; `result` is there when it is done, `error` when it failed.
    """

    job_id: int
    about: About
    state: JobState
    stage: str
    done: int
    total: int | None
    result: Result | None
    error: OneGridError | None


class _Work(Generic[About, Result]):
    """One job as its thread and the registry share it."""

    def __init__(self, job_id: int, owner: Actor, about: About) -> None:
        self.job_id = job_id
        self.owner = owner
        self.about = about
        self.cancelled = threading.Event()
        self.future: Future[Result] = Future()
        self._at: tuple[str, int, int | None] = ("", 0, None)

    @property
    def is_running(self) -> bool:
        return not self.future.done()

    def progress(self, stage: str, done: int, total: int | None) -> None:
        self._at = (stage, done, total)
        if self.cancelled.is_set():
            raise Cancelled(_("已取消。"))

    def as_job(self) -> Job[About, Result]:
        stage, done, total = self._at
        if self.is_running:
            return Job(self.job_id, self.about, JobState.RUNNING, stage, done, total, None, None)
        error = self.future.exception()
        if error is None:
            result = self.future.result()
            return Job(self.job_id, self.about, JobState.DONE, stage, done, total, result, None)
        if isinstance(error, Cancelled):
            return Job(self.job_id, self.about, JobState.CANCELLED, stage, done, total, None, None)
        told = error if isinstance(error, OneGridError) else _defect()
        return Job(self.job_id, self.about, JobState.FAILED, stage, done, total, None, told)


class Jobs(Generic[About, Result]):
    """The jobs of one kind: at most `most` at a time, of one owner at most `most_each`."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._numbers = itertools.count(1)
        self._held: dict[int, _Work[About, Result]] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(max_workers=most, thread_name_prefix="job")

    def start(self, owner: Actor, about: About, work: Callable[[Progress], Result]) -> int:
        """Start `work` in a thread; the job's number.

        Raises InputRefused where the owner, or everybody together, has as many jobs running as may be.
        """
        with self._lock:
            self._refuse_too_many(owner)
            self._forget_old(owner)
            held: _Work[About, Result] = _Work(next(self._numbers), owner, about)
            held.future = self._threads.submit(_in_language, current_language(), work, held.progress)
            self._held[held.job_id] = held
        held.future.add_done_callback(_log_defect)
        return held.job_id

    def of(self, owner: Actor) -> list[Job[About, Result]]:
        """The owner's jobs, the newest first."""
        with self._lock:
            mine = [held for held in self._held.values() if held.owner == owner]
        return [held.as_job() for held in reversed(mine)]

    def cancel(self, owner: Actor, job_id: int) -> None:
        """Ask a job of the owner to stop: it does so when it next tells its progress."""
        held = self._mine(owner, job_id)
        if held is not None:
            held.cancelled.set()

    def forget(self, owner: Actor, job_id: int) -> None:
        """Drop an ended job of the owner; one that runs stays."""
        held = self._mine(owner, job_id)
        if held is not None and not held.is_running:
            with self._lock:
                self._held.pop(job_id, None)

    def close(self) -> None:
        """Cancel what runs and wait for its end; no job can be started any more."""
        with self._lock:
            for held in self._held.values():
                held.cancelled.set()
        self._threads.shutdown(wait=True)

    def _mine(self, owner: Actor, job_id: int) -> _Work[About, Result] | None:
        with self._lock:
            held = self._held.get(job_id)
        return held if held is not None and held.owner == owner else None

    def _refuse_too_many(self, owner: Actor) -> None:
        running = [held for held in self._held.values() if held.is_running]
        mine = sum(held.owner == owner for held in running)
        if mine >= self._most_each:
            raise InputRefused(
                _("您有 {n} 项同类任务正在进行，已到上限。").format(n=mine),
                _("请等其中一项结束，或取消一项。"),
            )
        if len(running) >= self._most:
            raise InputRefused(
                _("服务器上有 {n} 项同类任务正在进行，已到上限。").format(n=len(running)),
                _("请稍后再试。"),
            )

    def _forget_old(self, owner: Actor) -> None:
        ended = [n for n, held in self._held.items() if held.owner == owner and not held.is_running]
        for job_id in ended[: max(0, len(ended) - FINISHED_KEPT + 1)]:
            del self._held[job_id]


def _in_language(language: str, work: Callable[[Progress], Result], progress: Progress) -> Result:
    """A new thread starts in the default language: speak the starter's."""
    with use_language(language):
        return work(progress)


def _log_defect(future: Future[Result]) -> None:
    error = future.exception()
    if error is not None and not isinstance(error, OneGridError):
        log.error("job failed", exc_info=error)


def _defect() -> OneGridError:
    return OneGridError(_("任务出错了。"), _("请重试；如仍出现，请联系管理员查看日志。"))
