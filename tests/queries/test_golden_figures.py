"""Published figures, from ledgers that have their counts: a bulletin of December 2016, and saturation.

The bulletin: 972 due for closing, 911 closed, 737 of them in time; two kinds of 956 and 16. Its "95.68 % of all
cases" only comes out with the 996 registered below the line; of the 1,054 received it is 90.42 %. The slip is
what a shown denominator prevents.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.ingest.areas import read_areas
from data.ingest.cases import iter_cases
from data.ingest.mapping import load_mapping
from data.load.areas import load_areas
from data.load.batch import SourceFile
from data.load.cases import load_cases
from data.store import Store
from domain.actor import OPERATOR
from domain.clock import AsOfMode
from domain.filters import CaseFilter
from domain.i18n import format_share
from domain.settings import Settings
from domain.vocabulary import ImportKind, Level
from queries import cases as case_queries
from queries import indicators
from queries.figures import Evaluation, Question
from tests.support.case_rows import paths, put_cases
from tests.support.repository import ROOT
from tests.support.small_city import EAST_STREET, WEST_STREET

NOW = datetime(2027, 1, 1)
UTC_OFFSET = timedelta(hours=8)
FIXTURES = ROOT / "tests" / "data" / "ingest" / "fixtures"


@pytest.fixture(scope="module")
def city(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = Path(shutil.copy(small_city_db, tmp_path_factory.mktemp("golden") / "city.duckdb"))
    store = Store.open(path, Settings(), now=lambda: NOW)
    with store.writing(OPERATOR) as writer:
        writer.set_city(name=None, timezone="Asia/Shanghai", as_of=datetime(2017, 1, 1))
    yield store
    store.close()


def asked(city: Store, profile: str, *names: str, own_window: bool = True, **chosen: Any) -> list[Evaluation]:
    """Figures as of the city's as-of time."""
    with city.session(OPERATOR) as session:
        question = Question(profile, CaseFilter(**chosen), None, session.city.as_of, own_window)
        return list(indicators.evaluate(session, question, names).values())


def in_per_cent(figure: Evaluation) -> tuple[float | None, float | None, float | None]:
    """Numerator, denominator, and the value as a bulletin prints it."""
    value = None if figure.value is None else round(100 * figure.value, 2)
    return figure.numerator, figure.denominator, value


# --- the bulletin of December 2016 -------------------------------------------------------------------------


def some(count: int, reported: str, due: str, closed: str | None = None, **more: Any) -> list[dict[str, Any]]:
    """Cases of the bulletin; times are local days at noon."""
    told: dict[str, Any] = {"reported_at": reported, "due_at": due, "closed_at": closed} | more
    row = {
        name: datetime.fromisoformat(f"{value} 12:00") - UTC_OFFSET
        if name.endswith("_at") and value
        else value
        for name, value in told.items()
    }
    return [row | {"state": "closed" if closed else "handling"}] * count


@pytest.fixture(scope="module")
def bulletin(city: Store) -> Store:
    """1,054 received, 996 registered and 953 closed of those reported in December; 972 due in December."""
    west, east = (paths(city)[code] for code in (WEST_STREET, EAST_STREET))
    here: dict[str, Any] = {"path": west, "category": "部件"}
    there: dict[str, Any] = {"path": east, "category": "事件"}
    december: dict[str, Any] = {"registered_at": "2016-12-01"}
    rows = [
        # due in December and closed, in time and late: 911, of which 9 in the east
        *some(730, "2016-12-01", "2016-12-20", "2016-12-10", **december, **here),
        *some(161, "2016-12-01", "2016-12-20", "2016-12-25", **december, **here),
        *some(7, "2016-12-01", "2016-12-20", "2016-12-10", **december, **there),
        *some(2, "2016-12-01", "2016-12-20", "2016-12-25", **december, **there),
        # the same, reported in November
        *some(11, "2016-11-20", "2016-12-02", "2016-12-05", registered_at="2016-11-20", **here),
        # due in December and still open: 61, of which 7 in the east
        *some(33, "2016-12-01", "2016-12-20", **december, **here),
        *some(7, "2016-12-01", "2016-12-20", **december, **there),
        *some(21, "2016-11-20", "2016-12-02", registered_at="2016-11-20", **here),
        # reported in December and due in January
        *some(53, "2016-12-28", "2017-01-10", "2016-12-30", registered_at="2016-12-28", **here),
        *some(3, "2016-12-28", "2017-01-10", registered_at="2016-12-28", **here),
        # received, never registered
        *some(58, "2016-12-28", "2017-01-10", **here),
    ]
    put_cases(city, rows)
    return city


def test_the_bulletin(bulletin: Store):
    names = ("closing_rate", "on_time_closing_rate", "closed_of_registered", "closed_of_received")
    closing, on_time, of_registered, of_received = asked(bulletin, "digital_city", *names)
    assert in_per_cent(closing) == (911, 972, 93.72)
    assert in_per_cent(on_time) == (737, 972, 75.82)
    # the slip: the same cases above the line, two different ones below it
    assert in_per_cent(of_registered) == (953, 996, 95.68)
    assert in_per_cent(of_received) == (953, 1054, 90.42)
    assert (of_registered.period.on, closing.period.on) == ("reported_at", "due_at")
    assert {(figure.period.start, figure.period.end) for figure in (closing, of_received)} == {
        (datetime(2016, 12, 1), datetime(2017, 1, 1))
    }
    for figure in (closing, on_time, of_registered, of_received):
        assert figure.cases == (figure.denominator or 0) + sum(figure.excluded.values())


