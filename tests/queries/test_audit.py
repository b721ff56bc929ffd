"""The audit as auditors read it: filters, pages, one row, and the file with its hashes."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.audit import record
from data.export import BOM, ExportFormat
from data.ledger import audit_hash
from data.store import Store
from domain.actor import INSPECTOR, OPERATOR, Actor
from domain.audit import Action, AuditFilter
from domain.errors import InputRefused, NotAllowed
from domain.settings import Settings
from domain.vocabulary import Role
from queries import audit
from tests.support.small_city import rows

WANG = Actor("wang", frozenset({Role.SECRETARY}))

EVENTS: list[tuple[datetime, Actor, Action, str, dict[str, object]]] = [
    # naive UTC, who, what, about what, detail
    (datetime(2026, 3, 1, 15, 59), WANG, Action.LOGIN, "session", {}),  # 1 March, 23:59 in the city
    (datetime(2026, 3, 1, 16, 0), WANG, Action.UNMASK, "case:7", {"reason": "回访核实"}),  # 2 March, 0:00
    (datetime(2026, 3, 2, 3, 0), OPERATOR, Action.IMPORT_CASES, "batch:1", {"read": 3}),
    (datetime(2026, 3, 3, 3, 0), OPERATOR, Action.PROMISE, "=1+1", {"note": "=cmd"}),
]


@pytest.fixture
def store(tmp_path: Path):
    moment = [EVENTS[0][0]]
    opened = Store.open(tmp_path / "city.duckdb", Settings(), now=lambda: moment[0])
    for at, who, action, subject, detail in EVENTS:
        moment[0] = at
        record(opened, who, action, subject, detail)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (AuditFilter(), [4, 3, 2, 1]),
        (AuditFilter(start=date(2026, 3, 2)), [4, 3, 2]),  # days of the city, not of UTC
        (AuditFilter(end=date(2026, 3, 1)), [1]),
        (AuditFilter(start=date(2026, 3, 2), end=date(2026, 3, 2)), [3, 2]),
        (AuditFilter(actor="WAN"), [2, 1]),
        (AuditFilter(actions=(Action.LOGIN, Action.PROMISE)), [4, 1]),
        (AuditFilter(subject="case:7"), [2]),
        (AuditFilter(actor="wang", actions=(Action.PROMISE,)), []),
        (AuditFilter(actor="%"), []),  # a sign is a sign
    ],
)
def test_a_filter_keeps_what_it_says(store: Store, chosen: AuditFilter, expected: list[int]):
    with store.session(INSPECTOR) as session:
        found = audit.page(session, chosen, most=10)
    assert [row.seq for row in found.rows] == expected
    assert found.total == len(expected)


def test_pages_follow_each_other(store: Store):
    with store.session(INSPECTOR) as session:
        second = audit.page(session, AuditFilter(), most=3, first=3)
    assert ([row.seq for row in second.rows], second.total) == ([1], 4)


def test_one_row_tells_itself(store: Store):
    with store.session(INSPECTOR) as session:
        row = audit.one(session, 2)
        assert audit.one(session, 99) is None
    assert row is not None
    assert (row.at, row.actor, row.action, row.subject) == (
        datetime(2026, 3, 2, 0, 0), "wang", "查看个人信息", "case:7",
    )  # fmt: skip
    assert row.facts() == {"reason": "回访核实"}


@pytest.mark.parametrize("who", [OPERATOR, WANG, Actor("a", frozenset({Role.ADMINISTRATOR}))])
def test_for_others_there_is_no_audit(store: Store, tmp_path: Path, who: Actor):
    with store.session(who) as session:
        assert audit.page(session, AuditFilter(), most=10) == audit.AuditPage((), 0)
        assert audit.one(session, 1) is None
    with pytest.raises(NotAllowed):
        audit.export_audit(store, who, AuditFilter(), ExportFormat.CSV, tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists()


def test_a_csv_is_neutralised_described_and_audited(store: Store, tmp_path: Path):
    target = tmp_path / "a.csv"
    chosen = AuditFilter(actor="operator")
    written = audit.export_audit(store, INSPECTOR, chosen, ExportFormat.CSV, target)
    lines = list(csv.DictReader(target.read_bytes().removeprefix(BOM).decode().splitlines()))
    assert [(line["seq"], line["subject"]) for line in lines] == [("3", "batch:1"), ("4", "'=1+1")]
    about = json.loads((tmp_path / "a.csv.about.json").read_text())
    assert (about["rows"], about["exported_by"], about["times"]) == (2, "inspector", "UTC")
    ((who, detail),) = rows(store, "select actor, detail from audit where action = 'audit_export'")
    assert who == "inspector"
    assert json.loads(detail) == {
        "file": "a.csv",
        "format": "csv",
        "filter": {"actor": "operator"},
        "rows": 2,
        "sha256": written.sha256,
    }


def test_parquet_holds_all_that_the_hash_is_made_of(store: Store, tmp_path: Path):
    target = tmp_path / "a.parquet"
    audit.export_audit(store, INSPECTOR, AuditFilter(), ExportFormat.PARQUET, target)
    found = pq.read_table(target).to_pylist()
    assert [row["seq"] for row in found] == [1, 2, 3, 4]
    for row in found:
        digest = row.pop("hash")
        assert audit_hash(*row.values()) == digest


def test_other_formats_are_refused(store: Store, tmp_path: Path):
    with pytest.raises(InputRefused):
        audit.export_audit(store, INSPECTOR, AuditFilter(), ExportFormat.GPKG, tmp_path / "a.gpkg")
