"""What the command line says to people: no keys, no None, and what matters first."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.audit import rewind_words
from server.operator.render import render
from tests.support.operator import data_here


@pytest.mark.parametrize(
    ("origin", "to", "told"),
    [
        (40, 32, "审计链从第 40 行退回到第 32 行"),
        (0, 32, "审计链接着备份的第 32 行"),  # nothing stood there
        (32, 32, "审计链接着备份的第 32 行"),
    ],
)
def test_how_far_a_restore_takes_the_chain(origin: int, to: int, told: str):
    assert rewind_words(origin, to) == told


def test_a_restore_says_what_stands_where_and_the_audit_which_backup(city_db: Path, tmp_path: Path):
    assert data_here(city_db, "backup", tmp_path / "night.duckdb").code == 0
    fresh = tmp_path / "new" / "city.duckdb"
    told = data_here(fresh, "restore", tmp_path / "night.duckdb").stdout
    assert f"已从 night.duckdb 恢复到 {fresh}" in told
    assert "那里原来没有数据库" in told
    assert "审计链接着备份的第" in told
    assert "None" not in told
    again = data_here(fresh, "restore", tmp_path / "night.duckdb").stdout
    assert f"原库保留为 {fresh}.before-restore-" in again
    assert "退回到第" in again
    (newest,) = data_here(fresh, "audit", "list", "--most", "1", "--json").json["events"]
    assert (newest["action"], newest["detail"]["backup"]) == ("restore", "night.duckdb")


def test_a_user_is_told_under_the_headings_of_the_list(city_db: Path):
    added = data_here(city_db, "users", "add", "boss", "--role", "leader", "--area", "*").stdout
    assert added.splitlines() == ["登录名: boss", "角色: 领导", "区划: *", "启用: 是"]
    changed = data_here(city_db, "users", "change", "boss", "--inactive", "--note", "[b]x[/b]").stdout
    assert changed.splitlines()[-2:] == ["启用: 否", "备注: [b]x[/b]"]
    assert "已强制退出: boss" in data_here(city_db, "users", "sign-out", "boss").stdout
    assert "已删除用户: boss" in data_here(city_db, "users", "remove", "boss").stdout


def test_an_as_of_time_without_data_is_no_time(city_db: Path):
    told = data_here(city_db, "city", "--as-of", "data").stdout
    assert "统计时点: 数据最后一天结束时；现在还没有数据" in told
    assert "实时" not in told
    assert data_here(city_db, "city", "--json").json["waits_for_data"] is True
    pinned = data_here(city_db, "city", "--as-of", "2026-03-02 00:00").stdout
    assert "统计时点: 2026-03-02 00:00:00" in pinned
    assert "实时: 否" in pinned


def test_the_audit_s_detail_stays_in_one_piece(city_db: Path):
    data_here(city_db, "city", "--name", "江北")
    (event,) = data_here(city_db, "audit", "list", "--most", "1", "--json").json["events"]
    lines = data_here(city_db, "audit", "list", "--most", "1").stdout.splitlines()
    assert lines[0].split()[0] == str(event["seq"])
    assert "修改城市设置" in lines[0]
    assert lines[1].strip().startswith('{"')
    assert lines[1].strip().endswith("}")
    assert lines[2].startswith("1 条，共 ")


def area(code: str, value: float | None, rank: int | None) -> dict[str, object]:
    return {
        "code": code, "name": code, "cases": 1, "numerator": value, "denominator": None, "value": value,
        "low": None, "high": None, "rank": rank, "best": rank, "worst": rank, "small": False,
        "like_first": rank == 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "order", "reversed_"),
    [
        ([area("a", 1, 1), area("b", 5, 2), area("c", 9, 3), area("d", None, None)], "cbad", True),
        ([area("a", 9, 1), area("b", 5, 2), area("d", None, None)], "abd", False),
        ([area("d", None, None)], "d", False),
    ],
)
def test_areas_with_most_come_first(
    capsys: pytest.CaptureFixture[str], rows: list[dict[str, object]], order: str, reversed_: bool
):
    result = {
        "title": "超期", "profile_title": "通用", "unit": "cases", "value": 15, "low": None, "unavailable": "",
        "as_of": "2026-03-02", "window": {"words": "全部"}, "terms": [], "sides": [], "by": "community",
        "rows": rows, "elsewhere": 0, "denominator": None, "first_by_placeholder": None,
    }  # fmt: skip
    render("indicator", result)
    told = capsys.readouterr().out
    shown = [line for line in told.splitlines() if any(f" {code} " in line for code in "abcd")]
    assert [next(code for code in "abcd" if f" {code} " in line) for line in shown] == list(order)
    assert ("越低越好" in told) is reversed_
