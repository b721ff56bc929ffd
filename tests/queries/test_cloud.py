"""Sources, imports, findings and rejects as a reader gets them: totals agree, and nobody sees more than is theirs."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from data.load.sources import set_promise
from data.store import Store
from domain.actor import OPERATOR
from domain.clock import AsOfMode
from domain.filters import CaseFilter, FindingRows
from domain.freshness import Freshness
from domain.settings import Settings
from domain.vocabulary import AreaSource, LocationStatus
from queries import cases, cloud, meta
from tests.support.small_city import (
    COMMUNITIES,
    MAPPING,
    actor,
    at,
    case,
    import_cases,
    undo_batch,
    write_cases,
)

PATROL = MAPPING.replace('source = "hotline"', 'source = "patrol"')
NOBODY = actor(login="nobody")


@pytest.fixture
def filled(city: Store, tmp_path: Path) -> Store:
    """Two sources; a batch with findings and rejects of each kind."""
    hotline = [
        case(1, **at(0, 0), reported="2026-03-01 08:00:00"),
        case(2, code=COMMUNITIES[2], reported="2026-03-31 23:30:00"),  # still March, local time
        case(3, area="北园社区", reported="2026-04-01 00:10:00"),
        case(4, lon=121, lat=31, code="999"),  # outside, unknown code
        case(5, **at(0, 0), code=COMMUNITIES[2], updated="2026-04-02 09:00:00"),  # a contradiction
        case(6, **at(1, 1), code=COMMUNITIES[2]),  # another
        case(7, state="谁知道", tel="13800000000"),  # rejected
        case("", tel="13900000000"),  # rejected
        case(8, reported="昨天"),  # rejected
    ]
    import_cases(city, write_cases(tmp_path / "hotline.csv", hotline))
    patrol = [case(1, **at(3, 3), reported="2026-03-05 08:00:00"), case(2)]
    import_cases(city, write_cases(tmp_path / "patrol.csv", patrol), PATROL)
    return city


def batch_of(store: Store, name: str) -> int:
    with store.session(OPERATOR) as session:
        found = cloud.batches(session)
    return int(found.loc[found["file_name"] == name, "batch_id"].iloc[0])


# --- sources -------------------------------------------------------------------------------------------------


def test_sources_tell_what_placed_their_cases(filled: Store):
    with filled.session(OPERATOR) as session:
        hotline, patrol = cloud.sources(session)
        total = meta.contents(session).cases
    assert (hotline.source, hotline.cases, patrol.source, patrol.cases) == ("hotline", 6, "patrol", 2)
    assert hotline.placed == {
        AreaSource.POINT: 3,
        AreaSource.CODE: 1,
        AreaSource.NAME: 1,
        AreaSource.NONE: 1,
    }
    assert hotline.located[LocationStatus.OUTSIDE] == 1
    assert hotline.placed_share == pytest.approx(5 / 6)
    assert hotline.first_reported_at == datetime(2026, 3, 1, 0, 0)
    assert hotline.last_reported_at == datetime(2026, 3, 31, 16, 10)
    assert hotline.last_updated_at == hotline.data_end == datetime(2026, 4, 2, 1, 0)
    assert patrol.last_updated_at is None
    assert hotline.cases + patrol.cases == total


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (OPERATOR, {"hotline": 6, "patrol": 2}),
        (actor(COMMUNITIES[0]), {"hotline": 3, "patrol": 0}),
        (actor(COMMUNITIES[3]), {"patrol": 1, "hotline": 0}),
        (NOBODY, {"hotline": 0, "patrol": 0}),
    ],
)
def test_the_cases_of_all_sources_are_the_reader_s_own(filled: Store, who, expected):
    with filled.session(who) as session:
        found = cloud.sources(session)
        assert {item.source: item.cases for item in found} == expected
        assert sum(item.cases for item in found) == meta.contents(session).cases
        for item in found:
            assert sum(item.placed.values()) == sum(item.located.values()) == item.cases
        assert int(cloud.volumes(session)["cases"].sum()) == meta.contents(session).cases


def test_how_late_a_source_is_does_not_depend_on_who_looks(filled: Store):
    with filled.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone=None, as_of=AsOfMode.DATA)
        set_promise(writer, "hotline", 24, "每天")
        set_promise(writer, "patrol", 24, None)
    seen = []
    for who in (OPERATOR, actor(COMMUNITIES[3]), NOBODY):
        with filled.session(who) as session:
            seen.append({item.source: item.judged for item in cloud.sources(session)})
    assert seen[0] == seen[1] == seen[2]
    # the as-of time is the end of 1 April, local time: patrol's last case is four weeks old, and an update of the
    # day after makes hotline no fresher than fresh
    assert {name: judged.freshness for name, judged in seen[0].items()} == {
        "hotline": Freshness.FRESH,
        "patrol": Freshness.LATE,
    }
    assert {name: judged.lag_hours for name, judged in seen[0].items()} == {"hotline": 0.0, "patrol": 664.0}


def test_a_source_without_a_promise_is_never_called_fresh(filled: Store):
    with filled.session(OPERATOR) as session:
        assert {item.freshness for item in cloud.sources(session)} == {Freshness.UNKNOWN}


def test_a_source_whose_cases_are_gone_stays_while_it_promises(filled: Store):
    with filled.writing(OPERATOR) as writer:
        set_promise(writer, "patrol", 24, None)
    undo_batch(filled, batch_of(filled, "patrol.csv"))
    with filled.session(OPERATOR) as session:
        found = {item.source: (item.cases, item.freshness, item.data_end) for item in cloud.sources(session)}
    assert found["patrol"] == (0, Freshness.LATE, None)


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [
        ("Asia/Shanghai", {("hotline", 3): 5, ("hotline", 4): 1, ("patrol", 3): 2}),
        # read in UTC the first minutes of April are March
        ("UTC", {("hotline", 3): 6, ("patrol", 3): 2}),
        # a zone that is 45 minutes off the hour
        ("Asia/Kathmandu", {("hotline", 3): 6, ("patrol", 3): 2}),
    ],
)
def test_volumes_are_of_local_months(filled: Store, timezone: str, expected):
    with filled.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone=timezone, as_of=None)
    with filled.session(OPERATOR) as session:
        found = cloud.volumes(session)
    counted = {
        (source, month.month): n
        for source, month, n in zip(found["source"], found["month"].dt.date, found["cases"], strict=True)
    }
    assert counted == expected
    assert set(found["month"].dt.day) == {1}


# --- imports -------------------------------------------------------------------------------------------------


def test_imports_newest_first_with_what_they_found(filled: Store):
    with filled.session(OPERATOR) as session:
        found = cloud.batches(session)
    assert found["file_name"].tolist()[:2] == ["patrol.csv", "hotline.csv"]
    hotline = found.iloc[1]
    assert (hotline["read"], hotline["accepted"], hotline["rejected"]) == (9, 6, 3)
    assert (hotline["finding_rules"], hotline["finding_rows"]) == (2, 3)
    assert hotline["sources"].tolist() == ["hotline"]
    areas = found[found["kind"] == "areas"].iloc[0]
    assert (areas["finding_rows"], len(areas["sources"])) == (0, 0)


def test_the_report_is_what_the_import_said(filled: Store):
    batch = batch_of(filled, "hotline.csv")
    with filled.session(OPERATOR) as session:
        report = cloud.report_of(session, batch)
        assert report is not None
        assert (report["batch"], report["read"]) == (batch, 9)
        assert report["rejected_by_rule"] == {"bad_date": 1, "missing_id": 1, "unknown_state": 1}
        assert cloud.report_of(session, 999) is None


def test_a_finding_opens_the_cases_that_it_counts(filled: Store):
    batch = batch_of(filled, "hotline.csv")
    with filled.session(OPERATOR) as session:
        found = cloud.findings_of(session, batch)
        assert [(item.rule.code, item.rows, item.cases) for item in found] == [
            ("code_mismatch", 2, 2),
            ("unknown_code", 1, 1),
        ]
        for item in found:
            chosen = CaseFilter(finding=FindingRows(batch, item.rule.code))
            assert cases.how_many(session, chosen, None) == item.cases
    # a secretary follows the same link and finds only what is theirs
    with filled.session(actor(COMMUNITIES[1])) as session:
        assert cases.how_many(session, CaseFilter(finding=FindingRows(batch, "code_mismatch")), None) == 0
    with filled.session(actor(COMMUNITIES[0])) as session:
        assert cases.how_many(session, CaseFilter(finding=FindingRows(batch, "code_mismatch")), None) == 2


def test_rejects_come_in_pages_and_by_rule(filled: Store):
    batch = batch_of(filled, "hotline.csv")
    with filled.session(OPERATOR) as session:
        found = cloud.rejects_of(session, batch, most=2)
        assert (found.total, found.by_rule) == (3, {"bad_date": 1, "missing_id": 1, "unknown_state": 1})
        assert found.rows["row_number"].tolist() == [8, 9]
        rest = cloud.rejects_of(session, batch, most=2, first=2)
        assert rest.rows[["row_number", "rule", "value"]].values.tolist() == [[10, "bad_date", "昨天"]]
        only = cloud.rejects_of(session, batch, most=10, rule="missing_id")
        assert (only.total, only.rows["row_number"].tolist()) == (1, [9])


def test_no_personal_value_leaves_with_a_reject(filled: Store):
    batch = batch_of(filled, "hotline.csv")
    with filled.session(OPERATOR) as session:
        rows = cloud.rejects_of(session, batch, most=10).rows
    assert "13800000000" not in rows.to_json(force_ascii=False)
    assert {"tel", "name"}.isdisjoint(json.loads(rows["raw"].iloc[0]))


@pytest.mark.parametrize("who", [actor(COMMUNITIES[0]), actor(departments=["城管"]), NOBODY])
def test_imports_are_for_who_sees_the_whole_installation(filled: Store, who):
    batch = batch_of(filled, "hotline.csv")
    with filled.session(who) as session:
        assert cloud.batches(session).empty
        assert cloud.findings_of(session, batch) == []
        assert cloud.report_of(session, batch) is None
        rejects = cloud.rejects_of(session, batch, most=10)
        assert (len(rejects.rows), rejects.total, rejects.by_rule) == (0, 0, {})


def test_an_empty_database_has_no_sources(tmp_path: Path):
    with Store.opened(tmp_path / "empty.duckdb", Settings()) as store, store.session(OPERATOR) as session:
        assert cloud.sources(session) == []
        assert cloud.batches(session).empty
        assert cloud.volumes(session).empty
