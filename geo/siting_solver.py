"""Solves a problem of `geo.siting` with spopt's models and HiGHS; a greedy answer stands by for when time runs out.

Imports of spopt take seconds and hold the interpreter's lock, as does building a model: servers use
`geo.siting_apart`.
"""

import time
from typing import Any, Final

import numpy as np

from domain.errors import OneGridError
from domain.i18n import _
from geo.siting import LIMIT_SECONDS, Aim, Problem, Solution, Status, check
from geo.walking import FloatArray, IntArray

_LEAST_SOLVING_SECONDS = 5.0

_SAME: Final = 1e-9
"""A gap below which an answer is the best one; HiGHS would stop at 0.01 %."""


def best(problem: Problem, limit_seconds: float = LIMIT_SECONDS) -> Solution:
    """Solve a problem here. Raises InputRefused for one that cannot be asked."""
    check(problem)
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
