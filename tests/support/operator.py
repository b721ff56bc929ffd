"""The operator's command line and a bare server of the local channel, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from server.operator.cli import app
from tests.support.repository import ROOT
from tests.support.server import product_environment

SECONDS = 120

_SERVER = """
import sys, threading
from functools import partial
from pathlib import Path
from data.store import Store
from server.operator.channel import ChannelServer
from server.operator.verbs import run

with Store.opened(Path(sys.argv[1])) as store:
    channel = ChannelServer(store.path, partial(run, store))
    print("ready", flush=True)
    sys.stdin.read()
    channel.close()
"""


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout; fails where there is anything else."""
        lines = self.stdout.splitlines()
        assert len(lines) == 1, (self.stdout, self.stderr)
        told: dict[str, Any] = json.loads(lines[0])
        return told


def command(db: Path, *arguments: object) -> list[str]:
    """`python -m data --db DB …`."""
    return [sys.executable, "-m", "data", "--db", str(db), *map(str, arguments)]


def environment(db: Path) -> dict[str, str]:
    """Without this machine's settings; a narrow terminal must not matter."""
    return product_environment(db.with_name("not-this-one.duckdb")) | {"COLUMNS": "60"}


def data(db: Path, *arguments: object) -> Outcome:
    """Runs the command line to its end."""
    done = subprocess.run(
        command(db, *arguments),
        cwd=ROOT,
        env=environment(db),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def data_here(db: Path, *arguments: object) -> Outcome:
    """The same inside this process: where what counts is what it answers, not that it is a process."""
    before = signal.getsignal(signal.SIGINT)
    try:
        done = CliRunner().invoke(app, ["--db", str(db), *map(str, arguments)], prog_name="python -m data")
    finally:
        signal.signal(signal.SIGINT, before)  # a finished command no longer listens to Ctrl-C
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Outcome(done.exit_code, done.stdout, done.stderr)


def started(db: Path, *arguments: object) -> subprocess.Popen[bytes]:
    """The command line as a process that goes on, the leader of a process group of its own."""
    return subprocess.Popen(
        command(db, *arguments),
        cwd=ROOT,
        env=environment(db),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@contextmanager
def channel_server(db: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds the store and answers the channel, until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(db)],
        cwd=ROOT,
        env=os.environ | environment(db),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield process
        finally:
            if process.poll() is None:
                process.communicate(b"", timeout=30)
