"""Writes a stream of rows to a file: CSV, XLSX, GeoJSON, GeoPackage or Parquet, each with what it is.

Nothing is held in memory but one batch. Beside the file stands `<file>.about.json` (in XLSX also a last
sheet, in Parquet also the schema's metadata) with the filter, the as-of time, the number of rows, the meaning
of every column, who and when.

- A cell that a spreadsheet would execute gets a leading apostrophe in CSV; in XLSX it is stored as text.
  White space and invisible characters before the sign do not save it: some programs trim them first.
- Control characters, which neither XML nor GDAL can carry, become U+FFFD in every format but Parquet, which
  keeps texts exactly. Marks that change the direction of writing are data and stay.
- A text that is too long for an XLSX cell is cut there and nowhere else.
- Degrees in CSV and XLSX (columns lon and lat) have seven decimals, about a centimetre: the rest is noise of computed
  points, and a spreadsheet shows all of it. The other formats carry coordinates as they are stored.

Every change of a text is counted, and the description says how many cells it concerns.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from data.features import LAYER, write_features
from data.formulas import DANGEROUS_START
from data.xlsx import SHEET_ROWS, Workbook
from domain.errors import InputRefused, OneGridError
from domain.i18n import N_, _
from domain.progress import Progress, no_progress

CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
"""Characters that XML 1.0 cannot hold."""

_ROW_GROUP_ROWS = 65_536
_ROW_GROUP_BYTES = 64 * 1024 * 1024
"""What a Parquet row group gathers: small ones compress badly, and all of one is held in memory."""

DEGREES = ("lon", "lat")
DECIMALS = 7

BOM = b"\xef\xbb\xbf"

Description = Mapping[str, Any]
"""What a file says of itself; JSON. `columns` gives each column's meaning by its name, `title` what the rows are if
they are no cases, and `layer` what their layer is called in a file that has layers."""


class ExportFormat(StrEnum):
    """File formats of an export."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    PARQUET = "parquet"


_FOR_SPREADSHEETS = (ExportFormat.CSV, ExportFormat.XLSX)


@dataclass(frozen=True)
class Written:
    """A finished file: its rows, and the SHA-256 of its bytes."""

    rows: int
    sha256: str


def about_path(target: Path) -> Path:
    """Where the description of a file stands."""
    return target.with_name(f"{target.name}.about.json")


def export_rows(
    batches: pa.RecordBatchReader,
    target: Path,
    file_format: ExportFormat,
    about: Description,
    progress: Progress = no_progress,
    expected: int | None = None,
) -> Written:
    """Writes all rows to `target` and the description beside it.

    `expected` is how many rows there must be, None where that is not known; it is also the progress's total.
    Raises InputRefused where the target exists; an export that fails or is cancelled leaves no file.
    """
    if target.exists():
        raise InputRefused(_("{path} 已存在。").format(path=target), _("请换一个文件名。"))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.stem}.part{target.suffix}")
    tally = Tally(progress, expected)
    exact = file_format is ExportFormat.PARQUET
    rows = tally.watch(batches) if exact else map(tally.printable, tally.watch(batches))
    if file_format in _FOR_SPREADSHEETS:
        rows, about = map(_short_degrees, rows), _with_decimals(about)
    reader = pa.RecordBatchReader.from_batches(batches.schema, rows)
    try:
        _WRITERS[file_format](reader, part, about, tally)
        tally.check()
        written = Written(tally.rows, sha256_of(part))
        write_about(target, {**about, **tally.facts()})
        part.replace(target)
    except BaseException:
        about_path(target).unlink(missing_ok=True)
        # GDAL turns whatever stops its source into an error of its own: the true reason counts
        if tally.stopped is not None:
            raise tally.stopped from None
        raise
    finally:
        part.unlink(missing_ok=True)
    return written


