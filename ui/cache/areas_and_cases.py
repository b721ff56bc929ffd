"""Areas, their cases and the layers of the map."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

import geopandas as gpd
import pandas as pd
import streamlit as st

from domain.actor import Actor
from domain.filters import NO_VALUE, CaseFilter
from domain.i18n import use_language
from domain.vocabulary import Level
from geo.coverage import is_valid_coverage
from queries import areas, cases, features
from queries.areas import AreaInfo
from queries.cases import ByArea
from queries.whole import Whole
from ui import layer_content
from ui.cache.keys import HASH, LARGE, SMALL, TTL, Versions
from ui.layer_content import AreaLayer, Bounds, PlainLayer
from ui.storage import store
from ui.when import Days, days_of, hours_of, last_day

_LEVELS = 32
"""Entries of what is kept whole: the levels of a city for some readers."""


@dataclass(frozen=True)
class Contents:
    """What changes with an import only.

    `levels` have areas, top down; `roots` are the areas without a parent; `home` holds all areas. `choices`
    are the values that cases carry by field (category, channel, state), the most frequent first. `cases`
    the actor may see, `unplaced` of them lie in no area, the earliest was reported on `first_day` (local).
    `last_day` is that of the last report in the whole city: where few cases are seen, the last of them would not
    tell where reports end.
    """

    levels: tuple[Level, ...]
    roots: tuple[AreaInfo, ...]
    home: Bounds | None
    choices: dict[str, tuple[str, ...]]
    cases: int
    unplaced: int
    first_day: date | None
    last_day: date | None


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def contents(actor: Actor, key: Versions) -> Contents:
    """Levels, roots, choices and totals."""
    with store().session(actor) as session:
        found = cases.choices(session).fillna({"value": NO_VALUE})
        total = cases.figures(session, CaseFilter(), None)
        return Contents(
            levels=tuple(areas.levels(session)),
            roots=tuple(areas.roots(session)),
            home=areas.bounds(session),
            choices={str(field): tuple(rows["value"]) for field, rows in found.groupby("field")},
            cases=total.cases,
            unplaced=total.unplaced,
            first_day=cases.first_day(session),
            last_day=store().last_report_day(),
        )


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def busiest_community(actor: Actor, key: Versions) -> AreaInfo | None:
    """The community with most cases, the lowest code among equals; None where there are no communities."""
    with store().session(actor) as session:
        found = areas.summary(session, Level.COMMUNITY).rows
        return None if found.empty else areas.area_by_code(session, str(found["code"].iloc[0]))


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def path(actor: Actor, key: Versions, code: str) -> tuple[AreaInfo, ...]:
    """From the top down to an area. Raises NotFound for a code that no area carries."""
    with store().session(actor) as session:
        return tuple(areas.path_to(session, code))


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def own_names(actor: Actor, key: Versions) -> dict[str, str]:
    """The names of the areas that the actor's own codes stand for, by code; a code that no area carries is absent."""
    with store().session(actor) as session:
        return {area.code: area.name for area in areas.own(session) if area.code in actor.areas}


@dataclass(frozen=True)
class CompoundChoices:
    """Compounds inside an area that cases can be asked of: names by code, by name; and all their companies."""

    names: dict[str, str]
    companies: tuple[str, ...]


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def compound_choices(actor: Actor, key: Versions, inside: AreaInfo | None) -> CompoundChoices:
    """Compounds inside an area (None: everywhere); where a name stands several times, its code says which."""
    with store().session(actor) as session:
        found = features.compounds_to_choose(session, inside.area_id if inside else None)
    often = Counter(name for _code, name, _company in found)
    names = {code: name if often[name] == 1 else f"{name}（{code}）" for code, name, _company in found}
    return CompoundChoices(names, tuple(sorted({company for _code, _name, company in found if company})))


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def compound_names(actor: Actor, key: Versions, codes: tuple[str, ...]) -> dict[str, str]:
    """Names by code of those of some compounds that the actor sees."""
    with store().session(actor) as session:
        return features.compound_names(session, codes)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def area_layer(actor: Actor, key: Versions, level: Level, inside: int | None) -> AreaLayer | None:
    """The areas of a level inside an area (None: everywhere); None where there is none."""
    found = shapes(actor, key, level).inside(inside)
    return None if found.empty else layer_content.area_layer(found, fits=_fits(actor, key, level))


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def _fits(actor: Actor, key: Versions, level: Level) -> bool:
    """Whether the areas of a level are a valid coverage; then those of any part of it are."""
    return is_valid_coverage(shapes(actor, key, level).rows)


