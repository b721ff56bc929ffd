"""What is read whole and narrowed to an area is what the database answers for it, for those who see a part too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.session import Session
from data.store import Store
from domain.access import WHOLE_CITY
from domain.actor import OPERATOR, Actor
from domain.filters import CaseFilter
from domain.posts import police_work
from domain.vocabulary import Level, PointKind
from geo.reach import median_m, share
from queries import areas, cases, coverage, features, post_load, posts, reach
from queries.areas import AreaInfo
from queries.reach import Standing, Within
from tests.support.small_city import actor

ROOMS = (PointKind.POLICE_ROOM, PointKind.POLICE_POST)


@pytest.fixture(scope="module")
def town(module_town_db: Path) -> Iterator[Store]:
    with Store.opened(module_town_db) as store:
        yield store


@pytest.fixture(scope="module")
def there(town: Store) -> Standing:
    with town.session(WHOLE_CITY) as session:
        on = reach.ground(session)
        assert on is not None
        return reach.standing(session, on, ROOMS)


def some_codes(store: Store, level: Level) -> list[str]:
    with store.session(OPERATOR) as session:
        return [str(code) for code in areas.areas_within(session, level, None)["code"]]


def readers(store: Store) -> list[Actor]:
    """Who sees everything, a street, two communities of different streets, and nothing."""
    streets, communities = some_codes(store, Level.STREET), some_codes(store, Level.COMMUNITY)
    return [
        OPERATOR,
        actor(streets[0]),
        actor(communities[0], communities[-1]),
        actor(departments=("公安局",)),
    ]


def places(session: Session) -> list[AreaInfo | None]:
    """Everywhere, and the first and last area of each level."""
    found: list[AreaInfo | None] = [None]
    for level in areas.levels(session):
        codes = areas.areas_within(session, level, None)["code"]
        found += [areas.area_by_code(session, str(code)) for code in (codes.iloc[0], codes.iloc[-1])]
    return found


def id_of(area: AreaInfo | None) -> int | None:
    return area.area_id if area else None


def test_shapes_and_points_are_those_that_the_database_finds_inside(town: Store):
    for who in readers(town):
        with town.session(who) as session:
            points, listed = features.all_service_points(session), posts.points(session)
            shapes = {level: areas.shapes(session, level) for level in areas.levels(session)}
            for inside in map(id_of, places(session)):
                asked = features.service_points(session, inside)
                pd.testing.assert_frame_equal(points.inside(inside), asked, check_dtype=False)
                usable = posts.points_inside(listed, inside).dropna(subset=["lon"])
                assert usable["code"].tolist() == asked["code"].tolist()
                together = asked.groupby(["lon", "lat"])["code"].transform("size")
                assert usable["at_place"].tolist() == together.tolist()
                for level, whole in shapes.items():
                    found, direct = whole.inside(inside), areas.shapes_within(session, level, inside)
                    assert found["code"].tolist() == direct["code"].tolist()
                    assert found.geometry.geom_equals(direct.geometry).all()


def test_coverage_of_an_area_is_that_of_the_reader_s_places_in_it(town: Store, there: Standing):
    for who in readers(town):
        with town.session(who) as session:
            mine = reach.own(session, there)
            everywhere = reach.coverage(mine, None).rows
            for area in places(session):
                found = reach.coverage(mine, area)
                among = areas.areas_within(session, found.level, id_of(area))["code"]
                expected = everywhere[everywhere["code"].isin(among)].reset_index(drop=True)
                pd.testing.assert_frame_equal(found.rows, expected)
                for within in Within:
                    holds = expected[within.value].to_numpy(bool)
                    assert found.shares[within] == share(expected["households"], holds)


def test_points_that_are_tried_change_an_area_as_they_change_the_whole(town: Store, there: Standing):
    spots = tuple((float(lon), float(lat)) for lon, lat in there.on.places[[0, len(there.on.places) // 2]])
    with town.session(OPERATOR) as session:
        mine = reach.own(session, there)
        everywhere = reach.coverage(mine, None, spots).rows
        assert everywhere["tried"].notna().any()
        for area in places(session):
            found = reach.coverage(mine, area, spots).rows
            expected = everywhere[everywhere["code"].isin(found["code"])].reset_index(drop=True)
            pd.testing.assert_frame_equal(found, expected, check_dtype=False)
            assert len(found) == len(areas.areas_within(session, there.on.level, id_of(area)))


def test_a_reader_s_places_are_her_own_and_her_points_too(town: Store, there: Standing):
    street = some_codes(town, Level.STREET)[0]
    with town.session(OPERATOR) as session:
        area = areas.area_by_code(session, street)
        grids = areas.areas_within(session, there.on.level, area.area_id)["code"].tolist()
        points = set(features.service_points(session, area.area_id)["code"])
        seen = reach.coverage(reach.own(session, there), area).rows
    with town.session(actor(street)) as session:
        mine = reach.own(session, there)
        hers = reach.coverage(mine, None).rows
    assert hers["code"].tolist() == grids
    assert set(mine.known["code"].dropna()) <= points
    assert set(hers["point_code"].dropna()) <= points
    # the distance is the same whoever asks; whose the point is decides whether it is named
    assert hers["straight_m"].tolist() == seen["straight_m"].tolist()
    assert hers["outside"].tolist() == (~seen["point_code"].isin(points)).tolist()


def test_areas_of_a_coverage_add_up_one_by_one(town: Store, there: Standing):
    with town.session(OPERATOR) as session:
        mine = reach.own(session, there)
        spots = ((float(there.on.places[0, 0]), float(there.on.places[0, 1])),)
        for extra in ((), spots):
            told = reach.coverage(mine, None, extra)
            for level, column in ((Level.STREET, "street_id"), (Level.COMMUNITY, "community_id")):
                found = coverage.by_area(told, level).set_index("area_id")
                for area_id, rows in told.rows.groupby(column):
                    row = found.loc[area_id]
                    walk = share(rows["households"], rows[Within.WALK.value].to_numpy(bool))
                    assert [row["covered"], row["households"]] == [walk.households, walk.known]
                    assert [row["places"], row["unknown"]] == [len(rows), walk.unknown]
                    for name, metres in (("median_m", "straight_m"), ("walk_m", "walk_m")):
                        half = median_m(rows["households"], rows[metres].to_numpy(float, na_value=np.inf))
                        assert row[name] == half


def test_embedding_of_an_area_is_that_of_the_reader_s_areas_in_it(town: Store):
    for who in readers(town):
        with town.session(who) as session:
            tiers = posts.tiers(session)
            own = {area.code for area in areas.own(session)}
            for area in places(session):
                for tier, found in posts.embedding(tiers, id_of(area)).items():
                    inside = areas.areas_within(session, tier.level, id_of(area))["code"]
                    assert found.rows["code"].tolist() == [code for code in inside if code in own]


def test_the_load_of_an_area_counts_the_cases_that_the_database_counts_in_it(town: Store, there: Standing):
    work = police_work()
    for who in readers(town):
        with town.session(who) as session:
            categories = cases.choices(session).query("field == 'category'")["value"].dropna()
            wanted = CaseFilter(categories=work.among([str(one) for one in categories]))
            mine, level = reach.own(session, there), there.on.level
            minutes = post_load.case_minutes(session, wanted, level, session.city.as_of)
            served = post_load.served(minutes, mine, posts.points(session), work)
            everywhere = post_load.load(served, None).posts.set_index("code")
            for area in places(session):
                found = post_load.load(served, id_of(area))
                hours = cases.hourly(session, wanted, area)
                assert found.cases == int(hours["cases"].sum())
                by_day = hours.groupby(hours["hour"].dt.day_of_week)["cases"].sum()
                assert [sum(day) for day in found.week] == [int(by_day.get(day, 0)) for day in range(7)]
                nearest = set(reach.coverage(mine, area).rows["point_code"].dropna())
                assert set(found.posts["code"]) == nearest
                # a point has the load of all that it serves, whichever part of that is looked at
                told = found.posts.set_index("code")
                numbers = ["cases", "night", "places", "value"]
                pd.testing.assert_frame_equal(told[numbers], everywhere.loc[told.index, numbers])
