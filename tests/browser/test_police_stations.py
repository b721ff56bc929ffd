"""A real Chromium on the screen 警地融合: a leader finds the worst-covered street, its points, its blanks, the load."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.reader import Reader
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser


def to_part(reader: Reader, name: str) -> None:
    before = reader.page.url
    reader.page.locator(".st-key-part").get_by_role("radio", name=name, exact=True).click()
    reader.page.wait_for_url(lambda url: url != before)
    reader.drawn()


def lines(reader: Reader, key: str) -> Locator:
    return reader.page.locator(f"[class*=st-key-lines_police_{key}]").get_by_role("button")


def figures(reader: Reader) -> list[str]:
    return reader.page.get_by_test_id("stMetricValue").all_inner_texts()


def test_a_leader_goes_to_the_worst_covered_street_and_back(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/police_stations")
    city = figures(reader)
    first = lines(reader, "shares").first
    street = first.locator("strong").inner_text()
    first.click()
    expect(reader.page.locator("h1")).to_have_text(street)
    reader.settle()
    assert figures(reader) != city
    painted = reader.map.evaluate("window.map.oneGridScene.payload.areas.values")
    beyond = sum(value > 1200 for value in painted if value is not None)
    assert (
        f"{beyond} 个网格，共 {len(painted)} 个" in reader.page.locator(".st-key-card_uncovered").inner_text()
    )

    to_part(reader, "站点")
    expect(reader.page.get_by_text(re.compile(r"显示 \d+ 处，共 \d+ 处"))).to_be_visible()
    reader.page.go_back()
    reader.page.go_back()
    expect(reader.page.locator("h1")).not_to_have_text(street)
    assert reader.complaints == []


def test_a_row_opens_its_point_and_the_list_is_exported(server: RunningServer, reader: Reader) -> None:
    reader.page.goto(f"{server.base_url}/police_stations?part=points&kind=police_room")
    reader.drawn()
    row = reader.page.get_by_test_id("stDataFrame").first.get_by_test_id("data-grid-canvas")
    box = row.bounding_box()
    assert box is not None
    reader.page.mouse.click(box["x"] + 120, box["y"] + 46)  # the first row below the headings
    reader.page.wait_for_url(re.compile("point="))
    reader.drawn()
    detail = reader.page.locator(".st-key-block_point_detail")
    expect(detail.locator("h3")).to_contain_text("警务室")
    reader.page.get_by_role("button", name=re.compile("导出这 [0-9,]+ 行")).click()
    with reader.page.expect_download() as download:
        reader.page.get_by_role("link", name=re.compile("下载")).click()
    assert re.fullmatch(r"service_points_\d{8}_\d{6}\.xlsx", download.value.suggested_filename)
    assert reader.complaints == []


def test_a_blank_leads_to_its_area_and_the_load_to_its_cases(server: RunningServer, reader: Reader) -> None:
    reader.page.goto(f"{server.base_url}/police_stations?part=embedding&tier=auxiliary&seat=no_office")
    reader.drawn()
    first = lines(reader, "auxiliary").first
    name = first.locator("strong").inner_text()
    first.click()
    expect(reader.page.locator("h1")).to_have_text(name)
    reader.page.goto(f"{server.base_url}/police_stations?part=load")
    reader.drawn()
    cases = figures(reader)[0]
    reader.page.get_by_role("link", name="看这些案件").click()
    reader.page.wait_for_url(re.compile("/cases"))
    reader.rest()
    expect(reader.page.get_by_text(f"{cases} 件").first).to_be_visible()
    assert reader.complaints == []


def test_the_legend_folds_by_keyboard_and_stays_folded(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/police_stations")
    legend, fold = reader.frame.locator(".og-legend-body"), reader.frame.locator(".og-legend-fold")
    expect(legend).to_be_visible()
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.press("Enter")
    expect(legend).to_be_hidden()
    expect(fold).to_have_text("图例")
    reader.page.locator("[class*=st-key-more_uncovered]").get_by_role("button").click()
    reader.drawn()
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.click()
    expect(legend).to_contain_text("到最近站点的步行距离")
