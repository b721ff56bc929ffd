"""Files that wait for whoever ordered them: below the database's folder, for a while, and for nobody else.

Each file stands in a folder of its own whose name cannot be guessed; all of it is readable by the server's
account alone. What a link may fetch is looked up here and never built from the link. Content goes when its
time is over, when the server starts, and when it stops.
"""

import secrets
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from domain.clock import machine_now

KEEP = timedelta(hours=1)
_OWNER_ONLY = 0o700
_OWNER_READS = 0o600
_TOKEN_BYTES = 16


@dataclass(frozen=True)
class _Offer:
    """The files of one token by name, and until when (naive UTC) they can be fetched."""

    files: dict[str, Path]
    until: datetime
    timer: threading.Timer


class Depot:
    """Files on their way to readers. `keep` is how long each stays, `now` tells naive UTC."""

    def __init__(self, keep: timedelta = KEEP, now: Callable[[], datetime] = machine_now) -> None:
        self._keep = keep
        self._now = now
        self._offers: dict[str, _Offer] = {}
        self._lock = threading.Lock()
        self._folder: Path | None = None

    def open(self, folder: Path) -> None:
        """Use a folder, and remove what another run of the server has left there."""
        self.close()
        shutil.rmtree(folder, ignore_errors=True)
        with self._lock:
            self._folder = folder

    def new_folder(self, beside: Path) -> tuple[str, Path]:
        """A token and its empty folder; `beside` says where where no folder is in use yet."""
        with self._lock:
            root = self._folder = self._folder or beside
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        for folder in (root, root / token):
            folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
            folder.chmod(_OWNER_ONLY)
        return token, root / token

    def offer(self, token: str, folder: Path) -> datetime:
        """Let the files of a folder be fetched from now on; until when (naive UTC)."""
        files = {path.name: path for path in folder.iterdir()}
        for path in files.values():
            path.chmod(_OWNER_READS)
        until = self._now() + self._keep
        timer = threading.Timer(self._keep.total_seconds(), self.drop, args=(token, folder))
        timer.daemon = True
        with self._lock:
            self._offers[token] = _Offer(files, until, timer)
        timer.start()
        return until

    def get(self, token: str, name: str) -> Path | None:
        """The file, or None where there is none, or its time is over."""
        with self._lock:
            offer = self._offers.get(token)
        if offer is None or self._now() >= offer.until:
            return None
        return offer.files.get(name)

    def drop(self, token: str, folder: Path) -> None:
        """Remove a folder with all that is in it."""
        with self._lock:
            offer = self._offers.pop(token, None)
        if offer is not None:
            offer.timer.cancel()
        shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove everything."""
        with self._lock:
            offers, self._offers = self._offers, {}
            folder, self._folder = self._folder, None
        for offer in offers.values():
            offer.timer.cancel()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
