"""Ratings of compounds, by profile and number of periods; the as-of time decides which periods are over."""

from datetime import datetime

import streamlit as st

from domain.actor import Actor
from queries import ratings
from queries.areas import AreaInfo
from queries.ratings import Ratings
from ui.cache.keys import HASH, TTL, Versions
from ui.storage import store

_FEW = 16


@st.cache_resource(ttl=TTL, max_entries=_FEW, show_spinner=False, hash_funcs=HASH)
def rated(
    actor: Actor, key: Versions, profile: str, how_many: int, inside: AreaInfo | None, as_of: datetime
) -> Ratings:
    """The ratings of all compounds inside an area. `key`: areas, cases, compounds, assessments, city.

    All are rated once, and each area takes its own out of them. One object for all who may see the same: of a city it
    has 18 MB, which a copy for each run would take its time for. Nobody changes it.
    """
    if inside is not None:
        return rated(actor, key, profile, how_many, None, as_of).inside(inside)
    with store().session(actor) as session:
        return ratings.ratings(session, profile, how_many)
