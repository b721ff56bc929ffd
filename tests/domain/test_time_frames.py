"""A period cut into frames: few enough, without gap or overlap, named by what they cover."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.i18n import use_language
from domain.time_frames import MOST_FRAMES, FrameUnit, frames_of, unit_for

START = date(2026, 3, 5)  # a Thursday


@pytest.mark.parametrize(
    ("days", "unit", "frames"),
    [
        (1, FrameUnit.HOUR, 24),
        (2, FrameUnit.HOUR, 48),
        (3, FrameUnit.DAY, 3),
        (31, FrameUnit.DAY, 31),
        (32, FrameUnit.WEEK, 5),  # 5 March to 5 April, weeks from Monday
        (182, FrameUnit.WEEK, 27),  # 26 weeks that start on a Thursday touch 27
        (183, FrameUnit.MONTH, 7),
        (365, FrameUnit.MONTH, 13),
        (900, FrameUnit.MONTH, 30),
        (901, FrameUnit.QUARTER, 11),
        (2730, FrameUnit.QUARTER, 31),
        (2731, FrameUnit.YEAR, 8),
    ],
)
def test_the_unit_follows_the_length(days: int, unit: FrameUnit, frames: int):
    last = START + timedelta(days=days - 1)
    assert unit_for(START, last) is unit
    assert len(frames_of(START, last, unit)) == frames


@pytest.mark.parametrize(
    ("first", "last", "unit", "labels"),
    [
        (date(2026, 3, 5), date(2026, 3, 6), FrameUnit.DAY, ["2026-03-05", "2026-03-06"]),
        # a week from the middle, a whole one, and one over New Year
        (
            date(2025, 12, 18),
            date(2026, 1, 4),
            FrameUnit.WEEK,
            ["2025-12-18 – 12-21", "2025-12-22 – 12-28", "2025-12-29 – 2026-01-04"],
        ),
        # months that are cut are named by their days
        (
            date(2026, 1, 15),
            date(2026, 3, 2),
            FrameUnit.MONTH,
            ["2026-01-15 – 01-31", "2026-02", "2026-03-01 – 03-02"],
        ),
        (date(2026, 4, 1), date(2026, 12, 31), FrameUnit.QUARTER, ["2026 Q2", "2026 Q3", "2026 Q4"]),
        (date(2024, 7, 1), date(2025, 12, 31), FrameUnit.YEAR, ["2024-07-01 – 12-31", "2025"]),
    ],
)
def test_labels_say_what_a_frame_covers(first: date, last: date, unit: FrameUnit, labels: list[str]):
    assert [frame.label for frame in frames_of(first, last, unit)] == labels


def test_hours_are_named_by_their_start():
    labels = [frame.label for frame in frames_of(START, START, FrameUnit.HOUR)]
    assert (labels[0], labels[-1]) == ("2026-03-05 00:00", "2026-03-05 23:00")


def test_of_a_period_with_a_wrong_date_the_newest_frames_keep_their_unit():
    frames = frames_of(date(1900, 1, 1), date(2026, 3, 5), FrameUnit.YEAR)
    assert len(frames) == MOST_FRAMES
    assert frames[0].label == "1900-01-01 – 1979-12-31"
    assert [frame.label for frame in frames[1:3]] == ["1980", "1981"]


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="expected not to be after"):
        frames_of(START, START - timedelta(days=1), FrameUnit.DAY)


def test_units_have_a_name_in_each_language():
    with use_language("en"):
        english = [unit.label for unit in FrameUnit]
    assert english == ["hour", "day", "week", "month", "quarter", "year"]
    assert [unit.label for unit in FrameUnit] == ["小时", "天", "周", "月", "季", "年"]


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 20_000))
def test_frames_cover_the_period_once(first: date, more_days: int):
    last = first + timedelta(days=more_days)
    frames = frames_of(first, last, unit_for(first, last))
    assert len(frames) <= MOST_FRAMES
    assert frames[0].start == datetime.combine(first, time.min)
    assert frames[-1].end == datetime.combine(last + timedelta(days=1), time.min)
    assert all(before.end == after.start for before, after in itertools.pairwise(frames))
    assert all(frame.start < frame.end for frame in frames)
    assert len({frame.label for frame in frames}) == len(frames)
