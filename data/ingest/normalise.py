"""A chunk of a case file → accepted rows in canonical columns, rejected rows, findings.

Vectorised: a row is only looked at by itself where it is rejected. Times come out as naive UTC, coordinates
as WGS-84 degrees; what is impossible as a coordinate stays as it is, for the join to call invalid.
"""

import datetime as dt
from collections import Counter
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.ingest.chunks import Chunk, Int64Array
from data.ingest.dates import TimeArray, read_times
from data.ingest.encoding import REPLACEMENT
from data.ingest.findings import Finding, FindingCounter
from data.ingest.mapping_columns import CLOSED_VOCABULARIES, DATE_COLUMNS, PERSONAL_COLUMNS, Joined
from data.ingest.mapping_sections import CaseSection
from data.ingest.raw_rows import malformed_table, reject_table
from data.ingest.survey import Survey
from data.ingest.systems import in_degrees
from data.ingest.text_arrays import BoolArray
from data.ingest.values import Translated, missing, numbers, text_column, translate, whole_numbers
from geo.crs import to_wgs84

_TIME: Final = pa.timestamp("us")
_TEXT_COLUMNS: Final = (
    "source",
    "source_case_id",
    "channel",
    "category",
    "title",
    "description",
    "state",
    "outcome",
    "timeliness",
    "department",
    "area_code",
    "area_name",
    "place",
    "rating",
)
ACCEPTED_SCHEMA: Final = pa.schema(
    [
        ("row_number", pa.int64()),
        *((name, pa.string()) for name in _TEXT_COLUMNS),
        *((name, _TIME) for name in DATE_COLUMNS),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("rework_count", pa.int32()),
        *((name, pa.string()) for name in PERSONAL_COLUMNS),
        ("at_placeholder", pa.bool_()),
        ("superseded", pa.bool_()),
    ]
)
"""Accepted rows. `superseded` rows are accepted and placed but represented by another row of the same file
with the same id: they count as unchanged and are not loaded. All times naive UTC, lon/lat WGS-84."""

_TRANSLATED: Final = (
    *(name for name in CLOSED_VOCABULARIES if name != "kind"),
    "channel",
    "category",
    "department",
)
_HAPPENED: Final = tuple(name for name in DATE_COLUMNS if name != "due_at")
_UNMAPPED_SHOWN: Final = 20


class Normaliser:
    """Turns the chunks of one file into canonical rows, counting findings as it goes."""

    def __init__(
        self, section: CaseSection, targets: dict[str, Joined], found: Survey, now: dt.datetime
    ) -> None:
        self._section = section
        self._targets = targets
        self._survey = found
        self._now = np.datetime64(now.replace(tzinfo=None), "us")
        self._counter = FindingCounter()
        self.kept = self._counter.kept
        self._unmapped: dict[tuple[str, str], Counter[str]] = {}

    def normalise(self, chunk: Chunk) -> tuple[Any, Any]:
        """(accepted: `ACCEPTED_SCHEMA`, rejects: `REJECT_SCHEMA`) of a chunk; together all its rows."""
        rows = _Rows(chunk, self._section, self._targets, self._survey)
        rows.read_texts()
        rows.read_times()
        rows.read_numbers()
        good = ~rows.rejected
        self._note(chunk, rows, good)
        personal = self._section.personal_columns
        rejects = [malformed_table(chunk.malformed, personal)]
        if not good.all():
            rejects.append(reject_table(chunk.table, chunk.row_numbers, rows.faults(), personal))
        return rows.accepted(good), pa.concat_tables(rejects)

    def findings(self) -> list[Finding]:
        """What was found in all chunks so far."""
        unmapped = [
            Finding(
                rule,
                counts.total(),
                {
                    "field": column,
                    "values": dict(counts.most_common(_UNMAPPED_SHOWN)),
                    "distinct": len(counts),
                },
            )
            for (rule, column), counts in sorted(self._unmapped.items())
        ]
        return self._counter.findings() + unmapped

    def _note_unmapped(self, rows: "_Rows", row_numbers: Int64Array, good: BoolArray) -> None:
        """Count words that nobody explained, of rows that are let in, under the rule that says what became of them."""
        for column, (given, translated) in rows.translated.items():
            met = translated.unmapped_rows & good
            if met.any():
                words = Counter(given.filter(pa.array(met)).to_pylist())
                self._unmapped.setdefault((translated.rule, column), Counter()).update(words)
                self.kept.add(translated.rule, row_numbers[met])

    def _note(self, chunk: Chunk, rows: "_Rows", good: BoolArray) -> None:
        """Count what is odd about rows that are let in."""
        number, times, add = chunk.row_numbers, rows.times, self._counter.add
        self._note_unmapped(rows, number, good)
        for column, clock in rows.clocks.items():
            add("ambiguous_local_time", number[clock.ambiguous & good], field=column)
            add("nonexistent_local_time", number[clock.nonexistent & good], field=column)
        for column in _HAPPENED:
            if column in times:
                add("future_date", number[(times[column] > self._now) & good], field=column)
        if "closed_at" in times:
            add("closed_before_reported", number[(times["closed_at"] < times["reported_at"]) & good])
        for rule, flags in rows.point_findings.items():
            add(rule, number[flags & good])
        add("unclosed_quote", number[np.isin(number, chunk.swallowing) & good])
        if chunk.replaced:
            add("undecodable_text", number[_damaged(chunk.table)])


