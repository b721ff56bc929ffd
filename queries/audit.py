"""The audit as an auditor reads it; for everybody else it has no rows. Never cached: it depends on roles."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from data.export import Description, ExportFormat, Written, export_rows
from data.session import Session
from data.store import Store
from domain.actor import Actor
from domain.audit import Action, AuditFilter
from domain.deeds import Deed, require
from domain.errors import InputRefused
from domain.i18n import N_, _
from domain.progress import Progress, no_progress
from queries import meta
from queries.case_export import removed_on_failure
from queries.compose import statement

_BATCH_ROWS = 20_000

FORMATS = (ExportFormat.CSV, ExportFormat.PARQUET)
"""What the audit is written as."""

_COLUMNS = {
    "seq": N_("序号，从 1 起不间断"),
    "happened_at": N_("时间（UTC）"),
    "actor": N_("谁：登录名"),
    "action": N_("做了什么"),
    "subject": N_("对什么"),
    "detail": N_("细节（JSON）"),
    "previous_hash": N_("上一行的哈希"),
    "hash": N_("本行的哈希：对前面各列和上一行的哈希取 SHA-256"),
}


@dataclass(frozen=True)
class AuditRow:
    """One event. `at` is local time; `code` is what was done, as it is stored."""

    seq: int
    at: datetime
    actor: str
    code: str
    subject: str
    detail: str
    previous_hash: str = ""
    hash: str = ""

    @property
    def action(self) -> str:
        """What was done, in the reader's language; as it is stored where this program does not know it."""
        return Action(self.code).label if self.code in set(Action) else self.code

    def facts(self) -> dict[str, Any]:
        """The detail as names and values; as one text where it is no JSON object."""
        try:
            told = json.loads(self.detail)
        except ValueError:
            told = self.detail
        return told if isinstance(told, dict) else {"": told}


@dataclass(frozen=True)
class AuditPage:
    """Some rows of a filter, newest first, and how many it keeps."""

    rows: tuple[AuditRow, ...]
    total: int


def page(session: Session, chosen: AuditFilter, *, most: int, first: int = 0) -> AuditPage:
    """At most `most` rows from place `first` on."""
    params = {**_params(session, chosen), "most": most, "first": first}
    (total,) = session.one(statement("audit", "total"), params)
    found = session.rows(statement("audit", "rows"), params)
    return AuditPage(tuple(_row(session, row) for row in found), total)


def days(session: Session) -> tuple[date, date] | None:
    """The first and the last local day with an event; None where there is none to see."""
    first, last = session.one(statement("audit", "extent"))
    local = session.city.clock.to_local
    return (local(first).date(), local(last).date()) if first else None


def one(session: Session, seq: int) -> AuditRow | None:
    """The row of a number; None where there is none to see."""
    found = session.rows(statement("audit", "row"), {"seq": seq})
    return _row(session, found[0]) if found else None


def export_audit(
    store: Store,
    actor: Actor,
    chosen: AuditFilter,
    file_format: ExportFormat,
    target: Path,
    progress: Progress = no_progress,
) -> Written:
    """Writes the rows that a filter keeps, oldest first with their hashes, and says so in the audit.

    Raises NotAllowed, and InputRefused for another format than CSV and Parquet or a target that exists.
    """
    require(actor, Deed.READ_AUDIT)
    if file_format not in FORMATS:
        raise InputRefused(
            _("审计不能写成 {format}。").format(format=file_format.value), _("请用 csv 或 parquet。")
        )
    with store.session(actor) as session, session.snapshot():
        params = _params(session, chosen)
        (total,) = session.one(statement("audit", "total"), params)
        about = _about(session, store.now(), chosen)
        batches = session.batches(statement("audit", "whole"), params, _BATCH_ROWS)
        written = export_rows(batches, target, file_format, about, progress, expected=total)
    with removed_on_failure(target), store.writing(actor) as writer:
        detail = {
            "file": target.name,
            "format": file_format.value,
            "filter": chosen.to_dict(),
            "rows": written.rows,
            "sha256": written.sha256,
        }
        writer.audit(Action.AUDIT_EXPORT, "audit", detail)
    return written


def _about(session: Session, now: datetime, chosen: AuditFilter) -> Description:
    info = meta.city(session)
    local = session.city.clock.to_local(now)
    return {
        "city": info.name,
        "demo": info.demo,
        "timezone": info.timezone,
        "filter": json.dumps(chosen.to_dict(), ensure_ascii=False),
        "exported_by": session.actor.login,
        "exported_at": local.isoformat(sep=" ", timespec="seconds"),
        "times": "UTC",
        "columns": {name: _(meaning) for name, meaning in _COLUMNS.items()},
    }


def _params(session: Session, chosen: AuditFilter) -> dict[str, object]:
    clock = session.city.clock
    start, end = chosen.start, chosen.end
    return {
        "start_utc": clock.to_utc(datetime.combine(start, time.min)) if start else None,
        "end_utc": clock.to_utc(datetime.combine(end + timedelta(days=1), time.min)) if end else None,
        "actor": chosen.actor,
        "actions": [action.value for action in chosen.actions],
        "subject": chosen.subject,
    }


def _row(session: Session, row: tuple[Any, ...]) -> AuditRow:
    seq, at, *rest = row
    return AuditRow(seq, session.city.clock.to_local(at), *rest)
