"""That an opened compound is on the red list or the black list: since when and why, as 红黑榜 says it."""

import streamlit as st

from domain.i18n import _, current_language
from domain.ratings.lists import ListKind
from queries.ratings import Turn
from ui import urlstate
from ui.cache import property as cache
from ui.encode import markdown_text
from ui.property import rated, words
from ui.property.part import Part
from ui.property.rated import Rated
from ui.shell import Page

_LONGEST = 600


def draw(page: Page, told: Rated, compound_id: int) -> None:
    """The list that it is on at the end of the period, with the way to 红黑榜; nothing where it is on none."""
    found = cache.listing(page.actor, rated.key_of(page), told.ratings, page.place.scope, told.period)
    for kind in (ListKind.BLACK, ListKind.RED):
        rows = found.current[kind]
        for row in rows[rows["compound_id"] == compound_id].itertuples():
            _told(
                kind, words.stay(row), _why(page, told, Turn(compound_id, kind, on=True, period=told.period))
            )


def _told(kind: ListKind, stay: str, reason: str) -> None:
    with st.container(key="on_list", gap="xxsmall"):
        line = _("在{list}：{stay}。{reason}").format(list=kind.label, stay=stay, reason=reason)
        show = st.error if kind is ListKind.BLACK else st.success
        show(markdown_text(line, _LONGEST), icon=":material/playlist_add_check:")
        st.button(
            _("看红黑榜"),
            key="to_lists",
            icon=":material/list:",
            type="tertiary",
            on_click=urlstate.change,  # a link to the screen that one is on would lead nowhere
            args=({"part": [Part.LISTS.value]},),
        )


def _why(page: Page, told: Rated, turn: Turn) -> str:
    key = rated.key_of(page)
    [reason] = cache.reasons(page.actor, key, told.ratings, page.place.scope, (turn,), current_language())
    return reason
