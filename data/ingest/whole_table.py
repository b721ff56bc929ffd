"""A file that is taken whole: its columns are read with their faults, the first fault of a row first.

Files of places and posts are small next to case files, so all their rows are held at once.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.ingest.chunks import Malformed
from data.ingest.dates import read_times
from data.ingest.encoding import REPLACEMENT
from data.ingest.findings import Finding, FindingCounter
from data.ingest.layers import LayerFile
from data.ingest.mapping import Mapping, check_columns
from data.ingest.mapping_columns import DEFAULT_EMPTY, Joined
from data.ingest.mapping_sections import Section
from data.ingest.raw_rows import malformed_table, reject_table
from data.ingest.tables import open_table
from data.ingest.text_arrays import BoolArray
from data.ingest.values import FloatArray, missing, numbers, text_column, translate, whole_numbers
from domain.errors import InputRefused
from domain.opening_hours import OpeningHours

_NOBODY: Final[frozenset[str]] = frozenset()
_ISO_FORMATS: Final = ("%Y-%m-%d %H:%M:%S", "iso")
_NO_FLAG: Final = tuple(word for word in DEFAULT_EMPTY if word != "无")
"""Texts that mean "no value" in a column of yes and no, where 无 is a no."""

_NO_TERM: Final = {"kind": "unknown_kind", "area_level": "unknown_level"}
"""Columns whose rule names the values that are allowed."""


class WholeTable:
    """The rows of a file. `good` shrinks as columns are read; `result` adds everything up.

    With `only_mapped` what the mapping does not name is not kept, in rejects neither. Of a row that cannot be
    parted into columns only the number is kept then: its text may hold what nobody asked for.
    """

    def __init__(self, path: Path, mapping: Mapping, section: Section, *, only_mapped: bool = False) -> None:
        self.section = section
        self.targets: dict[str, Joined] = section.targets
        self.file = open_table(path, mapping.file.options())
        check_columns(mapping, self.file.columns)
        self.counter = FindingCounter()
        self.findings: list[Finding] = []
        mapped = list(dict.fromkeys(name for joined in self.targets.values() for name in joined.columns))
        self._keeps_text = not only_mapped or set(self.file.columns) <= set(mapped)
        self._malformed: list[Malformed] = []
        self.table, self.row_numbers = self._whole(mapped if only_mapped else None)
        self._faults: dict[int, tuple[str, tuple[str, ...]]] = {}
        self._columns: dict[str, Any] = {}
        self._noted: list[tuple[str, BoolArray, dict[str, str]]] = []

    def _whole(self, columns: Sequence[str] | None) -> tuple[Any, npt.NDArray[np.int64]]:
        tables, numbers = [], [np.array([], dtype=np.int64)]
        damaged = []
        for chunk in self.file.chunks():
            tables.append(chunk.table.select(columns) if columns else chunk.table)
            numbers.append(chunk.row_numbers)
            self._malformed += [row if self._keeps_text else replace(row, text="") for row in chunk.malformed]
            damaged.append(chunk.replaced)
        empty = pa.table({name: pa.array([], pa.string()) for name in columns or self.file.columns})
        table = pa.concat_tables(tables, promote_options="permissive") if tables else empty
        self._replaced = any(damaged)
        return table.combine_chunks(), np.concatenate(numbers)

    @property
    def good(self) -> BoolArray:
        """Rows without a fault so far."""
        kept = np.ones(len(self.row_numbers), dtype=bool)
        kept[list(self._faults)] = False
        return kept

    def reject(self, rule: str, column: str, rows: BoolArray) -> None:
        """Note a fault of some rows; a row keeps the first it was given."""
        source = self.targets.get(column)
        columns = source.columns if source else (column,)
        for at in np.flatnonzero(rows):
            self._faults.setdefault(int(at), (rule, columns))

    def note(self, rule: str, rows: BoolArray, **detail: str) -> None:
        """Note a finding of some rows; those that are rejected, before or after, do not count."""
        self._noted.append((rule, rows, detail))

    def text(self, column: str) -> Any:
        """A canonical column as text; all null where the mapping does not fill it."""
        if column not in self.targets:
            return pa.nulls(len(self.row_numbers), pa.string())
        return text_column(self.table, self.targets[column], self.section.empty)

    def require(self, column: str) -> None:
        """Rows without this column's value are rejected."""
        self.reject("missing_value", column, missing(self.text(column)))

    def fill(self, column: str, value: str) -> None:
        """One value for all rows."""
        self._columns[column] = pa.array([value] * len(self.row_numbers), pa.string())

    def words(self, column: str) -> None:
        """A column through its value map; a word that is not in it is kept or refused, as the map says."""
        translated = translate(self.text(column), column, self.section.value_maps.get(column))
        self._columns[column] = translated.text
        self.reject(_NO_TERM.get(column, "unknown_value"), column, translated.bad)
        self.note(translated.rule, translated.unmapped_rows, field=column)

    def translate(self, column: str) -> None:
        """A column in our vocabulary; rows without a known value are rejected."""
        translated = translate(self.text(column), column, self.section.value_maps.get(column))
        self._columns[column] = translated.text
        self.reject(_NO_TERM.get(column, "unknown_value"), column, missing(translated.text))

    def counts(self, column: str) -> Any:
        """Whole numbers as Int64."""
        values, bad = whole_numbers(self.text(column))
        self.reject("bad_number", column, bad)
        values[bad] = np.nan
        return pd.Series(values).astype("Int64")

    def numbers(self, column: str) -> FloatArray:
        """Numbers (NaN for none)."""
        values, bad = numbers(self.text(column))
        self.reject("bad_number", column, bad)
        return values

    def flags(self, column: str) -> pd.Series:
        """A column of yes and no as True, False, None; a word that is neither is left empty and counted."""
        if column not in self.targets:
            return pd.Series([None] * len(self.row_numbers), dtype=object)
        stated = "empty" in self.section.model_fields_set
        text = text_column(self.table, self.targets[column], self.section.empty if stated else _NO_FLAG)
        translated = translate(text, column, self.section.value_maps.get(column))
        self.reject("unknown_value", column, translated.bad)
        self.note(translated.rule, translated.unmapped_rows, field=column)
        said = {"true": True, "false": False}
        return pd.Series([said.get(word) for word in translated.text.to_pylist()], dtype=object)

    def opening_hours(self, column: str) -> None:
        """Opening hours as domain.opening_hours writes them; rows with some that it cannot read are rejected."""
        translated = translate(self.text(column), column, self.section.value_maps.get(column))
        self.reject("unknown_value", column, translated.bad)
        read: dict[str, str | None] = {}
        given = translated.text.to_pylist()
        for text in filter(None, dict.fromkeys(given)):
            try:
                read[text] = OpeningHours.parse(text).text
            except InputRefused:
                read[text] = None
        self._columns[column] = pa.array([read.get(text) for text in given], pa.string())
        bad = np.array([text is not None and read[text] is None for text in given], dtype=bool)
        self.reject("bad_hours", column, bad)

    def dates(self, column: str) -> npt.NDArray[np.datetime64]:
        """Days (datetime64[D], NaT for none)."""
        if column not in self.targets:
            return np.full(len(self.row_numbers), np.datetime64("NaT", "D"))
        formats = self.section.formats(column)
        if self.file.iso_dates:
            formats = (*formats, *_ISO_FORMATS)
        typed = self.table.column(self.targets[column].columns[0])
        # A day has no time zone: read as UTC it stays the day that the file says.
        times = read_times(typed, self.text(column), formats, dt.UTC)
        self.reject("bad_date", column, times.bad)
        return times.utc.astype("datetime64[D]")

    def days(self, column: str) -> "pd.Series[Any]":
        """The same as plain days (datetime.date), None for none."""
        days = [None if np.isnat(day) else day.item() for day in self.dates(column)]
        return pd.Series(days, dtype=object)

    def frame(self, columns: list[str]) -> pd.DataFrame:
        """Text columns of all rows with their row numbers; None for no value."""
        data: dict[str, Any] = {"row_number": self.row_numbers}
        for column in columns:
            text = self._columns[column] if column in self._columns else self.text(column)
            data[column] = pd.Series(text.to_pylist(), dtype=object)
        return pd.DataFrame(data)

    def result(self, frame: Any) -> LayerFile:
        """The usable rows with rejects and findings of the whole file."""
        faults = [(at, *fault) for at, fault in sorted(self._faults.items())]
        rejects = pa.concat_tables(
            [
                malformed_table(self._malformed, _NOBODY),
                reject_table(self.table, self.row_numbers, faults, _NOBODY),
            ]
        )
        for rule, rows, detail in self._noted:
            self.counter.add(rule, self.row_numbers[rows & self.good], **detail)
        if self._replaced:
            self.counter.add("undecodable_text", self.row_numbers[self._damaged()])
        read = len(self.row_numbers) + len(self._malformed)
        return LayerFile(frame, read, rejects, self.findings + self.counter.findings())

    def _damaged(self) -> BoolArray:
        rows = np.zeros(len(self.row_numbers), dtype=bool)
        for column in self.table.columns:
            rows |= np.asarray(pc.match_substring(column, REPLACEMENT).to_numpy(), dtype=bool)
        return rows
