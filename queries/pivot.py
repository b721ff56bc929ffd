"""Cases cut by two axes: how many, or any indicator, in every cell, every row, every column and altogether.

Cells hold sums (numerator, denominator, cases), never quotients: rows, columns and the whole are sums of cells, and a
rate of a row is the row's numerator over the row's denominator. So the cells add up to the figure that every other
screen tells, cases without a place or a category included. A count per households or km² divides by what its area
has; where no axis is an area, by what the whole has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.session import Session
from domain.errors import InputRefused
from domain.i18n import _, format_number
from domain.indicators import catalogue
from domain.indicators.model import Indicator
from domain.pivot import Axis, Key, PivotOrder
from queries import areas, indicators
from queries.compose import At, case_conditions, fact_values, measures, pivot_statement
from queries.figures import Evaluation, Question

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

MOST_CELLS = 500_000
"""Cells that have cases; beyond them nobody reads a pivot, and a server would hold hundreds of megabytes."""

_MONTH_LETTERS = len("2026-03")

_SUMS = ("cases", "numerator", "denominator")


@dataclass(frozen=True)
class Ask:
    """Which pivot: cases and profile (`question`), the indicator, and the axes (`columns` None: only totals)."""

    question: Question
    name: str
    rows: Axis
    columns: Axis | None = None

    @property
    def indicator(self) -> Indicator:
        """What is measured. Raises NotFound for an unknown name and for a composite."""
        return catalogue.indicator(self.question.profile, self.name)


@dataclass(frozen=True)
class Block:
    """A pivot as a table: each array has one line a row and then the total, one column a column and then the total.

    Where not everything is shown, the line (column) before the total sums up the `hidden_rows` (`hidden_columns`)
    left out. Values are NaN where there is nothing to divide by, or nobody records what is asked for.
    """

    rows: tuple[Key, ...]
    columns: tuple[Key, ...]
    hidden_rows: int
    hidden_columns: int
    cases: Numbers
    numerator: Floats
    denominator: Floats
    value: Floats


@dataclass(frozen=True)
class Pivot:
    """All cells that have cases, rows and columns in their natural order.

    `cells` has row, column (places in `rows` and `columns`), cases (int64), numerator, denominator (float64; the
    latter NaN but for a rate), and `known:COLUMN` (cases that tell it) for each column that the indicator needs.
    `names` are those of areas by code. `whole` is the figure of all cells together; `bases` says by area code what a
    count per something is divided by.
    """

    ask: Ask
    rows: tuple[Key, ...]
    columns: tuple[Key, ...]
    cells: pd.DataFrame
    names: dict[str, str]
    whole: Evaluation
    bases: dict[str, float]

    def words(self, axis: Axis, key: Key) -> str:
        """A key in the reader's language, areas by name."""
        return self.names.get(key, key) if axis.level and key is not None else axis.words(key)

    def block(self, most_rows: int, most_columns: int, order: PivotOrder = PivotOrder.VOLUME) -> Block:
        """The first rows and columns of an order; what is left out is summed up in a line and a column of its own."""
        rows = self._order(self.ask.rows, self.rows, "row", order)
        columns = self._order(self.ask.columns, self.columns, "column", order)
        return self._dense(rows, most_rows, columns, most_columns)

    def _order(self, axis: Axis | None, keys: Sequence[Key], side: str, order: PivotOrder) -> list[int]:
        if axis is None:
            return [0]
        places = range(len(keys))
        if axis.is_time:
            return sorted(places, key=lambda at: (keys[at] is None, axis.place(keys[at])))
        if order is PivotOrder.NAME:
            return sorted(
                places, key=lambda at: (keys[at] is None, self.words(axis, keys[at]), keys[at] or "")
            )
        weight = self._weights(axis, keys, side, order)
        return sorted(places, key=lambda at: (keys[at] is None, -weight[at], keys[at] or ""))

    def _weights(self, axis: Axis, keys: Sequence[Key], side: str, order: PivotOrder) -> Floats:
        """What rows or columns are ordered by; one without a value comes after all that have one."""
        grouped = self.cells.groupby(side)[self._summed].sum().reindex(range(len(keys)), fill_value=0)
        sums = {name: grouped[name].to_numpy(float) for name in self._summed}
        if order is PivotOrder.VOLUME:
            return sums["cases"]
        return np.nan_to_num(self._value(sums, self._base(axis, keys, sums["denominator"])), nan=-np.inf)

    def _dense(self, rows: list[int], most_rows: int, columns: list[int], most_columns: int) -> Block:
        shown_rows, shown_columns = rows[:most_rows], columns[:most_columns]
        # places of the table: the shown ones, one for what is left out, and the total
        to_row = _places(len(self.rows), shown_rows)
        to_column = _places(len(self.columns), shown_columns)
        shape = (
            len(shown_rows) + (len(rows) > most_rows) + 1,
            len(shown_columns) + (len(columns) > most_columns) + 1,
        )
        at = to_row[self.cells["row"]], to_column[self.cells["column"]]
        sums = {name: _with_totals(shape, at, self.cells[name].to_numpy(float)) for name in self._summed}
        row_keys = tuple(self.rows[at] for at in shown_rows)
        column_keys = tuple(self.columns[at] for at in shown_columns)
        if self.ask.columns is None:
            sums, column_keys = {name: table[:, -1:] for name, table in sums.items()}, ()
        denominator = self._divisors(sums["denominator"], row_keys, column_keys)
        return Block(
            row_keys,
            column_keys,
            len(rows) - len(shown_rows),
            len(columns) - len(shown_columns),
            sums["cases"].astype(np.int64),
            sums["numerator"],
            denominator,
            self._value(sums, denominator),
        )

    def _divisors(self, summed: Floats, rows: Sequence[Key], columns: Sequence[Key]) -> Floats:
        """What every cell is divided by; areas that are summed up have no households in common."""
        if self.ask.indicator.kind != "per":
            return summed
        base = np.full(summed.shape, np.nan)
        if self.ask.rows.level:
            base[: len(rows)] = self._base(self.ask.rows, rows, np.zeros(len(rows)))[:, None]
            base[-1] = self._whole_base
        elif self.ask.columns and self.ask.columns.level:
            base[:, : len(columns)] = self._base(self.ask.columns, columns, np.zeros(len(columns)))
            base[:, -1] = self._whole_base
        else:
            base[:] = self._whole_base
        return base

    def _base(self, axis: Axis, keys: Sequence[Key], summed: Floats) -> Floats:
        """The divisor of whole rows or columns."""
        if self.ask.indicator.kind != "per":
            return summed
        if axis.level is None:
            return np.full(len(keys), self._whole_base)
        return np.array([self.bases.get(key, np.nan) if key else np.nan for key in keys], float)

    @property
    def _whole_base(self) -> float:
        return np.nan if self.whole.denominator is None else float(self.whole.denominator)

    @property
    def _summed(self) -> list[str]:
        """The columns of the cells that add up."""
        return [*_SUMS, *_needed(self.ask)]

    def _value(self, sums: dict[str, Floats], denominator: Floats) -> Floats:
        """Values of summed cells; none where nobody records what the indicator needs."""
        told = np.ones(denominator.shape, dtype=bool)
        for name in _needed(self.ask):
            told &= sums[name] > 0
        numerator = sums["numerator"]
        if self.ask.indicator.kind == "count":
            return np.where(told, numerator, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = numerator / denominator
        return np.where(np.isfinite(value) & told, value, np.nan)


def pivot(session: Session, ask: Ask) -> Pivot:
    """The cases of a question cut by the axes.

    Raises NotFound for an unknown name and for a composite, InputRefused where the axes are too fine, or both areas.
    """
    if ask.rows is ask.columns or (ask.rows.level and ask.columns and ask.columns.level):
        raise InputRefused(
            _("行和列不能都是区划，也不能相同。"), _("请把其中一个换成类别、渠道、状态或时间。")
        )
    cells = _cells(session, ask)
    if len(cells) > MOST_CELLS:
        raise InputRefused(
            _("透视表有 {n} 个单元格，最多 {most} 个。").format(
                n=format_number(len(cells)), most=format_number(MOST_CELLS)
            ),
            _("请把行或列换粗一级，或缩小筛选范围。"),
        )
    names: dict[str, str] = {}
    for side, axis in (("row_key", ask.rows), ("column_key", ask.columns)):
        if axis and axis.level:
            known = areas.areas_within(session, axis.level, None)
            cells[side] = cells[side].map(dict(zip(known["area_id"].astype(str), known["code"], strict=True)))
            names = dict(zip(known["code"], known["name"], strict=True))
    rows, columns = (_keys(cells[side], axis) for side, axis in _sides(ask))
    placed = pd.DataFrame(
        {
            "row": _at(cells["row_key"], rows),
            "column": _at(cells["column_key"], columns),
            **{name: cells[name].to_numpy() for name in [*_SUMS, *_needed(ask)]},
        }
    )
    whole = indicators.evaluate(session, ask.question, [ask.name])[ask.name]
    return Pivot(ask, rows, columns, placed, names, whole, _bases(session, ask))


def _needed(ask: Ask) -> list[str]:
    """The columns of the cells that say whether the indicator can be told."""
    return [f"known:{column}" for column in ask.indicator.needs]


def _sides(ask: Ask) -> tuple[tuple[str, Axis | None], tuple[str, Axis | None]]:
    return ("row_key", ask.rows), ("column_key", ask.columns)


def _cells(session: Session, ask: Ask) -> pd.DataFrame:
    """row_key, column_key (null: none), and what is summed."""
    question = ask.question
    at = At.of(session, question.as_of)
    area = question.area.as_filter if question.area else None
    where, values = case_conditions(question.chosen, at, area)
    wanted = measures({ask.name: ask.indicator})
    sql = pivot_statement(ask.rows, ask.columns, where, wanted.facts, wanted.sums)
    bound = values | wanted.bound | fact_values(question.profile, question.as_of)
    found = session.frame(sql, bound | {"timezone": at.clock.timezone.key})
    names = {f"m{place}": what for place, (_name, what) in enumerate(wanted.columns)}
    found = found.rename(columns=names)
    for side, axis in _sides(ask):
        if (
            axis is Axis.MONTH
        ):  # by its first day: to write 2026-03 for every case would take longer than all the rest
            found[side] = found[side].str[:_MONTH_LETTERS]
    denominator = found.get("denominator", np.nan)
    return found.assign(denominator=denominator, numerator=found["numerator"].astype(float))


def _bases(session: Session, ask: Ask) -> dict[str, float]:
    """What the areas of an axis have, by code, where the actor sees all their cases; empty but for `per`."""
    level = ask.rows.level or (ask.columns.level if ask.columns else None)
    if ask.indicator.kind != "per" or level is None:
        return {}
    found = indicators.by_area(session, ask.question, ask.name, level).rows.dropna(subset=["value"])
    return dict(zip(found["code"], found["denominator"].astype(float), strict=True))


def _keys(found: "pd.Series[str]", axis: Axis | None) -> tuple[Key, ...]:
    """Every key once, in natural order, none last."""
    if axis is None:
        return (None,)
    known = sorted(found.dropna().unique(), key=axis.place)
    return (*known, None) if found.isna().any() else tuple(known)


def _at(found: "pd.Series[str]", keys: tuple[Key, ...]) -> Numbers:
    """The place of each key."""
    places = {key: at for at, key in enumerate(keys)}
    return np.array([places[None if pd.isna(key) else key] for key in found], dtype=np.int64)


def _places(count: int, shown: list[int]) -> Numbers:
    """For every row (column) its place in the table: those not shown share the one after the shown ones."""
    places = np.full(count, len(shown), dtype=np.int64)
    places[shown] = np.arange(len(shown))
    return places


def _with_totals(shape: tuple[int, int], at: tuple[Numbers, Numbers], values: Floats) -> Floats:
    """The sums of a table's cells; the last line and the last column are the totals."""
    table = np.zeros(shape)
    np.add.at(table, at, values)
    table[-1] = table[:-1].sum(axis=0)
    table[:, -1] = table[:, :-1].sum(axis=1)
    return table
