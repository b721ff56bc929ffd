"""The time line of a case in words: stages in order, the limit where it lies, red where it was missed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.clock import Clock
from domain.vocabulary import CaseState
from queries.case_list import Stage, StageKind, Timeline
from ui.case_detail import time_line

CLOCK = Clock(ZoneInfo("Asia/Shanghai"))
AS_OF = datetime(2026, 3, 20)
REPORTED = Stage(StageKind.REPORTED, datetime(2026, 3, 1))
DISPATCHED = Stage(StageKind.DISPATCHED, datetime(2026, 3, 1, 2, 30))
CLOSED = Stage(StageKind.CLOSED, datetime(2026, 3, 5))


def line(*stages: Stage, due: datetime | None, state: CaseState) -> list[str]:
    return list(time_line(Timeline(stages, due, state, ()), CLOCK, AS_OF))


def test_stages_tell_local_times_and_what_passed_between_them() -> None:
    assert line(REPORTED, DISPATCHED, CLOSED, due=None, state=CaseState.CLOSED) == [
        "**2026-03-01 08:00** 上报",
        "**2026-03-01 10:30** 派遣 :gray[用时 2 小时 30 分钟]",
        "**2026-03-05 08:00** 结案 :gray[用时 3 天 21 小时]",
        ":gray[未设时限]",
    ]


def test_stages_at_one_moment_take_no_time() -> None:
    same = Stage(StageKind.REGISTERED, REPORTED.at)
    assert line(REPORTED, same, due=None, state=CaseState.REGISTERED)[1] == "**2026-03-01 08:00** 立案"


@pytest.mark.parametrize(
    ("due", "state", "place", "told"),
    [
        # closed after the limit: the limit stands before the closing, and is red
        (
            datetime(2026, 3, 4),
            CaseState.CLOSED,
            1,
            ":red[**2026-03-04 08:00** 办理时限 · 超期 1 天 结案]",
        ),
        # closed before it
        (
            datetime(2026, 3, 6),
            CaseState.CLOSED,
            2,
            "**2026-03-06 08:00** 办理时限 :gray[· 提前 1 天 结案]",
        ),
        # closed at the very limit is in time
        (
            datetime(2026, 3, 5),
            CaseState.CLOSED,
            2,
            "**2026-03-05 08:00** 办理时限 :gray[· 提前 0 分钟 结案]",
        ),
        # a void case owes nothing
        (datetime(2026, 3, 4), CaseState.VOID, 1, "**2026-03-04 08:00** 办理时限"),
        # reopened after it had been closed: open, and past its limit at the as-of time
        (
            datetime(2026, 3, 19),
            CaseState.REWORK,
            2,
            ":red[**2026-03-19 08:00** 办理时限 · 已超期 1 天]",
        ),
    ],
)
def test_the_limit_of_a_case_with_an_end(due: datetime, state: CaseState, place: int, told: str) -> None:
    assert line(REPORTED, CLOSED, due=due, state=state)[place] == told


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (datetime(2026, 3, 21), "**2026-03-21 08:00** 办理时限 :gray[· 还剩 1 天]"),
        (datetime(2026, 3, 19), ":red[**2026-03-19 08:00** 办理时限 · 已超期 1 天]"),
    ],
)
def test_the_limit_of_an_open_case(due: datetime, told: str) -> None:
    assert line(REPORTED, due=due, state=CaseState.HANDLING) == ["**2026-03-01 08:00** 上报", told]


def test_closed_without_a_time_is_neither_early_nor_late() -> None:
    assert (
        line(REPORTED, due=datetime(2026, 3, 4), state=CaseState.CLOSED)[1] == "**2026-03-04 08:00** 办理时限"
    )
