"""The jump box in a real browser: typed, chosen by keyboard, landed, and back again; on a phone too."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.reader import PHONE, Reader
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

STREET = "470102003000"  # 望台街道
IN_VIEW = "box => { const r = box.getBoundingClientRect(); return r.left >= 0 && r.right <= innerWidth; }"


def box(reader: Reader) -> Locator:
    return reader.page.get_by_role("searchbox")


def found(reader: Reader) -> Locator:
    return reader.page.locator(".st-key-jump_results")


def search(reader: Reader, typed: str) -> Locator:
    """Type and press Enter; the lines of the answer, once all of it stands: the button that closes it comes last."""
    box(reader).fill(typed)
    box(reader).press("Enter")
    expect(found(reader).locator(".st-key-jump_close button")).to_be_visible()
    reader.rest()
    return lines_of(reader)


def lines_of(reader: Reader) -> Locator:
    return found(reader).locator(":is(a, [class*=st-key-jump_]:not(.st-key-jump_close) button)")


def test_initials_and_the_keyboard_lead_to_a_street_and_back(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?period=90d")
    reader.map.evaluate("window.sameMap = true")
    box(reader).focus()
    reader.page.keyboard.type("wtjd")
    reader.page.keyboard.press("Enter")
    lines = lines_of(reader)
    expect(lines.first).to_have_accessible_name("望台街道 街道 · 云州市 › 云溪区")
    reader.page.keyboard.press("Tab")
    expect(lines.first).to_be_focused()
    assert "rgba(31, 95, 191" in lines.first.evaluate("line => getComputedStyle(line).boxShadow")
    reader.page.keyboard.press("Enter")

    expect(reader.page.locator("h1")).to_have_text("望台街道")
    reader.settle()
    assert reader.parameters == {"area": [STREET], "period": ["90d"]}
    assert reader.map.evaluate("window.sameMap"), "the map was built anew"
    expect(found(reader)).to_have_count(0)
    expect(box(reader)).to_have_value("")

    reader.page.go_back()
    expect(reader.page.locator("h1")).to_have_text("云州市")
    assert reader.parameters == {"period": ["90d"]}


def test_searching_leaves_the_page_alone(server: RunningServer, reader: Reader) -> None:
    """The answer comes over the websocket as one fragment, and covers the page instead of pushing it down."""
    reader.open(server.base_url)
    before = reader.page.locator(".st-key-map").bounding_box()
    reader.bodies.clear()
    search(reader, "wangtai")
    assert sum(reader.bodies) < 40_000
    assert reader.page.locator(".st-key-map").bounding_box() == before
    assert found(reader).evaluate(
        """list => {
            const r = list.getBoundingClientRect();
            return list.contains(document.elementFromPoint(r.left + 20, r.bottom - 10));
        }"""
    ), "the map lies over the list"


def by_cross(reader: Reader) -> None:
    reader.page.locator(".st-key-jump").get_by_test_id("stTextInputClearButton").click()


def by_button(reader: Reader) -> None:
    found(reader).get_by_role("button", name="关闭").click()


def by_escape(reader: Reader) -> None:
    box(reader).press("Escape")


def by_escape_from_a_line(reader: Reader) -> None:
    reader.page.keyboard.press("Tab")
    expect(lines_of(reader).first).to_be_focused()
    reader.page.keyboard.press("Escape")


def by_deleting(reader: Reader) -> None:
    box(reader).fill("")
    box(reader).press("Enter")


def test_the_list_is_closed(server: RunningServer, reader: Reader) -> None:
    """In every way, one after the other: a list that was closed opens again."""
    reader.open(server.base_url)
    for close in (by_cross, by_button, by_escape, by_escape_from_a_line, by_deleting):
        search(reader, "wangtai")
        close(reader)
        expect(found(reader), close.__name__).to_have_count(0)
        expect(box(reader), close.__name__).to_have_value("")
        reader.rest()


def test_a_compound_and_a_case_are_reached_from_another_screen(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?period=90d")
    reader.page.locator(".st-key-menu").get_by_role("link", name="指标口径").click()
    reader.page.wait_for_url(re.compile("/indicators"))
    reader.rest()
    search(reader, "望台街道").filter(has_text="居民小区").first.click()
    reader.page.wait_for_url(re.compile(r"layers=lines(,|%2C)compounds"))
    reader.settle()
    assert reader.crumbs[2] == "望台街道"
    assert len(reader.crumbs) == 5  # down to the grid
    assert reader.parameter("period") == ["90d"]
    expect(found(reader)).to_have_count(0)
    reader.map.wait_for_function("window.map.oneGridScene.overlays.get('compounds')?.group")

    search(reader, "rx2026").first.click()
    reader.page.wait_for_url(re.compile(r"/cases\?(.*&)?case=\d+"))
    expect(found(reader)).to_have_count(0)
    reader.page.go_back()
    reader.page.wait_for_url(re.compile(r"/\?(.*&)?layers=lines"))
    reader.page.go_back()
    reader.page.wait_for_url(re.compile("/indicators"))


def test_hostile_typing_is_shown_as_text(server: RunningServer, reader: Reader) -> None:
    reader.open(server.base_url)
    box(reader).fill("<img src=x onerror=alert(1)> **b** $x$")
    box(reader).press("Enter")
    expect(found(reader)).to_contain_text("没有找到“<img src=x onerror=alert(1)> **b** $x$”")
    assert found(reader).locator("img, strong, .katex").count() == 0


def test_the_box_speaks_the_readers_language(server: RunningServer, reader: Reader) -> None:
    reader.open(f"{server.base_url}/?lang=en")
    expect(box(reader)).to_have_attribute("placeholder", "Name, pinyin, code, case number, address")
    expect(box(reader)).to_have_accessible_name("Jump to an area, a compound, a service point or a case")
    expect(search(reader, "wtjd").first).to_have_accessible_name("望台街道 Street · 云州市 › 云溪区")
    expect(found(reader)).to_contain_text("2 of 2 shown")
    reader.speak("中文")
    expect(box(reader)).to_have_attribute("placeholder", "名称、拼音、编码、案件号、地址")
    expect(box(reader)).to_have_accessible_name("跳到区划、小区、服务点或案件")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_header_keeps_one_line_on_a_desk(server: RunningServer, reader: Reader, language: str) -> None:
    reader.open(f"{server.base_url}/?lang={language}")
    tops = [
        reader.page.locator(part).first.bounding_box()
        for part in (".st-key-menu", ".st-key-jump", ".st-key-lang", "[class*=st-key-role_]")
    ]
    assert None not in tops
    middles = [part["y"] + part["height"] / 2 for part in tops if part]
    assert max(middles) - min(middles) < 8
    search(reader, "wangtai")
    assert found(reader).evaluate(IN_VIEW)


def test_on_a_phone_the_box_and_its_answer_are_as_wide_as_the_header(
    server: RunningServer, reader: Reader
) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open(server.base_url)
    search(reader, "wangtai")
    assert found(reader).evaluate(IN_VIEW)
    sizes = [part.bounding_box() for part in (box(reader), found(reader))]
    assert all(size and size["width"] > 250 for size in sizes)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
