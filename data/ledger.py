"""All writes: a transaction that carries its actor, bumps versions and leaves an audit row.

The audit is append-only and hash-chained: each row's hash covers its own text and the hash before it, so
that a removed, altered or reordered row shows. Two writers that read the same last row would fork the chain
without an error: `Writer` exists only under the store's one writer lock. How far the chain goes is anchored in a
file beside the database after each commit (data/anchor.py).
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from data.anchor import Link
from data.statements import Params, bound, statements
from domain.actor import Actor
from domain.audit import Action
from domain.clock import AsOfMode, Clock
from domain.errors import InputRefused
from domain.i18n import _
from domain.vocabulary import Subject

_SQL = statements(Path(__file__).parent / "sql" / "store.sql")

_BATCH_SQL = statements(Path(__file__).parent / "sql" / "batch.sql")

GENESIS = "0" * 64
"""The hash before the first audit row."""

_UNHEARD_OF = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""No text of an audit row holds a control character (one of them parts the row for its hash), nor half a pair."""


class Writer:
    """The open write transaction: one cursor, one actor, one time `now` (naive UTC) for all it writes.

    `clock` goes on: it says when something long has ended. `is_anchored` says whether the chain has an anchor;
    where it goes on without one, a row of its own says so first. `last` is the last row that was appended.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        actor: Actor,
        clock: Callable[[], datetime],
        *,
        is_anchored: bool,
    ) -> None:
        self.cursor = cursor
        self.actor = actor
        self.clock = clock
        self.now = clock()
        self.last: Link | None = None
        self._is_anchored = is_anchored

    def run(self, sql: str, params: Params | None = None) -> duckdb.DuckDBPyConnection:
        """Executes one statement with the parameters that it names."""
        return self.cursor.execute(sql, bound(sql, params))

    def count(self, sql: str, params: Params | None = None) -> int:
        """The single number of a result."""
        return int(self.one(sql, params)[0])

    def one(self, sql: str, params: Params | None = None) -> tuple[Any, ...]:
        """The single row of a result. Raises LookupError where there is none.

        All rows are fetched: DuckDB refuses further work on a cursor with an unfinished result.
        """
        rows = self.run(sql, params).fetchall()
        if len(rows) != 1:
            raise LookupError(f"expected one row, the statement gave {len(rows)}")
        row: tuple[Any, ...] = rows[0]
        return row

    def bump(self, *subjects: Subject) -> None:
        """Raises the version of each subject, so that whoever cached it reads anew."""
        self.run(_SQL["bump_versions"], {"subjects": [subject.value for subject in subjects]})

    def subject_counts(self) -> dict[str, int]:
        """How many current rows each subject has."""
        return dict(self.run(_BATCH_SQL["subject_counts"]).fetchall())

    def bump_all(self, least: int = 0) -> None:
        """Raises every version above `least` too: after a restore nothing that was cached holds.

        `least` is the highest version that anybody can have seen before.
        """
        self.run(_SQL["bump_all_versions"], {"least": least})

    def highest_version(self) -> int:
        """The highest version of any subject."""
        return self.count(_SQL["highest_version"])

    def set_city(
        self,
        *,
        name: str | None,
        timezone: str | None,
        as_of: AsOfMode | datetime | None,
        demo: bool | None = None,
    ) -> None:
        """Changes what the database says of its city; None leaves a value as it is.

        A `datetime` is local time of the city and pins the as-of time.
        """
        old_name, old_zone, old_mode, old_fixed, _end, old_demo = self.one(_SQL["city"])
        zone = timezone or old_zone
        fixed = old_fixed if as_of is None else None
        if isinstance(as_of, datetime):
            fixed = Clock(ZoneInfo(zone)).to_utc(as_of)
        row = {
            "name": old_name if name is None else name,
            "timezone": zone,
            "as_of_mode": as_of.value if isinstance(as_of, AsOfMode) else old_mode,
            "as_of_fixed": fixed,
            "demo": old_demo if demo is None else demo,
        }
        self.run(_SQL["set_city"], row)
        self.bump(Subject.CITY)
        self.audit(Action.SET_CITY, "city", {key: str(value) for key, value in row.items()})

    def version(self, subject: Subject) -> int:
        """The present version of a subject."""
        return self.count(_SQL["version"], {"subject": subject.value})

    def refresh_data_end(self) -> None:
        """Notes the latest timestamp of the cases: what the as-of mode "data" goes by."""
        self.run(_SQL["refresh_data_end"], {"now": self.now})

    def audit(self, action: Action, subject: str, detail: Mapping[str, Any]) -> None:
        """Appends one row to the audit; `detail` must be JSON and hold no personal value.

        A subject may be named by a file: control characters, which would part the row's text where nothing parts it,
        become U+FFFD in it. Raises InputRefused where the actor's login holds any.
        """
        _refuse_control(self.actor.login)
        found = self.run(_SQL["last_audit"]).fetchall()
        seq, digest = found[0] if found else (0, GENESIS)
        last = Link(seq, digest, self.now)
        if last.seq and not self._is_anchored:
            last = self._append(last, Action.ANCHOR, "audit", {"after": last.seq})
        self._is_anchored = True
        self.last = self._append(last, action, _UNHEARD_OF.sub("\N{REPLACEMENT CHARACTER}", subject), detail)

    def _append(self, last: Link, action: Action, subject: str, detail: Mapping[str, Any]) -> Link:
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
        entry = (last.seq + 1, self.now, self.actor.login, action.value, subject, text, last.hash)
        columns = ("seq", "happened_at", "actor", "action", "subject", "detail", "previous_hash")
        link = Link(last.seq + 1, audit_hash(*entry), self.now)
        self.run(_SQL["append_audit"], {**dict(zip(columns, entry, strict=True)), "hash": link.hash})
        return link


def audit_hash(
    seq: int, at: datetime, actor: str, action: str, subject: str, detail: str, previous: str
) -> str:
    """SHA-256 over one audit row and the hash before it."""
    parts = (str(seq), at.isoformat(timespec="microseconds"), actor, action, subject, detail, previous)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _refuse_control(login: str) -> None:
    if _UNHEARD_OF.search(login):
        raise InputRefused(_("审计不收带控制字符的名称。"), _("请去掉看不见的字符后再试。"))
