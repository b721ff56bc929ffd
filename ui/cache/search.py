"""What the jump box looks in. Indexes are resources: large, never changed, shared by all who may see the same."""

import streamlit as st

from domain.actor import Actor
from queries import search
from queries.search import AreaIndex
from queries.search_index import Found, Index
from ui.cache.keys import HASH, LARGE, SMALL, TTL, Versions
from ui.storage import store


@st.cache_resource(ttl=TTL, max_entries=4, show_spinner=False, hash_funcs=HASH)
def areas(actor: Actor, key: Versions) -> AreaIndex:
    """All areas; they are the same for everybody, so one actor may ask for all."""
    with store().session(actor) as session:
        return search.areas(session)


@st.cache_resource(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def places(actor: Actor, key: Versions) -> Index:
    """The compounds and service points that the actor may see."""
    with store().session(actor) as session:
        return search.places(session)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def cases(actor: Actor, key: Versions, typed: str, most: int) -> Found:
    """The cases that fit what was typed; kept, because a page is run again with the same text in the box."""
    with store().session(actor) as session:
        return search.cases(session, typed, most)
