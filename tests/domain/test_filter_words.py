"""A filter in words: one line a condition, none forgotten."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from domain.actor import OPERATOR, Actor
from domain.filter_words import filter_words, scope_words, side_definition
from domain.filters import CaseFilter, FindingRows, HourCell, Side
from domain.i18n import use_language

WORDS: dict[str, tuple[dict[str, Any], str]] = {
    "start": ({"start": date(2026, 3, 1)}, "上报日期：2026-03-01 至 —（含首尾两天）"),
    "end": ({"end": date(2026, 3, 31)}, "上报日期：— 至 2026-03-31（含首尾两天）"),
    "area": ({"area": "330102001001"}, "区划：南园社区（330102001001）"),
    "categories": ({"categories": ("噪声", "-")}, "类别：噪声、（未填）"),
    "channels": ({"channels": ("patrol", "市长信箱", "-")}, "渠道：巡查发现、市长信箱、（未填）"),
    "states": ({"states": ("closed", "void")}, "状态：已结案、作废"),
    "text": ({"text": "漏水"}, "编号、标题或地点含有：漏水"),
    "hours": ({"hours": (HourCell(5, 19), HourCell(7, 0))}, "上报时刻：周五 19–20 时、周日 0–1 时"),
    "side": (
        {"side": Side("general", "closing_rate", "rest")},
        "指标的一侧：结案率（通用口径）：分母中的其余案件",
    ),
    "finding": (
        {"finding": FindingRows(12, "code_mismatch")},
        "数据问题：第 12 批：行内编码与坐标所在区域不符",
    ),
    "compounds": ({"compounds": ("330102001001X01", "Y2")}, "小区：330102001001X01、Y2"),
    "companies": ({"companies": ("锦川物业", "云岸物业")}, "物业公司：锦川物业、云岸物业"),
}


@pytest.mark.parametrize("name", [field.name for field in fields(CaseFilter)])
def test_every_condition_has_its_words(name: str) -> None:
    conditions, told = WORDS[name]
    assert filter_words(replace(CaseFilter(), **conditions), "南园社区") == [told]


def test_a_finding_of_a_rule_that_is_no_more_is_named_by_its_code() -> None:
    assert filter_words(CaseFilter(finding=FindingRows(3, "old_rule"))) == ["数据问题：第 3 批：old_rule"]


def test_no_condition_is_said_too() -> None:
    assert filter_words(CaseFilter()) == ["没有限制：全部案件"]
    with use_language("en"):
        assert filter_words(CaseFilter()) == ["No restriction: all cases"]


def test_the_scope_of_a_reader_is_part_of_what_a_file_holds() -> None:
    assert scope_words(OPERATOR) == "全部区划"
    secretary = Actor("s", frozenset(), frozenset({"330102001001"}), frozenset({"城管局"}))
    assert scope_words(secretary) == "只含导出人有权查看的：330102001001、城管局"


def test_a_side_brings_its_definition() -> None:
    told = side_definition(Side("general", "closing_rate", "rest"))
    assert told[0] == "结案率（通用口径）"
    assert told[1].startswith("分子：")
    assert told[2].startswith("分母：")
    assert any(line.startswith("不计：作废") for line in told)


def test_a_compound_is_told_by_its_name_where_there_is_one() -> None:
    chosen = CaseFilter(compounds=("C1", "C2"))
    assert filter_words(chosen, None, {"C1": "兰亭苑"}) == ["小区：兰亭苑（C1）、C2"]
