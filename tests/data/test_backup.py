"""Backup while people work, and the way back: whole copies only, and nothing is lost on the way."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from data.backup import backup, refuse_if_in_use, restore
from data.store import Store
from domain.actor import OPERATOR
from domain.audit import Action
from domain.errors import InputRefused, StoreLocked, StoreUnavailable
from domain.progress import no_progress
from server.operator.verbs import run
from tests.support.operator import channel_server
from tests.support.small_city import actor, at, case, contents, import_cases, one, rows, write_cases

NOW = datetime(2026, 3, 5, 12)


@pytest.fixture
def cases(city: Store, tmp_path: Path) -> Store:
    import_cases(city, write_cases(tmp_path / "cases.csv", [case(1, **at(0, 0), tel="1"), case(2)]))
    return city


def test_a_backup_holds_everything_and_says_what(cases: Store, tmp_path: Path):
    target = tmp_path / "backups" / "one.duckdb"
    before = dict(contents(cases))
    told = backup(cases, target, OPERATOR)
    rows = {"areas": 23, "cases": 2, "points": 0, "compounds": 0, "lines": 0, "duty": 0, "assessments": 0}
    assert told["rows"] == rows
    assert told["bytes"] == target.stat().st_size
    assert told["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert [path.name for path in target.parent.iterdir()] == ["one.duckdb"]
    with Store.opened(target) as copy:
        assert dict(contents(copy)) == before
    # the backup itself stands in the audit of the store, not in the copy
    assert one(cases, "select action from audit order by seq desc limit 1") == "backup"


def test_a_backup_overwrites_nothing(cases: Store, tmp_path: Path):
    (tmp_path / "there").write_text("mine")
    with pytest.raises(InputRefused, match="已存在"):
        backup(cases, tmp_path / "there", OPERATOR)
    assert (tmp_path / "there").read_text() == "mine"


def test_a_backup_keeps_the_storage_version_of_duckdb_1_5(cases: Store, tmp_path: Path):
    backup(cases, tmp_path / "b.duckdb", OPERATOR)
    with duckdb.connect(str(tmp_path / "b.duckdb"), read_only=True) as con:
        ((tags,),) = con.execute("select tags from duckdb_databases() where database_name = 'b'").fetchall()
    assert tags["storage_version"].startswith("v1.5.0")


def test_backups_are_whole_while_others_read_and_write(cases: Store, tmp_path: Path):
    """Each write adds a case and its audit row together: a copy that has one has the other."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with cases.writing(OPERATOR) as writer:
                writer.run(
                    "insert into line select $n, 'L' || $n, 'road', repeat('x', 20000), 1, geom, valid_from,"
                    " null, 1, null from area limit 1",
                    {"n": number},
                )
                writer.audit(Action.PROMISE, "line", {"n": number})

    def read() -> None:
        while not stop.is_set():
            with cases.session(actor("*")) as session:
                assert session.one("select count(*) from visible_case") == (2,)

    with ThreadPoolExecutor(3) as pool:
        busy = [pool.submit(write), pool.submit(read), pool.submit(read)]
        told = [backup(cases, tmp_path / f"b{number}.duckdb", OPERATOR) for number in range(4)]
        stop.set()
        for work in busy:
            work.result()
    counts = []
    for number in range(4):
        with Store.opened(tmp_path / f"b{number}.duckdb") as copy:
            lines = one(copy, "select count(*) from line")
            assert lines == one(copy, "select count(*) from audit where action = 'promise'")
            assert lines == told[number]["rows"]["lines"]
            counts.append(lines)
    assert counts == sorted(counts)


# --- restore -------------------------------------------------------------------------------------------------


def test_restore_puts_the_backup_in_place_and_keeps_what_stood_there(cases: Store, tmp_path: Path):
    backup(cases, tmp_path / "b.duckdb", OPERATOR)
    import_cases(cases, write_cases(tmp_path / "more.csv", [case(3)]))
    path = cases.path
    cases.close()
    told = restore(path, tmp_path / "b.duckdb", NOW)
    assert told["rows"]["cases"] == 2
    assert told["kept"] == f"{path}.before-restore-20260305T120000000000"
    for file, expected in ((path, 2), (Path(told["kept"]), 3)):
        with Store.opened(file) as opened:
            assert one(opened, "select count(*) from cases") == expected
    assert (tmp_path / "b.duckdb").exists()


