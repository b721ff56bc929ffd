"""Which cases a finding is about: as many as it counts, found by who may see them, gone with the batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.ingest.findings import ROWS_KEPT, FindingCounter, KeptRows
from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.vocabulary import Role
from tests.support.small_city import (
    COMMUNITIES,
    MAPPING,
    actor,
    at,
    case,
    import_cases,
    one,
    rows,
    undo_batch,
    write_cases,
)


def load(store: Store, folder: Path, *cases: dict, mapping: str = MAPPING, **options) -> dict:
    return import_cases(store, write_cases(folder / "cases.csv", cases), mapping, **options)


def kept(store: Store, batch: int) -> dict[str, list[str]]:
    """Rule → numbers of the cases that the finding is about."""
    found = rows(
        store,
        "select rule, list(source_case_id order by source_case_id) from finding_case"
        " join cases using (case_id) where finding_case.batch_id = $batch group by rule",
        {"batch": batch},
    )
    return dict(found)


def seen_by(store: Store, who: Actor, batch: int, rule: str) -> list[int]:
    with store.session(who) as session:
        return [
            case_id
            for (case_id,) in session.rows(
                "select case_id from visible_finding_case where batch_id = $batch and rule = $rule order by 1",
                {"batch": batch, "rule": rule},
            )
        ]


# --- which rows ----------------------------------------------------------------------------------------------

PLACEHOLDER = [case(f"p{n}", **at(1, 1)) for n in range(3)]


@pytest.mark.parametrize(
    ("cases", "rule", "expected"),
    [
        # found while a row is read
        ([case(1, reported="2099-01-01 00:00"), case(2)], "future_date", ["1"]),
        ([case(1, closed="2026-02-01 00:00"), case(2)], "closed_before_reported", ["1"]),
        ([case(1, lon=120.005), case(2)], "half_coordinate", ["1"]),
        ([case(1, lon=0, lat=0), case(2)], "zero_coordinate", ["1"]),
        # one case with two dates in the future is one case
        ([case(1, reported="2099-01-01 00:00", closed="2099-01-02 00:00"), case(2)], "future_date", ["1"]),
        # found when rows are compared within the file: the case that stands for both
        ([case(1, title="a"), case(1, title="a"), case(2)], "repeated_row", ["1"]),
        # found when a row is placed
        ([case(1, **at(0, 0), code=COMMUNITIES[2]), case(2)], "code_mismatch", ["1"]),
        ([case(1, **at(0, 0), area="东湖社区"), case(2)], "name_mismatch", ["1"]),
        ([case(1, code="999"), case(2)], "unknown_code", ["1"]),
        ([case(1, area="无此社区"), case(2)], "unknown_name", ["1"]),
        ([case(1, area="南园社区"), case(2)], "ambiguous_name", ["1"]),
        # marked by the first pass
        ([*PLACEHOLDER, case(2, **at(0, 0))], "placeholder_point", ["p0", "p1", "p2"]),
    ],
)
def test_a_finding_keeps_its_cases(city: Store, tmp_path: Path, cases, rule, expected):
    report = load(city, tmp_path, *cases)
    assert kept(city, report["batch"]) == {rule: expected}
    assert {finding["rule"] for finding in report["findings"]} == {rule}


def test_found_against_what_is_stored(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, title="new", updated="2026-03-05 10:00"), case(2, state="reported"))
    rows(city, "update cases set managed_by = 'ledger' where source_case_id = '2' returning 1")
    report = load(
        city, tmp_path, case(1, title="old", updated="2026-03-05 09:00"), case(2, state="handling"), case(3)
    )
    assert kept(city, report["batch"]) == {"older_than_stored": ["1"], "state_conflict": ["2"]}


def test_every_rule_keeps_as_many_cases_as_it_counts(city: Store, tmp_path: Path):
    file = [
        *(case(f"a{n}", **at(0, 0), code=COMMUNITIES[2]) for n in range(4)),
        *(case(f"b{n}", closed="2026-02-01 00:00", category="甲") for n in range(3)),
        *(case(f"c{n}", channel="未知渠道", **at(n, 1)) for n in range(2)),
        case("d", reported="2026-03-01 08:00:00", state="no such state"),  # rejected: no case
    ]
    mapping = MAPPING + '\n[case.values.channel.map]\n"热线" = "hotline_12345"\n'
    report = load(city, tmp_path, *file, mapping=mapping)
    counted = {finding["rule"]: finding["rows"] for finding in report["findings"]}
    assert counted == {
        "code_mismatch": 4,
        "closed_before_reported": 3,
        "placeholder_point": 4,
        "unmapped_value": 2,
    }
    assert {rule: len(cases) for rule, cases in kept(city, report["batch"]).items()} == counted


def test_stored_placeholders_are_no_finding_of_a_file_without_points(city: Store, tmp_path: Path):
    load(city, tmp_path, *PLACEHOLDER, case(2, **at(0, 0)))
    pointless = "\n".join(line for line in MAPPING.splitlines() if not line.startswith(("lon", "lat")))
    report = load(city, tmp_path, *(case(f"p{n}", title="neu") for n in range(3)), mapping=pointless)
    assert (report["updated"], kept(city, report["batch"])) == (3, {})


# --- the limit -----------------------------------------------------------------------------------------------


def test_the_first_rows_are_kept_and_all_are_counted():
    import numpy as np  # noqa: PLC0415

    counter = FindingCounter()
    for first in range(0, 3 * ROWS_KEPT, ROWS_KEPT // 2):
        numbers = np.arange(first, first + ROWS_KEPT // 2)
        counter.add("future_date", numbers, field="reported_at")
        counter.add("future_date", numbers[:10], field="closed_at")
    counted = {finding.detail["field"]: finding.rows for finding in counter.findings()}
    assert counted == {"reported_at": 3 * ROWS_KEPT, "closed_at": 60}
    table = counter.kept.table()
    assert table["row_number"].to_pylist() == list(range(ROWS_KEPT))
    assert set(table["rule"].to_pylist()) == {"future_date"}
    assert KeptRows().table().num_rows == 0


# --- who sees them -------------------------------------------------------------------------------------------


@pytest.fixture
def mismatches(city: Store, tmp_path: Path) -> tuple[Store, int]:
    """One contradicted case in each street."""
    west, east = case(1, **at(0, 0), code=COMMUNITIES[2]), case(2, **at(3, 3), code=COMMUNITIES[0])
    return city, load(city, tmp_path, west, east)["batch"]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (OPERATOR, ["1", "2"]),
        (actor(COMMUNITIES[0]), ["1"]),  # the point decides where the case is
        (actor(COMMUNITIES[3]), ["2"]),
        (actor(COMMUNITIES[1]), []),
        (Actor("nobody", frozenset({Role.OPERATOR})), []),  # a role alone shows nothing
    ],
)
def test_a_reader_gets_only_ids_of_cases_that_they_see(mismatches: tuple[Store, int], who, expected):
    store, batch = mismatches
    numbers = dict(rows(store, "select case_id, source_case_id from cases"))
    assert sorted(numbers[case_id] for case_id in seen_by(store, who, batch, "code_mismatch")) == expected


def test_without_an_actor_there_is_nothing(mismatches: tuple[Store, int]):
    store, _batch = mismatches
    for view in (
        "visible_finding_case",
        "visible_batch_source",
        "visible_source_promise",
        "visible_source_end",
    ):
        # a write cursor has bound no actor: the views fail closed
        assert one(store, f"select count(*) from {view}") == 0


# --- undo ----------------------------------------------------------------------------------------------------


def test_undo_takes_them_along(city: Store, tmp_path: Path):
    first = load(city, tmp_path, case(1, code="999"))["batch"]
    second = load(city, tmp_path, case(1, code="999"), case(2, code="998"))["batch"]
    assert (kept(city, first), kept(city, second)) == (
        {"unknown_code": ["1"]},
        {"unknown_code": ["1", "2"]},
    )
    # the case of the first batch goes, and with it what the second found about it
    undo_batch(city, first)
    assert (kept(city, first), kept(city, second)) == ({}, {"unknown_code": ["2"]})
    undo_batch(city, second)
    assert one(city, "select count(*) from finding_case") == 0
    assert one(city, "select count(*) from finding") == 2  # what was found stays on record
