"""Compounds of a city small enough to count by hand, and to nobody else."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.vocabulary import Level
from queries import property as queries
from queries.areas import area_by_code
from tests.support.small_city import COMMUNITIES, EAST_STREET, WEST_STREET, actor
from tests.support.small_compounds import COMPOUNDS, bring_compounds, bring_points


@pytest.fixture
def told(city: Store) -> Store:
    bring_compounds(city, COMPOUNDS)
    return city


def compounds(store: Store, who: Actor = OPERATOR, inside: str | None = None) -> pd.DataFrame:
    with store.session(who) as session:
        area = area_by_code(session, inside) if inside else None
        return queries.compounds(session).inside(area.area_id if area else None).set_index("code")


def test_what_is_known_of_each_compound(told: Store) -> None:
    rows = compounds(told)
    assert list(rows.index) == ["C1", "C2", "C3", "C4", "C5"]
    assert rows.iloc[0][["name", "street", "community", "households"]].tolist() == [
        "梧桐苑", "望江街道", "南园社区", 400]  # fmt: skip
    assert rows["haves"].tolist() == [5, 2, 0, 0, 0]
    assert rows["unknown"].tolist() == [0, 1, 4, 5, 5]
    assert rows["owners_committee"].isna().tolist() == [False, False, False, True, True]
    assert rows["unmanaged_since"].iloc[2] == datetime(2025, 6, 1)
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


TODAY = date(2026, 3, 10)


def test_the_most_urgent_of_the_unmanaged_stands_first(told: Store) -> None:
    found = queries.unmanaged(compounds(told).reset_index(), TODAY)
    assert found["code"].tolist() == ["C3", "C4"]
    assert found["standing"].tolist() == ["overdue", "no_measure"]
    assert found["days"].tolist() == [282, 54]
    assert found["days_left"].tolist() == [-10, pd.NA]


def test_the_order_of_urgency() -> None:
    """Two overdue, two due later, one without a due day, two without a measure."""
    rows = pd.DataFrame(
        [
            ("A", "2025-01-01", "street_trust", "2026-03-09"),
            ("B", "2025-01-01", "street_trust", "2026-01-01"),
            ("C", "2025-01-01", "street_trust", "2026-03-10"),
            ("D", "2025-01-01", "street_trust", "2027-01-01"),
            ("E", "2025-01-01", "street_trust", None),
            ("F", "2025-06-01", None, None),
            ("G", "2025-01-01", None, None),
            ("H", None, "street_trust", "2025-01-01"),
        ],
        columns=["code", "unmanaged_since", "takeover", "takeover_due"],
    )
    days = {name: pd.to_datetime(rows[name]) for name in ("unmanaged_since", "takeover_due")}
    found = queries.unmanaged(rows.assign(**days), TODAY)
    assert "".join(found["code"]) == "BACDEGF"


def test_the_way_to_zero_adds_up_month_by_month(told: Store) -> None:
    """C3 from June on, C4 until March and from January on again, C5 until the end of December."""
    found = queries.clearing(compounds(told), TODAY, 15)
    assert found["month"].iloc[[0, -1]].tolist() == [date(2025, 1, 1), date(2026, 3, 1)]
    #                                     25-01 02 03 04 05 06 07 08 09 10 11 12 26-01 02 03
    assert found["unmanaged"].tolist() == [2, 2, 2, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    assert found["began"].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0]
    assert found["cleared"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]
    steps = found["unmanaged"].diff().iloc[1:] - (found["began"] - found["cleared"]).iloc[1:]
    assert (steps == 0).all()


def test_compounds_by_area_are_all_of_them(told: Store) -> None:
    rows = compounds(told).reset_index()
    found = queries.by_area(rows, Level.COMMUNITY)
    assert {code: "".join(part["code"]) for (code, _name), part in found.items()} == dict(
        zip(COMMUNITIES, ("C1C2", "C3", "C4", "C5"), strict=True)
    )
    nowhere = rows.assign(street_code=None, street=None)
    assert list(queries.by_area(nowhere, Level.STREET)) == [("", "")]


def test_service_points_inside_compounds(told: Store) -> None:
    """One in C1, one in C2, one in a cell without a compound; who sees a compound sees what is in it."""
    bring_points(told, {"P1": (0, 0), "P2": (1, 0), "P3": (3, 3)})
    with told.session(OPERATOR) as session:
        found = queries.stations(session).inside(None)
    assert found.rows[["code", "compound_code", "compound"]].to_numpy().tolist() == [
        ["P1", "C1", "梧桐苑"], ["P2", "C2", "银杏里"]]  # fmt: skip
    assert (found.points, found.outlined, found.compounds) == (3, 5, 5)
    with told.session(actor(COMMUNITIES[1])) as session:
        nothing = queries.stations(session).inside(None)
    assert (len(nothing.rows), nothing.points, nothing.compounds) == (0, 0, 1)
