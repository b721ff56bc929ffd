"""The demo town's areas: valid coverages that nest, codes of the profile, names that read well."""

import re

import numpy as np
import pandas as pd
import pytest
import shapely

from data.demo import DemoCity, build
from domain.codes import prefix_matches
from domain.vocabulary import AreaKind, Level, LineKind, PointKind

COUNTS = [("city", 1), ("district", 4), ("street", 12), ("community", 70), ("grid", 620)]
CHILDREN = [("district", "city"), ("street", "district"), ("community", "street"), ("grid", "community")]


@pytest.mark.parametrize(("level", "count"), COUNTS)
def test_every_level_is_a_valid_coverage_of_simple_polygons(town: DemoCity, level: str, count: int) -> None:
    areas = town.level(level)
    assert len(areas) == count
    assert shapely.coverage_is_valid(areas.geometry.to_numpy())
    assert areas.geometry.is_valid.all()
    assert set(areas.geom_type) == {"Polygon"}


@pytest.mark.parametrize(("level", "parent"), CHILDREN)
def test_a_parent_is_exactly_the_union_of_its_children(town: DemoCity, level: str, parent: str) -> None:
    children = town.level(level)
    for area in town.level(parent).itertuples():
        mine = children[children["parent_code"] == area.code]
        united = shapely.coverage_union_all(mine.geometry.to_numpy())
        assert shapely.equals(united, area.geometry), area.code
        assert mine["households"].sum() == area.households
        assert mine["population"].sum() == area.population


def test_coordinates_lie_on_the_fixed_grid(town: DemoCity) -> None:
    xy = shapely.get_coordinates(town.areas.geometry.to_numpy())
    assert np.array_equal(xy, np.round(xy, 7))


def test_parents_come_before_their_children(town: DemoCity) -> None:
    row = pd.Series(town.areas.index, index=town.areas["code"])
    below = town.areas[town.areas["parent_code"].notna()]
    assert (row.loc[below["parent_code"]].to_numpy() < below.index.to_numpy()).all()


PATTERNS = [
    ("city", r"4701 0{8}"),
    ("district", r"4701 (0[2-9]|1\d|2[1-9]) 0{6}"),
    ("street", r"4701 \d\d (0(?!00)\d\d|1\d\d|[23]\d\d) 000"),
    ("community", r"4701 \d\d \d{3} ([01]\d\d|[23]\d\d)"),
    ("grid", r"4701 \d\d \d{3} \d{3} (?!000)\d{3}"),
]


@pytest.mark.parametrize(("level", "pattern"), PATTERNS)
def test_codes_follow_the_profile(town: DemoCity, level: str, pattern: str) -> None:
    areas = town.level(level)
    assert areas["code"].is_unique
    assert areas["code"].map(lambda code: re.fullmatch(pattern, code, re.VERBOSE) is not None).all()
    if level != "city":
        above = Level(level).parent
        assert above is not None
        pairs = zip(areas["code"], areas["parent_code"], strict=True)
        assert all(prefix_matches(code, parent, above) for code, parent in pairs)


STREET_BANDS = [("街道", 1, 99), ("镇", 100, 199), ("乡", 200, 399)]


@pytest.mark.parametrize(("suffix", "first", "last"), STREET_BANDS)
def test_digits_7_to_9_tell_the_kind_of_street(town: DemoCity, suffix: str, first: int, last: int) -> None:
    streets = town.level("street")
    numbers = streets.loc[streets["name"].str.endswith(suffix), "code"].str[6:9].astype(int)
    assert numbers.between(first, last).all()


def test_digits_10_to_12_tell_neighbourhoods_from_villages(town: DemoCity) -> None:
    communities = town.level("community")
    village = communities["name"].str.endswith("村")
    number = communities["code"].str[9:12].astype(int)
    assert 10 < village.sum() < 30
    assert number[village].between(200, 399).all()
    assert number[~village].between(1, 199).all()
    assert (village == (communities["urban_class"] == "220")).all()


