"""Compounds, and what the screen 红色物业 tells of them."""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from domain.actor import Actor
from domain.ratings.model import Profile
from domain.ratings.periods import Period
from domain.ratings.words import points_words
from queries import features
from queries import property as queries
from queries.areas import AreaInfo
from queries.property import AllStations, Standing, Stations
from queries.ratings import Ratings, Turn
from queries.whole import Whole
from ui import layer_content
from ui.cache.keys import HASH, LARGE, TTL, Versions
from ui.layer_content import PlainLayer
from ui.property import grades, listed, words
from ui.property.listed import Listing
from ui.storage import store

_FEW = 16
"""Entries of what is kept whole, some megabytes of a city each."""

_HASH: dict[str | type[Any], Any] = HASH | {
    Ratings: lambda found: (found.profile, str(found.periods[-1])),
    Period: str,
}


@st.cache_resource(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def compounds(actor: Actor, key: Versions, inside: AreaInfo | None) -> pd.DataFrame:
    """The compounds inside an area; see `queries.property.compounds`. Nobody changes the frame: all share it."""
    return _compounds(actor, key).inside(inside.area_id if inside else None)


@st.cache_resource(ttl=TTL, max_entries=_FEW, show_spinner=False, hash_funcs=HASH)
def _compounds(actor: Actor, key: Versions) -> Whole[pd.DataFrame]:
    with store().session(actor) as session:
        return queries.compounds(session)


@st.cache_resource(ttl=TTL, max_entries=_FEW, show_spinner=False, hash_funcs=HASH)
def _shapes(actor: Actor, key: Versions) -> gpd.GeoDataFrame:
    """The compounds that the actor sees with their shapes, by code; see `queries.features.compounds`."""
    with store().session(actor) as session:
        return features.all_compounds(session).rows.set_index("code", drop=False)


def stations(actor: Actor, key: Versions, inside: int | None) -> Stations:
    """The service points inside compounds of an area."""
    return _stations(actor, key).inside(inside)


@st.cache_resource(ttl=TTL, max_entries=_FEW, show_spinner=False, hash_funcs=HASH)
def _stations(actor: Actor, key: Versions) -> AllStations:
    with store().session(actor) as session:
        return queries.stations(session)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def unmanaged_layer(
    actor: Actor, key: Versions, inside: AreaInfo | None, today: date, language: str
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
def demonstration_layer(actor: Actor, key: Versions, inside: AreaInfo | None) -> PlainLayer:
    """The demonstration compounds."""
    rows = compounds(actor, key, inside)
    rows = rows[rows["demonstration"].fillna(value=False).astype(bool)]
    details = (
        [words.text(value) for value in rows["street"]],
        [words.text(value) for value in rows["company"]],
    )
    return layer_content.compound_points(rows, [0] * len(rows), details)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def assessments(
    actor: Actor, key: Versions, profile: str, code: str, company: str | None, period: Period
) -> pd.DataFrame:
    """The assessments that a compound's rating looked at; see `queries.property.assessments_of`."""
    with store().session(actor) as session:
        return queries.assessments_of(session, profile, code, company, period)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def listing(actor: Actor, key: Versions, found: Ratings, area: AreaInfo | None, period: Period) -> Listing:
    """The lists of a period; `area` is that of the ratings."""
    return listed.listing(found, period)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def reasons(
    actor: Actor,
    key: Versions,
    found: Ratings,
    area: AreaInfo | None,
    turns: tuple[Turn, ...],
    language: str,
) -> list[str]:
    """Why compounds are on lists or have left them, in words; `language` tells apart the words."""
    return found.why(turns)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def grade_layer(
    actor: Actor,
    key: Versions,
    found: Ratings,
    period: Period,
    area: AreaInfo | None,
    language: str,
    *,
    as_shapes: bool,
) -> PlainLayer:
    """Compounds classed by grade, the best first, the ungraded last; `language` tells apart the words."""
    rows, profile = found.of(period), found.definition
    classes = (rows["grade"].cat.codes.to_numpy() % (len(profile.best_first) + 1)).tolist()
    details = _grade_details(profile, rows)
    if as_shapes:
        return layer_content.shape_layer(_shapes(actor, key).loc[rows["code"]], classes, details)
    return layer_content.compound_points(compounds(actor, key, area), classes, details)


def _grade_details(profile: Profile, rows: pd.DataFrame) -> list[list[str]]:
    """Of each compound: grade, total, interval, households, company, unmanaged since."""
    return [
        grades.words(profile, rows),
        [points_words(None if pd.isna(total) else total) for total in rows["total"]],
        [grades.interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)],
        [words.count(value) for value in rows["households"]],
        [words.text(value) for value in rows["company"]],
        [words.day(value) for value in rows["unmanaged_since"]],
    ]
