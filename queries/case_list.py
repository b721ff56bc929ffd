"""Cases as a list, one case with its time line, and the stream of an export; personal fields are never joined."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import pandas as pd
import pyarrow as pa

from data.session import Session
from domain.case_order import CaseOrder
from domain.errors import NotFound
from domain.filters import CaseFilter
from domain.i18n import _
from domain.vocabulary import CaseState
from queries.areas import AreaInfo
from queries.compose import At, case_conditions, export_statement, one_case, statement

PAGE_ROWS = 50
NEIGHBOURS = 8
"""Other cases of a point that are told; the rest is counted."""

STREAM_ROWS = 2_048
"""Rows of one batch of a stream: a batch is held in memory, and one cell may have a megabyte."""


@dataclass(frozen=True)
class CasePage:
    """One page of a list: its rows, and the number of the page, counted from 1."""

    rows: pd.DataFrame
    number: int


@dataclass(frozen=True)
class CaseStream:
    """All cases of a filter: how many there are, and their rows as a stream; both of one state of the data."""

    total: int
    batches: pa.RecordBatchReader


class StageKind(StrEnum):
    """What happened to a case at a time of its life, in the order of the work."""

    REPORTED = "reported_at"
    REGISTERED = "registered_at"
    DISPATCHED = "dispatched_at"
    CONTACTED = "contacted_at"
    HANDLED = "handled_at"
    CLOSED = "closed_at"


@dataclass(frozen=True)
class Stage:
    """A stage that the case reached, and when (naive UTC)."""

    kind: StageKind
    at: datetime


@dataclass(frozen=True)
class Event:
    """What the store noted of a case: kind, when (naive UTC), and the batch that did it."""

    kind: str
    at: datetime
    batch_id: int | None


@dataclass(frozen=True)
class Timeline:
    """The life of a case: its stages in order of time, its limit (naive UTC, None: no limit) and its state."""

    stages: tuple[Stage, ...]
    due_at: datetime | None
    state: CaseState
    events: tuple[Event, ...]

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed, None while it is open."""
        return next((stage.at for stage in self.stages if stage.kind is StageKind.CLOSED), None)

    def is_overdue(self, as_of: datetime) -> bool:
        """Whether it was closed after its limit, or is open past it at the as-of time."""
        if self.due_at is None:
            return False
        if self.state is CaseState.CLOSED:
            return self.closed_at is not None and self.closed_at > self.due_at
        return not self.state.is_closed and self.due_at < as_of


@dataclass(frozen=True)
class Neighbours:
    """Other cases at exactly the same point, the newest first; `total` counts them all.

    Rows: case_id, source_case_id, title (or category), state, reported_at (local).
    """

    rows: pd.DataFrame
    total: int


def page(
    session: Session,
    chosen: CaseFilter,
    area: AreaInfo | None,
    order: CaseOrder,
    number: int,
    as_of: datetime | None = None,
) -> CasePage:
    """The page `number` (from 1) of the cases of a filter; empty beyond the last.

    Rows: case_id, source_case_id, title, category, channel, state, reported_at, due_at, closed_at (naive
    local), overdue (bool, at the as-of time), department, place, community. Title and place are cut.
    """
    at = At.of(session, as_of)
    where, values = case_conditions(chosen, at, area.as_filter if area else None)
    values |= {
        "timezone": at.clock.timezone.key,
        "as_of": at.as_of,
        "most": PAGE_ROWS,
        "skipped": (number - 1) * PAGE_ROWS,
    }
    sql = statement("case_list", "page", where=where, order=order)
    return CasePage(session.frame(sql, values), number)


def total(session: Session, chosen: CaseFilter, area: AreaInfo | None, as_of: datetime | None = None) -> int:
    """How many cases a filter keeps."""
    where, values = case_conditions(chosen, At.of(session, as_of), area.as_filter if area else None)
    return int(session.one(statement("cases", "how_many", where=where), values)[0])


def stream(
    session: Session, chosen: CaseFilter, area: AreaInfo | None, as_of: datetime | None = None
) -> CaseStream:
    """All cases of a filter in the order of the ledger; times naive local, degrees WGS-84.

    Count and rows agree only within `session.snapshot()`.
    """
    at = At.of(session, as_of)
    where, values = case_conditions(chosen, at, area.as_filter if area else None)
    values["timezone"] = at.clock.timezone.key
    counted = int(session.one(statement("cases", "how_many", where=where), values)[0])
    batches = session.batches(export_statement(where), values, STREAM_ROWS)
    return CaseStream(counted, batches)


def one(session: Session, case_id: int) -> dict[str, Any]:
    """The public fields of a case as an export has them (domain/case_fields.py); None where empty.

    Raises NotFound where there is no such case, or none that the actor may see.
    """
    where, values = one_case(case_id)
    values["timezone"] = session.city.clock.timezone.key
    found = session.table(export_statement(where), values).to_pylist()
    if not found:
        raise _unknown()
    row: dict[str, Any] = found[0]
    return row


def timeline(session: Session, case_id: int) -> Timeline:
    """The stages, the limit and the events of a case. Raises NotFound as `one` does."""
    found = session.rows(statement("case_list", "stages"), {"case_id": case_id})
    if not found:
        raise _unknown()
    *times, due_at, state = found[0]
    reached = [Stage(kind, at) for kind, at in zip(StageKind, times, strict=True) if at is not None]
    events = session.rows(statement("case_list", "events"), {"case_id": case_id})
    return Timeline(
        stages=tuple(sorted(reached, key=lambda stage: stage.at)),
        due_at=due_at,
        state=CaseState(state),
        events=tuple(Event(kind, at, batch_id) for at, kind, batch_id in events),
    )


def neighbours(session: Session, case_id: int) -> Neighbours:
    """Other cases at exactly the point of a case; none where it has no point."""
    values = {"case_id": case_id, "timezone": session.city.clock.timezone.key, "most": NEIGHBOURS}
    rows = session.frame(statement("case_list", "same_point"), values)
    counted = int(rows["total"].iloc[0]) if len(rows) else 0
    return Neighbours(rows.drop(columns="total"), counted)


def masked(session: Session, free_text: str) -> str:
    """A text without the numbers of persons, as the texts of cases are shown."""
    return str(session.one(statement("case_list", "masked"), {"free_text": free_text})[0])


def _unknown() -> NotFound:
    """A case that is not there and one that the actor may not see sound the same."""
    return NotFound(_("没有这件案件，或它不在您的范围内。"), _("请回到列表重新选择；链接可能来自别的范围。"))
