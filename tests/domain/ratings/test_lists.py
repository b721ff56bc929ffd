"""The lists: an entry takes supported periods in a row, and the first unsupported one is the exit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ratings import catalogue
from domain.ratings.lists import ListKind, Spell, spells, supports

PROFILE = catalogue.profile(catalogue.DEFAULT)

HISTORIES = [
    # (supported periods, needed, stays)
    ("", 2, []),
    ("x", 2, []),  # once is not enough
    ("-x-x-", 2, []),  # nor twice with a gap
    ("-xx", 2, [Spell(1, 2, None, perhaps_earlier=False)]),
    ("xx", 2, [Spell(0, 1, None, perhaps_earlier=True)]),  # who knows what was before
    ("-xx-", 2, [Spell(1, 2, 3, perhaps_earlier=False)]),
    ("-xxxx-xx", 2, [Spell(1, 2, 5, perhaps_earlier=False), Spell(6, 7, None, perhaps_earlier=False)]),
    ("-x-", 1, [Spell(1, 1, 2, perhaps_earlier=False)]),
]


@pytest.mark.parametrize(("told", "needed", "expected"), HISTORIES)
def test_stays(told: str, needed: int, expected: list[Spell]):
    assert spells([mark == "x" for mark in told], needed) == expected


@given(st.lists(st.booleans(), max_size=12), st.integers(1, 4))
def test_an_entry_implies_as_many_supported_periods_in_a_row(supported: list[bool], needed: int):
    found = spells(supported, needed)
    for stay in found:
        assert all(supported[stay.since : stay.entered + 1])
        assert stay.entered - stay.since + 1 == needed
        assert stay.since == 0 or not supported[stay.since - 1]
        assert all(supported[stay.entered : stay.left])
        assert stay.left is None or not supported[stay.left]
    on_list = {place for stay in found for place in range(stay.entered, stay.left or len(supported))}
    for place in range(len(supported)):
        in_a_row = place + 1 >= needed and all(supported[place - needed + 1 : place + 1])
        assert (place in on_list) == in_a_row


@pytest.mark.parametrize(
    ("kind", "low", "high", "expected"),
    [
        (ListKind.RED, 75.0, 99.0, True),
        (ListKind.RED, 74.9, 99.0, False),  # the total may be good, chance is not ruled out
        (ListKind.BLACK, 20.0, 59.9, True),
        (ListKind.BLACK, 20.0, 60.0, False),
        (ListKind.RED, None, None, False),
        (ListKind.BLACK, None, None, False),
    ],
)
def test_the_interval_decides(kind: ListKind, low: float | None, high: float | None, expected: bool):
    assert supports(PROFILE, kind, low, high) is expected
