"""A pivot as a file: all rows and columns of it, with numerator and denominator of every rate.

Names of columns come from data as much as cells do, so what a spreadsheet would execute is made harmless there too.
The last row is the total, and so is the last column; the file, its description and the audit are made as for cases.
"""

import itertools
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from data.export import ExportFormat, export_rows, safe_heading
from data.session import Session
from data.store import Store
from domain.actor import Actor
from domain.audit import Action
from domain.deeds import Deed, require
from domain.errors import InputRefused
from domain.filters import CaseFilter
from domain.i18n import _, format_number
from domain.indicators.facts import Unit
from domain.pivot import PivotOrder
from domain.progress import Progress
from queries.areas import AreaInfo
from queries.case_export import Exported, Request, describe, removed_on_failure
from queries.pivot import Ask, Block, Pivot, pivot

FORMATS = (ExportFormat.XLSX, ExportFormat.CSV)
"""A pivot has no points, and is for people."""

MOST_COLUMNS = 5_000
"""Of a sheet's 16,384; a rate has three for each of its own."""

_MOST_CELLS = 5_000_000
_BATCH_ROWS = 1_000


@dataclass(frozen=True)
class PivotRequest:
    """What is exported: a pivot, in which order, as what file."""

    ask: Ask
    order: PivotOrder
    file_format: ExportFormat

    @property
    def chosen(self) -> CaseFilter:
        """The cases it is made of."""
        return self.ask.question.chosen

    @property
    def area(self) -> AreaInfo | None:
        """Where they are; None everywhere."""
        return self.ask.question.area

    @property
    def as_of(self) -> datetime:
        """The as-of time (naive UTC)."""
        return self.ask.question.as_of


def export_pivot(
    store: Store, actor: Actor, request: PivotRequest, target: Path, progress: Progress
) -> Exported:
    """Writes the table, its description beside it, and the audit; rows are those of the table and the total.

    Raises NotAllowed without the deed, InputRefused where the target exists or the table is larger than a sheet.
    """
    require(actor, Deed.EXPORT)
    with store.session(actor) as session, session.snapshot():
        found = pivot(session, request.ask)
        about = _about(session, store.now(), request, found)
    table = _table(found, request)
    reader = table.to_reader(_BATCH_ROWS)
    written = export_rows(reader, target, request.file_format, about, progress, table.num_rows)
    with removed_on_failure(target), store.writing(actor) as writer:
        told = {key: about[key] for key in ("filter", "as_of", "rows_of", "columns_of", "measure")}
        detail = {"file": target.name, "format": request.file_format.value, "rows": written.rows}
        writer.audit(Action.PIVOT_EXPORT, "cases", {**detail, **told, "sha256": written.sha256})
    return Exported(target, written.rows, written.sha256)


def _about(session: Session, now: datetime, request: PivotRequest, found: Pivot) -> dict[str, Any]:
    """What the file says of itself."""
    ask = request.ask
    one = Request(request.chosen, request.area, request.file_format, request.as_of)
    about = {key: told for key, told in describe(session, now, one).items() if key not in _OF_CASES}
    indicator = ask.indicator
    formula = [indicator.numerator_name, indicator.denominator_name]
    return about | {
        "title": _("透视表"),
        "measure": f"{ask.question.profile}/{ask.name}",
        "indicator": [
            str(indicator.name),
            " ÷ ".join(str(name) for name in formula if name),
            str(indicator.source),
        ],
        "unit": indicator.unit.label,
        "rows_of": ask.rows.value,
        "columns_of": ask.columns.value if ask.columns else None,
        "cases": found.whole.cases,
    }


_OF_CASES = {"columns", "coordinates", "times", "indicator"}
"""What only a file of cases has to say."""


def _table(found: Pivot, request: PivotRequest) -> pa.Table:
    block = _whole(found, request)
    ask = request.ask
    scale = 100 if ask.indicator.unit is Unit.SHARE else 1
    names = [ask.rows.label]
    columns = [pa.array([*(found.words(ask.rows, key) for key in block.rows), _("合计")], pa.string())]
    if ask.rows.level:
        names.insert(0, _("编码"))
        columns.insert(0, pa.array([*block.rows, None], pa.string()))
    headings = [found.words(ask.columns, key) for key in block.columns if ask.columns] + [_("合计")]
    for at, heading in enumerate(headings):
        for suffix, values in _values(block, at, scale, rate=ask.indicator.kind == "rate"):
            names.append(f"{heading}{suffix}")
            columns.append(pa.array(values, pa.float64(), from_pandas=True))
    return pa.table(columns, names=_safe_names(names, request.file_format))


def _whole(found: Pivot, request: PivotRequest) -> Block:
    """All rows and columns. Raises InputRefused where they are more than a sheet takes."""
    rows, columns = len(found.rows), len(found.columns)
    if columns > MOST_COLUMNS or rows * columns > _MOST_CELLS:
        raise InputRefused(
            _("透视表有 {rows} 行 × {columns} 列，一张表放不下。").format(
                rows=format_number(rows), columns=format_number(columns)
            ),
            _("请把行或列换粗一级，或缩小筛选范围。"),
        )
    return found.block(rows, columns, request.order)


def _values(block: Block, at: int, scale: int, *, rate: bool) -> list[tuple[str, np.ndarray]]:
    """The columns of one key: its value; of a rate also what it is made of."""
    value = ("", scale * block.value[:, at])
    if not rate:
        return [value]
    return [
        value,
        (f" · {_('分子')}", block.numerator[:, at]),
        (f" · {_('分母')}", block.denominator[:, at]),
    ]


def _safe_names(names: list[str], file_format: ExportFormat) -> list[str]:
    """Names without control characters, each once; in CSV none that a spreadsheet would execute."""
    used, told = set[str](), list[str]()
    for raw in names:
        name = safe_heading(raw, file_format)
        numbered = (f"{name} ({number})" for number in itertools.count(2))
        told.append(name if name not in used else next(one for one in numbered if one not in used))
        used.add(told[-1])
    return told
