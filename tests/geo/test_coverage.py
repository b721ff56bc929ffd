"""Repair, overlaps, gaps, duplicates and parents, on shapes small enough to know the answers."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from domain.rules import RULES
from geo.coverage import (
    Fault,
    area_m2,
    dissolve_parents,
    duplicates,
    gaps,
    geometry_keys,
    is_valid_coverage,
    overlaps,
    repair,
    uncovered,
)
from geo.crs import metre_crs

GEOD = Geod(ellps="WGS84")
BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
SELF_OVERLAP = MultiPolygon([box(0, 0, 2, 2), box(1, 0, 3, 2)])
SPIKE = Polygon([(0, 0), (1, 0), (1, 1), (0.5, 1), (0.5, 2), (0.5, 1), (0, 1)])
LINE = LineString([(0, 0), (1, 1)])


def areas(*shapes, codes=None, **columns):
    codes = codes or [chr(ord("a") + position) for position in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes, **columns}, geometry=list(shapes), crs=4326)


def ellipsoid_m2(shape):
    return abs(GEOD.geometry_area_perimeter(shape)[0])


# --- repair ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "fault", "area"),
    [
        (box(0, 0, 1, 1), None, 1.0),
        (MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]), None, 2.0),
        (BOW_TIE, "invalid", 2.0),  # two triangles
        (SELF_OVERLAP, "invalid", 6.0),  # the overlap stays covered
        (SPIKE, "invalid", 1.0),  # the spike has no area
        (GeometryCollection([box(0, 0, 1, 1), LINE]), "mixed", 1.0),
        (GeometryCollection([GeometryCollection([box(0, 0, 1, 1), Point(5, 5)]), LINE]), "mixed", 1.0),
        (GeometryCollection([box(0, 0, 2, 1), box(1, 0, 3, 1)]), "mixed", 3.0),
    ],
)
def test_what_can_be_used(shape, fault, area):
    done = repair(areas(shape, codes=["x"]))
    assert list(done.frame["code"]) == ["x"]
    assert done.rejected.empty
    assert list(done.repaired["fault"]) == ([] if fault is None else [fault])
    assert done.frame.geometry.iloc[0].area == pytest.approx(area)
    assert done.frame.is_valid.all()
    assert done.frame.geom_type.isin(["Polygon", "MultiPolygon"]).all()


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        (None, "missing"),
        (Polygon(), "empty"),
        (GeometryCollection(), "empty"),
        (LINE, "not_polygonal"),
        (Point(1, 1), "not_polygonal"),
        (GeometryCollection([LINE, Point(1, 1)]), "not_polygonal"),
        (Polygon([(0, 0), (1, 1), (2, 2)]), "collapsed"),  # three points on a line
        (Polygon([(0, 0), (0, 0), (0, 0)]), "collapsed"),
    ],
)
def test_what_cannot_be_used(shape, fault):
    done = repair(areas(box(5, 5, 6, 6), shape))
    assert list(done.frame["code"]) == ["a"]
    assert done.rejected["fault"].to_dict() == {1: fault}
    assert done.repaired.empty


def test_every_row_is_accounted_for_under_its_own_index():
    frame = areas(box(0, 0, 1, 1), BOW_TIE, None, LINE, households=[1, 2, 3, 4])
    frame.index = pd.Index([10, 20, 30, 40])
    done = repair(frame)
    assert list(done.frame.index) == [10, 20]
    assert list(done.frame["households"]) == [1, 2]
    assert list(done.repaired.index) == [20]
    assert done.repaired.loc[20, "detail"] == "Self-intersection[1 1]"
    assert list(done.rejected.index) == [30, 40]
    assert frame.geometry.loc[20].equals_exact(BOW_TIE)  # the input is not touched


def test_one_impossible_vertex_costs_its_part_only():
    with np.errstate(invalid="ignore"):
        broken = Polygon([(5, 5), (6, 5), (np.nan, 6)])
        both = MultiPolygon([box(0, 0, 1, 1), broken])
    done = repair(areas(broken, both))
    assert done.rejected["fault"].to_dict() == {0: "collapsed"}
    assert done.rejected["detail"][0].startswith("Invalid Coordinate")
    assert done.frame.geometry[1].equals(box(0, 0, 1, 1))


def test_heights_are_dropped_without_a_word():
    done = repair(areas(Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)])))
    assert not done.frame.has_z.any()
    assert done.repaired.empty


def test_an_empty_frame_is_fine():
    done = repair(areas())
    assert (len(done.frame), len(done.repaired), len(done.rejected)) == (0, 0, 0)


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_is_reported_under_a_known_rule(fault):
    assert fault.rule in RULES


# --- overlaps ----------------------------------------------------------------------------------------------


def test_a_clean_coverage_has_no_overlaps():
    quarters = areas(box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 1, 1, 2), box(1, 1, 2, 2))
    assert overlaps(quarters).empty
    assert list(overlaps(quarters).columns) == ["code_a", "code_b", "area_m2", "geometry"]


def test_overlaps_are_measured_in_square_metres():
    sliver = box(123.0099, 41.0, 123.01, 41.01)
    pair = areas(box(123.0, 41.0, 123.01, 41.01), box(123.0099, 41.0, 123.02, 41.01), codes=["z", "b"])
    found = overlaps(pair)
    assert found[["code_a", "code_b"]].to_numpy().tolist() == [["b", "z"]]  # the lower code first
    assert found["area_m2"][0] == pytest.approx(ellipsoid_m2(sliver), rel=1e-4)
    assert found["area_m2"][0] == pytest.approx(9340, rel=0.01)  # 8.4 m by 1,111 m
    assert found.geometry[0].equals(sliver)
    assert found.crs == pair.crs


def test_all_kinds_of_overlap_are_found_once_and_in_order():
    frame = areas(
        box(0, 0, 1, 1),
        box(0, 0, 1, 1),  # the same again
        box(0.2, 0.2, 0.4, 0.4),  # within both
        box(1, 0, 2, 1),  # only touches
        codes=["d", "c", "b", "a"],
    )
    assert overlaps(frame)[["code_a", "code_b"]].to_numpy().tolist() == [["b", "c"], ["b", "d"], ["c", "d"]]


def test_rounding_is_no_overlap_but_a_decimetre_strip_is():
    hairline = areas(box(123, 41, 123.001, 41.001), box(123.001 - 1e-12, 41, 123.002, 41.001))
    assert overlaps(hairline).empty
    strip = areas(box(123, 41, 123.001, 41.001), box(123.001 - 1e-6, 41, 123.002, 41.001))
    assert overlaps(strip)["area_m2"][0] == pytest.approx(9.3, rel=0.02)
    assert overlaps(strip, tolerance_m2=10).empty


def test_a_neighbours_vertex_on_a_long_edge_is_no_overlap():
    """In a projection the vertex, but not the edge, follows the parallel."""
    south = box(123, 40, 124, 41)
    north = Polygon([(123, 41), (123.5, 41), (124, 41), (124, 42), (123, 42)])
    frame = areas(south, north)
    assert overlaps(frame).empty
    projected = frame.to_crs(metre_crs(frame))
    assert shapely.intersection(*projected.geometry).area > 1e6  # why topology is decided in degrees


# --- gaps --------------------------------------------------------------------------------------------------

RING = [box(0, 0, 3, 1), box(0, 2, 3, 3), box(0, 1, 1, 2), box(2, 1, 3, 2)]


def test_a_hole_between_siblings():
    found = gaps(areas(*RING))
    assert found["area_m2"][0] == pytest.approx(ellipsoid_m2(box(1, 1, 2, 2).segmentize(0.01)), rel=1e-3)
    assert found["neighbours"].tolist() == [("a", "b", "c", "d")]
    assert found.geometry[0].equals(box(1, 1, 2, 2))
    assert found.crs.to_epsg() == 4326


def test_no_gap_where_the_hole_is_taken():
    assert gaps(areas(*RING, box(1, 1, 2, 2))).empty
    assert list(gaps(areas(*RING, box(1, 1, 2, 2))).columns) == ["area_m2", "neighbours", "geometry"]


def test_ground_outside_is_only_a_gap_within_a_parent():
    two = areas(box(0, 0, 1, 1), box(2, 0, 3, 1))
    assert gaps(two).empty
    found = gaps(two, within=box(0, 0, 3, 1))
    assert found["neighbours"].tolist() == [("a", "b")]
    assert found.geometry[0].equals(box(1, 0, 2, 1))


def test_gaps_come_largest_first_and_rounding_is_none():
    parent = box(0, 0, 4, 1)
    found = gaps(areas(box(0, 0, 1, 1), box(1.001, 0, 3, 1), box(3 + 1e-13, 0, 3.5, 1)), within=parent)
    assert found["neighbours"].tolist() == [("c",), ("a", "b")]
    assert found["area_m2"].is_monotonic_decreasing
    assert len(gaps(areas(*RING), tolerance_m2=2e10)) == 0


def test_ground_of_a_parent_that_no_area_covers():
    parents = areas(box(0, 0, 3, 1), box(3, 0, 6, 1), codes=["west", "east"])
    parts = areas(
        box(0, 0, 1, 1),
        box(2, 0, 4, 1),  # reaches over the border: covers ground of both
        box(4, 0, 4.5, 1),
        box(9, 9, 10, 10),  # nobody's
        codes=["a", "b", "c", "x"],
    )
    found = uncovered(parents, parts)
    assert found[["parent", "neighbours"]].to_numpy().tolist() == [["east", ("c",)], ["west", ("a", "b")]]
    assert [shape.bounds for shape in found.geometry] == [(4.5, 0, 6, 1), (1, 0, 2, 1)]
    assert found["area_m2"][1] == pytest.approx(ellipsoid_m2(box(1, 0, 2, 1).segmentize(0.01)), rel=1e-3)


def test_a_covered_parent_has_no_bare_ground():
    parts = areas(*RING, box(1, 1, 2, 2))
    assert uncovered(areas(box(0, 0, 3, 3)), parts).empty
    assert list(uncovered(areas(box(0, 0, 3, 3)), parts).columns) == [
        "parent",
        "area_m2",
        "neighbours",
        "geometry",
    ]
    # the edge of a parent that was drawn a little differently is rounding
    block = areas(box(123, 41, 123.001, 41.001))
    assert uncovered(areas(box(123, 41, 123.001 + 1e-12, 41.001)), block).empty


def test_a_parent_without_any_part_is_bare_as_a_whole():
    found = uncovered(areas(box(5, 5, 6, 6)), areas(box(0, 0, 1, 1)))
    assert (found["neighbours"].tolist(), found.geometry[0].equals(box(5, 5, 6, 6))) == ([()], True)


# --- duplicates --------------------------------------------------------------------------------------------


def test_duplicates_are_found_however_the_ring_starts():
    square = box(0, 0, 1, 1)
    rotated = Polygon([(1, 1), (0, 1), (0, 0), (1, 0)])
    frame = areas(square, box(5, 5, 6, 6), rotated, square, codes=["c", "x", "a", "b"])
    assert duplicates(frame).to_numpy().tolist() == [["a", "b"], ["a", "c"]]


def test_keys_differ_with_the_geometry_and_follow_the_index():
    frame = areas(box(0, 0, 1, 1), box(0, 0, 1, 1.0000001), MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]))
    keys = geometry_keys(frame)
    assert keys.nunique() == 3
    assert keys.str.fullmatch("[0-9a-f]{32}").all()
    parts_exchanged = areas(MultiPolygon([box(2, 2, 3, 3), box(0, 0, 1, 1)]))
    assert geometry_keys(parts_exchanged)[0] == keys[2]


# --- parents -----------------------------------------------------------------------------------------------


def test_parents_are_the_union_of_their_children():
    children = areas(
        box(0, 0, 1, 1),
        box(1, 0, 2, 1),
        Polygon([(0, 1), (1, 1), (2, 1), (2, 2), (0, 2)]),
        box(9, 9, 10, 10),
        parent_code=["P", "P", "O", None],
    )
    parents = dissolve_parents(children)
    assert parents["code"].tolist() == ["O", "P"]
    assert parents["children"].tolist() == [1, 2]
    assert parents.geometry[0].equals(box(0, 1, 2, 2))
    assert parents.geometry[1].equals(box(0, 0, 2, 1))
    assert parents.crs == children.crs
    assert is_valid_coverage(parents)


def test_overlapping_children_dissolve_too():
    parents = dissolve_parents(areas(box(0, 0, 2, 1), box(1, 0, 3, 1), parent_code=["P", "P"]))
    assert parents.geometry[0].equals(box(0, 0, 3, 1))


@pytest.mark.parametrize(
    ("gap_deg", "sliver_width_m", "holes"),
    [
        (1e-6, 2.0, 0),  # about 0.1 m wide
        (1e-3, 2.0, 1),  # about 84 m wide: may be somebody's enclave
        (1e-6, 0.0, 1),  # nothing is to be filled
        (1e-3, 100.0, 0),
    ],
)
def test_slivers_are_closed_and_enclaves_stay(gap_deg, sliver_width_m, holes):
    middle = 123.005
    gap = box(middle, 41.002, middle + gap_deg, 41.008)
    west, east = box(123, 41, middle, 41.01), box(middle, 41, 123.01, 41.01)
    children = areas(west, east.difference(gap), parent_code=["P", "P"])
    parent = dissolve_parents(children, sliver_width_m).geometry[0]
    assert len(parent.interiors) == holes
    if not holes:
        assert parent.equals(box(123, 41, 123.01, 41.01))


# --- measures ----------------------------------------------------------------------------------------------


def test_area_is_that_on_the_ellipsoid_and_follows_the_index():
    frame = areas(box(123, 41, 123.01, 41.01), box(123.5, 41.5, 123.52, 41.52))
    frame.index = pd.Index(["x", "y"])
    measured = area_m2(frame)
    assert list(measured.index) == ["x", "y"]
    for label, shape in frame.geometry.items():
        assert measured[label] == pytest.approx(ellipsoid_m2(shape), rel=1e-6)
    assert measured["x"] == pytest.approx(934_000, rel=0.01)  # 840 m by 1,111 m


@pytest.mark.parametrize(
    ("shapes", "valid"),
    [
        ([box(0, 0, 1, 1), box(1, 0, 2, 1)], True),
        ([box(0, 0, 1, 1), box(3, 0, 4, 1)], True),  # apart is no fault
        ([box(0, 0, 1, 1), box(0.9, 0, 2, 1)], False),  # overlap
        ([box(0, 0, 1, 2), box(1, 0, 2, 1), box(1, 1, 2, 2)], False),  # a vertex in the middle of an edge
        ([BOW_TIE], False),
    ],
)
def test_is_valid_coverage(shapes, valid):
    assert is_valid_coverage(areas(*shapes)) is valid


def test_thousands_of_areas_with_known_slivers():
    """A lattice in which every tenth cell reaches into its eastern neighbour."""
    side = 40
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    west, south = 123 + column.ravel() * 0.01, 41 + row.ravel() * 0.01
    reach = np.where((np.arange(side * side) % 10 == 0), 1e-5, 0.0)
    shapes = shapely.box(west, south, west + 0.01 + reach, south + 0.01)
    frame = areas(*shapes, codes=[f"{code:05d}" for code in range(side * side)])
    found = overlaps(frame)
    beside = found["code_b"].astype(int) - found["code_a"].astype(int) == 1
    assert beside.sum() == 160
    assert found.loc[beside, "area_m2"].between(920, 940).all()
