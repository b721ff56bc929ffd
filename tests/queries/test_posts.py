"""Service points with their rosters, the three tiers of embedding and the load, against figures counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.vocabulary import Level, PoliceTier
from queries import posts
from queries.areas import area_by_code
from queries.posts import Embedding, Seat
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
        found = posts.points_inside(posts.points(session), None).set_index("code")
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
        found = posts.points_inside(posts.points(session), area_by_code(session, inside).area_id)
    assert found["code"].tolist() == expected


def test_a_secretary_sees_her_points_and_no_roster_of_others(stationed: Store):
    with stationed.session(actor(GRID)) as session:
        found = posts.points_inside(posts.points(session), None)
    # the policeman answers for the community, which is not hers: of the roster she sees the grid's own two
    assert found[["code", "posts"]].to_numpy().tolist() == [["P1", 1], ["P2", 0]]


def test_the_roster_of_a_point_and_what_stands_there_too(stationed: Store):
    with stationed.session(OPERATOR) as session:
        told, nobody = posts.at_point(session, "P1"), posts.at_point(session, "P3")
    assert told.roster[["code", "headcount", "area_name"]].to_numpy().tolist() == [
        ["D1", 1, "南园社区"], ["D2", 2, "网格001001"],
    ]  # fmt: skip
    assert told.same_place["code"].tolist() == ["P2"]
    assert nobody.roster.empty
    assert nobody.same_place.empty


# ---------- embedding ----------


@pytest.fixture
def embedded(city: Store) -> Store:
    """A chief with an office in one of two streets; of four communities one embedded, one with a policeman of none."""
    chief, policeman, auxiliary = (tier.value for tier in PoliceTier)
    place(
        city,
        posts=[
            post("C1", WEST_STREET, tier=chief, embedded_as="街道党工委委员"),
            post("P1", COMMUNITIES[0], tier=policeman, embedded_as="社区党委副书记", headcount=2),
            # a post of one grid stands for the grid's community
            post("P2", f"{COMMUNITIES[2]}003", tier=policeman),
            post("A1", f"{COMMUNITIES[0]}001", tier=auxiliary),
            # of a whole community: of none of its grids it can be said
            post("A2", COMMUNITIES[0], tier=auxiliary),
            post("X1", COMMUNITIES[1], post="社区书记"),
        ],
    )
    return city


def tiers(store: Store, inside: str | None = None) -> dict[PoliceTier, Embedding]:
    with store.session(OPERATOR) as session:
        area_id = area_by_code(session, inside).area_id if inside else None
        return posts.embedding(posts.tiers(session), area_id)


def codes(told: Embedding, seat: Seat) -> list[str]:
    return [str(code) for code in told.of(seat)["code"]]


def test_three_tiers_of_embedding(embedded: Store):
    told = tiers(embedded)
    chief, policeman, auxiliary = told.values()
    assert (codes(chief, Seat.EMBEDDED), codes(chief, Seat.BLANK)) == ([WEST_STREET], [EAST_STREET])
    assert codes(policeman, Seat.EMBEDDED) == [COMMUNITIES[0]]
    assert codes(policeman, Seat.NO_OFFICE) == [COMMUNITIES[2]]
    assert codes(policeman, Seat.BLANK) == [COMMUNITIES[1], COMMUNITIES[3]]
    assert codes(auxiliary, Seat.NO_OFFICE) == [f"{COMMUNITIES[0]}001"]
    assert [told.areas for told in (chief, policeman, auxiliary)] == [2, 4, 16]
    assert (auxiliary.posts, auxiliary.coarser, auxiliary.all_posts) == (2, 1, 6)
    assert policeman.rows["people"].tolist() == [2, 0, 1, 0]
    assert policeman.rows["offices"].tolist()[0] == "社区党委副书记"


def test_seats_add_up_to_all_areas(embedded: Store):
    for told in tiers(embedded).values():
        assert sum(len(told.of(seat)) for seat in Seat) == told.areas == len(told.seats)


def test_embedding_inside_an_area(embedded: Store):
    told = tiers(embedded, EAST_STREET)[PoliceTier.COMMUNITY_POLICE]
    assert (codes(told, Seat.BLANK), told.areas) == ([COMMUNITIES[3]], 2)
    below = tiers(embedded, COMMUNITIES[0])[PoliceTier.STATION_CHIEF]
    assert (below.areas, below.is_known) == (0, True)


def test_nothing_imported_is_no_blank(city: Store):
    assert [told.is_known for told in tiers(city).values()] == [False] * 3
    place(city, posts=[post("X1", COMMUNITIES[1], post="社区书记")])
    told = tiers(city)[PoliceTier.COMMUNITY_POLICE]
    assert (told.is_known, told.all_posts) == (False, 1)


def test_of_others_areas_no_blank_is_told(embedded: Store):
    with embedded.session(actor(COMMUNITIES[0])) as session:
        told = posts.embedding(posts.tiers(session), None)
    assert [len(one.rows) for one in told.values()] == [0, 1, 4]
