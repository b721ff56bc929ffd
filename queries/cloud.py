"""Where the data come from: sources and their freshness, volumes, imports with what they found and kept out.

Sources count the cases that the actor sees, and sum up to all of them; how late a source is, is judged on all its
cases. Imports, findings and rejects are for whoever sees the whole installation; for others they are empty.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from data.session import Session
from domain.freshness import Freshness, Judged, judge
from domain.rules import RULES, Rule
from domain.vocabulary import AreaSource, LocationStatus
from queries.compose import statement
from queries.masking import masked_json

_PLACED = {
    AreaSource.POINT: "by_point",
    AreaSource.CODE: "by_code",
    AreaSource.NAME: "by_name",
    AreaSource.NONE: "unplaced",
}


@dataclass(frozen=True)
class SourceFacts:
    """One source; all times are naive UTC, None where there is nothing.

    `cases` = the sum of `placed` (what placed them) = the sum of `located` (what became of their points).
    `data_end` is the latest time in all its cases that was not in the future at the last import, `delivered_at`
    when its last batch that stands was imported; `judged` holds `data_end` against the promise.
    """

    source: str
    cases: int
    placed: dict[AreaSource, int]
    located: dict[LocationStatus, int]
    at_placeholder: int
    first_reported_at: datetime | None
    last_reported_at: datetime | None
    last_updated_at: datetime | None
    data_end: datetime | None
    delivered_at: datetime | None
    every_hours: int | None
    note: str | None
    judged: Judged

    @property
    def placed_share(self) -> float | None:
        """Cases that lie in some area, of all its cases; None without cases."""
        return 1 - self.placed[AreaSource.NONE] / self.cases if self.cases else None

    @property
    def freshness(self) -> Freshness:
        """The verdict."""
        return self.judged.freshness


@dataclass(frozen=True)
class BatchFinding:
    """One finding of an import: `rows` of the file, `cases` that it opens for the reader, and its details."""

    rule: Rule
    rows: int
    cases: int
    detail: dict[str, Any]


@dataclass(frozen=True)
class Rejects:
    """Rejected rows of an import, a page of them; `total` says of how many, `by_rule` of which."""

    rows: pd.DataFrame
    total: int
    by_rule: dict[str, int]


def sources(session: Session) -> list[SourceFacts]:
    """All sources, the one with most cases first; their cases sum up to all that the actor sees."""
    frame = session.frame(statement("cloud", "sources"))
    return [_facts(row, session.city.as_of) for row in frame.to_dict("records")]


def volumes(session: Session) -> pd.DataFrame:
    """Cases by source and local month of report: source, month (date, its first day), cases int64."""
    return session.frame(statement("cloud", "volumes"), {"timezone": session.city.clock.timezone.key})


def batches(session: Session) -> pd.DataFrame:
    """All imports, newest first; times are naive UTC.

    Columns: batch_id, kind, file_name, started_at, finished_at, actor, read, accepted, rejected, inserted, updated,
    unchanged, undone_at, undone_by, finding_rules and finding_rows (int64), sources (list of str).
    """
    return session.frame(statement("cloud", "batches"))


def report_of(session: Session, batch_id: int) -> dict[str, Any] | None:
    """What the import printed, numbers of persons starred; None for a batch that is not there."""
    rows = session.rows(statement("cloud", "batch_report"), {"batch_id": batch_id})
    report: dict[str, Any] | None = masked_json(session, json.loads(rows[0][0])) if rows else None
    return report


def findings_of(session: Session, batch_id: int) -> list[BatchFinding]:
    """What an import found, the most frequent first."""
    rows = session.rows(statement("cloud", "findings"), {"batch_id": batch_id})
    return [
        BatchFinding(RULES[rule], n, cases, masked_json(session, json.loads(detail)))
        for rule, n, detail, cases in rows
    ]


def rejects_of(
    session: Session, batch_id: int, *, most: int, first: int = 0, rule: str | None = None
) -> Rejects:
    """Rejected rows of an import by row number: row_number, rule, field, value, raw (JSON without personal fields).

    At most `most` of them from place `first` on, of one rule or of all.
    """
    counted = dict(session.rows(statement("cloud", "rejects_by_rule"), {"batch_id": batch_id}))
    params = {"batch_id": batch_id, "rule": rule, "most": most, "first": first}
    rows = session.frame(statement("cloud", "rejects"), params)
    total = sum(counted.values()) if rule is None else counted.get(rule, 0)
    return Rejects(rows, total, counted)


def _facts(row: dict[Any, Any], as_of: datetime) -> SourceFacts:
    hours = _or_none(row["every_hours"])
    data_end = _moment(row["data_end"])
    return SourceFacts(
        source=row["source"],
        cases=int(row["cases"]),
        placed={kind: int(row[column]) for kind, column in _PLACED.items()},
        located={status: int(row[status.value]) for status in LocationStatus},
        at_placeholder=int(row["at_placeholder"]),
        first_reported_at=_moment(row["first_reported_at"]),
        last_reported_at=_moment(row["last_reported_at"]),
        last_updated_at=_moment(row["last_updated_at"]),
        data_end=data_end,
        delivered_at=_moment(row["delivered_at"]),
        every_hours=hours,
        note=row["note"] if isinstance(row["note"], str) else None,
        judged=judge(hours, data_end, as_of),
    )


def _or_none(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _moment(value: Any) -> datetime | None:
    return None if pd.isna(value) else value.to_pydatetime()
