"""Verbs that read the audit: done as the machine's inspector, who has an auditor's duty and no other."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from data.audit import Report, verify
from data.export import ExportFormat
from data.store import City, Store
from domain.actor import INSPECTOR
from domain.audit import Action, AuditFilter
from queries import audit
from server.operator.asked import Params, iso

AuditVerb = Callable[[Store, Params], dict[str, Any]]


def _verify(store: Store, params: Params) -> dict[str, Any]:  # noqa: ARG001 -- all verbs take parameters
    return told(verify(store, INSPECTOR), store.city())


def _list(store: Store, params: Params) -> dict[str, Any]:
    with store.session(INSPECTOR) as session:
        found = audit.page(session, _filter(params), most=int(params["most"]))
    return {
        "total": found.total,
        "events": [
            {
                "seq": row.seq,
                "at": iso(row.at),
                "actor": row.actor,
                "action": row.code,
                "subject": row.subject,
                "detail": row.facts(),
            }
            for row in found.rows
        ],
    }


def _export(store: Store, params: Params) -> dict[str, Any]:
    target, file_format = Path(params["out"]), ExportFormat(params["format"])
    written = audit.export_audit(store, INSPECTOR, _filter(params), file_format, target)
    return {
        "file": str(target),
        "format": file_format.value,
        "rows": written.rows,
        "sha256": written.sha256,
    }


AUDIT_VERBS: dict[str, AuditVerb] = {
    "audit_verify": _verify,
    "audit_list": _list,
    "audit_export": _export,
}


def told(report: Report, city: City) -> dict[str, Any]:
    """A report as JSON; times are local."""
    local = city.clock.to_local
    return {
        "ok": report.ok,
        "rows": report.rows,
        "first_at": iso(local(report.first_at)) if report.first_at else None,
        "last_at": iso(local(report.last_at)) if report.last_at else None,
        "last": report.last,
        "anchored": report.anchored,
        "unanchored": report.unanchored,
        "faults": [
            {"kind": fault.kind.value, "seq": fault.seq, "until": fault.until, "words": fault.words}
            for fault in report.faults
        ],
        "more_faults": report.is_cut_short,
        "rewinds": [
            {"from": one.came_from, "to": one.to, "at": iso(local(one.at))} for one in report.rewinds
        ],
        "anchor_begun_after": list(report.begun_after),
        "torn_lines": report.torn_lines,
    }


def _filter(params: Params) -> AuditFilter:
    start, end = (date.fromisoformat(params[name]) if params[name] else None for name in ("from", "to"))
    actions = tuple(Action(code) for code in params["actions"])
    return AuditFilter(start, end, params["actor"] or "", actions, params["subject"] or "")
