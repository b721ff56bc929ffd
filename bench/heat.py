"""The heat layer at city scale: server time of a rerun with it on: `python -m bench.heat`.

Serves a copy of the city-scale demo (kept in var/bench-city.duckdb) and asks over Streamlit's own protocol, as
`bench.click` does. The first run of a period and bandwidth computes the pictures, the ones after it find them
cached; a run without the layer stands beside them.
"""

import asyncio
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench.click import CITY, build_city, rerun, socket_to
from tests.support.server import running_server

ROUNDS = 5
PERIODS = ("30d", "365d")
BANDWIDTHS = ("", "300")
"""As in the URL; the first takes the one that suits the area, 1,000 m for a city."""


async def talk(base_url: str) -> None:
    """One line a period and bandwidth."""
    async with socket_to(base_url) as socket:
        for period in PERIODS:
            query = f"period={period}"
            await rerun(socket, query)
            without = await warm_ms(socket, query)
            for bandwidth in BANDWIDTHS:
                with_heat = f"{query}&layers=lines,heat&bw={bandwidth}"
                first_ms, _bytes = await rerun(socket, with_heat)
                warm = await warm_ms(socket, with_heat)
                chosen = f"{bandwidth} m" if bandwidth else "auto"
                print(f"| {period} | {chosen} | {without:.0f} | {first_ms:.0f} | {warm:.0f} |")


async def warm_ms(socket: Any, query: str) -> float:
    """The median of some runs whose figures and pictures are cached."""
    times = []
    for _round in range(ROUNDS):
        milliseconds, _bytes = await rerun(socket, query)
        times.append(milliseconds)
        await asyncio.sleep(0.3)
    return statistics.median(times)


def main() -> None:
    """Builds, serves, asks, prints."""
    build_city()
    print("| period | bandwidth | without heat, ms | first run, ms | warm, ms, median |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copy(CITY, Path(scratch) / "city.duckdb"))
        with running_server(copy, version_poll_seconds=3600) as server:
            asyncio.run(talk(server.base_url))


if __name__ == "__main__":
    main()
