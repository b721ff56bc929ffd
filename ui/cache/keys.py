"""What every cached call of the screens shares: keys, sizes, and what tells two arguments apart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.actor import Actor
from domain.filters import CaseFilter
from domain.vocabulary import Subject
from queries import meta
from queries.areas import AreaInfo
from queries.meta import CityInfo
from ui.storage import store

Versions = str
"""The versions that a result was computed from; another version is another key."""

TTL = timedelta(hours=6)
SMALL = 512
LARGE = 64
"""Entries of a cache: figures, and layers or frames of hundreds of kilobytes each."""

HASH: dict[str | type[Any], Callable[[Any], Any]] = {
    Actor: lambda actor: actor.scope_key,
    CaseFilter: repr,
    AreaInfo: lambda area: area.area_id,
}
"""What tells two arguments apart. Streamlit would walk through every field instead, which takes longer."""


@dataclass(frozen=True)
class Now:
    """The versions of all subjects, and the installation at this moment."""

    versions: dict[Subject, int]
    city: CityInfo
    local: datetime
    """What the city's clocks say, whatever time the figures are of."""


def now(actor: Actor) -> Now:
    """Versions and city; never cached. A live as-of time is told to the minute, so that figures can be kept."""
    with store().session(actor) as session:
        city = meta.city(session)
        minute = replace(
            city,
            as_of=city.as_of.replace(second=0, microsecond=0),
            as_of_utc=city.as_of_utc.replace(second=0, microsecond=0),
        )
        clock = session.city.clock
        return Now(meta.versions(session), minute if city.live else city, clock.to_local(clock.now()))


def key_of(current: Mapping[Subject, int], *subjects: Subject) -> Versions:
    """The part of a cache key that names the tables read."""
    return " ".join(f"{subject}={current[subject]}" for subject in subjects)
