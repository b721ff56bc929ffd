"""Addresses that people keep: a view's conditions stand in them, and a screen's own address opens it at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data import users
from data.store import Store
from domain.actor import HOUSEKEEPER
from domain.users import UserText
from tests.support.reader import Reader, reading
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

VIEW = {"period": ["90d"], "state": ["closed"], "hour": ["5-19"]}


def opens_at_once(page: Page, reader: Reader, url: str, own: str) -> None:
    """The address opens its screen: no window in front, nothing in the console, and it stays as it is."""
    page.goto(url)
    reader.rest()
    expect(page.locator(own).first).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url == url
    assert reader.complaints == []


SCREENS = [("auditor", "audit", ".st-key-audit_chain"), ("administrator", "users", ".st-key-user_filter")]


@pytest.mark.parametrize(("role", "screen", "own"), SCREENS)
def test_a_role_s_own_screen_opens_by_its_address(
    server: RunningServer, reader: Reader, role: str, screen: str, own: str
) -> None:
    opens_at_once(reader.page, reader, f"{server.base_url}/{screen}?role={role}", own)


def test_the_same_for_whoever_a_proxy_signs_in(
    town_db: Path, serve: Callable[..., AbstractContextManager[RunningServer]], browser: Browser
) -> None:
    with Store.opened(town_db) as store:
        for role, _screen, _own in SCREENS:
            users.add(store, HOUSEKEEPER, UserText(role, (role,)))
    with serve(town_db, login="proxy") as proxied:
        for role, screen, own in SCREENS:
            with reading(browser) as reader:
                reader.page.set_extra_http_headers({"X-Forwarded-User": role})
                opens_at_once(reader.page, reader, f"{proxied.base_url}/{screen}", own)


def test_a_view_opened_on_a_bare_address_stands_in_it(
    server: RunningServer, browser: Browser, reader: Reader
) -> None:
    page = reader.page
    page.goto(f"{server.base_url}/analysis?period=90d&state=closed&hour=5-19")
    reader.rest()
    page.get_by_role("button", name="存为视图").click()
    page.get_by_label("名字").fill("周五晚")
    page.keyboard.press("Enter")
    reader.rest()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("正在看视图：周五晚")).to_be_visible()
    with reading(browser) as other:
        other.open(f"{server.base_url}/analysis")
        before = other.page.evaluate("history.length")
        other.page.get_by_role("button", name="视图（1）").click()
        other.page.get_by_role("button", name="周五晚").click()
        told = other.page.get_by_text("正在看视图：周五晚")
        expect(told).to_be_visible()
        assert other.parameters == VIEW
        assert other.page.evaluate("history.length") == before + 1
        other.settle()  # a map that is taken away while it paints makes Streamlit complain
        other.page.reload()
        other.settle()
        expect(told).to_be_visible()
        assert other.parameters == VIEW
        other.page.go_back()
        expect(told).to_be_hidden()
        assert other.parameters == {}
        other.settle()
