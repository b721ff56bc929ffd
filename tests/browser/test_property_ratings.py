"""红色物业 in a browser: a secretary reads why a compound of hers is on the black list, and prints the list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.reader import DESK, PHONE, Reader
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

PATH = "property_ratings"
HERS, BLACK = "梅门社区", "和庭家园"
"""The demo town's secretary answers for the community with most cases."""


def test_a_secretary_opens_a_black_listed_compound_and_reads_why(
    server: RunningServer, reader: Reader
) -> None:
    page = reader.page
    page.goto(f"{server.base_url}/{PATH}?role=secretary&part=lists")
    reader.rest()
    expect(page.locator("h1")).to_have_text(HERS)
    black = page.locator(".st-key-block_list_black")
    expect(black.locator("[class*='st-key-entry_']")).to_have_count(1)
    expect(black).to_contain_text("在榜 1 个，列出 1 个")
    expect(black).to_contain_text("区间上限低于 60 分")
    expect(black).to_contain_text("主要失分：")

    black.get_by_role("button", name=BLACK).click()
    page.wait_for_url(re.compile("compound="))
    reader.rest()
    why = page.locator(".st-key-block_arithmetic")
    expect(why).to_contain_text(BLACK)
    expect(why).to_contain_text("不达标")
    expect(why).to_contain_text("扣分")

    link = page.locator(".st-key-rating_cases").get_by_role("link").first
    told = re.search(r"(\d+) 件", link.inner_text())
    assert told is not None
    link.click()
    page.wait_for_url(re.compile("/cases.*in_compound="))
    reader.rest()
    expect(page.locator(".st-key-case_head")).to_contain_text(f"共 {told[1]} 件")


def test_on_a_phone_a_row_opens_where_the_reader_looks(server: RunningServer, reader: Reader) -> None:
    page = reader.page
    page.set_viewport_size(PHONE)
    try:
        page.goto(f"{server.base_url}/{PATH}?role=leader")
        reader.drawn()
        rows = page.locator(".st-key-block_rated [data-testid=stDataFrame]")
        rows.scroll_into_view_if_needed()
        rows.click(position={"x": 80, "y": 100})
        page.wait_for_url(re.compile("compound="))
        reader.drawn()
        why = page.locator(".st-key-block_arithmetic")
        expect(why).to_contain_text("总分")
        expect(why.get_by_role("heading", name="评级依据")).to_be_in_viewport()
        page.locator(".st-key-close_rating").get_by_role("button").click()
        expect(page.get_by_role("heading", name="小区评级")).to_be_in_viewport()
    finally:
        page.set_viewport_size(DESK)


def test_she_reads_of_her_own_compounds_only(server: RunningServer, reader: Reader) -> None:
    page = reader.page
    page.goto(f"{server.base_url}/{PATH}?role=secretary&area=470102001001&part=lists")
    reader.rest()
    expect(page.get_by_text("这个区划不在您的范围内")).to_be_visible()
    expect(page.locator(".st-key-block_list_black")).to_have_count(0)


def test_on_paper_stand_the_head_and_the_lists(server: RunningServer, own_reader: Reader) -> None:
    reader, page = own_reader, own_reader.page
    page.goto(f"{server.base_url}/{PATH}?part=lists")
    reader.rest()
    expect(page.locator(".st-key-print_head")).to_be_hidden()
    page.emulate_media(media="print")
    head = page.locator(".st-key-print_head")
    expect(head).to_be_visible()
    expect(head).to_contain_text("云州市")
    expect(head).to_contain_text("数据截至 2026-10-01 00:00")
    entries = page.locator(".st-key-block_list_black [class*='st-key-entry_']")
    expect(entries.last).to_be_visible()
    for left_out in ("header", "rated_bar", "property_part", "block_list_near", "print_hint"):
        expect(page.locator(f".st-key-{left_out}")).to_be_hidden()
    shown = page.evaluate("getComputedStyle(document.querySelector('.stMain')).overflow")
    assert shown == "visible"
    assert page.pdf().startswith(b"%PDF")
