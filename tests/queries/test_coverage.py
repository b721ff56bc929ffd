"""How distances of grids add up for communities and streets, against figures worked out by hand.

A cell of the small city is 965 m wide and 1,109 m high; without roads a walk is the straight line × 1.3.
"""

from __future__ import annotations

import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.vocabulary import Level, PointKind
from queries import coverage, reach
from queries.areas import area_by_code
from queries.reach import Coverage, Within
from tests.support.posts import place, point
from tests.support.small_city import COMMUNITIES, WEST_STREET, middle

HOUSEHOLDS = {"001": 100, "002": 200, "003": 300}
"""Of the four grids of the south-western community; nobody knows those of the fourth, nor of any other grid."""


@pytest.fixture
def told(city: Store) -> Coverage:
    """One police room, in the middle of the grid in the south-west."""
    place(city, points=[point("P1", f"{COMMUNITIES[0]}001", *middle(0, 0))])
    with city.writing(OPERATOR) as writer:
        for grid, households in HOUSEHOLDS.items():
            values = {"code": f"{COMMUNITIES[0]}{grid}", "households": households}
            writer.run("update area set households = $households where code = $code", values)
    with city.session(OPERATOR) as session:
        ground = reach.ground(session)
        assert ground is not None
        there = reach.standing(session, ground, (PointKind.POLICE_ROOM,))
        return reach.coverage(reach.own(session, there), area_by_code(session, WEST_STREET))


def test_communities_worst_covered_first(told: Coverage):
    found = coverage.by_area(told, Level.COMMUNITY)
    # the other community has no known household: nothing can be said of its share, so it comes last
    assert found["households"].tolist() == [600, 0]
    assert found["unknown"].tolist() == [1, 4]
    # the room's own grid is reached; 965 m × 1.3 are more than the 1,200 m of a walk
    assert found[["covered", "left", "uncovered"]].to_numpy().tolist() == [[100, 500, 3], [0, 0, 4]]
    assert found["share"].tolist()[0] == pytest.approx(100 / 600)
    assert found["share"].isna().tolist() == [False, True]
    # half of 600 are 300: those of the first grid (0 m) and of its eastern neighbour
    assert found["median_m"].tolist()[0] == pytest.approx(965, abs=2)
    assert found["walk_m"].tolist()[0] == pytest.approx(1.3 * 965, abs=3)


def test_areas_add_up_to_the_whole(told: Coverage):
    for level in (Level.STREET, Level.COMMUNITY, Level.GRID):
        found = coverage.by_area(told, level)
        assert found["covered"].sum() == told.shares[Within.WALK].households
        assert found["households"].sum() == told.shares[Within.WALK].known
        assert found["uncovered"].sum() == len(told.uncovered)
        assert found["places"].sum() == len(told.rows)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Level.DISTRICT, Level.STREET),  # rows do not know their district: streets are the coarsest
        (Level.COMMUNITY, Level.COMMUNITY),
        (Level.GRID, Level.GRID),
    ],
)
def test_the_level_that_coverage_is_told_by(told: Coverage, wanted: Level, expected: Level):
    assert coverage.level_of(told, wanted) is expected
