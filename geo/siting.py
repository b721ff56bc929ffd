"""The best k places for further posts: maximum coverage and p-median, solved by HiGHS through spopt.

Posts that are there stay: to a place they are one facility, fixed open, as far away as the nearest of them, so k
new ones are added to it. Left out of a model is what cannot change: places that the posts serve already or that no
candidate serves better, and assignments to a candidate that is farther than the post that is there.

- **coverage** (MCLP): as many households as possible within a radius;
- **median** (p-median): as few metres as possible over all households.

Imports of spopt take seconds and hold the interpreter's lock, as does building a model: `best_apart` solves in a
process of its own (`python -m geo.siting`), so that nobody else waits. Distances are metres; weights are households.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from domain.errors import InputRefused, OneGridError
from domain.i18n import _
from domain.progress import Progress
from geo.walking import FloatArray, IntArray

MOST_CANDIDATES: Final = 200
LIMIT_SECONDS: Final = 60.0

_ROOT = Path(__file__).resolve().parents[1]
_NICENESS = 10
"""Whoever clicks comes before whoever computes."""

_GRACE_SECONDS = 60.0
"""For starting the process, imports, and a solver that ends a step late; after that it is ended."""

_LOOKED_SECONDS = 0.25
_LEAST_SOLVING_SECONDS = 5.0

_SAME = 1e-9
"""A gap below which an answer is the best one; HiGHS would stop at 0.01 %."""


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


def best(problem: Problem, limit_seconds: float = LIMIT_SECONDS) -> Solution:
    """Solve a problem here. Raises InputRefused for one that cannot be asked."""
    _check(problem)
    began = time.monotonic()
    changeable = problem.changeable
    if not changeable.any():
        value = problem.value([])
        return Solution((), value, value, Status.OPTIMAL, time.monotonic() - began)
    part = Problem(
        problem.aim,
        problem.k,
        problem.metres[changeable],
        problem.households[changeable],
        problem.existing_m[changeable],
        problem.radius_m,
    )
    build = _coverage_model if problem.aim is Aim.COVERAGE else _median_model
    model = build(part)
    left = max(limit_seconds - (time.monotonic() - began), _LEAST_SOLVING_SECONDS)
    found, bound, status = _solved(model, part, left)
    rest = problem.value([]) - part.value([]) if np.isfinite(problem.value([])) else 0.0
    chosen = _needed(problem, min([found, _greedy(part)], key=lambda tried: _cost(part, tried)))
    value = problem.value(chosen)
    told = None if bound is None else bound + rest
    return Solution(chosen, value, told, status, time.monotonic() - began)


def best_apart(problem: Problem, progress: Progress, limit_seconds: float = LIMIT_SECONDS) -> Solution:
    """The same in a process of its own; cancelling `progress` ends it.

    Raises InputRefused as `best`, OneGridError where the process fails.
    """
    _check(problem)
    command = [sys.executable, "-m", "geo.siting", str(limit_seconds)]
    with tempfile.TemporaryFile() as given:
        given.write(_packed(problem))
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 -- this interpreter, and no word of anybody's
            command, cwd=_ROOT, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        with process:
            try:
                answer, complaint = _told(process, progress, limit_seconds)
            except BaseException:
                process.kill()
                raise
    if process.returncode:
        lines = complaint.decode(errors="replace").strip().splitlines()
        raise OneGridError(
            _("选址没有算成：{reason}").format(reason=lines[-1] if lines else process.returncode),
            _("请重试；如仍出现，请联系管理员查看日志。"),
        )
    told = json.loads(answer)
    return Solution(
        tuple(told["chosen"]), told["objective"], told["bound"], Status(told["status"]), told["seconds"]
    )


def _told(
    process: "subprocess.Popen[bytes]", progress: Progress, limit_seconds: float
) -> tuple[bytes, bytes]:
    """What the process answers and complains of; asks every moment whether somebody wants it no more."""
    waited = 0.0
    while True:
        progress("solving", min(int(waited), int(limit_seconds)), int(limit_seconds))
        try:
            return process.communicate(timeout=_LOOKED_SECONDS)
        except subprocess.TimeoutExpired:
            waited += _LOOKED_SECONDS
            if waited > limit_seconds + _GRACE_SECONDS:
                raise OneGridError(
                    _("选址在 {n} 秒内没有算完。").format(n=int(waited)), _("请缩小范围或减少候选点。")
                ) from None


def _check(problem: Problem) -> None:
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


def _coverage_model(problem: Problem) -> Any:
    from spopt.locate import MCLP  # noqa: PLC0415 -- takes seconds; only whoever solves needs it

    metres, count, fixed = _with_existing(problem)
    return MCLP.from_cost_matrix(
        metres, problem.households, problem.radius_m, count, predefined_facilities_arr=fixed
    )


def _median_model(problem: Problem) -> Any:
    """The p-median of spopt with assignments only where they can help; a whole matrix takes it minutes to build.

    An assignment need not be declared whole: with facilities open or not, the nearest open one takes all.
    """
    import pulp  # noqa: PLC0415 -- as above
    from spopt.locate import PMedian  # noqa: PLC0415
    from spopt.locate.base import FacilityModelBuilder  # noqa: PLC0415

    metres, count, fixed = _with_existing(problem)
    model = PMedian("p-median", pulp.LpProblem("p-median", pulp.LpMinimize), metres, problem.households.sum())
    FacilityModelBuilder.add_facility_integer_variable(model, range(metres.shape[1]), "y[{i}]")
    if fixed is not None:
        FacilityModelBuilder.add_predefined_facility_constraint(model, fixed)
    FacilityModelBuilder.add_facility_constraint(model, count)
    helps = metres < problem.existing_m[:, None]
    if fixed is not None:
        helps[:, 0] = True
    served: list[list[Any]] = [[] for _place in range(len(metres))]
    cost = []
    for place, facility in np.argwhere(helps):
        share = pulp.LpVariable(f"z[{place}_{facility}]", lowBound=0, upBound=1)
        served[place].append(share)
        cost.append((share, float(problem.households[place] * metres[place, facility])))
        if fixed is None or facility:
            model.problem += share <= model.fac_vars[facility]
    for shares in served:
        model.problem += pulp.lpSum(shares) == 1
    model.problem.setObjective(pulp.LpAffineExpression(cost))
    return model


def _with_existing(problem: Problem) -> tuple[FloatArray, int, IntArray | None]:
    """The matrix with the posts that are there as its first facility, how many to open, which are fixed."""
    if not np.isfinite(problem.existing_m).all():
        return problem.metres, problem.k, None
    metres = np.column_stack([problem.existing_m, problem.metres])
    fixed = np.zeros(metres.shape[1], dtype=np.int64)
    fixed[0] = 1
    return metres, problem.k + 1, fixed


def _solved(model: Any, problem: Problem, seconds: float) -> tuple[tuple[int, ...], float | None, Status]:
    """The candidates opened (none where the solver found no answer in time), the bound, and how it ended."""
    import highspy  # noqa: PLC0415 -- as above
    import pulp  # noqa: PLC0415

    model.problem.solve(pulp.HiGHS(msg=False, timeLimit=seconds, threads=1, gapRel=_SAME))
    solver = model.problem.solverModel
    ended = solver.getModelStatus()
    if ended not in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit}:
        raise OneGridError(
            _("选址没有算成：{reason}").format(reason=solver.modelStatusToString(ended)),
            _("请重试；如仍出现，请联系管理员查看日志。"),
        )
    first = 1 if np.isfinite(problem.existing_m).all() else 0
    values = [variable.value() or 0.0 for variable in model.fac_vars][first:]
    half = 0.5
    opened = tuple(place for place, value in enumerate(values) if value > half)
    told = solver.getInfo().mip_dual_bound
    bound = None if not np.isfinite(told) else -told if problem.aim is Aim.COVERAGE else told
    optimal = ended == highspy.HighsModelStatus.kOptimal
    return opened, bound, Status.OPTIMAL if optimal else Status.TIME_LIMIT


def _cost(problem: Problem, chosen: tuple[int, ...]) -> float:
    """What is to be small."""
    value = problem.value(chosen)
    return -value if problem.aim is Aim.COVERAGE else value


def _greedy(problem: Problem) -> tuple[int, ...]:
    """The candidate that helps most, then the next: what there is when time runs out before the solver."""
    chosen: tuple[int, ...] = ()
    for _step in range(problem.k):
        tried = [(*chosen, place) for place in range(problem.metres.shape[1]) if place not in chosen]
        chosen = min(tried, key=lambda some: _cost(problem, some))
    return chosen


def _needed(problem: Problem, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """Without those that change nothing."""
    for place in sorted(chosen, reverse=True):
        fewer = tuple(other for other in chosen if other != place)
        if _cost(problem, fewer) <= _cost(problem, chosen):
            chosen = fewer
    return tuple(sorted(chosen))


def _packed(problem: Problem) -> bytes:
    stream = io.BytesIO()
    np.savez(
        stream,
        metres=problem.metres,
        households=problem.households,
        existing_m=problem.existing_m,
        numbers=np.array([problem.k, problem.radius_m]),
        aim=np.array(problem.aim.value),
    )
    return stream.getvalue()


def main(limit_seconds: str) -> None:
    """What the process does: a problem on the standard input, its solution on the standard output."""
    from pulp.v4_migration import set_v4_migration_warnings  # noqa: PLC0415 -- as above

    set_v4_migration_warnings(enabled=False)  # one a variable, and spopt makes them as it does
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    with np.load(io.BytesIO(sys.stdin.buffer.read())) as given:
        k, radius_m = given["numbers"]
        problem = Problem(
            Aim(str(given["aim"])),
            int(k),
            given["metres"],
            given["households"],
            given["existing_m"],
            float(radius_m),
        )
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # HiGHS says who it is even where it is asked not to
    with open(answer, "w", encoding="utf-8") as stream:  # noqa: PTH123 -- a descriptor, no path
        json.dump(asdict(best(problem, float(limit_seconds))), stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
