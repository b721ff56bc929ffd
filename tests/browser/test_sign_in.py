"""Signing in at an identity provider, from the first page to the last; and every way in that must not be one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from data import users
from data.store import Store
from domain.actor import HOUSEKEEPER
from domain.clock import machine_now
from domain.users import UserText
from tests.support.operator import data
from tests.support.server import RunningServer
from tests.support.sign_in import (
    COOKIE,
    OTHER_SECRET,
    Provider,
    audited,
    cookie,
    identity_provider,
    secrets_file,
)

pytestmark = pytest.mark.browser

COMMUNITY = "470102001001"
CONTACT = "信息科 8001"
USERS = (
    UserText("wang", ("administrator",)),
    UserText("zhang", ("leader",), ("*",)),
    UserText("li", ("secretary",), (COMMUNITY,)),
    UserText("zhao", ("leader",), ("*",)),
    UserText("wall", ("leader",), ("*",), kiosk_address="127.0.0.1"),
    UserText("far-wall", ("leader",), ("*",), kiosk_address="10.9.9.9"),
)
HOUR = timedelta(hours=1)
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with identity_provider(*(user.login for user in USERS), "stranger") as running:
        yield running


@pytest.fixture(scope="module")
def db(module_town_db: Path) -> Path:
    with Store.opened(module_town_db) as store:
        for user in USERS:
            users.add(store, HOUSEKEEPER, user)
    return module_town_db


@pytest.fixture(scope="module")
def server(
    db: Path,
    provider: Provider,
    serve: Callable[..., AbstractContextManager[RunningServer]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningServer]:
    with (
        secrets_file(tmp_path_factory.mktemp("secrets"), provider),
        serve(db, login="oidc", contact=CONTACT, version_poll_seconds=0.5) as running,
    ):
        yield running


@contextmanager
def window(browser: Browser, *cookies: dict[str, str]) -> Iterator[Page]:
    """A browser of its own, with the cookies of another one."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies(
        [{"name": told["name"], "value": told["value"], "url": told["url"]} for told in cookies]
    )
    try:
        page = context.new_page()
        page.set_default_timeout(30_000)
        yield page
    finally:
        context.close()


def sign_in(page: Page, server: RunningServer, login: str) -> None:
    page.goto(server.base_url)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("button", name=login, exact=True).click()
    page.wait_for_url(f"{server.base_url}/**")
    page.wait_for_selector(SETTLED)


def kept(context: BrowserContext, server: RunningServer) -> list[dict[str, str]]:
    """The cookies of a window, to be presented again."""
    told = [(item.get("name", ""), item.get("value", "")) for item in context.cookies(server.base_url)]
    return [{"name": name, "value": value, "url": server.base_url} for name, value in told]


def made(server: RunningServer, value: str) -> dict[str, str]:
    return {"name": COOKIE, "value": value, "url": server.base_url}


def is_turned_away(page: Page, words: str) -> None:
    """The gate says why, and nothing of the product is there."""
    expect(page.locator(".st-key-gate")).to_contain_text(words, timeout=30_000)
    expect(page.locator(".st-key-header")).to_have_count(0)
    expect(page.get_by_test_id("stMetricValue")).to_have_count(0)
    expect(page.locator("iframe[title*=folium]")).to_have_count(0)


def test_from_signing_in_to_signing_out(browser: Browser, server: RunningServer, db: Path) -> None:
    with window(browser) as page:
        page.goto(f"{server.base_url}/cases?role=operator")
        is_turned_away(page, "还没有登录")
        expect(page.locator(".st-key-gate button[kind=primary]")).to_have_count(1)

        sign_in(page, server, "zhang")
        expect(page.locator(".st-key-account")).to_contain_text("zhang")
        expect(page.get_by_test_id("stMetricValue").first).to_be_visible()
        expect(page.locator("[class*=st-key-role_]")).to_have_count(0)  # nobody picks a role here
        cover = page.evaluate("() => { const s = getComputedStyle(document.querySelector('.stApp'), '::after');"
                              " return [s.backgroundImage.slice(0, 30), s.pointerEvents, s.position]; }")  # fmt: skip
        assert cover == ['url("data:image/svg+xml;base64', "none", "fixed"]

        cookies = kept(page.context, server)
        page.locator(".st-key-sign_out button").click()
        page.get_by_role("button", name="End session").click()
        page.wait_for_url(f"{server.base_url}/**")
        is_turned_away(page, "还没有登录")
        assert COOKIE not in {item.get("name") for item in page.context.cookies(server.base_url)}

    assert len(audited(db, action="login", actor="zhang")) == 1
    assert len(audited(db, action="logout", actor="zhang")) == 1
    with window(browser, *cookies) as page:  # whoever has copied the cookie
        page.goto(server.base_url)
        is_turned_away(page, "这次登录已经退出")
    refused = audited(db, action="refusal", subject="zhang")
    assert [event["detail"]["reason"] for event in refused] == ["signed_out"]


def test_a_stranger_sees_whom_to_ask_and_nothing_else(
    browser: Browser, server: RunningServer, db: Path
) -> None:
    with window(browser) as page:
        sign_in(page, server, "stranger")
        is_turned_away(page, "这个账号没有开通")
        expect(page.locator(".st-key-gate")).to_contain_text("stranger")
        expect(page.locator(".st-key-gate")).to_contain_text(CONTACT)
        page.goto(f"{server.base_url}/data_cloud")
        is_turned_away(page, "这个账号没有开通")
    reasons = {event["detail"]["reason"] for event in audited(db, action="refusal", subject="stranger")}
    assert reasons == {"unknown"}
    assert audited(db, action="login", actor="stranger") == []


