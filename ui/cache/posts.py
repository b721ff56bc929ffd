"""Service points, rosters, embedding and load of the screen 警地融合."""

import pandas as pd
import streamlit as st

from domain.actor import Actor
from domain.vocabulary import PoliceTier
from queries import posts
from queries.posts import AtPoint, Embedding
from ui.cache.keys import HASH, SMALL, TTL, Versions
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
