"""Class breaks for a choropleth: few, whole and readable numbers, chosen from the values shown."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
MAX_CLASSES = 6


@dataclass(frozen=True)
class Scale:
    """How values become colours.

    `heading` is the legend's first line; `title` and `unit` stand around a single value, printed with
    `decimals`. `breaks` are the lower bounds of the second and later classes, ascending; `colors` and
    `labels` have one entry a class. `nodata` names a missing value.
    """

    title: str
    unit: str
    heading: str
    breaks: tuple[float, ...]
    colors: tuple[str, ...]
    labels: tuple[str, ...]
    decimals: int
    nodata: str

    def as_json(self) -> dict[str, object]:
        """The form that the map's script reads."""
        return {
            "title": self.title,
            "unit": self.unit,
            "heading": self.heading,
            "breaks": list(self.breaks),
            "colors": list(self.colors),
            "labels": list(self.labels),
            "decimals": self.decimals,
            "nodata": self.nodata,
        }


CHANGE_BREAKS = (-50.0, -25.0, -10.0, 10.0, 25.0, 50.0)
"""Of a change in per cent: about the same lies in the middle; the same for every map, so that maps compare."""


def change_labels() -> tuple[str, ...]:
    """What the legend prints for each class of a change."""
    told = [f"{value:+.0f}".replace("-", "−") for value in CHANGE_BREAKS]
    middle = (f"{low} … {high}" for low, high in itertools.pairwise(told))
    return (f"< {told[0]}", *middle, f"≥ {told[-1]}")


def breaks_for(
    values: Sequence[float], *, whole: bool = False, classes: int = MAX_CLASSES
) -> tuple[float, ...]:
    """Readable breaks near the quantiles of `values`; equal steps where the values are few.

    `whole` says that the values are counts, and that breaks must be whole numbers. Empty when all values are
    equal.
    """
    ordered = sorted(values)
    if not ordered or ordered[0] == ordered[-1]:
        return ()
    few = len(set(ordered)) < 2 * classes
    wanted = _equal_steps(ordered, classes, 1.0 if whole else 0.0) if few else _quantiles(ordered, classes)
    found: list[float] = []
    for value in wanted:
        if ordered[0] < value <= ordered[-1] and (not found or value > found[-1]):
            found.append(value)
    return tuple(found[: classes - 1])


def _quantiles(ordered: Sequence[float], classes: int) -> list[float]:
    return [_readable(ordered[part * len(ordered) // classes]) for part in range(1, classes)]


def _equal_steps(ordered: Sequence[float], classes: int, least: float) -> list[float]:
    """Multiples of a readable step of `least` or more, so that at most `classes` of them span the values."""
    span = ordered[-1] - ordered[0]
    magnitude = 10.0 ** math.floor(math.log10(span / (classes - 1)))
    readable = next(m * magnitude for m in (1, 2, 5, 10) if m * magnitude * (classes - 1) >= span)
    step = max(least, readable)
    first = math.floor(ordered[0] / step) + 1
    return [round((first + index) * step, 6) for index in range(classes)]


def class_labels(breaks: Sequence[float], *, whole: bool) -> tuple[str, ...]:
    """What the legend prints for each class: "< 10", "10–19", "≥ 20".

    `whole` says that the values are counts, so that a class ends one below the next one's start.
    """
    if not breaks:
        return ("",)
    middle = [_span(low, high, whole=whole) for low, high in itertools.pairwise(breaks)]
    first = "0" if whole and breaks[0] == 1 else f"< {_number(breaks[0])}"
    return (first, *middle, f"≥ {_number(breaks[-1])}")


def _span(low: float, high: float, *, whole: bool) -> str:
    if whole:
        return _number(low) if high - low == 1 else f"{_number(low)}–{_number(high - 1)}"
    return f"{_number(low)}–{_number(high)}"


def _readable(value: float) -> float:
    """The nearest number of the form (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8) x 10^n; whole from 1 upwards."""
    if value <= 0:
        return 0.0
    magnitude = 10.0 ** math.floor(math.log10(value))
    nearest = min(_STEPS, key=lambda step: abs(step * magnitude - value)) * magnitude
    return float(round(nearest)) if value >= 1 else round(nearest, 6)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,g}"
