"""A part against the whole: told apart from everything else, or not.

A part is in its whole, so the two are not independent: what is compared is the part with the rest, the whole
less the part. The sign of that difference is the sign of part minus whole. Both values carry 95 % intervals
(`queries.ranking`), and the part stands apart where Newcombe's interval of the difference leaves 0 out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from queries.figures import Evaluation
from queries.ranking import Floats, density_interval, difference_interval, share_interval

IntervalOf = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""The 95 % interval of count / base."""


class Standing(StrEnum):
    """How a part stands against the rest."""

    HIGHER = "higher"
    LOWER = "lower"
    ALIKE = "alike"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Compared:
    """A figure of the whole beside that of a part; `difference` = part - whole, None where one is missing."""

    whole: Evaluation
    standing: Standing
    difference: float | None


def compared(part: Evaluation, whole: Evaluation) -> Compared:
    """How a figure stands against the same figure of the whole; a count only ever is a part of it."""
    if part.value is None or whole.value is None:
        return Compared(whole, Standing.UNKNOWN, None)
    if part.definition.kind == "count":
        return Compared(whole, Standing.UNKNOWN, part.value - whole.value)
    interval = share_interval if part.definition.kind == "rate" else density_interval
    of_part, of_whole = (
        (np.array([figure.numerator], float), np.array([figure.denominator], float))
        for figure in (part, whole)
    )
    (standing,) = standings(*of_part, *of_whole, interval)
    return Compared(whole, standing, part.value - whole.value)


@dataclass(frozen=True)
class Difference:
    """How far a figure lies above another, None where one is missing; `low` and `high` bound it for rates only."""

    value: float | None
    low: float | None = None
    high: float | None = None


def difference(first: Evaluation, second: Evaluation) -> Difference:
    """First - second of two groups of cases that have none in common; a rate with its 95 % interval (Newcombe)."""
    if first.value is None or second.value is None:
        return Difference(None)
    value = first.value - second.value
    if first.definition.kind != "rate" or None in {first.low, first.high, second.low, second.high}:
        return Difference(value)
    bounds = (
        np.array([edge], float)
        for edge in (first.value, first.low, first.high, second.value, second.low, second.high)
    )
    low, high = difference_interval(*bounds)
    return Difference(value, float(low[0]), float(high[0]))


def standings(
    count: Floats, base: Floats, whole_count: Floats, whole_base: Floats, interval: IntervalOf
) -> list[Standing]:
    """How each count / base stands against the rest of its whole; unknown without a base on either side."""
    rest_count, rest_base = np.maximum(whole_count - count, 0.0), np.maximum(whole_base - base, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        part, rest = count / base, rest_count / rest_base
    below, above = difference_interval(part, *interval(count, base), rest, *interval(rest_count, rest_base))
    known = np.isfinite(below) & np.isfinite(above)
    chosen = np.select(
        [~known, below > 0, above < 0],
        [Standing.UNKNOWN, Standing.HIGHER, Standing.LOWER],
        Standing.ALIKE,
    )
    return [Standing(told) for told in chosen]
