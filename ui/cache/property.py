"""Compounds, and what the screen 红色物业 tells of them."""

from datetime import date

import pandas as pd
import streamlit as st

from domain.actor import Actor
from queries import property as queries
from queries.property import Standing, Stations
from ui import layer_content
from ui.cache.keys import HASH, LARGE, TTL, Versions
from ui.layer_content import PlainLayer
from ui.property import words
from ui.storage import store


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def compounds(actor: Actor, key: Versions, inside: int | None) -> pd.DataFrame:
    """The compounds inside an area; see `queries.property.compounds`."""
    with store().session(actor) as session:
        return queries.compounds(session, inside)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def stations(actor: Actor, key: Versions, inside: int | None) -> Stations:
    """The service points inside compounds of an area."""
    with store().session(actor) as session:
        return queries.stations(session, inside)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def unmanaged_layer(
    actor: Actor, key: Versions, inside: int | None, today: date, language: str
) -> PlainLayer:
    """The compounds that nobody manages, classed by `Standing`; `language` tells apart the words."""
    rows = queries.unmanaged(compounds(actor, key, inside), today)
    order = [item.value for item in Standing]
    details = (
        [words.text(value) for value in rows["street"]],
        [words.day(value) for value in rows["unmanaged_since"]],
        [words.takeover(value) for value in rows["takeover"]],
        [words.day(value) for value in rows["takeover_due"]],
    )
    return layer_content.compound_points(rows, [order.index(item) for item in rows["standing"]], details)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def demonstration_layer(actor: Actor, key: Versions, inside: int | None) -> PlainLayer:
    """The demonstration compounds."""
    rows = compounds(actor, key, inside)
    rows = rows[rows["demonstration"].fillna(value=False).astype(bool)]
    details = (
        [words.text(value) for value in rows["street"]],
        [words.text(value) for value in rows["company"]],
    )
    return layer_content.compound_points(rows, [0] * len(rows), details)
