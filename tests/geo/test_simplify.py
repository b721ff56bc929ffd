"""Simplified together, written compactly, and always the same bytes."""

import json
from datetime import date, datetime
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from domain.errors import UnknownCrs
from geo.coverage import is_valid_coverage
from geo.simplify import border, simplify_coverage, to_geojson_bytes


def wiggly_town(seed=1, side=4, steps=12, amplitude=0.0004):
    """A lattice of areas whose shared edges wiggle, the same on both sides."""
    rng = np.random.default_rng(seed)
    corners = 0.01 * np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), axis=-1) + [123, 41]
    edges = {}

    def edge(start, end):
        if (start, end) not in edges:
            a, b = corners[start], corners[end]
            along = a + (b - a) * np.linspace(0, 1, steps)[:, None]
            along[1:-1] += rng.uniform(-amplitude, amplitude, (steps - 2, 2))
            edges[start, end] = along
        return edges[start, end]

    shapes = []
    for row in range(side):
        for column in range(side):
            a, b, c, d = (row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)
            ring = [edge(a, b)[:-1], edge(b, c)[:-1], edge(d, c)[:0:-1], edge(a, d)[:0:-1]]
            shapes.append(Polygon(np.concatenate(ring)))
    codes = [f"{position:02d}" for position in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=4326)


TOWN = wiggly_town()


def vertices(frame):
    return int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())


@pytest.mark.parametrize(("tolerance_m", "fewer"), [(0, False), (20, True), (100, True), (10_000, True)])
def test_a_valid_coverage_stays_one(tolerance_m, fewer):
    assert is_valid_coverage(TOWN)
    simple = simplify_coverage(TOWN, tolerance_m)
    assert is_valid_coverage(simple)
    assert (vertices(simple) < vertices(TOWN)) is fewer
    assert list(simple["code"]) == list(TOWN["code"])
    assert simple.crs == TOWN.crs


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), tolerance_m=st.floats(0, 500))
def test_shared_edges_stay_shared(seed, tolerance_m):
    town = wiggly_town(seed)
    simple = simplify_coverage(town, tolerance_m)
    assert is_valid_coverage(simple) is is_valid_coverage(town)
    assert not simple.is_empty.any()
    before, after = (shapely.get_coordinates(frame.geometry.to_numpy()) for frame in (town, simple))
    assert {tuple(vertex) for vertex in after} <= {tuple(vertex) for vertex in before}


def test_the_border_of_a_coverage_is_the_same_by_the_short_way_and_has_the_vertices_of_its_areas():
    light = simplify_coverage(wiggly_town(5), 30.0)
    short, long = (border(light, fits=fits).geometry.iloc[0] for fits in (True, False))
    assert shapely.normalize(short) == shapely.normalize(long)
    corners = {tuple(one) for one in shapely.get_coordinates(light.geometry.to_numpy())}
    assert {tuple(one) for one in shapely.get_coordinates(short)} <= corners


def test_the_tolerance_is_in_metres():
    """A bump of 10 m by 10 m: a triangle of 50 m², which a tolerance of 7.07 m is the root of."""
    metres = Polygon([(0, 0), (400, 0), (405, 10), (410, 0), (900, 0), (900, 900), (0, 900)])
    laea = "+proj=laea +lat_0=41 +lon_0=123 +datum=WGS84 +units=m"
    frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[metres], crs=laea).to_crs(4326)
    for crs in (4326, 4547, 2249):  # degrees, metres, feet
        assert vertices(simplify_coverage(frame.to_crs(crs), 6.9)) == 8
        assert vertices(simplify_coverage(frame.to_crs(crs), 7.3)) == 5


