"""Every page at city scale: server time, bytes and memory: `python -m bench.pages`.

A client speaks Streamlit's own protocol, from the rerun request to the message that the script has finished.
Each page is asked ROUNDS times, each time for another area (and another indicator, case …), so that no run
finds its figures cached; what does not depend on the area (lists of sources, levels, shapes of a level) is
warm, as it is for a reader who clicks on.
"""

import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from bench.click import CITY, ROOT, build_city, codes_of, rerun, socket_to
from tests.support.server import running_server

ROUNDS = 24
PAUSE_SECONDS = 0.1
INDICATORS = ("on_time_closing_rate", "overdue_share", "closing_rate", "good_rating_rate", "solution_rate")

Query = Callable[[int], str]


def queries(
    codes: dict[str, list[str]], cases: list[int], sites: dict[str, str]
) -> dict[str, tuple[str, Query]]:
    """By name: the page's address, and the URL parameters of round n; `sites` are two points to try, by street."""

    def area(level: str, n: int) -> str:
        return codes[level][(n * 7 + 3) % len(codes[level])]

    return {
        "one_map, a street": ("", lambda n: f"area={area('street', n)}"),
        "one_map, a street of a year": ("", lambda n: f"area={area('street', n)}&period=365d"),
        "one_map, heat of a street": ("", lambda n: f"area={area('street', n + 1)}&layers=lines,heat"),
        "one_map, an hour of the week": (
            "",
            lambda n: f"area={area('district', n)}&hour={n % 7 + 1}-{n % 24}",
        ),
        "one_map, two periods": ("", lambda n: f"area={area('street', n + 2)}&compare=before"),
        "community": ("community", lambda n: f"area={area('community', n)}"),
        "cases, first page of a street": ("cases", lambda n: f"area={area('street', n)}"),
        "cases, whole city, a text": ("cases", lambda n: f"text=路{100 + n}号"),
        "cases, all time, a text": ("cases", lambda n: f"text=路{100 + n}号&period=all"),
        "cases, all time, a frequent text": ("cases", lambda n: f"text={n + 1}号楼&period=all"),
        "cases, all time, Latin letters": ("cases", lambda n: f"text=ab{n}&period=all"),
        "cases, one case": ("cases", lambda n: f"area={area('street', n)}&case={cases[n]}"),
        "police_stations, coverage of a street": ("police_stations", lambda n: f"area={area('street', n)}"),
        "police_stations, points of a street": (
            "police_stations",
            lambda n: f"area={area('street', n)}&part=points",
        ),
        "police_stations, embedding of a district": (
            "police_stations",
            lambda n: f"area={area('district', n)}&part=embedding&tier=auxiliary",
        ),
        "police_stations, load of a street": (
            "police_stations",
            lambda n: f"area={area('street', n)}&part=load",
        ),
        "police_stations, what-if of a street, no site": (
            "police_stations",
            lambda n: f"area={area('street', n)}&part=siting",
        ),
        "police_stations, what-if of a street, two sites": (
            "police_stations",
            lambda n: f"area={area('street', n)}&part=siting&posts={sites[area('street', n)]}",
        ),
        **{
            f"property_ratings, {part} of a {level}": (
                "property_ratings",
                lambda n, part=part, level=level: f"area={area(level, n)}&part={part}",  # type: ignore[misc]
            )
            for part in ("ratings", "lists", "unmanaged", "checklist", "movement")
            for level in ("street", "district")
        },
        "data_cloud": ("data_cloud", lambda n: f"area={area('street', n)}"),
        "indicators, communities of a district": (
            "indicators",
            lambda n: f"area={area('district', n)}&level=community&indicator={INDICATORS[n % 5]}&period=365d",
        ),
    }


def some_cases(db: Path) -> list[int]:
    """As many case ids as there are rounds."""
    told = subprocess.run(
        [sys.executable, "-c", _CASES, str(db), str(ROUNDS)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found: list[int] = json.loads(told)
    return found


_CASES = """
import json, sys
from pathlib import Path
from data.store import Store
from domain.actor import OPERATOR
from domain.filters import CaseFilter
from queries import cases
with Store.opened(Path(sys.argv[1])) as store, store.session(OPERATOR) as session:
    print(json.dumps(cases.points(session, CaseFilter(), None, int(sys.argv[2])).rows["case_id"].tolist()))
"""


def some_sites(db: Path) -> dict[str, str]:
    """By street two points inside its bounds, as the URL has those that a reader tries."""
    command = [sys.executable, "-c", _SITES, str(db)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, str] = json.loads(told)
    return found


_SITES = """
import json, sys
from pathlib import Path
from data.store import Store
from domain.actor import OPERATOR
from domain.vocabulary import Level
from queries import areas
with Store.opened(Path(sys.argv[1])) as store, store.session(OPERATOR) as session:
    shapes = areas.shapes_within(session, Level.STREET, None)
edges = shapes.bounds.itertuples(index=False, name=None)
spots = [
    ";".join(f"{w + part * (e - w):.5f},{s + part * (n - s):.5f}" for part in (0.4, 0.6)) for w, s, e, n in edges
]
print(json.dumps(dict(zip(shapes["code"], spots))))
"""


async def measure(base_url: str, page: str, query: Query) -> list[tuple[float, int]]:
    """Milliseconds and bytes of each round; the first run of a session is not counted."""
    samples = []
    async with socket_to(base_url) as socket:
        await rerun(socket, query(ROUNDS - 1), page)
        for n in range(ROUNDS - 1):
            await asyncio.sleep(PAUSE_SECONDS)
            samples.append(await rerun(socket, query(n), page))
    return samples


def row(name: str, samples: list[tuple[float, int]], memory_mb: float) -> str:
    """One line of the report."""
    times = sorted(ms for ms, _bytes in samples)
    kilobytes = statistics.median(arrived for _ms, arrived in samples) / 1024
    p95 = times[min(len(times) - 1, round(0.95 * len(times)))]
    return f"| {name} | {statistics.median(times):.0f} | {p95:.0f} | {kilobytes:.1f} | {memory_mb:.0f} |"


def main() -> None:
    """Builds, serves, asks, prints."""
    build_city()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copy(CITY, Path(scratch) / "city.duckdb"))
        asked = queries(codes_of(copy), some_cases(copy), some_sites(copy))
        with running_server(copy, version_poll_seconds=3600) as server:
            process: Any = psutil.Process(server.pid)
            print("| page | ms, median | ms, p95 | websocket KB, median | server MB after |")
            print("|---|---|---|---|---|")
            for name, (page, query) in asked.items():
                samples = asyncio.run(measure(server.base_url, page, query))
                print(row(name, samples, process.memory_info().rss / 1e6), flush=True)


if __name__ == "__main__":
    main()
