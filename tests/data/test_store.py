"""The store: sessions that fail closed, one writer, versions, the audit, and files it must not open."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from data.ledger import GENESIS, audit_hash
from data.session import Session
from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.audit import Action
from domain.clock import AsOfMode
from domain.errors import Conflict, StoreUnavailable
from domain.settings import Settings
from domain.vocabulary import Level, Role, Subject
from tests.support.repository import ROOT
from tests.support.small_city import (
    COMMUNITIES,
    DISTRICT,
    WEST_STREET,
    actor,
    at,
    case,
    contents,
    import_areas,
    import_cases,
    one,
    rows,
    shapes,
    write_areas,
    write_cases,
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "city.duckdb"


@pytest.fixture
def store(db: Path):
    with Store.opened(db, Settings()) as opened:
        yield opened


@pytest.fixture
def city(city: Store, tmp_path: Path) -> Store:
    """Five cases: one each in two communities, one by code only, two without any place."""
    import_cases(
        city,
        write_cases(
            tmp_path / "cases.csv",
            [
                case("in-west-south", **at(0, 0), name="张三", tel="13800000000"),
                case("in-east-north", **at(3, 3), department="城管局"),
                case("by-code", code=COMMUNITIES[0]),
                case("nowhere"),
                case("nowhere-with-department", department="城管局"),
            ],
        ),
    )
    return city


def numbers(session: Session) -> set[str]:
    return {row[0] for row in session.rows("select source_case_id from visible_case")}


def visible_views(store: Store) -> list[str]:
    names = [
        row[0] for row in rows(store, "select view_name from duckdb_views() where not internal order by 1")
    ]
    assert names
    assert all(name.startswith("visible_") for name in names)
    return names


# --- what an actor sees ------------------------------------------------------------------------------------


def test_without_an_actor_every_view_is_empty(city: Store):
    with city._cursor() as cursor:  # a cursor that nobody has bound to an actor
        counted = {
            name: cursor.execute(f"select count(*) from {name}").fetchall()[0][0]
            for name in visible_views(city)
        }
    assert set(counted.values()) == {0}


def test_a_session_leaves_nothing_of_its_actor_behind(city: Store):
    with city.session(OPERATOR) as session:
        assert len(numbers(session)) == 5
    with city._cursor() as cursor:
        assert cursor.execute("select count(*) from visible_case").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        # the whole installation, unplaced cases included
        (
            actor("*"),
            {"in-west-south", "in-east-north", "by-code", "nowhere", "nowhere-with-department"},
        ),
        # one community: what lies in its grids, and what names it
        (actor(COMMUNITIES[0]), {"in-west-south", "by-code"}),
        # a single grid does not see what is only known to be in its community
        (actor(f"{COMMUNITIES[0]}001"), {"in-west-south"}),
        (actor(WEST_STREET), {"in-west-south", "by-code"}),
        # the district has all that has a place, and nothing that has none
        (actor(DISTRICT), {"in-west-south", "in-east-north", "by-code"}),
        # a department sees its own cases city-wide, also those without a place
        (actor(departments=["城管局"]), {"in-east-north", "nowhere-with-department"}),
        (
            actor(COMMUNITIES[0], departments=["城管局"]),
            {"in-west-south", "by-code", "in-east-north", "nowhere-with-department"},
        ),
        # a code that no area carries, a department that nobody has, nothing at all
        (actor("000000000000"), set()),
        (actor(departments=["无此部门"]), set()),
        (actor(), set()),
        # the star is a code of its own, not a pattern
        (actor("3301*"), set()),
    ],
)
def test_an_actor_sees_only_what_it_answers_for(city: Store, who: Actor, seen: set[str]):
    with city.session(who) as session:
        assert numbers(session) == seen


def test_boundaries_are_for_everybody_imports_for_those_who_see_all(city: Store):
    with city.session(actor(COMMUNITIES[0])) as session:
        assert session.one("select count(*) from visible_area") == (23,)
        assert session.one("select count(*) from visible_version")[0] > 0
        for view in ("visible_batch", "visible_finding", "visible_reject"):
            assert session.one(f"select count(*) from {view}") == (0,)
    with city.session(OPERATOR) as session:
        assert session.one("select count(*) from visible_batch") == (5,)


def test_no_view_shows_a_personal_field(city: Store):
    personal = {"reporter_name", "phone", "id_number", "address_private", "raw_private"}
    columns = rows(
        city,
        "select table_name, column_name from duckdb_columns() where table_name like 'visible_%'",
    )
    assert {column for _view, column in columns} & personal == set()
    assert one(city, "select count(*) from case_person") == 1


def test_an_area_keeps_its_people_when_its_boundary_changes(city: Store, tmp_path: Path):
    """A secretary's scope is a code; it holds on to the area's id over all its versions."""
    grown = [dict(area, name="南园新社区") for area in shapes(Level.COMMUNITY)[:1]]
    import_areas(city, write_areas(tmp_path / "grown.geojson", grown), Level.COMMUNITY)
    with city.session(actor(COMMUNITIES[0])) as session:
        assert numbers(session) == {"in-west-south", "by-code"}


def test_a_session_ends_with_its_block(city: Store):
    with city.session(OPERATOR) as session:
        stream = session.batches("select * from visible_area", None, 5)
        assert stream.read_next_batch().num_rows == 5
    with pytest.raises(duckdb.Error, match="closed"):
        session.rows("select 1")
    with pytest.raises((ValueError, OSError)):
        stream.read_next_batch()


# --- readers beside the writer -----------------------------------------------------------------------------


def test_readers_in_threads_get_right_answers_while_a_writer_commits(city: Store):
    """Each commit changes two counters together: no reader may ever see one without the other."""
    stop = threading.Event()

    def read(who: Actor, expected: int) -> int:
        looks = 0
        while not stop.is_set() or looks == 0:
            with city.session(who) as session:
                assert session.one("select count(*) from visible_case") == (expected,)
                name, version = session.one(
                    "select c.name, v.version from visible_city as c, visible_version as v"
                    " where v.subject = 'city'"
                )
                assert name == f"第{version}城"
            looks += 1
        return looks

    def write() -> None:
        for _turn in range(40):
            with city.writing(OPERATOR) as writer:
                version = writer.version(Subject.CITY)
                writer.set_city(name=f"第{version + 1}城", timezone=None, as_of=None)
        stop.set()

    with city.writing(OPERATOR) as writer:
        writer.set_city(name="第1城", timezone=None, as_of=None)
    readers = [(actor("*"), 5), (actor(COMMUNITIES[0]), 2), (actor(DISTRICT), 3), (actor(), 0)] * 2
    with ThreadPoolExecutor(len(readers) + 1) as pool:
        looks = [pool.submit(read, *reader) for reader in readers]
        pool.submit(write).result()
        assert all(look.result() > 0 for look in looks)


def test_a_failed_write_leaves_no_trace(city: Store):
    before = dict(contents(city))

    def fail_at_the_end() -> None:
        with city.writing(OPERATOR) as writer:
            writer.set_city(name="新名", timezone=None, as_of=None)
            writer.bump_all()
            writer.run("delete from cases")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_at_the_end()
    assert dict(contents(city)) == before


def test_two_changes_of_one_row_are_a_conflict(city: Store):
    def change_twice() -> None:
        with city.writing(OPERATOR) as writer:
            writer.version(Subject.CITY)
            with city._cursor() as other:  # a writer that does not keep to the one lock
                other.execute("update subject_version set version = 99 where subject = 'city'")
            writer.bump(Subject.CITY)

    with pytest.raises(Conflict, match="没有写入"):
        change_twice()
    with city.session(OPERATOR) as session:
        assert session.one("select version from visible_version where subject = 'city'") == (99,)


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """A full disk, as far as this process is concerned."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_old_state_and_a_store_that_goes_on(city: Store, tmp_path: Path):
    """DuckDB shuts a database whose file it could not write; nobody should have to restart the server."""
    before = dict(contents(city))
    noise = "".join(random.Random(1).choices("0123456789abcdef", k=200_000))  # noqa: S311 -- no secret

    def fill() -> None:
        with city.writing(OPERATOR) as writer:
            writer.run(
                "insert into case_event select range, 1, timestamp '2026-03-01', 'imported', 1, 'x',"
                " substr($noise, (range % 100000)::bigint, 200) || range from range(200000)",
                {"noise": noise},
            )

    with files_no_larger_than(city.path.stat().st_size + 1_000_000):
        with pytest.raises(StoreUnavailable, match="没有写成"):
            fill()
        # readers go on meanwhile
        with city.session(OPERATOR) as session:
            assert session.one("select count(*) from visible_case") == (5,)
    assert dict(contents(city)) == before
    fill()
    assert one(city, "select count(*) from case_event where kind = 'imported'") == 200_005
    city.close()
    with Store.opened(city.path) as again:
        assert one(again, "select count(*) from case_event") == 200_005