@st.composite
def overlapping_blocks(draw):
    """Areas of unit squares of one lattice that overlap, share edges in part, and have unmatched vertices."""
    side = 5
    squares = np.array([box(i % side, i // side, i % side + 1, i // side + 1) for i in range(side * side)])
    taken = st.lists(st.booleans(), min_size=side * side, max_size=side * side).filter(any)
    shapes = []
    for chosen in draw(st.lists(taken, min_size=2, max_size=4)):
        union = shapely.union_all(squares[np.array(chosen)])
        shapes.append(shapely.simplify(union, 0) if draw(st.booleans()) else union)
    in_degrees = shapely.transform(np.array(shapes), lambda vertices: vertices * 0.001 + [123, 41])
    return gpd.GeoDataFrame({"code": range(len(shapes))}, geometry=in_degrees, crs=4326)


@settings(max_examples=200)
@given(blocks=overlapping_blocks(), tolerance_m=st.floats(0, 2000))
def test_an_invalid_coverage_still_gives_valid_areas_and_loses_none(blocks, tolerance_m):
    simple = simplify_coverage(blocks, tolerance_m)
    assert simple.is_valid.all()
    assert not simple.is_empty.any()
    assert len(simple) == len(blocks)


def test_bad_arguments():
    with pytest.raises(ValueError, match="`tolerance_m` was -1"):
        simplify_coverage(TOWN, -1)
    with pytest.raises(UnknownCrs):
        simplify_coverage(TOWN.set_crs(None, allow_override=True), 1)
    assert simplify_coverage(TOWN.iloc[:0], 5).empty


# --- bytes -------------------------------------------------------------------------------------------------


def test_the_bytes_of_one_square():
    frame = gpd.GeoDataFrame(
        {"code": ["1"], "name": ["云州市 <b>"], "households": [300]},
        geometry=[box(123.1234567, 41, 124, 42)],
        crs=4326,
    )
    assert to_geojson_bytes(frame, ["name", "code"]).decode() == (
        '{"type":"FeatureCollection","features":[{"type":"Feature",'
        '"properties":{"name":"云州市 <b>","code":"1"},'
        '"geometry":{"type":"Polygon","coordinates":'
        "[[[124.0,41.0],[124.0,42.0],[123.12346,42.0],[123.12346,41.0],[124.0,41.0]]]}}]}"
    )


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pd.Series([1.5, np.nan]), [1.5, None]),
        (pd.Series(["a", None]), ["a", None]),
        (pd.Series(["a", pd.NA], dtype="string"), ["a", None]),
        (pd.Series([True, False]), [True, False]),
        (pd.Series([datetime(2026, 3, 5, 14, 20), pd.NaT]), ["2026-03-05T14:20:00", None]),
        (pd.Series([date(2026, 3, 5), None], dtype=object), ["2026-03-05", None]),
        (pd.Series([Decimal("1.5"), np.int32(7)], dtype=object), [1.5, 7]),
        (pd.Series(["</script>", 'a"\\\n']), ["</script>", 'a"\\\n']),
    ],
)
def test_properties(values, written):
    frame = gpd.GeoDataFrame({"v": values}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326)
    features = json.loads(to_geojson_bytes(frame, ["v"]))["features"]
    assert [feature["properties"]["v"] for feature in features] == written


@pytest.mark.parametrize(
    ("value", "error"), [(float("inf"), ValueError), (b"bytes", TypeError), (Point(0, 0), TypeError)]
)
def test_properties_that_have_no_json_form(value, error):
    frame = gpd.GeoDataFrame({"v": pd.Series([value], dtype=object)}, geometry=[box(0, 0, 1, 1)], crs=4326)
    with pytest.raises(error):
        to_geojson_bytes(frame, ["v"])


def test_the_same_frame_gives_the_same_bytes():
    assert to_geojson_bytes(TOWN, ["code"]) == to_geojson_bytes(wiggly_town(), ["code"])
    assert to_geojson_bytes(TOWN, ["code"]) != to_geojson_bytes(TOWN.iloc[::-1], ["code"])


@pytest.mark.parametrize("decimals", [5, 6])
def test_rounding_keeps_shared_edges_and_counts_decimals(decimals):
    features = json.loads(to_geojson_bytes(TOWN, ["code"], decimals))["features"]
    shapes = gpd.GeoDataFrame.from_features(features, crs=4326)
    assert is_valid_coverage(shapes)
    coordinates = shapely.get_coordinates(shapes.geometry.to_numpy())
    np.testing.assert_array_equal(coordinates, np.round(coordinates, decimals))
    assert np.abs(shapes.total_bounds - TOWN.total_bounds).max() <= 0.51 * 10**-decimals


def test_a_shape_too_small_for_the_decimals_keeps_its_precision():
    speck = box(123, 41, 123.000001, 41.000001)
    frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[speck], crs=4326)
    [feature] = json.loads(to_geojson_bytes(frame, ["code"]))["features"]
    assert shapely.geometry.shape(feature["geometry"]).equals(speck)


def test_other_systems_are_written_in_degrees_and_missing_shapes_as_null():
    frame = gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=[MultiPolygon([box(0, 0, 1, 1)]), None], crs=4326)
    features = json.loads(to_geojson_bytes(frame.to_crs(3857), ["code"]))["features"]
    assert features[0]["geometry"]["type"] == "MultiPolygon"
    assert shapely.geometry.shape(features[0]["geometry"]).equals(box(0, 0, 1, 1))
    assert features[1]["geometry"] is None
    assert to_geojson_bytes(frame.iloc[:0], []) == b'{"type":"FeatureCollection","features":[]}'
    with pytest.raises(UnknownCrs):
        to_geojson_bytes(frame.set_crs(None, allow_override=True), [])
