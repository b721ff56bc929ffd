"""Exports of saved views for the command line: one at a time, or all of a schedule that are due.

The view gives the conditions; the cases are the operator's, who holds the whole database. Somebody's private view is
named by its owner's login.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from data.bundle import safe_part
from data.export import ExportFormat
from data.imports import os_errors_refused
from data.session import Session
from data.store import Store
from domain.actor import OPERATOR, Actor
from domain.errors import Cancelled, OneGridError
from domain.progress import Progress
from domain.saved_view import cases_of
from domain.schedule import Entry, read_schedule
from domain.vocabulary import Level
from queries.batch_export import BatchRequest, export_batch
from queries.case_export import export_cases
from queries.saved_views import SavedView, view_named
from server.operator.asked import Params, chosen_cases


def export_view(store: Store, params: Params, progress: Progress) -> dict[str, Any]:
    """Writes the cases of a view: as one file, or `per` area of a level as one zip."""
    per = Level(params["per"]) if params.get("per") else None
    view = _view(store, params["view"], params.get("owner"))
    return _exported(store, view, per, ExportFormat(params["format"]), Path(params["out"]), progress)


def run_schedule(store: Store, params: Params, progress: Progress) -> dict[str, Any]:
    """Runs every entry that is due; one that fails is told and holds up no other.

    `done` + `waiting` + `failed` = `entries`.
    """
    path = Path(params["file"])
    told = [_entry(store, entry, path.parent, progress) for entry in read_schedule(path).export]
    counted = {kind: sum(one["status"] == kind for one in told) for kind in ("done", "waiting", "failed")}
    return {"file": str(path), "entries": len(told), **counted, "exports": told}


def _entry(store: Store, entry: Entry, folder: Path, progress: Progress) -> dict[str, Any]:
    told: dict[str, Any] = {"view": entry.view, "out": None}
    try:
        view = _view(store, entry.view, entry.owner)
        with store.session(OPERATOR) as session:
            name = entry.name(safe_part(view.name) or "view", _last_day(session))
        target = folder / entry.folder / name
        told["out"] = str(target)
        if target.exists():
            return {**told, "status": "waiting"}
        with os_errors_refused(str(target)):
            done = _exported(store, view, entry.per, ExportFormat(entry.format), target, progress)
    except Cancelled:
        raise
    except OneGridError as error:
        return {**told, "status": "failed", "error": str(error)}
    return {**told, "status": "done", "rows": done["rows"], "sha256": done["sha256"]}


def _exported(
    store: Store,
    view: SavedView,
    per: Level | None,
    file_format: ExportFormat,
    target: Path,
    progress: Progress,
) -> dict[str, Any]:
    with store.session(OPERATOR) as session:
        query = cases_of(view.state, _last_day(session)).to_query()
        told = {key: [value] if isinstance(value, str) else value for key, value in query.items()}
        chosen, area = chosen_cases(session, told, store.path)
    # a batch says which view it came from; one file of all cases is asked for as any other
    request = BatchRequest(chosen, area, file_format, per or Level.COMMUNITY, view=view.name)
    if per is None:
        done = export_cases(store, OPERATOR, request.one, target, progress)
    else:
        done = export_batch(store, OPERATOR, request, target, progress)
    return {
        "view": view.name,
        "owner": view.owner,
        "file": str(done.path),
        "format": file_format.value,
        "per": per.value if per else None,
        "rows": done.rows,
        "sha256": done.sha256,
        "filter": query,
    }


def _view(store: Store, name: str, owner: str | None) -> SavedView:
    """The view that is meant: an owner's own, or one that the operator may open."""
    reader = OPERATOR if owner is None else Actor(owner, frozenset())
    with store.session(reader) as session:
        return view_named(session, name)


def _last_day(session: Session) -> date:
    """The last day that the as-of time covers: midnight belongs to the day before."""
    local = session.city.clock.to_local(session.city.as_of)
    return (local - timedelta(microseconds=1)).date()
