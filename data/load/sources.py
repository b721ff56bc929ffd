"""What is known of each source of cases: how far its data reach, and how often it promises to deliver."""

from pathlib import Path
from typing import Any

from data.ledger import Writer
from data.statements import statements
from domain.audit import Action
from domain.errors import NotFound
from domain.i18n import _
from domain.vocabulary import Subject

_SQL = statements(Path(__file__).parents[1] / "sql" / "sources.sql")


def refresh_source_ends(writer: Writer) -> None:
    """Notes for each source its latest time that is not in the future, and its last delivery."""
    writer.run(_SQL["clear_source_ends"])
    writer.run(_SQL["insert_source_ends"], {"now": writer.now})


def promise_of_batch(writer: Writer, batch_id: int, every_hours: int) -> None:
    """Notes the promise that a mapping states for all sources of a batch; a note of before stays."""
    for source, _rows in writer.run(_SQL["sources_of_batch"], {"batch_id": batch_id}).fetchall():
        _promise(writer, source, every_hours, None)


def set_promise(writer: Writer, source: str, every_hours: int | None, note: str | None) -> None:
    """Notes how often a known source promises to deliver; 0 hours takes the promise back, None keeps it.

    Raises NotFound for a source that has neither cases nor a promise, or that has no promise to note on.
    """
    known = [row[0] for row in writer.run(_SQL["known_sources"]).fetchall()]
    if source not in known:
        raise unknown_source(source, known)
    hours = _current(writer, source)[0] if every_hours is None else every_hours
    if hours is None:
        raise NotFound(
            _("来源“{source}”还没有约定多久送一次。").format(source=source), _("请同时写 --every 小时数。")
        )
    _promise(writer, source, hours, note)


def unknown_source(source: str, known: list[str]) -> NotFound:
    """The error for a source that nobody has heard of, with those that there are."""
    return NotFound(
        _("没有来源“{source}”。").format(source=source),
        _("已有的来源：{known}。").format(known="、".join(known) or _("（无）")),
    )


def _promise(writer: Writer, source: str, every_hours: int, note: str | None) -> None:
    before = _current(writer, source)
    after = (every_hours, note or before[1]) if every_hours else (None, None)
    if after == before:
        return
    writer.run(_SQL["forget_promise"], {"source": source})
    if every_hours:
        row = {"source": source, "every_hours": every_hours, "note": after[1]}
        writer.run(_SQL["insert_promise"], row)
    writer.bump(Subject.IMPORTS)
    writer.audit(Action.PROMISE, f"source:{source}", {"every_hours": every_hours, "note": after[1]})


def _current(writer: Writer, source: str) -> tuple[Any, Any]:
    rows = writer.run(_SQL["promise"], {"source": source}).fetchall()
    return rows[0] if rows else (None, None)
