"""The audit's chain and its anchor: unbroken under many writers, and every kind of tampering found and named."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.anchor import Anchor
from data.audit import Report, record, verify
from data.backup import backup
from data.ledger import audit_hash
from data.store import Store
from domain.actor import INSPECTOR, OPERATOR, Actor
from domain.audit import Action, Fault, FaultKind
from domain.errors import InputRefused, NotAllowed
from domain.progress import no_progress
from domain.settings import Settings
from domain.vocabulary import Role
from server.operator.verbs import run
from tests.support.database import copied_db
from tests.support.repository import ROOT
from tests.support.small_city import rows

ROWS = 12


def checked(db: Path) -> Report:
    with Store.opened(db, Settings()) as store:
        return verify(store, INSPECTOR)


def told(report: Report) -> list[tuple[str, int, int]]:
    return [(fault.kind.value, fault.seq, fault.until) for fault in report.faults]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a dozen audit rows, each with an anchor."""
    db = tmp_path_factory.mktemp("audit") / "city.duckdb"
    with Store.opened(db, Settings()) as store:
        for number in range(1, ROWS + 1):
            record(store, OPERATOR, Action.PROMISE, f"source:{number}", {"文": "字" * number})
    return db


@pytest.fixture
def db(written: Path, tmp_path: Path) -> Path:
    return copied_db(written, tmp_path / "city.duckdb")


@contextmanager
def tampering(db: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(db)) as con:
        yield con


def rehash(con: duckdb.DuckDBPyConnection, seq: int) -> str:
    """Gives a row the hash that its content has; what a forger who knows the program would do."""
    row = con.execute(
        "select seq, happened_at, actor, action, subject, detail, previous_hash from audit where seq = ?",
        [seq],
    ).fetchone()
    assert row is not None
    digest = audit_hash(*row)
    con.execute("update audit set hash = ? where seq = ?", [digest, seq])
    return digest


def rechain(con: duckdb.DuckDBPyConnection, first: int, last: int) -> None:
    """Computes the chain anew from a row on."""
    for seq in range(first, last + 1):
        digest = rehash(con, seq)
        con.execute("update audit set previous_hash = ? where seq = ?", [digest, seq + 1])


def test_an_untouched_chain_is_whole(db: Path):
    report = checked(db)
    assert report.ok
    assert (report.rows, report.last, report.anchored, report.unanchored) == (ROWS, ROWS, ROWS, 0)
    assert report.first_at is not None
    assert report.last_at is not None
    assert (report.rewinds, report.begun_after, report.torn_lines) == ((), (), 0)


def test_an_empty_chain_is_whole(tmp_path: Path):
    report = checked(tmp_path / "city.duckdb")
    assert (report.ok, report.rows, report.first_at) == (True, 0, None)


def test_the_chain_holds_with_fifty_threads_writing_at_once(tmp_path: Path):
    with Store.opened(tmp_path / "city.duckdb", Settings()) as store:

        def write(number: int) -> None:
            who = Actor(f"writer-{number}", frozenset({Role.OPERATOR}))
            if number % 2:
                record(store, who, Action.LOGIN, "session", {"n": number})
            else:
                with store.writing(who) as writer:
                    writer.audit(Action.PROMISE, f"source:{number}", {"文": "字" * number})
                    writer.audit(Action.RELOCATE, "cases", {"n": number})

        with ThreadPoolExecutor(50) as pool:
            list(pool.map(write, range(100)))
        report = verify(store, INSPECTOR)
        assert told(report) == []
        assert (report.rows, report.anchored) == (150, 150)
        assert [seq for (seq,) in rows(store, "select seq from audit order by seq")] == list(range(1, 151))


def test_only_an_auditor_verifies_and_sees_rows(db: Path):
    with Store.opened(db, Settings()) as store:
        for who in (OPERATOR, Actor("a", frozenset({Role.ADMINISTRATOR})), Actor("n", frozenset())):
            with pytest.raises(NotAllowed):
                verify(store, who)
            with store.session(who) as session:
                assert session.rows("select * from visible_audit") == []
        with store.session(INSPECTOR) as session:
            assert session.one("select count(*) from visible_audit") == (ROWS,)


ALTER = {
    "happened_at": "update audit set happened_at = happened_at + interval 1 microsecond where seq = $seq",
    "actor": "update audit set actor = actor || 'x' where seq = $seq",
    "action": "update audit set action = 'backup' where seq = $seq",
    "subject": "update audit set subject = 'source:0' where seq = $seq",
    "detail": "update audit set detail = '{}' where seq = $seq",
    "previous_hash": "update audit set previous_hash = md5(previous_hash) where seq = $seq",
    "hash": "update audit set hash = reverse(hash) where seq = $seq",
    "delete": "delete from audit where seq = $seq",
    "negative": "update audit set seq = -seq where seq = $seq",
    "double": "insert into audit select * from audit where seq = $seq",
}


