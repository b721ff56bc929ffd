"""Compounds, and what the screen 红色物业 tells of them."""

import pandas as pd
import streamlit as st

from domain.actor import Actor
from queries import property as queries
from ui.cache.keys import HASH, LARGE, TTL, Versions
from ui.storage import store


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def compounds(actor: Actor, key: Versions, inside: int | None) -> pd.DataFrame:
    """The compounds inside an area; see `queries.property.compounds`."""
    with store().session(actor) as session:
        return queries.compounds(session, inside)
