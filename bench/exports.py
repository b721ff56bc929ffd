"""Exports of more than a million cases while somebody else clicks on: `python -m bench.exports`.

A server holds the city-scale demo. Each format is exported through the operator's channel, which makes it inside
the server as the screen's own jobs do; meanwhile a client opens one street after the other on 一张图. The last
line is the same clicks with no export going on.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from bench.click import CITY, ROOT, build_city, codes_of, rerun, socket_to
from data.export import ExportFormat
from tests.support.server import running_server

PERIOD = ("--from", "2025-10-20", "--to", "2026-09-30")
PAUSE_SECONDS = 0.2
ALONE_CLICKS = 20


async def clicks(socket: Any, streets: list[str], going_on: asyncio.Event) -> list[float]:
    """Milliseconds of one click after the other until the event is set."""
    samples: list[float] = []
    while not going_on.is_set():
        milliseconds, _bytes = await rerun(socket, f"area={streets[len(samples) * 7 % len(streets)]}")
        samples.append(milliseconds)
        await asyncio.sleep(PAUSE_SECONDS)
    return samples


async def export(db: Path, target: Path, done: asyncio.Event) -> float:
    """Seconds of an export by the command line, which the server carries out."""
    begun = time.perf_counter()
    command = ["-m", "data", "--db", str(db), "export", "cases", "--out", str(target)]
    command += ["--format", target.suffix[1:], *PERIOD]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
    if await process.wait():
        raise SystemExit(f"the export as {target.suffix} was refused")
    done.set()
    return time.perf_counter() - begun


def row(name: str, seconds: float | None, megabytes: float | None, samples: list[float]) -> str:
    """One line of the report."""
    took = "" if seconds is None else f"{seconds:.0f}"
    size = "" if megabytes is None else f"{megabytes:.0f}"
    return f"| {name} | {took} | {size} | {statistics.median(samples):.0f} | {max(samples):.0f} |"


async def measure(base_url: str, db: Path, folder: Path, streets: list[str]) -> None:
    """Prints one line a format, and one without any export."""
    async with socket_to(base_url) as socket:
        await rerun(socket, "")
        for file_format in ExportFormat:
            target, done = folder / f"cases.{file_format.value}", asyncio.Event()
            seconds, samples = await asyncio.gather(export(db, target, done), clicks(socket, streets, done))
            print(row(file_format.value, seconds, target.stat().st_size / 1e6, samples))
            target.unlink()
        alone = [(await rerun(socket, f"area={street}"))[0] for street in streets[-ALONE_CLICKS:]]
        print(row("none", None, None, alone))


def main() -> None:
    """Builds, serves, exports, prints."""
    build_city()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copy(CITY, Path(scratch) / "city.duckdb"))
        streets = codes_of(copy)["street"]
        print("| format | seconds | MB | click meanwhile, ms, median | max |\n|---|---|---|---|---|")
        with running_server(copy, version_poll_seconds=3600) as server:
            asyncio.run(measure(server.base_url, copy, Path(scratch), streets))
            print(f"memory of the server: {psutil.Process(server.pid).memory_info().rss / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
