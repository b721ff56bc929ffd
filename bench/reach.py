"""Distances to service points and the best places at city scale: `python -m bench.reach`.

Reads a copy of the city-scale demo (kept in var/bench-city.duckdb): 5,700 grids, some 1,700 police rooms and posts,
its roads. Measured are what is made once a version (the ground, the reach to the points that are there), what a rerun
computes without and with points that somebody tries, and the search among 200 candidates, which a process of its own
solves; last, how long another thread waits while it does.
"""

import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bench.click import CITY, build_city
from data.session import Session
from data.store import Store
from domain.actor import OPERATOR
from domain.progress import no_progress
from domain.vocabulary import PointKind
from geo.siting import Aim
from queries import reach
from queries.reach import Coverage, Standing, Within
from queries.siting import Ask, Sited, best_places

KINDS = (PointKind.POLICE_ROOM, PointKind.POLICE_POST)
ROUNDS = 9
PLACES = (2, 20)
BEST = 5
_TICK_SECONDS = 0.005

Result = TypeVar("Result")


def timed(name: str, work: Callable[[], Result], rounds: int = 1) -> Result:
    """Prints the median milliseconds of some rounds; the last result."""
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        result = work()
        took.append((time.perf_counter() - began) * 1000)
    print(f"| {name} | {statistics.median(took):,.0f} |", flush=True)
    return result


def measure(session: Session) -> None:
    """Everything that a session can ask."""
    ground = timed("ground: places and roads, once a version", lambda: reach.ground(session))
    assert ground is not None
    there = timed("reach to the points, once a version", lambda: reach.standing(session, ground, KINDS), 3)
    mine = timed("what an actor sees of it, once a version", lambda: reach.own(session, there), 3)
    told = timed("coverage, a rerun", lambda: reach.coverage(mine, None), ROUNDS)
    for count in PLACES:
        beyond = told.uncovered[["lon", "lat"]].to_numpy(float)[:count]
        extra = tuple((float(lon), float(lat)) for lon, lat in beyond)
        name = f"coverage with {count} points tried, a rerun"
        timed(name, lambda tried=extra: reach.coverage(mine, None, tried), ROUNDS)  # type: ignore[misc]
    for aim in Aim:
        _search(there, told, aim)


def _search(there: Standing, told: Coverage, aim: Aim) -> None:
    waits: list[float] = []
    over = threading.Event()

    def tick() -> None:
        while not over.is_set():
            began = time.perf_counter()
            time.sleep(_TICK_SECONDS)
            waits.append(time.perf_counter() - began - _TICK_SECONDS)

    other = threading.Thread(target=tick)
    other.start()
    ask = Ask(aim, Within.WALK, BEST)
    found: Sited = timed(
        f"best {BEST} places, {aim.value}", lambda: best_places(there, told, ask, no_progress)
    )
    over.set()
    other.join()
    solution = found.solution
    gap = "unknown" if solution.gap is None else f"{100 * solution.gap:.2f} %"
    told_of = f"{found.candidates} candidates, {solution.status.value}, gap {gap}"
    print(f"| of it solving ({told_of}) | {1000 * solution.seconds:,.0f} |")
    print(f"| longest wait of another thread meanwhile | {1000 * max(waits):,.0f} |", flush=True)


def main() -> None:
    """Builds, reads, prints."""
    build_city()
    print("| what | ms |")
    print("|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copy(CITY, Path(scratch) / "city.duckdb"))
        with Store.opened(copy) as store, store.session(OPERATOR) as session:
            measure(session)


if __name__ == "__main__":
    main()
