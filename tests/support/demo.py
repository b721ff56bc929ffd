"""The demo town as a database file, made once for all test processes."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

from data.anchor import Anchor
from tests.support.repository import ROOT
from tests.support.server import product_environment

MAKE_SECONDS = 300


def make_demo_town(folder: Path) -> Path:
    """Path of the demo town's database in `folder`; the first of several processes makes it."""
    folder.mkdir(parents=True, exist_ok=True)
    finished = folder / "town.duckdb"
    with (folder / "town.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            unfinished = folder / "unfinished.duckdb"
            _run_demo(unfinished)
            Anchor(unfinished).move_to(Anchor(finished))
            unfinished.rename(finished)
    return finished


def _run_demo(db: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "data", "demo", "--scale", "town"],
        cwd=ROOT,
        env=product_environment(db),
        capture_output=True,
        text=True,
        timeout=MAKE_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        message = f"`python -m data demo` ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        raise RuntimeError(message)
