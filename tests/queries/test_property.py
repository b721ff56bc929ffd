"""Compounds of a city small enough to count by hand, and to nobody else."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from data.store import Store
from domain.actor import OPERATOR, Actor
from queries import property as queries
from queries.areas import area_by_code
from tests.support.small_city import COMMUNITIES, EAST_STREET, WEST_STREET, actor
from tests.support.small_compounds import COMPOUNDS, bring_compounds


@pytest.fixture
def told(city: Store) -> Store:
    bring_compounds(city, COMPOUNDS)
    return city


def compounds(store: Store, who: Actor = OPERATOR, inside: str | None = None) -> pd.DataFrame:
    with store.session(who) as session:
        area = area_by_code(session, inside) if inside else None
        return queries.compounds(session, area.area_id if area else None).set_index("code")


def test_what_is_known_of_each_compound(told: Store) -> None:
    rows = compounds(told)
    assert list(rows.index) == ["C1", "C2", "C3", "C4", "C5"]
    first = rows.loc["C1"]
    assert (first["name"], first["street"], first["community"]) == ("梧桐苑", "望江街道", "南园社区")
    assert first["households"] == 400
    assert (first["haves"], first["unknown"]) == (5, 0)
    assert rows.loc["C2", ["haves", "unknown"]].tolist() == [2, 1]
    assert rows.loc["C5", ["haves", "unknown"]].tolist() == [0, 5]
    assert pd.isna(rows.loc["C5", "owners_committee"])
    assert rows.loc["C3", "unmanaged_since"] == datetime(2025, 6, 1)
    assert rows["relapsed"].tolist() == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("who", "inside", "seen"),
    [
        (OPERATOR, None, "C1 C2 C3 C4 C5"),
        (OPERATOR, WEST_STREET, "C1 C2 C3"),
        (OPERATOR, COMMUNITIES[2], "C4"),
        (actor(COMMUNITIES[0]), None, "C1 C2"),
        (actor(COMMUNITIES[0]), WEST_STREET, "C1 C2"),
        (actor(COMMUNITIES[0]), EAST_STREET, ""),  # a neighbour's
        (actor(departments=("城管局",)), None, ""),
    ],
)
def test_who_sees_which(told: Store, who: Actor, inside: str | None, seen: str) -> None:
    assert " ".join(compounds(told, who, inside).index) == seen


def test_companies_are_those_of_the_rows(told: Store) -> None:
    assert queries.companies(compounds(told)) == ["安居物业", "德邻物业"]
    assert queries.companies(compounds(told, actor(COMMUNITIES[2]))) == []
