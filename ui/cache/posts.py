"""Service points, rosters, embedding and load of the screen 警地融合."""

from dataclasses import replace
from datetime import datetime

import pandas as pd
import streamlit as st

from domain.actor import Actor
from domain.filters import CaseFilter
from domain.i18n import use_language
from domain.posts import police_work
from domain.vocabulary import PointKind, PoliceTier, Subject
from queries import post_load, posts
from queries.areas import AreaInfo
from queries.post_load import Load, Served
from queries.posts import AtPoint, Embedding, Tiers
from queries.reach import Coverage, Own
from queries.whole import Whole
from ui import layer_content
from ui.cache import areas_and_cases, reach
from ui.cache.keys import HASH, LARGE, SMALL, TTL, Versions, key_of
from ui.layer_content import PlainLayer
from ui.storage import store

_FEW = 32
"""Entries of what is kept whole, for readers of some scopes."""


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def points(actor: Actor, key: Versions, inside: int | None) -> pd.DataFrame:
    """Service points inside an area with their rosters."""
    return posts.points_inside(_points(actor, key), inside)


@st.cache_resource(ttl=TTL, max_entries=_FEW, show_spinner=False, hash_funcs=HASH)
def _points(actor: Actor, key: Versions) -> Whole[pd.DataFrame]:
    """All that the actor sees; one object for all who may see the same, and nobody changes it."""
    with store().session(actor) as session:
        return posts.points(session)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def at_point(actor: Actor, key: Versions, code: str) -> AtPoint:
    """The roster of a point, and what else stands where it stands."""
    with store().session(actor) as session:
        return posts.at_point(session, code)


def embedding(actor: Actor, key: Versions, inside: int | None) -> dict[PoliceTier, Embedding]:
    """The three tiers of embedding inside an area."""
    return posts.embedding(_tiers(actor, key), inside)


@st.cache_resource(ttl=TTL, max_entries=_FEW, show_spinner=False, hash_funcs=HASH)
def _tiers(actor: Actor, key: Versions) -> Tiers:
    with store().session(actor) as session:
        return posts.tiers(session)


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
    keys = key_of(versions, *_REACHED), key_of(versions, Subject.AREAS)
    return _uncovered(actor, *keys, kinds, inside, language, told)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def _uncovered(
    actor: Actor,
    key: Versions,
    area_key: Versions,
    kinds: tuple[PointKind, ...],
    inside: AreaInfo | None,
    language: str,
    _told: Coverage | None,
) -> PlainLayer:
    if _told is None or _told.uncovered.empty:
        return layer_content.nothing()
    shapes = areas_and_cases.shapes(actor, area_key, _told.level).inside(inside.area_id if inside else None)
    with use_language(language):
        return layer_content.uncovered_layer(shapes, _told.uncovered, len(_told.rows))


_LOADED = (Subject.CASES, Subject.CITY, Subject.DUTY, *_REACHED)
"""What the load is made of."""

_AT_POINTS = (Subject.POINTS, Subject.AREAS, Subject.DUTY)
"""What points with their rosters are made of: the key that the list of points is asked with."""


def load(
    actor: Actor,
    versions: dict[Subject, int],
    kinds: tuple[PointKind, ...],
    chosen: CaseFilter,
    inside: AreaInfo | None,
    as_of: datetime,
) -> Load | None:
    """The load of the points of some kinds that are nearest to an area's places; None where that is refused."""
    own = reach.own(actor, versions, kinds)
    if own is None:
        return None
    everywhere = replace(chosen, area=None)
    there = _points(actor, key_of(versions, *_AT_POINTS))
    found = _served(actor, key_of(versions, *_LOADED), kinds, everywhere, as_of, own, there)
    return post_load.load(found, inside.area_id if inside else None)


@st.cache_resource(ttl=TTL, max_entries=_FEW, show_spinner=False, hash_funcs=HASH)
def _served(
    actor: Actor,
    key: Versions,
    kinds: tuple[PointKind, ...],
    chosen: CaseFilter,
    as_of: datetime,
    _own: Own,
    _there: Whole[pd.DataFrame],
) -> Served:
    """Everything that the actor sees; one object for all who may see the same, and nobody changes it."""
    with store().session(actor) as session:
        minutes = post_load.case_minutes(session, chosen, _own.there.on.level, as_of)
    return post_load.served(minutes, _own, _there, police_work())