def test_names_are_unique_at_every_level(town: DemoCity) -> None:
    for level, _ in COUNTS:
        assert town.level(level)["name"].is_unique, level
    assert town.name == "云州市"
    assert list(town.level("district")["name"]) == ["云溪区", "望江区", "桑园县", "松坪县"]


def test_grid_sizes_and_kinds(town: DemoCity) -> None:
    grids = town.level("grid")
    assert set(grids["kind"]) == {kind.value for kind in AreaKind}
    dedicated = grids[grids["kind"] == "dedicated"]
    assert dedicated["name"].str.endswith("专属网格").all()
    assert (dedicated["households"] < 60).all()
    ordinary = grids[grids["kind"] == "general"]
    urban = ordinary.loc[ordinary["urban_class"].isin(["111", "112"]), "households"]
    rural = ordinary.loc[ordinary["urban_class"].isin(["210", "220"]), "households"]
    assert urban.between(300, 500).mean() > 0.75
    assert urban.max() > 650  # a tail of grids that have grown too large
    assert rural.median() < 260
    assert set(town.level("community")["urban_class"]) <= {"111", "112", "121", "122", "210", "220"}


def test_the_core_is_dense_and_the_edge_is_wide(town: DemoCity) -> None:
    metric = town.level("grid").to_crs("EPSG:32649")
    area_km2 = metric.area / 1e6
    assert area_km2[metric["urban_class"] == "111"].median() < 0.25
    assert area_km2[metric["urban_class"] == "220"].median() > 1.5


def test_lines_are_rivers_roads_by_rank_and_a_railway(town: DemoCity) -> None:
    lines = town.lines
    assert set(lines["kind"]) == {kind.value for kind in LineKind}
    assert lines["code"].is_unique
    assert lines.geometry.is_valid.all()
    assert set(lines.loc[lines["kind"] == "water", "name"]) == {"云水河", "青溪"}
    assert set(lines.loc[lines["kind"] == "road", "rank"]) == {1, 2, 3, 4}
    assert lines.loc[lines["rank"] < 4, "name"].notna().all()
    city = shapely.buffer(town.level("city").geometry.iloc[0], 1e-6)
    assert lines.geometry.within(city).all()


def test_compounds_lie_in_their_grids(town: DemoCity) -> None:
    compounds = town.compounds
    assert len(compounds) == 1_000
    assert compounds["code"].is_unique
    assert compounds["name"].is_unique
    assert compounds.geom_type.value_counts()["Point"] > 100
    grids = town.level("grid").set_index("code").geometry.reindex(compounds["grid_code"])
    assert shapely.covers(grids.to_numpy(), compounds.geometry.to_numpy()).all()
    held = compounds.groupby("grid_code")["households"].sum()
    there = town.level("grid").set_index("code")["households"].reindex(held.index)
    assert (held <= there).mean() > 0.99


POINT_COUNTS = [
    ("police_room", 70), ("police_post", 130), ("party_centre", 12),
    ("party_station", 105), ("courier_station", 35), ("canteen", 23),
]  # fmt: skip


def test_service_points_lie_in_the_grid_they_name(town: DemoCity) -> None:
    points = town.service_points
    assert points["code"].is_unique
    assert dict(points["kind"].value_counts()) == dict(POINT_COUNTS)
    assert set(points["kind"]) == {kind.value for kind in PointKind}
    grids = town.level("grid").set_index("code").geometry.reindex(points["area_code"])
    inside = shapely.contains_xy(grids.to_numpy(), points["lon"], points["lat"])
    assert (~inside).sum() == 5  # the stacked posts carry the first post's coordinate
    rooms = points[points["kind"] == "police_room"]
    assert set(rooms["area_code"].str[:12]) == set(town.level("community")["code"])


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`scale` was 'village' but is expected to be in"):
        build("village")  # type: ignore[arg-type]
