"""One file a community at city scale while somebody else clicks on: `python -m bench.batch_export [FORMAT …]`.

A server holds the city-scale demo. The batch export of a saved view is ordered through the operator's channel, which
makes it inside the server as the screen's own jobs do; meanwhile a client opens one street after the other on 一张图.
Each zip is opened afterwards: its files, their rows, and the total of the manifest.
"""

import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import psutil

from bench.click import CITY, ROOT, build_city, codes_of, rerun, socket_to
from bench.exports import ALONE_CLICKS, clicks
from data import views
from data.export import ExportFormat
from data.store import Store
from domain.actor import OPERATOR
from domain.errors import InputRefused
from domain.settings import Settings
from tests.support.server import running_server

VIEW = "bench"
STATE = {"period": ["custom"], "from": ["2025-10-20"], "to": ["2026-09-30"]}


def save_view(db: Path) -> None:
    """The cases of the other exports' measurement, as a view of the operator."""
    with Store.opened(db, Settings()) as store:
        try:
            views.save(store, OPERATOR, VIEW, STATE)
        except InputRefused:
            print("the view is there already")


async def export(db: Path, target: Path, file_format: ExportFormat, done: asyncio.Event) -> float:
    """Seconds of a batch export by the command line, which the server carries out."""
    begun = time.perf_counter()
    command = ["-m", "data", "--db", str(db), "export", "view", VIEW, "--per", "community"]
    command += ["--format", file_format.value, "--out", str(target)]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
    if await process.wait():
        raise SystemExit(f"the batch export as {file_format.value} was refused")
    done.set()
    return time.perf_counter() - begun


def checked(target: Path) -> str:
    """Files and rows of the zip as its manifest tells them, held against what is in it."""
    with zipfile.ZipFile(target) as archive:
        told = json.loads(archive.read("manifest.json"))
        names = [one["file"] for one in told["files"]]
        rows = sum(one["rows"] for one in told["files"])
        if archive.namelist()[: len(names)] != names or rows != told["total"]:
            raise SystemExit(f"{target.name} does not add up")
    return f"{len(names)} | {rows:,}"


async def measure(
    base_url: str, db: Path, folder: Path, streets: list[str], formats: list[ExportFormat]
) -> None:
    """Prints one line without any export, and one a format."""
    async with socket_to(base_url) as socket:
        await rerun(socket, "")
        alone = [(await rerun(socket, f"area={street}"))[0] for street in streets[-ALONE_CLICKS:]]
        print(f"| none | | | | | {len(alone)} | {statistics.median(alone):.0f} | {max(alone):.0f} | 0 |")
        for file_format in formats:
            target, done = folder / f"{file_format.value}.zip", asyncio.Event()
            seconds, samples = await asyncio.gather(
                export(db, target, file_format, done), clicks(socket, streets, done)
            )
            over = sum(sample > 1000 for sample in samples)
            size = target.stat().st_size / 1e6
            print(
                f"| {file_format.value} | {checked(target)} | {seconds:.0f} | {size:.0f} | {len(samples)} "
                f"| {statistics.median(samples):.0f} | {max(samples):.0f} | {over} |",
                flush=True,
            )
            target.unlink()


def main() -> None:
    """Builds, serves, exports, prints."""
    build_city()
    formats = [ExportFormat(name) for name in sys.argv[1:]] or list(ExportFormat)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copy(CITY, Path(scratch) / "city.duckdb"))
        save_view(copy)
        streets = codes_of(copy)["street"]
        print("| format | files | rows | seconds | MB | clicks | ms, median | max | over 1 s |")
        print("|---|---|---|---|---|---|---|---|---|")
        with running_server(copy, version_poll_seconds=3600) as server:
            asyncio.run(measure(server.base_url, copy, Path(scratch), streets, formats))
            print(f"memory of the server: {psutil.Process(server.pid).memory_info().rss / 1e6:.0f} MB")
            print(f"load of the machine: {psutil.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
