"""The pivot on the screen: what is cut by what, measured by what, shaded by its values; totals to the case."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from domain.errors import InputRefused
from domain.filters import CaseFilter
from domain.i18n import _, current_language, format_number
from domain.indicators import catalogue
from domain.indicators.facts import Unit
from domain.pivot import Axis, PivotOrder
from queries.figures import Question
from queries.pivot import Ask, Block
from ui import figure_text, figures, messages, theme, urlstate
from ui.analysis import measure
from ui.cache import analysis as cache
from ui.cache.analysis import ShownPivot
from ui.community.block import block, height
from ui.encode import cut, markdown_text
from ui.shell import Page

MOST_ROWS, MOST_COLUMNS = 2_000, 60
_MOST_SHADED = 20_000
"""Cells; a table with more is drawn without shades, which would take seconds."""

_NO_COLUMNS = "none"
_MOST_LINES = 22
_LONGEST_HEADING = 30
_DECIMALS = {Unit.SHARE: 1, Unit.PER_100_HOUSEHOLDS: 2, Unit.PER_KM2: 1}
_LIGHT_TEXT_FROM = 4
"""From this class on a cell is too dark for dark letters."""


@dataclass(frozen=True)
class Asked:
    """The pivot that the URL asks for; it has `rows` with the total."""

    ask: Ask
    order: PivotOrder
    rows: int = 0


def draw(page: Page, wanted: CaseFilter) -> Asked | None:
    """Draw the choices and the table; what an export takes, None where there is no table."""
    with block("pivot", _("透视表")):
        asked = _choose(page, wanted)
        if asked is None:
            messages.empty(
                _("行和列不能都是区划，也不能相同。"), what_next=_("请把其中一个换成类别、渠道、状态或时间。")
            )
            return None
        found = _found(page, asked)
        if found is None:
            return None
        _head(found, asked)
        if not found.whole.cases:
            messages.empty(_("没有符合条件的案件"), what_next=_("请去掉上面的一些条件，或放宽时段。"))
            return None
        table = _frame(found, asked)
        st.dataframe(
            _styled(table, found.block, asked) if found.block.value.size <= _MOST_SHADED else table,
            hide_index=True,
            row_height=28,
            height=height(len(table), _MOST_LINES),
            column_config=_columns(table, asked),
            key="pivot_table",
            alt=_("透视表：最后一行和“合计”一列是合计"),
        )
        return replace(asked, rows=len(found.block.rows) + found.block.hidden_rows + 1)


def _choose(page: Page, wanted: CaseFilter) -> Asked | None:
    levels = {level.value for level in page.contents.levels}
    axes = [axis for axis in Axis if axis.level is None or axis.value in levels]
    first = next(
        (level for level in (*page.place.finer, *page.place.levels[-1:]) if Axis(level.value) in axes), None
    )
    with st.container(key="pivot_choices", horizontal=True, vertical_alignment="bottom", gap="small"):
        rows = _axis(_("行"), "rows", axes, Axis(first.value) if first else Axis.CATEGORY)
        columns = urlstate.selectbox(
            _("列"),
            [_NO_COLUMNS, *(axis.value for axis in axes)],
            key="columns",
            default=Axis.STATE.value,
            names=lambda value: _("只要合计") if value == _NO_COLUMNS else Axis(value).label,
            width=130,
        )
        stored, _indicator = measure.choose()
        order = urlstate.selectbox(
            _("排序"),
            list(PivotOrder),
            key="sorted",
            default=PivotOrder.VOLUME,
            names=lambda item: item.label,
            width=150,
        )
    across = None if columns == _NO_COLUMNS else Axis(columns)
    if rows is across or (rows.level and across and across.level):
        return None
    profile, _slash, name = stored.partition("/")
    return Asked(Ask(_question(page, wanted, profile), name, rows, across), order)


def _axis(label: str, key: str, axes: list[Axis], default: Axis) -> Axis:
    return urlstate.selectbox(
        label, axes, key=key, default=default, names=lambda axis: axis.label, width=130, variant=default.value
    )


def _question(page: Page, wanted: CaseFilter, profile: str) -> Question:
    return figures.question(page, wanted, profile)


def _found(page: Page, asked: Asked) -> ShownPivot | None:
    try:
        return cache.shown_pivot(
            page.actor, page.case_key, asked.ask, asked.order, MOST_ROWS, MOST_COLUMNS, current_language()
        )
    except InputRefused as refused:
        messages.empty(refused.message, what_next=refused.remedy)
        return None


def _head(found: ShownPivot, asked: Asked) -> None:
    """What the table holds, and of how much."""
    shape = found.block
    told = [
        figure_text.value(found.whole),
        figure_text.beside(found.whole),
        _("显示 {shown} 行，共 {total} 行").format(
            shown=format_number(len(shape.rows)), total=format_number(len(shape.rows) + shape.hidden_rows)
        ),
    ]
    if asked.ask.columns:
        told.append(
            _("显示 {shown} 列，共 {total} 列").format(
                shown=format_number(len(shape.columns)),
                total=format_number(len(shape.columns) + shape.hidden_columns),
            )
        )
    name = str(asked.ask.indicator.name)
    st.markdown(f"**{markdown_text(name)}** {markdown_text(' · '.join(part for part in told if part), 300)}")
    lines = [_("{n} 件案件，与上面的合计一致。").format(n=format_number(found.whole.cases))]
    if asked.ask.indicator.kind == "rate":
        lines.append(_("每一格是该格的分子除以分母；合计由分子、分母相加得出，不是比率的平均。"))
    if shape.hidden_rows or shape.hidden_columns:
        lines.append(_("没有显示的合并为“其余”；导出的文件有全部。"))
    if found.whole.unavailable:
        lines.append(found.whole.unavailable)
    st.caption(markdown_text(" ".join(lines), 400))


def _frame(found: ShownPivot, asked: Asked) -> pd.DataFrame:
    """The table as it is shown: words of the rows, a column a key, the total, and what a rate's total is made of."""
    shape = found.block
    scale = 100 if asked.ask.indicator.unit is Unit.SHARE else 1
    headings = headings_of(found, {asked.ask.rows.label, _("分子"), _("分母")})
    table = pd.DataFrame(scale * shape.value, columns=headings)
    table.insert(0, asked.ask.rows.label, _lines(found))
    if asked.ask.indicator.kind == "rate":
        table[_("分子")] = shape.numerator[:, -1]
        table[_("分母")] = shape.denominator[:, -1]
    return table


