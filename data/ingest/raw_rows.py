"""Rejected rows as JSON, personal columns apart, and as a file that can be corrected and imported again."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.formulas import guarded
from data.ingest.chunks import REJECT_MARKS, Malformed
from data.ingest.findings import PERSONAL_MARK, REJECT_SCHEMA
from data.ingest.values import as_text
from domain.rules import RULES

TEXT_KEY: Final = "_text"
"""Key of the whole text of a malformed row, which has no columns."""

_VALUE_CHARACTERS: Final = 200


def reject_table(
    table: Any,
    row_numbers: npt.NDArray[np.int64],
    faults: Sequence[tuple[int, str, tuple[str, ...]]],
    personal: frozenset[str],
) -> Any:
    """Rejects of a chunk.

    Args:
        table: The chunk in the file's columns.
        row_numbers: Of its rows.
        faults: (position in the chunk, rule, columns of the file) of each rejected row.
        personal: Columns of the file whose values are kept apart and never shown.
    """
    part = table.take(pa.array([position for position, _rule, _columns in faults], pa.int64()))
    names = [name for name in part.column_names if name not in REJECT_MARKS]
    cells = [as_text(part.column(name)).to_pylist() for name in names]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*cells, strict=True)]
    return _rejects(
        [
            {
                "row_number": int(row_numbers[position]),
                "rule": rule,
                "field": " + ".join(columns),
                "value": _shown(row, columns, personal),
                "raw": _json({name: row[name] for name in names if name not in personal}),
                "raw_private": _json({name: row[name] for name in names if name in personal}),
            }
            for (position, rule, columns), row in zip(faults, rows, strict=True)
        ]
    )


def malformed_table(rows: Iterable[Malformed], personal: frozenset[str]) -> Any:
    """Rejects of rows that could not be parted into columns.

    Where the file has personal columns nobody knows which part of the text is personal: all of it is.
    """
    return _rejects(
        [
            {
                "row_number": row.row_number,
                "rule": "malformed_row",
                "field": "",
                "value": str(row.columns),
                "raw": None if personal else _json({TEXT_KEY: row.text}),
                "raw_private": _json({TEXT_KEY: row.text}) if personal else None,
            }
            for row in rows
        ]
    )


def _rejects(rows: list[dict[str, Any]]) -> Any:
    return pa.Table.from_pylist(rows, schema=REJECT_SCHEMA)


def _shown(row: Mapping[str, str | None], columns: tuple[str, ...], personal: frozenset[str]) -> str | None:
    if personal.intersection(columns):
        return PERSONAL_MARK
    values = [row[column] for column in columns if column in row]
    text = "/".join(value for value in values if value)
    return text[:_VALUE_CHARACTERS] if text else None


def _json(values: dict[str, str | None]) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None


def export_rejects(rejects: Iterable[Mapping[str, Any]], path: Path) -> int:
    """Write rejects as a CSV that the same mapping imports again once the rows are corrected.

    The columns are the file's own, behind six columns that say where the row stood, what is wrong and what to do
    about it; the import knows them and leaves them out. UTF-8 with a byte order mark, so that spreadsheets read it;
    what one would run has an apostrophe before it, which the import takes off again (data/formulas.py).
    A row that could not be parted into columns stands in `_reject_text`: its cells are to be filled in.

    Args:
        rejects: Rows of `REJECT_SCHEMA`; with `raw_private` left out where the reader may not see it.
        path: File to write.

    Returns:
        The number of rows written.
    """
    rows = [dict(reject) for reject in rejects]
    contents = [{**_object(row.get("raw")), **_object(row.get("raw_private"))} for row in rows]
    columns = list(dict.fromkeys(name for content in contents for name in content if name != TEXT_KEY))
    lines: list[list[str | None]] = [[*REJECT_MARKS, *columns]]
    for row, content in zip(rows, contents, strict=True):
        marks = [
            str(row["row_number"]),
            row["rule"],
            row["field"],
            row["value"],
            RULES[row["rule"]].told,
            content.get(TEXT_KEY),
        ]
        lines.append([*marks, *(content.get(name) for name in columns)])
    safe = [guarded(cells) for cells in zip(*lines, strict=True)]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(zip(*safe, strict=True))
    return len(rows)


def _object(text: object) -> dict[str, str | None]:
    return dict(json.loads(text)) if isinstance(text, str) and text else {}
