"""Ratings on the screen 红色物业, without a browser: two compounds rated by hand, one on each list, the others not.

C2 has 60 cases per 100 households, all late, reworked and rated bad, 10 points for party building and 20 for the
inspection: 25 × 30/90 + 10 × 10/90 + 10 × 20/90 = 11.7 points, and 5 off for the inspection: 6.7. C1 has 40 cases in
400 households, all in time and rated good.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from domain.actor import OPERATOR
from domain.ratings import between, catalogue
from domain.ratings.arithmetic import Evidence, rate
from tests.support.pages import page
from tests.support.rated_city import put_assessments, put_cases_of
from tests.support.ratings import assessed, density, evidence, share
from tests.support.small_city import COMMUNITIES
from tests.support.small_compounds import COMPOUNDS, bring_compounds
from tests.ui.test_property_page import names_in, told
from tests.ui.test_scenario_export import file_of

SCREEN = "property_ratings"
QUARTERS = ("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30")


def cases() -> Iterator[Mapping[str, Any]]:
    for first, _last in QUARTERS:
        for number in range(100):
            reported = datetime.fromisoformat(first) + timedelta(days=2, hours=number)
            good = number < 40
            yield {
                "compound": "C1" if good else "C2",
                "reported_at": reported,
                "due_at": reported + timedelta(hours=72),
                "handled_at": reported + timedelta(hours=10 if good else 200),
                "closed_at": reported + timedelta(hours=10 if good else 200),
                "state": "closed",
                "rating": "good" if good else "bad",
                "rework_count": 0 if good else 1,
            }


def assessments() -> Iterator[Mapping[str, Any]]:
    for first, last in QUARTERS:
        for code, party, inspection in (("C1", 96, 98), ("C2", 10, 20)):
            for name, value in (("party_building", party), ("inspection", inspection)):
                yield {
                    "indicator": name,
                    "compound_code": code,
                    "period_start": first,
                    "period_end": last,
                    "value": value,
                    "evidence": f"{code}现场记录",
                }


@pytest.fixture
def db(city_db: Path) -> Path:
    with Store.opened(city_db) as store:
        bring_compounds(store, COMPOUNDS)
        put_cases_of(store, cases())
        put_assessments(store, assessments())
        with store.writing(OPERATOR) as writer:
            writer.set_city(name="江北", timezone="Asia/Shanghai", as_of=datetime(2026, 7, 10, 9))
    return city_db


def links(app: AppTest, screen: str) -> list[dict[str, list[str]]]:
    """Where the links to a screen lead that choose cases; those of the menu do not."""
    found = [element.proto for element in app.main if element.type == "page_link"]
    told = [parse_qs(proto.query_string) for proto in found if proto.page.endswith(screen)]
    return [query for query in told if "side" in query]


def test_a_compound_opens_to_its_arithmetic(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, compound="C2")
    assert "5 个小区：评级 2 个" in told(app)
    listed = app.dataframe[0].value
    assert listed["小区名称"].tolist()[:2] == ["银杏里", "梧桐苑"]
    assert listed["总分"].tolist()[0] == "6.7"
    assert listed["评定等级"].tolist()[2:] == ["不评级"] * 3
    assert listed["案件"].tolist()[:2] == [60, 40]
    assert "各项合计 11.7 分 − 扣分 5.0 分 = 6.7 分" in told(app)
    items = next(found.value for found in app.dataframe if "贡献" in found.value).set_index("项目")
    assert items["贡献"].tolist() == ["8.3", "0.0", "0.0", "0.0", "1.1", "2.2", "—"]
    assert items["权重"].iloc[-1] == "不计入"
    assert items["值"].iloc[1] == "0.0 % · 0/60"
    assert "现场检查不及格：扣 5 分" in told(app)
    evidence_told = next(found.value for found in app.dataframe if "依据" in found.value)
    assert set(evidence_told["依据"]) == {"C2现场记录"}
    assert {link["side"][0] for link in links(app, "cases")} >= {
        "general/on_time_handling_rate/rest", "general/per_100_households/numerator"}  # fmt: skip
    assert all(link["from"] == ["2026-04-01"] for link in links(app, "cases"))


def test_a_period_without_a_total_says_why(opened: pytest.MonkeyPatch, db: Path) -> None:
    words = told(page(opened, db, SCREEN, compound="C2"))
    assert "2025-Q4 没有分数：最早的案件是 2026-01-03 的，那时还没有数据" in words
    assert "2026-Q3 到 2026-09-30 结束，之后才评级。" in words
    words = told(page(opened, db, SCREEN, compound="C4"))
    assert "2026-Q1、2026-Q2 没有分数：已知项目只占权重的 " in words
    assert "党建考评、现场检查：本期没有考评结果" in words
    assert "2026-Q1、2026-Q2 没有分数，不作比较。" in words


def test_the_lists_say_who_since_when_and_why(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, part="lists")
    words = told(app)
    assert "区间上限低于 60 分；在榜 1 个，列出 1 个" in words
    assert "符合自 2026-Q1，2026-Q2 入榜 · 上期 6.7" in words
    assert "主要失分：按期处置率 0.0 % · 0/60" in words
    assert "区间下限不低于 75 分；在榜 1 个" in words
    app.button(key="open_2").click().run()
    assert "各项合计 11.7 分 − 扣分 5.0 分 = 6.7 分" in told(app)
    app = page(opened, db, SCREEN, part="lists")
    history = next(found.value for found in app.dataframe if "进出" in found.value)
    assert history["进出"].tolist() == ["入榜", "入榜"]
    before = page(opened, db, SCREEN, part="lists", rated="2026-Q1")
    assert "在榜 0 个" in told(before)
    assert names_in(before, "为什么不在榜") == ["银杏里", "梧桐苑"]


def test_a_listed_compound_that_is_opened_says_so(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, compound="C2")
    [black] = [str(found.value).replace("\\", "") for found in app.error]
    assert black.startswith("在黑榜：符合自 2026-Q1，2026-Q2 入榜。连续 2 期区间上限低于 60 分")
    app.button(key="to_lists").click().run()
    assert "lists" in app.query_params["part"]
    assert black.partition("入榜。")[2] in told(app)
    red = page(opened, db, SCREEN, compound="C1")
    assert [str(found.value).startswith("在红榜：") for found in red.success] == [True]
    for elsewhere in ({"compound": "C4"}, {"compound": "C2", "rated": "2026-Q1"}):
        app = page(opened, db, SCREEN, **elsewhere)
        assert "to_lists" not in [button.key for button in app.button]


def test_movements_add_up_and_name_the_compounds(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, part="movement", before="2025-Q4")
    moves = next(found.value for found in app.dataframe if "原等级" in found.value)
    assert moves["小区数"].sum() == 5
    assert "共 5 个，升 0 个，降 0 个，不变 0 个，有一期不评级 5 个" in told(app)
    assert "2025-Q4 不评级 5 个：最早的案件是 2026-01-03 的，那时还没有数据" in told(app)
    assert "2026-Q2 不评级 3 个：" in told(app)
    assert "本期没有考评结果 3 个" in told(app)
    assert names_in(app, "原总分") == ["银杏里", "梧桐苑"]  # the lowest total first
    below = page(opened, db, SCREEN, part="movement", before="2025-Q4", move="—.below")
    assert names_in(below, "原总分") == ["银杏里"]


def test_the_grades_of_a_movement_stand_in_their_order(opened: pytest.MonkeyPatch, db: Path) -> None:
    """The best on top on both sides; Plotly would put the largest there."""
    app = page(opened, db, SCREEN, part="movement", before="2026-Q1")
    drawn: Any = app.get("plotly_chart")[0]
    node = json.loads(drawn.proto.spec)["data"][0]["node"]
    half = len(node["label"]) // 2
    assert node["label"][0] == "五星 2026-Q1"
    assert node["label"][half - 1 : half + 1] == ["不评级 2026-Q1", "五星 2026-Q2"]
    for side in (node["y"][:half], node["y"][half:]):
        assert side == sorted(side)
        assert 0 < side[0] < side[-1] < 1


def test_a_secretary_reads_of_her_own_compounds_only(opened: pytest.MonkeyPatch, db: Path) -> None:
    app = page(opened, db, SCREEN, area=COMMUNITIES[2], part="lists")
    assert "银杏里" not in told(app)
    assert "在榜 0 个" in told(app)


def _failed() -> Evidence:
    """More cases, all of them in time, and an inspection that was failed."""
    worse = evidence(complaints=density(400, 860), inspection=assessed(40.0), on_time=share(118, 118))
    return Evidence(worse.items, worse.facts, {"unsafe": 40.0})


def test_what_moved_a_total_adds_up() -> None:
    profile = catalogue.profile("hongxin")
    before = rate(profile, evidence())
    after = rate(profile, _failed())
    steps = between.steps(before, after)
    gone = sum(part.points or 0.0 for part in before.contributions) - before.deducted
    now = sum(part.points or 0.0 for part in after.contributions) - after.deducted
    assert between.difference(before, after) == pytest.approx(now - gone)
    assert steps[0].item == "complaints"
    assert next(step.points for step in steps if step.item is None) == -5  # the inspection is failed now


def test_a_list_is_taken_out_as_it_stands_with_its_reasons(opened: pytest.MonkeyPatch, db: Path):
    app = page(opened, db, SCREEN, part="lists")
    found = pd.read_parquet(file_of(app, "list_black", "Parquet"))
    [row] = found.to_dict("records")
    assert (row["code"], row["since"], row["entered"], row["total"]) == ("C2", "2026-Q1", "2026-Q2", 6.7)
    assert (row["perhaps_earlier"], row["before_total"]) == (False, 6.7)
    assert row["reason"].startswith("连续 2 期区间上限低于 60 分")
    assert row["reason"] in [markdown.value.replace("\\", "") for markdown in app.markdown]
