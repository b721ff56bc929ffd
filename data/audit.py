"""The audit: noting events that are no write themselves, and holding the chain against itself and its anchor.

What a chain alone cannot show, the anchor does (data/anchor.py): rows gone from its end, and a chain that was
computed anew from some row on. Rows after the anchor's last line are no fault: a crash may come between a commit
and its line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from json import loads
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.anchor import History, Link, Rewind
from data.ledger import GENESIS, audit_hash
from data.session import Session
from data.statements import statements
from data.store import Store
from domain.actor import Actor
from domain.audit import Action, Fault, FaultKind
from domain.deeds import Deed, require

_SQL = statements(Path(__file__).parent / "sql" / "audit.sql")

MOST_FAULTS = 10_000
"""Faulty rows that are looked at one by one; more are counted as "and more"."""

_MOST_MOVED = 50
"""Rows that are tried in each other's place; where more are wrong, none is."""


@dataclass(frozen=True)
class Report:
    """The state of the chain; times are naive UTC, None where there are no rows.

    `last` is the number of the last row, `anchored` how far the anchor says that the chain goes, `rewinds` the
    restores since the anchor began, `begun_after` the rows after which it was begun anew, `torn_lines` how many of
    its lines cannot be read. `is_cut_short`: there are more faults than are listed.
    """

    rows: int
    last: int
    first_at: datetime | None
    last_at: datetime | None
    anchored: int
    faults: tuple[Fault, ...]
    is_cut_short: bool
    rewinds: tuple[Rewind, ...]
    begun_after: tuple[int, ...]
    torn_lines: int

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def unanchored(self) -> int:
        """Rows that were written after the anchor's last line."""
        return max(0, self.last - self.anchored)


def record(store: Store, actor: Actor, action: Action, subject: str, detail: Mapping[str, Any]) -> None:
    """Appends one row for an event that is no write itself (login, refusal, …), in a transaction of its own.

    `detail` must be JSON and hold no personal value.
    """
    with store.writing(actor) as writer:
        writer.audit(action, subject, detail)


def verify(store: Store, actor: Actor) -> Report:
    """Holds every row against its hash, the row before it and the anchor. Raises NotAllowed."""
    require(actor, Deed.READ_AUDIT)
    # the anchor first: what is written meanwhile is then ahead of it, never behind
    anchored = store.anchor.exists()
    history = store.anchor.history()
    with store.session(actor) as session, session.snapshot():
        rows, first, last, first_at, last_at = session.one(_SQL["audit_extent"])
        marks = _marks(session)
        broken = list(_broken(session, history, first))
        faults = [*broken, *_against_anchor(session, history, last), *_untold(history, marks)]
    if rows and not anchored:
        faults.append(Fault(FaultKind.NO_ANCHOR, last, last))
    return Report(
        rows,
        last,
        first_at,
        last_at,
        history.last,
        tuple(_joined(faults)),
        len(faults) >= MOST_FAULTS,
        tuple(history.rewinds),
        tuple(mark["after"] for action, mark in marks if action is Action.ANCHOR),
        history.unreadable,
    )


def _marks(session: Session) -> list[tuple[Action, dict[str, Any]]]:
    """Restores and beginnings of the anchor, as the audit tells them; what is no JSON was altered, and shows so."""
    found = session.rows(_SQL["audit_marks"], {"actions": [Action.RESTORE.value, Action.ANCHOR.value]})
    told = []
    for _seq, _at, _actor, action, detail in found:
        try:
            told.append((Action(action), loads(detail)))
        except ValueError:
            continue
    return told


def _broken(session: Session, history: History, first: int) -> Iterator[Fault]:
    """What the chain itself shows."""
    rows = session.rows(_SQL["chain_faults"], {"genesis": GENESIS, "most": MOST_FAULTS})
    altered = [seq for seq, is_itself, _before, _follows in rows if not is_itself]
    gaps = [gap for seq, _is, before, _follows in rows if (gap := _gap(seq, before))]
    places = [*altered, *(gone for gone, _until in gaps)]
    places = places if len(places) <= _MOST_MOVED else []
    for seq, is_itself, before, follows in rows:
        if seq == before:
            yield Fault(FaultKind.DUPLICATE, seq, seq)
        if not is_itself:
            yield Fault(_kind_of_altered(session, history, seq, places), seq, seq)
        elif not follows and seq - (before or 0) == 1:
            yield Fault(FaultKind.WRONG_PREVIOUS, seq, seq)
        elif seq < 1:
            yield Fault(FaultKind.INSERTED, seq, seq)
    for gone, until in gaps:
        yield Fault(FaultKind.CUT_START if gone < first else FaultKind.REMOVED, gone, until)


def _gap(seq: int, before: int | None) -> tuple[int, int] | None:
    """The numbers that are missing before a row."""
    expected = max(0, before or 0) + 1
    return (expected, seq - 1) if seq > expected else None


def _kind_of_altered(session: Session, history: History, seq: int, places: list[int]) -> FaultKind:
    """Why a row is not itself: it stood elsewhere, was never written by the product, or was altered in its place."""
    rows = session.rows(_SQL["audit_row"], {"seq": seq}) if places else []
    for _seq, at, *texts, previous, digest in rows:
        actor, action, subject, detail = texts
        if any(
            audit_hash(place, at, actor, action, subject, detail, previous) == digest
            for place in places
            if place != seq
        ):
            return FaultKind.REORDERED
    return FaultKind.INSERTED if seq > history.last or seq < 1 else FaultKind.ALTERED


def _against_anchor(session: Session, history: History, last: int) -> Iterator[Fault]:
    """What only the anchor shows."""
    with session.lent("anchored", _as_table(history.links)):
        off = session.rows(_SQL["off_anchor"], {"most": MOST_FAULTS})
    yield from (Fault(FaultKind.REWRITTEN, seq, seq) for (seq,) in off)
    if last < history.last:
        yield Fault(FaultKind.CUT_END, last + 1, history.last)
    yield from (Fault(FaultKind.ANCHOR_BACK, seq, seq) for seq in history.back)


def _as_table(links: list[Link]) -> pa.Table:
    columns = {
        "seq": pa.array((link.seq for link in links), pa.int64()),
        "hash": pa.array((link.hash for link in links), pa.string()),
    }
    return pa.table(columns)


def _untold(history: History, marks: list[tuple[Action, dict[str, Any]]]) -> Iterator[Fault]:
    """Restores that the anchor knows of and the audit does not."""
    told = {mark.get("chain", {}).get("to") for action, mark in marks if action is Action.RESTORE}
    for rewind in history.rewinds:
        if rewind.to not in told:
            yield Fault(FaultKind.RESTORE_UNTOLD, rewind.to + 1, rewind.to + 1)


def _joined(faults: list[Fault]) -> Iterator[Fault]:
    """Faults of one kind in rows that follow each other as one, by row number."""
    held: dict[FaultKind, Fault] = {}
    done = []
    for fault in sorted(faults, key=lambda one: (one.seq, one.until)):
        before = held.get(fault.kind)
        if before is not None and fault.seq <= before.until + 1:
            held[fault.kind] = Fault(fault.kind, before.seq, max(before.until, fault.until))
            continue
        if before is not None:
            done.append(before)
        held[fault.kind] = fault
    yield from sorted([*done, *held.values()], key=lambda one: (one.seq, list(FaultKind).index(one.kind)))
