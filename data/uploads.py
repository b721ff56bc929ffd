"""Files that a browser has sent, kept until they are imported: in a folder of their own beside the database.

Only the owner of the process may enter it. Each file lies in a folder with a random name, under a name in which
everything but letters, digits and a few signs is replaced: a name from a browser is as hostile as any other text.
"""

import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from data.imports import os_errors_refused

KEPT_FOR: Final = timedelta(hours=24)
"""An upload that nobody has imported goes after this time; all go when the server starts."""

_STEM_BYTES: Final = 150
_SUFFIX_BYTES: Final = 20
_UNUSUAL: Final = re.compile(r"[^\w.()-]+")


class Uploads:
    """The uploads of one database. `now` tells naive UTC."""

    def __init__(self, db: Path, now: Callable[[], datetime]) -> None:
        self.folder = db.resolve().with_name(f"{db.name}.uploads")
        self._now = now

    def keep(self, name: str, content: BinaryIO) -> Path:
        """Store a file; the path where it lies. Raises InputRefused where it cannot be written."""
        self.sweep(KEPT_FOR)
        with os_errors_refused(name):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            own = self.folder / secrets.token_hex(16)
            own.mkdir(mode=0o700)
            path = own / safe_name(name)
            path.touch(mode=0o600)
            with path.open("wb") as stream:
                shutil.copyfileobj(content, stream)
        return path

    def drop(self, path: Path) -> None:
        """Remove an upload; nothing happens where it is gone, or is none."""
        if path.parent.parent == self.folder:
            shutil.rmtree(path.parent, ignore_errors=True)

    def sweep(self, older_than: timedelta = timedelta(0)) -> None:
        """Remove all uploads that have lain for so long."""
        if not self.folder.is_dir():
            return
        for own in self.folder.iterdir():
            came = datetime.fromtimestamp(own.stat().st_mtime, UTC).replace(tzinfo=None)
            if own.is_dir() and self._now() - came >= older_than:
                shutil.rmtree(own, ignore_errors=True)


def safe_name(name: str) -> str:
    """A file name that is a name on every system and a plain text everywhere: no folder, no sign of a language."""
    plain = _UNUSUAL.sub("_", unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1])
    stem, dot, suffix = plain.lstrip(".").rpartition(".")
    if not dot:
        return _cut(suffix, _STEM_BYTES) or "file"
    return f"{_cut(stem, _STEM_BYTES) or 'file'}.{_cut(suffix, _SUFFIX_BYTES)}"


def _cut(text: str, most_bytes: int) -> str:
    """The text, shortened to what a file system takes."""
    return text.encode()[:most_bytes].decode(errors="ignore")
