"""Who is on duty, as an actor may know it; and of which areas it may be said that nobody is."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.vocabulary import Level
from queries.areas import area_by_code
from queries.duty import areas_without_duty, on_duty
from tests.data.load.test_duty import load, post
from tests.support.small_city import COMMUNITIES, DISTRICT, WEST_STREET, actor, undo_batch

GRIDS = tuple(f"{COMMUNITIES[0]}00{number}" for number in (1, 2, 3, 4))


@pytest.fixture
def manned(city: Store, tmp_path: Path) -> Store:
    """The district, one community with two of its grids, and one grid of another community have somebody."""
    load(
        city,
        tmp_path,
        post(GRIDS[1], code="Z4", headcount=2, shift="全天"),
        post(GRIDS[0], code="Z3"),
        post(f"{COMMUNITIES[3]}004", code="Z5", post="专职网格员"),
        post(COMMUNITIES[0], code="Z2", post="社区书记", unit="南园社区党委", contact="8800"),
        post(DISTRICT, code="Z1", post="值班长", headcount=3),
    )
    return city


def codes(store: Store, who: Actor, inside: str | None = None) -> list[str]:
    with store.session(OPERATOR) as session:
        area_id = area_by_code(session, inside).area_id if inside else None
    with store.session(who) as session:
        return on_duty(session, area_id)["code"].tolist()


def test_posts_come_from_the_top_down_with_their_area(manned: Store):
    with manned.session(OPERATOR) as session:
        found = on_duty(session, None)
    assert list(found.columns) == [
        "code", "post", "unit", "headcount", "shift", "contact", "area_code", "area_name", "area_level",
    ]  # fmt: skip
    assert found["code"].tolist() == ["Z1", "Z2", "Z3", "Z4", "Z5"]
    assert found["headcount"].tolist() == [3, 1, 1, 2, 1]
    assert found.iloc[1].dropna().to_dict() == {
        "code": "Z2", "post": "社区书记", "unit": "南园社区党委", "headcount": 1, "contact": "8800",
        "area_code": COMMUNITIES[0], "area_name": "南园社区", "area_level": "community",
    }  # fmt: skip
    assert found.loc[3, "shift"] == "全天"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (None, ["Z1", "Z2", "Z3", "Z4", "Z5"]),
        (DISTRICT, ["Z1", "Z2", "Z3", "Z4", "Z5"]),
        (WEST_STREET, ["Z2", "Z3", "Z4"]),
        (COMMUNITIES[0], ["Z2", "Z3", "Z4"]),
        (GRIDS[0], ["Z3"]),
        (COMMUNITIES[1], []),
    ],
)
def test_what_lies_inside_an_area(manned: Store, inside: str | None, expected: list[str]):
    assert codes(manned, OPERATOR, inside) == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (actor(COMMUNITIES[0]), ["Z2", "Z3", "Z4"]),
        (actor(GRIDS[1]), ["Z4"]),
        # what stands above an area is not part of it
        (actor(WEST_STREET), ["Z2", "Z3", "Z4"]),
        (actor(COMMUNITIES[1]), []),
        # a department sees cases, not posts
        (actor(departments=["城管局"]), []),
        (actor(), []),
    ],
)
def test_an_actor_sees_the_posts_of_its_areas(manned: Store, who: Actor, expected: list[str]):
    assert codes(manned, who) == expected
    # asking for a place outside of one's own shows no more
    assert codes(manned, who, f"{COMMUNITIES[3]}004") == []


def unmanned(store: Store, who: Actor, level: Level, inside: str | None = None) -> list[str]:
    with store.session(OPERATOR) as session:
        area_id = area_by_code(session, inside).area_id if inside else None
    with store.session(who) as session:
        found = areas_without_duty(session, level, area_id)
    assert list(found.columns) == ["area_id", "code", "name"]
    return found["code"].tolist()


def test_grids_that_nobody_answers_for(manned: Store):
    everywhere = unmanned(manned, OPERATOR, Level.GRID)
    assert len(everywhere) == 16 - 3
    assert not {GRIDS[0], GRIDS[1], f"{COMMUNITIES[3]}004"} & set(everywhere)
    assert unmanned(manned, OPERATOR, Level.GRID, COMMUNITIES[0]) == [GRIDS[2], GRIDS[3]]
    # the post of a grid says nothing of the community, nor the other way round
    assert unmanned(manned, OPERATOR, Level.COMMUNITY) == list(COMMUNITIES[1:])
    assert unmanned(manned, OPERATOR, Level.DISTRICT) == []


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (actor(COMMUNITIES[0]), [GRIDS[2], GRIDS[3]]),
        (actor(GRIDS[2]), [GRIDS[2]]),
        (actor(GRIDS[0]), []),
        # of grids whose posts are hidden nobody may hear that they have none
        (actor(departments=["城管局"]), []),
        (actor(), []),
    ],
)
def test_only_of_areas_that_the_actor_answers_for(manned: Store, who: Actor, expected: list[str]):
    assert unmanned(manned, who, Level.GRID) == expected


def test_a_post_that_was_undone_is_not_on_duty(city: Store, tmp_path: Path):
    batch = load(city, tmp_path, post(GRIDS[0]))["batch"]
    assert GRIDS[0] not in unmanned(city, OPERATOR, Level.GRID)
    undo_batch(city, batch)
    assert GRIDS[0] in unmanned(city, OPERATOR, Level.GRID)
