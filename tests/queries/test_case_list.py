"""Lists, one case, its time line, its neighbours and the stream: what they hold, in order, for whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.case_fields import CASE_FIELDS
from domain.case_order import CaseOrder
from domain.errors import NotFound
from domain.filters import CaseFilter
from domain.vocabulary import CaseState
from queries import case_list
from queries.areas import area_by_code
from queries.case_list import Event, StageKind
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

DUE = {"due": "2026-03-04 08:00"}
ROWS = [
    case("closed-late", **at(0, 0), **DUE, state="closed", closed="2026-03-05 08:01", title="漏水"),
    case("on-time", **at(0, 0), **DUE, state="closed", closed="2026-03-04 08:00", channel="12345"),
    case("past-due", **at(3, 3), **DUE, reported="2026-03-02 08:00:00", state="handling", tel="13812345678"),
    case("within", **at(0, 0), due="2026-04-05 08:00", reported="2026-03-03 08:00:00", state="dispatched"),
    case("no-limit", code=COMMUNITIES[1], reported="2026-02-28 08:00:00", department="城管局"),
]
AS_OF = datetime(2026, 3, 20)


@pytest.fixture
def city(city: Store, tmp_path: Path) -> Store:
    import_cases(city, write_cases(tmp_path / "cases.csv", ROWS))
    with city.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone="Asia/Shanghai", as_of=AS_OF)
    return city


def id_of(store: Store, number: str) -> int:
    return int(one(store, f"select case_id from cases where source_case_id = '{number}'"))


def in_order(store: Store, groups: str) -> list[str]:
    """Numbers of cases, parted by blanks; those joined by = are level, and stand in the order of their ids."""
    return [
        number
        for group in groups.split()
        for number in sorted(group.split("="), key=lambda number: id_of(store, number))
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (CaseOrder.NEWEST, "within past-due closed-late=on-time no-limit"),
        (CaseOrder.OLDEST, "no-limit closed-late=on-time past-due within"),
        (CaseOrder.DUE_FIRST, "closed-late=on-time=past-due within no-limit"),  # no limit: last
        (CaseOrder.DUE_LAST, "within closed-late=on-time=past-due no-limit"),
        (CaseOrder.CLOSED_LAST, "closed-late on-time no-limit=past-due=within"),
    ],
)
def test_a_list_is_in_the_order_asked_for(city: Store, order: CaseOrder, expected: str) -> None:
    with city.session(OPERATOR) as session:
        found = case_list.page(session, CaseFilter(), None, order, 1).rows
    assert found["source_case_id"].tolist() == in_order(city, expected)


def test_a_row_tells_local_times_the_community_and_what_is_overdue(city: Store) -> None:
    with city.session(OPERATOR) as session:
        found = case_list.page(session, CaseFilter(), None, CaseOrder.NEWEST, 1).rows
    row = found.set_index("source_case_id").loc["closed-late"]
    assert (row["reported_at"], row["closed_at"]) == (datetime(2026, 3, 1, 8), datetime(2026, 3, 5, 8, 1))
    assert (row["community"], row["title"], row["state"]) == ("南园社区", "漏水", "closed")
    assert dict(zip(found["source_case_id"], found["overdue"], strict=True)) == {
        "closed-late": True,
        "on-time": False,
        "past-due": True,
        "within": False,
        "no-limit": False,
    }


def test_pages_hold_every_case_once(city: Store, tmp_path: Path) -> None:
    """All reported in one second: the number of the case decides, and no page repeats or leaves out any."""
    import_cases(city, write_cases(tmp_path / "more.csv", [case(f"m{n}", **at(1, 1)) for n in range(120)]))
    with city.session(OPERATOR) as session:
        pages = [case_list.page(session, CaseFilter(), None, CaseOrder.NEWEST, n).rows for n in (1, 2, 3, 4)]
        total = case_list.total(session, CaseFilter(), None)
    assert [len(page) for page in pages] == [50, 50, 25, 0]
    seen = [number for page in pages for number in page["source_case_id"]]
    assert (len(seen), len(set(seen)), total) == (125, 125, 125)


def test_long_texts_are_cut_in_a_list_and_whole_in_the_case(city: Store, tmp_path: Path) -> None:
    long = "长" * 350_000  # a megabyte
    import_cases(city, write_cases(tmp_path / "long.csv", [case("long", title=long)]))
    with city.session(OPERATOR) as session:
        found = case_list.page(session, CaseFilter(text="long"), None, CaseOrder.NEWEST, 1).rows
        assert found["title"].tolist() == ["长" * 200]
        assert case_list.one(session, int(found["case_id"].iloc[0]))["title"] == long


def test_lists_and_counts_are_scoped(city: Store) -> None:
    who = actor(COMMUNITIES[0])
    with city.session(who) as session:
        found = case_list.page(session, CaseFilter(), None, CaseOrder.NEWEST, 1).rows
        assert found["source_case_id"].tolist() == in_order(city, "within closed-late=on-time")
        assert case_list.total(session, CaseFilter(), None) == 3
        assert case_list.stream(session, CaseFilter(), None).total == 3
    with city.session(OPERATOR) as session:
        area = area_by_code(session, COMMUNITIES[0])
        assert case_list.total(session, CaseFilter(), area) == 3


def test_one_case_has_every_public_field_and_none_of_a_person(city: Store) -> None:
    with city.session(OPERATOR) as session:
        found = case_list.one(session, id_of(city, "past-due"))
    assert list(found) == list(CASE_FIELDS)
    assert found["reported_at"] == datetime(2026, 3, 2, 8)
    assert (found["grid_code"], found["community"]) == (f"{COMMUNITIES[3]}004", "南园社区")
    assert "13812345678" not in repr(found)
    assert one(city, "select phone from case_person") == "13812345678"


def test_a_case_of_others_sounds_like_one_that_is_not_there(city: Store) -> None:
    with city.session(actor(COMMUNITIES[0])) as session:
        told = set()
        for case_id in (id_of(city, "past-due"), 999_999):
            for ask in (case_list.one, case_list.timeline):
                with pytest.raises(NotFound) as refused:
                    ask(session, case_id)
                told.add(str(refused.value))
            assert case_list.neighbours(session, case_id).total == 0
    assert len(told) == 1
    with city.session(actor()) as session, pytest.raises(NotFound):
        case_list.one(session, id_of(city, "within"))


def test_the_department_of_a_case_sees_it(city: Store) -> None:
    with city.session(actor(departments=["城管局"])) as session:
        assert case_list.one(session, id_of(city, "no-limit"))["source_case_id"] == "no-limit"
        assert len(case_list.timeline(session, id_of(city, "no-limit")).events) == 1
        with pytest.raises(NotFound):
            case_list.one(session, id_of(city, "within"))


def test_a_time_line_has_the_stages_in_order_the_limit_and_the_imports(city: Store, tmp_path: Path) -> None:
    changed = [case("on-time", **at(0, 0), **DUE, state="closed", closed="2026-03-06 08:00", channel="12345")]
    batch = import_cases(city, write_cases(tmp_path / "again.csv", changed))["batch"]
    undo_batch(city, batch)
    with city.session(OPERATOR) as session:
        found = case_list.timeline(session, id_of(city, "on-time"))
    assert [(stage.kind, stage.at) for stage in found.stages] == [
        (StageKind.REPORTED, datetime(2026, 3, 1)),  # UTC: 08:00 local
        (StageKind.CLOSED, datetime(2026, 3, 4)),
    ]
    assert (found.due_at, found.state) == (datetime(2026, 3, 4), CaseState.CLOSED)
    assert [(event.kind, event.batch_id) for event in found.events] == [
        ("imported", one(city, "select min(batch_id) from case_event")),
        ("import_undone", batch),
    ]


@pytest.mark.parametrize(
    ("number", "as_of", "overdue"),
    [
        ("closed-late", AS_OF, True),
        ("on-time", AS_OF, False),  # closed at the very limit
        ("past-due", AS_OF, True),
        ("past-due", datetime(2026, 3, 4), False),  # the limit itself (UTC) is still in time
        ("past-due", datetime(2026, 3, 4) + timedelta(seconds=1), True),
        ("within", AS_OF, False),
        ("no-limit", AS_OF, False),
    ],
)
def test_overdue_as_in_the_figures(city: Store, number: str, as_of: datetime, *, overdue: bool) -> None:
    with city.session(OPERATOR) as session:
        assert case_list.timeline(session, id_of(city, number)).is_overdue(as_of) is overdue


def test_neighbours_share_the_very_point(city: Store) -> None:
    with city.session(OPERATOR) as session:
        found = case_list.neighbours(session, id_of(city, "closed-late"))
        assert found.rows["source_case_id"].tolist() == ["within", "on-time"]
        assert (found.total, list(found.rows)) == (
            2,
            ["case_id", "source_case_id", "title", "state", "reported_at"],
        )
        assert case_list.neighbours(session, id_of(city, "past-due")).total == 0
        assert case_list.neighbours(session, id_of(city, "no-limit")).total == 0  # no point of its own


def test_many_neighbours_are_counted_and_the_newest_told(city: Store, tmp_path: Path) -> None:
    more = [case(f"n{n}", reported=f"2026-03-10 08:{n:02}:00", **at(3, 3)) for n in range(20)]
    import_cases(city, write_cases(tmp_path / "more.csv", more))
    with city.session(OPERATOR) as session:
        found = case_list.neighbours(session, id_of(city, "past-due"))
    assert found.total == 20
    assert found.rows["source_case_id"].tolist() == [f"n{n}" for n in range(19, 11, -1)]


def test_events_reach_only_who_may_see_the_case(city: Store) -> None:
    assert one(city, "select count(*) from case_event") == 5
    for who, count in ((OPERATOR, 5), (actor(COMMUNITIES[0]), 3), (actor(), 0)):
        with city.session(who) as session:
            assert session.one("select count(*) from visible_case_event") == (count,)
    assert rows(city, "select count(*) from visible_case_event") == [(0,)]  # nobody is bound: nothing


def test_one_state_of_the_data_is_counted_and_streamed(city: Store, tmp_path: Path) -> None:
    """An import between the count and the rows changes neither."""
    more = write_cases(tmp_path / "more.csv", [case(f"x{n}", **at(0, 0)) for n in range(3_000)])
    with city.session(OPERATOR) as session:
        with session.snapshot():
            found = case_list.stream(session, CaseFilter(), None)
            import_cases(city, more, MAPPING)
            assert (found.total, sum(batch.num_rows for batch in found.batches)) == (5, 5)
            assert case_list.total(session, CaseFilter(), None) == 5
        assert case_list.total(session, CaseFilter(), None) == 3_005


def test_a_snapshot_that_is_left_early_lets_the_store_close(city: Store, tmp_path: Path) -> None:
    more = write_cases(tmp_path / "more.csv", [case(f"x{n}", **at(0, 0)) for n in range(5_000)])
    import_cases(city, more, MAPPING)
    with city.session(OPERATOR) as session, session.snapshot():
        stream = case_list.stream(session, CaseFilter(), None).batches
        assert stream.read_next_batch().num_rows == case_list.STREAM_ROWS
    with city.swapped_out():
        pass
    with city.session(OPERATOR) as session:
        assert case_list.total(session, CaseFilter(), None) == 5_005


def test_an_event_is_what_the_store_noted(city: Store) -> None:
    with city.session(OPERATOR) as session:
        (event,) = case_list.timeline(session, id_of(city, "within")).events
    happened_at = one(city, "select happened_at from case_event limit 1")
    assert event == Event("imported", happened_at, one(city, "select min(batch_id) from case_event"))
