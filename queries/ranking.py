"""Honest order: intervals, ties, and what cannot be told apart.

A rate over few cases swings by chance. Each value carries an interval (Wilson for shares, exact Poisson for
counts per household or km²); two areas are told apart where the interval of their difference (Newcombe's
square-and-add of the single intervals) leaves 0 out. Intervals hold for one comparison at a time.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from domain.indicators.facts import Direction

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
_ALPHA = 1 - CONFIDENCE
_BLOCK = 512  # areas that are compared with all others at once: thousands of grids stay within megabytes


def share_interval(numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
    """Wilson's interval of numerator / denominator; NaN where the denominator is 0.

    For a weighted numerator (each case counts 0 … 1) it is on the safe side: the variance of such a mean is
    never above p (1 − p).
    """
    known = denominator > 0
    low, high = np.full(len(known), np.nan), np.full(len(known), np.nan)
    if known.any():
        found = proportion_confint(numerator[known], denominator[known], alpha=_ALPHA, method="wilson")
        share = numerator[known] / denominator[known]  # all and nothing lie on an end, but for rounding
        low[known], high[known] = np.minimum(found[0], share), np.maximum(found[1], share)
    return low, high


def density_interval(count: Floats, base: Floats) -> tuple[Floats, Floats]:
    """The exact Poisson interval of count / base; NaN where the base is missing or 0."""
    known = base > 0
    low, high = np.full(len(known), np.nan), np.full(len(known), np.nan)
    some = count[known]
    low[known] = np.where(some > 0, chi2.ppf(_ALPHA / 2, 2 * np.maximum(some, 1)) / 2, 0.0) / base[known]
    high[known] = chi2.ppf(1 - _ALPHA / 2, 2 * (some + 1)) / 2 / base[known]
    return low, high


def change_interval(now: Floats, before: Floats) -> tuple[Floats, Floats]:
    """The interval of now / before - 1 for two counts; NaN where there was nothing before.

    Given their sum, the first of two Poisson counts is binomial: Wilson's interval of its share, turned back.
    """
    low, high = share_interval(now, now + before)
    with np.errstate(divide="ignore"):
        found = [np.where(before > 0, share / (1 - share) - 1, np.nan) for share in (low, high)]
    return found[0], found[1]


def ranked(rows: pd.DataFrame, direction: Direction, minimum_n: int) -> pd.DataFrame:
    """Rows in order, the best (or, where no way is better, the highest) first.

    Args:
        rows: value, low, high (float64, NaN: no value), n (the cases the value stands on), code.
        direction: which way is better.
        minimum_n: a value over fewer cases is `small`: shown after the others and not ranked.

    Returns:
        The same rows and columns in their new order (ranked ones, small ones, those without a value), with
        small: bool;
        rank: Int64, 1 the first, equal values share a rank (1, 2, 2, 4); missing for small or no value;
        best, worst: Int64, the ranks it could have as far as differences can be told;
        like_first: bool, ranked and nobody is surely before it: it may be the first as well as the first may.
    """
    sign = 1.0 if direction is Direction.LOWER else -1.0
    found = rows.assign(small=(rows["n"] < minimum_n) & rows["value"].notna())
    takes_part = (found["value"].notna() & ~found["small"]).to_numpy()
    # NaN goes last
    order = np.lexsort((found["code"].astype(str), sign * found["value"], ~takes_part))
    found = found.iloc[order].reset_index(drop=True)
    takes_part = takes_part[order]
    part = found[takes_part]
    for name in ("rank", "best", "worst"):
        found[name] = pd.array([pd.NA] * len(found), dtype="Int64")
    found["like_first"] = False
    if len(part):
        better, worse = _told_apart(part, sign)
        found.loc[takes_part, "rank"] = part["value"].mul(sign).rank(method="min").astype("Int64")
        found.loc[takes_part, "best"] = 1 + better
        found.loc[takes_part, "worst"] = len(part) - worse
        found.loc[takes_part, "like_first"] = better == 0
    return found


def _told_apart(part: pd.DataFrame, sign: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each row how many are surely before it, and how many surely after it."""
    value = sign * part["value"].to_numpy(float)
    better, worse = np.zeros(len(part), dtype=np.int64), np.zeros(len(part), dtype=np.int64)
    for start in range(0, len(part), _BLOCK):
        block = slice(start, start + _BLOCK)
        apart = _differs(part.iloc[block], part)
        before = value[block, None] < value[None, :]  # [i, j]: i comes before j
        better += (apart & before).sum(axis=0)
        worse[block] = (apart & before).sum(axis=1)
    return better, worse


def _differs(left: pd.DataFrame, right: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """[i, j]: whether the interval of the difference of left i and right j leaves 0 out."""
    first = (left[name].to_numpy(float)[:, None] for name in ("value", "low", "high"))
    second = (right[name].to_numpy(float)[None, :] for name in ("value", "low", "high"))
    below, above = difference_interval(*first, *second)
    return np.asarray((below > 0) | (above < 0))


def difference_interval(
    p: Floats, low: Floats, high: Floats, q: Floats, lower: Floats, higher: Floats
) -> tuple[Floats, Floats]:
    """The interval of p - q (Newcombe), from the values and their own intervals; all broadcast."""
    difference = p - q
    return difference - np.hypot(p - low, higher - q), difference + np.hypot(high - p, q - lower)
