"""The record of one import: its numbers must add up, whatever was imported.

read = accepted + rejected, accepted = inserted + updated + unchanged: checked before the transaction may
commit, so that no screen ever shows totals that do not agree.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from data.ingest.findings import Finding
from data.ledger import Writer
from data.statements import statements
from domain.audit import Action
from domain.errors import InputRefused
from domain.i18n import _
from domain.vocabulary import ImportKind, Subject

_SQL = statements(Path(__file__).parents[1] / "sql" / "batch.sql")


@dataclass(frozen=True)
class SourceFile:
    """Where an import comes from."""

    kind: ImportKind
    name: str
    sha256: str

    @classmethod
    def of(cls, kind: ImportKind, path: Path) -> "SourceFile":
        """Name and checksum of a file, read in pieces."""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(kind, path.name, digest)


@dataclass(frozen=True)
class Counts:
    """What became of the rows of one import."""

    read: int
    accepted: int
    rejected: int
    inserted: int
    updated: int
    unchanged: int

    def reconcile(self) -> None:
        """Raises AssertionError where the numbers do not add up: nothing may be committed then."""
        accepted = self.inserted + self.updated + self.unchanged
        if self.read != self.accepted + self.rejected or self.accepted != accepted:
            raise AssertionError(f"the import does not add up: {self}")

    @property
    def changed(self) -> bool:
        """Whether the import changed anything."""
        return self.inserted + self.updated > 0


def next_batch(writer: Writer) -> int:
    """A number for a new import."""
    return writer.count(_SQL["next_batch"])


def record_batch(
    writer: Writer,
    batch_id: int,
    source: SourceFile,
    counts: Counts,
    findings: list[Finding],
    rejects: pa.Table,
    extra: dict[str, Any],
) -> dict[str, Any]:
    """Writes the batch, its rejects, findings and audit row; returns the report of the import."""
    counts.reconcile()
    report = {**vars(counts), **extra}
    report["findings"] = [
        {"rule": finding.rule, "rows": finding.rows, **finding.detail} for finding in findings
    ]
    by_rule = Counter(rejects["rule"].to_pylist())
    report["rejected_by_rule"] = dict(sorted(by_rule.items()))
    report["batch"] = batch_id
    insert_table(writer, "new_reject", rejects, _SQL["insert_rejects"], {"batch_id": batch_id})
    for finding in findings:
        detail = json.dumps(finding.detail, ensure_ascii=False, sort_keys=True)
        row = {"rule": finding.rule, "rows": finding.rows, "detail": detail}
        writer.run(_SQL["insert_finding"], {"batch_id": batch_id, **row})
    writer.run(
        _SQL["insert_batch"],
        {
            "batch_id": batch_id,
            "kind": source.kind.value,
            "file_name": source.name,
            "file_sha256": source.sha256,
            "started_at": writer.now,
            "finished_at": writer.clock(),
            "actor": writer.actor.login,
            "report": json.dumps(report, ensure_ascii=False),
            **vars(counts),
        },
    )
    writer.bump(Subject.IMPORTS)
    audited = {"file": source.name, "sha256": source.sha256, **vars(counts)}
    writer.audit(Action.of_import(source.kind), f"batch:{batch_id}", audited)
    return report


def check_reject_share(counts: Counts, max_reject_share: float | None) -> None:
    """Raises InputRefused where more rows were rejected than the operator allows."""
    if max_reject_share is None or counts.read == 0:
        return
    share = counts.rejected / counts.read
    if share > max_reject_share:
        raise InputRefused(
            _("{read} 行里有 {rejected} 行被拒（{share:.1%}），超过允许的 {allowed:.1%}；没有写入。").format(
                read=counts.read, rejected=counts.rejected, share=share, allowed=max_reject_share
            ),
            _("请改正文件或映射，或放宽 --max-reject-share。"),
        )


def insert_table(
    writer: Writer, name: str, table: pa.Table | pd.DataFrame, sql: str, params: dict[str, object]
) -> int:
    """Runs a write that selects from `table`, visible to this cursor under `name`; returns the rows written.

    A failed write ends the transaction and its cursor: taking the name back then would only hide the error.
    """
    lent = _Lent(table)
    writer.cursor.register(name, lent)
    written = sum(int(row[0]) for row in writer.run(sql, params).fetchall())
    writer.cursor.unregister(name)
    lent.take_back()
    return written


class _Lent:
    """A table for one statement: the database holds on to what it was shown until the transaction ends."""

    def __init__(self, table: pa.Table | pd.DataFrame) -> None:
        self._table: Any = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def take_back(self) -> None:
        """Let go of the table: nothing will read it again."""
        self._table = None
