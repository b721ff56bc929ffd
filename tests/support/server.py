"""A real server for a test: `streamlit run dashboard.py` on a free loopback port."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.repository import ROOT

START_SECONDS = 90
STOP_SECONDS = 15


class ServerDidNotStartError(RuntimeError):
    """The server ended or stayed silent; the message carries its log."""


@dataclass(frozen=True)
class RunningServer:
    """A server that answers /healthz: where it is, its process id and its log so far."""

    base_url: str
    pid: int
    log_path: Path

    @property
    def log(self) -> str:
        """What the server has written to stdout and stderr."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def product_environment(db: Path, **settings: object) -> dict[str, str]:
    """The environment of a child process: this one's, without its ONEGRID_ settings, plus the given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONEGRID_")}
    given = {f"ONEGRID_{name.upper()}": str(value) for name, value in settings.items()}
    return kept | given | {"ONEGRID_DB": str(db), "PYTHONUNBUFFERED": "1"}


@contextmanager
def running_server(db: Path, **settings: object) -> Iterator[RunningServer]:
    """Serve a database until the block ends.

    Args:
        db: The database file; the server opens it for writing, so give each server its own copy.
        settings: Fields of domain.settings.Settings, e.g. `language="en"`.

    Yields:
        The server, once /healthz has answered 200.

    Raises:
        ServerDidNotStartError: It ended, or did not answer within START_SECONDS.
    """
    port = free_port()
    options = {"address": "127.0.0.1", "port": port, "headless": "true", "fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    command += [f"--server.{name}={value}" for name, value in options.items()]
    with tempfile.TemporaryDirectory() as folder:
        log_path = Path(folder) / "server.log"
        with (
            log_path.open("wb") as log,
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=product_environment(db, **settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            server = RunningServer(f"http://127.0.0.1:{port}", process.pid, log_path)
            try:
                _wait_until_healthy(server, process)
                yield server
            except BaseException:
                sys.stderr.write(f"--- log of the server ---\n{server.log}\n")
                raise
            finally:
                _stop(process)


def health(base_url: str) -> tuple[int, dict[str, object]]:
    """Status and JSON of /healthz; status 0 while nobody listens."""
    try:
        with urllib.request.urlopen(f"{base_url}/healthz", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {}
    except OSError:
        return 0, {}


def _wait_until_healthy(server: RunningServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    status = 0
    while time.monotonic() < deadline:
        status, _body = health(server.base_url)
        if status == 200:
            return
        if process.poll() is not None:
            message = f"The server ended with {process.returncode}:\n{server.log}"
            raise ServerDidNotStartError(message)
        time.sleep(0.2)
    message = f"/healthz answered {status} for {START_SECONDS} s:\n{server.log}"
    raise ServerDidNotStartError(message)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the one process that was started here: politely, then for good."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
