"""Layers carry what the map needs, in the order that values are sent in."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, box

from domain.clock import Clock
from domain.vocabulary import PointKind
from ui.layer_content import area_layer, case_layer, compound_layer, line_layer, service_point_layer

CLOCK = Clock(ZoneInfo("Asia/Shanghai"))


def test_areas_keep_their_order_names_and_bases() -> None:
    shapes = gpd.GeoDataFrame(
        {
            "area_id": [7, 3],
            "code": ["b", "a"],
            "name": ["乙", "甲" * 99],
            "households": pd.array([None, 400], dtype="Int64"),
            "area_m2": [5e5, 2e6],
        },
        geometry=[box(123.1, 41, 123.2, 41.1), box(123, 41, 123.1, 41.1)],
        crs="EPSG:4326",
    )
    layer = area_layer(shapes, fits=True)
    features = json.loads(layer.content)["features"]
    assert [feature["properties"] for feature in features] == [
        {"code": "b", "name": "乙"},
        {"code": "a", "name": "甲" * 59 + "…"},  # a name longer than a map can bear
    ]
    assert layer.bounds == (123.0, 41.0, 123.2, 41.1)
    assert layer.areas["area_id"].tolist() == [7, 3]
    assert layer.areas["area_km2"].tolist() == [0.5, 2.0]
    assert layer.areas["households"].tolist() == [pd.NA, 400]


def test_cases_tell_state_name_and_local_time() -> None:
    cases = pd.DataFrame(
        {
            "source_case_id": ["A-11", "A-12", "A-13"],
            "lon": [123.123456, 123.2, 123.3],
            "lat": [41.7, 41.8, 41.9],
            "title": ["井盖破损", None, None],
            "category": ["公用设施", "噪声", None],
            "state": ["handling", "closed", "handling"],
            "overdue": [True, False, False],
            "place": ["滨河路口", None, "长" * 300],
            "department": ["区城管局", None, None],
            "due_at": [datetime(2026, 3, 5, 18), None, None],
            "closed_at": [None, datetime(2026, 3, 5, 2), None],
            "reported_at": [datetime(2026, 3, 4, 18), datetime(2026, 3, 5), datetime(2026, 3, 6)],
        }
    )
    layer = case_layer(cases, CLOCK, total=70)
    columns = json.loads(layer.content)
    numbers, categories, states, times, due, closed, departments, places = columns["details"]
    assert columns["lon"] == [123.12346, 123.2, 123.3]
    assert columns["name"] == ["井盖破损", "噪声", ""]  # the title, else the category, else nothing
    assert columns["cls"] == [1, 2, 0]  # open past its limit, closed, open
    assert (numbers, states) == (["A-11", "A-12", "A-13"], ["handling", "closed", "handling"])
    assert categories == ["公用设施", "噪声", ""]
    assert times[0] == "2026-03-05 02:00"  # UTC 18:00 is the next local day
    assert due == ["2026-03-06 02:00", "", ""]
    assert closed == ["", "2026-03-05 10:00", ""]
    assert departments == ["区城管局", "", ""]
    assert places == ["滨河路口", "", "长" * 199 + "…"]
    assert (layer.shown, layer.total) == (3, 70)


def test_a_case_closed_late_is_closed_and_late() -> None:
    states = ["handling", "handling", "closed", "closed", "void"]
    moment = datetime(2026, 3, 4)
    cases = pd.DataFrame({"state": states, "overdue": [False, True, False, True, False]}).assign(
        source_case_id="A",
        title="t",
        category=None,
        place=None,
        department=None,
        lon=123.1,
        lat=41.7,
        reported_at=moment,
        due_at=moment,
        closed_at=moment,
    )
    assert json.loads(case_layer(cases, CLOCK, total=5).content)["cls"] == [0, 1, 2, 3, 2]


def test_service_points_are_classed_by_kind() -> None:
    points = pd.DataFrame(
        {
            "kind": ["police_post", "canteen"],
            "name": ["站", "食堂"],
            "level": ["street", None],
            "opening_hours": ["Mo-Fr 08:30-17:30", None],
            "address": ["一号", None],
            "lon": [123.1, 123.2],
            "lat": [41.1, 41.2],
        }
    )
    columns = json.loads(service_point_layer(points).content)
    kinds = list(PointKind)
    assert [kinds[index] for index in columns["cls"]] == [PointKind.POLICE_POST, PointKind.CANTEEN]
    assert columns["details"] == [["街道", ""], ["周一-周五 08:30-17:30", ""], ["一号", ""]]


def test_no_cases_is_an_empty_layer() -> None:
    names = ["source_case_id", "lon", "lat", "title", "category", "state", "overdue", "place", "department"]
    empty = pd.DataFrame(
        {name: [] for name in names}
        | {name: pd.Series([], dtype="datetime64[us]") for name in ("reported_at", "due_at", "closed_at")}
    )
    layer = case_layer(empty, CLOCK, total=0)
    assert (json.loads(layer.content)["lon"], layer.shown) == ([], 0)


def test_lines_and_compounds() -> None:
    line = gpd.GeoDataFrame(
        {"kind": ["water"], "rank": [1]}, geometry=[LineString([(123, 41), (124, 42)])], crs="EPSG:4326"
    )
    assert json.loads(line_layer(line).content)["features"][0]["properties"] == {"kind": "water", "rank": 1}
    compounds = gpd.GeoDataFrame(
        {
            "code": ["x", "y"],
            "name": ["云水苑", "旧厂宿舍"],
            "address": ["一号", None],
            "households": pd.array([1200, None], dtype="Int64"),
            "company": ["甲物业", None],
            "unmanaged_since": [None, date(2025, 3, 5)],
        },
        geometry=[box(123, 41, 124, 42), box(124, 41, 125, 42)],
        crs="EPSG:4326",
    )
    features = json.loads(compound_layer(compounds).content)["features"]
    assert [feature["properties"] for feature in features] == [
        {"name": "云水苑", "cls": 0, "details": ["一号", "1,200", "甲物业", ""]},
        {"name": "旧厂宿舍", "cls": 1, "details": ["", "—", "", "2025-03-05"]},  # unmanaged
    ]
