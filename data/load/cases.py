"""Loads cases: stage, place, compare with what is stored, write; one transaction, whatever the size.

Exactly one row a case (source, source_case_id). A stored row that a newer one replaces goes to the history,
so that a batch can be undone. accepted = inserted + updated + unchanged = the sum over area_source.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from data.ingest.cases import CaseFile
from data.ingest.findings import REJECT_SCHEMA, ROWS_KEPT, Finding
from data.ledger import Writer
from data.load.ahead import TimeOrder, ahead
from data.load.batch import (
    Counts,
    SourceFile,
    check_reject_share,
    insert_table,
    next_batch,
    record_batch,
)
from data.load.compound_cases import match_batch
from data.load.names import resolve_codes, resolve_names
from data.load.place import Placer
from data.load.sources import promise_of_batch, refresh_source_ends
from data.statements import statements
from domain.progress import Progress, no_progress
from domain.vocabulary import AreaSource, LocationStatus, Subject

_FOLDER = Path(__file__).parents[1] / "sql"
_SQL = statements(_FOLDER / "load_cases.sql")
STRANGE_SHOWN = 10
_AREAS = statements(_FOLDER / "place.sql")["names"]

_UPDATE = (
    "keep_history",
    "keep_person_history",
    "delete_updated",
    "delete_updated_persons",
    "insert_updated",
)
"""Left out where nothing is updated, and not to save time: in DuckDB 1.5.6 and 2.0.0 a large insert is not seen
until the file is opened again where an insert of no rows into the same table went before it in the transaction."""


def load_cases(
    writer: Writer,
    file: CaseFile,
    source: SourceFile,
    *,
    noticed: Sequence[Finding] = (),
    max_reject_share: float | None = None,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Writes the rows of a file as one batch and returns the report of the import.

    `noticed` are findings that the caller made before the file was opened.

    Raises InputRefused where more than `max_reject_share` of the rows were rejected.
    """
    batch_id = next_batch(writer)
    placer = Placer.of(writer)
    rejects = _stage(writer, file, placer, progress)
    progress("placing", 0, None)
    _complete(writer, file, placer)
    placing = _place(writer)
    verdicts = _merge(writer, file, batch_id, progress)
    findings = [*file.findings(), *noticed, *placing, *_verdict_findings(verdicts)]
    counts = _counts(writer, rejects.num_rows, verdicts)
    check_reject_share(counts, max_reject_share)
    extra = _placed_counts(writer, counts.accepted)
    if counts.changed:
        match_batch(writer, batch_id, has_updates=counts.updated > 0)
        writer.refresh_data_end()
        writer.bump(Subject.CASES)
    report = record_batch(writer, batch_id, source, counts, findings, rejects, extra)
    _keep_finding_cases(writer, file, batch_id, findings)
    _note_sources(writer, batch_id, file.section.every_hours)
    writer.run(_SQL["drop_staging"])
    # the last moment at which whoever asked for the import can still call it off
    progress("writing", counts.accepted, counts.accepted)
    return report


def _stage(writer: Writer, file: CaseFile, placer: Placer, progress: Progress) -> pa.Table:
    """Puts all accepted rows with the area of their point into `staged`; returns the rejects."""
    section = file.section
    constants: dict[str, object] = {"area_level": section.area_level, "prefer": section.prefer}
    writer.run(_SQL["create_staged"])
    rejects = [REJECT_SCHEMA.empty_table()]
    order = TimeOrder(writer.now)
    for accepted, rejected in ahead(file.chunks):
        order.see(accepted["reported_at"].to_numpy())
        lon, lat = (accepted[name].to_numpy() for name in ("lon", "lat"))
        area_id, status = placer.place(lon, lat)
        chunk = accepted.append_column("point_area_id", pa.array(area_id, from_pandas=True))
        chunk = chunk.append_column("location_status", pa.array(status, pa.string()))
        insert_table(writer, "chunk", chunk, _SQL["stage"], constants)
        rejects.append(rejected)
        progress("reading", file.accepted + file.rejected, file.progress.rows_total)
    if not order.kept:
        progress("sorting", 0, None)
        writer.run(_SQL["sort_staged"])
    return pa.concat_tables(rejects)


def _complete(writer: Writer, file: CaseFile, placer: Placer) -> None:
    """Lets stored cases keep what the file does not say of their place: point, area code or area name."""
    sets = {
        "sets_point": "lon" in file.columns_set,
        "sets_code": "area_code" in file.columns_set,
        "sets_name": "area_name" in file.columns_set,
    }
    if all(sets.values()):
        return
    writer.run(_SQL["complete_staged"], {**sets, "prefer": file.section.prefer})
    if sets["sets_point"]:
        return
    points = writer.run(_SQL["stored_points"]).fetchnumpy()
    lon, lat = (np.asarray(points[name], dtype=np.float64) for name in ("lon", "lat"))
    area_id, status = placer.place(lon, lat)
    placed = pa.table(
        {
            "row_number": points["row_number"],
            "location_status": pa.array(status, pa.string()),
            "point_area_id": pa.array(area_id, pa.int64(), from_pandas=True),
        }
    )
    insert_table(writer, "placed_point", placed, _SQL["place_stored_points"], {})


