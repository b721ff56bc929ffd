"""The load of points against cases counted by hand.

Two points of the small city: P1 in the western half (Mo-Fr 08:30-17:30, a roster of two), P2 in the eastern (24/7, no
roster). 2 March 2026 is a Monday.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.filters import CaseFilter
from domain.posts import police_work
from domain.vocabulary import Level, PointKind
from queries import post_load, posts, reach
from queries.areas import area_by_code
from queries.post_load import Load
from tests.support.posts import place, point, post
from tests.support.small_city import (
    COMMUNITIES,
    EAST_STREET,
    WEST_STREET,
    at,
    case,
    import_cases,
    middle,
    write_cases,
)

POLICE = CaseFilter(categories=("平安建设/邻里纠纷",))


def apart(where: dict[str, object], number: int) -> dict[str, object]:
    """The place a few metres off: many cases on one point would be taken for a placeholder."""
    lon = where.get("lon")
    return where | {"lon": lon + number / 1e5} if isinstance(lon, float) else where


@pytest.fixture
def loaded(city: Store, tmp_path: Path) -> Store:
    place(
        city,
        points=[
            point("P1", f"{COMMUNITIES[0]}001", *middle(0, 0), opening_hours="Mo-Fr 08:30-17:30"),
            point("P2", f"{COMMUNITIES[2]}001", *middle(2, 0), opening_hours="24/7"),
        ],
        posts=[post("D1", COMMUNITIES[0], point_code="P1", headcount=2)],
    )
    reported: list[tuple[str, dict[str, object]]] = [
        ("2026-03-02 08:30", at(0, 0)),  # Monday, just open
        ("2026-03-02 08:29", at(0, 0)),  # a minute before
        ("2026-03-02 17:30", at(1, 3)),  # just closed; as far from P1 as from P2, and P1 comes first
        ("2026-03-01 23:00", at(0, 1)),  # Sunday, at night
        ("2026-03-07 05:59", at(2, 0)),  # Saturday, the last minute of the night
        ("2026-03-07 06:00", at(3, 3)),
        ("2026-03-07 12:00", {"code": COMMUNITIES[0]}),  # in no grid
    ]
    rows = [
        case(number, reported=when, category=POLICE.categories[0], **apart(where, number))
        for number, (when, where) in enumerate(reported)
    ]
    rows.append(case("other", category="公用设施/路灯不亮", **apart(at(0, 0), 9)))
    import_cases(city, write_cases(tmp_path / "cases.csv", rows))
    return city


def told(store: Store, inside: str | None = None) -> Load:
    with store.session(OPERATOR) as session:
        area = area_by_code(session, inside) if inside else None
        ground = reach.ground(session)
        assert ground is not None
        there = reach.standing(session, ground, (PointKind.POLICE_ROOM,))
        own = reach.own(session, there)
        minutes = post_load.case_minutes(session, POLICE, Level.GRID, session.city.as_of)
        found = post_load.served(minutes, own, posts.points(session), police_work())
        return post_load.load(found, area.area_id if area else None)


def test_cases_belong_to_the_nearest_point(loaded: Store):
    found = told(loaded)
    rows = found.posts.set_index("code")
    assert rows["cases"].to_dict() == {"P1": 4, "P2": 2}
    assert rows["places"].to_dict() == {"P1": 8, "P2": 8}
    assert rows["outside"].to_dict() == {"P1": 3, "P2": 0}
    assert rows["night"].to_dict() == {"P1": 1, "P2": 1}
    # four cases, two people; nobody knows how many work at the other point
    assert rows["value"].fillna(-1).to_dict() == {"P1": 2.0, "P2": -1.0}
    assert rows["small"].to_dict() == {"P1": True, "P2": False}
    assert (found.people, found.manned_cases, found.without_roster) == (2, 4, 1)


def test_all_cases_add_up(loaded: Store):
    found = told(loaded)
    assert (found.cases, found.to_posts, found.without_area) == (7, 6, 1)
    assert found.cases == found.to_posts + found.to_others + found.doubtful + found.without_area
    assert sum(map(sum, found.week)) == found.cases
    assert (found.outside, found.with_hours, found.night) == (3, 6, 2)


def test_the_week_is_local_and_monday_comes_first(loaded: Store):
    found = told(loaded)
    assert (found.week[0][8], found.week[0][17], found.week[6][23], found.week[5][5]) == (2, 1, 1, 1)
    # half an hour of the first is enough: Monday from 8 to 18 both, at night the one that never closes
    assert found.open_posts[0][7:19] == (1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1)
    assert found.known_hours == 2


def test_a_part_of_the_city_tells_its_own_cases_and_the_whole_load_of_its_points(loaded: Store):
    east = told(loaded, EAST_STREET)
    assert east.posts["code"].tolist() == ["P2"]
    assert (east.cases, east.to_posts) == (2, 2)
    community = told(loaded, COMMUNITIES[1])
    assert (community.cases, community.posts["cases"].tolist()) == (1, [4])
    assert told(loaded, WEST_STREET).without_area == 1


def test_cases_on_a_placeholder_point_are_nobodys(loaded: Store):
    with loaded.writing(OPERATOR) as writer:
        writer.run("update cases set at_placeholder = true where source_case_id in ('0', '4')")
    found = told(loaded)
    assert (found.doubtful, found.to_posts) == (2, 4)
    assert found.posts.set_index("code")["cases"].to_dict() == {"P1": 3, "P2": 1}


def test_hours_that_nobody_knows_are_counted_apart(loaded: Store):
    with loaded.writing(OPERATOR) as writer:
        writer.run("update service_point set opening_hours = null where code = 'P1'")
    found = told(loaded)
    assert (found.outside, found.with_hours, found.known_hours) == (0, 2, 1)
    assert found.posts.set_index("code")["outside"].isna().to_dict() == {"P1": True, "P2": False}


def test_intervals_of_a_share():
    low, high = post_load.interval(3, 6) or (0.0, 0.0)
    assert (round(low, 3), round(high, 3)) == (0.188, 0.812)
    assert post_load.interval(0, 0) is None
