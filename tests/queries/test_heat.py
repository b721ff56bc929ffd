"""Cases for the heat layer: each in exactly one part, at its place, in its frame of local time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.filters import CaseFilter
from domain.time_frames import FrameUnit
from queries import heat
from queries.areas import area_by_code
from queries.cases import figures
from tests.support.small_city import COMMUNITIES, WEST_STREET, actor, at, case, import_cases, write_cases

EVERYTHING = CaseFilter()
STEP = 1e-4

ROWS = [
    # three in one place and month, one of them in the last minute of it
    case("a", **at(0, 0), reported="2026-03-05 08:00"),
    case("b", **at(0, 0), reported="2026-03-05 09:00"),
    case("c", **at(0, 0), reported="2026-03-31 23:59"),
    # the first minute of April in Shanghai is still March in UTC
    case("d", **at(0, 0), reported="2026-04-01 00:01"),
    # four metres from the first ones: one bin, the mean of both
    case("e", lon=120.00504, lat=30.005, reported="2026-03-05 10:00"),
    # another community; outside every area; known by its code; nowhere
    case("f", **at(3, 3), reported="2026-03-05 08:00", category="噪声"),
    case("g", lon=121, lat=31, reported="2026-03-05 08:00"),
    case("h", code=COMMUNITIES[0], reported="2026-03-05 08:00"),
    case("i", reported="2026-03-05 08:00"),
    # a point that stands for "unknown"
    case("j", **at(1, 1), reported="2026-03-05 08:00"),
    case("k", **at(1, 1), reported="2026-04-05 08:00"),
]


@pytest.fixture
def city(city: Store, tmp_path: Path) -> Store:
    import_cases(city, write_cases(tmp_path / "cases.csv", ROWS))
    with city.writing(OPERATOR) as writer:
        writer.run("update cases set at_placeholder = source_case_id in ('j', 'k')")
    return city


def bins(
    city: Store, chosen: CaseFilter = EVERYTHING, who=OPERATOR, code: str | None = None
) -> heat.HeatBins:
    with city.session(who) as session:
        area = area_by_code(session, code) if code else None
        return heat.bins(session, chosen, area, FrameUnit.MONTH, STEP)


def test_cases_are_binned_by_place_and_local_month(city: Store):
    found = bins(city)
    told = [
        (start.astype("datetime64[M]").astype(str), lon, lat, cases)
        for start, lon, lat, cases in zip(
            found.starts, found.lon.tolist(), found.lat.tolist(), found.cases.tolist(), strict=True
        )
    ]
    assert told == [
        ("2026-03", 120.00501, 30.005, 4),  # a, b, c and e
        ("2026-03", 120.035, 30.035, 1),
        ("2026-03", 121.0, 31.0, 1),
        ("2026-04", 120.005, 30.005, 1),
    ]
    assert (found.usable, found.at_placeholder, found.without_point) == (7, 2, 2)


@pytest.mark.parametrize(
    ("chosen", "code", "parts"),
    [
        (EVERYTHING, None, (7, 2, 2)),
        # a, b, c, d, e; the placeholder lies in this street too; h is known by its code
        (EVERYTHING, WEST_STREET, (5, 2, 1)),
        (EVERYTHING, COMMUNITIES[3], (1, 0, 0)),
        (CaseFilter(start=date(2026, 4, 1)), None, (1, 1, 0)),
        (CaseFilter(categories=("噪声",)), None, (1, 0, 0)),
        (CaseFilter(text="没有"), None, (0, 0, 0)),
    ],
)
def test_the_parts_are_all_cases_under_the_filter(city: Store, chosen: CaseFilter, code, parts):
    found = bins(city, chosen, code=code)
    assert (found.usable, found.at_placeholder, found.without_point) == parts
    with city.session(OPERATOR) as session:
        area = area_by_code(session, code) if code else None
        assert figures(session, chosen, area).cases == sum(parts)


def test_a_secretary_gets_the_cases_of_her_community_only(city: Store):
    hers = bins(city, who=actor(COMMUNITIES[3]))
    assert (hers.lon.tolist(), hers.cases.tolist()) == ([120.035], [1])
    assert (hers.at_placeholder, hers.without_point) == (0, 0)
    assert bins(city, who=actor("330102001999")).usable == 0


def test_bins_are_as_fine_as_asked_for(city: Store):
    with city.session(OPERATOR) as session:
        fine = heat.bins(session, EVERYTHING, None, FrameUnit.YEAR, 1e-5)
        coarse = heat.bins(session, EVERYTHING, None, FrameUnit.YEAR, 0.5)
    assert len(fine.cases) == 4  # e apart, March and April together
    assert len(coarse.cases) == 2
    assert fine.usable == coarse.usable == 7
    np.testing.assert_array_equal(fine.starts, np.full(4, np.datetime64("2026-01-01")))


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (EVERYTHING, (date(2026, 3, 5), date(2026, 4, 5))),
        (CaseFilter(start=date(2026, 4, 1)), (date(2026, 4, 1), date(2026, 4, 5))),
        (CaseFilter(end=date(2026, 3, 31)), (date(2026, 3, 5), date(2026, 3, 31))),
        # a whole period is itself, cases or not; an open one without cases is none
        (CaseFilter(start=date(2020, 1, 1), end=date(2020, 1, 7)), (date(2020, 1, 1), date(2020, 1, 7))),
        (CaseFilter(start=date(2030, 1, 1)), None),
    ],
)
def test_an_open_period_is_that_of_its_cases(city: Store, chosen: CaseFilter, expected):
    with city.session(OPERATOR) as session:
        assert heat.span(session, chosen, None) == expected


def test_the_span_is_in_local_days(city: Store, tmp_path: Path):
    """16:30 UTC on the last of February is already March in Shanghai."""
    path = write_cases(tmp_path / "more.csv", [case("early", **at(0, 0), reported="2026-03-01 00:30")])
    import_cases(city, path)
    with city.session(OPERATOR) as session:
        (stored,) = session.one("select min(reported_at) from visible_case")
        assert stored == datetime(2026, 2, 28, 16, 30)
        assert heat.span(session, EVERYTHING, None) == (date(2026, 3, 1), date(2026, 4, 5))
