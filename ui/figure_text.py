"""Figures in words: a value with its unit and counts, its interval, its period."""

from domain.i18n import NO_VALUE, _, format_date, format_datetime, format_number, format_share
from domain.indicators.facts import Unit
from domain.indicators.model import Indicator
from domain.indicators.windows import Window
from queries.figures import ByArea, Evaluation, Period
from ui.encode import cut

_DECIMALS = {Unit.CASES: 0, Unit.PER_100_HOUSEHOLDS: 2, Unit.PER_KM2: 1, Unit.POINTS: 1}

_LONGEST_NAME = 20


def number(value: float | None, unit: Unit) -> str:
    """A value without its unit; a share in per cent, and neither all nor nothing by rounding alone."""
    if value is None or value != value:  # noqa: PLR0124  (NaN)
        return NO_VALUE
    if unit is not Unit.SHARE:
        return format_number(value, _DECIMALS[unit])
    share_pct = 100 * value
    if 0 < value < 1:
        share_pct = min(max(share_pct, 0.1), 99.9)
    return f"{share_pct:.1f}"


def value(figure: Evaluation) -> str:
    """The value with its unit: 93.7 %, 1,204 件."""
    unit = figure.definition.unit
    told = number(figure.value, unit)
    return told if told == NO_VALUE else f"{told} {unit.label}"


def heading(name: str, unit: Unit) -> str:
    """A name with its unit; the name alone where the unit is a word of it, as in "Open cases"."""
    if unit.label.casefold() in name.casefold().split():
        return name
    return _("{measure}（{unit}）").format(measure=name, unit=unit.label)


def beside(figure: Evaluation) -> str:
    """What stands beside the value: both counts of a rate, the base of a count per something."""
    if figure.numerator is None:
        return ""
    if figure.definition.unit is Unit.SHARE:
        return format_share(figure.numerator, figure.denominator or 0).rpartition(" · ")[2]
    if figure.definition.unit is Unit.PER_100_HOUSEHOLDS and figure.denominator:
        return _("{cases} 件／{households} 户").format(
            cases=format_number(figure.numerator), households=format_number(100 * figure.denominator)
        )
    if figure.definition.unit is Unit.PER_KM2 and figure.denominator:
        return _("{cases} 件／{size} 平方公里").format(
            cases=format_number(figure.numerator), size=format_number(figure.denominator, 1)
        )
    return ""


def interval(figure: Evaluation) -> str:
    """The 95 % interval in words; empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    unit = figure.definition.unit
    return _("95% 区间 {low}–{high}").format(low=number(figure.low, unit), high=number(figure.high, unit))


def first_by_placeholder(by_area: ByArea) -> str:
    """That an area is first only by cases on placeholder points; empty where none is."""
    first, unit = by_area.lifted, by_area.whole.definition.unit
    if first is None:
        return ""
    return first.words(f"{number(first.value, unit)} {unit.label}", cut(first.name, _LONGEST_NAME))


def period(when: Period) -> str:
    """The period in words: by which time, from when to when (a closing midnight is the day before)."""
    on = Window(on=when.on).words.rpartition(_("，"))[2]
    if when.start is None and when.end is None:
        return _("全部时间，{on}").format(on=on)
    start = format_datetime(when.start) if when.start and when.start.hour else format_date(when.start)
    end = format_datetime(when.end)
    return _("{start} 至 {end}（不含），{on}").format(start=start, end=end, on=on)


def formula(definition: Indicator) -> str:
    """What is divided by what, by name."""
    if definition.denominator_name is None:
        return str(definition.numerator_name)
    return f"{definition.numerator_name} ÷ {definition.denominator_name}"
