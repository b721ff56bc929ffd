"""Distances to service points as an actor may know them: figures by hand, and nothing of a point that is not hers."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from data.store import Store
from domain.access import WHOLE_CITY
from domain.actor import OPERATOR, Actor
from domain.errors import InputRefused
from domain.vocabulary import ImportKind, Level, PointKind
from geo.reach import DETOUR, Share
from queries import areas, coverage, reach
from queries.reach import MOST_EXTRA, Coverage, Within
from tests.data.load.test_features import lines_file, load, point, points_file
from tests.support.small_city import COMMUNITIES, EAST_STREET, WEST_STREET, actor, middle, rows

ROOMS = (PointKind.POLICE_ROOM,)
EAST_M, NORTH_M = 964.7, 1108.5
"""A cell's width and height in metres at 30.02 N."""

JIA = COMMUNITIES[0]
HOUSEHOLDS = {f"{JIA}001": 100, f"{JIA}002": 200, f"{JIA}003": 300, f"{COMMUNITIES[1]}002": 50}


@pytest.fixture
def posted(city: Store, tmp_path: Path) -> Store:
    """Rooms in the south-west corner, in the second community, and stacked ones in the east; few households known."""
    for code, households in HOUSEHOLDS.items():
        rows(
            city,
            "update area set households = $n where code = $code returning 1",
            {"n": households, "code": code},
        )
    load(
        city,
        ImportKind.POINTS,
        points_file(
            tmp_path,
            point("P1", 0, 0),
            point("P2", 1, 2),
            point("P3", 3, 3),
            point("P4", 3, 3),
            point("C1", 3, 0, kind="canteen"),
            point("P5", 0, 0, lon="", lat=""),
        ),
    )
    return city


def covered(
    store: Store, who: Actor, inside: str | None = None, extra: tuple[reach.Spot, ...] = (), kinds=ROOMS
) -> Coverage:
    with store.session(WHOLE_CITY) as session:
        on = reach.ground(session)
        assert on is not None
        there = reach.standing(session, on, kinds)
    with store.session(who) as session:
        area = areas.area_by_code(session, inside) if inside else None
        return reach.coverage(reach.own(session, there), area, extra)


def by_code(found: Coverage) -> Any:
    return found.rows.set_index("code")


def test_every_grid_has_its_nearest_room(posted: Store):
    found = covered(posted, OPERATOR)
    told = by_code(found)
    assert found.level is Level.GRID
    assert len(told) == 16
    assert told.loc[f"{JIA}001", "point_code"] == "P1"
    assert told.loc[f"{JIA}001", "straight_m"] == pytest.approx(0, abs=0.1)
    assert told.loc[f"{JIA}002", "straight_m"] == pytest.approx(EAST_M, rel=1e-3)
    assert told.loc[f"{JIA}004", "point_code"] == "P2"
    assert told.loc[f"{JIA}004", "straight_m"] == pytest.approx(NORTH_M, rel=1e-3)
    assert told.loc[f"{JIA}004", "walk_m"] == pytest.approx(NORTH_M * DETOUR, rel=1e-3)
    assert set(told["walk_by"]) == {"straight"}
    assert told.loc[f"{COMMUNITIES[3]}004", "point_code"] == "P3"  # of two stacked ones the lower code
    assert told.loc[f"{JIA}001", ["name", "community", "street", "street_code"]].tolist() == [
        "网格001001", "南园社区", "望江街道", WEST_STREET,
    ]  # fmt: skip
    assert (told.loc[f"{JIA}001", "lon"], told.loc[f"{JIA}001", "lat"]) == pytest.approx(middle(0, 0))


def test_shares_count_known_households_and_tell_the_others_apart(posted: Store):
    found = covered(posted, OPERATOR)
    assert found.shares == {
        Within.M500: Share(150, 650, 12),
        Within.M1000: Share(350, 650, 12),
        Within.WALK: Share(150, 650, 12),
    }
    assert found.median_m == pytest.approx(EAST_M, rel=1e-3)
    assert found.median_walk_m == pytest.approx(EAST_M * DETOUR, rel=1e-3)


def test_streets_come_worst_first(posted: Store):
    told: Any = coverage.by_area(covered(posted, OPERATOR), Level.STREET)
    assert told[["code", "name"]].to_numpy().tolist() == [
        [WEST_STREET, "望江街道"], [EAST_STREET, "柳岸街道"],
    ]  # fmt: skip
    west, east = told.iloc[0], told.iloc[1]
    assert west[["places", "households", "unknown", "covered", "left", "uncovered"]].tolist() == [
        8, 650, 4, 150, 500, 6,
    ]  # fmt: skip
    assert west["share"] == pytest.approx(150 / 650)
    assert west["median_m"] == pytest.approx(EAST_M, rel=1e-3)
    assert east[["places", "households", "unknown"]].tolist() == [8, 0, 8]
    assert pd.isna(east["share"])
    assert pd.isna(east["median_m"])


def test_the_uncovered_come_with_most_households_first(posted: Store):
    found = covered(posted, OPERATOR, WEST_STREET)
    assert found.uncovered["code"].tolist()[:3] == [f"{JIA}003", f"{JIA}002", f"{JIA}004"]
    assert len(found.uncovered) == 6


