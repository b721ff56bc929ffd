"""The lists of a period as frames: who is on them, who comes near, who came and went."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from domain.ratings.lists import ListKind
from domain.ratings.periods import Period
from queries.ratings import Ratings


class Near(StrEnum):
    """Why a compound whose total is beyond a threshold is on no list."""

    INTERVAL = "interval"
    PERIODS = "periods"


@dataclass(frozen=True)
class Listing:
    """What the lists of a period say: who is on each, who comes near, and all entries and exits."""

    current: dict[ListKind, pd.DataFrame]
    near: pd.DataFrame
    history: pd.DataFrame


def listing(found: Ratings, period: Period) -> Listing:
    """The lists of a period."""
    rows = found.of(period)
    on = {kind: current(found, kind, period, rows) for kind in ListKind}
    return Listing(on, near(found, on, rows), history(found))


def current(found: Ratings, kind: ListKind, period: Period, rows: pd.DataFrame) -> pd.DataFrame:
    """The compounds that were on a list at the end of a period, the furthest beyond the threshold first.

    The columns of `rows` (`Ratings.of`) with since, entered, perhaps_earlier, and before_total, before_low and
    before_high of the period before (NaN for none). A stay that ended later still held then.
    """
    order = {str(one): place for place, one in enumerate(found.periods)}
    at = order[str(period)]
    stays = found.lists[found.lists["list"] == kind.value]
    left = stays["left"].map(order).astype("float64").fillna(len(order))
    held = stays[(stays["entered"].map(order) <= at) & (left > at)]
    places = pd.Index(rows["compound_id"]).get_indexer(pd.Index(held["compound_id"]))
    earlier = found.of(found.periods[at - 1]).iloc[places] if at else None
    before = {
        f"before_{end}": np.nan if earlier is None else earlier[end].to_numpy()
        for end in ("total", "low", "high")
    }
    stay = {name: held[name].to_numpy() for name in ("since", "entered", "perhaps_earlier")}
    told: pd.DataFrame = rows.iloc[places].reset_index(drop=True).assign(**stay, **before)
    by = ["low", "high"] if kind is ListKind.RED else ["high", "low"]
    rises = kind is ListKind.BLACK
    return told.sort_values([*by, "code"], ascending=[rises, rises, True], ignore_index=True)


def near(found: Ratings, on: dict[ListKind, pd.DataFrame], rows: pd.DataFrame) -> pd.DataFrame:
    """The compounds whose total is beyond a list's threshold and that are not on it, black first, the furthest first.

    The columns of `rows` with list (`ListKind`) and near (`Near`).
    """
    lists = found.definition.lists
    parts = []
    for kind in (ListKind.BLACK, ListKind.RED):
        is_red = kind is ListKind.RED
        beyond = rows["total"] >= lists.red.at_least if is_red else rows["total"] < lists.black.below
        part = rows[beyond & ~rows["compound_id"].isin(on[kind]["compound_id"])]
        holds = part["low"] >= lists.red.at_least if is_red else part["high"] < lists.black.below
        why = [Near.PERIODS.value if supported else Near.INTERVAL.value for supported in holds]
        told = part.assign(list=kind.value, near=why)
        parts.append(told.sort_values(["near", "total", "code"], ascending=[False, not is_red, True]))
    return pd.concat(parts, ignore_index=True)


def history(found: Ratings) -> pd.DataFrame:
    """Entries and exits, the newest first: period (str), compound_id, code, name, company, list, entered (bool)."""
    names = found.compounds.set_index("compound_id")[["code", "name", "company"]]
    columns = ["period", "compound_id", "list", "entered"]
    entries = found.lists.rename(columns={"entered": "period"}).assign(entered=True)
    gone = found.lists.dropna(subset="left").drop(columns="entered")
    exits = gone.rename(columns={"left": "period"}).assign(entered=False)
    rows = pd.concat([entries[columns], exits[columns]]).join(names, on="compound_id")
    order = {str(one): place for place, one in enumerate(found.periods)}
    rows = rows.assign(place=rows["period"].map(order))
    return rows.sort_values(
        ["place", "list", "entered", "code"], ascending=[False, True, False, True], ignore_index=True
    ).drop(columns="place")
