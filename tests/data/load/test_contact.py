"""When the handling unit first spoke with the resident: in, compared, kept, taken back, and out again."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from data.store import Store
from tests.support.operator import data_here
from tests.support.small_city import (
    COLUMNS,
    MAPPING,
    at,
    case,
    import_cases,
    one,
    rows,
    undo_batch,
    write_cases,
)

CONTACT = MAPPING.replace('closed_at = "closed"', 'closed_at = "closed"\ncontacted_at = "contacted"')
assert CONTACT != MAPPING


def load(store: Store, folder: Path, *cases: dict, mapping: str = CONTACT) -> dict:
    path = write_cases(folder / "cases.csv", cases, (*COLUMNS, "contacted"))
    return import_cases(store, path, mapping)


def contacts(store: Store) -> dict[str, datetime | None]:
    return dict(rows(store, "select source_case_id, contacted_at from cases"))


def test_it_is_read_as_local_time_and_named_in_the_event(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, contacted="2026-03-01 09:30:00", **at(0, 0)), case(2))
    assert contacts(city) == {"1": datetime(2026, 3, 1, 1, 30), "2": None}
    fields = one(city, "select distinct fields from case_event").split(",")
    assert "contacted_at" in fields


def test_a_first_contact_is_a_change_and_the_same_again_is_none(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1), case(2))
    again = [case(1, contacted="2026-03-01 09:30:00"), case(2)]
    report = load(city, tmp_path, *again)
    assert (report["updated"], report["unchanged"]) == (1, 1)
    told = rows(city, f"select fields from case_event where batch_id = {report['batch']}")
    assert told == [("contacted_at",)]
    report = load(city, tmp_path, *again)
    assert (report["updated"], report["unchanged"]) == (0, 2)


def test_a_file_that_does_not_say_it_leaves_it_as_it_was(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, contacted="2026-03-01 09:30:00", title="a"))
    report = load(city, tmp_path, case(1, title="b"), mapping=MAPPING)
    assert report["updated"] == 1
    assert contacts(city) == {"1": datetime(2026, 3, 1, 1, 30)}
    # one that says there was none takes it away
    assert load(city, tmp_path, case(1, title="b"))["updated"] == 1
    assert contacts(city) == {"1": None}


def test_undo_puts_the_earlier_contact_back(city: Store, tmp_path: Path):
    load(city, tmp_path, case(1, contacted="2026-03-01 09:30:00"))
    later = load(city, tmp_path, case(1, contacted="2026-03-02 10:00:00"))["batch"]
    assert contacts(city) == {"1": datetime(2026, 3, 2, 2)}
    assert one(city, "select contacted_at from case_history") == datetime(2026, 3, 1, 1, 30)
    undo_batch(city, later)
    assert contacts(city) == {"1": datetime(2026, 3, 1, 1, 30)}
    assert one(city, "select count(*) from case_history") == 0


@pytest.mark.parametrize(
    ("contacted", "end"),
    [
        ("2026-03-05 12:00:00", datetime(2026, 3, 5, 4)),  # the latest thing that happened
        ("2099-03-05 12:00:00", datetime(2026, 3, 1)),  # a typing error is not the end of the data
    ],
)
def test_it_may_be_the_end_of_the_data(city: Store, tmp_path: Path, contacted: str, end: datetime):
    report = load(city, tmp_path, case(1, contacted=contacted))
    assert one(city, "select data_end from city") == end
    future = [finding["field"] for finding in report["findings"] if finding["rule"] == "future_date"]
    assert future == (["contacted_at"] if contacted > "2090" else [])


def test_a_date_that_cannot_be_read_keeps_the_row_out(city: Store, tmp_path: Path):
    report = load(city, tmp_path, case(1, contacted="当天"), case(2))
    assert report["rejected_by_rule"] == {"bad_date": 1}
    assert rows(city, "select field, value from reject") == [("contacted", "当天")]


def test_an_export_has_it_in_local_time(city_db: Path, tmp_path: Path):
    with Store.opened(city_db) as store:
        load(store, tmp_path, case(1, contacted="2026-03-01 09:30:00"))
    target = tmp_path / "out.csv"
    done = data_here(city_db, "export", "cases", "--format", "csv", "--out", target)
    assert done.code == 0, done.stderr
    with target.open(encoding="utf-8-sig", newline="") as stream:
        (line,) = csv.DictReader(stream)
    assert line["contacted_at"].startswith("2026-03-01 09:30:00")
    names = list(line)
    assert names[names.index("dispatched_at") + 1 : names.index("handled_at")] == ["contacted_at"]
