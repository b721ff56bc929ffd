"""Sources, imports, what is wrong with grids, and the first rows of an upload."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from data.ingest.chunks import FileOptions
from data.ingest.mapping import parse_mapping
from data.ingest.mapping_sections import CaseSection
from data.ingest.preview import Head, Reading, features_head, reading_of, table_head
from data.ingest.propose import propose
from data.ingest.propose_places import propose_places
from domain.actor import Actor
from domain.errors import InputRefused
from domain.households import Bands
from domain.vocabulary import ImportKind, Level
from queries import areas, cloud, duty, quality
from queries.cloud import BatchFinding, Rejects, SourceFacts
from queries.quality import Faults
from ui.cache.keys import HASH, LARGE, SMALL, TTL, Versions
from ui.storage import store

_HASH: dict[str | type[Any], Any] = HASH | {Bands: repr, Path: str}


@dataclass(frozen=True)
class Batches:
    """All imports that the reader may see, newest first; times are local. See `queries.cloud.batches`."""

    rows: pd.DataFrame

    def row(self, batch_id: int) -> "pd.Series[Any] | None":
        """One import; None where it is not among them."""
        found = self.rows[self.rows["batch_id"] == batch_id]
        return None if found.empty else found.iloc[0]


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def sources(actor: Actor, key: Versions, as_of: datetime) -> tuple[SourceFacts, ...]:
    """All sources, judged at the as-of time."""
    with store().session(actor) as session:
        return tuple(cloud.sources(session))


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def volumes(actor: Actor, key: Versions) -> pd.DataFrame:
    """Cases by source and local month."""
    with store().session(actor) as session:
        return cloud.volumes(session)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def batches(actor: Actor, key: Versions) -> Batches:
    """All imports."""
    with store().session(actor) as session:
        rows = cloud.batches(session)
        for name in ("started_at", "finished_at", "undone_at"):
            rows[name] = [
                None if pd.isna(at) else session.city.clock.to_local(at.to_pydatetime()) for at in rows[name]
            ]
        return Batches(rows)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def findings(actor: Actor, key: Versions, batch_id: int) -> tuple[BatchFinding, ...]:
    """What an import found."""
    with store().session(actor) as session:
        return tuple(cloud.findings_of(session, batch_id))


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def report(actor: Actor, key: Versions, batch_id: int) -> dict[str, Any] | None:
    """What an import printed."""
    with store().session(actor) as session:
        return cloud.report_of(session, batch_id)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def rejects(actor: Actor, key: Versions, batch_id: int, rule: str | None, first: int, most: int) -> Rejects:
    """A page of the rows that an import kept out."""
    with store().session(actor) as session:
        return cloud.rejects_of(session, batch_id, most=most, first=first, rule=rule)


@st.cache_data(ttl=TTL, max_entries=8, show_spinner=False, hash_funcs=_HASH)
def faults(actor: Actor, key: Versions, level: Level, bands: Bands) -> Faults:
    """What is wrong with all areas of a level: computed once per version of the areas."""
    with store().session(actor) as session:
        return quality.faults_of(session, level, bands)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def codes_inside(actor: Actor, key: Versions, level: Level, inside: int) -> frozenset[str]:
    """The codes of the areas of a level inside an area."""
    with store().session(actor) as session:
        return quality.codes_inside(session, level, inside)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def unowned(actor: Actor, key: Versions, level: Level, inside: int | None) -> pd.DataFrame:
    """Areas of a level that no post answers for."""
    with store().session(actor) as session:
        return duty.areas_without_duty(session, level, inside)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def posts(actor: Actor, key: Versions) -> int:
    """How many posts answer for anything: without any, nobody can be missing."""
    with store().session(actor) as session:
        return len(duty.on_duty(session, None))


# --- uploads: a path is random and its file never changes ---


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def proposal(actor: Actor, path: Path, kind: ImportKind, timezone: str) -> str:
    """A mapping for an upload. Raises InputRefused where the file cannot be read."""
    return propose(path, timezone) if kind is ImportKind.CASES else propose_places(path, kind)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def table(actor: Actor, path: Path, kind: ImportKind, mapping: str) -> Head:
    """The first rows of a table as they stand in it, read as the mapping says where it says anything right.

    Raises InputRefused where the file is no table.
    """
    try:
        told = parse_mapping(mapping)
    except InputRefused:
        return table_head(path, kind, FileOptions())
    hide = told.section.personal_columns if isinstance(told.section, CaseSection) else frozenset()
    return table_head(path, kind, told.file.options(), hide)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def features(actor: Actor, path: Path) -> Head:
    """The first features of a vector file. Raises InputRefused where it is none."""
    return features_head(path)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def reading(actor: Actor, key: Versions, path: Path, kind: ImportKind, mapping: str) -> Reading:
    """The first rows of a table as the mapping reads them. Raises InputRefused where it cannot."""
    with store().session(actor) as session:
        bounds = areas.bounds(session)
        return reading_of(path, kind, parse_mapping(mapping), session.city.clock, bounds)
