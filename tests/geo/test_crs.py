"""Declared coordinate systems to WGS-84, and the local metric system."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely import LineString, Point, box

from domain.errors import UnknownCrs
from geo.crs import GLOBE, geometries_to_wgs84, metre_crs, normalise_crs, to_wgs84, widened

GEOD = Geod(ellps="WGS84")


@pytest.mark.parametrize(
    ("declared", "meant"),
    [
        ("wgs84", "wgs84"),
        (" GCJ02 ", "gcj02"),  # case and blanks do not matter
        ("BD09", "bd09"),
        ("cgcs2000", "cgcs2000"),
        ("epsg:4547", "EPSG:4547"),
        ("EPSG:04547", "EPSG:4547"),
    ],
)
def test_one_spelling(declared, meant):
    assert normalise_crs(declared) == meant


@pytest.mark.parametrize(
    "declared",
    [
        "",
        "mars",
        "4547",  # a bare number is no authority code
        "EPSG:",
        "EPSG:999999",  # not in the register
        "EPSG:5773",  # heights only
        "EPSG:4978",  # geocentric
        "ESRI:102100",
    ],
)
def test_an_unknown_system_is_refused_with_the_allowed_ones(declared):
    with pytest.raises(UnknownCrs) as refused:
        normalise_crs(declared)
    assert f"“{declared}”" in refused.value.message
    assert "wgs84, cgcs2000, gcj02, bd09" in refused.value.remedy
    assert "EPSG:4547" in refused.value.remedy


@pytest.mark.parametrize(
    ("x", "y", "crs", "lon", "lat"),
    [
        (116.42079, 39.90105, "wgs84", 116.42079, 39.90105),
        (116.42079, 39.90105, "cgcs2000", 116.42079, 39.90105),  # taken as the same
        (116.42703, 39.90245, "gcj02", 116.42079, 39.90105),  # the published pair
        (116.4335011, 39.9084997, "bd09", 116.42079, 39.90105),  # one step further
        (500000.0, 0.0, "EPSG:4547", 114.0, 0.0),  # false easting on the central meridian
        (38500000.0, 0.0, "EPSG:4526", 114.0, 0.0),  # the same with the zone number in front
        (500000.0, 0.0, "EPSG:32650", 117.0, 0.0),
        (12958034.006, 4853597.988, "EPSG:3857", 116.404, 39.915),
        (116.4, 39.9, "EPSG:4490", 116.4, 39.9),  # x is the longitude, whatever the register says
    ],
)
def test_to_wgs84(x, y, crs, lon, lat):
    out_lon, out_lat = to_wgs84([x], [y], crs)
    assert out_lon[0] == pytest.approx(lon, abs=1.01e-5)
    assert out_lat[0] == pytest.approx(lat, abs=1.01e-5)


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09", "EPSG:4547"])
def test_missing_coordinates_stay_missing(crs):
    lon, lat = to_wgs84([np.nan, 116.4], [39.9, np.nan], crs)
    assert np.isnan([lon[0], lat[1]]).all()


def test_what_cannot_be_converted_is_infinite_rather_than_wrong():
    lon, lat = to_wgs84([1e12, 500000.0], [1e12, 0.0], "EPSG:4547")
    assert np.isinf([lon[0], lat[0]]).all()
    assert lon[1] == pytest.approx(114.0)


def test_the_input_arrays_are_not_touched():
    x, y = np.array([116.42703]), np.array([39.90245])
    lon, _lat = to_wgs84(x, y, "wgs84")
    lon[0] = 0.0
    assert x[0] == 116.42703


def test_a_declared_offset_overrides_the_label_of_the_file():
    frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[box(116.42, 39.90, 116.43, 39.91)], crs=4326)
    moved = geometries_to_wgs84(frame, "gcj02")
    assert moved.crs.to_epsg() == 4326
    assert list(moved["code"]) == ["a"]
    west, south, _east, _north = moved.total_bounds
    # The published pair's shift is 0.00624° east and 0.00140° north; a block away it is nearly the same.
    assert west == pytest.approx(116.42 - 0.00624, abs=2e-5)
    assert south == pytest.approx(39.90 - 0.00140, abs=2e-5)


def test_shared_edges_stay_shared_through_an_offset():
    halves = gpd.GeoSeries([box(116.40, 39.90, 116.41, 39.91), box(116.41, 39.90, 116.42, 39.91)])
    moved = geometries_to_wgs84(halves, "bd09")
    assert shapely.coverage_is_valid(moved.to_numpy())


def test_without_a_declaration_the_label_of_the_file_counts():
    projected = gpd.GeoSeries([Point(500000, 0, 12)], crs=4547)
    point = geometries_to_wgs84(projected)[0]
    assert (point.x, point.y) == pytest.approx((114.0, 0.0))
    assert not point.has_z


def test_a_file_without_any_system_is_refused():
    with pytest.raises(UnknownCrs, match="没有坐标系"):
        geometries_to_wgs84(gpd.GeoSeries([Point(500000, 0)]))


def test_a_declared_projection_is_applied_to_an_unlabelled_file():
    point = geometries_to_wgs84(gpd.GeoSeries([Point(500000, 0)]), "EPSG:4547")[0]
    assert (point.x, point.y) == pytest.approx((114.0, 0.0))


def test_missing_geometry_stays_missing():
    moved = geometries_to_wgs84(gpd.GeoSeries([None, Point(116.42703, 39.90245)]), "gcj02")
    assert moved[0] is None
    assert moved[1].x == pytest.approx(116.42079, abs=1.01e-5)


def test_areas_in_the_metric_system_are_those_on_the_ellipsoid():
    degrees = box(123.0, 41.0, 124.0, 42.0).segmentize(0.01)
    frame = gpd.GeoSeries([degrees], crs=4326)
    true_m2, _perimeter = GEOD.geometry_area_perimeter(degrees)
    measured_m2 = frame.to_crs(metre_crs(frame)).area[0]
    assert measured_m2 == pytest.approx(abs(true_m2), rel=1e-6)


def test_lengths_in_the_metric_system_hold_across_a_city():
    crs = metre_crs((122.9, 41.3, 123.9, 42.3))
    line = gpd.GeoSeries([LineString([(123.80, 42.20), (123.81, 42.21)])], crs=4326)
    assert line.to_crs(crs).length[0] == pytest.approx(GEOD.geometry_length(line[0]), rel=1e-4)


def test_the_metric_system_of_a_projected_frame_is_centred_on_it():
    frame = gpd.GeoSeries([box(499_000, 4_599_000, 501_000, 4_601_000)], crs=4547)
    x, y = frame.to_crs(metre_crs(frame)).centroid.iloc[0].coords[0]
    assert abs(x) < 20
    assert abs(y) < 20


def test_no_metric_system_without_a_place():
    with pytest.raises(UnknownCrs):
        metre_crs(gpd.GeoSeries([box(0, 0, 1, 1)]))
    with pytest.raises(ValueError, match="finite degrees"):
        metre_crs(gpd.GeoSeries([], crs=4326))


def test_bounds_are_widened_by_metres_and_end_at_the_globe():
    wider = widened((110.0, 38.0, 111.0, 39.0), 5_000)
    assert wider == pytest.approx((109.942, 37.955, 111.058, 39.045), abs=5e-4)
    assert widened(GLOBE, 5_000) == GLOBE
