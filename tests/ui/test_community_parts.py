"""The parts of the screen 社区 that compute: which community, which weeks, which words."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.filters import CaseFilter
from domain.i18n import use_language
from domain.time_frames import FrameUnit
from domain.vocabulary import Level
from queries.areas import AreaInfo
from queries.comparison import Standing, compared
from queries.figures import Evaluation, Period
from ui.cache.areas_and_cases import Contents
from ui.community import categories, chooser, trend, words
from ui.community.subject import level_of

CITY, DISTRICT, STREET, COMMUNITY, GRID = Level.ordered()


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((CITY, DISTRICT, STREET, COMMUNITY, GRID), COMMUNITY),
        ((COMMUNITY,), COMMUNITY),  # Boston
        ((DISTRICT, STREET), STREET),  # Beijing: nothing finer
        ((STREET, GRID), STREET),  # grids below streets: the level above
        ((CITY,), CITY),
        ((GRID,), GRID),  # nothing else
    ],
)
def test_the_level_that_the_screen_works_on(levels: tuple[Level, ...], expected: Level) -> None:
    assert level_of(levels) is expected


# ---------- trend ----------


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "last", "unit", "count", "starts"),
    [
        # a week and thirty days: twelve weeks, counted back from the last day
        ("2026-09-24", "2026-09-30", FrameUnit.WEEK, 12, "2026-07-09"),
        ("2026-09-01", "2026-09-30", FrameUnit.WEEK, 12, "2026-07-09"),
        # ninety days: thirteen weeks, the first of them whole
        ("2026-07-03", "2026-09-30", FrameUnit.WEEK, 13, "2026-07-02"),
        # a year: months of the calendar, the first of them whole
        ("2025-10-01", "2026-09-30", FrameUnit.MONTH, 12, "2025-10-01"),
        ("2015-01-13", "2016-01-12", FrameUnit.MONTH, 13, "2015-01-01"),
        # five years: quarters
        ("2021-11-05", "2026-09-30", FrameUnit.QUARTER, 20, "2021-10-01"),
    ],
)
def test_how_a_period_is_cut(first: str, last: str, unit: FrameUnit, count: int, starts: str) -> None:
    frames = trend.frames_for(day(first), day(last))
    assert (frames[0].unit, len(frames), str(frames[0].start.date())) == (unit, count, starts)
    assert frames[-1].end == datetime.combine(day(last), datetime.min.time()) + timedelta(days=1)
    assert trend.since(CaseFilter(start=day(first), end=day(last)), day(last)) == day(starts)


def test_everything_is_asked_for_where_the_period_is_open() -> None:
    assert trend.since(CaseFilter(), day("2026-09-30")) is None


def days(*rows: tuple[str, int, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["day", "cases", "overdue", "decided"])
    return frame.assign(day=[day(text) for text in frame["day"]])


def test_days_are_summed_by_week_and_those_before_the_period_kept_apart() -> None:
    wanted = CaseFilter(start=day("2026-09-20"), end=day("2026-09-30"))
    found = days(
        ("2026-09-16", 9, 1, 1), ("2026-09-17", 2, 1, 2), ("2026-09-20", 3, 0, 3), ("2026-09-30", 4, 1, 1)
    )
    told = trend.trend_of(found, wanted, day("2026-09-30"))
    assert told is not None
    # the last week is 24–30 September, the one before 17–23, half of it before the period
    assert [told.cases[-3:], told.chosen[-3:]] == [(9, 5, 4), (0, 3, 4)]
    assert [told.overdue[-3:], told.decided[-3:]] == [(1, 1, 1), (1, 5, 1)]
    assert told.later == 0


def test_a_report_after_the_end_of_the_data_is_counted_apart() -> None:
    found = days(("2026-09-20", 3, 0, 3), ("2027-09-18", 1, 0, 0))
    told = trend.trend_of(found, CaseFilter(), day("2026-09-30"))
    assert told is not None
    assert (sum(told.cases), told.later) == (3, 1)
    assert trend.trend_of(found.head(0), CaseFilter(), day("2026-09-30")) is None


@given(
    last=st.dates(day("2020-01-01"), day("2027-01-01")),
    length=st.integers(1, 3000),
    at=st.lists(
        st.tuples(st.integers(-400, 3100), st.integers(1, 9)), max_size=20, unique_by=lambda row: row[0]
    ),
)
def test_frames_follow_each_other_and_no_case_of_the_period_is_lost(
    last: date, length: int, at: list[tuple[int, int]]
) -> None:
    wanted = CaseFilter(start=last - timedelta(days=length - 1), end=last)
    since = trend.since(wanted, last)
    assert since is not None
    rows = sorted((last - timedelta(days=back), count) for back, count in at if back >= 0)
    rows = [(when, count) for when, count in rows if when >= since]
    found = pd.DataFrame(
        {
            "day": [when for when, _count in rows],
            "cases": [count for _when, count in rows],
            "overdue": 0,
            "decided": [count for _when, count in rows],
        }
    )
    told = trend.trend_of(found, wanted, last)
    if told is None:
        assert not rows
        return
    assert all(before.end == after.start for before, after in itertools.pairwise(told.frames))
    assert told.frames[0].start.date() == since
    assert sum(told.cases) == sum(count for _when, count in rows)
    assert wanted.start is not None
    assert sum(told.chosen) == sum(count for when, count in rows if when >= wanted.start)


# ---------- words ----------


def figure(name: str, numerator: float, denominator: float | None) -> Evaluation:
    value = numerator if denominator is None else numerator / denominator
    period = Period("reported_at", None, None)
    return Evaluation(
        "general", name, datetime(2026, 10, 1), period, own_window=False, cases=0,
        numerator=numerator, denominator=denominator, value=value,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "part", "whole", "beside", "verdict", "better"),
    [
        ("overdue_share", (30, 100), (130, 1000), "全市 13.0 % · 130/1,000", "高于全市 17.0 个百分点", False),
        ("overdue_share", (2, 100), (130, 1000), "全市 13.0 % · 130/1,000", "低于全市 11.0 个百分点", True),
        ("closing_rate", (60, 100), (900, 1000), "全市 90.0 % · 900/1,000", "低于全市 30.0 个百分点", False),
        (
            "overdue_share", (14, 100), (130, 1000),
            "全市 13.0 % · 130/1,000", "与全市分不出（相差 1.0 个百分点）", None,
        ),
        (
            "per_100_households", (117, 42.98), (3523, 2217.89),
            "全市 1.59 件／百户 · 3,523 件／221,789 户", "高于全市 1.13 件／百户", None,
        ),
        ("cases", (62, None), (3523, None), "占全市 1.8 % · 62/3,523", "", None),
    ],
)  # fmt: skip
def test_words_of_a_figure_beside_the_whole(
    name: str,
    part: tuple[float, float | None],
    whole: tuple[float, float | None],
    beside: str,
    verdict: str,
    better: bool | None,
) -> None:
    mine = figure(name, *part)
    told = compared(mine, figure(name, *whole))
    assert words.of_whole(mine, told, "全市") == beside
    assert words.verdict(mine, told, "全市") == verdict
    assert words.is_better(mine, told) is better


def area(level: Level) -> AreaInfo:
    return AreaInfo(1, "330102000000", level, "江北", None, "general", None, None, 1.0)


@pytest.mark.parametrize(
    ("roots", "zh", "en"),
    [
        ([CITY], "全市", "the city"),
        ([DISTRICT], "全区县", "the district"),
        ([STREET], "全街道", "the street"),
        ([COMMUNITY, COMMUNITY], "全市", "the city"),  # many roots: nothing smaller holds them
        ([COMMUNITY], "全市", "the city"),
    ],
)
def test_what_the_whole_is_called(roots: list[Level], zh: str, en: str) -> None:
    contents = Contents(tuple(roots), tuple(area(level) for level in roots), None, {}, 0, 0, None, None)
    assert words.whole_name(contents) == zh
    with use_language("en"):
        assert words.whole_name(contents) == en


# ---------- categories and the chooser ----------


def counted(*rows: tuple[str | None, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["category", "cases"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("生态环境/噪声扰民", "生态环境/噪声扰民"),
        ("Graffiti/Graffiti", "Graffiti/Graffiti"),
        ("Highway Maintenance/Sidewalk Repair", "…/Sidewalk Repair"),
        ("平安建设/矛盾纠纷/邻里漏水纠纷", "…/邻里漏水纠纷"),
        ("one long name without any level", "one long name without any level"),
        ("a level that has no last part at all/", "a level that has no last part at all/"),
    ],
)
def test_a_long_category_is_told_by_its_last_part(name: str, expected: str) -> None:
    assert categories.beside_bar(name) == expected


def test_categories_here_against_the_whole() -> None:
    here = counted(("噪声", 60), ("市容", 30), (None, 10))
    whole = counted(("市容", 900), ("别处才有", 600), ("噪声", 300), (None, 200))
    told = categories.compared(here, whole)
    assert [(one.name, one.cases, one.of, one.whole_cases, one.whole_of) for one in told] == [
        ("噪声", 60, 100, 300, 2000),
        ("市容", 30, 100, 900, 2000),
        ("（未填）", 10, 100, 200, 2000),
    ]
    assert [one.standing for one in told] == [Standing.HIGHER, Standing.LOWER, Standing.ALIKE]
    alone = categories.compared(here, None)
    assert {(one.whole_cases, one.whole_of, one.standing) for one in alone} == {
        (None, None, Standing.UNKNOWN)
    }


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["c1", "c2", "C3"]),
        ("南园", ["c1", "C3"]),
        (" c3 ", ["C3"]),
        ("jamaica", ["c2"]),
        ("没有", []),
    ],
)
def test_communities_are_found_by_name_and_code(typed: str, expected: list[str]) -> None:
    rows = pd.DataFrame({"name": ["南园社区", "Jamaica Plain", "南园社区"], "code": ["c1", "c2", "C3"]})
    assert chooser.found(rows, typed)["code"].tolist() == expected