def _lines(found: ShownPivot) -> list[str]:
    rest = (
        [_("其余 {n} 行").format(n=format_number(found.block.hidden_rows))] if found.block.hidden_rows else []
    )
    return [*found.row_words, *rest, _("合计")]


def headings_of(found: ShownPivot, taken: Collection[str]) -> list[str]:
    """The names of the columns, each once and none of `taken`: a table tells its columns by their names."""
    hidden = found.block.hidden_columns
    rest = [_("其余 {n} 列").format(n=format_number(hidden))] if hidden else []
    used, told = set(taken), list[str]()
    for name in [*(cut(word, _LONGEST_HEADING) for word in found.column_words), *rest, _("合计")]:
        numbered = (f"{name} ({number})" for number in itertools.count(2))
        told.append(name if name not in used else next(one for one in numbered if one not in used))
        used.add(told[-1])
    return told


def _columns(table: pd.DataFrame, asked: Asked) -> dict[str, Any]:
    decimals = _DECIMALS.get(asked.ask.indicator.unit, 0)
    whole = {_("分子"), _("分母")}
    first, *numbers = table.columns
    return {
        first: st.column_config.TextColumn(width=160, pinned=True),
        **{
            name: st.column_config.NumberColumn(format=f"%,.{0 if name in whole else decimals}f", width=90)
            for name in numbers
        },
    }


def _styled(table: pd.DataFrame, shape: Block, asked: Asked) -> Styler:
    """Cells shaded by their value, rates over few cases in grey; totals are no part of the scale."""
    css = np.full(table.shape, "", dtype=object)
    across = shape.value.shape[1]
    body = shape.value[: len(shape.rows), : len(shape.columns)] if asked.ask.columns else shape.value[:-1]
    css[: body.shape[0], 1 : 1 + body.shape[1]] = shades(body)
    if asked.ask.indicator.kind == "rate":
        few = shape.denominator < catalogue.profile(asked.ask.question.profile).minimum_n
        css[:, 1 : 1 + across][few] = f"color: {theme.SECONDARY}"
    css[-1] = "font-weight: 600"
    return table.style.apply(
        lambda _table: pd.DataFrame(css, index=table.index, columns=table.columns), axis=None
    )


def shades(values: np.ndarray) -> np.ndarray:
    """The style of each cell: light to dark from the smallest to the largest value; nothing for NaN and zero."""
    css = np.full(values.shape, "", dtype=object)
    known = np.isfinite(values) & (values != 0)
    if not known.any():
        return css
    low, high = values[known].min(), values[known].max()
    last = len(theme.SEQUENTIAL) - 1
    place = np.full(values.shape, 0)
    if high > low:
        place[known] = np.minimum(last, ((values[known] - low) / (high - low) * (last + 1)).astype(int))
    styles = np.array(
        [
            f"background-color: {color}; color: {'#FFFFFF' if at >= _LIGHT_TEXT_FROM else theme.TEXT}"
            for at, color in enumerate(theme.SEQUENTIAL)
        ],
        dtype=object,
    )
    css[known] = styles[place[known]]
    return css
