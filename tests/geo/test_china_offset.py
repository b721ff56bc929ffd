"""GCJ-02 and BD-09: the published pair, the box, and inverses to under a centimetre."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.china_offset import (
    NotConverged,
    _gcj02_forward,
    _inverse,
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

WGS = (116.42079, 39.90105)
GCJ = (116.42703, 39.90245)
FIFTH_DECIMAL = 1.01e-5  # the pair is published to five decimals
GEOD = Geod(ellps="WGS84")

# A degree away from the edges of the box, where the shift jumps and no inverse can be exact.
longitudes = st.floats(73.0, 136.8)
latitudes = st.floats(1.8, 54.8)
ROUND_TRIPS = {
    "gcj02": (wgs84_to_gcj02, gcj02_to_wgs84),
    "bd09": (wgs84_to_bd09, bd09_to_wgs84),
    "bd09 from gcj02": (gcj02_to_bd09, bd09_to_gcj02),
}


def distance_m(lon_a, lat_a, lon_b, lat_b) -> float:
    return float(GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2])


def test_the_published_pair_forward():
    lon, lat = wgs84_to_gcj02(*WGS)
    assert lon[0] == pytest.approx(GCJ[0], abs=FIFTH_DECIMAL)
    assert lat[0] == pytest.approx(GCJ[1], abs=FIFTH_DECIMAL)


def test_the_published_pair_back():
    lon, lat = gcj02_to_wgs84(*GCJ)
    assert lon[0] == pytest.approx(WGS[0], abs=FIFTH_DECIMAL)
    assert lat[0] == pytest.approx(WGS[1], abs=FIFTH_DECIMAL)


@pytest.mark.parametrize(
    ("lon", "lat", "low_m", "high_m"),
    [
        (123.43, 41.80, 430, 590),  # Shenyang: the north-east is shifted by 430 to 590 m
        (126.64, 45.76, 430, 590),  # Harbin
        (116.42079, 39.90105, 500, 600),  # Beijing, the published pair
    ],
)
def test_the_size_of_the_shift(lon, lat, low_m, high_m):
    shifted = wgs84_to_gcj02(lon, lat)
    assert low_m < distance_m(lon, lat, shifted[0][0], shifted[1][0]) < high_m


@pytest.mark.parametrize("name", ROUND_TRIPS)
@given(lon=longitudes, lat=latitudes)
def test_there_and_back_is_under_a_centimetre(name, lon, lat):
    there, back = ROUND_TRIPS[name]
    lon_again, lat_again = back(*there(lon, lat))
    assert distance_m(lon, lat, lon_again[0], lat_again[0]) < 0.01


@pytest.mark.parametrize("name", ROUND_TRIPS)
@given(lon=longitudes, lat=latitudes)
def test_back_and_there_is_under_a_centimetre(name, lon, lat):
    there, back = ROUND_TRIPS[name]
    lon_again, lat_again = there(*back(lon, lat))
    assert distance_m(lon, lat, lon_again[0], lat_again[0]) < 0.01


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (-71.0587, 42.3594),  # Boston
        (72.003, 40.0),  # just west of the box
        (137.835, 40.0),  # just east of it
        (110.0, 0.829),  # just south of it
        (110.0, 55.8272),  # just north of it
        (39_500_000.0, 4_400_000.0),  # metres where degrees were declared
    ],
)
@pytest.mark.parametrize("transform", [f for pair in ROUND_TRIPS.values() for f in pair])
def test_outside_the_box_nothing_moves(transform, lon, lat):
    moved = transform([lon], [lat])
    assert (moved[0][0], moved[1][0]) == (lon, lat)


def test_missing_coordinates_stay_missing_and_the_input_is_not_touched():
    lon, lat = np.array([np.nan, 116.42703, np.inf]), np.array([39.9, 39.90245, 39.9])
    out_lon, out_lat = gcj02_to_wgs84(lon, lat)
    assert np.isnan(out_lon[0])
    assert out_lat[0] == 39.9
    assert out_lon[1] == pytest.approx(WGS[0], abs=FIFTH_DECIMAL)
    assert out_lon[2] == np.inf
    assert lon[1] == 116.42703


def test_an_inverse_that_does_not_settle_raises():
    with pytest.raises(NotConverged, match="1 次迭代"):
        _inverse(_gcj02_forward, np.array([116.4]), np.array([39.9]), max_iterations=1)
