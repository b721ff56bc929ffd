"""`--compound` and `--company`: the cases inside compounds, on every command that takes a filter."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from data.store import Store
from domain.actor import OPERATOR
from tests.support.database import copied_db
from tests.support.opened_files import records
from tests.support.operator import data_here
from tests.support.rated_city import put_cases_of
from tests.support.small_compounds import COMPOUNDS, bring_compounds


@pytest.fixture(scope="module")
def db(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases in C1 and one in C5, both of 安居物业; one in C2 of 德邻物业; one in no compound."""
    path = copied_db(small_city_db, tmp_path_factory.mktemp("filter") / "city.duckdb")
    with Store.opened(path) as store:
        bring_compounds(store, COMPOUNDS)
        with store.writing(OPERATOR) as writer:
            writer.set_city(name=None, timezone="Asia/Shanghai", as_of=datetime(2026, 7, 1))
        reported = {"reported_at": datetime(2026, 5, 1)}
        put_cases_of(store, [{"compound": code, **reported} for code in ("C1", "C1", "C5", "C2", None)])
    return path


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ([], 5),
        (["--compound", "C1"], 2),
        (["--compound", "C1", "--compound", "C2"], 3),
        (["--company", "安居物业"], 3),
        (["--company", "安居物业", "--compound", "C5"], 1),
    ],
)
def test_figures_indicator_and_export_keep_the_same_cases(
    db: Path, tmp_path: Path, options: list[str], count: int
):
    assert data_here(db, "figures", *options, "--json").json["cases"] == count
    told = data_here(db, "indicator", "cases", "--from", "2026-05-01", *options, "--json").json
    assert told["value"] == count
    out = tmp_path / "cases.csv"
    done = data_here(db, "export", "cases", "--out", out, "--format", "csv", *options, "--json").json
    assert len(records(out)) == done["rows"] == count


@pytest.mark.parametrize(
    ("option", "message", "near"),
    [
        ("--compound", "没有小区“无此”。", "小区写编码，例如 C"),
        ("--company", "没有物业企业“无此”。", "企业写全名，例如 "),
    ],
)
def test_one_that_is_not_there_is_refused_with_those_that_are(db: Path, option: str, message: str, near: str):
    told = data_here(db, "figures", option, "无此")
    assert told.code == 1
    assert message in told.stderr
    assert near in told.stderr
    assert "python -m data rate --each" in told.stderr
