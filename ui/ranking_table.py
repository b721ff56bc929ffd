"""A figure by area, in honest order: rank with its uncertainty, volume beside rate, small numbers apart."""

from typing import Any

import pandas as pd
import streamlit as st

from domain.i18n import NO_VALUE, _, format_number
from domain.indicators.facts import Direction, Unit
from domain.indicators.model import Indicator
from queries.figures import ByArea
from ui import figure_text
from ui.encode import cut_cells, markdown_text

_ROW_HEIGHT = 28
_MOST_ROWS = 14
_LONGEST_LINE = 200
_FIRST_FIGURE = 2
"""The column after rank and name; figures end before the notes."""


def words(rows: pd.DataFrame, minimum_n: int) -> list[str]:
    """What is to be said of each row's place: ties with the first, small numbers, no value."""
    told = []
    for rank, small, known, first_like in zip(
        rows["rank"], rows["small"], rows["value"].notna(), rows["like_first"], strict=True
    ):
        if not known:
            told.append(_("没有数据"))
        elif small:
            told.append(_("不足 {n} 件，不排名").format(n=minimum_n))
        else:
            told.append(_("与第一名分不出") if first_like and rank != 1 else "")
    return told


def rank_text(rank: Any, best: Any, worst: Any) -> str:
    """A rank with the ranks it could have as well: 3（1–7）."""
    if rank is pd.NA:
        return NO_VALUE
    return (
        f"{rank}"
        if best == worst
        else _("{rank}（{best}–{worst}）").format(rank=rank, best=best, worst=worst)
    )


def draw(figure: ByArea, minimum_n: int, key: str) -> None:
    """The table of all areas."""
    definition = figure.whole.definition
    assert isinstance(definition, Indicator)  # noqa: S101  (a composite is not computed by area)
    rows, unit = figure.rows, definition.unit
    table = pd.DataFrame(
        {
            _("名次"): [
                rank_text(*ranks) for ranks in zip(rows["rank"], rows["best"], rows["worst"], strict=True)
            ],
            _("区划"): rows["name"].astype(str),
            figure_text.heading(str(definition.name), unit): [
                figure_text.number(value, unit) for value in rows["value"]
            ],
            _("95% 区间"): _intervals(rows, unit, counted=definition.kind == "count"),
            _("分子"): [format_number(n, 0 if n == int(n) else 1) for n in rows["numerator"]],
            _("分母"): [_base(n, unit) for n in rows["denominator"]],
            _("说明"): words(rows, minimum_n),
        }
    )
    st.caption(_order_words(definition, len(rows)))
    if first := figure_text.first_by_placeholder(figure):
        st.caption(markdown_text(first, _LONGEST_LINE))
    st.dataframe(
        cut_cells(table),
        hide_index=True,
        height=_ROW_HEIGHT * (min(len(rows), _MOST_ROWS) + 1) + 8,
        row_height=_ROW_HEIGHT,
        column_config={
            name: st.column_config.TextColumn(alignment="right") for name in table.columns[_FIRST_FIGURE:-1]
        },
        key=key,
    )


def _order_words(definition: Indicator, count: int) -> str:
    order = {
        Direction.HIGHER: _("越高越好"),
        Direction.LOWER: _("越低越好"),
        Direction.NEITHER: _("由高到低，不分好坏"),
    }
    return _("共 {n} 个区划，{order}。名次后的括号是在 95% 把握下可能的名次。").format(
        n=format_number(count), order=order[definition.direction]
    )


def _intervals(rows: pd.DataFrame, unit: Unit, *, counted: bool) -> list[str]:
    if counted:
        return [NO_VALUE] * len(rows)
    return [
        NO_VALUE if pd.isna(low) else f"{figure_text.number(low, unit)}–{figure_text.number(high, unit)}"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]


def _base(value: Any, unit: Unit) -> str:
    if pd.isna(value):
        return NO_VALUE
    if unit is Unit.PER_100_HOUSEHOLDS:
        return _("{n} 户").format(n=format_number(100 * value))
    if unit is Unit.PER_KM2:
        return _("{n} 平方公里").format(n=format_number(value, 2))
    return format_number(value)
