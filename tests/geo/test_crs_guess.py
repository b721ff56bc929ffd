"""What undeclared coordinates probably are."""

import numpy as np
import pytest
from pyproj import Transformer

from domain.i18n import use_language
from geo.crs import axes_swapped, likely_epsg, looks_like_lonlat, swapped_share

CITY = (123.0, 41.3, 124.0, 42.3)


def project(lon, lat, epsg):
    return Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (116.40, 39.90, 4527),  # Beijing, 3° zone 39 with the zone in front
        (119.90, 31.30, 4528),  # Wuxi, 3° zone 40
        (87.60, 43.80, 4517),  # Urumqi, 3° zone 29
        (116.40, 39.90, 4498),  # Beijing, 6° zone 20
        (126.60, 45.80, 4500),  # Harbin, 6° zone 22
        (116.40, 39.90, 3857),  # web Mercator
        (103.85, 36.06, 3857),  # Lanzhou
    ],
)
def test_a_zone_in_front_leaves_one_candidate(lon, lat, epsg):
    x, y = project(lon, lat, epsg)
    assert [code for code, _name in likely_epsg([x], [y])] == [epsg]


@pytest.mark.parametrize(
    ("lon", "lat", "epsg", "likely"),
    [
        (114.05, 30.60, 4547, [4547]),  # Wuhan: the meridian 114° is of 3° zones only
        (120.20, 30.20, 4549, [4549]),  # Hangzhou
        (123.40, 41.80, 32651, [4550, 4510, 32651]),  # Shenyang: 123° is of all three kinds
        (116.40, 39.90, 4509, [4548, 4509, 32650]),  # Beijing, 117°
    ],
)
def test_known_areas_choose_among_the_meridians(lon, lat, epsg, likely):
    x, y = project(lon, lat, epsg)
    around = (lon - 0.3, lat - 0.3, lon + 0.3, lat + 0.3)
    assert [code for code, _name in likely_epsg([x], [y], around)] == likely
    assert epsg in [code for code, _name in likely_epsg([x], [y])]
    assert len(likely_epsg([x], [y])) > len(likely)


def test_names_come_from_the_register():
    x, y = project(116.4, 39.9, 4527)
    assert likely_epsg([x], [y]) == [(4527, "CGCS2000 / 3-degree Gauss-Kruger zone 39")]


def test_northing_first_is_recognised_and_said():
    east, north = project(116.4, 39.9, 4527)
    with use_language("zh"):
        [(epsg, name)] = likely_epsg([north], [east])
    assert epsg == 4527
    assert name.endswith("（东坐标与北坐标对调）")


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([], []),  # nothing to judge by
        ([np.nan], [np.nan]),
        ([0.0], [0.0]),  # the empty form
        ([116.4], [39.9]),  # degrees are not projected
        ([1e12], [1e12]),  # nowhere
        ([np.inf], [4e6]),
    ],
)
def test_no_candidates_and_no_error(x, y):
    assert likely_epsg(x, y) == []


def test_outliers_and_empty_rows_do_not_mislead():
    x, y = project(116.4, 39.9, 4527)
    assert likely_epsg([x, x, x, 0, 0, 0, 0, np.nan, 1e9], [y, y, y, 0, 0, 0, 0, 1.0, 1e9])[0][0] == 4527


@pytest.mark.parametrize(
    ("x", "y", "degrees"),
    [
        ([116.4, 116.5], [39.9, 39.8], True),
        ([39.9, 39.8], [116.4, 116.5], True),  # exchanged, but degrees
        ([39_448_689.0], [4_418_598.0], False),
        ([500.0, 116.4, 116.4], [40.0, 39.9, 39.9], True),  # one slip of the pen in three
        ([500_000.0, 0.0, 0.0], [4_400_000.0, 0.0, 0.0], False),  # empty forms do not vote
        ([], [], True),  # nothing speaks against it
        ([np.nan], [np.nan], True),
        ([120.0], [100.0], False),  # a latitude in neither order
    ],
)
def test_looks_like_lonlat(x, y, degrees):
    assert looks_like_lonlat(x, y) is degrees


@pytest.mark.parametrize(
    ("lon", "lat", "bounds", "share"),
    [
        ([123.4, 123.5], [41.8, 41.7], CITY, 0.0),  # as it should be
        ([41.8, 41.7], [123.4, 123.5], CITY, 1.0),  # every row exchanged
        ([41.8, 41.7], [123.4, 123.5], None, 1.0),  # 123° is no latitude, even without areas
        ([123.4, 41.7, np.nan], [41.8, 123.5, 41.0], CITY, 0.5),  # half of the usable rows
        ([30.0], [85.0], (84.0, 29.0, 86.0, 31.0), 1.0),  # Tibet: both fit ±90, only the areas can tell
        ([30.0], [85.0], None, 0.0),
        ([10.0], [20.0], CITY, 0.0),  # elsewhere in either order
        ([4_400_000.0], [500_000.0], CITY, 0.0),  # metres are another matter
        ([], [], CITY, 0.0),
    ],
)
def test_swapped_share(lon, lat, bounds, share):
    assert swapped_share(lon, lat, bounds) == share
    assert axes_swapped(lon, lat, bounds) is (share > 0.5)
