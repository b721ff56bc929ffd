"""A bar on stderr for long work, with rows per second."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import (
    Progress as Bars,
)
from rich.text import Text

from domain.i18n import _
from domain.progress import Progress, no_progress, stage_label


class _Speed(ProgressColumn):
    """Rows per second."""

    def render(self, task: Task) -> Text:
        return Text(_("{speed:,.0f} 行/秒").format(speed=task.speed) if task.speed else "")


@contextmanager
def watched(*, quiet: bool) -> Iterator[Progress]:
    """A progress to hand to long work: a bar on stderr, or nothing."""
    if quiet:
        yield no_progress
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
    )
    with Bars(*columns, _Speed(), TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage_label(stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield progress
