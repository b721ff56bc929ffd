"""The screen 红色物业 as Streamlit runs it, without a browser."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from tests.support.pages import page
from tests.support.small_city import COMMUNITIES, WEST_STREET
from tests.support.small_compounds import COMPOUNDS, bring_compounds

SCREEN = "property_ratings"


def texts(elements: Iterable[Any]) -> str:
    return "\n".join(str(element.value).replace("\\", "") for element in elements)


def told(app: AppTest) -> str:
    """All that the page says in words."""
    return "\n".join(map(texts, (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning)))


def names(app: AppTest) -> list[str]:
    """The compounds that the first table lists."""
    return [str(name) for name in app.dataframe[0].value["小区名称"]]


@pytest.fixture
def db(city_db: Path) -> Path:
    """The small city with its five compounds."""
    with Store.opened(city_db) as store:
        bring_compounds(store, COMPOUNDS)
    return city_db


def test_the_list_says_how_many_and_opens_one(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, compound="C2")
    assert names(app) == ["梧桐苑", "银杏里", "老机床厂宿舍", "铁路新村", "柳岸花园"]
    assert "共 5 个小区，符合条件 5 个" in told(app)
    facts = dict(app.table[0].value.itertuples(index=False))
    assert (facts["物业公司"], facts["党支部"], facts["活动经费"], facts["议事协商"]) == (
        "德邻物业", "有", "无", "未填")  # fmt: skip


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ({"show": "unmanaged"}, ["老机床厂宿舍", "铁路新村"]),
        ({"show": "demonstration"}, ["梧桐苑"]),
        ({"show": "lacking"}, ["银杏里", "老机床厂宿舍"]),
        ({"show": "unknown"}, ["银杏里", "老机床厂宿舍", "铁路新村", "柳岸花园"]),
        ({"company": "安居物业"}, ["梧桐苑", "柳岸花园"]),
        ({"area": WEST_STREET}, ["梧桐苑", "银杏里", "老机床厂宿舍"]),
        ({"area": COMMUNITIES[2]}, ["铁路新村"]),
    ],
)
def test_the_list_is_narrowed(
    opened: pytest.MonkeyPatch, db: Path, query: dict[str, str], listed: list[str]
) -> None:
    assert names(page(opened, db, SCREEN, **query)) == listed


def test_a_compound_that_is_not_the_readers_does_not_open(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, area=COMMUNITIES[0], compound="C4")
    assert not app.table
    assert "铁路新村" not in told(app)


def test_without_compounds_it_says_how_to_import_them(opened: pytest.MonkeyPatch, city_db: Path) -> None:
    app = page(opened, city_db, SCREEN)
    assert "没有登记小区" in app.info[0].proto.title
    assert "import compounds" in app.code[0].value
