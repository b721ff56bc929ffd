"""A real Chromium on the screen 社区: chosen from the list, narrowed on the map, back, into a case; on a phone."""

import itertools
import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, expect

from tests.support.reader import PHONE, Reader
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

CASES = re.compile(r"(\d[\d,]*) 件")


def to_screen(reader: Reader, name: str) -> None:
    """By the menu, as a reader goes."""
    before = reader.page.url
    reader.page.locator(".st-key-menu").get_by_role("link", name=name, exact=True).click()
    reader.page.wait_for_url(lambda url: url != before)
    reader.rest()


def lines(reader: Reader, key: str, role: Literal["button", "link"] = "button") -> Locator:
    return reader.page.locator(f".st-key-lines_{key}").get_by_role(role)


def in_view(reader: Reader) -> int:
    """The place in the layer of a grid that has cases and whose middle no control covers."""
    return int(
        reader.map.evaluate(
            """() => {
                const scene = window.map.oneGridScene;
                return scene.areas.paths.findIndex((path, index) => {
                    const at = window.map.latLngToContainerPoint(path.ogCenter);
                    const free = document.elementFromPoint(at.x, at.y)?.tagName === "CANVAS";
                    return free && scene.payload.areas.values[index] > 0;
                });
            }"""
        )
    )


def choose_first(reader: Reader) -> tuple[str, int]:
    """Open the first community of the list; its name, and its cases as the list told them."""
    first = lines(reader, "areas").first
    name, told = first.locator("strong").inner_text(), first.inner_text()
    first.click()
    expect(reader.page.locator("h1")).to_have_text(name)
    reader.settle()
    found = CASES.search(told)
    assert found is not None
    return name, int(found[1].replace(",", ""))


def test_a_leader_goes_from_the_list_to_a_grid_and_back_and_into_a_case(
    server: RunningServer, reader: Reader
) -> None:
    reader.open(f"{server.base_url}/?period=365d")
    to_screen(reader, "社区")
    expect(lines(reader, "areas")).to_have_count(20)
    name, cases = choose_first(reader)
    assert reader.count == cases
    community = reader.parameter("area")

    grid = reader.click_area(in_view(reader))
    expect(reader.page.locator("h1")).to_have_text(grid)
    expect(reader.page.locator(".st-key-standing")).to_contain_text(f"属于社区“{name}”")
    assert 0 < reader.count < cases
    assert reader.parameters == {"area": reader.parameter("area"), "period": ["365d"]}

    reader.page.go_back()
    expect(reader.page.locator("h1")).to_have_text(name)
    reader.settle()
    assert (reader.count, reader.parameter("area")) == (cases, community)

    case = lines(reader, "overdue", "link").first
    case.click()
    reader.page.wait_for_url(re.compile("/cases"))
    reader.rest()
    (number,) = reader.parameter("case")
    assert number.isdigit()
    assert reader.parameters == {"area": community, "period": ["365d"], "case": [number]}
    reader.page.go_back()
    expect(reader.page.locator(".st-key-block_figures")).to_be_visible()
    expect(reader.page.locator("h1")).to_have_text(name)


def test_the_way_back_from_a_grid_is_told_too(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?area=470102001001002")
    to_screen(reader, "社区")
    reader.settle()
    reader.page.locator(".st-key-standing").get_by_role("button").click()
    expect(reader.page.locator(".st-key-standing")).to_have_count(0)
    assert reader.parameter("area") == ["470102001001"]


def test_a_figure_opens_and_its_cases_are_those_of_the_community(
    server: RunningServer, reader: Reader
) -> None:
    reader.open(f"{server.base_url}/?area=470102001001&period=365d")
    to_screen(reader, "社区")
    reader.settle()
    reader.page.locator(".st-key-card_overdue_share").get_by_role("button").last.click()
    dialog = reader.page.get_by_role("dialog")
    expect(dialog).to_contain_text("每一侧的案件")
    dialog.get_by_role("link", name="看案件").first.click()
    reader.page.wait_for_url(re.compile("/cases"))
    assert reader.parameter("area") == ["470102001001"]
    assert reader.parameter("side") == ["general/overdue_share/numerator"]


def test_tables_open_beside_their_charts(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?area=470102001001&period=365d")
    to_screen(reader, "社区")
    reader.settle()
    for key in ("trend", "categories", "hours"):
        block = reader.page.locator(f".st-key-block_{key}")
        block.get_by_text("查看表格").click()
        expect(block.get_by_test_id("stDataFrame")).to_be_visible()


def test_on_a_phone_the_blocks_stand_in_one_column(server: RunningServer, reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open(f"{server.base_url}/?area=470102001001")
    to_screen(reader, "社区")
    reader.settle()
    blocks = reader.page.locator("[class*=st-key-block_]")
    boxes = [box for box in (block.bounding_box() for block in blocks.all()) if box]
    assert len(boxes) == 10
    for above, below in itertools.pairwise(boxes):
        assert above["y"] + above["height"] <= below["y"]
        assert (above["x"], above["width"]) == (below["x"], below["width"])
    assert reader.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    to_screen(reader, "一张图")
    reader.page.locator(".st-key-crumbs button").first.click()
    reader.page.wait_for_url(lambda url: "470102001001" not in url)
    reader.settle()  # the menu leads to the area that it was drawn for
    to_screen(reader, "社区")
    expect(lines(reader, "areas")).to_have_count(20)
    assert reader.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
