"""Who is looking, as pages run it: the demo mode's roles, screens that are not theirs, and the marks on a page."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from domain.actor import demo_actor
from domain.deeds import may_do
from domain.settings import settings
from domain.vocabulary import Role
from tests.support.pages import page
from tests.support.small_city import rows
from ui import storage, watermark
from ui.navigation import START, Screen, may_open, start_of
from ui.presence import Presence

NOW = datetime(2026, 3, 5, 14, 20)


@pytest.fixture(scope="module")
def town(module_town_db: Path) -> Path:
    return module_town_db


def picker(app: AppTest) -> list[str]:
    return next(list(box.options) for box in app.selectbox if (box.key or "").startswith("role_"))


def said(app: AppTest) -> str:
    return "\n".join(str(item.value) for item in (*app.info, *app.caption, *app.markdown))


def menu(app: AppTest) -> list[str]:
    """The screens that the menu offers, the open one included."""
    labels = {screen.label for screen in Screen}
    links = [str(item.proto.label) for item in app.get("page_link")]
    here = [item.value.strip("*") for item in app.markdown if item.value.startswith("**")]
    return [label for label in (*here, *links) if label in labels]


def test_the_demo_offers_every_duty(opened: pytest.MonkeyPatch, town: Path) -> None:
    app = page(opened, town, "indicators")
    offered = [option.partition(" · ")[0] for option in picker(app)]
    assert offered == ["领导", "社区书记", "分析员", "部门经办人", "数据管理员", "系统管理员", "审计员"]
    assert all(" · " in option for option in picker(app) if option.startswith(("社区书记", "部门经办人")))


def test_a_department_handler_sees_the_cases_of_the_department(
    opened: pytest.MonkeyPatch, town: Path
) -> None:
    app = page(opened, town, "cases", role="department_handler", period="all")
    assert not app.exception
    store = storage.store()
    name, cases = rows(
        store,
        "select department, count(*) from cases where department is not null group by 1 order by 2 desc, 1 limit 1",
    )[0]
    assert any(f" · {name}" in option for option in picker(app))
    assert f"共 **{cases:,}** 件" in said(app)


@pytest.mark.parametrize(
    ("role", "screen", "allowed"),
    [
        ("administrator", "users", True),
        ("administrator", "cases", False),
        ("auditor", "users", False),
        ("auditor", "data_cloud", False),
        ("operator", "users", False),
        ("leader", "users", False),
        ("leader", "indicators", True),
    ],
)
def test_screens_by_role(
    opened: pytest.MonkeyPatch, town: Path, role: str, screen: str, *, allowed: bool
) -> None:
    app = page(opened, town, screen, role=role)
    assert not app.exception
    store = storage.store()
    told = rows(store, "select actor, subject from audit where action = 'refusal' order by seq desc limit 1")
    if allowed:
        assert "不在您的权限内" not in said(app)
        return
    assert any("不在您的权限内" in str(info.proto) for info in app.info) or "不在您的权限内" in said(app)
    assert told == [(f"demo-{role}", screen)]
    before = rows(store, "select count(*) from audit")
    app.run()  # the same window again
    assert rows(store, "select count(*) from audit") == before
    assert not app.metric
    assert not app.dataframe


def test_the_menu_shows_only_what_may_be_opened(opened: pytest.MonkeyPatch, town: Path) -> None:
    app = page(opened, town, "users", role="administrator")
    mine = [screen.label for screen in Screen if may_open(demo_actor(Role.ADMINISTRATOR), screen).allowed]
    assert sorted(menu(app)) == sorted(mine)
    assert Screen.USERS.label in mine
    assert Screen.CASES.label not in mine


@pytest.mark.parametrize("role", Role)
def test_everybody_lands_on_a_screen_of_theirs(role: Role) -> None:
    actor = demo_actor(role)
    start = start_of(actor)
    assert may_open(actor, start).allowed
    if role is Role.ADMINISTRATOR:
        assert start is Screen.USERS
    elif start.deed is not None and role is not Role.AUDITOR:
        assert start is START
        assert may_do(actor, start.deed).allowed


def test_the_url_chooses_no_role_outside_the_demo(opened: pytest.MonkeyPatch, town: Path) -> None:
    opened.setenv("ONEGRID_LOGIN", "proxy")
    app = page(opened, town, "one_map", role="operator")
    assert not app.exception
    assert [item.value for item in app.subheader] == ["还没有登录"]
    assert not app.metric
    assert not app.selectbox


def test_a_callback_asks_anew(opened: pytest.MonkeyPatch, town: Path) -> None:
    """What a page drew for one actor does nothing once somebody else is looking."""
    app = page(opened, town, "users", role="administrator")
    app.query_params["role"] = "leader"
    button = next(item for item in app.button if item.label == "新增")
    login = next(item for item in app.text_input if item.label == "登录名")
    roles = next(item for item in app.multiselect if (item.key or "").startswith("user_roles_"))
    login.set_value("mallory")
    roles.set_value([Role.AUDITOR])
    button.click().run()
    assert rows(storage.store(), "select * from app_user") == []


def test_adding_and_changing_on_the_screen(opened: pytest.MonkeyPatch, town_db: Path) -> None:
    app = page(opened, town_db, "users", role="administrator")
    next(item for item in app.text_input if item.label == "登录名").set_value("zhang")
    roles = next(item for item in app.multiselect if (item.key or "").startswith("user_roles_"))
    roles.set_value([Role.LEADER])
    button = next(item for item in app.button if item.label == "新增")
    button.click().run()
    assert [item.value for item in app.warning] != []  # a leader without a scope would see nothing
    next(item for item in app.text_input if item.label.startswith("区划编码")).set_value("*")
    next(item for item in app.button if item.label == "新增").click().run()
    assert not app.exception
    assert rows(storage.store(), "select login, roles, areas, created_by from app_user") == [
        ("zhang", ["leader"], ["*"], "demo-administrator")
    ]
    app.query_params["user"] = "zhang"
    app.run()
    note = next(item for item in app.text_input if item.label == "备注" and b"zhang".hex() in str(item.key))
    note.set_value("城区")
    next(item for item in app.button if item.label == "保存").click().run()
    assert rows(storage.store(), "select note, changed_by from app_user") == [("城区", "demo-administrator")]
    next(item for item in app.button if item.label == "确认删除").click().run()
    assert rows(storage.store(), "select login from app_user") == []
    assert not app.exception


def test_the_watermark_holds_any_login_as_text() -> None:
    hostile = '<script>alert(1)</script>"&`${x}'
    tile = watermark.picture(hostile, NOW)
    tree = ET.fromstring(tile)  # noqa: S314 -- our own
    texts = [element.text for element in tree.iter() if element.tag.endswith("text")]
    assert texts == [hostile, "2026-03-05 14:20"]
    assert "<script" not in tile


def test_the_watermark_is_drawn_where_it_is_wanted(opened: pytest.MonkeyPatch, town: Path) -> None:
    def drawn(app: AppTest) -> list[str]:
        styles = [str(item.proto.body) for item in app.get("html")]
        return [text.partition("base64,")[2].partition('"')[0] for text in styles if "base64," in text]

    assert drawn(page(opened, town, "indicators")) == []  # not in the demo
    storage.close_store()
    opened.setenv("ONEGRID_WATERMARK", "true")
    settings.cache_clear()
    found = drawn(page(opened, town, "indicators"))
    assert len(found) == 1
    assert "demo-leader" in base64.b64decode(found[0]).decode()


def test_presence_remembers_the_last_use_of_each_sign_in() -> None:
    presence = Presence()
    assert presence.last("a") is None
    presence.touch("a", NOW)
    presence.touch("b", NOW - timedelta(days=3))
    presence.touch("a", NOW + timedelta(minutes=1))
    assert (presence.last("a"), presence.last("b")) == (NOW + timedelta(minutes=1), NOW - timedelta(days=3))
    presence.forget("a")
    assert presence.last("a") is None
