"""Takes an import back: what it inserted goes, what it replaced returns. Newest first, where rows overlap."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from data.ledger import Writer
from data.load.areas import adopt_orphans, refresh_paths
from data.load.compound_cases import match_all
from data.load.relocate import follow_codes, relocate
from data.load.sources import refresh_source_ends
from data.statements import statements
from domain.audit import Action
from domain.errors import InputRefused, NotFound
from domain.i18n import _
from domain.vocabulary import ImportKind, Subject

_FOLDER = Path(__file__).parents[1] / "sql"
_SQL = statements(_FOLDER / "undo.sql")
_BATCH = statements(_FOLDER / "batch.sql")

_STEPS = {
    ImportKind.CASES: (
        "undo_cases_events",
        "undo_cases_persons",
        "undo_cases_rows",
        "undo_cases_restore_persons",
        "undo_cases_restore",
        "undo_cases_note",
        "undo_cases_forget",
        "undo_cases_forget_persons",
        "undo_cases_findings",
    ),
    ImportKind.AREAS: ("undo_areas_rows", "undo_areas_restore", "undo_areas_orphans"),
    ImportKind.POINTS: ("undo_points_rows", "undo_points_restore"),
    ImportKind.COMPOUNDS: ("undo_compounds_rows", "undo_compounds_restore"),
    ImportKind.LINES: ("undo_lines_rows", "undo_lines_restore"),
    ImportKind.DUTY: ("undo_duty_rows", "undo_duty_restore"),
    ImportKind.ASSESSMENTS: ("undo_assessments_rows", "undo_assessments_restore"),
}


def batch_rejects(writer: Writer, batch_id: int) -> pa.Table:
    """The rejects of a batch (REJECT_SCHEMA), personal fields included: for the operator's correction file."""
    if not writer.run(_BATCH["batch"], {"batch_id": batch_id}).fetchall():
        raise no_batch(batch_id)
    return writer.cursor.sql(_BATCH["rejects"], params={"batch_id": batch_id}).to_arrow_table()


def undo(writer: Writer, batch_id: int, *, only_preview: bool) -> dict[str, Any]:
    """Undoes a batch, or says what undoing it would do.

    Returns batch, kind, file, removed, restored, done. Raises NotFound for an unknown batch, InputRefused
    for one that is undone already or whose rows a later batch has changed.
    """
    kind, file_name = _undoable(writer, batch_id)
    params: dict[str, object] = {
        "batch_id": batch_id,
        "now": writer.now,
        "actor": writer.actor.login,
        "login": writer.actor.login,
    }
    later = [row[0] for row in writer.run(_SQL[f"later_{kind}"], params).fetchall()]
    if later:
        raise InputRefused(
            _("批次 {batch} 的部分记录已被批次 {later} 改过。").format(
                batch=batch_id, later=", ".join(map(str, later))
            ),
            _("请先撤销较新的批次。"),
        )
    removed, restored = writer.one(_SQL[f"preview_{kind}"], params)
    result = {
        "batch": batch_id,
        "kind": kind.value,
        "file": file_name,
        "removed": removed,
        "restored": restored,
        "done": not only_preview,
    }
    if only_preview:
        return result
    for step in _STEPS[kind]:
        writer.run(_SQL[step], params)
    writer.bump(Subject(kind.value))
    if kind is ImportKind.AREAS:
        adopt_orphans(writer)
        refresh_paths(writer)
        relocate(writer)
    elif kind is ImportKind.DUTY:
        follow_codes(writer)
    elif kind is ImportKind.COMPOUNDS:
        match_all(writer)
    elif kind is ImportKind.CASES:
        refresh_paths(writer)
        match_all(writer)
        writer.refresh_data_end()
    writer.run(_BATCH["mark_undone"], params)
    if kind is ImportKind.CASES:
        refresh_source_ends(writer)
    writer.bump(Subject.IMPORTS)
    writer.audit(Action.UNDO_IMPORT, f"batch:{batch_id}", result)
    return result


def _undoable(writer: Writer, batch_id: int) -> tuple[ImportKind, str]:
    rows = writer.run(_BATCH["batch"], {"batch_id": batch_id}).fetchall()
    if not rows:
        raise no_batch(batch_id)
    kind, file_name, undone_at = rows[0][1], rows[0][2], rows[0][11]
    if undone_at is not None:
        raise InputRefused(_("批次 {batch} 已经撤销过。").format(batch=batch_id))
    return ImportKind(kind), file_name


def no_batch(batch_id: int) -> NotFound:
    """The error for a batch that is not there."""
    return NotFound(
        _("没有编号为 {batch} 的批次。").format(batch=batch_id),
        _("用 python -m data status 查看批次。"),
    )
