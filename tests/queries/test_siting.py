"""The best places of a small city, found by hand: what stays, whose households count, what is refused."""

from __future__ import annotations

import pytest

from data.store import Store
from domain.access import WHOLE_CITY
from domain.actor import OPERATOR, Actor
from domain.errors import InputRefused
from domain.progress import no_progress
from geo.siting import Aim, Status
from queries import areas, reach
from queries.reach import Spot, Within
from queries.siting import Ask, Sited, best_places
from tests.queries.test_reach import EAST_M, JIA, NORTH_M, ROOMS, posted
from tests.support.small_city import COMMUNITIES, WEST_STREET, actor, middle

assert posted  # the fixture: households 100, 200, 300 in three grids of the first community, 50 in the second


def sited(
    store: Store, ask: Ask, who: Actor = OPERATOR, inside: str | None = None, tried: tuple[Spot, ...] = ()
) -> Sited:
    with store.session(WHOLE_CITY) as session:
        on = reach.ground(session)
        assert on is not None
        there = reach.standing(session, on, ROOMS)
    with store.session(who) as session:
        area = areas.area_by_code(session, inside) if inside else None
        told = reach.coverage(reach.own(session, there), area, tried)
    return best_places(there, told, ask, no_progress)


def test_most_households_within_the_walk(posted: Store):
    found = sited(posted, Ask(Aim.COVERAGE, Within.WALK, 1))
    [spot] = found.spots
    assert spot == pytest.approx(middle(0, 1))
    assert found.names == ("网格001003",)
    assert (found.before, found.solution.objective, found.solution.bound) == (150, 450, 450)
    assert found.candidates == 2  # at the rooms themselves nothing can be better
    assert found.households == 650
    assert found.solution.status is Status.OPTIMAL


def test_two_places_serve_all(posted: Store):
    found = sited(posted, Ask(Aim.COVERAGE, Within.M500, 2))
    assert found.names == ("网格001002", "网格001003")
    assert found.solution.objective == 650


def test_fewest_metres_over_all(posted: Store):
    found = sited(posted, Ask(Aim.MEDIAN, Within.WALK, 1))
    assert found.names == ("网格001003",)
    assert found.before == pytest.approx(1.3 * (200 * EAST_M + 300 * NORTH_M), rel=1e-3)
    assert found.solution.objective == pytest.approx(1.3 * 200 * EAST_M, rel=1e-3)


def test_points_tried_already_stay(posted: Store):
    found = sited(posted, Ask(Aim.COVERAGE, Within.WALK, 1), tried=(middle(0, 1),))
    assert found.names == ("网格001002",)
    assert found.before == 450


def test_only_the_households_of_the_own_area_count(posted: Store):
    found = sited(posted, Ask(Aim.COVERAGE, Within.WALK, 1), actor(JIA), WEST_STREET)
    assert found.names == ("网格001003",)
    assert found.households == 600


def test_where_no_households_are_known_it_is_told_how_they_come_in(posted: Store):
    with pytest.raises(InputRefused, match="没有一个网格有已知的户数") as refused:
        sited(posted, Ask(Aim.COVERAGE, Within.WALK, 2), inside=COMMUNITIES[2])
    assert "--households" in str(refused.value)


@pytest.mark.parametrize(("inside", "k"), [(None, 4), (COMMUNITIES[0], 4)])
def test_more_places_than_candidates_are_refused(posted: Store, inside: str | None, k: int):
    with pytest.raises(InputRefused):
        sited(posted, Ask(Aim.COVERAGE, Within.WALK, k), inside=inside)