class Tally:
    """Counts rows and changed cells as they pass, tells the progress, and remembers what stopped it."""

    def __init__(self, progress: Progress = no_progress, expected: int | None = None) -> None:
        self.rows = 0
        self.neutralised_cells = 0
        self.replaced_cells = 0
        self.cut_cells = 0
        self.stopped: BaseException | None = None
        self._progress = progress
        self.expected = expected

    def watch(self, batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """The batches, counted."""
        try:
            for batch in batches:
                self._progress("exporting", self.rows, self.expected)
                yield batch
                self.rows += batch.num_rows
            self._progress("exporting", self.rows, self.expected)
        except GeneratorExit:
            raise
        except BaseException as error:
            self.stopped = error
            raise

    def printable(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with every control character but tab and line ends replaced by U+FFFD."""
        batch, changed = _replaced(batch, CONTROL, "\N{REPLACEMENT CHARACTER}")
        self.replaced_cells += changed
        return batch

    def neutralised(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with every text that a spreadsheet would execute made harmless."""
        batch, changed = _replaced(batch, DANGEROUS_START, r"'\1")
        self.neutralised_cells += changed
        return batch

    def cut(self, cells: int) -> None:
        """Notes cells that lost their end."""
        self.cut_cells += cells

    def check(self) -> None:
        """Refuses a file with other rows than were counted: better none than one that says something else."""
        if self.expected is not None and self.rows != self.expected:
            raise OneGridError(
                _("文件写了 {rows} 行，应有 {expected} 行。").format(rows=self.rows, expected=self.expected),
                _("文件没有保留；请重试。"),
            )

    def facts(self) -> dict[str, int]:
        """The counts as a description names them."""
        return {
            "rows": self.rows,
            "neutralised_cells": self.neutralised_cells,
            "replaced_cells": self.replaced_cells,
            "cut_cells": self.cut_cells,
        }


def _short_degrees(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with longitudes and latitudes to `DECIMALS`."""
    columns = [
        pc.round(column, ndigits=DECIMALS)
        if name in DEGREES and pa.types.is_floating(column.type)
        else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _with_decimals(about: Description) -> Description:
    """The description, which says how many decimals degrees have where there are any."""
    if "coordinates" not in about:
        return about
    told = _("{system}，小数 {n} 位").format(system=about["coordinates"], n=DECIMALS)
    return {**about, "coordinates": told}


def _replaced(batch: pa.RecordBatch, pattern: str, replacement: str) -> tuple[pa.RecordBatch, int]:
    """The batch with what the pattern finds replaced in its texts, and how many cells that changed."""
    columns, changed = list(batch.columns), 0
    for at, column in enumerate(columns):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            found = pc.sum(pc.match_substring_regex(column, pattern)).as_py() or 0
            if found:
                columns[at] = pc.replace_substring_regex(column, pattern, replacement)
                changed += found
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema), changed


def safe_heading(text: str, file_format: ExportFormat) -> str:
    """A column's name that comes from data, as harmless as a cell of such a file is made."""
    told = pc.replace_substring_regex(pa.scalar(text), CONTROL, "\N{REPLACEMENT CHARACTER}")
    if file_format is ExportFormat.CSV:
        told = pc.replace_substring_regex(told, DANGEROUS_START, r"'\1")
    return str(told.as_py())


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_about(target: Path, about: Description) -> None:
    """Puts the description of a file beside it."""
    text = json.dumps(about, ensure_ascii=False, indent=2)
    about_path(target).write_text(text, encoding="utf-8")


def _write_csv(reader: pa.RecordBatchReader, path: Path, about: Description, tally: Tally) -> None:  # noqa: ARG001
    schema = pa.schema([_to_seconds(field) for field in reader.schema])
    with path.open("wb") as stream:
        stream.write(BOM)
        with pa.csv.CSVWriter(stream, schema) as writer:
            for batch in reader:
                writer.write_batch(tally.neutralised(batch).cast(schema, safe=False))


def _to_seconds(field: pa.Field) -> pa.Field:
    """A spreadsheet takes 08:30:00 for a time and 08:30:00.000000 for a text."""
    return field.with_type(pa.timestamp("s")) if pa.types.is_timestamp(field.type) else field


def _write_parquet(reader: pa.RecordBatchReader, path: Path, about: Description, tally: Tally) -> None:
    with pa.parquet.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for table in _row_groups(reader):
            writer.write_table(table, row_group_size=max(1, table.num_rows))
        note = json.dumps({**about, **tally.facts()}, ensure_ascii=False)
        writer.add_key_value_metadata({"about": note})


def _row_groups(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    for batch in reader:
        held.append(batch)
        if (
            sum(one.num_rows for one in held) >= _ROW_GROUP_ROWS
            or sum(one.nbytes for one in held) >= _ROW_GROUP_BYTES
        ):
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


def write_xlsx(
    reader: pa.RecordBatchReader,
    path: Path,
    about: Description,
    tally: Tally,
    sheet_rows: int = SHEET_ROWS - 1,
) -> None:
    """Writes a workbook: as many sheets as the rows need below their headers, and last one that says what it is."""
    title = str(about.get("title", _("案件")))
    with Workbook(path, tally.cut) as book:
        room, part = sheet_rows, 1
        book.begin_sheet(title, reader.schema.names)
        for batch in reader:
            rest = batch
            while rest.num_rows > room:
                book.write(rest.slice(0, room))
                rest, room, part = rest.slice(room), sheet_rows, part + 1
                book.begin_sheet(f"{title} {part}", reader.schema.names)
            book.write(rest)
            room -= rest.num_rows
        book.begin_sheet(_("说明"))
        note = _note({**about, **tally.facts()})
        book.write(_replaced(note, CONTROL, "\N{REPLACEMENT CHARACTER}")[0])


_NOTE_LABELS = {
    "title": N_("内容"),
    "city": N_("城市"),
    "demo": N_("演示数据"),
    "as_of": N_("统计时点"),
    "timezone": N_("时区"),
    "filter": N_("筛选条件（地址参数）"),
    "filter_words": N_("筛选条件"),
    "scope": N_("数据范围"),
    "per": N_("每个文件一个"),
    "indicator": N_("指标口径"),
    "measure": N_("指标"),
    "unit": N_("单位"),
    "rows_of": N_("行是"),
    "columns_of": N_("列是"),
    "cases": N_("案件"),
    "exported_by": N_("导出人"),
    "exported_at": N_("导出时间"),
    "times": N_("时间"),
    "coordinates": N_("坐标系"),
    "texts": N_("文本"),
    "rows": N_("行数"),
    "neutralised_cells": N_("加撇号的单元格"),
    "replaced_cells": N_("去掉控制字符的单元格"),
    "cut_cells": N_("截短的单元格"),
}
"""What the keys of a description are called in the note; the columns stand below, under their own names."""


def _note(about: Description) -> pa.RecordBatch:
    """The description as two columns of text: facts first, then what every column means."""
    facts = [
        (_(_NOTE_LABELS[key]) if key in _NOTE_LABELS else key, _plain(value))
        for key, value in about.items()
        if key != "columns"
    ]
    meanings = [(name, str(meaning)) for name, meaning in about.get("columns", {}).items()]
    lines = [*facts, *([(_("列"), _("含义")), *meanings] if meanings else [])]
    return pa.RecordBatch.from_pydict(
        {"what": [what for what, _told in lines], "told": [told for _what, told in lines]},
        schema=pa.schema([("what", pa.string()), ("told", pa.string())]),
    )


def _plain(value: object) -> str:
    """A value of a description as a person reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False)


_Write = Callable[[pa.RecordBatchReader, Path, Description, Tally], None]


def _write_spatial(driver: str, **options: str) -> _Write:
    def write(reader: pa.RecordBatchReader, path: Path, about: Description, tally: Tally) -> None:
        named = {LAYER: str(about[LAYER])} if LAYER in about else {}
        write_features(reader, path, driver, {**options, **named}, tally.expected)

    return write


_WRITERS: dict[ExportFormat, _Write] = {
    ExportFormat.CSV: _write_csv,
    ExportFormat.XLSX: write_xlsx,
    ExportFormat.PARQUET: _write_parquet,
    ExportFormat.GEOJSON: _write_spatial("GeoJSON", RFC7946="YES"),
    ExportFormat.GPKG: _write_spatial("GPKG"),
}
