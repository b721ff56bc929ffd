"""Migrations: once each, in order, whole or not at all, and never by another text."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from data.migrate import FOLDER, migrate, migrations
from data.store import STORAGE_VERSION, Store
from domain.actor import OPERATOR
from domain.errors import StoreUnavailable
from tests.support.small_city import MAPPING, actor, case, import_cases, rows, undo_batch, write_cases

NOW = datetime(2026, 3, 1)
FIRST = "create table a (n integer); insert into a values (1);"
SECOND = "alter table a add column t varchar; create table b (n integer);"
BROKEN = "create table b (n integer); insert into nowhere values (1);"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "migrations"
    made.mkdir()
    return made


@pytest.fixture
def con():
    with duckdb.connect() as opened:
        yield opened


def step(folder: Path, number: int, text: str) -> None:
    (folder / f"{number:04d}_step.sql").write_text(text, encoding="utf-8")


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute("select table_name from duckdb_tables() order by 1").fetchall()
    return [name for (name,) in rows if name != "schema_migration"]


def test_each_step_runs_once_in_order(con, folder: Path):
    step(folder, 1, FIRST)
    assert migrate(con, NOW, folder) == [1]
    assert migrate(con, NOW, folder) == []
    step(folder, 2, SECOND)
    assert migrate(con, NOW, folder) == [2]
    assert tables(con) == ["a", "b"]
    assert con.execute("select * from a").fetchall() == [(1, None)]
    assert con.execute("select number, name, applied_at from schema_migration order by 1").fetchall() == [
        (1, "step", NOW),
        (2, "step", NOW),
    ]


def test_a_step_that_fails_leaves_nothing_and_can_be_mended(con, folder: Path):
    step(folder, 1, FIRST)
    step(folder, 2, BROKEN)
    with pytest.raises(duckdb.CatalogException):
        migrate(con, NOW, folder)
    assert tables(con) == ["a"]
    step(folder, 2, SECOND)
    assert migrate(con, NOW, folder) == [2]


def test_another_text_under_a_number_is_refused(con, folder: Path):
    step(folder, 1, FIRST)
    migrate(con, NOW, folder)
    step(folder, 1, FIRST + " -- changed")
    with pytest.raises(StoreUnavailable, match=r"另一份迁移脚本 \[1\]"):
        migrate(con, NOW, folder)


def test_line_ends_of_another_system_are_the_same_text(con, folder: Path):
    (folder / "0001_step.sql").write_bytes(b"create table a (n integer);\n-- end\n")
    migrate(con, NOW, folder)
    (folder / "0001_step.sql").write_bytes(b"create table a (n integer);\r\n-- end\r\n")
    assert migrate(con, NOW, folder) == []


def test_a_newer_database_is_refused_before_anything_runs(con, folder: Path):
    for number, text in ((1, FIRST), (2, SECOND)):
        step(folder, number, text)
    migrate(con, NOW, folder)
    (folder / "0002_step.sql").unlink()
    with pytest.raises(StoreUnavailable, match="结构版本是 2，本程序只认识到 1"):
        migrate(con, NOW, folder)


@pytest.mark.parametrize("names", [["0002_late.sql"], ["0001_a.sql", "0003_c.sql"], ["first.sql"]])
def test_a_gap_in_the_numbers_is_a_defect(folder: Path, names: list[str]):
    for name in names:
        (folder / name).write_text("select 1")
    with pytest.raises(ValueError, match=r"numbered|expected"):
        migrations(folder)


def test_our_own_steps_are_in_order():
    assert [found.number for found in migrations()] == list(range(1, len(migrations()) + 1))


# --- a database of the first release ------------------------------------------------------------------------


@pytest.fixture
def first_release(tmp_path: Path) -> Path:
    """A file that only 0001 made: two cases, one of them once replaced, a point, and a person who reported."""
    only_first = tmp_path / "first"
    only_first.mkdir()
    shutil.copy(FOLDER / "0001_store.sql", only_first)
    db = tmp_path / "old.duckdb"
    with duckdb.connect(str(db), config={"storage_compatibility_version": STORAGE_VERSION}) as con:
        assert migrate(con, NOW, only_first) == [1]
        con.execute("select nextval('batch_id_seq') from range(7)").fetchall()
        for number, department in ((1, "城管局"), (2, None)):
            con.execute(OLD_CASE, {"id": number, "number": f"R{number}", "department": department})
        con.execute("insert into case_history select *, 7 from cases where case_id = 2")
        con.execute("insert into case_person values (1, '张三', '13800000000', null, null, 1)")
        con.execute(
            "insert into service_point (point_id, code, kind, name, location_status, valid_from, batch_id)"
            " values (1, 'P1', 'canteen', '食堂', 'no_location', timestamp '2026-02-01', 1)"
        )
    return db


OLD_CASE = """
insert into cases by name
select $id as case_id, 'hotline' as source, $number as source_case_id, '旧案' as title, 'handling' as state,
    timestamp '2026-02-01 08:00' as reported_at, timestamp '2026-02-01 09:00' as handled_at,
    $department as department, 'point' as prefer, 'no_location' as location_status, 'none' as area_source,
    1 as boundary_version, false as at_placeholder, 'source' as managed_by, 1 as batch_id, 1 as row_version
