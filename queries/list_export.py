"""A list of a screen as a file: what the screen has read as its actor, its description beside it, and the audit.

For lists of some thousands of rows; cases have an export of their own (`queries.case_export`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from data.export import Description, ExportFormat, export_rows
from data.store import Store
from domain.actor import Actor
from domain.audit import Action
from domain.deeds import Deed, require
from domain.errors import InputRefused
from domain.filter_words import scope_words
from domain.i18n import _
from domain.progress import no_progress
from queries import meta
from queries.areas import AreaInfo
from queries.case_export import Exported, removed_on_failure

FORMATS = (ExportFormat.XLSX, ExportFormat.CSV, ExportFormat.PARQUET)
"""What a list is written as."""

SPATIAL = (*FORMATS, ExportFormat.GEOJSON, ExportFormat.GPKG)
"""The same for a list whose rows have lon and lat."""

_BATCH_ROWS = 5_000


@dataclass(frozen=True)
class ListRequest:
    """What is exported, and what it is.

    `name` is for the file and the audit (letters and underscores), `title` for people; `columns` say what each column
    of `rows` means; `conditions` are the choices of the screen in words. `as_of` is naive UTC.
    """

    name: str
    title: str
    rows: pd.DataFrame
    columns: Mapping[str, str]
    area: AreaInfo | None
    as_of: datetime
    conditions: tuple[str, ...] = field(default=())


def export_list(
    store: Store, actor: Actor, request: ListRequest, file_format: ExportFormat, target: Path
) -> Exported:
    """Writes the file, its description beside it, and the audit.

    Raises NotAllowed for whoever may not export, InputRefused for another format or a target that exists.
    """
    require(actor, Deed.EXPORT)
    formats = SPATIAL if {"lon", "lat"} <= set(request.columns) else FORMATS
    if file_format not in formats:
        raise InputRefused(
            _("名单不能写成 {format}。").format(format=file_format.value),
            _("请用 {known}。").format(known=", ".join(known.value for known in formats)),
        )
    about = _about(store, actor, request)
    table = pa.Table.from_pandas(request.rows[list(request.columns)], preserve_index=False)
    reader = table.to_reader(_BATCH_ROWS)
    written = export_rows(reader, target, file_format, about, no_progress, table.num_rows)
    with removed_on_failure(target), store.writing(actor) as writer:
        detail: dict[str, Any] = {
            "file": target.name,
            "format": file_format.value,
            "rows": written.rows,
            "filter_words": list(about["filter_words"]),
            "as_of": about["as_of"],
            "sha256": written.sha256,
        }
        writer.audit(Action.LIST_EXPORT, request.name, detail)
    return Exported(target, written.rows, written.sha256)


def _about(store: Store, actor: Actor, request: ListRequest) -> Description:
    """What the file says of itself, in the reader's language."""
    with store.session(actor) as session:
        info = meta.city(session)
        clock = session.city.clock
    where = (
        _("区划：{name}（{code}）").format(name=request.area.name, code=request.area.code)
        if request.area
        else ""
    )
    return {
        "title": request.title,
        "layer": request.name,
        "city": info.name,
        "demo": info.demo,
        "as_of": clock.to_local(request.as_of).isoformat(sep=" ", timespec="seconds"),
        "timezone": info.timezone,
        "filter_words": [line for line in (where, *request.conditions) if line] or [_("没有限制")],
        "scope": scope_words(actor),
        "exported_by": actor.login,
        "exported_at": clock.to_local(store.now()).isoformat(sep=" ", timespec="seconds"),
        "coordinates": "WGS-84",
        "columns": dict(request.columns),
    }
