"""Ratings taken together: companies, lists, and movements between grades."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.ratings.lists import ListKind, spells
from domain.ratings.model import Profile
from domain.ratings.periods import Period
from queries import rating_arrays as arrays
from queries.ranking import Floats

_LISTS = ["compound_id", "list", "since", "entered", "left", "perhaps_earlier"]


def companies_of(profile: Profile, rated: pd.DataFrame) -> pd.DataFrame:
    """Companies by name; `rated` are the rows of `queries.ratings.Ratings.of`, the columns those of its `companies`.

    The mean of a company's graded compounds weighed by households; its interval is square-and-add, each compound with
    its share of the households.
    """
    households = rated["households"].to_numpy(float, na_value=np.nan)
    total, low, high = (rated[end].to_numpy(float) for end in ("total", "low", "high"))
    graded = ~np.isnan(total)
    weight = np.where(graded & (households > 0), households, 0.0)
    place, names = pd.factorize(rated["company"], sort=True)
    known = place >= 0

    def summed(values: npt.NDArray[Any]) -> Floats:
        return np.bincount(place[known], values[known], minlength=len(names)).astype(float)

    size = summed(weight)
    below, above = (summed((weight * np.where(graded, gap, 0.0)) ** 2) for gap in (total - low, high - total))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = summed(weight * np.where(graded, total, 0.0)) / size
        down, up = np.sqrt(below) / size, np.sqrt(above) / size
    ends = [arrays.rounded(arrays.bounded(end)) for end in (mean, mean - down, mean + up)]
    grades = [
        pd.Categorical(arrays.grades(profile, end), categories=list(profile.best_first)) for end in ends
    ]
    counts = {
        "compounds": known,
        "graded": graded,
        "ungraded": ~graded,
        "without_households": graded & (weight == 0),
    }
    return pd.DataFrame(
        {
            "company": names,
            **{name: summed(counted).astype("int64") for name, counted in counts.items()},
            "households": size.astype("int64"),
            **dict(zip(("total", "low", "high"), ends, strict=True)),
            **dict(zip(("grade", "grade_low", "grade_high"), grades, strict=True)),
            "certain": ~np.isnan(mean) & (grades[1].codes == grades[2].codes),
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