# --- versions and audit ------------------------------------------------------------------------------------


def versions(store: Store) -> dict[str, int]:
    return dict(rows(store, "select subject, version from subject_version"))


def test_only_what_changed_gets_a_new_version(city: Store, tmp_path: Path):
    def bumped(work) -> set[str]:
        before = versions(city)
        work()
        return {subject for subject, version in versions(city).items() if version != before[subject]}

    again = tmp_path / "cases.csv"
    more = write_cases(tmp_path / "more.csv", [case("new", **at(1, 1))])
    grids = write_areas(tmp_path / "grid.geojson", shapes(Level.GRID))
    renamed = write_areas(
        tmp_path / "renamed.geojson", [dict(area, name="新名") for area in shapes(Level.GRID)[:1]]
    )

    def name_the_city() -> None:
        with city.writing(OPERATOR) as writer:
            writer.set_city(name="云州", timezone=None, as_of=AsOfMode.DATA)

    assert bumped(lambda: import_cases(city, again)) == {"imports"}
    assert bumped(lambda: import_cases(city, more)) == {"cases", "imports"}
    assert bumped(lambda: import_areas(city, grids, Level.GRID)) == {"imports"}
    assert bumped(lambda: import_areas(city, renamed, Level.GRID)) == {"areas", "imports"}
    assert bumped(name_the_city) == {"city"}


