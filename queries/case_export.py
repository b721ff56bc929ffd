"""Exports of cases: the file, its description and the row of the audit are made in one way for everybody.

The screen's background job and the operator's command line both come here. Count and rows are read from one
state of the data; the audit is written once the file stands, and a file that could not be audited is removed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from data.export import Description, ExportFormat, Written, about_path, export_rows
from data.session import Session
from data.store import Store
from domain.actor import Actor
from domain.audit import Action
from domain.case_fields import CASE_FIELDS
from domain.deeds import Deed, require
from domain.filter_words import filter_words, scope_words, side_definition
from domain.filters import CaseFilter
from domain.i18n import _
from domain.progress import Progress
from queries import case_list, meta
from queries.areas import AreaInfo
from queries.features import compound_names


@dataclass(frozen=True)
class Request:
    """What is exported: the cases of a filter in an area (None: everywhere, unplaced ones too), as what file.

    `as_of` is the as-of time of the screen (naive UTC), None for the city's own.
    """

    chosen: CaseFilter
    area: AreaInfo | None
    file_format: ExportFormat
    as_of: datetime | None = None


@dataclass(frozen=True)
class Exported:
    """A finished export, as the audit has it."""

    path: Path
    rows: int
    sha256: str


def export_cases(store: Store, actor: Actor, request: Request, target: Path, progress: Progress) -> Exported:
    """Writes the file, its description beside it, and the audit.

    Raises InputRefused where the target exists, NotAllowed for whoever may not export; a failed or cancelled
    export leaves nothing.
    """
    require(actor, Deed.EXPORT)
    with store.session(actor) as session, session.snapshot():
        about = describe(session, store.now(), request)
        found = case_list.stream(session, request.chosen, request.area, request.as_of)
        written = export_rows(
            found.batches, target, request.file_format, about, progress, expected=found.total
        )
    with removed_on_failure(target), store.writing(actor) as writer:
        writer.audit(Action.EXPORT_CASES, "cases", _audit_detail(about, target, request, written))
    return Exported(target, written.rows, written.sha256)


def describe(session: Session, now: datetime, request: Request) -> Description:
    """What a file says of itself, in the reader's language; a person's number in the search is starred."""
    info = meta.city(session)
    at = session.city.clock.to_local(request.as_of) if request.as_of else info.as_of
    chosen = replace(request.chosen, text=case_list.masked(session, request.chosen.text))
    about: dict[str, Any] = {
        "city": info.name,
        "demo": info.demo,
        "as_of": _iso(at),
        "timezone": info.timezone,
        "filter_words": filter_words(
            chosen,
            request.area.name if request.area else None,
            compound_names(session, chosen.compounds),
        ),
        "filter": chosen.to_query(),
        "scope": scope_words(session.actor),
    }
    if chosen.side:
        about["indicator"] = side_definition(chosen.side)
    return about | {
        "exported_by": session.actor.login,
        "exported_at": _iso(session.city.clock.to_local(now)),
        "times": "local",
        "coordinates": "WGS-84",
        "texts": _texts(request.file_format),
        "columns": {name: field.meaning for name, field in CASE_FIELDS.items()},
    }


def _texts(file_format: ExportFormat) -> str:
    """What was done to texts, so that nobody takes it for the source's own."""
    if file_format is ExportFormat.PARQUET:
        return _("文本与库内一致。")
    if file_format is ExportFormat.CSV:
        return _(
            "电子表格会当公式执行的单元格前加了撇号；控制字符换成 \N{REPLACEMENT CHARACTER}；时间精确到秒。"
        )
    if file_format is ExportFormat.XLSX:
        return _("文本一律存为文本；控制字符换成 \N{REPLACEMENT CHARACTER}；超过 32,767 个字符的截短。")
    return _("控制字符换成 \N{REPLACEMENT CHARACTER}。")


def _audit_detail(about: Description, target: Path, request: Request, written: Written) -> dict[str, Any]:
    return {
        "file": target.name,
        "format": request.file_format.value,
        "filter": about["filter"],
        "as_of": about["as_of"],
        "rows": written.rows,
        "sha256": written.sha256,
    }


@contextmanager
def removed_on_failure(target: Path) -> Iterator[None]:
    """An export that the audit does not know must not exist."""
    try:
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        about_path(target).unlink(missing_ok=True)
        raise


def _iso(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")
