"""Figures of the screen 分析; saved views are not among them: who may open one depends on roles."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from domain.actor import Actor
from domain.pivot import Axis, Key, PivotOrder
from domain.vocabulary import Level
from queries import areas, pivot
from queries.figures import Evaluation, Question
from queries.pivot import Ask, Block
from ui.cache.indicators import QUESTION_HASH
from ui.cache.keys import LARGE, SMALL, TTL, Versions
from ui.storage import store

_question = QUESTION_HASH[Question]

_HASH: dict[str | type[Any], Any] = QUESTION_HASH | {
    Ask: lambda ask: (_question(ask.question), ask.name, ask.rows.value, ask.columns and ask.columns.value),
}

Counts = tuple[tuple[Key, int], ...]
"""How many cases each key of an axis has, in the axis's order."""


@dataclass(frozen=True)
class ShownPivot:
    """The part of a pivot that is shown, the words of its rows and columns, and the figure of everything."""

    block: Block
    row_words: tuple[str, ...]
    column_words: tuple[str, ...]
    whole: Evaluation


@st.cache_data(ttl=TTL, max_entries=LARGE, show_spinner=False, hash_funcs=_HASH)
def shown_pivot(
    actor: Actor, key: Versions, ask: Ask, order: PivotOrder, most_rows: int, most_columns: int, language: str
) -> ShownPivot:
    """The first rows and columns of a pivot; `language` tells apart the words. Raises InputRefused as `pivot` does."""
    with store().session(actor) as session:
        found = pivot.pivot(session, ask)
    block = found.block(most_rows, most_columns, order)
    rows = tuple(found.words(ask.rows, row) for row in block.rows)
    columns = tuple(found.words(ask.columns, column) for column in block.columns if ask.columns)
    return ShownPivot(block, rows, columns, found.whole)


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def counts(actor: Actor, key: Versions, question: Question, axis: Axis) -> Counts:
    """Cases by one axis, the most frequent first, none last."""
    with store().session(actor) as session:
        block = pivot.pivot(session, Ask(question, "cases", axis)).block(pivot.MOST_CELLS, 1)
    return tuple(zip(block.rows, block.cases[:-1, -1].tolist(), strict=True))


@st.cache_data(ttl=TTL, max_entries=SMALL, show_spinner=False, hash_funcs=_HASH)
def areas_of(actor: Actor, key: Versions, level: Level, inside: int | None) -> dict[str, str]:
    """The names of the areas of a level inside an area, by code."""
    with store().session(actor) as session:
        found = areas.areas_within(session, level, inside)
    return dict(zip(found["code"], found["name"], strict=True))
