"""One answer a case, and the same one as geopandas.sjoin gives after the tie-break."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from domain.errors import InputRefused, UnknownCrs
from domain.vocabulary import LocationStatus
from geo import join
from geo.join import AreaIndex, locate_frame

WGS84 = "EPSG:4326"
NAN, INF = float("nan"), float("inf")


def areas(*shapes, codes=None, crs=WGS84):
    codes = codes or [f"{position:03d}" for position in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes}, geometry=list(shapes), crs=crs)


WITH_HOLE = Polygon([(0, 0), (6, 0), (6, 6), (0, 6)], [[(2, 2), (4, 2), (4, 4), (2, 4)]])
TWO_PARTS = MultiPolygon([box(10, 0, 11, 1), box(12, 0, 13, 1)])
TOWN = areas(
    WITH_HOLE,
    box(6, 0, 9, 6),  # shares the edge x = 6
    TWO_PARTS,
    box(8, 5, 10, 8),  # overlaps the second
    codes=["B", "C", "D", "A"],
)


@pytest.mark.parametrize(
    ("lon", "lat", "code", "status"),
    [
        (1, 1, "B", "inside"),
        (3, 3, None, "outside"),  # in the hole
        (2, 3, "B", "on_edge"),  # on the hole's edge
        (6, 3, "B", "on_edge"),  # on the shared edge: the lowest code
        (6, 6, "B", "on_edge"),  # on a shared corner
        (0, 3, "B", "on_edge"),  # on the outer edge of one area only
        (0, 0, "B", "on_edge"),  # on a vertex
        (7, 1, "C", "inside"),
        (8.5, 5.5, "A", "ambiguous"),  # strictly inside two: the lowest code
        (8, 5.5, "A", "on_edge"),  # strictly inside C, on the edge of A, which has the lower code
        (9, 5.5, "A", "on_edge"),  # strictly inside A, on the edge of C
        (9.5, 7, "A", "inside"),
        (10.5, 0.5, "D", "inside"),  # either part of a multipolygon
        (12.5, 0.5, "D", "inside"),
        (11.5, 0.5, None, "outside"),  # between the parts
        (-100, 80, None, "outside"),
        (NAN, 1, None, "no_location"),
        (1, NAN, None, "no_location"),
        (NAN, INF, None, "no_location"),
        (INF, 1, None, "invalid"),
        (181, 1, None, "invalid"),
        (1, -90.1, None, "invalid"),
        (500_000, 4_600_000, None, "invalid"),  # metres
    ],
)
def test_one_answer(lon, lat, code, status):
    found = AreaIndex(TOWN).locate([lon], [lat], crs=WGS84)
    assert found.status[0] == status
    assert LocationStatus(found.status[0]) == status
    expected = -1 if code is None else list(TOWN["code"]).index(code)
    assert found.position[0] == expected
    assert found.position.dtype == np.int32

    frame = locate_frame(gpd.GeoDataFrame(geometry=gpd.points_from_xy([lon], [lat]), crs=WGS84), TOWN)
    assert frame.iloc[0].to_dict() == {"position": expected, "code": code, "status": status}


def test_equal_codes_take_the_first_row():
    twice = areas(box(0, 0, 2, 2), box(0, 0, 2, 2), codes=["X", "X"])
    assert AreaIndex(twice).locate([1], [1], crs=WGS84).position[0] == 0


def test_codes_are_compared_as_text():
    numbers = areas(box(0, 0, 2, 2), box(0, 0, 2, 2), codes=["9", "10"])
    assert AreaIndex(numbers).locate([1], [1], crs=WGS84).position[0] == 1


def test_rows_without_geometry_contain_nothing_and_keep_positions():
    frame = areas(None, Polygon(), box(0, 0, 1, 1))
    assert AreaIndex(frame).locate([0.5], [0.5], crs=WGS84).position[0] == 2


@pytest.mark.parametrize("frame", [areas(), areas(None)])
def test_no_areas_at_all(frame):
    found = AreaIndex(frame).locate([0.5, NAN], [0.5, 1], crs=WGS84)
    assert list(found.position) == [-1, -1]
    assert list(found.status) == ["outside", "no_location"]


def test_no_points_at_all():
    found = AreaIndex(TOWN).locate([], [], crs=WGS84)
    assert (len(found.position), len(found.status)) == (0, 0)


def test_the_index_of_the_points_is_kept():
    points = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[Point(1, 1), None], index=["x", "y"], crs=WGS84)
    located = locate_frame(points, TOWN)
    assert located["code"].to_dict() == {"x": "B", "y": None}
    assert located["status"].to_dict() == {"x": "inside", "y": "no_location"}


@pytest.mark.parametrize("crs", [None, "EPSG:4490", "EPSG:3857", "mars"])
def test_another_or_no_crs_raises(crs):
    with pytest.raises(UnknownCrs):
        AreaIndex(TOWN).locate([1], [1], crs=crs)


def test_the_register_and_the_file_spelling_of_wgs84_are_the_same():
    assert AreaIndex(TOWN).locate([1], [1], crs="OGC:CRS84").status[0] == "inside"


def test_frames_with_different_crs_raise_instead_of_joining_to_nothing():
    points = gpd.GeoDataFrame(geometry=[Point(1, 1)], crs=WGS84)
    with pytest.raises(UnknownCrs, match="不一致"):
        locate_frame(points.to_crs(3857), TOWN)
    with pytest.raises(UnknownCrs, match="没有声明坐标系"):
        locate_frame(points.set_crs(None, allow_override=True), TOWN)


@pytest.mark.parametrize("crs", [None, "EPSG:3857"])
def test_areas_without_degrees_raise(crs):
    with pytest.raises(UnknownCrs):
        AreaIndex(areas(box(0, 0, 1, 1), crs=crs))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (areas(box(0, 0, 1, 1), codes=[None]), "1 个区域没有编码"),
        (areas(LineString([(0, 0), (1, 1)])), "1 个区域的图形无效"),
        (areas(Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), "1 个区域的图形无效"),  # a bow tie
    ],
)
def test_areas_that_would_give_wrong_answers_are_refused(frame, message):
    with pytest.raises(InputRefused, match=message):
        AreaIndex(frame)


# --- the property ------------------------------------------------------------------------------------------

SIDE = 5
lattice = st.lists(st.integers(0, 5), min_size=SIDE * SIDE, max_size=SIDE * SIDE)
corner = st.tuples(st.integers(0, SIDE), st.integers(0, SIDE))
free = st.tuples(st.floats(-1, SIDE + 1), st.floats(-1, SIDE + 1))
halves = st.tuples(st.integers(-1, 2 * SIDE + 1), st.integers(-1, 2 * SIDE + 1)).map(
    lambda pair: (pair[0] / 2, pair[1] / 2)
)
odd = st.sampled_from([(NAN, 1.0), (1.0, NAN), (INF, 1.0), (200.0, 1.0), (1.0, -95.0)])


@st.composite
def coverages(draw):
    """Unit squares dealt out to six areas (which gives holes, several parts and shared edges), plus free
    polygons with edges in any direction that overlap them; codes in any order, some the same."""
    labels = np.array(draw(lattice))
    squares = np.array([box(i % SIDE, i // SIDE, i % SIDE + 1, i // SIDE + 1) for i in range(SIDE * SIDE)])
    shapes = [shapely.union_all(squares[labels == label]) for label in range(6) if (labels == label).any()]
    for ring in draw(st.lists(st.lists(st.one_of(corner, free), min_size=3, max_size=6), max_size=3)):
        mended = shapely.make_valid(Polygon(ring), method="structure", keep_collapsed=False)
        shapes.append(mended)
    digits = st.sampled_from("0123456789")
    codes = draw(st.lists(digits, min_size=len(shapes), max_size=len(shapes)))
    return areas(*shapes, codes=codes)


@st.composite
def cases(draw):
    """A coverage with points anywhere, on lattice corners and edges, on vertices, and on free edges."""
    frame = draw(coverages())
    points = draw(st.lists(st.one_of(corner, halves, free, odd), min_size=1, max_size=25))
    vertices = shapely.get_coordinates(frame.geometry.to_numpy())
    for where in draw(st.lists(st.integers(0, len(vertices) - 2), max_size=8)):
        points += [tuple(vertices[where]), tuple((vertices[where] + vertices[where + 1]) / 2)]
    lon, lat = np.array(points, dtype=float).T
    return frame, lon, lat


def by_sjoin(frame, lon, lat):
    """The definition: sjoin with `intersects`, then the lowest code, then the first row."""
    usable = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=WGS84)[usable]
    pairs = gpd.sjoin(points, frame, predicate="intersects").sort_values(["code", "index_right"])
    best = pairs[~pairs.index.duplicated()]["index_right"]
    position = np.full(len(lon), -1)
    position[best.index] = best
    return position


def by_matrix(frame, lon, lat):
    """The status by the definition, from the intersection matrix of each point with each area."""
    status = []
    for x, y in zip(lon, lat, strict=True):
        if np.isnan(x) or np.isnan(y):
            status.append("no_location")
        elif abs(x) > 180 or abs(y) > 90:
            status.append("invalid")
        else:
            relations = [shapely.relate(Point(x, y), shape) for shape in frame.geometry if not shape.is_empty]
            strictly, edge = sum(r[0] == "0" for r in relations), sum(r[1] == "0" for r in relations)
            ranked = [("ambiguous", strictly > 1), ("on_edge", edge > 0), ("inside", strictly == 1)]
            status.append(next((name for name, holds in ranked if holds), "outside"))
    return status


@settings(max_examples=300)
@given(cases())
def test_the_same_answers_as_sjoin(case):
    frame, lon, lat = case
    found = AreaIndex(frame).locate(lon, lat, crs=WGS84)
    np.testing.assert_array_equal(found.position, by_sjoin(frame, lon, lat))
    assert list(found.status) == by_matrix(frame, lon, lat)


@settings(max_examples=100)
@given(cases())
def test_both_spellings_agree(case):
    frame, lon, lat = case
    found = AreaIndex(frame).locate(lon, lat, crs=WGS84)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=WGS84)
    located = locate_frame(points, frame)
    np.testing.assert_array_equal(found.position, located["position"])
    np.testing.assert_array_equal(found.status, located["status"])


@pytest.mark.parametrize(("points_per_chunk", "pairs_per_block"), [(1, 1), (7, 3), (64, 1), (1000, 50)])
def test_chunks_and_blocks_change_nothing(monkeypatch, points_per_chunk, pairs_per_block):
    lon, lat = (axis.ravel() / 2 for axis in np.meshgrid(np.arange(-2, 28), np.arange(-2, 18)))
    whole = AreaIndex(TOWN).locate(lon, lat, crs=WGS84)
    monkeypatch.setattr(join, "_POINTS_PER_CHUNK", points_per_chunk)
    monkeypatch.setattr(join, "_PAIRS_PER_BLOCK", pairs_per_block)
    pieces = AreaIndex(TOWN).locate(lon, lat, crs=WGS84)
    np.testing.assert_array_equal(whole.position, pieces.position)
    np.testing.assert_array_equal(whole.status, pieces.status)
    assert set(whole.status) == {"inside", "on_edge", "ambiguous", "outside"}


@pytest.mark.parametrize("shift", [1e-12, 1e-7, 1.0, 120.0])
def test_small_and_shifted_extents_give_the_same_answers(shift):
    """A point that lies on the rim of the grid, at any size and place, still meets its area."""
    size = shift if shift < 1 else 1.0
    frame = (
        areas(box(shift, shift, shift + size, shift + size)) if shift < 90 else areas(box(120, 30, 121, 31))
    )
    west, south, east, north = frame.total_bounds
    lon = [west, east, west, east, (west + east) / 2]
    lat = [south, south, north, north, (south + north) / 2]
    assert list(AreaIndex(frame).locate(lon, lat, crs=WGS84).status) == ["on_edge"] * 4 + ["inside"]
