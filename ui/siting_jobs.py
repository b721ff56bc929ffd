"""Searches for the best places: jobs of the server, one of a reader at a time, asked after by the screen."""

from dataclasses import dataclass

from domain.actor import Actor
from queries.reach import Coverage, Standing
from queries.siting import Ask, Sited, best_places
from ui.jobs import Job, Jobs


@dataclass(frozen=True)
class Wanted:
    """What a search is of: what was asked, and the state of the screen (`where`) that it belongs to."""

    ask: Ask
    where: str


SitingJob = Job[Wanted, Sited]

JOBS: Jobs[Wanted, Sited] = Jobs(most=2, most_each=1)
"""The searches of this process: each takes a core."""


def start(actor: Actor, wanted: Wanted, there: Standing, told: Coverage) -> None:
    """Start a search. Raises InputRefused where too many run already."""
    JOBS.start(actor, wanted, lambda progress: best_places(there, told, wanted.ask, progress))


def newest(actor: Actor) -> SitingJob | None:
    """The reader's last search."""
    return next(iter(JOBS.of(actor)), None)


def close() -> None:
    """Cancel what runs."""
    JOBS.close()
