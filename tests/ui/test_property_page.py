"""The screen 红色物业 as Streamlit runs it, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.actor import OPERATOR
from tests.support.pages import page
from tests.support.small_city import COMMUNITIES, WEST_STREET
from tests.support.small_compounds import COMPOUNDS, bring_compounds
from ui.property import words

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
    """The small city with its five compounds, on 10 March 2026."""
    with Store.opened(city_db) as store:
        bring_compounds(store, COMPOUNDS)
        with store.writing(OPERATOR) as writer:
            writer.set_city(name="江北", timezone="Asia/Shanghai", as_of=datetime(2026, 3, 10, 12))
    return city_db


def test_the_list_says_how_many_and_opens_one(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, part="compounds", compound="C2")
    assert names(app) == ["梧桐苑", "银杏里", "老机床厂宿舍", "铁路新村", "柳岸花园"]
    assert "共 5 个小区，符合条件 5 个" in told(app)
    facts: dict[str, str] = dict(app.table[0].value.itertuples(index=False))
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
    assert names(page(opened, db, SCREEN, part="compounds", **query)) == listed


def test_a_compound_that_is_not_the_readers_does_not_open(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, part="compounds", area=COMMUNITIES[0], compound="C4")
    assert not app.table
    assert "铁路新村" not in told(app)


def test_without_compounds_it_says_how_to_import_them(opened: pytest.MonkeyPatch, city_db: Path) -> None:
    app = page(opened, city_db, SCREEN)
    assert "没有登记小区" in app.info[0].proto.title
    assert "import compounds" in app.code[0].value


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_unmanaged_compounds_are_counted_down(opened: pytest.MonkeyPatch, db: Path) -> None:
    """The small city's clock stands at 2026-03-10: C3 is overdue, C4 has relapsed and has no measure."""
    app = page(opened, db, SCREEN, part="unmanaged")
    assert metrics(app) == {
        "还有几个弃管小区": "2",
        "今年已清零": "0",
        "逾期": "1",
        "没有措施": "1",
        "没有到期日": "1",
        "返弃": "1",
    }
    listed = app.dataframe[0].value
    assert listed["小区名称"].tolist() == ["老机床厂宿舍", "铁路新村"]
    assert listed["措施"].tolist() == ["街道托管", "没有措施"]
    assert listed["期限"].tolist() == ["逾期 10 天", ""]
    streets = app.dataframe[1].value
    assert streets["弃管小区"].sum() == 2
    one = page(opened, db, SCREEN, part="unmanaged", takeover="none", compound="C4")
    assert names(one) == ["铁路新村"]
    facts: dict[str, str] = dict(one.table[0].value.itertuples(index=False))
    assert "返弃" in facts["上一段弃管止于"]


def test_of_the_five_nobody_has_spoken_of_none_is_said_to_lack() -> None:
    assert [words.five(*pair) for pair in ((0, 5), (0, 4), (3, 0))] == ["未填", "0/5，4 项未填", "3/5"]


def test_the_households_of_streets_are_written_with_separators(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, part="unmanaged")
    streets: Any = next(found for found in app.dataframe if "没有措施" in found.value)
    columns = json.loads(streets.proto.columns)
    assert columns["户数"]["type_config"]["format"] == "%,d"


def test_blanks_and_unknown_are_told_apart(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, part="checklist")
    assert "五有齐全 100.0 % · 1/1；4 个小区还有未填项" in told(app)
    streets = app.dataframe[0].value.set_index("街道")
    assert streets.loc["望江街道", "党支部"] == "100.0 % · 2/2，1 未填"
    assert streets.loc["柳岸街道", "活动场所"] == "— · 0/0，2 未填"
    assert names_in(app, "活动场所") == []
    assert names_in(page(opened, db, SCREEN, part="checklist", have="has_place"), "活动场所") == [
        "老机床厂宿舍"
    ]
    unknown = page(opened, db, SCREEN, part="checklist", have="has_consultation", answer="unknown")
    assert names_in(unknown, "议事协商") == ["银杏里", "老机床厂宿舍", "铁路新村", "柳岸花园"]
    assert "1 个示范小区；1 个小区填了" in told(app)


def names_in(app: AppTest, column: str) -> list[str]:
    """The compounds of the table that has a column, the areas' table left out; none where there is no such table."""
    for found in app.dataframe:
        if "小区名称" in found.value and column in found.value:
            return [str(name) for name in found.value["小区名称"]]
    return []
