"""Conditions over facts: what a text says, in words, and what is said of one that says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.i18n import use_language
from domain.indicators.conditions import Condition, Term
from domain.indicators.facts import Direction, Fact, Needed, Reason, Unit

PARSED = [
    # one fact, and its opposite
    ("closed", [["closed"]]),
    ("not closed", [["not closed"]]),
    # `and` binds closer than `or`
    ("closed and not void or open and due", [["closed", "not void"], ["open", "due"]]),
    ("closed or void or open", [["closed"], ["void"], ["open"]]),
    # white space and line ends do not matter
    ("  closed\n   and   due ", [["closed", "due"]]),
]


@pytest.mark.parametrize(("text", "expected"), PARSED)
def test_a_text_is_alternatives_of_terms(text: str, expected: list[list[str]]):
    found = Condition.parse(text)
    told = [[("" if term.holds else "not ") + term.fact for term in terms] for terms in found.alternatives]
    assert told == expected


WRONG = [
    # (text, the word that is not known)
    ("finished", "finished"),
    ("closed and finished", "finished"),
    ("not finished", "finished"),
    ("", ""),
    ("closed and", "closed and"),
    ("not not closed", "not closed"),
    ("closed AND due", "closed AND due"),
    ("(closed or void) and due", "(closed"),
    ("closed; drop table cases", "closed; drop table cases"),
]


@pytest.mark.parametrize(("text", "word"), WRONG)
def test_a_word_that_is_no_fact_is_named_with_the_facts_there_are(text: str, word: str):
    joined = "expected facts joined by and, or, not"
    with use_language("en"), pytest.raises(ValueError, match=joined) as caught:
        Condition.parse(text)
    assert f"names '{word}'," in str(caught.value)
    assert all(fact in str(caught.value) for fact in Fact)


def test_a_condition_tells_its_facts_and_its_words():
    found = Condition.parse("closed and not void or due")
    assert found.facts == {Fact.CLOSED, Fact.VOID, Fact.DUE}
    assert found.words == "已结案 且 不是作废；或 时限已过"
    with use_language("en"):
        assert found.words == "Closed and not void; or past the limit"


terms = st.builds(Term, st.sampled_from(Fact), st.booleans())
conditions = st.lists(st.lists(terms, min_size=1, max_size=4).map(tuple), min_size=1, max_size=4)


@given(conditions)
def test_what_is_written_out_reads_back(alternatives: list[tuple[Term, ...]]):
    text = " or ".join(
        " and ".join(f"{'' if term.holds else 'not '}{term.fact}" for term in found) for found in alternatives
    )
    assert Condition.parse(text) == Condition(tuple(alternatives))


@given(st.text())
def test_junk_is_refused_or_is_made_of_facts(text: str):
    try:
        found = Condition.parse(text)
    except ValueError:
        return
    words = set(text.replace(" or ", " ").replace(" and ", " ").split()) - {"not"}
    assert {fact.value for fact in found.facts} == words


@pytest.mark.parametrize("word", [*Fact, *Reason, *Unit, *Needed])
def test_every_word_has_a_label_in_both_languages(word: Fact | Reason | Unit | Needed):
    chinese = word.label
    with use_language("en"):
        assert word.label
        assert word.label != chinese or word.label == "%"


@pytest.mark.parametrize("fact", Fact)
def test_every_fact_has_an_opposite_of_its_own(fact: Fact):
    assert fact.opposite not in {fact.label, ""}


def test_directions_are_the_three_that_profiles_name():
    assert {direction.value for direction in Direction} == {"higher", "lower", "neither"}
