"""The picture of a grid: what is in a pixel lies where the map will show it, at any zoom."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.density import TRUNCATE, density, grid_frame
from geo.warp import LEAST_ACROSS, MOST_PIXELS, mercator_image

TOWN = (121.0, 31.0, 121.1, 31.08)
PROVINCE = (118.0, 27.0, 123.0, 31.5)


def metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * 111_320 * math.cos(math.radians(one[1]))
    return math.hypot(east, (one[1] - other[1]) * 111_000)


def as_leaflet_shows(bounds, height: int, width: int, row: float, column: float) -> tuple[float, float]:
    """Longitude and latitude of a pixel of an image overlay: linear in Web Mercator between its corners."""
    west, south, east, north = bounds
    low, high = (math.asinh(math.tan(math.radians(lat))) for lat in (south, north))
    y = high - (row + 0.5) / height * (high - low)
    return west + (column + 0.5) / width * (east - west), math.degrees(math.atan(math.sinh(y)))


@settings(max_examples=20)
@given(
    st.sampled_from([(TOWN, 150.0), (TOWN, 1000.0), (PROVINCE, 1000.0)]),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_a_hot_spot_is_shown_where_it_is(area, x: float, y: float):
    bounds, bandwidth_m = area
    west, south, east, north = bounds
    place = (west + x * (east - west), south + y * (north - south))
    frame = grid_frame(bounds, bandwidth_m)
    image = mercator_image(frame)
    values = image.values(density(frame, [place[0]], [place[1]], [100.0]).per_km2)
    row, column = (int(at) for at in np.unravel_index(values.argmax(), values.shape))
    lon, lat = image.to_degrees(row, column)
    assert metres_apart((float(lon), float(lat)), place) <= frame.cell_m
    shown = as_leaflet_shows(image.bounds, image.height, image.width, row, column)
    assert metres_apart(shown, (float(lon), float(lat))) < 0.01


@pytest.mark.parametrize(("bounds", "bandwidth_m"), [(TOWN, 150.0), (TOWN, 1000.0), (PROVINCE, 1000.0)])
def test_a_picture_is_neither_too_large_nor_too_coarse(bounds, bandwidth_m: float):
    image = mercator_image(grid_frame(bounds, bandwidth_m))
    assert image.height * image.width <= MOST_PIXELS
    assert max(image.height, image.width) >= LEAST_ACROSS - 2  # rounded down


def test_the_kernel_ends_within_the_picture():
    """A case in the corner of the area is not cut off."""
    frame = grid_frame(TOWN, 300.0)
    image = mercator_image(frame)
    values = image.values(density(frame, [TOWN[0]], [TOWN[3]], [1.0]).per_km2)
    rim = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    assert rim.max() < values.max() * math.exp(-(TRUNCATE**2) / 2) * 2


def test_an_even_density_is_even_in_every_pixel_that_lies_on_the_grid():
    frame = grid_frame(TOWN, 300.0)
    values = mercator_image(frame).values(np.full(frame.shape, 7.0))
    assert values[10:-10, 10:-10] == pytest.approx(7.0)


def test_the_north_is_on_top():
    frame = grid_frame(TOWN, 300.0)
    image = mercator_image(frame)
    rising = np.repeat(np.arange(frame.rows, dtype=float)[:, None], frame.columns, axis=1)
    values = image.values(rising)
    assert values[10, 100] > values[-10, 100] > 0
