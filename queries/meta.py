"""What a screen shows around its figures: as-of time, versions, how much there is."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from data.session import Session
from domain.vocabulary import Subject
from queries.compose import statement


@dataclass(frozen=True)
class CityInfo:
    """The installation as every header shows it; `as_of` and `data_end` are naive local times.

    `data_end` is the latest plausible time in the cases, None without cases.
    """

    name: str
    timezone: str
    as_of: datetime
    as_of_utc: datetime
    live: bool
    demo: bool
    data_end: datetime | None


@dataclass(frozen=True)
class Contents:
    """How much of everything the actor sees."""

    areas: int
    cases: int
    points: int
    compounds: int
    lines: int
    duty: int
    assessments: int


def city(session: Session) -> CityInfo:
    """Name, time zone and as-of time."""
    info = session.city
    return CityInfo(
        name=info.name,
        timezone=info.clock.timezone.key,
        as_of=info.clock.to_local(info.as_of),
        as_of_utc=info.as_of,
        live=info.as_of_mode == "live" and info.as_of_fixed is None,
        demo=info.demo,
        data_end=info.clock.to_local(info.data_end) if info.data_end else None,
    )


def versions(session: Session) -> dict[Subject, int]:
    """The data version of every subject: part of every cache key."""
    rows = session.rows(statement("meta", "versions"))
    return {Subject(subject): version for subject, version in rows}


def contents(session: Session) -> Contents:
    """How many areas, cases, points, compounds, lines, posts on duty and assessments the actor sees."""
    return Contents(*session.one(statement("meta", "counts")))


def cases_to_relocate(session: Session) -> int:
    """Cases that were located with boundaries older than the present ones."""
    return int(session.one(statement("meta", "cases_to_relocate"))[0])


def batches(session: Session) -> pd.DataFrame:
    """All imports, newest first: batch_id, kind, file_name, started_at (UTC), actor, the counts, undone_at."""
    return session.frame(statement("meta", "batches"))
