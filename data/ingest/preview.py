"""The first rows of a file, as they stand in it and as they would be read: for a person who checks a mapping.

Values of columns that are or look personal, and telephone and identity numbers in any text, are not shown.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from data.ingest.assessments import read_assessments
from data.ingest.cases import opened
from data.ingest.chunks import Chunk, FileOptions, TableFile
from data.ingest.duty import read_duty
from data.ingest.findings import Finding
from data.ingest.layers import layer_head
from data.ingest.mapping import Mapping
from data.ingest.mapping_columns import DATE_COLUMNS, PERSONAL_COLUMNS
from data.ingest.normalise import Normaliser
from data.ingest.places import read_compounds, read_points
from data.ingest.propose_places import likely_personal
from data.ingest.survey import Survey, swapped_in
from data.ingest.systems import Bounds, declared_crs
from data.ingest.tables import open_table
from data.ingest.tables_text import TextTable
from data.ingest.values import as_text
from data.ingest.workbook import WorkbookTable
from domain.clock import Clock
from domain.errors import InputRefused
from domain.i18n import _
from domain.vocabulary import ImportKind

_NUMBERS: Final = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{17}[0-9Xx])(?![0-9])")
"""Mobile and identity numbers in a text."""


@dataclass(frozen=True)
class Head:
    """The first rows of a file.

    `note` says how it was understood (encoding and why, delimiter; or format and coordinate system), `rows` has
    `row_number` and text columns; `total` counts all rows or features where the format tells, else None.
    """

    note: str
    columns: tuple[str, ...]
    rows: pd.DataFrame
    total: int | None


@dataclass(frozen=True)
class Reading:
    """The first rows as a mapping reads them.

    `rows`: row_number and the canonical columns that the mapping fills; times local. `rejects`: row_number, rule,
    field, value of the rows among them that would be kept out. `findings`: what is wrong with them together.
    """

    rows: pd.DataFrame
    rejects: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def table_head(
    path: Path,
    kind: ImportKind,
    options: FileOptions | None = None,
    hide: frozenset[str] = frozenset(),
    most: int = 20,
) -> Head:
    """The first rows of a table; columns in `hide` are personal whatever their names.

    Raises InputRefused where the file is none.
    """
    file = open_table(path, options)
    chunk = _first(file, most)
    personal = likely_personal(file.columns, kind) | hide
    rows = pd.DataFrame({"row_number": chunk.row_numbers})
    for name in chunk.table.column_names:
        rows[name] = shown(as_text(chunk.table.column(name)).to_pylist(), hide=name in personal)
    return Head(_understood(file), tuple(file.columns), rows, file.progress.rows_total)


def features_head(path: Path, most: int = 20) -> Head:
    """The first features of a vector file, without their shapes. Raises InputRefused where the file is none."""
    head = layer_head(path, most)
    personal = likely_personal(head.fields, ImportKind.AREAS)
    rows = pd.DataFrame({"row_number": np.arange(1, len(head.frame) + 1)})
    for name in head.fields:
        cells = [None if pd.isna(cell) else str(cell) for cell in head.frame[name].tolist()]
        rows[name] = shown(cells, hide=name in personal)
    return Head(head.note, tuple(head.fields), rows, head.features)


def reading_of(
    path: Path, kind: ImportKind, mapping: Mapping, clock: Clock, bounds: Bounds | None, most: int = 20
) -> Reading:
    """The first rows of a table as a mapping reads them.

    Raises InputRefused, UnknownCrs where the mapping does not fit the file: nothing could be read.
    """
    if kind is ImportKind.CASES:
        return _cases(path, mapping, clock, bounds, most)
    if kind is ImportKind.DUTY:
        posts = read_duty(path, mapping)
        file = posts.result(posts.frame[posts.rows.good])
    elif kind is ImportKind.ASSESSMENTS:
        assessments = read_assessments(path, mapping)
        file = assessments.result(assessments.frame[assessments.rows.good])
    else:
        read = read_points if kind is ImportKind.POINTS else read_compounds
        file = read(path, mapping, bounds)
    noticed = [f for f in file.findings if kind is ImportKind.ASSESSMENTS or f.rule == "swapped_axes"]
    return Reading(
        _head(file.frame.drop(columns="geometry", errors="ignore"), most),
        _faults(file.rejects, most),
        tuple(noticed),
    )


def shown(cells: Sequence[str | None], *, hide: bool = False) -> list[str | None]:
    """Cells fit to be shown: personal ones replaced, numbers of persons in the others starred."""
    if hide:
        return [_("‹个人信息›") if cell else None for cell in cells]
    return [_NUMBERS.sub("‹…›", cell) if cell else cell for cell in cells]


def _cases(path: Path, mapping: Mapping, clock: Clock, bounds: Bounds | None, most: int) -> Reading:
    section, file, targets = opened(path, mapping)
    found = Survey(declared_crs(section.crs, file.crs) or "wgs84")
    chunk = _first(file, most)
    accepted, rejects = Normaliser(section, targets, found, clock.now()).normalise(chunk)
    filled = [name for name in accepted.column_names if name in {"row_number", "source", "state", *targets}]
    swapped = swapped_in(chunk, section, targets, found.crs, bounds)
    return Reading(_readable(accepted.select(filled), clock), _faults(rejects, most), tuple(swapped))


def _understood(file: TableFile) -> str:
    """How the file was understood, for people; `file.note` is the same for programmers."""
    if isinstance(file, TextTable):
        delimiter = {"\t": _("制表符")}.get(file.delimiter, file.delimiter)
        return _("编码 {encoding}，分隔符 {delimiter}").format(encoding=file.encoding, delimiter=delimiter)
    if isinstance(file, WorkbookTable):
        return _("工作表 {name}").format(name=file.sheet)
    return file.note


def _first(file: TableFile, most: int) -> Chunk:
    """The first rows of a file as one chunk. Raises InputRefused where there are none."""
    chunk = next(itertools.islice(file.chunks(), 1), None)
    if chunk is None:
        raise InputRefused(_("文件只有表头，没有数据行。"), remedy=_("请换一个有数据的文件。"))
    numbers = chunk.row_numbers[:most]
    last = numbers[-1] if len(numbers) else np.iinfo(np.int64).max
    malformed = [row for row in chunk.malformed if row.row_number <= last][:most]
    return replace(chunk, table=chunk.table.slice(0, most), row_numbers=numbers, malformed=malformed)


def _readable(accepted: Any, clock: Clock) -> pd.DataFrame:
    rows: pd.DataFrame = accepted.to_pandas()
    for name in rows.columns:
        if name in DATE_COLUMNS:
            rows[name] = [None if pd.isna(at) else clock.to_local(at.to_pydatetime()) for at in rows[name]]
        elif pa.types.is_string(accepted.schema.field(name).type):
            rows[name] = shown(accepted.column(name).to_pylist(), hide=name in PERSONAL_COLUMNS)
    return rows


def _head(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    rows = pd.DataFrame(frame.head(most)).reset_index(drop=True)
    for name in rows.columns:
        if rows[name].dtype == object:
            rows[name] = shown([None if pd.isna(cell) else str(cell) for cell in rows[name]])
    return rows.dropna(axis="columns", how="all")


def _faults(rejects: Any, most: int) -> pd.DataFrame:
    kept: pd.DataFrame = rejects.select(["row_number", "rule", "field", "value"]).slice(0, most).to_pandas()
    return kept
