"""Parts of the pivot on the screen: names of columns that come from data, shades, spans of time, what a click says."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from queries.figures import Evaluation, Period
from queries.pivot import Block
from ui import theme
from ui.analysis import bars, days
from ui.analysis.bars import Bar
from ui.analysis.pivot_table import headings_of, shades
from ui.cache.analysis import ShownPivot

WHOLE = Evaluation(
    "general", "cases", datetime(2026, 3, 20), Period("reported_at", None, None), own_window=False, cases=1
)


def shown(words: tuple[str, ...], hidden: int = 0) -> ShownPivot:
    """A pivot without rows whose columns are called like this."""
    width = len(words) + bool(hidden) + 1
    zeros = np.zeros((1, width))
    block = Block((), words, 0, hidden, zeros.astype(np.int64), zeros, zeros, zeros)
    return ShownPivot(block, (), words, WHOLE)


@pytest.mark.parametrize(
    ("words", "hidden", "expected"),
    [
        (("甲", "乙"), 0, ["甲", "乙", "合计"]),
        # names that the table needs for itself, and one that looks like a numbered one
        (("合计", "分子", "社区", "合计 (2)"), 0, ["合计", "分子 (2)", "社区 (2)", "合计 (2)", "合计 (3)"]),
        (("甲", "甲"), 3, ["甲", "甲 (2)", "其余 3 列", "合计"]),
        (("",), 0, ["", "合计"]),
    ],
)
def test_every_column_has_a_name_of_its_own(words: tuple[str, ...], hidden: int, expected: list[str]) -> None:
    assert headings_of(shown(words, hidden), {"社区", "分子", "分母"}) == expected


def test_shades_go_from_the_smallest_to_the_largest() -> None:
    css = shades(np.array([[1.0, 6.0], [np.nan, 0.0], [3.5, 6.0]]))
    assert theme.SEQUENTIAL[0] in css[0, 0]
    assert theme.SEQUENTIAL[-1] in css[0, 1]
    assert css[0, 1] == css[2, 1]
    assert list(css[1]) == ["", ""]
    assert "#FFFFFF" in css[0, 1]
    assert theme.TEXT in css[0, 0]


def test_one_value_alone_and_none_at_all_have_a_shade_or_none() -> None:
    assert theme.SEQUENTIAL[0] in shades(np.array([[5.0]]))[0, 0]
    assert shades(np.array([[np.nan]]))[0, 0] == ""


@pytest.mark.parametrize("length", [1, 2, 5, 40, 400, 4_000])
def test_frames_of_days_add_up_and_cover_them(length: int) -> None:
    first = date(2026, 1, 30)
    told = tuple((first + timedelta(days=n), n % 7) for n in range(length))
    found = days.frames(told)
    assert sum(cases for _frame, cases in found) == sum(cases for _day, cases in told)
    assert found[0][0].start.date() == first
    assert found[-1][0].end.date() == first + timedelta(days=length)
    assert len(found) <= 48


def test_no_days_are_no_frames() -> None:
    assert days.frames(()) == []


def test_names_of_people_are_no_markup_in_a_chart() -> None:
    figure = bars.chart([Bar("x", "<a href='javascript:1'>x</a>", 3), Bar("y", "乙", 1)], ["y"])
    (trace,) = figure.data
    assert "<" not in "".join(trace.customdata)
    assert "<" not in "".join(figure.layout.yaxis.ticktext)
    assert list(trace.marker.color) == [bars.QUIET, theme.ACCENT]
    assert figure.layout.xaxis.range[1] == pytest.approx(3.15)