def test_the_bulletin_by_area_and_by_kind(bulletin: Store):
    with bulletin.session(OPERATOR) as session:
        question = Question("digital_city", CaseFilter(), None, session.city.as_of, own_window=True)
        rows = indicators.by_area(session, question, "closing_rate", Level.STREET).rows
    told = {
        row["code"]: (row["numerator"], row["denominator"], round(100 * row["value"], 2))
        for row in rows.to_dict("records")
    }
    assert told == {WEST_STREET: (902, 956, 94.35), EAST_STREET: (9, 16, 56.25)}
    # sixteen cases are too few for a rank
    assert rows.set_index("code")["small"].to_dict() == {WEST_STREET: False, EAST_STREET: True}
    for kind, expected in (("部件", (902, 956, 94.35)), ("事件", (9, 16, 56.25))):
        [figure] = asked(bulletin, "digital_city", "closing_rate", categories=(kind,))
        assert in_per_cent(figure) == expected


def test_the_general_profile_tells_another_rate_of_the_same_name_by_another_denominator(bulletin: Store):
    [general] = asked(bulletin, "general", "on_time_closing_rate")
    # of all closed with a limit: 737 + 53 of 911 + 53
    assert (general.numerator, general.denominator) == (790, 964)


# --- saturation --------------------------------------------------------------------------------------------


def test_all_but_28_of_277924_are_not_all(city: Store):
    cases, left = 277_924, 28
    columns = (
        "case_id, source, source_case_id, state, reported_at, closed_at, due_at, prefer, location_status,"
        " area_source, boundary_version, at_placeholder, managed_by, batch_id, row_version"
    )
    with city.writing(OPERATOR) as writer:
        writer.run("delete from cases")
        writer.run(
            f"insert into cases ({columns}) select n, 'test', n::varchar, if(n < $left, 'handling', 'closed'),"
            " timestamp '2016-11-01', if(n < $left, null, timestamp '2016-11-02'), timestamp '2016-12-05',"
            " 'point', 'no_location', 'none', 1, false, 'source', 1, 1 from range($cases) t(n)",
            {"left": left, "cases": cases},
        )
        writer.refresh_data_end()
    [figure] = asked(city, "digital_city", "closing_rate")
    assert in_per_cent(figure) == (cases - left, cases, 99.99)
    assert format_share(figure.numerator or 0, figure.denominator or 0) == "99.9 % · 277,896/277,924"
    assert figure.high is not None
    assert figure.high < 1


# --- 311 requests of Boston's shape ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def boston(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The 300 invented requests, imported as an operator would."""
    with Store.opened(tmp_path_factory.mktemp("boston") / "boston.duckdb") as store:
        with store.writing(OPERATOR) as writer:
            writer.set_city(name="Boston", timezone="America/New_York", as_of=AsOfMode.DATA)
        places = FIXTURES / "boston_shape_neighborhoods.geojson"
        with store.writing(OPERATOR) as writer:
            areas = read_areas(places, "Name", level=Level.COMMUNITY)
            load_areas(writer, areas, SourceFile.of(ImportKind.AREAS, places))
        requests = FIXTURES / "boston_shape_300.csv"
        mapping = load_mapping(ROOT / "docs" / "examples" / "boston_311.toml")
        with store.writing(OPERATOR) as writer:
            file = iter_cases(requests, mapping, writer.now)
            load_cases(writer, file, SourceFile.of(ImportKind.CASES, requests))
        yield store


def requests_by_hand() -> dict[str, set[str]]:
    """Numbers of the requests by what their times and their label say, read straight from the file."""
    sides: dict[str, set[str]] = {
        name: set() for name in ("open", "late", "in_time", "past", "no_limit", "labelled")
    }
    with (FIXTURES / "boston_shape_300.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            number = row["CASE_ENQUIRY_ID"]
            due, closed = (
                datetime.strptime(row[name], "%m/%d/%Y %I:%M:%S %p") if row[name] else None
                for name in ("TARGET_DT", "CLOSED_DT")
            )
            if row["OnTime_Status"] == "OVERDUE":
                sides["labelled"].add(number)
            if due is None:
                sides["no_limit"].add(number)
            elif closed is not None:
                sides["late" if closed > due else "in_time"].add(number)
            else:
                sides["past"].add(number)
    return sides


def test_overdue_is_told_by_the_times_and_the_unlabelled_ones_are_listed(boston: Store):
    sides = requests_by_hand()
    overdue, labelled = asked(boston, "general", "overdue", "labelled_overdue")
    by_times = sides["late"] | sides["past"]
    assert overdue.value == len(by_times) == 165
    unlabelled = by_times - sides["labelled"]
    assert overdue.parts == {
        "closed_late": len(sides["late"]),
        "open_past_due": len(sides["past"]),
        "not_labelled": len(unlabelled),
    }
    assert labelled.value == len(sides["labelled"]) == 162
    assert labelled.parts == {"not_overdue": 0}
    with boston.session(OPERATOR) as session:
        chosen = CaseFilter(side=overdue.side("part:not_labelled"))
        assert case_queries.how_many(session, chosen, None) == len(unlabelled)
        listed = case_queries.points(session, chosen, None, 100).rows
    assert set(listed["source_case_id"]) == unlabelled
    assert len(unlabelled) == 3


def test_on_time_is_told_of_closed_requests_with_a_limit(boston: Store):
    sides = requests_by_hand()
    [figure] = asked(boston, "general", "on_time_closing_rate")
    assert (figure.numerator, figure.denominator) == (
        len(sides["in_time"]),
        len(sides["in_time"] | sides["late"]),
    )
    assert figure.excluded == {
        "void": 0,
        "without_limit": len(sides["no_limit"]),
        "not_due": 0,
        "open_past_due": len(sides["past"]),
        "time_unknown": 0,
    }
    assert figure.cases == 300