def test_cookies_that_must_open_nothing(browser: Browser, server: RunningServer, db: Path) -> None:
    now, url = machine_now(), server.base_url
    attempts = [
        # (what the gate says, subject and reason in the audit, the cookie)
        (
            "登录凭据无效",  # signed by somebody else
            "",
            "forged",
            cookie(url, "wang", issued=now, expires=now + HOUR, secret=OTHER_SECRET),
        ),
        ("登录凭据无效", "", "forged", "nonsense"),
        ("登录已过期", "li", "expired", cookie(url, "li", issued=now - 2 * HOUR, expires=now - HOUR)),
        (
            "登录已过期",  # the provider would let it live for a week; we do not
            "li",
            "expired",
            cookie(url, "li", issued=now - 13 * HOUR, expires=now + 168 * HOUR),
        ),
        ("登录时间在将来", "li", "clock", cookie(url, "li", issued=now + HOUR, expires=now + 2 * HOUR)),
        (
            "只能在它的大屏上使用",
            "far-wall",
            "elsewhere",
            cookie(url, "far-wall", issued=now, expires=now + HOUR),
        ),
    ]
    for words, subject, reason, value in attempts:
        before = len(audited(db, action="refusal", subject=subject))
        with window(browser, made(server, value)) as page:
            page.goto(server.base_url)
            is_turned_away(page, words)
        found = audited(db, action="refusal", subject=subject)
        assert (len(found), found[0]["detail"]["reason"]) == (before + 1, reason)
    assert audited(db, action="login", actor="li") == []


def test_signing_out_everywhere_ends_open_pages_and_copied_cookies(
    browser: Browser, server: RunningServer, db: Path
) -> None:
    with window(browser) as page:
        sign_in(page, server, "zhao")
        expect(page.locator(".st-key-account")).to_contain_text("zhao")
        cookies = kept(page.context, server)
        assert data(db, "users", "sign-out", "ZHAO", "--json").json == {"signed_out": "ZHAO"}
        is_turned_away(page, "这次登录已经退出")  # the open page by itself
    with window(browser, *cookies) as page:
        page.goto(server.base_url)
        is_turned_away(page, "这次登录已经退出")
        sign_in(page, server, "zhao")
        expect(page.locator(".st-key-account")).to_contain_text("zhao")  # a new sign-in holds
        assert data(db, "users", "change", "zhao", "--inactive", "--json").code == 0
        is_turned_away(page, "这个账号已停用")


def test_everybody_lands_on_their_own_screen_and_is_kept_off_the_others(
    browser: Browser, server: RunningServer, db: Path
) -> None:
    with window(browser) as page:
        sign_in(page, server, "wang")
        expect(page.locator(".st-key-user_filter")).to_be_visible()
        menu = page.locator(".st-key-menu")
        expect(menu).to_contain_text("用户")
        expect(menu).not_to_contain_text("案件")
        page.goto(f"{server.base_url}/cases")
        expect(page.get_by_text("“案件”不在您的权限内")).to_be_visible()
        expect(page.get_by_text("三员分立")).to_be_visible()
    with window(browser) as page:
        sign_in(page, server, "li")
        expect(page.locator(".st-key-crumbs h1")).to_be_visible()
        page.goto(f"{server.base_url}/users?role=administrator")
        expect(page.get_by_text("“用户”不在您的权限内")).to_be_visible()
        expect(page.locator(".st-key-user_filter")).to_have_count(0)
    assert [event["subject"] for event in audited(db, action="refusal", actor="wang")] == ["cases"]
    assert [event["subject"] for event in audited(db, action="refusal", actor="li")] == ["users"]


def test_a_page_left_alone_puts_itself_away(
    browser: Browser,
    db: Path,
    provider: Provider,
    serve: Callable[..., AbstractContextManager[RunningServer]],
    tmp_path: Path,
) -> None:
    """With the server of this test; a wall screen beside it stays."""
    copy = tmp_path / "idle.duckdb"
    with Store.opened(copy) as store:
        users.add(store, HOUSEKEEPER, UserText("zhang", ("leader",), ("*",)))
        users.add(store, HOUSEKEEPER, UserText("wall", ("leader",), ("*",), kiosk_address="127.0.0.1"))
    with (
        secrets_file(tmp_path, provider),
        serve(copy, login="oidc", idle_minutes=0.1, version_poll_seconds=0.5) as server,
        window(browser) as wall,
        window(browser) as page,
    ):
        sign_in(wall, server, "wall")
        sign_in(page, server, "zhang")
        cookies = kept(page.context, server)
        is_turned_away(page, "长时间没有操作")
        with window(browser, *cookies) as again:  # another window of the same sign-in
            again.goto(server.base_url)
            is_turned_away(again, "长时间没有操作")
        expect(wall.locator(".st-key-account")).to_contain_text("wall")
        wall.reload()
        expect(wall.locator(".st-key-account")).to_contain_text("wall")
        ended = [event["detail"] for event in audited(copy, action="logout", actor="zhang")]
        assert ended == [{"reason": "idle"}]
