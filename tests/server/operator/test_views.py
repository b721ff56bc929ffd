"""Exports of saved views from the command line: one, one file an area, and a schedule of them."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from data import views
from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.errors import InputRefused
from domain.schedule import filled, read_schedule
from domain.vocabulary import Role
from tests.support.operator import channel_server, data, data_here
from tests.support.repository import ROOT
from tests.support.small_city import COMMUNITIES, at, case, import_cases, write_cases

ANNA = Actor("anna", frozenset({Role.ANALYST}), frozenset({"*"}))


@pytest.fixture
def db(city_db: Path, tmp_path: Path) -> Path:
    """Five cases of March, one of them nowhere and one of January; two views of anna, one shared."""
    with Store.opened(city_db) as store:
        lines = [
            case("a", **at(0, 0)),
            case("b", category="噪声", **at(1, 1)),
            case("c", category="噪声", **at(0, 2)),
            case("d", category="噪声"),
            case("old", category="噪声", reported="2026-01-01 08:00:00", **at(0, 0)),
        ]
        import_cases(store, write_cases(tmp_path / "cases.csv", lines))
        with store.writing(OPERATOR) as writer:
            writer.set_city(name="江北", timezone="Asia/Shanghai", as_of=datetime(2026, 3, 20))
        views.save(store, ANNA, "噪声/近30天", {"category": ["噪声"]})
        shared = views.save(store, ANNA, "everything", {"period": ["all"]})
        views.share(store, ANNA, shared, Role.OPERATOR)
    return city_db


def numbers(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return sorted(line["source_case_id"] for line in csv.DictReader(lines))


def test_a_view_is_exported_as_one_file(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    told = data_here(db, "export", "view", "噪声/近30天", "--owner", "anna", "--out", out, "--json").json
    assert numbers(out) == ["b", "c", "d"]  # 30 days up to the as-of time: not the one of January
    assert (told["rows"], told["view"], told["owner"], told["per"]) == (3, "噪声/近30天", "anna", None)
    assert told["filter"] == {"from": "2026-02-18", "to": "2026-03-19", "category": ["噪声"]}


@pytest.mark.parametrize("form", [["export", "view", "everything"], ["export", "--view", "everything"]])
def test_both_spellings_give_one_file_an_area(db: Path, tmp_path: Path, form: list[str]) -> None:
    out = tmp_path / "out.zip"
    told = data_here(db, *form, "--per", "community", "--out", out, "--json").json
    with zipfile.ZipFile(out) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert (told["rows"], manifest["total"], manifest["view"]) == (5, 5, "everything")
    assert {one["code"]: one["rows"] for one in manifest["files"]} == {
        COMMUNITIES[0]: 3,
        COMMUNITIES[1]: 1,
        COMMUNITIES[2]: 0,
        COMMUNITIES[3]: 0,
        "": 1,
    }


def test_while_a_server_holds_the_database_it_does_the_work(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    with channel_server(db):
        done = data(db, "export", "--view", "everything", "--per", "grid", "--format", "xlsx", "--out", out)
    assert (done.code, done.stderr.strip()) == (0, "")
    with zipfile.ZipFile(out) as archive:
        assert len(archive.namelist()) == 16 + 1 + 2  # every grid, the unplaced one, both manifests


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["view", "噪声/近30天"], 1, "没有叫“噪声/近30天”的视图"),  # private, and its owner not named
        (["view", "everything", "--owner", "bo"], 1, "没有叫“everything”的视图"),
        (["--view", "everything", "cases", "--format", "csv", "--out", "x.csv"], 2, ""),
        ([], 2, ""),
        (["schedule", "nowhere.toml"], 1, "没有文件"),
    ],
)
def test_what_cannot_be_done_is_refused(db: Path, arguments: list[str], code: int, said: str) -> None:
    done = data_here(db, "export", *arguments)
    assert done.code == code
    assert said in done.stderr.replace("\n", "")


SCHEDULE = """
[[export]]
view = "噪声/近30天"
owner = "anna"
per = "community"
format = "csv"
folder = "weekly"
file = "{view}_{week}"
every = "week"

[[export]]
view = "everything"
format = "parquet"
folder = "daily"

[[export]]
view = "nobody's"
format = "csv"
folder = "daily"
"""


def test_a_schedule_runs_what_is_due_and_only_that(db: Path, tmp_path: Path) -> None:
    plan = tmp_path / "schedule.toml"
    plan.write_text(SCHEDULE, encoding="utf-8")
    done = data_here(db, "export", "schedule", plan, "--json")
    assert done.code == 1
    told = done.json
    assert (told["entries"], told["done"], told["waiting"], told["failed"]) == (3, 2, 0, 1)
    assert [one["status"] for one in told["exports"]] == ["done", "done", "failed"]
    assert "没有叫“nobody's”的视图" in told["exports"][2]["error"]
    first, second = (Path(one["out"]) for one in told["exports"][:2])
    assert first == tmp_path / "weekly" / "噪声_近30天_2026-W12.zip"
    assert second == tmp_path / "daily" / "everything_2026-03-19.parquet"
    before = first.read_bytes(), second.read_bytes()

    again = data_here(db, "export", "schedule", plan, "--json").json
    assert (again["done"], again["waiting"], again["failed"]) == (0, 2, 1)
    assert (first.read_bytes(), second.read_bytes()) == before
    second.unlink()
    assert data_here(db, "export", "schedule", plan, "--json").json["done"] == 1
    assert second.exists()


def test_people_are_told_too(db: Path, tmp_path: Path) -> None:
    plan = tmp_path / "schedule.toml"
    plan.write_text(SCHEDULE, encoding="utf-8")
    said = data_here(db, "export", "schedule", plan).stdout
    assert "已导出  3 行" in said
    assert "没有导出" in said
    assert "本期已有，未重复" in data_here(db, "export", "schedule", plan).stdout


def test_the_example_can_be_read() -> None:
    schedule = read_schedule(ROOT / "docs" / "examples" / "schedule.toml")
    assert [entry.every for entry in schedule.export] == ["week", "day"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('file = "{nothing}"', "unknown placeholder"),
        ('file = "../{view}"', "plain file name"),
        ('file = ".hidden"', "plain file name"),
        ('every = "hour"', "every"),
        ('per = "house"', "per"),
        ('strange = "x"', "strange"),
        ("broken", "TOML"),
    ],
)
def test_a_schedule_that_is_wrong_says_where(tmp_path: Path, line: str, said: str) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(f'[[export]]\nview = "a"\nformat = "csv"\nfolder = "."\n{line}\n', encoding="utf-8")
    with pytest.raises(InputRefused, match=said):
        read_schedule(plan)


@pytest.mark.parametrize(
    ("every", "expected"), [("day", "v_2027-01-01"), ("week", "v_2026-W53"), ("month", "v_2027-01")]
)
def test_a_period_is_that_of_the_calendar(every, expected: str) -> None:
    assert filled("{view}_{period}", "v", every, date(2027, 1, 1)) == expected