def assert_audit_holds(store: Store) -> int:
    """Recomputes the whole chain; returns its length."""
    previous, count = GENESIS, 0
    for number, row in enumerate(
        rows(
            store,
            "select seq, happened_at, actor, action, subject, detail, previous_hash, hash"
            " from audit order by seq",
        ),
        start=1,
    ):
        seq, at_time, who, action, subject, detail, before, digest = row
        assert (seq, before) == (number, previous)
        assert digest == audit_hash(seq, at_time, who, action, subject, detail, before)
        previous, count = digest, number
    return count


def test_the_audit_chain_holds_with_twenty_threads_writing(store: Store):
    def write(number: int) -> None:
        with store.writing(Actor(f"writer-{number}", frozenset({Role.OPERATOR}))) as writer:
            writer.audit(Action.PROMISE, f"thread:{number}", {"文": "字" * number, "n": number})

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(60)))
    assert assert_audit_holds(store) == 60


def test_an_altered_audit_row_shows(store: Store):
    for number in range(3):
        with store.writing(OPERATOR) as writer:
            writer.audit(Action.PROMISE, "x", {"n": number})
    with store.writing(OPERATOR) as writer:
        writer.run("update audit set detail = '{}' where seq = 2")
    with pytest.raises(AssertionError):
        assert_audit_holds(store)


def test_every_import_stands_in_the_audit(city: Store):
    told = rows(city, "select action, subject, actor from audit order by seq")
    assert told == [
        *(("import_areas", f"batch:{number}", "operator") for number in range(1, 5)),
        ("import_cases", "batch:5", "operator"),
    ]


# --- the city and its clock --------------------------------------------------------------------------------


def test_as_of_follows_the_data_or_is_pinned(city: Store):
    with city.writing(OPERATOR) as writer:
        writer.set_city(name="江北", timezone="Asia/Shanghai", as_of=AsOfMode.DATA)
    # the last case was reported on 1 March, 08:00 local: the day ends at local midnight
    assert city.city().as_of == datetime(2026, 3, 1, 16)
    with city.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone=None, as_of=datetime(2026, 2, 1, 9, 30))
    assert city.city().as_of == datetime(2026, 2, 1, 1, 30)
    assert city.city().name == "江北"


