"""The screen 分析 in a browser: a chart's selection becomes a chip, the table follows, a view opens elsewhere."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from playwright.sync_api import Browser, expect
from python_calamine import CalamineWorkbook

from tests.support.reader import Reader, reading
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

CHIPS = ".st-key-chips [class*=st-key-chip_]"


def open_analysis(reader: Reader, server: RunningServer, query: str) -> None:
    reader.page.goto(f"{server.base_url}/analysis?role=analyst&{query}")
    reader.rest()


def chosen_cases(reader: Reader) -> int:
    """How many cases the panel of exports says are chosen."""
    told = reader.page.locator(".st-key-export strong").first.inner_text()
    return int("".join(sign for sign in told if sign.isdigit()))


def chips(reader: Reader) -> list[str]:
    """The conditions that are told, in their order."""
    told = reader.page.locator(CHIPS).all_inner_texts()
    return [text.strip().splitlines()[-1] for text in told]


def bar_of(reader: Reader, block: str, number: int) -> tuple[float, float]:
    """The middle of a bar of a chart."""
    bar = reader.page.locator(f".st-key-block_{block} .barlayer .point path").nth(number)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def click_bar(reader: Reader, block: str, number: int) -> None:
    """Click a bar of a chart, which becomes a condition."""
    before = reader.page.url
    expect(reader.page.locator(f".st-key-block_{block} .barlayer .point").first).to_be_visible()
    reader.page.mouse.click(*bar_of(reader, block, number))
    reader.page.wait_for_url(lambda url: url != before)
    reader.rest()


def draw_span(reader: Reader, first: int, last: int) -> None:
    """Draw a box over the bars of the time series, from one to another."""
    block = "analysis_days"
    expect(reader.page.locator(f".st-key-block_{block} .barlayer .point").first).to_be_visible()
    start, end = bar_of(reader, block, first), bar_of(reader, block, last)
    box = reader.page.locator(f".st-key-block_{block} .nsewdrag").first.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    reader.page.mouse.move(start[0], middle)
    reader.page.mouse.down()
    reader.page.mouse.move(end[0], middle, steps=8)
    reader.page.mouse.up()
    reader.page.wait_for_url(lambda url: "period=custom" in url)
    reader.rest()


def expect_chips(reader: Reader, count: int) -> None:
    expect(reader.page.locator(CHIPS)).to_have_count(count)
    reader.rest()


def test_a_selection_is_a_chip_and_the_browsers_back_undoes_it(server: RunningServer, reader: Reader) -> None:
    open_analysis(reader, server, "period=90d")
    everything = chosen_cases(reader)
    click_bar(reader, "analysis_category", 0)
    expect_chips(reader, 1)
    by_category = chosen_cases(reader)
    assert 0 < by_category < everything
    assert chips(reader) == reader.parameter("category")

    draw_span(reader, 2, 4)
    expect_chips(reader, 2)
    in_span = chosen_cases(reader)
    assert 0 < in_span < by_category

    reader.page.go_back()
    expect_chips(reader, 1)
    assert chosen_cases(reader) == by_category
    reader.page.go_forward()
    expect_chips(reader, 2)
    assert chosen_cases(reader) == in_span

    reader.page.locator(".st-key-block_analysis_days").get_by_text("查看表格").click()
    expect(
        reader.page.locator(".st-key-block_analysis_days").get_by_text(f"合计 {in_span:,} 件")
    ).to_be_visible()
    reader.page.locator(CHIPS).first.get_by_role("button").first.click()
    expect_chips(reader, 1)
    assert "period" not in reader.parameters


def test_a_view_is_saved_and_opened_by_name_in_another_window(
    server: RunningServer, browser: Browser, reader: Reader
) -> None:
    open_analysis(reader, server, "period=90d&state=closed&hour=5-19")
    total = chosen_cases(reader)
    reader.page.get_by_role("button", name="存为视图").click()
    reader.page.get_by_label("名字").fill("<i>周五晚</i>")
    reader.page.keyboard.press("Enter")
    reader.rest()
    reader.page.get_by_role("button", name="保存", exact=True).click()
    expect(reader.page.get_by_text("正在看视图：<i>周五晚</i>")).to_be_visible()
    with reading(browser) as other:
        open_analysis(other, server, "channel=12345")
        other.page.get_by_role("button", name="视图（1）").click()
        other.page.get_by_role("button", name="<i>周五晚</i>").click()
        other.page.wait_for_url(lambda url: "hour=5-19" in url)
        expect_chips(other, 2)
        assert chosen_cases(other) == total
        assert "channel" not in other.parameters
    with reading(browser) as secretary:
        secretary.page.goto(f"{server.base_url}/analysis?role=secretary")
        secretary.rest()
        expect(secretary.page.get_by_role("button", name="视图（0）")).to_be_visible()


def test_one_file_an_area_comes_as_a_zip_that_adds_up(server: RunningServer, reader: Reader) -> None:
    open_analysis(reader, server, "period=30d&part=pivot&rows=community&columns=state")
    total = chosen_cases(reader)
    panel = reader.page.locator(".st-key-export")
    panel.get_by_role("button", name="导出压缩包").click()
    expect(panel.get_by_role("link", name="下载").first).to_be_visible()
    anchor = panel.get_by_role("link", name="下载").first
    anchor.evaluate("link => link.removeAttribute('target')")
    with reader.page.expect_download() as begun:
        anchor.click()
    with zipfile.ZipFile(begun.value.path()) as archive:
        told = json.loads(archive.read("manifest.json"))
        books = [
            CalamineWorkbook.from_filelike(io.BytesIO(archive.read(one["file"]))) for one in told["files"]
        ]
    lines = [len(book.get_sheet_by_name("案件").to_python()) - 1 for book in books]
    assert sum(lines) == told["total"] == total
    assert lines == [one["rows"] for one in told["files"]]
