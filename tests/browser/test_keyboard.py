"""Every screen by keyboard alone: Tab reaches all that can be used and leaves again, in sight, and keys do the work.

What is drawn on the map's canvas is no stop: the list beside the map leads into the same areas, the list of cases
to the same cases, and the jump box to compounds and service points.
"""

from __future__ import annotations

import re
from itertools import groupby

import pytest
from playwright.sync_api import Page, expect

from domain.actor import demo_actor
from tests.support import keyboard
from tests.support.keyboard import Stop, here, missed, walk
from tests.support.reader import Reader
from tests.support.server import RunningServer
from ui.identity import ROLES
from ui.navigation import Screen, may_open, start_of

pytestmark = pytest.mark.browser

OPENING = {
    "case_rows_zh": "case=",
    "audit_rows_zh": "event=",
    "rated_rows_zh": "compound=",
    "company_rows_zh": "company=",
}
"""Tables in which the first stop opens the first row, and what the URL then says."""


def stops_of(reader: Reader) -> list[Stop]:
    """All stops of a page; waits where a stop opens something."""
    found = []
    for stop in walk(reader.page):
        opened = OPENING.get(stop.key)
        if opened and stop.tag != "BUTTON" and opened not in reader.page.url:
            reader.page.wait_for_url(re.compile(opened))
            reader.drawn()
        found.append(stop)
    return found


def tab_to(page: Page, key: str) -> Stop:
    """Press Tab until the keyboard stands in the part of the screen that `key` names."""
    for _number in range(keyboard.MOST_STOPS):
        page.keyboard.press("Tab")
        stop = here(page)
        if stop and stop.key.startswith(key):
            return stop
    pytest.fail(f"no stop in {key}")


@pytest.mark.parametrize("screen", list(Screen), ids=lambda screen: screen.value)
def test_tab_reaches_everything_in_sight_and_leaves(
    server: RunningServer, reader: Reader, screen: Screen
) -> None:
    actor = next(actor for actor in map(demo_actor, ROLES) if may_open(actor, screen).allowed)
    (role,) = actor.roles
    path = "" if start_of(actor) is screen else screen.value
    reader.page.goto(f"{server.base_url}/{path}?role={role.value}")
    reader.drawn()

    stops = stops_of(reader)

    assert missed(reader.page) == []
    assert [stop for stop in stops if not stop.ringed] == []
    assert [stop for stop in stops if not stop.name.strip() and stop.tag in {"A", "BUTTON", "SUMMARY"}] == []
    assert stops[0].name.startswith("Skip to main content")
    header = [stop.key for stop in stops if stop.key in {"menu", "jump_text", "lang"}]
    order = [key for key, _same in groupby(header)]
    assert order == [key for key in ("menu", "jump_text", "lang") if key in order]
    assert {"menu", "lang"} <= set(order)


def test_the_map_is_worked_by_keyboard_and_is_no_trap(server: RunningServer, reader: Reader) -> None:
    page = reader.page
    reader.open(f"{server.base_url}/?layers=lines,cases")
    reader.map.wait_for_function("document.querySelector('.og-cluster')")
    stops = stops_of(reader)
    inside = [index for index, stop in enumerate(stops) if stop.framed]
    assert inside == list(range(inside[0], inside[-1] + 1)), "the way leads into the map once, and out once"
    names = [stops[index].name for index in inside]
    assert names[1:3] == ["放大", "缩小"]
    assert len(inside) < 20, "clusters are no stops"
    assert stops[inside[0] - 1].key == "compare_zh"
    assert stops[inside[-1] + 1].key.startswith("figure_")

    reader.frame.get_by_role("button", name="放大").focus()
    before = reader.map.evaluate("map.getZoom()")
    page.keyboard.press("Enter")
    reader.map.wait_for_function("before => map.getZoom() > before", arg=before)
    reader.frame.get_by_label("服务站点").focus()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(r"layers=.*points"))
    reader.settle()

    tab_to(page, "rank_0")
    name = page.locator(".st-key-rank_0 button p").inner_text().split()[0]
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


def test_a_figure_opens_and_closes_and_the_way_goes_on_where_it_was(
    server: RunningServer, reader: Reader
) -> None:
    page = reader.page
    reader.open(server.base_url)
    tab_to(page, "open_general_overdue")
    page.keyboard.press("Enter")
    window = page.get_by_role("dialog")
    expect(window.get_by_role("link").first).to_be_visible()
    for _stop in range(6):  # more than the window has: the way stays in it
        page.keyboard.press("Tab")
        assert window.evaluate("window => window.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    expect(page.locator(".st-key-open_general_overdue button:focus")).to_be_visible()


def test_filters_language_and_role_are_chosen_by_keyboard(server: RunningServer, reader: Reader) -> None:
    page = reader.page
    page.goto(f"{server.base_url}/cases")
    reader.rest()
    tab_to(page, "lang")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("lang=en"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    reader.rest()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.wait_for_url(lambda url: "lang=en" not in url)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    reader.rest()
    tab_to(page, "role_")
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name="分析员", exact=True).wait_for()
    page.keyboard.type("分析员")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("role=analyst"))
    reader.rest()
    tab_to(page, "state_")
    page.keyboard.type("已结案")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("state=closed"))
    reader.rest()


def test_the_list_of_cases_is_worked_by_keyboard(server: RunningServer, reader: Reader) -> None:
    """Into the list, from row to row with each case beside it, out of the case; to the next page; to a file."""
    page, title = reader.page, reader.page.locator(".st-key-case_detail h3")

    def opened(key: str) -> str:
        before = page.url
        page.keyboard.press(key)
        page.wait_for_url(lambda url: url != before and "case=" in url)
        reader.settle()
        return title.inner_text()

    page.goto(f"{server.base_url}/cases")
    reader.rest()
    tab_to(page, "to_chevron_right")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("page=2"))
    reader.rest()
    page.locator(".st-key-case_rows_zh button").last.focus()
    first, second, third = opened("Tab"), opened("ArrowDown"), opened("ArrowDown")
    assert len({first, second, third}) == 3
    assert opened("ArrowUp") == second
    page.keyboard.press("ArrowRight")
    assert opened("ArrowDown") == third

    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "case=" not in url)
    expect(title).to_have_count(0)
    reader.rest()

    tab_to(page, "start_export")
    page.keyboard.press("Enter")
    link = page.locator(".st-key-export").get_by_role("link", name="下载")
    expect(link).to_be_visible(timeout=60_000)
    tab_to(page, "export_")
    expect(link).to_be_focused()


def test_what_the_walk_would_notice(own_reader: Reader) -> None:
    """A field that passes the keyboard on, a button without a ring, and a field that holds the keyboard."""
    page = own_reader.page
    page.set_content("""<a href="#" id="first">one</a><button id="passed">two</button>
        <button style="outline: none">three</button>""")
    page.evaluate("() => { passed.onfocus = () => passed.nextElementSibling.focus(); }")
    assert [(stop.name, stop.ringed) for stop in walk(page)] == [("one", True), ("three", False)]
    assert [html[:19] for html in missed(page)] == ['<button id="passed"']

    page.evaluate("() => { first.onkeydown = (event) => event.preventDefault(); }")
    with pytest.raises(keyboard.TrapError):
        list(walk(page))
