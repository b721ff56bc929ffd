"""What a choropleth can show, each computed from the figures of an area that it names."""

from enum import StrEnum

import numpy as np
import pandas as pd

from domain.i18n import N_, _
from domain.indicators import catalogue
from queries.cases import ByArea
from queries.ranking import Floats, change_interval, density_interval, share_interval


class Measure(StrEnum):
    """The measures a reader can pick; the first is the one shown first."""

    REPORTED = "cases"
    OPEN = "open"
    OVERDUE = "overdue"
    OVERDUE_SHARE = "overdue_share"
    PER_100_HOUSEHOLDS = "per_100_households"
    PER_KM2 = "per_km2"
    CHANGE = "change"

    @property
    def label(self) -> str:
        """The measure's name in the reader's language."""
        return _(_LABELS[self][0])

    @property
    def unit(self) -> str:
        """The unit of a value."""
        return _(_LABELS[self][1])

    @property
    def heading(self) -> str:
        """Name and unit, for a legend or a column; the name alone where it is the unit, as in "Cases"."""
        if self.label.casefold() == self.unit.casefold():
            return self.label
        return _("{measure}（{unit}）").format(measure=self.label, unit=self.unit)

    @property
    def counts(self) -> bool:
        """Whether values are whole numbers of cases."""
        return self in {Measure.REPORTED, Measure.OPEN, Measure.OVERDUE}

    @property
    def diverges(self) -> bool:
        """Whether values lie on both sides of a middle: more, or less, than before."""
        return self is Measure.CHANGE

    @property
    def decimals(self) -> int:
        """How exactly a value is printed."""
        if self is Measure.PER_100_HOUSEHOLDS:
            return 2
        return 0 if self.counts else 1

    @property
    def no_value(self) -> str:
        """Why an area has no value."""
        reasons = {
            Measure.PER_100_HOUSEHOLDS: _("无户数，无法计算"),
            Measure.OVERDUE_SHARE: _("没有到期的案件"),
            Measure.CHANGE: _("前一时段没有案件，或数据不完整"),
        }
        return reasons.get(self, _("无数据"))

    @property
    def minimum_n(self) -> int:
        """Over fewer cases a value is not ranked."""
        return 0 if self.counts else catalogue.profile(catalogue.DEFAULT).minimum_n

    def left_over(self, figures: ByArea) -> int:
        """The cases that the measure counts, or stands on, and that lie in none of the areas."""
        if self.counts:
            return figures.left_over[self.value]
        return figures.left_over["decided" if self is Measure.OVERDUE_SHARE else "cases"]

    def values(self, figures: pd.DataFrame) -> pd.DataFrame:
        """One row a row of `figures`: value, low and high (its 95 % interval), n (the cases it stands on).

        All are float64; value is NaN where there is nothing to divide by. Shares and changes are in per
        cent. `figures` has cases, open, overdue, decided, decided_overdue, before (float, NaN: not known),
        households (Int64) and area_km2 (float64).
        """
        cases = figures["cases"].to_numpy(float)
        if self.counts:
            count = figures[self.value].to_numpy(float)
            return _frame(count, count, count, cases)
        if self is Measure.OVERDUE_SHARE:
            late, decided = (figures[name].to_numpy(float) for name in ("decided_overdue", "decided"))
            low, high = share_interval(late, decided)
            return _frame(_ratio(late, decided), low, high, decided, scale=100)
        if self is Measure.CHANGE:
            before = figures["before"].to_numpy(float)
            low, high = change_interval(cases, before)
            return _frame(_ratio(cases, before) - 1, low, high, cases + before, scale=100)
        base = (
            figures["households"].astype("Float64").to_numpy(float, na_value=np.nan) / 100
            if self is Measure.PER_100_HOUSEHOLDS
            else figures["area_km2"].to_numpy(float)
        )
        low, high = density_interval(cases, base)
        return _frame(_ratio(cases, base), low, high, cases)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Part over whole; NaN where there is no whole."""
    found: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return found


def _frame(value: Floats, low: Floats, high: Floats, n: Floats, *, scale: float = 1) -> pd.DataFrame:
    return pd.DataFrame({"value": scale * value, "low": scale * low, "high": scale * high, "n": n})


_LABELS = {
    Measure.REPORTED: (N_("案件数"), N_("件")),
    Measure.OPEN: (N_("在办件数"), N_("件")),
    Measure.OVERDUE: (N_("超期件数"), N_("件")),
    Measure.OVERDUE_SHARE: (N_("超期率"), N_("%")),
    Measure.PER_100_HOUSEHOLDS: (N_("每百户案件"), N_("件／百户")),
    Measure.PER_KM2: (N_("案件密度"), N_("件／平方公里")),
    Measure.CHANGE: (N_("比前一时段增减"), N_("%")),
}
