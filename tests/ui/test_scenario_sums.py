"""What the points of a scenario gain, one by one, is what the scenario gains, also where roads decide."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from data.store import Store
from domain.actor import OPERATOR
from domain.vocabulary import ImportKind
from queries.reach import Spot, Within
from tests.data.load.test_features import lines_file, load
from tests.queries.test_reach import JIA, by_code, covered, posted
from tests.support.small_city import CELL, SOUTH, WEST, middle
from ui.police import scenario

assert posted  # the fixture: households 100, 200, 300 in three grids of the first community, 50 in the second

DRAWS = 40


@pytest.fixture
def with_roads(posted: Store, tmp_path: Path) -> Store:
    """A road north from the second grid, one across the middle; the room in the corner is far from both."""
    north = shapely.LineString([middle(1, 0), middle(1, 2)])
    load(
        posted,
        ImportKind.LINES,
        lines_file(tmp_path, north, shapely.LineString([middle(1, 1), middle(3, 1)])),
    )
    return posted


def gained(store: Store, extra: tuple[Spot, ...]) -> tuple[list[int], int]:
    """What each point gains, and the scenario."""
    before, after = covered(store, OPERATOR), covered(store, OPERATOR, extra=extra)
    total = after.shares[Within.WALK].households - before.shares[Within.WALK].households
    return scenario.points(before, after, [None] * len(extra))["gained"].tolist(), total


def test_a_grid_belongs_to_the_point_that_is_nearest_on_foot(with_roads: Store):
    lon, lat = middle(1, 0)
    along = (lon, lat + 0.95 * CELL)  # 1,053 m along the road; the room is 965 m away, straight
    far = middle(3, 2)
    told = by_code(covered(with_roads, OPERATOR, extra=(far, along))).loc[f"{JIA}002"]
    assert told["point_code"] == "P1"
    assert (told["walk_by"], told["walk_tried"]) == ("network", 1)
    assert told[["tried"]].isna().all()
    each, total = gained(with_roads, (far, along))
    assert each == [0, total]
    assert total >= 200


def test_the_column_adds_up_to_the_scenario(with_roads: Store):
    random = np.random.default_rng(7)
    gains = 0
    for _draw in range(DRAWS):
        spots = random.uniform((WEST, SOUTH), (WEST + 4 * CELL, SOUTH + 4 * CELL), (random.integers(1, 6), 2))
        each, total = gained(with_roads, tuple((float(lon), float(lat)) for lon, lat in spots))
        assert sum(each) == total
        gains += total > 0
    assert gains > DRAWS / 2
