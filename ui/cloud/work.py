"""Work on the data that a page orders: tried out, imported, taken back, placed anew; in threads of the server.

A job belongs to whoever ordered it and outlives the window: closing it half-does nothing, opening the page again
finds the job and its result. All of it goes through the store's one writer, so a second job waits its turn.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from data.imports import Importer, Order, relocate_all, undo_batch
from data.ingest.systems import Bounds
from data.store import Store
from data.uploads import Uploads
from domain.actor import Actor
from domain.i18n import N_, _
from domain.progress import Progress
from domain.vocabulary import ImportKind
from ui.jobs import Job, Jobs


class What(StrEnum):
    """What is done."""

    CHECK = "check"
    IMPORT = "import"
    PREVIEW_UNDO = "preview_undo"
    UNDO = "undo"
    RELOCATE = "relocate"

    @property
    def label(self) -> str:
        """The work's name in the reader's language."""
        return _(_LABELS[self])


_LABELS = {
    What.CHECK: N_("试读"),
    What.IMPORT: N_("导入"),
    What.PREVIEW_UNDO: N_("撤销前查看"),
    What.UNDO: N_("撤销"),
    What.RELOCATE: N_("重新落区"),
}


class Pace:
    """How fast a stage goes, for whoever watches from another thread."""

    def __init__(self) -> None:
        self._began: tuple[str, float] = ("", time.monotonic())

    def watching(self, progress: Progress) -> Progress:
        """The same progress, noting when each stage begins."""

        def told(stage: str, done: int, total: int | None) -> None:
            if self._began[0] != stage:
                self._began = (stage, time.monotonic())
            progress(stage, done, total)

        return told

    def per_second(self, stage: str, done: int) -> float | None:
        """Rows per second of the stage that runs; None until it can be told."""
        began, since = self._began
        seconds = time.monotonic() - since
        return done / seconds if began == stage and done and seconds > _TELLING_SECONDS else None


_TELLING_SECONDS = 0.5


@dataclass(frozen=True)
class About:
    """What a job is about: the file's name or the batch's number, and its pace."""

    what: What
    name: str
    kind: ImportKind | None = None
    batch_id: int | None = None
    pace: Pace = field(default_factory=Pace)


DataJob = Job[About, dict[str, Any]]

JOBS: Jobs[About, dict[str, Any]] = Jobs(most=4, most_each=1)
"""The data jobs of this process."""


def uploads(store: Store) -> Uploads:
    """The uploads beside the store's file."""
    return Uploads(store.path, store.now)


def close() -> None:
    """Cancel what runs and wait for its end."""
    JOBS.close()


def check(store: Store, actor: Actor, order: Order, path: Path, bounds: Bounds | None) -> None:
    """Start a rehearsal of an import. Raises InputRefused while another job of the actor runs."""
    about = About(What.CHECK, path.name, order.kind)
    _start(actor, about, lambda progress: Importer(store, actor, bounds).rehearse(order, path, progress))


def carry_out(
    store: Store,
    actor: Actor,
    order: Order,
    path: Path,
    bounds: Bounds | None,
    most_rejected: float | None = None,
) -> None:
    """Start an import; the upload goes once it is done. Raises as `check`.

    Where more than the share `most_rejected` of the rows is rejected, the job is refused and nothing is written.
    """

    def work(progress: Progress) -> dict[str, Any]:
        report = Importer(store, actor, bounds).carry_out(order, path, progress, most_rejected)
        uploads(store).drop(path)
        return report

    _start(actor, About(What.IMPORT, path.name, order.kind), work)


def undo(store: Store, actor: Actor, batch_id: int, name: str, *, only_preview: bool) -> None:
    """Start taking an import back, or looking what that would do. Raises as `check`."""
    about = About(What.PREVIEW_UNDO if only_preview else What.UNDO, name, batch_id=batch_id)
    _start(actor, about, lambda _progress: undo_batch(store, actor, batch_id, only_preview=only_preview))


def relocate(store: Store, actor: Actor) -> None:
    """Start placing all cases anew. Raises as `check`."""
    _start(actor, About(What.RELOCATE, ""), lambda progress: relocate_all(store, actor, progress))


def _start(actor: Actor, about: About, work: Callable[[Progress], dict[str, Any]]) -> None:
    put_away(actor)
    JOBS.start(actor, about, lambda progress: work(about.pace.watching(progress)))


def put_away(actor: Actor) -> None:
    """Forget how the actor's ended jobs ended."""
    for job in JOBS.of(actor):
        JOBS.forget(actor, job.job_id)


def newest(actor: Actor) -> DataJob | None:
    """The actor's last job, running or not; None without one."""
    return next(iter(JOBS.of(actor)), None)
