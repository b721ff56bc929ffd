"""Which area a point that somebody tries would stand in: inside, on a border, outside all."""

from __future__ import annotations

from data.store import Store
from domain.access import WHOLE_CITY
from domain.actor import Actor
from queries import reach, spots
from queries.reach import Spot
from queries.spots import Stand
from tests.support.small_city import CELL, COMMUNITIES, SOUTH, WEST, actor, middle

JIA = COMMUNITIES[0]
FIRST = Stand(f"{JIA}001", "网格001001", "南园社区", "望江街道")


def stands(store: Store, who: Actor, *tried: Spot) -> tuple[Stand | None, ...]:
    with store.session(WHOLE_CITY) as session:
        on = reach.ground(session)
    assert on is not None
    with store.session(who) as session:
        return spots.stands(session, on, tried)


def test_inside_on_a_border_and_outside_in_the_order_asked(city: Store):
    corner = (WEST + CELL, SOUTH + CELL)  # of four grids: that with the lowest code
    told = stands(city, WHOLE_CITY, middle(3, 3), (WEST - CELL, SOUTH), corner, middle(0, 0))
    assert [stand.code if stand else None for stand in told] == [
        f"{COMMUNITIES[3]}004",
        None,
        FIRST.code,
        FIRST.code,
    ]
    assert told[3] == FIRST


def test_none_tried_and_none_inside(city: Store):
    assert stands(city, WHOLE_CITY) == ()
    assert stands(city, WHOLE_CITY, (WEST - 1, SOUTH), (WEST, SOUTH - 1)) == (None, None)


def test_who_answers_for_another_community_is_told_the_place_too(city: Store):
    assert stands(city, actor(COMMUNITIES[2]), middle(0, 0)) == (FIRST,)
