"""Dates as files write them, and local times as UTC."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ingest.dates import format_problem, read_times, to_utc

UTC = ZoneInfo("UTC")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
AMERICAN = "%m/%d/%Y %I:%M:%S %p"


def one(text, formats=(), zone=UTC):
    """The UTC time of one cell as text, None where it cannot be read."""
    column = pa.array([text], pa.string())
    times = read_times(column, column, formats, zone)
    return None if times.bad[0] else str(times.utc[0].astype("datetime64[s]"))


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("2026-03-05 14:20", (), "2026-03-05T14:20:00"),
        ("2026/3/5 14:20", (), "2026-03-05T14:20:00"),  # no leading zeros
        ("2026年3月5日", (), "2026-03-05T00:00:00"),
        ("2026-03-05T14:20:00Z", (), "2026-03-05T14:20:00"),
        ("2026-03-05T14:20:00.250+08:00", (), "2026-03-05T06:20:00"),  # an offset overrules the zone
        ("20260305142000", ("%Y%m%d%H%M%S",), "2026-03-05T14:20:00"),
        ("01/05/2015 12:40:41 AM", (AMERICAN,), "2015-01-05T00:40:41"),  # midnight, not noon
        ("2026/3/5 下午2:20:00", ("%Y/%m/%d %p%I:%M:%S",), "2026-03-05T14:20:00"),
        ("46086.597222", ("excel",), "2026-03-05T14:20:00"),
        ("1772720400", ("unix",), "2026-03-05T14:20:00"),
        ("1772720400000", ("unix_ms",), "2026-03-05T14:20:00"),
        ("5 Mar 2026", ("%d %b %Y",), "2026-03-05T00:00:00"),
        ("02/30/2015 01:00:00 AM", (AMERICAN,), None),  # February has no 30th
        ("02/29/2016 01:00:00 AM", (AMERICAN,), "2016-02-29T01:00:00"),
        ("2026-02-29", (), None),
        ("31/12/2015", ("%m/%d/%Y",), None),
        ("1/2/15", ("%m/%d/%Y",), None),  # a year of two digits is no year
        ("2026", (), None),
        ("2026", ("excel",), None),  # not the 18th of July 1905
        ("2026-03-05 14:20:00 extra", (), None),
        ("昨天", (), None),
    ],
)
def test_reading(text, formats, expected):
    assert one(text, formats) == expected


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("2026-03-05 14:20:00.250000", "%Y-%m-%d %H:%M:%S.%f", "2026-03-05T14:20:00.250000"),
        ("2026-03-05 14:20:00.25", "%Y-%m-%d %H:%M:%S.%f", "2026-03-05T14:20:00.250000"),  # a quarter second
        ("2026-03-05 14:20:00", "%Y-%m-%d %H:%M:%S.%f", None),
        # no leading zero
        ("2026-3-05 14:20:00.250000", "%Y-%m-%d %H:%M:%S.%f", "2026-03-05T14:20:00.250000"),
        ("2026-03-05T14:20:00", "%Y-%m-%d %H:%M:%S", None),  # the other sign before the hour
        ("2026-03-05 14:20:00", "%Y-%m-%dT%H:%M:%S", None),
        ("2026-03-05T14:20:00", "%Y-%m-%dT%H:%M:%S", "2026-03-05T14:20:00.000000"),
        ("2026-03-05 24:00:00", "%Y-%m-%d %H:%M:%S", None),
        ("2026-03-05 14:20+08", "%Y-%m-%d %H:%M:%S", None),  # as wide, and ISO, but not the pattern
        ("2026-03-05 14", "%Y-%m-%d %H:%M", None),
        ("0926-03-05", "%Y-%m-%d", None),
    ],
)
def test_texts_of_a_fixed_width(text, pattern, expected):
    column = pa.array(["2026-03-05", text, None], pa.string())
    times = read_times(column, column, (pattern,), UTC)
    assert times.bad.tolist() == [pattern != "%Y-%m-%d", expected is None, False]
    assert np.isnat(times.utc[2])
    if expected is not None:
        assert str(times.utc[1]) == expected


@given(
    st.lists(
        st.sampled_from(["2026-03-05 14:20:00", "2026-02-29 14:20:00", "2026/3/5 14:20", "x" * 19, None])
    )
)
def test_no_cell_spoils_the_others(cells):
    many = cells * 7
    column = pa.array(many, pa.string())
    times = read_times(column, column, (), UTC)
    expected = [dt.datetime(2026, 3, 5, 14, 20) if cell and "3" in cell else None for cell in many]
    assert times.utc.tolist() == expected
    assert times.bad.tolist() == [
        cell is not None and time is None for cell, time in zip(many, expected, strict=True)
    ]


def test_formats_are_tried_in_order():
    assert one("03/04/2026", ("%d/%m/%Y", "%m/%d/%Y")) == "2026-04-03T00:00:00"
    assert one("12/31/2026", ("%d/%m/%Y", "%m/%d/%Y")) == "2026-12-31T00:00:00"


def test_typed_columns_are_taken_as_they_are():
    zoned = pa.array([dt.datetime(2026, 3, 5, 6, 20)], pa.timestamp("ns", "UTC"))
    naive = pa.array([dt.datetime(2026, 3, 5, 14, 20)], pa.timestamp("ms"))
    day = pa.array([dt.date(2026, 3, 5)], pa.date32())
    results = [str(read_times(column, None, (), SHANGHAI).utc[0])[:16] for column in (zoned, naive, day)]
    assert results == ["2026-03-05T06:20", "2026-03-05T06:20", "2026-03-04T16:00"]


@pytest.mark.parametrize(
    ("zone", "local", "utc", "ambiguous", "nonexistent"),
    [
        (SHANGHAI, "2026-03-05T14:20", "2026-03-05T06:20", False, False),
        (NEW_YORK, "2015-07-01T12:00", "2015-07-01T16:00", False, False),  # summer time
        (NEW_YORK, "2015-01-01T12:00", "2015-01-01T17:00", False, False),
        (NEW_YORK, "2015-11-01T01:30", "2015-11-01T05:30", True, False),  # comes twice: the first
        (NEW_YORK, "2015-11-01T02:00", "2015-11-01T07:00", False, False),
        (NEW_YORK, "2015-03-08T02:30", "2015-03-08T07:00", False, True),  # skipped: moved to 03:00 EDT
        (NEW_YORK, "2015-03-08T03:00", "2015-03-08T07:00", False, False),
        (
            ZoneInfo("Europe/Dublin"),
            "2026-10-25T01:30",
            "2026-10-25T00:30",
            True,
            False,
        ),  # "negative" summer time
        (SHANGHAI, "1986-07-01T12:00", "1986-07-01T03:00", False, False),  # China had summer time then
        (UTC, "2026-03-05T14:20", "2026-03-05T14:20", False, False),
    ],
)
def test_local_to_utc(zone, local, utc, ambiguous, nonexistent):
    times, twice, gap = to_utc(np.array([local, "NaT"], dtype="datetime64[us]"), zone)
    assert times[0] == np.datetime64(utc)
    assert (bool(twice[0]), bool(gap[0])) == (ambiguous, nonexistent)
    assert np.isnat(times[1])
    assert not twice[1]
    assert not gap[1]


moments = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2059, 12, 30)).map(
    lambda t: t.replace(microsecond=0)
)


@given(
    moments, st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Europe/Dublin")])
)
def test_utc_agrees_with_the_standard_library(moment, zone):
    aware = moment.replace(tzinfo=zone)  # fold=0: the first of two
    times, _twice, gap = to_utc(np.array([moment], dtype="datetime64[us]"), zone)
    if not gap[0]:
        assert times[0].item() == aware.astimezone(dt.UTC).replace(tzinfo=None)
    else:
        assert aware.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != moment


@given(st.lists(moments, min_size=1, max_size=8), st.sampled_from([SHANGHAI, NEW_YORK, UTC]))
def test_many_times_become_what_each_becomes(times, zone):
    local = np.array([*times, None], dtype="datetime64[us]")
    together = [part.tolist() for part in to_utc(local, zone)]
    alone = [[part.item() for part in to_utc(local[at : at + 1], zone)] for at in range(len(local))]
    assert together == [list(part) for part in zip(*alone, strict=True)]


@given(
    st.integers(1950, 2100), st.integers(0, 13), st.integers(0, 32), st.integers(0, 23), st.integers(0, 59),
    st.sampled_from(["%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%m/%d/%Y %H:%M", "%Y%m%d%H%M"]),
)  # fmt: skip
def test_reading_agrees_with_the_standard_library(year, month, day, hour, minute, pattern):
    parts = {
        "%Y": f"{year:04d}",
        "%m": f"{month:02d}",
        "%d": f"{day:02d}",
        "%H": f"{hour:02d}",
        "%M": f"{minute:02d}",
    }
    text = pattern
    for directive, part in parts.items():
        text = text.replace(directive, part)
    try:
        expected = dt.datetime.strptime(text, pattern).isoformat()
    except ValueError:
        expected = None
    assert one(text, (pattern,)) == expected


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("%Y-%m-%d", False),
        ("iso", False),
        ("excel", False),
        (AMERICAN, False),
        ("%H:%M", True),
        ("YYYY-MM-DD", True),
    ],
)
def test_formats_that_give_no_day_are_noticed(pattern, problem):
    assert format_problem(pattern) is problem
