"""The heat layer of the map: computed once for each area, filter and bandwidth."""

from datetime import datetime

import streamlit as st

from domain.actor import Actor
from domain.filters import CaseFilter
from domain.time_frames import FrameUnit, frames_of, unit_for
from queries import areas, heat
from queries.areas import AreaInfo
from ui.cache.keys import HASH, LARGE, TTL, Versions
from ui.heat import HeatLayer, bin_degrees, heat_layer, suited_bandwidth_m
from ui.storage import store


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=HASH)
def heat_of(
    actor: Actor,
    key: Versions,
    wanted: CaseFilter,
    area: AreaInfo | None,
    bandwidth_m: int | None,
    as_of: datetime | None,
) -> HeatLayer | None:
    """The density of a filter's cases inside an area (None: everywhere); None where there are no areas.

    `bandwidth_m` None takes the one that suits the area. `as_of` is part of the key for a filter that
    depends on it, and None for others: periods are days, and a live clock would compute it every minute.
    """
    with store().session(actor) as session:
        bounds = areas.bounds(session, area)
        if bounds is None:
            return None
        bandwidth_m = bandwidth_m or suited_bandwidth_m(bounds)
        span = heat.span(session, wanted, area)
        unit = unit_for(*span) if span else FrameUnit.DAY
        found = heat.bins(session, wanted, area, unit, bin_degrees(bandwidth_m))
    return heat_layer(bounds, bandwidth_m, found, unit, frames_of(*span, unit) if span else ())