@st.cache_resource(ttl=TTL, max_entries=_LEVELS, show_spinner=False, hash_funcs=HASH)
def shapes(actor: Actor, key: Versions, level: Level) -> Whole[gpd.GeoDataFrame]:
    """All areas of a level with their boundaries, to be narrowed. One object for all who may see the same."""
    with store().session(actor) as session:
        return areas.shapes(session, level)


@dataclass(frozen=True)
class CaseSummary:
    """The cases of a filter: by area, and when they were reported.

    `before` counts the cases of the period of equal length just before, None for a filter without a period
    and where it is not told.
    `hours` are 7 rows (Monday first) of 24 counts, in local time, whatever hours the filter chooses.
    """

    by_area: ByArea
    before: int | None
    days: Days
    hours: tuple[tuple[int, ...], ...]


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def case_summary(
    actor: Actor, key: Versions, wanted: CaseFilter, level: Level, area: AreaInfo | None, as_of: datetime
) -> CaseSummary:
    """Figures of a filter inside an area by area of a level; `as_of` (local) ends the days of an open period."""
    before = wanted.period_before()
    with store().session(actor) as session:
        hourly = cases.hourly(session, wanted, area)
        any_hour = cases.hourly(session, replace(wanted, hours=()), area) if wanted.hours else hourly
        return CaseSummary(
            by_area=cases.by_area(session, wanted, level, area),
            before=cases.how_many(session, before, area) if before else None,
            days=days_of(hourly, wanted.start, wanted.end or last_day(as_of)),
            hours=hours_of(any_hour),
        )


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def siblings(
    actor: Actor, key: Versions, wanted: CaseFilter, level: Level, area: AreaInfo | None, as_of: datetime
) -> ByArea:
    """Cases of a filter by area of a level: what surrounds an area that has no parts of its own."""
    with store().session(actor) as session:
        return cases.by_area(session, wanted, level, area)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def case_points(
    actor: Actor,
    key: Versions,
    wanted: CaseFilter,
    area: AreaInfo | None,
    most: int,
    as_of: datetime,
) -> PlainLayer:
    """The newest cases that have a point."""
    with store().session(actor) as session:
        found = cases.points(session, wanted, area, most)
        return layer_content.case_layer(found.rows, session.city.clock, found.total)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def service_points(
    actor: Actor, key: Versions, inside: int | None, kinds: tuple[str, ...], language: str
) -> PlainLayer:
    """Service points of some kinds (none named: all) inside an area (None: everywhere), told in a language."""
    found = points_inside(actor, key, inside)
    with use_language(language):
        return layer_content.service_point_layer(found[found["kind"].isin(kinds)] if kinds else found)


def points_inside(actor: Actor, key: Versions, inside: int | None) -> pd.DataFrame:
    """Service points inside an area; see `queries.features.service_points`."""
    return _service_points(actor, key).inside(inside)


@st.cache_resource(ttl=TTL, max_entries=_LEVELS, show_spinner=False, hash_funcs=HASH)
def _service_points(actor: Actor, key: Versions) -> Whole[pd.DataFrame]:
    with store().session(actor) as session:
        return features.all_service_points(session)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def compounds(actor: Actor, key: Versions, inside: int | None) -> PlainLayer:
    """Residential compounds inside an area (None: everywhere)."""
    with store().session(actor) as session:
        return layer_content.compound_layer(features.compounds(session, inside))


@st.cache_data(ttl=TTL, max_entries=4, show_spinner=False, hash_funcs=HASH)
def lines(actor: Actor, key: Versions) -> PlainLayer:
    """Roads, rivers and railways of the whole installation."""
    with store().session(actor) as session:
        return layer_content.line_layer(areas.lines(session))
