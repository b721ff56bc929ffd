"""The best places: the published optima of San Francisco, every choice tried on small cities, refusals and ends."""

from __future__ import annotations

from importlib.resources import files
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Cancelled, InputRefused
from domain.progress import no_progress
from geo import siting_solver
from geo.siting import Aim, Problem, Status, worst_served
from geo.siting_apart import best_apart
from geo.siting_solver import best

pytestmark = pytest.mark.filterwarnings("ignore:.*PuLP 4:DeprecationWarning")
"""spopt 0.7 speaks to pulp as pulp 3 has it; both are pinned."""

STORES = ("Store_11", "Store_12", "Store_15", "Store_2")


@pytest.fixture(scope="module")
def san_francisco() -> pd.DataFrame:
    """205 census tracts, their population, and metres along streets to 16 stores, as spopt 0.7.0 ships them."""
    folder = files("spopt") / "tests" / "test_locate" / "data"
    far = pd.read_csv(str(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"))
    metres = far.pivot_table(values="distance", index="DestinationName", columns="name")
    tracts = pd.read_csv(str(folder / "SF_demand_205_centroid_uniform_weight.csv")).set_index("NAME")
    assert metres.shape == (205, 16)
    return metres.assign(population=tracts["POP2000"])


def problem_of(city: pd.DataFrame, aim: Aim, existing_m: np.ndarray | None = None, k: int = 4) -> Problem:
    metres = city.drop(columns="population").to_numpy()
    nobody = np.full(len(city), np.inf)
    return Problem(
        aim, k, metres, city["population"].to_numpy(), nobody if existing_m is None else existing_m, 5_000
    )


def test_the_published_p_median_of_san_francisco(san_francisco: pd.DataFrame):
    """spopt/tests/test_locate/test_p_median.py, TestRealWorldLocate.test_mixin_mean_distance: p = 4."""
    found = best(problem_of(san_francisco, Aim.MEDIAN))
    people = san_francisco["population"].sum()
    assert found.objective / people == pytest.approx(2982.1268579890657, rel=1e-12)
    assert found.objective == pytest.approx(2848268129.7145, rel=1e-12)
    assert tuple(san_francisco.columns[list(found.chosen)]) == STORES
    assert found.status is Status.OPTIMAL
    assert found.gap == pytest.approx(0, abs=1e-9)


def test_the_published_coverage_of_san_francisco(san_francisco: pd.DataFrame):
    """test_mclp.py, test_mixin_mclp_get_uncovered_clients and _get_percentage: within 5,000 m, p = 4."""
    problem = problem_of(san_francisco, Aim.COVERAGE)
    found = best(problem)
    within = (problem.metres[:, list(found.chosen)].min(axis=1) <= 5_000).mean()
    assert within == pytest.approx(0.8975609756097561)
    assert round((1 - within) * len(san_francisco)) == 21
    assert found.objective == 875_247
    assert found.bound == pytest.approx(875_247)
    assert found.status is Status.OPTIMAL


@pytest.mark.parametrize("aim", list(Aim))
def test_a_process_of_its_own_answers_the_same(san_francisco: pd.DataFrame, aim: Aim):
    problem = problem_of(san_francisco, aim)
    here, apart = best(problem), best_apart(problem, no_progress)
    assert apart.chosen == here.chosen
    assert apart.objective == here.objective
    assert apart.status is Status.OPTIMAL


@pytest.mark.parametrize("aim", list(Aim))
def test_posts_that_are_there_stay(san_francisco: pd.DataFrame, aim: Aim):
    """With two of the four best stores there, the other two are the best to add."""
    there = san_francisco[["Store_11", "Store_12"]].min(axis=1).to_numpy()
    found = best(problem_of(san_francisco, aim, there, k=2))
    assert tuple(san_francisco.columns[list(found.chosen)]) == ("Store_15", "Store_2")


# --- every choice tried ---------------------------------------------------------------------------------------------


@st.composite
def problems(draw):
    places, candidates = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    metres = st.integers(0, 40).map(lambda step: 50.0 * step)
    existing = draw(st.one_of(st.none(), st.lists(metres, min_size=places, max_size=places)))
    rows = draw(
        st.lists(st.lists(metres, min_size=candidates, max_size=candidates), min_size=places, max_size=places)
    )
    households = draw(st.lists(st.integers(0, 5), min_size=places, max_size=places))
    return Problem(
        draw(st.sampled_from(list(Aim))),
        draw(st.integers(1, candidates)),
        np.array(rows),
        np.array(households),
        np.full(places, np.inf) if existing is None else np.array(existing),
        500.0,
    )


@settings(max_examples=60)
@given(problems())
def test_no_other_choice_is_better(problem: Problem):
    found = best(problem)
    values = [problem.value(some) for some in combinations(range(problem.metres.shape[1]), problem.k)]
    optimum = max(values) if problem.aim is Aim.COVERAGE else min(values)
    assert found.objective == pytest.approx(optimum)
    assert found.bound == pytest.approx(optimum)
    assert len(found.chosen) <= problem.k
    assert found.status is Status.OPTIMAL


# --- ends -----------------------------------------------------------------------------------------------------------


def test_where_nothing_helps_nothing_is_chosen():
    problem = Problem(Aim.MEDIAN, 1, np.array([[900.0], [50.0]]), np.array([10, 0]), np.array([100.0, 60.0]))
    found = best(problem)
    assert (found.chosen, found.objective, found.gap, found.status) == ((), 1_000, 0, Status.OPTIMAL)


def test_fewer_than_asked_where_no_further_one_helps():
    problem = Problem(
        Aim.COVERAGE, 2, np.array([[0.0, 100.0], [100.0, 0.0]]), np.array([1, 1]), np.full(2, np.inf), 500
    )
    assert len(best(problem).chosen) == 1


@pytest.mark.parametrize(("candidates", "k"), [(201, 1), (3, 0), (3, 4), (0, 1)])
def test_what_cannot_be_asked_is_refused(candidates: int, k: int):
    problem = Problem(Aim.MEDIAN, k, np.ones((2, candidates)), np.ones(2, dtype=int), np.full(2, np.inf))
    with pytest.raises(InputRefused):
        best(problem)
    with pytest.raises(InputRefused):
        best_apart(problem, no_progress)


@pytest.mark.parametrize("aim", list(Aim))
def test_when_time_runs_out_the_best_so_far_is_told_as_such(
    monkeypatch, san_francisco: pd.DataFrame, aim: Aim
):
    monkeypatch.setattr(siting_solver, "_LEAST_SOLVING_SECONDS", 0.0)
    problem = problem_of(san_francisco, aim)
    found = best(problem, 0.0)
    assert found.status is Status.TIME_LIMIT
    assert len(found.chosen) == 4
    assert found.objective == problem.value(found.chosen)
    assert found.gap is None or found.gap >= 0


def test_a_cancelled_one_ends_its_process(san_francisco: pd.DataFrame):
    def cancelled(_stage: str, _done: int, _total: int | None) -> None:
        raise Cancelled("no more")

    with pytest.raises(Cancelled):
        best_apart(problem_of(san_francisco, Aim.MEDIAN), cancelled)


def test_candidates_are_where_most_households_are_farthest():
    households = np.array([100, 10, 0, 50, 100])
    metres = np.array([100.0, 2_000.0, 9_000.0, 100.0, 100.0])
    assert worst_served(households, metres, 2).tolist() == [0, 1]
    assert worst_served(households, metres).tolist() == [0, 1, 3, 4]
    assert worst_served(households, np.full(5, np.inf), 1).tolist() == [0]
