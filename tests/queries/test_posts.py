"""Service points with their rosters, the three tiers of embedding and the load, against figures counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.vocabulary import Level
from queries import posts
from queries.areas import area_by_code
from tests.support.posts import place, point, post
from tests.support.small_city import COMMUNITIES, EAST_STREET, WEST_STREET, actor, middle

GRID = f"{COMMUNITIES[0]}001"


@pytest.fixture
def stationed(city: Store) -> Store:
    """Two rooms on one coordinate, a post of two with a roster, a canteen without a coordinate."""
    place(
        city,
        points=[
            point("P1", GRID, *middle(0, 0), level=Level.COMMUNITY, opening_hours="Mo-Fr 08:30-17:30"),
            point("P2", GRID, *middle(0, 0)),
            point("P3", f"{COMMUNITIES[2]}001", *middle(2, 0), kind="police_post", name="柳岸警务站"),
            point("P4", COMMUNITIES[2], kind="canteen"),
        ],
        posts=[
            post("D1", COMMUNITIES[0], point_code="P1"),
            post("D2", GRID, point_code="P1", post="辅警", headcount=2),
            post("D3", EAST_STREET, post="所长"),
        ],
    )
    return city


def test_points_with_area_roster_and_shared_coordinates(stationed: Store):
    with stationed.session(OPERATOR) as session:
        found = posts.points(session, None).set_index("code")
    assert found.index.tolist() == ["P1", "P2", "P3", "P4"]
    assert found["at_place"].tolist() == [2, 2, 1, 1]
    assert found["posts"].tolist() == [2, 0, 0, 0]
    assert [None if pd.isna(n) else n for n in found["people"]] == [3, None, None, None]
    assert found[["level", "opening_hours", "area_code"]].to_numpy().tolist()[0] == [
        "community", "Mo-Fr 08:30-17:30", GRID,
    ]  # fmt: skip
    assert found.loc["P4", "area_name"] == "东湖社区"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [(WEST_STREET, ["P1", "P2"]), (COMMUNITIES[2], ["P3", "P4"]), (COMMUNITIES[1], [])],
)
def test_points_inside_an_area(stationed: Store, inside: str, expected: list[str]):
    with stationed.session(OPERATOR) as session:
        found = posts.points(session, area_by_code(session, inside).area_id)
    assert found["code"].tolist() == expected


def test_a_secretary_sees_her_points_and_no_roster_of_others(stationed: Store):
    with stationed.session(actor(GRID)) as session:
        found = posts.points(session, None)
    # the policeman answers for the community, which is not hers: of the roster she sees the grid's own two
    assert found[["code", "posts"]].to_numpy().tolist() == [["P1", 1], ["P2", 0]]
