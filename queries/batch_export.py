"""Batch exports: the cases of a filter as one file an area of a level, all in one zip with a manifest.

The cases are read once, those of an area following each other; counts and rows come from one state of the data. What
lies in no area of the level is a file of its own. The zip is offered only where the rows of its files are the cases of
the filter; then the audit is written, and a zip that could not be audited is removed. Whoever exports gets own cases
only: an area in which the actor sees none and for which it does not answer has no file.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.bundle import Bundle, bundled
from data.export import Description, ExportFormat, about_path, export_rows, sha256_of, write_about
from data.session import Session
from data.store import Store
from domain.actor import Actor
from domain.audit import Action
from domain.deeds import Deed, require
from domain.errors import InputRefused, OneGridError
from domain.filters import CaseFilter
from domain.i18n import _
from domain.progress import Progress
from domain.vocabulary import Level
from queries import areas, case_list
from queries.areas import AreaInfo
from queries.case_export import Exported, Request, describe, removed_on_failure
from queries.compose import At, Conditions, case_conditions, export_statement, statement

_MANIFESTS = ("manifest.json", "manifest.csv")

UNPLACED = "unplaced"
"""Stands for the code of the file with the cases that lie in no area of the level."""


@dataclass(frozen=True)
class BatchRequest:
    """What is exported: the cases of a filter in an area, one file of a format for each area of `level`.

    `as_of` is the as-of time of the screen (naive UTC), None for the city's own; `view` names the saved view that
    the filter came from.
    """

    chosen: CaseFilter
    area: AreaInfo | None
    file_format: ExportFormat
    level: Level
    as_of: datetime | None = None
    view: str = ""

    @property
    def one(self) -> Request:
        """The same cases as one file."""
        return Request(self.chosen, self.area, self.file_format, self.as_of)


@dataclass(frozen=True)
class Member:
    """One file of the zip: whose cases, how many, and the file's SHA-256 and bytes. `code` is empty where unplaced."""

    code: str
    name: str
    file: str
    rows: int
    sha256: str
    bytes: int


@dataclass(frozen=True)
class _Share:
    """The cases of one area; no code for those in none."""

    code: str | None
    name: str
    cases: int


def export_batch(
    store: Store, actor: Actor, request: BatchRequest, target: Path, progress: Progress
) -> Exported:
    """Writes the zip, its description beside it, and the audit.

    Raises NotAllowed without the deed, InputRefused where the target exists, OneGridError where the files do not add
    up; a failed or cancelled export leaves nothing.
    """
    require(actor, Deed.EXPORT)
    with store.session(actor) as session, session.snapshot():
        _refuse_without_areas(session, request.level)
        about = _about(session, store.now(), request)
        made = session.city.clock.to_local(store.now())
        with bundled(target, made, _MANIFESTS) as (bundle, workshop):
            batch = _Batch(request, about, bundle, workshop, progress)
            members = list(batch.members(session))
            total = case_list.total(session, request.chosen, request.area, request.as_of)
            _reconcile(members, total)
            batch.take_manifest(total, members)
    with removed_on_failure(target), store.writing(actor) as writer:
        write_about(target, {**about, "rows": total, "files": len(members)})
        sha256 = sha256_of(target)
        detail = {
            "file": target.name,
            "format": request.file_format.value,
            "rows": total,
            "files": len(members),
        }
        told = {key: about[key] for key in ("per", "view", "filter", "as_of") if key in about}
        writer.audit(Action.BATCH_EXPORT, "cases", {**detail, **told, "sha256": sha256})
    return Exported(target, total, sha256)


def _refuse_without_areas(session: Session, level: Level) -> None:
    if level not in areas.levels(session):
        raise InputRefused(
            _("没有{level}一级的区划，不能分文件导出。").format(level=level.label.lower()),
            _("请换一个层级，或先导入这一级的边界。"),
        )


def _about(session: Session, now: datetime, request: BatchRequest) -> Description:
    """What every file says of itself, and the manifest."""
    about = {**describe(session, now, request.one), "per": request.level.value}
    return {**about, "view": request.view} if request.view else about


def _shares(session: Session, request: BatchRequest) -> list[_Share]:
    """Every area that gets a file, by code, and what is in none as the last; there is no such file without cases."""
    where, values = _conditions(session, request)
    found = session.rows(statement("batch_export", "how_many_by_area", request.level, where), values)
    counted = {code: _Share(code, name, cases) for code, name, cases in found if code is not None}
    for code, name in _own_areas(session, request):
        counted.setdefault(code, _Share(code, name, 0))
    unplaced = sum(cases for code, _name, cases in found if code is None)
    last = [_Share(None, _unplaced_name(request.level), unplaced)] if unplaced else []
    return [*(counted[code] for code in sorted(counted)), *last]