# --- the file ----------------------------------------------------------------------------------------------


def test_the_outside_is_shut_and_the_configuration_locked(store: Store, tmp_path: Path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    refused = [
        f"copy (select 1) to '{tmp_path / 'out.csv'}'",
        f"attach '{tmp_path / 'other.duckdb'}'",
        f"select * from read_csv('{tmp_path / 'secret.csv'}')",
        f"select * from '{tmp_path / 'secret.csv'}'",
        f"select * from read_text('{tmp_path / 'secret.csv'}')",
        f"export database '{tmp_path / 'dump'}'",
        "install httpfs",
        "load spatial",
        "set enable_external_access = true",
        "set memory_limit = '1GB'",
        "set threads = 8",
        "reset lock_configuration",
    ]
    for statement in refused:
        with store._cursor() as cursor, pytest.raises(duckdb.Error):
            cursor.execute(statement)
    assert sorted(path.name for path in tmp_path.iterdir() if "city" not in path.name) == ["secret.csv"]


def test_limits_are_those_of_the_settings(db: Path):
    with (
        Store.opened(db, Settings(memory_limit="300MB", threads=1)) as store,
        store.session(OPERATOR) as session,
    ):
        limit, threads = session.one("select current_setting('memory_limit'), current_setting('threads')")
    assert threads == 1
    assert limit == "286.1 MiB"


def test_the_file_keeps_the_storage_version_of_duckdb_1_5(db: Path):
    with Store.opened(db):
        pass
    with duckdb.connect(str(db)) as con:
        ((tags,),) = con.execute(
            "select tags from duckdb_databases() where database_name = 'city'"
        ).fetchall()
    assert tags["storage_version"].startswith("v1.5.0")


def test_a_closed_store_leaves_its_file_and_the_anchor_of_its_audit(db: Path):
    with Store.opened(db) as store, store.writing(OPERATOR) as writer:
        writer.audit(Action.PROMISE, "x", {})
    assert sorted(path.name for path in db.parent.iterdir()) == ["city.duckdb", "city.duckdb.anchor"]


HOLD = """
import sys
from pathlib import Path
from data.store import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_file_that_another_process_holds_is_refused_in_plain_words(db: Path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(db)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(StoreUnavailable, match="正被另一个程序占用"):
            Store.open(db)
        holder.communicate(b"")
    Store.open(db).close()


def _foreign(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("create table orders as select 1 as n")


def _newer(path: Path) -> None:
    Store.open(path).close()
    with duckdb.connect(str(path)) as con:
        con.execute("insert into schema_migration values (9001, 'future', 'x', timestamp '2030-01-01')")


def _changed_checksum(path: Path) -> None:
    Store.open(path).close()
    with duckdb.connect(str(path)) as con:
        con.execute("update schema_migration set checksum = 'other' where number = 1")


def _damaged_header(path: Path) -> None:
    Store.open(path).close()
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    path.write_bytes(content)


def _cut_off(path: Path) -> None:
    Store.open(path).close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_foreign, "是别的程序的数据库，含有表 orders"),
        (_newer, "数据库的结构版本是 9001"),
        (_changed_checksum, "校验和不符"),
        (lambda path: path.write_bytes(b"garbage " * 5000), "不是数据库文件，或已损坏"),
        (lambda path: path.write_bytes(b""), "不是数据库文件，或已损坏"),
        (lambda path: path.write_bytes(b"SQLite format 3\x00" + bytes(8000)), "不是数据库文件，或已损坏"),
        # a path with "lock" in it is not a locked file
        (_damaged_header, "不是数据库文件，或已损坏"),
        (_cut_off, "不是数据库文件，或已损坏"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_alone(tmp_path: Path, make, told: str):
    path = tmp_path / "blocked.duckdb"
    make(path)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match=told) as refusal:
        Store.open(path)
    assert refusal.value.remedy
    assert path.read_bytes() == before


def test_a_folder_is_no_database(tmp_path: Path):
    with pytest.raises(StoreUnavailable):
        Store.open(tmp_path)
