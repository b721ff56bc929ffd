"""Text from files on the map: shown as text, whatever stands in it, and nothing that it asks for is fetched.

The other screens are in test_hostile_everywhere.py.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.harmless import assert_harmless, hover
from tests.support.hostile import HOSTILE, MARKS, TAG
from tests.support.reader import Reader
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

MIDDLE_OF = """index => {
    const path = window.map.oneGridScene.areas.paths[index];
    const at = window.map.latLngToContainerPoint(path.getBounds().getCenter());
    return [at.x, at.y];
}"""

NAMES = "window.map.oneGridScene.areas.paths.map((path) => path.feature.properties.name)"

OPEN_EVERY_CARD = """id => {
    const visit = (layer) => layer.eachLayer && !layer.getLatLngs ? layer.eachLayer(visit) : open(layer);
    const told = [];
    const open = (layer) => {
        layer.fire("click", { latlng: layer.getLatLng?.() ?? layer.getCenter() });
        told.push(document.querySelector(".og-card")?.innerText ?? "");
    };
    visit(window.map.oneGridScene.overlays.get(id).group);
    return told;
}"""


@pytest.fixture(scope="module")
def server(
    hostile_db: Path,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[..., AbstractContextManager[RunningServer]],
) -> Iterator[RunningServer]:
    db = Path(shutil.copy(hostile_db, tmp_path_factory.mktemp("served") / "hostile.duckdb"))
    with serve(db) as running:
        yield running


def hover_areas(reader: Reader) -> Iterator[str]:
    """What the tooltip says while the mouse is over one area after the other."""
    box = reader.page.locator("iframe[title*=folium]").first.bounding_box()
    assert box is not None
    tip = reader.frame.first.locator(".og-tip")
    for index, name in enumerate(reader.map.evaluate(NAMES)):
        x, y = reader.map.evaluate(MIDDLE_OF, index)
        hover(reader, box["x"] + x, box["y"] + y, tip, name)
        yield tip.inner_text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_that_a_file_says_is_run(server: RunningServer, reader: Reader, language: str) -> None:
    layers = "lines,cases,points,compounds"
    reader.open(f"{server.base_url}/?layers={layers}&lang={language}&period=all&level=grid")
    assert len(reader.map.evaluate(NAMES)) == 16
    for layer in ("cases", "points", "compounds"):
        cards = reader.map.evaluate(OPEN_EVERY_CARD, layer)
        assert any(TAG in card for card in cards), layer
        assert_harmless(reader, layer)
    assert reader.page.locator("h1").inner_text() == TAG  # the city's own name


def test_ranking_tables_and_heat_of_hostile_places(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?layers=heat&period=all&level=grid")
    expect(reader.page.locator(".st-key-ranking")).to_contain_text("<img src=x one")
    reader.page.locator(".st-key-panel").get_by_text("查看表格").click()
    expect(reader.page.locator(".st-key-panel").get_by_test_id("stDataFrame").last).to_be_visible()
    tooltips = "\n".join(hover_areas(reader))
    assert [text for text in (TAG, MARKS, *HOSTILE[1:4]) if text not in tooltips] == []
    assert_harmless(reader, "tooltips")


def test_a_hostile_place_opens_and_its_name_is_read_as_it_was_written(
    server: RunningServer, reader: Reader
) -> None:
    reader.open(f"{server.base_url}/?area=330102001001001&period=all")
    assert reader.crumbs[-1] == f"{HOSTILE[0]} grid0"
    for parameter in ("area", "category", "layers", "lang", "measure", "level", "from"):
        text = json.dumps(HOSTILE[1])
        reader.go(f"{server.base_url}/?{parameter}={text}")
        assert reader.parameter(parameter) == [text]
        assert_harmless(reader, parameter)


SCREENS = {
    "analysis?period=all": "分析",
    "analysis?period=all&part=pivot&lang=en": "Analysis",
    "audit?role=auditor&event=5": "审计",
    "users?role=administrator": "用户",
    "access?role=secretary": "权限说明",
}
"""The screens of analysts and keepers, and what the menu calls them."""


def test_screens_of_analysts_and_keepers(server: RunningServer, reader: Reader) -> None:
    for address, label in SCREENS.items():
        reader.visit(f"{server.base_url}/{address}")
        expect(reader.page.locator(".st-key-menu strong")).to_have_text(label)
        reader.drawn()
        assert reader.page.get_by_test_id("stException").count() == 0
        assert_harmless(reader, address)