def _unplaced_name(level: Level) -> str:
    return _("未落到{level}").format(level=level.label.lower())


def _own_areas(session: Session, request: BatchRequest) -> Iterator[tuple[str, str]]:
    """The areas inside the filter's area that the actor answers for: they get a file without cases too."""
    inside = request.area.area_id if request.area else None
    within = areas.areas_within(session, request.level, inside)
    if not session.actor.sees_everything:
        own = [areas.areas_within(session, request.level, one.area_id) for one in areas.own(session)]
        mine = set().union(*(frame["area_id"] for frame in own))
        within = within[within["area_id"].isin(mine)]
    yield from zip(within["code"], within["name"], strict=True)


def _conditions(session: Session, request: BatchRequest) -> Conditions:
    area = request.area.as_filter if request.area else None
    return case_conditions(request.chosen, At.of(session, request.as_of), area)


def _stream(session: Session, request: BatchRequest) -> pa.RecordBatchReader:
    """All cases, those of an area together, areas by code, those in none last."""
    where, values = _conditions(session, request)
    values["timezone"] = session.city.clock.timezone.key
    return session.batches(export_statement(where, request.level), values, case_list.STREAM_ROWS)


@dataclass
class _Batch:
    """The files of one zip in the making; `about` is what all of them say of themselves."""

    request: BatchRequest
    about: Description
    bundle: Bundle
    workshop: Path
    progress: Progress
    done: int = 0

    def members(self, session: Session) -> Iterator[Member]:
        """Writes one file a share, in their order, from one stream."""
        shares = _shares(session, self.request)
        expected = sum(share.cases for share in shares)
        found = _stream(session, self.request)
        groups = itertools.groupby(_runs(found, f"{self.request.level.value}_code"), key=lambda run: run[0])
        for share in shares:
            # an area without cases has no run in the stream
            runs = _next_group(groups, share.code) if share.cases else iter(())
            batches = (batch for _code, batch in runs)
            yield self._member(share, pa.RecordBatchReader.from_batches(found.schema, batches), expected)
        if next(groups, None) is not None:
            raise _not_adding_up()
        self.progress("exporting", self.done, expected)

    def _member(self, share: _Share, rows: pa.RecordBatchReader, expected: int) -> Member:
        suffix = f".{self.request.file_format.value}"
        name = self.bundle.free_name(share.code or UNPLACED, share.name, suffix)
        file = self.workshop / f"part{suffix}"
        about = {**self.about, "area": share.code or "", "area_name": share.name}
        before = self.done

        def told(stage: str, done: int, _of_the_file: int | None) -> None:
            self.progress(stage, before + done, expected)

        written = export_rows(rows, file, self.request.file_format, about, told, share.cases)
        self.done += written.rows
        member = Member(share.code or "", share.name, name, written.rows, written.sha256, file.stat().st_size)
        about_path(file).unlink()
        self.bundle.take(file, name)
        return member

    def take_manifest(self, total: int, members: list[Member]) -> None:
        """The manifest twice: for programs, and as a table for people; a name in it never becomes a formula."""
        told = {**self.about, "total": total, "files": [asdict(member) for member in members]}
        as_json, as_csv = (self.workshop / name for name in _MANIFESTS)
        as_json.write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
        table = pa.Table.from_pylist([asdict(member) for member in members], schema=_MANIFEST_SCHEMA)
        export_rows(table.to_reader(), as_csv, ExportFormat.CSV, self.about)
        about_path(as_csv).unlink()
        for file in (as_json, as_csv):
            self.bundle.take(file, file.name)


def _next_group(groups: Iterator[Any], code: str | None) -> Iterator[tuple[str | None, pa.RecordBatch]]:
    """The runs of the next area of the stream, which must be the one that is written."""
    seen, runs = next(groups, (code, iter(())))
    if seen != code:
        raise _not_adding_up()
    found: Iterator[tuple[str | None, pa.RecordBatch]] = runs
    return found


def _runs(found: pa.RecordBatchReader, column: str) -> Iterator[tuple[str | None, pa.RecordBatch]]:
    """The batches cut where the area changes, each with its area's code."""
    for batch in found:
        runs = pc.run_end_encode(batch[column])
        start = 0
        for end, code in zip(runs.run_ends.to_pylist(), runs.values.to_pylist(), strict=True):
            yield code, batch.slice(start, end - start)
            start = end


def _reconcile(members: list[Member], total: int) -> None:
    if sum(member.rows for member in members) != total:
        raise _not_adding_up()


def _not_adding_up() -> OneGridError:
    return OneGridError(_("各文件的行数加起来不等于筛选出的件数。"), _("文件没有保留；请重试。"))


_MANIFEST_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("name", pa.string()),
        ("file", pa.string()),
        ("rows", pa.int64()),
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
    ]
)
