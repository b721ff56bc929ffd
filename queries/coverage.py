"""Coverage by area: how the distances of an area's places add up for each street, community or grid."""

from typing import Any

import numpy as np
import pandas as pd

from domain.vocabulary import Level
from geo.reach import median_m, share
from queries.reach import Coverage, Within

_COLUMNS = {Level.STREET: "street_id", Level.COMMUNITY: "community_id"}
"""Which column of a coverage's rows tells the area of a level; for the level of the places it is their own."""


def level_of(told: Coverage, wanted: Level) -> Level:
    """The level that coverage can be told by: `wanted`, else the coarsest below it that its rows know."""
    known = [level for level in _COLUMNS if level.rank < told.level.rank]
    return next((level for level in known if level.rank >= wanted.rank), told.level)


def by_area(told: Coverage, level: Level) -> pd.DataFrame:
    """One row an area of the level, worst covered first; areas without known households last.

    Columns: area_id (int64), places, households (of the known ones), unknown (places without), covered (households
    within the walk), left (households beyond it), uncovered (places beyond it): int64; share (float64, NaN without
    households), median_m, walk_m (float64: half of the households have no more metres, straight and on foot; NaN
    without any, or where there is no point).
    """
    column = _COLUMNS[level] if level is not told.level else "area_id"
    rows = told.rows[told.rows[column].notna()]
    areas, which = np.unique(rows[column].to_numpy(np.int64), return_inverse=True)
    order = np.argsort(which, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(which[order])) + 1) if len(order) else []
    households = rows["households"].to_numpy(float, na_value=np.nan)
    within = rows[Within.WALK.value].to_numpy(bool)
    metres = [rows[name].to_numpy(float, na_value=np.inf) for name in ("straight_m", "walk_m")]
    found = pd.DataFrame(
        [
            (area, *_told(households[mine], within[mine], [far[mine] for far in metres]))
            for area, mine in zip(areas, groups, strict=True)
        ],
        columns=_NAMES,
    )
    whole = [name for name in _NAMES if name not in {"share", "median_m", "walk_m"}]
    found = found.astype(dict.fromkeys(whole, "int64") | {"share": float, "median_m": float, "walk_m": float})
    return found.sort_values(
        ["share", "left", "uncovered", "area_id"], ascending=[True, False, False, True], na_position="last"
    ).reset_index(drop=True)


_NAMES = (
    "area_id",
    "places",
    "households",
    "unknown",
    "covered",
    "left",
    "uncovered",
    "share",
    "median_m",
    "walk_m",
)


def _told(households: Any, within: Any, metres: list[Any]) -> tuple[Any, ...]:
    """What is told of an area's places; arrays, one number a place."""
    walk = share(households, within)
    medians = (_median(households, far) for far in metres)
    value = np.nan if walk.value is None else walk.value
    left = walk.known - walk.households
    beyond = int((~within).sum())
    return len(within), walk.known, walk.unknown, walk.households, left, beyond, value, *medians


def _median(households: Any, metres: Any) -> float:
    found = median_m(households, metres)
    return found if found is not None and np.isfinite(found) else np.nan
