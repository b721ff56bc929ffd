"""Lists of cases, their number, and one case with all that belongs to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from domain.actor import Actor
from domain.case_order import CaseOrder
from domain.filters import CaseFilter
from queries import case_list
from queries.areas import AreaInfo
from queries.case_list import Neighbours, Timeline
from ui.cache.keys import HASH, SMALL, TTL, Versions
from ui.storage import store


@dataclass(frozen=True)
class CaseDetail:
    """One case: its public fields by name (local times), its time line (naive UTC), and who shares its point."""

    fields: dict[str, Any]
    timeline: Timeline
    neighbours: Neighbours


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def total(actor: Actor, key: Versions, wanted: CaseFilter, area: AreaInfo | None, as_of: datetime) -> int:
    """How many cases a filter keeps."""
    with store().session(actor) as session:
        return case_list.total(session, wanted, area, as_of)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def page(
    actor: Actor,
    key: Versions,
    wanted: CaseFilter,
    area: AreaInfo | None,
    order: CaseOrder,
    number: int,
    as_of: datetime,
) -> pd.DataFrame:
    """One page of the cases of a filter, as `queries.case_list.page` gives them."""
    with store().session(actor) as session:
        return case_list.page(session, wanted, area, order, number, as_of).rows


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def detail(actor: Actor, key: Versions, case_id: int) -> CaseDetail:
    """One case. Raises NotFound where the actor sees none with this id."""
    with store().session(actor) as session:
        return CaseDetail(
            case_list.one(session, case_id),
            case_list.timeline(session, case_id),
            case_list.neighbours(session, case_id),
        )
