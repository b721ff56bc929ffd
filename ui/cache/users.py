"""Users for their administrator, and what the demo mode's role picker offers.

Users are never cached: whether somebody sees them depends on roles, which no cache key holds.
"""

import streamlit as st

from domain.actor import Actor
from queries import users as queries
from queries.users import ListedUser
from ui.cache.keys import HASH, SMALL, TTL, Versions
from ui.storage import store


def listed(actor: Actor) -> list[ListedUser]:
    """All users by login; none for an actor who manages no users."""
    with store().session(actor) as session:
        return queries.users(session)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=HASH)
def busiest_department(actor: Actor, key: Versions) -> str | None:
    """The department with most cases, the first by name among equals; None where no case has one."""
    with store().session(actor) as session:
        return queries.busiest_department(session)
