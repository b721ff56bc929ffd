"""Service points, rosters, embedding and load of the screen 警地融合."""

import pandas as pd
import streamlit as st

from domain.actor import Actor
from queries import posts
from ui.cache.keys import HASH, SMALL, TTL, Versions
from ui.storage import store


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def points(actor: Actor, key: Versions, inside: int | None) -> pd.DataFrame:
    """Service points inside an area with their rosters."""
    with store().session(actor) as session:
        return posts.points(session, inside)