@dataclass(frozen=True)
class Touch:
    """One act of tampering with a row, and whether its hash is computed anew."""

    what: str
    seq: int
    is_rehashed: bool

    def apply(self, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(ALTER[self.what], {"seq": self.seq})
        if self.is_rehashed and self.what not in {"delete", "negative", "double", "hash"}:
            rehash(con, self.seq)


TOUCHES = st.builds(Touch, st.sampled_from(sorted(ALTER)), st.integers(1, ROWS), st.booleans())


@settings(max_examples=60)
@given(touch=TOUCHES)
def test_whatever_is_done_to_a_row_is_found_and_the_row_named(
    written: Path, tmp_path_factory: pytest.TempPathFactory, touch: Touch
):
    folder = tmp_path_factory.mktemp("tampered")
    db = copied_db(written, folder / "city.duckdb")
    with tampering(db) as con:
        touch.apply(con)
    named = {seq for fault in checked(db).faults for seq in range(fault.seq, fault.until + 1)}
    shutil.rmtree(folder)
    assert touch.seq in named


@settings(max_examples=20)
@given(pair=st.tuples(st.integers(1, ROWS), st.integers(1, ROWS)).filter(lambda two: two[0] != two[1]))
def test_two_rows_that_changed_places_are_found_and_named(
    written: Path, tmp_path_factory: pytest.TempPathFactory, pair: tuple[int, int]
):
    one, other = pair
    folder = tmp_path_factory.mktemp("swapped")
    db = copied_db(written, folder / "city.duckdb")
    with tampering(db) as con:
        con.execute(
            "update audit set seq = case seq when $one then $other else $one end where seq in ($one, $other)",
            {"one": one, "other": other},
        )
    found = [fault for fault in checked(db).faults if fault.kind is FaultKind.REORDERED]
    shutil.rmtree(folder)
    assert {seq for fault in found for seq in range(fault.seq, fault.until + 1)} == {one, other}


FORGED = "insert into audit select {}, happened_at, 'x', action, subject, detail, {}, hash from audit where seq = {}"

KINDS = [
    # what is done, and what verify says
    ("delete from audit where seq = 5", [("removed", 5, 5)]),
    ("delete from audit where seq in (4, 5, 9)", [("removed", 4, 5), ("removed", 9, 9)]),
    ("delete from audit where seq <= 3", [("cut_start", 1, 3)]),
    ("delete from audit where seq > 10", [("cut_end", 11, 12)]),
    ("delete from audit", [("cut_end", 1, 12)]),
    ("update audit set detail = '{}' where seq = 12", [("altered", 12, 12)]),
    ("update audit set detail = '{}' where seq in (3, 4)", [("altered", 3, 4)]),
    (FORGED.format("seq", "previous_hash", 6), [("altered", 6, 6), ("duplicate", 6, 6)]),
    (FORGED.format("13", "hash", 12), [("inserted", 13, 13)]),
]


@pytest.mark.parametrize(("statement", "faults"), KINDS)
def test_each_kind_of_tampering_has_its_name(db: Path, statement: str, faults: list[tuple[str, int, int]]):
    with tampering(db) as con:
        con.execute(statement)
    assert told(checked(db)) == faults


def test_a_chain_computed_anew_is_found_by_its_anchor(db: Path):
    with tampering(db) as con:
        con.execute("update audit set actor = 'somebody else' where seq = 7")
        rechain(con, 7, ROWS)
    assert told(checked(db)) == [("rewritten", 7, ROWS)]


def test_a_cut_tail_stays_found_after_more_was_written(db: Path):
    with tampering(db) as con:
        con.execute("delete from audit where seq > 10")
    with Store.opened(db, Settings()) as store:
        record(store, OPERATOR, Action.LOGIN, "session", {})
    assert told(checked(db)) == [("rewritten", 11, 11), ("anchor_back", 11, 11), ("cut_end", 12, 12)]


def test_a_crash_between_commit_and_anchor_is_no_fault(db: Path):
    lines = Anchor(db).path.read_text().splitlines(keepends=True)
    Anchor(db).path.write_text("".join(lines[:-2]))
    report = checked(db)
    assert (report.ok, report.anchored, report.unanchored) == (True, ROWS - 2, 2)
    with Store.opened(db, Settings()) as store:
        record(store, OPERATOR, Action.LOGIN, "session", {})
    report = checked(db)
    assert (report.ok, report.anchored, report.unanchored) == (True, ROWS + 1, 0)


def test_a_torn_line_is_told_and_the_next_one_stands_on_its_own(db: Path):
    text = Anchor(db).path.read_text()
    Anchor(db).path.write_text(text[:-30])
    with Store.opened(db, Settings()) as store:
        record(store, OPERATOR, Action.LOGIN, "session", {})
    report = checked(db)
    assert (report.ok, report.torn_lines, report.anchored) == (True, 1, ROWS + 1)


def test_without_its_anchor_the_end_cannot_be_shown_and_a_new_one_says_since_when(db: Path):
    Anchor(db).remove()
    assert told(checked(db)) == [("no_anchor", ROWS, ROWS)]
    with Store.opened(db, Settings()) as store:
        record(store, OPERATOR, Action.LOGIN, "session", {})
        assert rows(store, "select action, detail from audit where seq > 12 order by seq") == [
            ("anchor", '{"after": 12}'),
            ("login", "{}"),
        ]
    report = checked(db)
    assert (report.ok, report.begun_after) == (True, (ROWS,))


def test_a_restore_says_from_where_to_where_the_chain_went_back(db: Path, tmp_path: Path):
    copy = tmp_path / "copies" / "copy.duckdb"
    with Store.opened(db, Settings()) as store:
        backup(store, copy, OPERATOR)  # its own row stands after the copy
        record(store, OPERATOR, Action.LOGIN, "session", {})
        run(store, "restore", {"file": str(copy)}, no_progress)
        ((detail,),) = rows(store, "select detail from audit where action = 'restore'")
        record(store, OPERATOR, Action.LOGOUT, "session", {})
        report = verify(store, INSPECTOR)
    assert json.loads(detail)["chain"] == {"from": ROWS + 2, "to": ROWS}
    assert told(report) == []
    assert [(one.came_from, one.to) for one in report.rewinds] == [(ROWS + 2, ROWS)]
    assert (report.rows, report.anchored) == (ROWS + 2, ROWS + 2)


def test_a_file_put_in_the_place_of_the_database_is_no_restore(db: Path, tmp_path: Path):
    older = Path(shutil.copy(db, tmp_path / "older.duckdb"))
    with Store.opened(db, Settings()) as store:
        record(store, OPERATOR, Action.LOGIN, "session", {})
    older.replace(db)
    assert told(checked(db)) == [("cut_end", ROWS + 1, ROWS + 1)]
    last = Anchor(db).history().links[-2]
    Anchor(db).rewind(last)  # a forger who says it was one
    assert told(checked(db)) == [("restore_untold", ROWS + 1, ROWS + 1)]


@pytest.mark.parametrize("text", ["a\x1fb", "a\nb", "a\x7fb", "a\x85b", "a\udc80b"])
def test_no_control_character_gets_into_a_row(db: Path, text: str):
    with Store.opened(db, Settings()) as store:
        record(store, OPERATOR, Action.PROMISE, f"source:{text}", {})
        with store.session(INSPECTOR) as session:
            subjects = session.rows("select subject from visible_audit order by seq desc limit 1")
        assert subjects == [("source:a\N{REPLACEMENT CHARACTER}b",)]
        with pytest.raises(InputRefused, match="控制字符"):
            record(store, Actor(text, frozenset()), Action.LOGIN, "session", {})
        record(store, OPERATOR, Action.LOGIN, "session", {"text": "a\x1fb"})  # JSON escapes what it holds
        assert verify(store, INSPECTOR).ok


def test_fault_words_name_the_rows():
    assert Fault(FaultKind.ALTERED, 5, 5).words == "第 5 行：内容被改过：与本行的哈希不符"
    assert Fault(FaultKind.CUT_END, 11, 12).words == "第 11 至 12 行：末尾的行被删"


def test_no_statement_but_the_append_touches_the_table():
    """Kept for good: nothing in the product deletes, alters or cuts audit rows."""
    touching = re.compile(r"\b(?:into|update|from|table|join)\s+audit\b", re.IGNORECASE)
    found = set()
    for path in [*(ROOT / "data").rglob("*.sql"), *(ROOT / "queries").rglob("*.sql")]:
        for block in re.split(r"^-- name: ", path.read_text(), flags=re.MULTILINE):
            if touching.search(re.sub(r"--[^\n]*", "", block)):
                found.add((path.name, block.split("\n", 1)[0]))
    assert {(file, name) for file, name in found if not file.startswith("0")} == {
        ("store.sql", "append_audit"),
        ("store.sql", "last_audit"),
    }
    assert {file for file, _name in found if file.startswith("0")} == {"0001_store.sql", "0008_audit.sql"}
    for path in (ROOT / "data").rglob("*.py"):
        assert not touching.search(path.read_text()), path
