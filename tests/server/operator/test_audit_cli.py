"""`python -m data audit` and `retention`: exit codes, one JSON object, the same through a running server."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from data.export import BOM
from tests.support.database import copied_db
from tests.support.operator import channel_server, data, data_here
from tests.support.small_city import MAPPING, at, case, write_cases


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, small_city_db: Path) -> Path:
    """A city whose one case was closed a long time ago, and its audit with an anchor."""
    folder = tmp_path_factory.mktemp("audited")
    db = folder / "city.duckdb"
    shutil.copy(small_city_db, db)
    rows = [
        case("a", reported="2020-01-01 08:00:00", closed="2020-01-02 08:00:00", state="closed", tel="13812345678",
             **at(0, 0)),
    ]  # fmt: skip
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    write_cases(folder / "cases.csv", rows)
    done = data_here(db, "import", "cases", folder / "cases.csv", "--mapping", folder / "map.toml")
    assert done.code == 0, done.stderr
    return db


@pytest.fixture
def db(made: Path, tmp_path: Path) -> Path:
    return copied_db(made, tmp_path / "city.duckdb")


def test_a_whole_audit_is_exit_0_and_an_altered_one_exit_1_with_its_row(db: Path):
    whole = data_here(db, "audit", "verify", "--json")
    assert (whole.code, whole.json["ok"], whole.json["faults"], whole.json["rows"]) == (0, True, [], 6)
    assert whole.json["anchor_begun_after"] == [4]  # the small city was copied without its anchor
    assert "审计完整" in data_here(db, "audit", "verify").stdout
    with duckdb.connect(str(db)) as con:
        con.execute("update audit set actor = 'nobody' where seq = 3")
    altered = data_here(db, "audit", "verify", "--json")
    assert altered.code == 1
    assert [(one["kind"], one["seq"], one["until"]) for one in altered.json["faults"]] == [("altered", 3, 3)]
    told = data_here(db, "audit", "verify")
    assert told.code == 1
    assert "第 3 行：内容被改过" in told.stdout


def test_events_are_listed_by_filter(db: Path):
    told = data_here(db, "audit", "list", "--action", "import_cases", "--actor", "oper", "--json").json
    assert told["total"] == 1
    (event,) = told["events"]
    assert (event["seq"], event["actor"], event["subject"]) == (6, "operator", "batch:5")
    assert event["detail"]["accepted"] == 1
    assert data_here(db, "audit", "list", "--to", "2020-01-01", "--json").json == {"total": 0, "events": []}
    assert "导入案件" in data_here(db, "audit", "list", "--subject", "batch:5").stdout


def test_an_export_is_written_by_the_inspector_and_audited(db: Path, tmp_path: Path):
    out = tmp_path / "audit.csv"
    told = data_here(db, "audit", "export", "--out", out, "--json").json
    assert told["rows"] == 6
    assert len(list(csv.DictReader(out.read_bytes().removeprefix(BOM).decode().splitlines()))) == 6
    newest = data_here(db, "audit", "list", "--most", "1", "--json").json["events"][0]
    assert (newest["actor"], newest["action"]) == ("inspector", "audit_export")
    assert newest["detail"]["sha256"] == told["sha256"]
    assert data_here(db, "audit", "export", "--out", tmp_path / "a.xlsx", "--format", "xlsx").code == 1


def test_retention_previews_then_erases(db: Path):
    previewed = data_here(db, "retention", "--dry-run", "--json").json
    assert (previewed["done"], previewed["erased"]["phone"], previewed["erased_so_far"]) == (False, 1, {})
    done = data_here(db, "retention", "--json").json
    assert (done["done"], done["erased"]["phone"], done["erased_so_far"]) == (True, 1, {"phone": 1})
    assert done["by_batch"] == [{"batch": 5, "field": "phone", "cells": 1}]
    assert data_here(db, "audit", "verify").code == 0


def test_the_term_is_a_setting(db: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ONEGRID_RETENTION_PHONE_DAYS", "0")
    assert data_here(db, "retention", "--json").json["erased"]["phone"] == 0


def test_a_running_server_answers_the_same(db: Path):
    here = data_here(db, "audit", "verify", "--json").json
    with channel_server(db):
        served = data(db, "audit", "verify", "--json")
    assert (served.code, served.json) == (0, here)