def test_restore_takes_the_log_of_the_old_database_along(cases: Store, tmp_path: Path, small_city_db: Path):
    """What a crash left beside the database belongs to it: over another file it would be poison."""
    path = tmp_path / "crashed.duckdb"
    path.write_bytes(small_city_db.read_bytes())
    log = tmp_path / "crashed.duckdb.wal"
    log.write_bytes(b"log of a crash")
    told = restore(path, small_city_db, NOW)
    assert not log.exists()
    assert Path(f"{told['kept']}.wal").read_bytes() == b"log of a crash"
    Store.open(path).close()


@pytest.mark.parametrize("damage", [b"", b"garbage " * 3000])
def test_restore_works_over_a_damaged_database(tmp_path: Path, small_city_db: Path, damage: bytes):
    path = tmp_path / "city.duckdb"
    path.write_bytes(damage)
    refuse_if_in_use(path)
    told = restore(path, small_city_db, NOW)
    assert Path(told["kept"]).read_bytes() == damage
    with Store.opened(path) as store:
        assert one(store, "select count(*) from area") == 23


def test_restore_where_nothing_stood(tmp_path: Path, small_city_db: Path):
    told = restore(tmp_path / "new" / "city.duckdb", small_city_db, NOW)
    assert told["kept"] is None
    Store.open(tmp_path / "new" / "city.duckdb").close()


def _foreign(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("create table t as select 1 as a")


def _newer(path: Path) -> None:
    Store.open(path).close()
    with duckdb.connect(str(path)) as con:
        con.execute("insert into schema_migration values (9001, 'future', 'x', timestamp '2030-01-01')")


def _damaged(path: Path, small_city: bytes) -> None:
    """One byte of what was written is another."""
    content = bytearray(small_city)
    at_ = content.index("江北区".encode())
    content[at_] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.write_text("no,csv\n"), "不是本产品的备份"),
        (lambda path: path.write_bytes(b""), "不是本产品的备份"),
        (_foreign, "不是本产品的备份"),
        (
            lambda path: path.write_bytes(path.with_name("city.duckdb").read_bytes()[:-300_000]),
            "不是本产品的备份",
        ),
        (lambda path: _damaged(path, path.with_name("city.duckdb").read_bytes()), "不是本产品的备份"),
        (_newer, "数据库的结构版本是 9001"),
        (lambda path: path.exists(), "没有文件"),
    ],
)
def test_what_is_no_backup_is_refused_and_nothing_changes(cases: Store, tmp_path: Path, make, told):
    source = tmp_path / "source.bin"
    make(source)
    content = dict(contents(cases))
    names = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises((InputRefused, StoreUnavailable), match=told):
        run(cases, "restore", {"file": str(source)}, no_progress)
    assert dict(contents(cases)) == content
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_the_database_is_not_its_own_backup(cases: Store):
    with pytest.raises(InputRefused, match="就是当前数据库"):
        run(cases, "restore", {"file": str(cases.path)}, no_progress)
    assert one(cases, "select count(*) from cases") == 2


def test_a_database_in_use_elsewhere_is_not_restored_over(city_db: Path):
    with channel_server(city_db), pytest.raises(StoreLocked, match="正被另一个程序占用"):
        refuse_if_in_use(city_db)


def test_restore_in_a_running_store_waits_for_readers_and_wakes_every_cache(cases: Store, tmp_path: Path):
    backup(cases, tmp_path / "b.duckdb", OPERATOR)
    import_cases(cases, write_cases(tmp_path / "more.csv", [case(3)]))
    import_cases(cases, write_cases(tmp_path / "again.csv", [case(4)]))
    seen = dict(rows(cases, "select subject, version from subject_version"))
    stop = threading.Event()
    counts: set[int] = set()

    def read() -> None:
        while not stop.is_set():
            with cases.session(OPERATOR) as session:
                counts.add(session.one("select count(*) from visible_case")[0])
                stream = session.batches("select * from visible_case", None, 1)
                stream.read_next_batch()  # and never read to its end

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _reader in range(4)]
        told = run(cases, "restore", {"file": str(tmp_path / "b.duckdb")}, no_progress)
        with cases.session(OPERATOR) as session:
            assert session.one("select count(*) from visible_case") == (2,)
        stop.set()
        for reader in readers:
            reader.result()
    assert counts <= {2, 4}
    assert told["rows"]["cases"] == 2
    # no version may ever come back: under an old number a cache holds what was before
    now = dict(rows(cases, "select subject, version from subject_version"))
    assert min(now.values()) > max(seen.values())
    # nobody moved a boundary: no case waits for relocation
    assert run(cases, "status", {}, no_progress)["cases_to_relocate"] == 0
    assert one(cases, "select action from audit order by seq desc limit 1") == "restore"
