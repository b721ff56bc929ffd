"""Service points, rosters, embedding and load of the screen 警地融合."""

from datetime import datetime

import pandas as pd
import streamlit as st

from domain.actor import Actor
from domain.filters import CaseFilter
from domain.i18n import use_language
from domain.posts import police_work
from domain.vocabulary import Level, PointKind, PoliceTier, Subject
from queries import areas, post_load, posts
from queries.areas import AreaInfo
from queries.post_load import Load
from queries.posts import AtPoint, Embedding
from queries.reach import Coverage
from ui import layer_content
from ui.cache import reach
from ui.cache.keys import HASH, LARGE, SMALL, TTL, Versions, key_of
from ui.layer_content import PlainLayer
from ui.storage import store


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def points(actor: Actor, key: Versions, inside: int | None) -> pd.DataFrame:
    """Service points inside an area with their rosters."""
    with store().session(actor) as session:
        return posts.points(session, inside)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def at_point(actor: Actor, key: Versions, code: str) -> AtPoint:
    """The roster of a point, and what else stands where it stands."""
    with store().session(actor) as session:
        return posts.at_point(session, code)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def embedding(actor: Actor, key: Versions, inside: int | None) -> dict[PoliceTier, Embedding]:
    """The three tiers of embedding inside an area."""
    with store().session(actor) as session:
        return posts.embedding(session, inside)


_REACHED = (Subject.AREAS, Subject.LINES, Subject.POINTS)
"""What distances are made of."""


def uncovered(
    actor: Actor,
    versions: dict[Subject, int],
    kinds: tuple[PointKind, ...],
    inside: AreaInfo | None,
    language: str,
) -> PlainLayer:
    """The places beyond a 15-minute walk as a layer, told in a language; an empty one where distances are refused."""
    _verdict, told = reach.coverage(actor, versions, kinds, inside)
    return _uncovered(actor, key_of(versions, *_REACHED), kinds, inside, language, told)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def _uncovered(
    actor: Actor,
    key: Versions,
    kinds: tuple[PointKind, ...],
    inside: AreaInfo | None,
    language: str,
    _told: Coverage | None,
) -> PlainLayer:
    if _told is None or _told.uncovered.empty:
        return layer_content.nothing()
    with store().session(actor) as session:
        shapes = areas.shapes_within(session, _told.level, inside.area_id if inside else None)
    with use_language(language):
        return layer_content.uncovered_layer(shapes, _told.uncovered, len(_told.rows))


_LOADED = (Subject.CASES, Subject.CITY, Subject.DUTY, *_REACHED)
"""What the load is made of."""


def load(
    actor: Actor,
    versions: dict[Subject, int],
    kinds: tuple[PointKind, ...],
    chosen: CaseFilter,
    inside: AreaInfo | None,
    as_of: datetime,
) -> Load | None:
    """The load of the points of some kinds that are nearest to an area's places; None where that is refused."""
    verdict, everywhere = reach.coverage(actor, versions, kinds, None)
    _verdict, here = reach.coverage(actor, versions, kinds, inside)
    if not verdict.allowed or everywhere is None or here is None:
        return None
    key = key_of(versions, *_LOADED)
    return _load(actor, key, kinds, chosen, inside, as_of, everywhere, here)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def _load(
    actor: Actor,
    key: Versions,
    kinds: tuple[PointKind, ...],
    chosen: CaseFilter,
    inside: AreaInfo | None,
    as_of: datetime,
    _everywhere: Coverage,
    _here: Coverage,
) -> Load:
    level, own = _everywhere.level, set(_here.rows["area_id"])
    all_cases = _case_minutes(actor, key, chosen, None, level, as_of)
    cases = all_cases if inside is None else _case_minutes(actor, key, chosen, inside, level, as_of)
    return post_load.load(all_cases, cases, _everywhere, points(actor, key, None), own, police_work())


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def _case_minutes(
    actor: Actor, key: Versions, chosen: CaseFilter, area: AreaInfo | None, level: Level, as_of: datetime
) -> pd.DataFrame:
    with store().session(actor) as session:
        return post_load.case_minutes(session, chosen, area, level, as_of)
