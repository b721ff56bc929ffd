"""Areas: the way down and back up, what lies inside, sums by level."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from data.store import Store
from domain.actor import OPERATOR
from domain.errors import NotFound
from domain.vocabulary import Level, Subject
from queries import areas, features, meta
from tests.support.small_city import (
    COMMUNITIES,
    DISTRICT,
    WEST_STREET,
    actor,
    at,
    case,
    cell,
    import_cases,
    write_cases,
)


def test_the_way_down_and_back_up(city: Store):
    with city.session(OPERATOR) as session:
        (root,) = areas.roots(session)
        assert (root.code, root.level) == (DISTRICT, Level.DISTRICT)
        grid = areas.area_by_code(session, f" {COMMUNITIES[0]}001 ")
        path = [area.code for area in areas.breadcrumb(session, grid)]
        assert path == [DISTRICT, WEST_STREET, COMMUNITIES[0], grid.code]
        assert [area.code for area in areas.path_to(session, grid.code)] == path
        with pytest.raises(NotFound, match="没有编码为 42 的区域"):
            areas.area_by_code(session, "42")


def test_levels_come_top_down(city: Store):
    with city.session(OPERATOR) as session:
        assert list(areas.levels(session).items()) == [
            (Level.DISTRICT, 1),
            (Level.STREET, 2),
            (Level.COMMUNITY, 4),
            (Level.GRID, 16),
        ]


@pytest.mark.parametrize(
    ("level", "code", "count"),
    [
        (Level.GRID, None, 16),
        (Level.GRID, WEST_STREET, 8),
        (Level.GRID, COMMUNITIES[0], 4),
        (Level.GRID, f"{COMMUNITIES[0]}001", 1),
        (Level.COMMUNITY, WEST_STREET, 2),
        # nothing of a higher level lies inside a lower one
        (Level.STREET, COMMUNITIES[0], 0),
        (Level.CITY, None, 0),
    ],
)
def test_areas_inside_an_area_are_the_same_with_and_without_their_shapes(city: Store, level, code, count):
    with city.session(actor(COMMUNITIES[2])) as session:  # boundaries are for everybody
        inside = areas.area_by_code(session, code).area_id if code else None
        plain = areas.areas_within(session, level, inside)
        shaped = areas.shapes_within(session, level, inside)
    assert len(plain) == count
    assert plain["code"].tolist() == shaped["code"].tolist() == sorted(plain["code"])
    assert shaped.crs.to_epsg() == 4326


def test_a_shape_is_the_shape_that_was_imported(city: Store):
    with city.session(OPERATOR) as session:
        inside = areas.area_by_code(session, f"{COMMUNITIES[0]}001").area_id
        (shape,) = areas.shapes_within(session, Level.GRID, inside).geometry
        assert areas.bounds(session) == pytest.approx((120.0, 30.0, 120.04, 30.04))
    assert shape.equals(cell(0, 0))
    assert shapely.is_valid(shape)


def test_an_empty_store_has_no_bounds(tmp_path: Path):
    with Store.opened(tmp_path / "empty.duckdb") as store, store.session(OPERATOR) as session:
        assert areas.bounds(session) is None
        assert areas.roots(session) == []
        assert areas.shapes_within(session, Level.GRID, None).empty
        assert areas.lines(session).empty
        assert features.compounds(session, None).empty


def test_a_summary_names_every_area_and_adds_up(city: Store, tmp_path: Path):
    import_cases(
        city,
        write_cases(
            tmp_path / "c.csv", [case(1, **at(0, 0)), case(2, **at(0, 0)), case(3), case(4, **at(3, 3))]
        ),
    )
    with city.session(OPERATOR) as session:
        found = areas.summary(session, Level.COMMUNITY)
    assert list(found.rows[["code", "cases"]].itertuples(index=False, name=None)) == [
        (COMMUNITIES[0], 2),
        (COMMUNITIES[3], 1),
        (COMMUNITIES[1], 0),
        (COMMUNITIES[2], 0),
    ]
    assert (found.total, found.unplaced) == (4, 1)
    with city.session(actor(COMMUNITIES[3])) as session:
        scoped = areas.summary(session, Level.COMMUNITY)
    assert (scoped.total, scoped.unplaced, int(scoped.rows["cases"].sum())) == (1, 0, 1)


def test_versions_and_contents(city: Store):
    with city.session(OPERATOR) as session:
        assert set(meta.versions(session)) == set(Subject)
        assert vars(meta.contents(session)) == {
            "areas": 23, "cases": 0, "points": 0, "compounds": 0, "lines": 0, "duty": 0, "assessments": 0,
        }  # fmt: skip
        assert meta.cases_to_relocate(session) == 0
