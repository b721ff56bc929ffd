"""Coverage by area: how the distances of an area's places add up for each street, community or grid."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.vocabulary import Level
from queries.reach import Coverage, Within
from queries.whole import Ints

_COLUMNS = {
    Level.STREET: ("street_id", "street_code", "street"),
    Level.COMMUNITY: ("community_id", "community_code", "community"),
}
"""Which columns of a coverage's rows tell id, code and name of the area of a level."""

_ITSELF = ("area_id", "code", "name")
"""The same for the level of the places."""

Floats = npt.NDArray[np.float64]


def level_of(told: Coverage, wanted: Level) -> Level:
    """The level that coverage can be told by: `wanted`, else the coarsest below it that its rows know."""
    known = [level for level in _COLUMNS if level.rank < told.level.rank]
    return next((level for level in known if level.rank >= wanted.rank), told.level)


def by_area(told: Coverage, level: Level) -> pd.DataFrame:
    """One row an area of the level, worst covered first; areas without known households last.

    Columns: area_id (int64), code, name, places, households (of the known ones), unknown (places without), covered
    (households within the walk), left (households beyond it), uncovered (places beyond it): int64; share (float64, NaN
    without households), median_m, walk_m (float64: half of the households have no more metres, straight and on foot;
    NaN without any, or where there is no point).
    """
    area, code, name = _COLUMNS[level] if level is not told.level else _ITSELF
    rows = told.rows[told.rows[area].notna()]
    areas, first, which = np.unique(rows[area].to_numpy(np.int64), return_index=True, return_inverse=True)
    numbers = rows["households"].to_numpy(float, na_value=np.nan)
    known, within = ~np.isnan(numbers), rows[Within.WALK.value].to_numpy(bool)
    households = np.where(known, numbers, 0).astype(np.int64)

    def summed(what: Ints) -> Ints:
        return np.bincount(which, what, len(areas)).astype(np.int64)

    every, covered = summed(households), summed(households * within)
    with np.errstate(invalid="ignore"):
        share = np.where(every > 0, covered / every, np.nan)
    medians = (
        _medians(which[known], households[known], rows[column].to_numpy(float, na_value=np.inf)[known], every)
        for column in ("straight_m", "walk_m")
    )
    found = pd.DataFrame(
        {
            "area_id": areas,
            "code": rows[code].to_numpy()[first],
            "name": rows[name].to_numpy()[first],
            "places": np.bincount(which, minlength=len(areas)).astype(np.int64),
            "households": every,
            "unknown": summed(~known),
            "covered": covered,
            "left": every - covered,
            "uncovered": summed(~within),
            "share": share,
            **dict(zip(("median_m", "walk_m"), medians, strict=True)),
        }
    )
    # worst first, NaN last
    order = np.lexsort((areas, -found["uncovered"], -found["left"], share))
    return found.take(order).reset_index(drop=True)


def _medians(which: Ints, households: Ints, metres: Floats, every: Ints) -> Floats:
    """By area how far half of its households have at most (`geo.reach.median_m` of each); NaN without any, or no end.

    `which` is the area of each place, `every` the households of each area.
    """
    order = np.lexsort((metres, which))
    reached = np.cumsum(households[order])
    before = np.cumsum(every) - every
    place = np.searchsorted(reached, before + every / 2)
    found = np.full(len(every), np.nan)
    some = every > 0
    found[some] = metres[order][place[some]]
    return np.where(np.isfinite(found), found, np.nan)
