"""Figures by their definitions; the question holds filter, place, profile and as-of time."""

from typing import Any

import streamlit as st

from domain.actor import Actor
from domain.indicators import catalogue
from domain.indicators.model import Indicator
from domain.vocabulary import Level
from queries import indicators
from queries.figures import ByArea, Evaluation, Question
from ui.cache.keys import HASH, LARGE, SMALL, TTL, Versions
from ui.storage import store

QUESTION_HASH: dict[str | type[Any], Any] = HASH | {
    Question: lambda question: (
        question.profile,
        repr(question.chosen),
        question.area.area_id if question.area else None,
        question.as_of,
        question.own_window,
    ),
}


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=QUESTION_HASH)
def evaluate(
    actor: Actor, key: Versions, question: Question, names: tuple[str, ...]
) -> dict[str, Evaluation]:
    """Figures of one profile, in one scan."""
    with store().session(actor) as session:
        return indicators.evaluate(session, question, names)


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=QUESTION_HASH)
def by_area(actor: Actor, key: Versions, question: Question, name: str, level: Level) -> ByArea:
    """One figure by area of a level, in honest order."""
    with store().session(actor) as session:
        return indicators.by_area(session, question, name, level)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=QUESTION_HASH)
def under_other_profiles(
    actor: Actor, key: Versions, question: Question, name: str
) -> tuple[Evaluation, ...]:
    """The figure of the same name under every other profile that has it, each in its own window."""
    with store().session(actor) as session:
        return tuple(
            indicators.evaluate(session, asked, [name])[name]
            for asked in _others(question)
            if isinstance(catalogue.profile(asked.profile).indicators.get(name), Indicator)
        )


def _others(question: Question) -> list[Question]:
    """The same question to every other profile; the default one keeps to the reader's period."""
    return [
        Question(name, question.chosen, question.area, question.as_of, own_window=name != catalogue.DEFAULT)
        for name in catalogue.profiles()
        if name != question.profile
    ]
