"""Ratings taken together: companies, lists, and movements between grades."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.ratings.lists import ListKind, spells
from domain.ratings.model import Profile
from domain.ratings.periods import Period
from queries import rating_arrays as arrays

_LISTS = ["compound_id", "list", "since", "entered", "left", "perhaps_earlier"]


def companies_of(
    profile: Profile, periods: tuple[Period, ...], compounds: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """Companies by name and period; the columns of `queries.ratings.Ratings.companies`.

    The mean of a company's graded compounds weighed by households; its interval is square-and-add, each compound with
    its share of the households.
    """
    n = len(periods)
    households = compounds["households"].astype("Float64").to_numpy(float, na_value=np.nan)
    graded = scores["total"].notna()
    weight = pd.Series(np.repeat(households, n)).where(graded & (np.repeat(households, n) > 0), 0.0)
    total = scores["total"].fillna(0.0)
    rows = pd.DataFrame(
        {
            "company": np.repeat(compounds["company"].to_numpy(object), n),
            "number": np.tile(np.arange(n), len(compounds)),
            "compounds": 1,
            "graded": graded.astype("int64"),
            "without_households": (graded & (weight == 0)).astype("int64"),
            "households": weight,
            "weighed": weight * total,
            "below": (weight * (total - scores["low"].fillna(0.0))) ** 2,
            "above": (weight * (scores["high"].fillna(0.0) - total)) ** 2,
        }
    )
    summed = rows.dropna(subset="company").groupby(["company", "number"], as_index=False).sum()
    return _told(profile, periods, summed)


def _told(profile: Profile, periods: tuple[Period, ...], summed: pd.DataFrame) -> pd.DataFrame:
    size = summed["households"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = summed["weighed"].to_numpy(float) / size
        down, up = (np.sqrt(summed[side].to_numpy(float)) / size for side in ("below", "above"))
    total, low, high = (arrays.rounded(arrays.bounded(end)) for end in (mean, mean - down, mean + up))
    number = summed["number"].to_numpy("int64")
    grades = {
        name: pd.Categorical(arrays.grades(profile, end), categories=list(profile.best_first))
        for name, end in (("grade", total), ("grade_low", low), ("grade_high", high))
    }
    starts = np.array([period.start for period in periods], dtype="datetime64[s]")
    return pd.DataFrame(
        {
            "company": summed["company"],
            "period": labels([str(period) for period in periods], number),
            "start": starts[number],
            "compounds": summed["compounds"],
            "graded": summed["graded"],
            "ungraded": summed["compounds"] - summed["graded"],
            "without_households": summed["without_households"],
            "households": size.astype("int64"),
            "total": total,
            "low": low,
            "high": high,
            **grades,
            "certain": ~np.isnan(total) & (grades["grade_low"].codes == grades["grade_high"].codes),
        }
    )


def labels(names: Sequence[str], places: npt.NDArray[np.int64]) -> pd.Categorical:
    """One of the names for each place in them."""
    return pd.Categorical(np.array(names, dtype=object)[places], categories=list(names))


def lists_of(
    profile: Profile, periods: tuple[Period, ...], compounds: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """The stays on the lists; the columns of `queries.ratings.Ratings.lists`."""
    shape = (len(compounds), len(periods))
    low, high = (scores[end].to_numpy().reshape(shape) for end in ("low", "high"))
    supported = {
        ListKind.RED: low >= profile.lists.red.at_least,
        ListKind.BLACK: high < profile.lists.black.below,
    }
    ids = compounds["compound_id"].to_numpy()
    told = [str(period) for period in periods]
    found = [
        (
            ids[place], kind.value, told[stay.since], told[stay.entered],
            None if stay.left is None else told[stay.left], stay.perhaps_earlier,
        )
        for kind, holds in supported.items()
        for place in np.flatnonzero(holds.sum(axis=1) >= profile.lists.periods)
        for stay in spells(holds[place].tolist(), profile.lists.periods)
    ]  # fmt: skip
    rows = pd.DataFrame(found, columns=_LISTS).astype({"compound_id": "int64", "perhaps_earlier": bool})
    order = rows.assign(gone=rows["left"].notna(), code=rows["compound_id"].map(_codes(compounds)))
    order = order.sort_values(["gone", "list", "entered", "code"], ascending=[True, True, False, True])
    return rows.loc[order.index].reset_index(drop=True)


def _codes(compounds: pd.DataFrame) -> "pd.Series[str]":
    return compounds.set_index("compound_id")["code"]


def movements_of(profile: Profile, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Compounds by their grades of two periods; the columns of `queries.ratings.Ratings.movements`."""
    order = [*profile.best_first, ""]
    rows = pd.DataFrame(
        {
            "from_grade": before["grade"].astype(object).fillna(""),
            "to_grade": after["grade"].astype(object).fillna(""),
            "compounds": 1,
            "households": before["households"].fillna(0).astype("int64"),
        }
    )
    found = rows.groupby(["from_grade", "to_grade"], as_index=False).sum()
    found = found.sort_values(
        ["from_grade", "to_grade"], key=lambda names: names.map(order.index), ignore_index=True
    )
    grades = found[["from_grade", "to_grade"]].astype(object)
    return found.assign(**grades.where(grades != "", None))