class _Rows:
    """One chunk on its way: canonical columns as they are read, and the first fault of each row."""

    def __init__(self, chunk: Chunk, section: CaseSection, targets: dict[str, Joined], found: Survey) -> None:
        self._chunk = chunk
        self._section = section
        self._targets = targets
        self._survey = found
        self._count = len(chunk.row_numbers)
        self._fault = np.zeros(self._count, dtype=np.int16)
        self._faults: list[tuple[str, tuple[str, ...]]] = []
        self._text: dict[str, Any] = {}
        self.translated: dict[str, tuple[Any, Translated]] = {}
        self.times: dict[str, TimeArray] = {}
        self.clocks: dict[str, Any] = {}
        self.point_findings: dict[str, BoolArray] = {}
        self._lon = self._lat = np.full(self._count, np.nan)
        self._placeholder = np.zeros(self._count, dtype=bool)
        self._rework: Any = None

    @property
    def rejected(self) -> BoolArray:
        """Rows with a fault."""
        return self._fault > 0

    def faults(self) -> list[tuple[int, str, tuple[str, ...]]]:
        """(position, rule, columns of the file) of each rejected row."""
        return [(int(at), *self._faults[self._fault[at] - 1]) for at in np.flatnonzero(self._fault)]

    def _reject(self, rule: str, column: str, rows: BoolArray) -> None:
        """Note a fault; a row keeps the first it was given."""
        if rows.any():
            source = self._targets.get(column)
            self._faults.append((rule, source.columns if source else (column,)))
            self._fault[rows & (self._fault == 0)] = len(self._faults)

    def _read_text(self, column: str) -> Any:
        return text_column(self._chunk.table, self._targets[column], self._section.empty)

    def read_texts(self) -> None:
        """Identity, vocabularies and plain text."""
        section = self._section
        for column in (*_TEXT_COLUMNS, *PERSONAL_COLUMNS):
            if column not in self._targets:
                continue
            text = self._read_text(column)
            if column in _TRANSLATED or column in section.value_maps:
                translated = translate(text, column, section.value_maps.get(column))
                self._reject(
                    "unknown_state" if column == "state" else "unknown_value", column, translated.bad
                )
                self.translated[column] = (text, translated)
                text = translated.text
            self._text[column] = text
        if section.source is not None:
            self._text["source"] = pa.array([section.source], pa.string()).take(
                pa.array(np.zeros(self._count, dtype=np.int64))
            )
        self._reject("missing_id", "source_case_id", missing(self._text["source_case_id"]))
        self._reject("missing_value", "source", missing(self._text["source"]))

    def read_times(self) -> None:
        """All times as UTC, then the state that follows from them where the file has none."""
        for column in DATE_COLUMNS:
            if column not in self._targets:
                continue
            source = self._targets[column]
            first = self._chunk.table.column(source.columns[0])
            formats = self._section.formats(column)
            if self._chunk.iso_dates:
                formats = (*formats, "%Y-%m-%d %H:%M:%S", "iso")
            clock = read_times(first, self._read_text(column), formats, self._section.zone)
            self._reject("bad_date", column, clock.bad)
            self.times[column], self.clocks[column] = clock.utc, clock
        nothing = np.isnat(self.times["reported_at"])
        self._reject("missing_value", "reported_at", nothing)
        self._derive_state()

    def _derive_state(self) -> None:
        state = self._text.get("state", pa.nulls(self._count, pa.string()))
        for column, derived in self._section.state_from.items():
            if column == "otherwise":
                present = np.ones(self._count, dtype=bool)
            elif column in self.times:
                present = ~np.isnat(self.times[column])
            else:
                present = ~missing(self._text.get(column, pa.nulls(self._count, pa.string())))
            state = pc.if_else(pa.array(missing(state) & present), derived, state)
        self._reject("unknown_state", "state", missing(state))
        self._text["state"] = state

    def read_numbers(self) -> None:
        """Coordinates to WGS-84, and the count of reworks."""
        if "rework_count" in self._targets:
            values, bad = whole_numbers(self._read_text("rework_count"))
            self._reject("bad_number", "rework_count", bad)
            values[bad] = np.nan
            self._rework = pa.array(values, from_pandas=True).cast(pa.int32())
        if "lon" not in self._targets:
            return
        lon, bad_lon = numbers(self._read_text("lon"))
        lat, bad_lat = numbers(self._read_text("lat"))
        self._reject("bad_number", "lon", bad_lon)
        self._reject("bad_number", "lat", bad_lat)
        half = np.isnan(lon) != np.isnan(lat)
        zero = (lon == 0) & (lat == 0)
        lon[half | zero] = lat[half | zero] = np.nan
        for x, y in self._survey.placeholders:
            self._placeholder |= (lon == x) & (lat == y)
        self._lon, self._lat = _to_wgs84(lon, lat, self._survey.crs)
        impossible = (np.abs(self._lon) > 180) | (np.abs(self._lat) > 90)  # noqa: PLR2004  (degrees)
        self.point_findings = {
            "half_coordinate": half & ~bad_lon & ~bad_lat,
            "zero_coordinate": zero,
            "impossible_lonlat": impossible,
        }

    def accepted(self, good: BoolArray) -> Any:
        """The rows let in, in `ACCEPTED_SCHEMA`."""
        columns: dict[str, Any] = {
            "row_number": pa.array(self._chunk.row_numbers),
            "lon": pa.array(self._lon, from_pandas=True),
            "lat": pa.array(self._lat, from_pandas=True),
            "rework_count": self._rework,
            "at_placeholder": pa.array(self._placeholder),
            "superseded": pa.array(np.zeros(self._count, dtype=bool)),
            **self._text,
            **{name: pa.array(times, _TIME) for name, times in self.times.items()},
        }
        arrays = [
            pa.nulls(self._count, part.type) if columns.get(part.name) is None else columns[part.name]
            for part in ACCEPTED_SCHEMA
        ]
        table = pa.Table.from_arrays(arrays, schema=ACCEPTED_SCHEMA)
        return table if good.all() else table.filter(pa.array(good))


def _to_wgs84(lon: Any, lat: Any, crs: str) -> tuple[Any, Any]:
    """Convert what can be converted; impossible degrees stay as they are."""
    if crs in ("wgs84", "cgcs2000"):
        return lon, lat
    usable = np.isfinite(lon) & np.isfinite(lat)
    if in_degrees(crs):
        usable &= (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # noqa: PLR2004
    out_lon, out_lat = lon.copy(), lat.copy()
    out_lon[usable], out_lat[usable] = to_wgs84(lon[usable], lat[usable], crs)
    return out_lon, out_lat


def _damaged(table: Any) -> BoolArray:
    """Rows with a replacement character in any cell."""
    rows = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        if pa.types.is_string(column.type):
            rows |= np.asarray(pc.match_substring(column, REPLACEMENT).to_numpy(), dtype=bool)
    return rows
