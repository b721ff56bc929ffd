"""The heat layer on the first page without a browser: what the map is told, whatever the URL says."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.settings import settings
from tests.support.repository import ROOT
from tests.support.small_city import COMMUNITIES, at, case, import_cases, write_cases
from ui import storage
from ui.layers import SHELF


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Closes the store and forgets the settings after a test that set ONEGRID_DB."""
    settings.cache_clear()
    yield monkeypatch
    storage.close_store()
    settings.cache_clear()


def page(patch: pytest.MonkeyPatch, db: Path, **query: str) -> AppTest:
    patch.setenv("ONEGRID_DB", str(db))
    storage.open_store()
    app = AppTest.from_file(str(ROOT / "ui" / "router" / "router.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def heat_layer(app: AppTest) -> dict[str, Any]:
    """The heat layer as the map's script gets it."""
    assert not app.exception
    component = next(element for element in app.main if getattr(element, "type", "") == "component_instance")
    script = json.loads(component.proto.json_args)["feature_group"]
    payload, _end = json.JSONDecoder().raw_decode(script[script.index("L.oneGrid(") + len("L.oneGrid(") :])
    found: dict[str, Any] = next(layer for layer in payload["layers"] if layer["id"] == "heat")
    return found


def content(layer: dict[str, Any]) -> dict[str, Any]:
    """What the browser would fetch."""
    packed = SHELF.get(layer["digest"])
    assert packed is not None
    found: dict[str, Any] = json.loads(gzip.decompress(packed))
    return found


@pytest.fixture
def few_cases(city_db: Path, tmp_path: Path) -> Path:
    """Two cases in the south-west on the first of March, one in the north-east on the third, one nowhere."""
    rows = [
        case(1, **at(0, 0)),
        case(2, **at(0, 0)),
        case(3, **at(3, 3), reported="2026-03-03 10:00"),
        case(4),
    ]
    with Store.opened(city_db) as store:
        import_cases(store, write_cases(tmp_path / "cases.csv", rows))
    return city_db


def test_off_it_costs_nothing_but_its_name(opened: pytest.MonkeyPatch, few_cases: Path) -> None:
    layer = heat_layer(page(opened, few_cases, period="all"))
    assert (layer["name"], layer["kind"], layer["on"]) == ("热力图", "heat", False)
    assert (layer["digest"], layer["url"], layer["heat"]) == (None, None, None)


def test_on_it_has_pictures_and_a_key(opened: pytest.MonkeyPatch, few_cases: Path) -> None:
    layer = heat_layer(page(opened, few_cases, period="all", layers="heat"))
    assert layer["on"] is True
    assert layer["heat"]["notes"] == ["带宽 150 米", "计入 3 件", "未计入 1 件", "– 无可用坐标 1"]
    told = content(layer)
    assert [(frame["label"], frame["cases"]) for frame in told["frames"]] == [
        ("2026-03-01", 2),
        ("2026-03-02", 0),
        ("2026-03-03", 1),
    ]
    (south, west), (north, east) = told["bounds"]
    assert (west < 120.0, east > 120.04) == (True, True)
    assert (south < 30.0, north > 30.04) == (True, True)


def test_it_is_that_of_the_area_and_the_period(opened: pytest.MonkeyPatch, few_cases: Path) -> None:
    app = page(
        opened, few_cases, period="custom", layers="heat", area=COMMUNITIES[3], **{"from": "2026-03-03"}
    )
    app.query_params["to"] = "2026-03-03"
    layer = heat_layer(app.run())
    told = content(layer)
    assert told["whole"]["cases"] == 1
    assert [frame["cases"] for frame in told["frames"]] == [0] * 10 + [1] + [0] * 13
    assert layer["heat"]["frames"]["unit"] == "件／平方公里·小时"


@pytest.mark.parametrize(
    ("told", "chosen", "used_m"),
    [
        ("500", "500", "500"),
        ("1000", "1000", "1,000"),
        # none of those offered: the one that suits the area
        ("200", "", "150"),
        ("<script>", "", "150"),
        ("-1", "", "150"),
    ],
)
def test_the_bandwidth_is_read_from_the_url(
    opened: pytest.MonkeyPatch, few_cases: Path, told: str, chosen: str, used_m: str
) -> None:
    layer = heat_layer(page(opened, few_cases, period="all", layers="heat", bw=told))
    assert layer["heat"]["bandwidth"] == chosen
    assert layer["heat"]["notes"][0] == f"带宽 {used_m} 米"


@pytest.mark.parametrize("period", ["30d", "all"])
def test_without_any_case_it_is_empty(opened: pytest.MonkeyPatch, few_cases: Path, period: str) -> None:
    app = page(opened, few_cases, period=period, layers="heat", area=COMMUNITIES[1])
    layer = heat_layer(app)
    assert layer["on"] is True
    assert layer["heat"]["notes"][1] == "计入 0 件"
    told = content(layer)
    assert told["whole"] == {"cases": 0, "png": ""}
    assert {frame["png"] for frame in told["frames"]} <= {""}
