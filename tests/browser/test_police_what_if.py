"""A real Chromium on 选址: a leader finds the worst-covered street, tries two posts, compares, exports."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Frame, expect
from python_calamine import CalamineWorkbook

from tests.support.reader import Reader
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

FARTHEST = """() => {
    // the place with the longest walk whose middle no control covers
    const scene = window.map.oneGridScene, values = scene.payload.areas.values;
    const order = [...values.keys()].filter((i) => values[i] !== null).sort((a, b) => values[b] - values[a]);
    for (const index of order) {
        const at = window.map.latLngToContainerPoint(scene.areas.paths[index].ogCenter);
        if (document.elementFromPoint(at.x, at.y)?.tagName === "CANVAS") return [at.x, at.y];
    }
    throw new Error("no place is in view");
}"""


def map_after(reader: Reader) -> tuple[Frame, dict[str, float]]:
    """The map that takes clicks, and where it is in the window."""
    element = reader.page.wait_for_selector(".st-key-map iframe")
    assert element is not None
    element.scroll_into_view_if_needed()
    frame, box = element.content_frame(), element.bounding_box()
    assert frame is not None
    assert box is not None
    frame.wait_for_function("window.map && window.map.oneGridScene && window.map.oneGridScene.painted")
    return frame, {"x": box["x"], "y": box["y"]}


def put_point(reader: Reader) -> None:
    """A click where the walk is longest."""
    frame, box = map_after(reader)
    x, y = frame.evaluate(FARTHEST)
    before = reader.page.url
    reader.page.mouse.click(box["x"] + x, box["y"] + y)
    reader.page.wait_for_url(lambda url: url != before)
    reader.drawn()


def tried(reader: Reader) -> int:
    return reader.page.locator(".st-key-tried_list").get_by_role("button").count()


def test_a_leader_tries_two_posts_in_the_worst_covered_street(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/police_stations")
    first = reader.page.locator("[class*=st-key-lines_police_shares]").get_by_role("button").first
    street = first.locator("strong").inner_text()
    first.click()
    expect(reader.page.locator("h1")).to_have_text(street)
    reader.page.locator(".st-key-part").get_by_role("radio", name="选址", exact=True).click()
    reader.page.wait_for_url(re.compile("part=siting"))
    reader.drawn()

    put_point(reader)
    assert tried(reader) == 1
    put_point(reader)
    assert tried(reader) == 2
    points = reader.parameter("posts")[0].split(";")
    assert len(points) == 2
    expect(reader.page.locator(".st-key-map_before iframe")).to_be_visible()
    values = "window.map.oneGridScene.payload.areas.values.filter((value) => value > 1200).length"
    after, _box = map_after(reader)
    before = reader.page.wait_for_selector(".st-key-map_before iframe")
    assert before is not None
    now = before.content_frame()
    assert now is not None
    now.wait_for_function("window.map && window.map.oneGridScene && window.map.oneGridScene.painted")
    assert after.evaluate(values) < now.evaluate(values)

    order = reader.page.locator(".st-key-list_scenario")
    order.get_by_role("button", name=re.compile("导出这 [0-9,]+ 行")).click()
    with reader.page.expect_download() as download:
        order.get_by_role("link", name=re.compile("下载")).click()
    assert re.fullmatch(r"scenario_places_\d{8}_\d{6}\.xlsx", download.value.suggested_filename)
    book = CalamineWorkbook.from_path(str(download.value.path()))
    heading, *rows = book.get_sheet_by_index(0).to_python()
    beyond = [heading.index(name) for name in ("within_walk_before", "within_walk_after")]
    assert len(rows) == len(after.evaluate("window.map.oneGridScene.payload.areas.values"))
    gained = [row for row in rows if not row[beyond[0]] and row[beyond[1]]]
    assert len(gained) == now.evaluate(values) - after.evaluate(values)
    about = str(book.get_sheet_by_index(len(book.sheet_names) - 1).to_python())
    assert reader.parameter("posts")[0] in about

    reader.page.go_back()
    expect(reader.page.locator(".st-key-tried_list").get_by_role("button")).to_have_count(1)
    reader.page.go_back()
    expect(reader.page.locator(".st-key-map_before")).to_have_count(0)
    assert reader.complaints == []
