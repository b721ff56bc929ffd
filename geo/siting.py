"""The best k places for further posts: maximum coverage and p-median, solved by HiGHS through spopt.

Posts that are there stay: to a place they are one facility, fixed open, as far away as the nearest of them, so k
new ones are added to it. Left out of a model is what cannot change: places that the posts serve already or that no
candidate serves better, and assignments to a candidate that is farther than the post that is there.

- **coverage** (MCLP): as many households as possible within a radius;
- **median** (p-median): as few metres as possible over all households.

What is asked and what an answer is stands here; `geo.siting_solver` solves, `geo.siting_apart` does so in a process
of its own. Distances are metres; weights are households.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from domain.errors import InputRefused
from domain.i18n import _
from geo.walking import FloatArray, IntArray

MOST_CANDIDATES: Final = 200
LIMIT_SECONDS: Final = 60.0


class Aim(StrEnum):
    """What is to be best."""

    COVERAGE = "coverage"
    MEDIAN = "median"


class Status(StrEnum):
    """How the solver ended."""

    OPTIMAL = "optimal"
    TIME_LIMIT = "time_limit"


@dataclass(frozen=True)
class Problem:
    """Where to put k posts.

    `metres` is an array (places, candidates), `households` one number a place, `existing_m` metres to the nearest
    post that is there (inf everywhere: there is none). `radius_m` is for coverage.
    """

    aim: Aim
    k: int
    metres: FloatArray
    households: IntArray
    existing_m: FloatArray
    radius_m: float = 0.0

    def value(self, chosen: npt.ArrayLike) -> float:
        """What some candidates come to: households within the radius, or metres over all households."""
        nearest = np.minimum(
            self.existing_m, self.metres[:, np.asarray(chosen, dtype=int)].min(axis=1, initial=np.inf)
        )
        if self.aim is Aim.COVERAGE:
            return float(self.households[nearest <= self.radius_m].sum())
        with np.errstate(invalid="ignore"):
            return float(np.where(self.households > 0, self.households * nearest, 0.0).sum())

    @property
    def changeable(self) -> npt.NDArray[np.bool_]:
        """The places with households that some candidate serves better than the posts that are there."""
        best = self.metres.min(axis=1, initial=np.inf)
        better: npt.NDArray[np.bool_] = best < self.existing_m
        if self.aim is Aim.COVERAGE:
            better &= (self.existing_m > self.radius_m) & (best <= self.radius_m)
        inhabited: npt.NDArray[np.bool_] = self.households > 0
        return better & inhabited


@dataclass(frozen=True)
class Solution:
    """The candidates chosen (positions; fewer than k where no further one helps) and how good they can be.

    `objective` is what they come to, `bound` what no choice can be better than (None: not known).
    """

    chosen: tuple[int, ...]
    objective: float
    bound: float | None
    status: Status
    seconds: float

    @property
    def gap(self) -> float | None:
        """How far from the bound, as a share of the objective; None where no bound is known."""
        if self.bound is None:
            return None
        return abs(self.bound - self.objective) / max(abs(self.objective), 1.0)


def worst_served(households: IntArray, metres: FloatArray, most: int = MOST_CANDIDATES) -> IntArray:
    """The places to try, at most so many: those with most households × metres to the nearest post, in their order.

    Without any post those with most households. Of equal ones the first.
    """
    far = np.where(np.isfinite(metres), metres, 1.0)
    order = np.argsort(-(households * far), kind="stable")
    kept = order[(households * far)[order] > 0][:most]
    return np.sort(kept)


def check(problem: Problem) -> None:
    """Raises InputRefused for a problem that cannot be asked."""
    candidates = problem.metres.shape[1]
    if candidates > MOST_CANDIDATES:
        raise InputRefused(
            _("候选点有 {n} 个，最多 {most} 个。").format(n=candidates, most=MOST_CANDIDATES),
            _("请缩小范围。"),
        )
    if not 1 <= problem.k <= candidates:
        raise InputRefused(
            _("要选 {k} 处，候选点有 {n} 个。").format(k=problem.k, n=candidates),
            _("要选的处数至少为 1，且不多于候选点。"),
        )
