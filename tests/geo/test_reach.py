"""Distances to the nearest post: by hand in a drawn city, against a full matrix, and what must always hold."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from geo.crs import WGS84, metre_crs
from geo.reach import DETOUR, Ground, Share, inner_points, median_m, nearest, share

_TO_DEGREES = Transformer.from_crs(metre_crs((121.0, 31.0, 121.2, 31.2)), WGS84, always_xy=True)


def degrees(*metres: tuple[float, float]) -> np.ndarray:
    """Metres east and north of the city's middle as longitude and latitude."""
    x, y = np.array(metres, dtype=float).reshape(-1, 2).T
    return np.column_stack(_TO_DEGREES.transform(x, y))


def roads(*lines: Sequence[tuple[float, float]]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.linestrings(degrees(*line)) for line in lines], crs=WGS84)


NORTH_BANK = [(-1000, 100), (1000, 100)]
SOUTH_BANK = [(-1000, -100), (1000, -100)]
BRIDGE = [(800, 100), (800, -100)]
"""A river runs along y = 0."""

WALKS = [
    # place, post, roads, metres on foot, along roads?
    ((0, 150), (0, -150), [], 300 * DETOUR, False),  # no roads: the straight line and a bit
    (
        (0, 150),
        (0, -150),
        [NORTH_BANK, SOUTH_BANK, BRIDGE],
        50 + 800 + 200 + 800 + 50,
        True,
    ),  # round by the bridge
    ((0, 150), (0, -150), [NORTH_BANK, SOUTH_BANK], 300 * DETOUR, False),  # nothing leads across
    ((0, 150), (300, 120), [NORTH_BANK], 50 + 300 + 20, True),  # both on one road, between its ends
    ((0, 100), (0, 100), [NORTH_BANK], 0, True),  # at the door
    ((-1200, 100), (0, 100), [NORTH_BANK], 1200, True),  # beyond the end of the road
    ((0, 401), (0, 100), [NORTH_BANK], 301 * DETOUR, False),  # the place is too far from every road
    ((0, 100), (0, 401), [NORTH_BANK], 301 * DETOUR, False),  # the post is
    ((0, 399), (0, 100), [NORTH_BANK], 299, True),  # just near enough
    ((0, 100), (500, 600), [NORTH_BANK, [(500, -50), (500, 600)]], 1000, True),  # roads that cross meet
    ((0, 100), (500, 600), [NORTH_BANK, [(500, 100.8), (500, 600)]], 1000, True),  # and one drawn a bit short
    (
        (0, 100),
        (500, 600),
        [NORTH_BANK, [(500, 103), (500, 600)]],
        DETOUR * 500 * 2**0.5,
        False,
    ),  # a gap is one
]


@pytest.mark.parametrize(("place", "post", "lines", "metres", "by_network"), WALKS)
def test_a_way_on_foot_by_hand(place, post, lines, metres: float, by_network: bool):
    ground = Ground(degrees(place, (0, 0)), roads(*lines) if lines else None)
    found = ground.reach(degrees(post))
    assert found.walk_m[0] == pytest.approx(metres, abs=1)
    assert found.by_network[0] == by_network
    assert found.walk[0] == 0
    assert found.straight_m[0] == pytest.approx(np.hypot(place[0] - post[0], place[1] - post[1]), abs=0.1)


def test_the_nearest_on_foot_need_not_be_the_nearest():
    ground = Ground(degrees((0, 150), (900, 150)), roads(NORTH_BANK, SOUTH_BANK, BRIDGE))
    found = ground.reach(degrees((0, -150), (-700, 100)))
    assert found.straight.tolist() == [0, 0]
    assert found.walk.tolist() == [1, 0]
    assert found.walk_m == pytest.approx([50 + 700, 50 + 100 + 200 + 800 + 50], abs=1)


def test_a_post_off_the_roads_serves_whoever_is_nearer_to_it_than_to_those_on_them():
    ground = Ground(degrees((0, 100), (900, 100)), roads(NORTH_BANK))
    found = ground.reach(degrees((-900, 100), (0, 450)))
    assert found.walk.tolist() == [1, 1]
    assert found.by_network.tolist() == [False, False]
    assert found.walk_m == pytest.approx([350 * DETOUR, np.hypot(900, 350) * DETOUR], abs=1)


def test_of_two_equally_far_the_first_and_stacked_ones_too():
    places = np.array([[0.0, 0.0], [10.0, 0.0]])
    posts = np.array([[0.0, 5.0], [0.0, -5.0], [0.0, 5.0], [5.0, 0.0]])
    which, metres = nearest(places, posts)
    assert which.tolist() == [0, 3]
    assert metres.tolist() == [5, 5]
    assert nearest(places, posts[::-1])[0].tolist() == [0, 0]


def test_more_ties_than_are_looked_at_first():
    around = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = 100 * np.column_stack([np.cos(around), np.sin(around)])
    assert nearest(np.zeros((1, 2)), ring)[0].tolist() == [0]
    assert nearest(np.zeros((1, 2)), np.concatenate([[[0, 101]], ring]))[0].tolist() == [1]


