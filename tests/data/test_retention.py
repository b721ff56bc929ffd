"""Erasure past the term: gone where it stood and where an undo would fetch it, while every count stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.audit import verify
from data.imports import undo_batch
from data.retention import Erased, erase, erased_so_far
from data.store import Store
from domain.actor import INSPECTOR, OPERATOR
from domain.errors import NotAllowed
from domain.filters import CaseFilter
from domain.retention import Kept, Term
from domain.settings import Settings
from queries import cases, cloud
from tests.support.small_city import MAPPING, actor, at, case, import_cases, one, rows, write_cases

PHONE, NAME = "13812345678", "赵某某"
TERMS = [Term(kept, 730) for kept in Kept]
CLOSED = "2026-03-10 12:00:00"
MAPPING_WITH_TEXT = MAPPING.replace('title = "title"', 'title = "title"\ndescription = "text"')
COLUMNS = ("no", "reported", "closed", "due", "updated", "state", "channel", "category", "title", "text",
           "department", "lon", "lat", "code", "area", "name", "tel")  # fmt: skip


class Later:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 4, 1)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
def store(city_db: Path, clock: Later) -> Iterator[Store]:
    opened = Store.open(city_db, Settings(), clock)
    yield opened
    opened.close()


def brought(store: Store, folder: Path, *lines: dict[str, object]) -> int:
    path = write_cases(folder / f"cases_{len(list(folder.iterdir()))}.csv", lines, COLUMNS)
    return int(import_cases(store, path, MAPPING_WITH_TEXT)["batch"])


def with_person(number: str, **values: object) -> dict[str, object]:
    return case(number, name=NAME, tel=PHONE, text=f"请回电{PHONE}", **at(0, 0)) | values


def persons(store: Store) -> list[tuple[object, ...]]:
    return rows(
        store,
        "select c.source_case_id, p.reporter_name, p.phone, c.description"
        " from cases as c join case_person as p using (case_id) order by 1",
    )


def counts(store: Store, batch: int) -> tuple[object, ...]:
    with store.session(OPERATOR) as session:
        figures = cases.figures(session, CaseFilter(), None)
        return figures, cloud.rejects_of(session, batch, most=10).total, len(persons(store))


def cells(found: list[Erased]) -> dict[str, int]:
    return {one_kept.kept.value: one_kept.cells for one_kept in found if one_kept.cells}


KEPT, GONE = (NAME, PHONE, f"请回电{PHONE}"), (None, None, "请回电138****5678")


@pytest.fixture
def batch(store: Store, tmp_path: Path) -> int:
    """A closed case, a void one without a time of closing, an open one, and a rejected row; all with a person."""
    folder = tmp_path / "files"
    folder.mkdir()
    return brought(
        store,
        folder,
        with_person("closed", state="closed", closed=CLOSED),
        with_person("void", state="void"),
        with_person("open"),
        with_person("rejected", reported="never"),
    )


def test_values_past_their_term_go_and_every_count_stays(store: Store, clock: Later, batch: int):
    before = counts(store, batch)
    clock.now += timedelta(days=731)
    expected = {"reporter_name": 2, "phone": 2, "texts": 2, "rejects": 1}
    previewed = erase(store, OPERATOR, TERMS, only_preview=True)
    assert cells(previewed) == expected
    assert [person[1:] for person in persons(store)] == [KEPT, KEPT, KEPT]
    assert cells(erase(store, OPERATOR, TERMS, only_preview=False)) == expected
    assert persons(store) == [("closed", *GONE), ("open", *KEPT), ("void", *GONE)]
    assert rows(store, "select value, raw, raw_private from reject") == [(None, None, None)]
    assert counts(store, batch) == before
    assert {kept.value: n for kept, n in erased_so_far(store, OPERATOR).items()} == expected
    assert previewed[0].by_batch == {batch: 2}


def test_the_audit_has_the_counts_and_no_value(store: Store, clock: Later, batch: int):
    clock.now += timedelta(days=731)
    erase(store, OPERATOR, TERMS, only_preview=False)
    erase(store, OPERATOR, TERMS, only_preview=False)  # nothing is left: no second row
    ((detail,),) = rows(store, "select detail from audit where action = 'erase'")
    assert json.loads(detail)["cells"] == {
        "reporter_name": 2, "phone": 2, "id_number": 0, "address": 0, "texts": 2, "rejects": 1,
    }  # fmt: skip
    assert PHONE not in detail
    assert NAME not in detail
    assert verify(store, INSPECTOR).ok


def test_undo_after_erasure_brings_no_value_back(store: Store, clock: Later, tmp_path: Path):
    folder = tmp_path / "files"
    folder.mkdir()
    brought(store, folder, with_person("a"))
    later = brought(store, folder, with_person("a", state="closed", closed=CLOSED, tel="13912345678"))
    clock.now += timedelta(days=731)
    erase(store, OPERATOR, TERMS, only_preview=False)
    undo_batch(store, OPERATOR, later, only_preview=False)
    assert rows(store, "select state from cases") == [("reported",)]
    assert persons(store) == [("a", *GONE)]
    for table in ("case_person_history", "case_history"):
        assert one(store, f"select count(*) from {table}") == 0


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (0, False),  # kept for ever
        (10_000, False),  # longer than the case has been closed
        (30, True),
    ],
)
def test_each_field_has_a_term_of_its_own(store: Store, clock: Later, batch: int, days: int, *, gone: bool):
    clock.now += timedelta(days=365)
    found = erase(store, OPERATOR, [Term(Kept.PHONE, days)], only_preview=False)
    assert found == [Erased(Kept.PHONE, {batch: 2} if gone else {})]
    assert persons(store)[0] == ("closed", NAME, None if gone else PHONE, KEPT[2])


def test_only_who_keeps_the_data_erases(store: Store):
    with pytest.raises(NotAllowed):
        erase(store, actor("330102001001"), TERMS, only_preview=True)


def test_the_settings_give_a_term_to_everything_that_is_kept():
    terms = Settings(retention_phone_days=0).terms
    assert [term.kept for term in terms] == list(Kept)
    assert {term.kept.value: term.days for term in terms if term.days != 730} == {"phone": 0, "rejects": 180}
