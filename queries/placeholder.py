"""Whether an area stands first only by the cases on a placeholder point: a default, and not where they were.

One rule for every figure that is ranked, a count or a rate, on the screen and on the command line.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.i18n import _, format_number
from domain.indicators.facts import Direction

COLUMNS = ["true_value", "true_n", "at_point"]
"""What `lifted` needs of an order besides: value and n without cases on placeholder points, and how many these are."""


@dataclass(frozen=True)
class Lifted:
    """An area at the end of an order that would not stand there without the cases on placeholder points.

    `at_point` of its cases count in the figure and lie there; `value` and `rank` are those without them, None
    where too few are left for one. `highest`: it has the highest value, and ranks count from there.
    """

    code: str
    name: str
    at_point: int
    value: float | None
    rank: int | None
    highest: bool

    def words(self, value: str, name: str) -> str:
        """The sentence; `value` is what is left, with its unit, and `name` the area's as it may be shown."""
        counted = format_number(self.at_point)
        if self.rank is None:
            told = _("“{area}”有 {n} 件落在占位点上（地点其实不明）；不计这些，它件数太少，不排名。")
            return told.format(area=name, n=counted)
        told = _("“{area}”有 {n} 件落在占位点上（地点其实不明）；不计这些为 {left}，{order}排第 {rank}。")
        order = _("由高到低") if self.highest else _("由低到高")
        return told.format(area=name, n=counted, left=value, order=order, rank=format_number(self.rank))


def beside(values: pd.DataFrame, without: pd.DataFrame, *, counted: bool) -> pd.DataFrame:
    """COLUMNS for `values`, which has value and n, and the same `without` cases on placeholder points, row by row.

    `counted`: the value itself counts cases, and otherwise n counts those that it stands on.
    """
    unit = "value" if counted else "n"
    return pd.DataFrame(
        {
            "true_value": without["value"].to_numpy(float),
            "true_n": without["n"].to_numpy(float),
            "at_point": values[unit].to_numpy(float) - without[unit].to_numpy(float),
        }
    )


def lifted(rows: pd.DataFrame, direction: Direction, minimum_n: int) -> Lifted | None:
    """The area that has the highest value only by cases on placeholder points; None where there is none.

    Where less is better the lowest one, which leads then, is looked at as well. `rows` has code, name, value, n
    and COLUMNS; a value over fewer than `minimum_n` cases is not ranked.
    """
    found = _lifted(rows, minimum_n, highest=True)
    if found is None and direction is Direction.LOWER:
        found = _lifted(rows, minimum_n, highest=False)
    return found


def _lifted(rows: pd.DataFrame, minimum_n: int, *, highest: bool) -> Lifted | None:
    sign = -1 if highest else 1
    value = sign * _taking_part(rows["value"], rows["n"], minimum_n)
    true_value = sign * _taking_part(rows["true_value"], rows["true_n"], minimum_n)
    if np.isnan(value).all():
        return None
    for place in np.flatnonzero((value == np.nanmin(value)) & (rows["at_point"] > 0)):
        row, left = rows.iloc[place], true_value[place]
        rank = None if np.isnan(left) else 1 + int((true_value < left).sum())
        if rank != 1:
            known = None if rank is None else float(row["true_value"])
            return Lifted(str(row["code"]), str(row["name"]), int(row["at_point"]), known, rank, highest)
    return None


def _taking_part(value: "pd.Series[float]", n: "pd.Series[float]", minimum_n: int) -> npt.NDArray[np.float64]:
    """The values that are ranked, NaN for the others."""
    return np.asarray(value.where(n >= minimum_n), dtype=np.float64)
