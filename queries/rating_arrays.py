"""The arithmetic of ratings on all compounds and periods at once.

The same operations in the same order as domain/ratings/arithmetic.py, which says what they mean: a test holds both
together to the last bit. Arrays are float64 with NaN for what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.ratings.arithmetic import Missing, summed
from domain.ratings.model import FULL_POINTS, Bands, Item, Profile
from queries.ranking import Floats, density_interval, share_interval

Bools = npt.NDArray[np.bool_]

MISSING = tuple(Missing)
"""Reasons by their number in `Measures.missing`."""

KNOWN = -1
"""The number of a value that is there."""


@dataclass(frozen=True)
class Measures:
    """An item of all rows: its value with interval, what it was made of, and why it is missing (a place in MISSING)."""

    value: Floats
    low: Floats
    high: Floats
    numerator: Floats
    denominator: Floats
    missing: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Scores:
    """The scores of an item and of its interval's ends."""

    score: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Totals:
    """What comes out; total and its ends are NaN where a row is not graded."""

    known_weight: Floats
    known_share: Floats
    deducted: Floats
    total: Floats
    low: Floats
    high: Floats


def share(numerator: Floats, denominator: Floats, missing: npt.NDArray[np.int8]) -> Measures:
    """Rates with Wilson's interval."""
    return _measured(numerator, denominator, missing, share_interval(numerator, denominator))


def density(count: Floats, base: Floats, missing: npt.NDArray[np.int8]) -> Measures:
    """Counts per base with the exact Poisson interval; counts repeat, and its quantiles cost most."""
    known, place = np.unique(count, return_inverse=True)
    low, high = density_interval(known, np.ones(len(known)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return _measured(count, base, missing, (low[place] / base, high[place] / base))


def assessed(total: Floats, how_many: Floats, missing: npt.NDArray[np.int8]) -> Measures:
    """Means of assessments, which have no interval."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / how_many
    return _measured(total, how_many, missing, (mean, mean))


def _measured(
    numerator: Floats,
    denominator: Floats,
    missing: npt.NDArray[np.int8],
    interval: tuple[Floats, Floats],
) -> Measures:
    known = missing == KNOWN
    with np.errstate(divide="ignore", invalid="ignore"):
        value = numerator / denominator
    value, low, high, numerator, denominator = (
        np.where(known, column, np.nan) for column in (value, *interval, numerator, denominator)
    )
    return Measures(value, low, high, numerator, denominator, missing)


def score(bands: Bands, value: Floats) -> Floats:
    """The scores of values; NaN stays NaN."""
    values, scores = (np.array(column, dtype=float) for column in zip(*bands.points, strict=True))
    if bands.kind == "steps":
        place = np.maximum(np.searchsorted(values, value, side="right") - 1, 0)
        return np.where(np.isnan(value), np.nan, scores[place])
    after = np.clip(np.searchsorted(values, value, side="left"), 1, len(values) - 1)
    start, first, end, last = values[after - 1], scores[after - 1], values[after], scores[after]
    found = first + (value - start) * (last - first) / (end - start)
    within: Floats = np.minimum(np.maximum(found, np.minimum(first, last)), np.maximum(first, last))
    return within


def scored(item: Item, measures: Measures) -> Scores:
    """The scores of an item's values and of their intervals' ends."""
    ends = score(item.bands, measures.low), score(item.bands, measures.high)
    return Scores(score(item.bands, measures.value), np.minimum(*ends), np.maximum(*ends))


def rate(profile: Profile, items: Mapping[str, Measures], penalties: Mapping[str, Bools]) -> Totals:
    """The totals of all rows. `penalties` says for each penalty where it applies."""
    rows = len(next(iter(items.values())).value)
    scores = {name: scored(item, items[name]) for name, item in profile.items.items()}
    known = np.zeros(rows)
    for name, item in profile.items.items():
        known += np.where(items[name].missing == KNOWN, item.weight, 0.0)
    taken = np.zeros(rows)
    for name, penalty in profile.penalties.items():
        taken += np.where(penalties[name], penalty.points, 0.0)
    total, below, above = _summed(profile, items, scores, known)
    share_known = known / summed(item.weight for item in profile.items.values())
    graded = share_known >= profile.least_weight
    ends = (total, total - np.sqrt(below), total + np.sqrt(above))
    told = (np.where(graded, rounded(bounded(end - taken)), np.nan) for end in ends)
    return Totals(known, share_known, taken, *told)


def points(weight: float, found: Scores, known: Floats) -> Floats:
    """What an item adds to the totals; NaN where it is missing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return weight * found.score / known


def rounded(total: Floats) -> Floats:
    """To a tenth, a half upwards."""
    return np.floor((np.floor(total * 1e6 + 0.5) + 50_000) / 100_000) / 10


def bounded(total: Floats) -> Floats:
    """No less than 0 and no more than 100."""
    return np.minimum(np.maximum(total, 0.0), FULL_POINTS)


def grades(profile: Profile, total: Floats) -> npt.NDArray[np.object_]:
    """The grade of each total; None where there is none."""
    worst_first = profile.best_first[::-1]
    limits = np.array([profile.grades[name].at_least for name in worst_first])
    place = np.searchsorted(limits, total, side="right") - 1
    names = np.array([*worst_first, None], dtype=object)
    return names[np.where(np.isnan(total), len(worst_first), place)]


def _summed(
    profile: Profile, items: Mapping[str, Measures], scores: Mapping[str, Scores], known: Floats
) -> tuple[Floats, Floats, Floats]:
    """The sums of the points, and of the squares of their distances downwards and upwards."""
    total, below, above = (np.zeros(len(known)) for _sum in range(3))
    for name, item in profile.items.items():
        found, there = scores[name], items[name].missing == KNOWN
        with np.errstate(divide="ignore", invalid="ignore"):
            down = item.weight * (found.score - found.low) / known
            up = item.weight * (found.high - found.score) / known
        total += np.where(there, points(item.weight, found, known), 0.0)
        below += np.where(there, down * down, 0.0)
        above += np.where(there, up * up, 0.0)
    return total, below, above
