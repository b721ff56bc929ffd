"""The state of a page as one text: canonical, without the reader, and the same cases as the page shows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.filters import CaseFilter, HourCell, Side
from domain.saved_view import STATE, canonical, cases_of, state_of

LAST = date(2026, 9, 30)
VALUES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


@given(
    st.dictionaries(st.sampled_from([*STATE, "role", "lang", "case", "page"]), st.lists(VALUES, max_size=4))
)
def test_a_canonical_text_is_read_back_as_itself(query: dict[str, list[str]]) -> None:
    text = canonical(query)
    found = state_of(text)
    assert canonical(found) == text
    assert set(found) <= set(STATE) & set(query)
    assert all(set(values) <= set(query[key]) for key, values in found.items())


@pytest.mark.parametrize(
    ("state", "start", "end"),
    [
        ({}, LAST - timedelta(days=29), LAST),
        ({"period": ["7d"]}, LAST - timedelta(days=6), LAST),
        ({"period": ["365d"]}, LAST - timedelta(days=364), LAST),
        ({"period": ["all"], "from": ["2026-01-01"]}, None, None),
        (
            {"period": ["custom"], "from": ["2026-01-05"], "to": ["2026-02-01"]},
            date(2026, 1, 5),
            date(2026, 2, 1),
        ),
        (
            {"period": ["custom"], "from": ["2026-03-05"], "to": ["2026-02-01"]},
            date(2026, 2, 1),
            date(2026, 3, 5),
        ),
        ({"period": ["custom"], "from": ["2026-01-05"]}, date(2026, 1, 5), LAST),
        ({"from": ["2026-01-05"]}, LAST - timedelta(days=29), LAST),  # dates count for a chosen period only
        ({"period": ["1000000d"]}, LAST - timedelta(days=29), LAST),  # no period that is offered
    ],
)
def test_the_period_of_a_state(state: dict[str, list[str]], start: date | None, end: date | None) -> None:
    found = cases_of(state, LAST)
    assert (found.start, found.end) == (start, end)


def test_all_conditions_of_a_state() -> None:
    chosen = CaseFilter(
        area="330102001001",
        categories=("噪声", "-"),
        states=("closed",),
        text="望江",
        hours=(HourCell(5, 19),),
        side=Side("general", "closing_rate", "rest"),
        compounds=("C1", "C2"),
        companies=("锦川物业",),
    )
    query = {key: [told] if isinstance(told, str) else told for key, told in chosen.to_query().items()}
    assert cases_of({**query, "period": ["all"]}, LAST) == chosen


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(InputRefused):
        cases_of({"period": ["custom"], "from": ["yesterday"]}, LAST)