def test_stacked_points_and_points_without_a_coordinate_are_told(posted: Store):
    found = covered(posted, OPERATOR)
    assert found.stacked.rows[["code", "at_place"]].to_numpy().tolist() == [["P3", 2], ["P4", 2]]
    assert found.stacked.total == found.posts == 4
    assert found.without_coordinate == 1


def test_only_the_kinds_asked_for_count(posted: Store):
    found = covered(posted, OPERATOR, kinds=(PointKind.CANTEEN,))
    assert set(found.rows["point_code"]) == {"C1"}
    both = covered(posted, OPERATOR, kinds=(PointKind.POLICE_ROOM, PointKind.CANTEEN))
    assert both.posts == 5


def test_without_points_nothing_is_covered(city: Store):
    found = covered(city, OPERATOR)
    assert found.rows["straight_m"].isna().all()
    assert found.rows["walk_m"].isna().all()
    assert len(found.uncovered) == 16
    assert found.median_m is None


def test_an_extra_point_is_the_nearest_where_it_is_nearer(posted: Store):
    before, after = covered(posted, OPERATOR), covered(posted, OPERATOR, extra=(middle(0, 1), middle(2, 1)))
    told = by_code(after)
    assert told.loc[f"{JIA}003", ["tried", "outside"]].tolist() == [0, False]
    assert pd.isna(told.loc[f"{JIA}003", "point_code"])
    assert told.loc[f"{JIA}003", "straight_m"] == pytest.approx(0, abs=0.1)
    assert pd.isna(told.loc[f"{JIA}001", "tried"])
    assert told.loc[f"{COMMUNITIES[2]}003", "tried"] == 1
    assert after.shares[Within.M500] == Share(450, 650, 12)
    assert (after.rows["straight_m"] <= before.rows["straight_m"] + 1e-6).all()


@pytest.mark.parametrize(
    "extra", [((200.0, 30.0),), ((120.0, float("nan")),), ((120.0, 30.0),) * (MOST_EXTRA + 1)]
)
def test_points_that_are_none_are_refused(posted: Store, extra):
    with pytest.raises(InputRefused):
        covered(posted, OPERATOR, extra=extra)


def test_roads_lead_where_they_are(posted: Store, tmp_path: Path):
    south = shapely.LineString([middle(0, 0), middle(1, 0), middle(1, 2)])
    load(posted, ImportKind.LINES, lines_file(tmp_path, south))
    found = covered(posted, OPERATOR)
    told = by_code(found)
    assert found.roads == 1
    assert told.loc[f"{JIA}002", ["walk_by", "point_code"]].tolist() == ["network", "P1"]
    assert told.loc[f"{JIA}002", "walk_m"] == pytest.approx(EAST_M, rel=1e-3)
    assert told.loc[f"{JIA}002", Within.WALK.value]
    assert told.loc[f"{JIA}003", "walk_by"] == "straight"
    assert found.on_network == 4


# --- whose eyes -----------------------------------------------------------------------------------------------------


def test_a_neighbours_point_covers_but_is_not_told(posted: Store):
    found = covered(posted, actor(JIA))
    told = by_code(found)
    assert told.index.tolist() == [f"{JIA}00{number}" for number in (1, 2, 3, 4)]
    outside = told.loc[f"{JIA}004"]
    assert outside["outside"]
    assert outside["straight_m"] == pytest.approx(NORTH_M, rel=1e-3)
    assert outside[["point_id", "point_code", "point", "kind"]].isna().all()
    assert told.loc[f"{JIA}001", "point_code"] == "P1"
    assert found.outside == 1
    assert found.posts == 1
    assert found.stacked.rows.empty


def test_nothing_in_the_answer_says_where_a_neighbours_point_is(posted: Store):
    found = covered(posted, actor(JIA))
    _lon, lat = middle(1, 2)  # grids of hers have the same longitude
    for field in dataclasses.fields(found):
        value = getattr(found, field.name)
        frames = (
            [value] if isinstance(value, pd.DataFrame) else [value.rows] if field.name == "stacked" else []
        )
        for frame in frames:
            numbers = frame.select_dtypes("number").to_numpy(float, na_value=np.nan)
            assert not np.isclose(numbers, lat, atol=1e-9).any()
            assert "P2" not in frame.to_string()


@pytest.mark.parametrize(
    ("who", "inside", "places"),
    [
        (actor(JIA), COMMUNITIES[1], 0),  # a neighbour's community
        (actor(JIA), WEST_STREET, 4),  # the street around both: the own part
        (actor(WEST_STREET), None, 8),
        (actor(departments=("公安局",)), None, 0),  # a department has no areas
        (OPERATOR, COMMUNITIES[1], 4),
    ],
)
def test_places_are_those_the_actor_answers_for(posted: Store, who: Actor, inside, places: int):
    found = covered(posted, who, inside)
    assert len(found.rows) == places
    assert coverage.by_area(found, Level.STREET)["places"].sum() == places
