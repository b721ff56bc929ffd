"""Sides, hours and findings as they stand in a URL: each reads back as what it was, junk is refused."""

from __future__ import annotations

import string
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.filters import CaseFilter, FindingRows, HourCell, Side

words = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=20)
side_names = st.sampled_from(["numerator", "rest"]) | st.builds(
    "{}:{}".format, st.sampled_from(["excluded", "part"]), words
)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2999, 12, 31))
sides = st.builds(Side, words, words, side_names) | st.builds(
    Side, words, words, side_names, moments, moments
)
hours = st.builds(HourCell, st.integers(1, 7), st.integers(0, 23))
findings = st.builds(FindingRows, st.integers(0, 10**15 - 1), words)


@given(sides)
def test_a_side_reads_back(side: Side):
    assert Side.parse(str(side)) == side


@given(hours)
def test_an_hour_reads_back(hour: HourCell):
    assert HourCell.parse(str(hour)) == hour


@given(findings)
def test_a_finding_reads_back(finding: FindingRows):
    assert FindingRows.parse(str(finding)) == finding


@given(st.lists(hours, unique=True), sides | st.none(), findings | st.none(), st.lists(st.text(min_size=1)))
def test_a_filter_with_all_of_them_reads_back(
    cells: list[HourCell], side: Side | None, finding: FindingRows | None, compounds: list[str]
):
    chosen = CaseFilter(hours=tuple(cells), side=side, finding=finding, compounds=tuple(compounds))
    query = {key: [value] if isinstance(value, str) else value for key, value in chosen.to_query().items()}
    assert CaseFilter.from_query(query) == chosen


def test_they_are_written_as_people_share_them():
    assert str(Side("general", "overdue", "part:not_labelled")) == "general/overdue/part:not_labelled"
    month = (datetime(2026, 9, 1), datetime(2026, 9, 30, 12, 30, 5))
    assert str(Side("digital_city", "closing_rate", "rest", *month)) == (
        "digital_city/closing_rate/rest/2026-09-01T00:00/2026-09-30T12:30:05"
    )
    assert str(HourCell(5, 19)) == "5-19"
    assert str(FindingRows(12, "code_mismatch")) == "12:code_mismatch"


JUNK = [
    (Side, "general"),
    (Side, "general/closing_rate"),
    (Side, "general/closing_rate/denominator"),
    (Side, "general/closing_rate/rest/"),
    (Side, "general/closing_rate/rest/2026-09-01T00:00"),
    (Side, "general/closing_rate/rest/2026-13-01T00:00/2026-14-01T00:00"),
    # in no time zone is there a time before or after
    (Side, "general/closing_rate/rest/0001-01-01T00:00/9999-12-31T23:59"),
    (Side, "general/closing_rate/rest/2026-09-01T00:00+08:00/2026-10-01T00:00"),
    (Side, "general/closing_rate/excluded:"),
    (Side, "通用/closing_rate/rest"),
    (Side, "general/closing_rate/rest\n"),
    (Side, "general/closing_rate/rest; drop table cases"),
    (HourCell, "0-12"),
    (HourCell, "8-12"),
    (HourCell, "5-24"),
    (HourCell, "5-09"),
    (HourCell, "٥-1"),
    (HourCell, "5-1 "),
    (FindingRows, "12"),
    (FindingRows, "-1:rule"),
    (FindingRows, "1:ru le"),
    (FindingRows, "12345678901234567890:rule"),
    (FindingRows, "1:"),
]


@pytest.mark.parametrize(("kind", "text"), JUNK)
def test_junk_is_refused_with_what_was_expected(kind: type[Side | HourCell | FindingRows], text: str):
    with pytest.raises(InputRefused) as caught:
        kind.parse(text)
    assert text in caught.value.message
    assert "如" in caught.value.remedy


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "2026-03-05T10:00", "heute"])
def test_a_day_that_nobody_can_mean_is_refused(day: str):
    with pytest.raises(InputRefused, match="不是日期"):
        CaseFilter.from_query({"to": [day]})


@given(st.text(), st.sampled_from([Side, HourCell, FindingRows]))
def test_any_text_is_refused_or_reads_back_as_it_was(text: str, kind: type[Side | HourCell | FindingRows]):
    try:
        found = kind.parse(text)
    except InputRefused:
        return
    assert kind.parse(str(found)) == found
