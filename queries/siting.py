"""The best places for further service points inside an area: what is asked, and what comes of it.

Candidates are the places (the points inside grids) of the area that are worst served: those with most households ×
metres on foot, at most `geo.siting.MOST_CANDIDATES`. Points that are there, somebody else's included, and those that
are tried already stay. Households that nobody knows count as none. Coordinates are WGS-84 degrees.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from domain.errors import InputRefused
from domain.i18n import _
from domain.progress import Progress
from geo.siting import Aim, Problem, Solution, worst_served
from geo.siting_apart import best_apart
from queries.reach import Coverage, Spot, Standing, Within


@dataclass(frozen=True)
class Ask:
    """What is to be best: `within` is the limit of a coverage; a median is of metres on foot."""

    aim: Aim
    within: Within
    k: int

    @property
    def on_foot(self) -> bool:
        """Whether distances are those on foot."""
        return self.aim is Aim.MEDIAN or self.within is Within.WALK


@dataclass(frozen=True)
class Sited:
    """The places found, in the order of their codes, and how they were: of how many candidates, and how good.

    `households` are those known in the area; `before` is what the objective was without them.
    """

    ask: Ask
    spots: tuple[Spot, ...]
    names: tuple[str, ...]
    candidates: int
    households: int
    before: float
    solution: Solution


def best_places(there: Standing, told: Coverage, ask: Ask, progress: Progress) -> Sited:
    """Find the best k places of a coverage's area; `there` holds the points that the coverage was measured to.

    Raises InputRefused where no households are known or there are fewer candidates than places asked for, Cancelled
    once nobody wants it.
    """
    rows = told.rows
    households = rows["households"].fillna(0).to_numpy(np.int64)
    walk_m = _metres(rows, "walk_m")
    candidates = worst_served(households, walk_m)
    if not households.any():
        raise InputRefused(
            _("这里没有一个{level}有已知的户数，分不出哪里更需要站点。").format(
                level=told.level.label.lower()
            ),
            _("户数随边界导入：用 --households 指明户数字段，再导入一次边界即可。也可以先在地图上手工试放。"),
        )
    if len(candidates) < ask.k:
        raise InputRefused(
            _("要选 {k} 处，可选的网格只有 {n} 个。").format(k=ask.k, n=len(candidates)),
            _("请少选几处，或到上一级区划去选。"),
        )
    spots = [(float(lon), float(lat)) for lon, lat in rows[["lon", "lat"]].to_numpy(float)[candidates]]
    problem = Problem(
        ask.aim,
        ask.k,
        _matrix(there, rows, spots, ask, progress),
        households,
        walk_m if ask.on_foot else _metres(rows, "straight_m"),
        float(ask.within.metres),
    )
    solution = best_apart(problem, progress)
    chosen = list(solution.chosen)
    names = rows["name"].to_numpy()[candidates[chosen]]
    return Sited(
        ask,
        tuple(spots[place] for place in chosen),
        tuple(str(name) for name in names),
        len(candidates),
        int(households.sum()),
        problem.value([]),
        solution,
    )


def _matrix(there: Standing, rows: pd.DataFrame, spots: list[Spot], ask: Ask, progress: Progress) -> Any:
    """Metres from every place of the rows to every candidate."""
    place = pd.Index(there.on.area_id).get_indexer(rows["area_id"])
    metres = np.empty((len(rows), len(spots)))
    for number, spot in enumerate(spots):
        progress("measuring", number, len(spots))
        metres[:, number] = there.on.metres.metres_to(spot, on_foot=ask.on_foot)[place]
    return metres


def _metres(rows: pd.DataFrame, column: str) -> Any:
    return rows[column].to_numpy(float, na_value=np.inf)