"""
KEPT = {
    "cases": "select case_id, source_case_id, title, state, reported_at, handled_at, department from cases",
    "case_history": "select case_id, source_case_id, title, replaced_by_batch from case_history",
    "case_person": "select * from case_person",
    "service_point": "select point_id, code, kind, name, location_status, valid_from from service_point",
    "city": "select * from city",
}


def kept(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    return {name: sorted(con.execute(sql).fetchall(), key=repr) for name, sql in KEPT.items()}


def test_a_database_of_the_first_release_keeps_its_rows(first_release: Path):
    with duckdb.connect(str(first_release)) as con:
        before = kept(con)
    assert [len(before[name]) for name in KEPT] == [2, 1, 1, 1, 1]
    with Store.opened(first_release):
        pass
    with duckdb.connect(str(first_release)) as con:
        assert kept(con) == before
        numbers = con.execute("select number from schema_migration order by 1").fetchall()
        assert [number for (number,) in numbers] == [step.number for step in migrations()]
        assert con.execute("select contacted_at from cases union all select contacted_at from case_history"
                           ).fetchall() == [(None,)] * 3  # fmt: skip
        assert con.execute("select count(*) from duty").fetchall() == [(0,)]
        assert con.execute("select level, opening_hours from service_point").fetchall() == [(None, None)]


def test_its_cases_are_shown_to_whom_they_were_and_to_nobody_else(first_release: Path):
    """The view of the cases was dropped and made again: it fails closed as before."""
    with Store.opened(first_release) as store:
        with store._cursor() as cursor:
            assert cursor.execute("select count(*) from visible_case").fetchall() == [(0,)]
            assert cursor.execute("select count(*) from visible_duty").fetchall() == [(0,)]
            assert cursor.execute("select count(*) from visible_own_area").fetchall() == [(0,)]
        for who, numbers in (
            (OPERATOR, [("R1", None), ("R2", None)]),
            (actor(departments=["城管局"]), [("R1", None)]),
            (actor("330102"), []),
            (actor(), []),
        ):
            with store.session(who) as session:
                shown = session.rows("select source_case_id, contacted_at from visible_case order by 1")
            assert shown == numbers, who


def test_it_goes_on_as_any_other(first_release: Path, tmp_path: Path):
    mapping = MAPPING.replace('closed_at = "closed"', 'contacted_at = "closed"')
    with Store.opened(first_release) as store:
        old = import_cases(
            store, write_cases(tmp_path / "a.csv", [case("R1", closed="2026-03-01 09:00")]), mapping
        )
        assert (old["inserted"], old["updated"]) == (0, 1)
        stored = rows(store, "select contacted_at, handled_at from cases where case_id = 1")
        assert stored == [(datetime(2026, 3, 1, 1), datetime(2026, 2, 1, 9))]
        undo_batch(store, old["batch"])
        stored = rows(store, "select title, contacted_at from cases where case_id = 1")
        assert stored == [("旧案", None)]