def _place(writer: Writer) -> list[Finding]:
    """Gives every staged row its area; returns the contradictions."""
    areas = writer.run(_AREAS).df()
    codes = resolve_codes(writer.run(_SQL["given_codes"]).df(), areas)
    names = resolve_names(writer.run(_SQL["given_names"]).df(), areas)
    writer.cursor.register("given_code", pa.Table.from_pandas(codes, preserve_index=False))
    given_name = pa.Table.from_pandas(names, preserve_index=False)
    insert_table(writer, "given_name", given_name, _SQL["create_placed"], {})
    writer.cursor.unregister("given_code")
    writer.run(_SQL["create_placing_finding"])
    return [
        Finding(rule, count, {"sample_rows": sample, **_strange(writer, rule)})
        for rule, count, sample in writer.run(_SQL["placing_findings"]).fetchall()
    ]


def _strange(writer: Writer, rule: str) -> dict[str, Any]:
    """The most frequent names or codes that no area carries: what to mend first."""
    statement = {"unknown_name": "strange_names", "unknown_code": "strange_codes"}.get(rule)
    if statement is None:
        return {}
    rows = writer.run(_SQL[statement], {"most": STRANGE_SHOWN}).fetchall()
    return {"values": dict(rows)}


def _merge(writer: Writer, file: CaseFile, batch_id: int, progress: Progress) -> dict[str, int]:
    """Compares with what is stored and writes; returns how many rows had which verdict."""
    fields = sorted(file.columns_set)
    params: dict[str, object] = {
        "fields": fields,
        "boundary_version": writer.version(Subject.AREAS),
        "batch_id": batch_id,
        "now": writer.now,
        "actor": writer.actor.login,
        "all_fields": ",".join(fields),
    }
    writer.run(_SQL["create_verdict"], params)
    verdicts: dict[str, int] = dict(writer.run(_SQL["verdict_counts"]).fetchall())
    for statement in (
        "create_updated",
        *(_UPDATE if verdicts.get("update") else ()),
        *(("insert_new",) if verdicts.get("insert") else ()),
        "insert_persons",
        "insert_events",
    ):
        progress("writing", 0, None)
        writer.run(_SQL[statement], params)
    return verdicts


def _keep_finding_cases(writer: Writer, file: CaseFile, batch_id: int, findings: Sequence[Finding]) -> None:
    """Notes which cases each finding is about, up to `ROWS_KEPT` rows a rule."""
    params: dict[str, object] = {
        "batch_id": batch_id,
        "most": ROWS_KEPT,
        "has_placeholder": any(finding.rule == "placeholder_point" for finding in findings),
    }
    insert_table(writer, "finding_row", file.finding_rows(), _SQL["insert_finding_cases"], params)


def _note_sources(writer: Writer, batch_id: int, every_hours: int | None) -> None:
    writer.run(_SQL["insert_batch_sources"], {"batch_id": batch_id})
    refresh_source_ends(writer)
    if every_hours is not None:
        promise_of_batch(writer, batch_id, every_hours)


def _verdict_findings(verdicts: dict[str, int]) -> list[Finding]:
    told = (("older_than_stored", "older"), ("state_conflict", "conflict"))
    return [Finding(rule, verdicts[name]) for rule, name in told if verdicts.get(name)]


def _counts(writer: Writer, rejected: int, verdicts: dict[str, int]) -> Counts:
    inserted, updated = verdicts.get("insert", 0), verdicts.get("update", 0)
    superseded = writer.count(_SQL["count_superseded"])
    unchanged = sum(verdicts.values()) - inserted - updated + superseded
    accepted = sum(count for _, count in writer.run(_SQL["area_source_counts"]).fetchall())
    return Counts(accepted + rejected, accepted, rejected, inserted, updated, unchanged)


def _placed_counts(writer: Writer, accepted: int) -> dict[str, Any]:
    by_source = dict(writer.run(_SQL["area_source_counts"]).fetchall())
    by_status = dict(writer.run(_SQL["location_counts"]).fetchall())
    counted = {
        "area_source": {kind.value: by_source.get(kind.value, 0) for kind in AreaSource},
        "located": {status.value: by_status.get(status.value, 0) for status in LocationStatus},
    }
    for name, parts in counted.items():
        if sum(parts.values()) != accepted:
            raise AssertionError(f"{name} {parts} does not add up to {accepted} accepted rows")
    return counted
