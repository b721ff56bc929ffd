"""Erasing personal values past their term, where they stand and where an undo would bring them back from.

The term of a case's values begins when the case has ended (closed or void); open cases keep theirs. Counts stay:
no case, reject or batch goes, only what stood in the cells. Texts of cases keep all but the numbers of persons in
them, starred as readers have always seen them. Freed blocks of the file may keep old bytes until they are used
again, and backups keep everything: docs/operations.md says what to do about both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.ledger import Writer
from data.statements import statements
from data.store import Store
from domain.actor import Actor
from domain.audit import Action
from domain.deeds import Deed, require
from domain.retention import Kept, Term
from domain.vocabulary import Subject

_SQL = statements(Path(__file__).parent / "sql" / "retention.sql")


@dataclass(frozen=True)
class Erased:
    """How many values of a field a run erased (or would erase), by the batch that had brought them."""

    kept: Kept
    by_batch: dict[int, int]

    @property
    def cells(self) -> int:
        """How many in all."""
        return sum(self.by_batch.values())


def erase(store: Store, actor: Actor, terms: Sequence[Term], *, only_preview: bool) -> list[Erased]:
    """Erases what is past its term, or says what would be erased; one entry a term, counts only.

    It cannot be undone. Raises NotAllowed.
    """
    require(actor, Deed.ERASE)
    with (store.rehearsing if only_preview else store.writing)(actor) as writer:
        done = [_erase(writer, term) for term in terms]
        if not any(one.cells for one in done):
            return done
        writer.bump(Subject.CASES, Subject.IMPORTS)
        detail = {
            "days": {term.kept.value: term.days for term in terms},
            "cells": {one.kept.value: one.cells for one in done},
        }
        writer.audit(Action.ERASE, "persons", detail)
    return done


def erased_so_far(store: Store, actor: Actor) -> dict[Kept, int]:
    """How many values of each field were ever erased, as far as the actor may know."""
    with store.session(actor) as session:
        found = dict(session.rows(_SQL["erased_so_far"]))
    return {kept: found[kept.value] for kept in Kept if kept.value in found}


def _erase(writer: Writer, term: Term) -> Erased:
    before = term.before(writer.now)
    if before is None:
        return Erased(term.kept, {})
    params = {"before": before}
    of_cases = term.kept is not Kept.REJECTS
    if of_cases:
        writer.run(_SQL["past_term"], params)
    found = dict(writer.run(_SQL[f"held_{term.kept}"], params).fetchall())
    if found:
        writer.run(_SQL[f"erase_{term.kept}"], params)
        if of_cases:
            writer.run(_SQL[f"erase_{term.kept}_history"])
    if of_cases:
        writer.run(_SQL["drop_past_term"])
    for batch_id, cells in found.items():
        row = {"erased_at": writer.now, "field": term.kept.value, "batch_id": batch_id, "cells": cells}
        writer.run(_SQL["note_erasure"], row)
    return Erased(term.kept, found)
