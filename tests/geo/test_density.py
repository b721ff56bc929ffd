"""The density grid keeps every case it is given, and depends on nothing but area, bandwidth and points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.density import MOST_CELLS, TRUNCATE, density, density_by_part, grid_frame

TOWN = (121.0, 31.0, 121.1, 31.08)
BANDWIDTHS_M = (150.0, 300.0, 500.0, 1000.0)


@st.composite
def areas(draw):
    """Bounds between half a kilometre and two hundred, anywhere in China."""
    west, south = draw(st.floats(73, 133)), draw(st.floats(18, 52))
    width, height = draw(st.floats(0.005, 2)), draw(st.floats(0.005, 2))
    return west, south, west + width, south + height


@st.composite
def points(draw):
    """An area with points in it, on its edges and corners, several in one place, and around it."""
    west, south, east, north = bounds = draw(areas())
    share = st.one_of(st.sampled_from([0.0, 1.0, 0.5]), st.floats(-0.5, 1.5))
    places = draw(st.lists(st.tuples(share, share, st.integers(1, 10_000)), max_size=30))
    lon = np.array([min(west + x * (east - west), east) if x <= 1 else east + x for x, _y, _n in places])
    lat = np.array([min(south + y * (north - south), north) if y <= 1 else north + y for _x, y, _n in places])
    return bounds, lon, lat, np.array([n for _x, _y, n in places], dtype=float)


@settings(max_examples=40)
@given(points(), st.sampled_from(BANDWIDTHS_M))
def test_every_case_is_in_the_grid_or_counted_outside(given_points, bandwidth_m: float):
    bounds, lon, lat, weight = given_points
    west, south, east, north = bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    found = density(grid_frame(bounds, bandwidth_m), lon, lat, weight)
    assert found.used == pytest.approx(weight[inside].sum())
    assert found.used + found.outside == pytest.approx(weight.sum())
    assert found.per_km2.sum() * found.frame.cell_km2 == pytest.approx(found.used, rel=1e-3)
    assert found.per_km2.min() >= 0


@settings(max_examples=40)
@given(areas(), st.sampled_from(BANDWIDTHS_M))
def test_a_frame_holds_its_area_and_the_reach_of_the_kernel(bounds, bandwidth_m: float):
    frame = grid_frame(bounds, bandwidth_m)
    west, south, east, north = bounds
    edge = np.linspace(0, 1, 50)
    lon = np.concatenate([west + edge * (east - west)] * 2 + [np.full(50, west), np.full(50, east)])
    lat = np.concatenate([np.full(50, south), np.full(50, north)] + [south + edge * (north - south)] * 2)
    rows, columns = frame.to_cells(lon, lat)
    reach = TRUNCATE * bandwidth_m / frame.cell_m
    assert min(rows.min(), columns.min()) >= reach
    assert rows.max() <= frame.rows - 1 - reach
    assert columns.max() <= frame.columns - 1 - reach
    assert frame.rows * frame.columns <= MOST_CELLS
    assert frame.cell_m >= bandwidth_m / 4
    if not frame.is_coarse:
        assert frame.cell_m <= bandwidth_m / 2


@pytest.mark.parametrize(
    ("bounds", "bandwidth_m", "cell_m", "coarse"),
    [
        # a small town: a quarter of the bandwidth
        (TOWN, 300.0, 75.0, False),
        # a city of 110 by 72 km: larger cells, still half a bandwidth
        ((109.68, 39.01, 110.8, 39.66), 300.0, 137.0, False),
        # the same with a narrow kernel: as coarse as its cells
        ((109.68, 39.01, 110.8, 39.66), 150.0, 135.0, True),
    ],
)
def test_cells_are_a_quarter_of_the_bandwidth_as_long_as_they_fit(
    bounds, bandwidth_m: float, cell_m: float, coarse: bool
):
    frame = grid_frame(bounds, bandwidth_m)
    assert frame.cell_m == pytest.approx(cell_m, abs=2)
    assert frame.is_coarse is coarse


@pytest.mark.parametrize("bandwidth_m", BANDWIDTHS_M)
def test_one_case_is_a_gauss_kernel(bandwidth_m: float):
    """Its peak is 1 / (2 pi bandwidth²), and it falls to exp(-1/2) of that within one bandwidth, on all sides."""
    frame = grid_frame(TOWN, bandwidth_m)
    found = density(frame, [121.05], [31.04], [1.0])
    peak = 1 / (2 * math.pi * (bandwidth_m / 1000) ** 2)
    assert found.per_km2.max() == pytest.approx(peak, rel=0.02)
    row, column = (int(place) for place in np.unravel_index(found.per_km2.argmax(), frame.shape))
    lon, lat = frame.to_degrees(row, column)
    assert (float(lon), float(lat)) == pytest.approx((121.05, 31.04), abs=frame.cell_m / 95_000)
    step = round(bandwidth_m / frame.cell_m)
    for side in ((row + step, column), (row - step, column), (row, column + step), (row, column - step)):
        assert found.per_km2[side] / peak == pytest.approx(math.exp(-0.5), rel=0.2)


def test_many_cases_in_one_place_are_one_case_many_times():
    frame = grid_frame(TOWN, 300.0)
    one = density(frame, [121.02], [31.03], [1.0])
    stacked = density(frame, np.full(500, 121.02), np.full(500, 31.03), np.ones(500))
    weighted = density(frame, [121.02], [31.03], [500.0])
    np.testing.assert_allclose(stacked.per_km2, 500 * one.per_km2, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(weighted.per_km2, 500 * one.per_km2, rtol=1e-9, atol=1e-12)


def test_parts_are_the_densities_of_their_own_points_and_sum_to_the_whole():
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(120.99, 121.11, 400), rng.uniform(30.99, 31.09, 400)
    weight, part = rng.integers(1, 5, 400).astype(float), rng.integers(0, 4, 400)
    part[part == 2] = 3  # a part without any point
    frame = grid_frame(TOWN, 300.0)
    parts = list(density_by_part(frame, lon, lat, weight, part, 4))
    assert len(parts) == 4
    for number, found in enumerate(parts):
        own = part == number
        alone = density(frame, lon[own], lat[own], weight[own])
        np.testing.assert_allclose(found.per_km2, alone.per_km2, rtol=1e-9, atol=1e-12)
        assert (found.used, found.outside) == (alone.used, alone.outside)
    assert not parts[2].per_km2.any()
    whole = density(frame, lon, lat, weight)
    np.testing.assert_allclose(sum(found.per_km2 for found in parts), whole.per_km2, rtol=1e-9, atol=1e-9)
    assert sum(found.outside for found in parts) == whole.outside > 0


def test_a_point_without_coordinates_is_outside():
    found = density(grid_frame(TOWN, 300.0), [math.nan, 121.05], [31.04, 31.04], [2.0, 3.0])
    assert (found.used, found.outside) == (3.0, 2.0)


def test_no_points_are_no_density():
    found = density(grid_frame(TOWN, 300.0), [], [], [])
    assert (found.used, found.outside, float(found.per_km2.max())) == (0.0, 0.0, 0.0)


def test_the_frame_knows_its_area_and_bandwidth_only():
    assert grid_frame(TOWN, 300.0) == grid_frame(TOWN, 300.0)
    assert grid_frame(TOWN, 300.0).shape != grid_frame(TOWN, 500.0).shape


def test_cells_are_as_long_as_they_say():
    """Ten cells north are ten times the length of one, in every corner of a city."""
    frame = grid_frame((109.68, 39.01, 110.8, 39.66), 300.0)
    for row, column in ((20, 20), (20, frame.columns - 20), (frame.rows - 20, 20)):
        lon, lat = frame.to_degrees([row, row + 10], [column, column])
        assert (lat[1] - lat[0]) * 111_035 == pytest.approx(10 * frame.cell_m, rel=0.005)
        assert abs(lon[1] - lon[0]) < 0.001


@pytest.mark.parametrize(
    ("bounds", "bandwidth_m", "told"),
    [
        ((121.1, 31.0, 121.0, 31.08), 300.0, "west < east"),
        ((121.0, 31.0, 121.1, 31.0), 300.0, "south < north"),
        ((121.0, 31.0, 121.1, math.nan), 300.0, "south < north"),
        (TOWN, 0.0, "more than 0"),
        (TOWN, math.nan, "more than 0"),
    ],
)
def test_what_is_no_area_or_bandwidth_is_refused(bounds, bandwidth_m: float, told: str):
    with pytest.raises(ValueError, match=told):
        grid_frame(bounds, bandwidth_m)
