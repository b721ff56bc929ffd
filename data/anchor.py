"""The anchor of the audit: a file beside the database that says how far the chain had come.

A hash chain shows what was altered inside it, but not that its last rows are gone. So each committed write
appends one line to `<database>.anchor`: how far the chain goes (the number of its last row, which is how many
rows there are), that row's hash, and when. The line comes after the commit: a crash in between leaves the
anchor behind, never ahead. A restore takes the chain back, and appends a line that says so.

Lines are only ever appended, so the file may stand on a medium that allows nothing else (`chattr +a`), or be
copied to another machine as it grows. Whoever may write both files can forge both.
"""

import logging
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

log = logging.getLogger(__name__)

_LINE = re.compile(r"(at|back) (\d{1,18}) ([0-9a-f]{64}) (\S{1,40})")


@dataclass(frozen=True)
class Link:
    """One row of the chain: its number (from 1, without gaps), its hash, and when (naive UTC)."""

    seq: int
    hash: str
    at: datetime


@dataclass(frozen=True)
class Rewind:
    """A restore: the chain went back from one row to another; `at` is naive UTC."""

    came_from: int
    to: int
    at: datetime


@dataclass
class History:
    """What the lines say: links that must lie on the chain, restores, and lines that cannot be.

    `back` holds the numbers of links that go back without a restore; `unreadable` counts torn lines.
    """

    links: list[Link] = field(default_factory=list)
    rewinds: list[Rewind] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    unreadable: int = 0

    @property
    def last(self) -> int:
        """How far the chain goes; 0 where nothing is anchored."""
        return self.links[-1].seq if self.links else 0


class Anchor:
    """The anchor file of the database at a path."""

    def __init__(self, db: Path) -> None:
        self.path = db.with_name(f"{db.name}.anchor")

    def exists(self) -> bool:
        """Whether anything was ever anchored here."""
        return self.path.exists()

    def append(self, link: Link) -> None:
        """Note how far the chain goes, after the commit.

        What is committed stays committed: where the file cannot be written the log says so, and the next write
        anchors again.
        """
        try:
            self._write("at", link)
        except OSError as error:
            log.warning("the audit's anchor %s was not written: %s", self.path.name, error.strerror)

    def rewind(self, to: Link) -> None:
        """Note that a restore took the chain back to a row. Raises OSError where that cannot be written."""
        self._write("back", to)

    def move_to(self, other: "Anchor") -> None:
        """Follow a database that changes its name."""
        if self.exists():
            self.path.replace(other.path)

    def remove(self) -> None:
        """Forget a database that never was one."""
        self.path.unlink(missing_ok=True)

    def history(self) -> History:
        """All that the lines say; empty where there is no file."""
        told = History()
        if not self.exists():
            return told
        with self.path.open(encoding="ascii", errors="replace") as lines:
            for line in lines:
                _take(told, line.rstrip("\n"))
        return told

    def _write(self, kind: str, link: Link) -> None:
        torn = self.exists() and not self._ends_whole()
        text = f"{kind} {link.seq} {link.hash} {link.at.isoformat(timespec='microseconds')}\n"
        with self.path.open("ab", buffering=0) as stream:
            stream.write((f"\n{text}" if torn else text).encode("ascii"))

    def _ends_whole(self) -> bool:
        with self.path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - 1))
            return stream.read() in {b"\n", b""}


def _take(told: History, line: str) -> None:
    match = _LINE.fullmatch(line)
    if match is None:
        told.unreadable += bool(line)
        return
    kind, seq, digest, moment = match.groups()
    try:
        link = Link(int(seq), digest, datetime.fromisoformat(moment))
    except ValueError:
        told.unreadable += 1
        return
    if kind == "back":
        told.rewinds = [one for one in told.rewinds if one.to <= link.seq]
        told.rewinds.append(Rewind(told.last, link.seq, link.at))
        while told.links and told.links[-1].seq > link.seq:
            told.links.pop()
        if link.seq and (told.last, _hash_of(told)) != (link.seq, link.hash):
            told.links.append(link)
    elif link.seq <= told.last:
        told.back.append(link.seq)
    else:
        told.links.append(link)


def _hash_of(told: History) -> str:
    return told.links[-1].hash if told.links else ""