def test_without_posts_everything_is_out_of_reach():
    found = Ground(degrees((0, 150), (0, 0)), roads(NORTH_BANK)).reach(np.empty((0, 2)))
    assert found.straight.tolist() == found.walk.tolist() == [-1, -1]
    assert np.isinf(found.straight_m).all()
    assert np.isinf(found.walk_m).all()
    assert not found.by_network.any()


def test_the_middle_of_a_bent_area_lies_in_it():
    bent = shapely.difference(shapely.box(0, 0, 4, 4), shapely.box(1, 1, 4, 4))
    ((lon, lat),) = inner_points(gpd.GeoDataFrame(geometry=[bent], crs=WGS84))
    assert shapely.contains_xy(bent, lon, lat)


def test_unknown_households_are_counted_apart():
    households = pd.Series([100, None, 0, 300], dtype="Int64")
    holds = np.array([True, True, True, False])
    assert share(households, holds) == Share(100, 400, 1)
    assert share(households, holds).value == 0.25
    assert share(households[1:2], holds[1:2]).value is None
    assert median_m(households, np.array([5.0, 1.0, 2.0, 9.0])) == 9
    assert median_m(households, np.array([5.0, 1.0, 2.0, np.inf])) == np.inf
    assert median_m(households[1:2], np.array([1.0])) is None


# --- a city ---------------------------------------------------------------------------------------------------------

PLACES, POSTS = 5_700, 2_000


@pytest.fixture(scope="module")
def city():
    """Places and posts over 70 km; one post in five stands on another's coordinate."""
    rng = np.random.default_rng(20261001)
    places, posts = rng.normal(0, 12_000, (PLACES, 2)), rng.normal(0, 12_000, (POSTS, 2))
    posts[1::5] = posts[0::5]
    return degrees(*places), degrees(*posts)


def test_the_same_as_the_full_matrix(city):
    places, posts = city
    ground = Ground(places)
    found = ground.reach(posts)
    posts_m = ground.metres_of(posts)
    for start in range(0, PLACES, 500):
        block = slice(start, start + 500)
        far = np.hypot(*(ground.places_m[block, None] - posts_m[None]).transpose(2, 0, 1))
        first = np.round(far, 3).argmin(axis=1)  # argmin takes the first of equal ones
        assert (found.straight[block] == first).all()
        assert found.straight_m[block] == pytest.approx(far.min(axis=1), abs=1e-6)
    assert (found.walk == found.straight).all()
    assert found.walk_m == pytest.approx(found.straight_m * DETOUR)


def test_metres_are_those_of_the_ellipsoid(city):
    places, posts = city
    found = Ground(places).reach(posts)
    on_earth = Geod(ellps="WGS84").inv(*places.T, *posts[found.straight].T)[2]
    assert found.straight_m == pytest.approx(on_earth, rel=2e-4)


# --- what always holds ----------------------------------------------------------------------------------------------

spots = st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=1, max_size=8)
"""In steps of 100 m, so that ties and stacked posts are frequent."""

nets = st.lists(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=2, max_size=4), max_size=6
)


def _ground(places, lines) -> Ground:
    drawn = [[(100 * x, 100 * y) for x, y in line] for line in lines if len(set(line)) > 1]
    return Ground(_degrees(places), roads(*drawn) if drawn else None)


def _degrees(points) -> np.ndarray:
    return degrees(*((100 * x, 100 * y) for x, y in points))


@settings(max_examples=60)
@given(spots, spots, spots, nets)
def test_a_further_post_makes_no_way_longer(places, posts, more, lines):
    ground = _ground(places, lines)
    before, after = ground.reach(_degrees(posts)), ground.reach(_degrees(posts + more))
    assert (after.straight_m <= before.straight_m + 1e-6).all()
    assert (after.walk_m <= before.walk_m + 1e-6).all()


@settings(max_examples=60)
@given(spots, spots, spots, nets)
def test_posts_added_later_are_as_good_as_posts_there_from_the_start(places, posts, more, lines):
    ground = _ground(places, lines)
    both = ground.reach(_degrees(posts + more))
    added = ground.reach(_degrees(posts)).with_more(ground.reach(_degrees(more)), len(posts))
    assert added.straight_m == pytest.approx(both.straight_m)
    assert added.walk_m == pytest.approx(both.walk_m)


@settings(max_examples=60)
@given(spots, spots, nets, st.randoms(use_true_random=False))
def test_the_order_of_posts_and_places_changes_no_distance(places, posts, lines, random):
    ground = _ground(places, lines)
    found = ground.reach(_degrees(posts))
    order = random.sample(range(len(posts)), len(posts))
    again = ground.reach(_degrees([posts[i] for i in order]))
    assert again.straight_m == pytest.approx(found.straight_m)
    assert again.walk_m == pytest.approx(found.walk_m)


@settings(max_examples=60)
@given(spots, spots, nets)
def test_no_way_is_shorter_than_the_straight_line(places, posts, lines):
    found = _ground(places, lines).reach(_degrees(posts))
    assert (found.walk_m >= found.straight_m - 1).all()  # vertices are moved by a few centimetres
