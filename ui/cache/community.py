"""One community's cases, places and posts, and the figures of the whole to hold its own against."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import pandas as pd
import streamlit as st

from domain import access
from domain.access import Verdict
from domain.actor import Actor
from domain.filters import CaseFilter, Side
from domain.indicators import catalogue
from domain.vocabulary import Level
from domain.vocabulary import Subject as Tables
from queries import areas, community, duty, indicators
from queries.areas import AreaInfo
from queries.cases import hourly
from queries.community import Compounds, Latest
from queries.duty import AllDuty, Duty
from queries.figures import Evaluation, Question
from ui.cache import areas_and_cases
from ui.cache import property as property_cache
from ui.cache.areas_and_cases import CaseSummary
from ui.cache.keys import HASH, SMALL, TTL, Versions, key_of
from ui.storage import store
from ui.when import days_of, hours_of

FIGURES = (
    "cases",
    "open",
    "overdue",
    "closing_rate",
    "on_time_closing_rate",
    "overdue_share",
    "good_rating_rate",
    "solution_rate",
    "per_100_households",
)
"""The indicators of the screen, in its order."""

OPEN = Side(catalogue.DEFAULT, "open", "numerator")
OVERDUE = Side(catalogue.DEFAULT, "overdue", "numerator")
"""Whose newest cases are listed."""

_FEW = 32
"""Entries of what is kept whole, for readers of some scopes."""


@dataclass(frozen=True)
class Cases:
    """The cases of a filter in an area; `days` reach further back than the filter (`queries.community.days`)."""

    days: pd.DataFrame
    categories: pd.DataFrame
    open: Latest
    overdue: Latest


@dataclass(frozen=True)
class Figures:
    """The figures of an area, and its cases by area and time; the period before is not counted."""

    told: dict[str, Evaluation]
    summary: CaseSummary


@dataclass(frozen=True)
class Places:
    """What is in an area and who is on duty there."""

    compounds: Compounds
    points: pd.DataFrame
    duty: Duty


@dataclass(frozen=True)
class Whole:
    """The whole installation under a filter: figures, and how many cases each category has. No case, no area."""

    figures: dict[str, Evaluation]
    categories: pd.DataFrame


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def figures(
    actor: Actor, key: Versions, wanted: CaseFilter, area: AreaInfo, level: Level, as_of: datetime, ends: date
) -> Figures:
    """Figures of an area; `level` is that of its parts, `ends` (local) the last day of an open period."""
    asked = Question(catalogue.DEFAULT, wanted, area, as_of)
    with store().session(actor) as session:
        told, by_area = community.figures(session, asked, FIGURES, level)
        chosen = hourly(session, wanted, area)
        any_hour = hourly(session, replace(wanted, hours=()), area) if wanted.hours else chosen
    days = days_of(chosen, wanted.start, wanted.end or ends)
    return Figures(told, CaseSummary(by_area, None, days, hours_of(any_hour)))


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def cases(
    actor: Actor,
    key: Versions,
    wanted: CaseFilter,
    area: AreaInfo,
    since: date | None,
    most: int,
    as_of: datetime,
) -> Cases:
    """Days from `since` on (None: from the first), categories, and the newest open and overdue cases."""
    asked = Question(catalogue.DEFAULT, wanted, area, as_of)
    longer = replace(asked, chosen=replace(wanted, start=since))
    with store().session(actor) as session:
        return Cases(
            community.days(session, longer),
            community.categories(session, asked),
            community.latest(session, asked, OPEN, most),
            community.latest(session, asked, OVERDUE, most),
        )


def places(
    actor: Actor, versions: Mapping[Tables, int], wanted: CaseFilter, area: AreaInfo, as_of: datetime
) -> Places:
    """Compounds with the filter's cases in them, service points, posts."""
    registered = property_cache.compounds(actor, key_of(versions, Tables.COMPOUNDS, Tables.AREAS), area)
    counted_from = key_of(versions, Tables.CASES, Tables.AREAS, Tables.CITY, Tables.COMPOUNDS)
    points = areas_and_cases.points_inside(actor, key_of(versions, Tables.POINTS, Tables.AREAS), area.area_id)
    everywhere = _duty(actor, key_of(versions, Tables.DUTY, Tables.AREAS))
    return Places(
        _compounds(actor, counted_from, wanted, area, as_of, registered),
        points,
        everywhere.of(area.area_id, list(dict.fromkeys((area.level, Level.GRID)))),
    )


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def _compounds(
    actor: Actor,
    key: Versions,
    wanted: CaseFilter,
    area: AreaInfo,
    as_of: datetime,
    _registered: pd.DataFrame,  # of the key: not part of what tells two calls apart
) -> Compounds:
    with store().session(actor) as session:
        return community.compounds(session, Question(catalogue.DEFAULT, wanted, area, as_of), _registered)


@st.cache_resource(ttl=TTL, max_entries=_FEW, show_spinner=False, hash_funcs=HASH)
def _duty(actor: Actor, key: Versions) -> AllDuty:
    """All posts that the actor sees; one object for all who may see the same, and nobody changes it."""
    with store().session(actor) as session:
        return duty.all_duty(session, list(areas.levels(session)))


def whole(
    actor: Actor, key: Versions, wanted: CaseFilter, own_level: Level, as_of: datetime
) -> tuple[Verdict, Whole | None]:
    """The whole beside an area, and whether the actor may see it; None where not.

    `own_level` is the level of the area that the actor answers for. What is read, and so the key of what is
    kept, depends on whose eyes the policy lends: a refusal reads nothing.
    """
    verdict = access.may_compare(actor, wanted, _areas(actor, key, own_level))
    reader = access.reader_of_whole(actor, verdict)
    return verdict, _whole(reader, key, replace(wanted, area=None), as_of) if reader else None


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def _areas(actor: Actor, key: Versions, level: Level) -> int:
    """How many areas of a level there are."""
    with store().session(actor) as session:
        return areas.levels(session).get(level, 0)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def _whole(reader: Actor, key: Versions, wanted: CaseFilter, as_of: datetime) -> Whole:
    """The only read with more than the reader's own eyes: counts over everything, and nothing finer."""
    asked = Question(catalogue.DEFAULT, wanted, None, as_of)
    with store().session(reader) as session:
        return Whole(indicators.evaluate(session, asked, FIGURES), community.categories(session, asked))
