"""Distances to service points, once a version: the ground, the points that are there, and what each actor sees of it.

An area is narrowed from that without a question to the database.
"""

import streamlit as st

from domain import access
from domain.access import Figures, Verdict
from domain.actor import Actor
from domain.vocabulary import PointKind, Subject
from queries import reach, spots
from queries.areas import AreaInfo
from queries.reach import Coverage, Ground, Own, Spot, Standing
from queries.spots import Stand
from ui.cache.keys import HASH, LARGE, TTL, Versions, key_of
from ui.storage import store

_FEW = 4
_KINDS_CHOSEN = 32
"""Entries: grounds of a version, and sets of kinds that readers choose."""

_GROUND = (Subject.AREAS, Subject.LINES)
"""What the ground is made of."""


def coverage(
    actor: Actor,
    versions: dict[Subject, int],
    posts_of: tuple[PointKind, ...],
    inside: AreaInfo | None,
    extra: tuple[Spot, ...] = (),
) -> tuple[Verdict, Coverage | None]:
    """The coverage of an area by points of some kinds, in the order of the vocabulary, and extra ones.

    None where the policy refuses it, or there are no areas. Raises InputRefused as `queries.reach.coverage`.
    """
    verdict = access.may_see(actor, Figures.NEAREST)
    reader = access.reader_of_whole(actor, verdict)
    if reader is None:
        return verdict, None
    kinds = tuple(kind for kind in PointKind if kind in posts_of)
    return verdict, _coverage(actor, reader, *_keys(versions), kinds, inside, extra)


def standing(actor: Actor, versions: dict[Subject, int], posts_of: tuple[PointKind, ...]) -> Standing | None:
    """The positions that further points are measured against; None where the policy refuses them. Never shown."""
    reader = access.reader_of_whole(actor, access.may_see(actor, Figures.NEAREST))
    if reader is None:
        return None
    kinds = tuple(kind for kind in PointKind if kind in posts_of)
    return _standing(reader, *_keys(versions), kinds)


def own(actor: Actor, versions: dict[Subject, int], posts_of: tuple[PointKind, ...]) -> Own | None:
    """All that an actor answers for with its distances; None where the policy refuses them, or there are no areas."""
    reader = access.reader_of_whole(actor, access.may_see(actor, Figures.NEAREST))
    if reader is None:
        return None
    kinds = tuple(kind for kind in PointKind if kind in posts_of)
    return _own(actor, reader, *_keys(versions), kinds)


def stands(actor: Actor, versions: dict[Subject, int], tried: tuple[Spot, ...]) -> tuple[Stand | None, ...]:
    """The area of the finest level that each point tried lies in; None for one outside all, or where none is told."""
    reader = access.reader_of_whole(actor, access.may_see(actor, Figures.NEAREST))
    if reader is None or not tried:
        return (None,) * len(tried)
    return _stands(actor, reader, _keys(versions)[0], tried)


def _keys(versions: dict[Subject, int]) -> tuple[Versions, Versions]:
    return key_of(versions, *_GROUND), key_of(versions, *_GROUND, Subject.POINTS)


@st.cache_resource(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def _coverage(
    actor: Actor,
    reader: Actor,
    ground_key: Versions,
    key: Versions,
    kinds: tuple[PointKind, ...],
    inside: AreaInfo | None,
    extra: tuple[Spot, ...],
) -> Coverage | None:
    """One object for all who may see the same; nobody changes it."""
    mine = _own(actor, reader, ground_key, key, kinds)
    return None if mine is None else reach.coverage(mine, inside, extra)


@st.cache_resource(ttl=TTL, max_entries=_KINDS_CHOSEN, show_spinner=False, hash_funcs=HASH)
def _own(
    actor: Actor, reader: Actor, ground_key: Versions, key: Versions, kinds: tuple[PointKind, ...]
) -> Own | None:
    """Read with the actor's own eyes, from the distances that are read with lent ones."""
    there = _standing(reader, ground_key, key, kinds)
    if there is None:
        return None
    with store().session(actor) as session:
        return reach.own(session, there)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def _stands(
    actor: Actor, reader: Actor, ground_key: Versions, tried: tuple[Spot, ...]
) -> tuple[Stand | None, ...]:
    """Read with the actor's own eyes: the extents are those that are kept anyway."""
    on = _ground(reader, ground_key)
    if on is None:
        return (None,) * len(tried)
    with store().session(actor) as session:
        return spots.stands(session, on, tried)


@st.cache_resource(ttl=TTL, max_entries=_FEW, show_spinner=False, hash_funcs=HASH)
def _ground(reader: Actor, ground_key: Versions) -> Ground | None:
    """Read with the eyes that the policy lends: positions of areas and roads."""
    with store().session(reader) as session:
        return reach.ground(session)


@st.cache_resource(ttl=TTL, max_entries=_KINDS_CHOSEN, show_spinner=False, hash_funcs=HASH)
def _standing(
    reader: Actor, ground_key: Versions, key: Versions, kinds: tuple[PointKind, ...]
) -> Standing | None:
    """Read with the same eyes: positions of points, and distances to them."""
    on = _ground(reader, ground_key)
    if on is None:
        return None
    with store().session(reader) as session:
        return reach.standing(session, on, kinds)
