"""Dates and times of a file: text in declared formats → naive local time → UTC.

Formats are strptime patterns, or one of the words `iso` (ISO 8601, with or without an offset), `excel`
(serial days of a spreadsheet), `unix` and `unix_ms` (UTC). The fast path is Arrow's strptime, which is
lenient about days a month does not have; what it may have rolled over is read again strictly.

Local times that a change of clocks makes ambiguous take the first instant; times that it skips move to the
first that exists. Both are reported.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.ingest.text_arrays import BoolArray, bytes_at, in_one_piece, lengths, only_valid, valid

TimeArray = npt.NDArray[np.datetime64]
Int64Array = npt.NDArray[np.int64]

KEYWORDS: Final = ("iso", "excel", "unix", "unix_ms")
DEFAULT_FORMATS: Final = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
    "iso",
)
"""Tried in this order where a mapping names none: only such as start with the year, which leave no doubt."""

_NAT: Final = np.datetime64("NaT", "us")
_ISO_START: Final = r"^\d{4}-?\d{2}-?\d{2}"
_OFFSET: Final = r"[Tt ]\d{2}.*([Zz]|[+-]\d{2}:?\d{2})$"
_NOT_ARROW: Final = ("%f", "%z", "%Z", "%b", "%B", "%a", "%A", "%j", "%s")
_FIXED_WIDTHS: Final = {
    "%Y-%m-%d %H:%M:%S.%f": (21, 22, 23, 24, 25, 26),
    "%Y-%m-%dT%H:%M:%S.%f": (21, 22, 23, 24, 25, 26),
    "%Y-%m-%d %H:%M:%S": (19,),
    "%Y-%m-%dT%H:%M:%S": (19,),
    "%Y-%m-%d %H:%M": (16,),
    "%Y-%m-%dT%H:%M": (16,),
    "%Y-%m-%d": (10,),
}
"""Patterns that Arrow casts several times as fast as it parses, and how many bytes such texts have."""
_DAY_PATTERN: Final = len("%Y-%m-%d")
_DAY_WIDTH: Final = len("2026-03-05")
_FEW: Final = 32
_FIRST_YEAR: Final = 1000
_FIRST_TIME: Final = np.datetime64(f"{_FIRST_YEAR:04d}-01-01", "us")
_MAX_ROLLED_DAYS: Final = 3
"""29, 30 or 31 of a shorter month becomes the 1st to 3rd of the next."""
_EXCEL_EPOCH: Final = np.datetime64("1899-12-30", "us")
_NUMERIC_LIMITS: Final = {"excel": (20_000, 80_000), "unix": (1e8, 4e9), "unix_ms": (1e11, 4e12)}
"""Serial days of 1954 to 2119 and seconds of 1973 to 2096: a bare year or a case number is no date."""


@dataclass(frozen=True)
class Times:
    """UTC times (naive datetime64[us], NaT for none) and what was odd about rows."""

    utc: TimeArray
    bad: BoolArray
    ambiguous: BoolArray
    nonexistent: BoolArray


def format_problem(pattern: str) -> bool:
    """True where a pattern is neither a keyword nor a strptime pattern that gives a whole day."""
    if pattern in KEYWORDS:
        return False
    probe = dt.datetime(2003, 11, 24, 13, 45, 58)
    try:
        return dt.datetime.strptime(probe.strftime(pattern), pattern).date() != probe.date()
    except ValueError:
        return True


def read_times(column: Any, text: Any, formats: Sequence[str], zone: dt.tzinfo) -> Times:
    """A date column as UTC.

    Args:
        column: The column as the file has it; typed times are taken as they are (naive ones are local).
        text: The same as text, trimmed, null for no value.
        formats: Tried in order on what the ones before could not read; empty for `DEFAULT_FORMATS`.
        zone: Time zone of local times.
    """
    typed = _typed(column)
    if typed is not None:
        local, is_utc = typed
        bad = np.zeros(len(local), dtype=bool)
    else:
        local, is_utc = _parse(text, formats or DEFAULT_FORMATS)
        bad = np.isnat(local) & valid(text)
    utc, ambiguous, nonexistent = to_utc(local, zone)
    if is_utc.any():
        utc = np.where(is_utc, local, utc)
    return Times(utc, bad, ambiguous & ~is_utc, nonexistent & ~is_utc)


def _typed(column: Any) -> tuple[TimeArray, BoolArray] | None:
    """Times of a timestamp or date column, and which of them are UTC already."""
    if not (pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)):
        return None
    zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
    plain = pc.cast(in_one_piece(column), pa.timestamp("us", column.type.tz if zoned else None), safe=False)
    values = np.array(plain.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False), dtype="datetime64[us]")
    return values, np.full(len(values), zoned)


def _parse(text: Any, formats: Sequence[str]) -> tuple[TimeArray, BoolArray]:
    """Times of a text column (NaT where nothing fits) and which of them are UTC."""
    out = np.full(len(text), _NAT)
    is_utc = np.zeros(len(text), dtype=bool)
    unread = valid(text)
    for pattern in formats:
        if pattern in _FIXED_WIDTHS and unread.any():
            out = np.where(unread, _fixed(text, pattern, unread), out)
            unread &= np.isnat(out)
        left = np.flatnonzero(unread)
        if not len(left):
            break
        out[left], is_utc[left] = _read(text.take(pa.array(left)), pattern)
        unread[left] = np.isnat(out[left])
    return out, is_utc


def _fixed(text: Any, pattern: str, wanted: BoolArray) -> TimeArray:
    """Times written digit for digit as the pattern says, which Arrow casts; NaT for all others.

    Arrow's cast takes several ISO forms: what it may be given is told by width and the sign before the hour.
    """
    fits = wanted & np.isin(lengths(text), _FIXED_WIDTHS[pattern])
    if len(pattern) > _DAY_PATTERN:
        rows = np.flatnonzero(fits)
        fits[rows] = bytes_at(text, rows, _DAY_WIDTH) == ord(pattern[_DAY_PATTERN])
    times = _cast(only_valid(text, fits))
    times[times < _FIRST_TIME] = _NAT
    return times


def _cast(text: Any) -> TimeArray:
    """Arrow's cast, which refuses a column for one cell: then halves of it, down to a few cells."""
    try:
        return np.array(pc.cast(text, pa.timestamp("us")).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        if len(text) <= _FEW:
            return np.full(len(text), _NAT)
        half = len(text) // 2
        return np.concatenate([_cast(text.slice(0, half)), _cast(text.slice(half))])


def _read(text: Any, pattern: str) -> tuple[TimeArray, BoolArray]:
    if pattern in ("excel", "unix", "unix_ms"):
        return _numeric(text, pattern), np.full(len(text), pattern != "excel")
    if pattern == "iso":
        return _iso(text)
    if "%p" in pattern:
        text = pc.replace_substring(pc.replace_substring(text, "上午", "AM"), "下午", "PM")
    if "%z" in pattern:
        return _strict(text, pattern, utc=True), np.ones(len(text), dtype=bool)
    if any(directive in pattern for directive in _NOT_ARROW):
        return _strict(text, pattern), np.zeros(len(text), dtype=bool)
    return _fast(text, pattern), np.zeros(len(text), dtype=bool)


def _fast(text: Any, pattern: str) -> TimeArray:
    """Arrow's strptime, with every result that it may have rolled over read again."""
    parsed = pc.strptime(text, format=pattern, unit="us", error_is_null=True)
    times = np.array(parsed.to_numpy(zero_copy_only=False), dtype="datetime64[us]")
    days = times.astype("datetime64[D]")
    month_day = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    known = ~np.isnat(times)
    early = known & (times < _FIRST_TIME)
    rolled = np.flatnonzero(known & (month_day < _MAX_ROLLED_DAYS))
    if len(rolled):
        rolled = rolled[_matches(text.take(pa.array(rolled)), r"(29|30|31)")]
    if len(rolled):
        times[rolled] = _strict(text.take(pa.array(rolled)), pattern)
    times[early] = _NAT
    return times


def _matches(text: Any, pattern: str) -> BoolArray:
    found = pc.fill_null(pc.match_substring_regex(text, pattern), fill_value=False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _strict(text: Any, pattern: str, *, utc: bool = False) -> TimeArray:
    series = pd.Series(text.to_pandas(), dtype=object)
    return _naive(pd.to_datetime(series, format=pattern, errors="coerce", utc=utc))


def _naive(series: "pd.Series[Any]") -> TimeArray:
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        series = series.dt.tz_localize(None)
    return series.to_numpy().astype("datetime64[us]")


def _iso(text: Any) -> tuple[TimeArray, BoolArray]:
    """ISO 8601 with at least a whole day; values with an offset are UTC."""
    whole = _matches(text, _ISO_START)
    offset = whole & _matches(text, _OFFSET)
    out = np.full(len(text), _NAT)
    series = pd.Series(text.to_pandas(), dtype=object)
    for rows, utc in ((whole & ~offset, False), (offset, True)):
        if rows.any():
            out[rows] = _naive(pd.to_datetime(series[rows], format="ISO8601", errors="coerce", utc=utc))
    return out, offset


def _numeric(text: Any, pattern: str) -> TimeArray:
    """Serial days since 1899-12-30, or seconds or milliseconds since 1970."""
    plain = pc.fill_null(pc.match_substring_regex(text, r"^\d+(\.\d+)?$"), fill_value=False)
    values = pc.cast(pc.if_else(plain, text, pa.scalar(None, pa.string())), pa.float64())
    number = np.array(values.to_numpy(zero_copy_only=False), dtype=np.float64)
    low, high = _NUMERIC_LIMITS[pattern]
    number[~((number >= low) & (number < high))] = np.nan
    usable = ~np.isnan(number)
    out = np.full(len(number), _NAT)
    if pattern == "excel":
        # Spreadsheets keep about a tenth of a millisecond: whole seconds are what was typed.
        seconds = np.round(number[usable] * 86_400).astype(np.int64)
        out[usable] = _EXCEL_EPOCH + seconds.astype("timedelta64[s]")
    else:
        micros = number[usable] * (1_000 if pattern == "unix_ms" else 1_000_000)
        out[usable] = np.round(micros).astype(np.int64).astype("datetime64[us]")
    return out


def to_utc(local: TimeArray, zone: dt.tzinfo) -> tuple[TimeArray, BoolArray, BoolArray]:
    """Local wall-clock times as UTC, and which were ambiguous or did not exist. NaT stays NaT."""
    starts, ends, offsets = _segments(zone)
    local = local.astype("datetime64[us]", copy=False)
    missing = np.isnat(local)
    if not missing.all() and (only := _only_segment(local, starts, ends)) is not None:
        none = np.zeros(len(local), dtype=bool)
        return local - np.timedelta64(int(offsets[only]), "us"), none, none
    micros = local.astype(np.int64)
    segment = np.minimum(np.searchsorted(ends, micros, side="right"), len(offsets) - 1)
    gap = (micros < starts[segment]) & ~missing
    shifted = np.where(gap, starts[segment], micros)
    following = np.minimum(segment + 1, len(offsets) - 1)
    twice = (following > segment) & (micros >= starts[following]) & ~missing & ~gap
    utc = (shifted - offsets[segment]).astype("datetime64[us]")
    utc[missing] = _NAT
    return utc, twice, gap


def _only_segment(local: TimeArray, starts: Int64Array, ends: Int64Array) -> int | None:
    """The one stretch that holds all times and shares none of them with its neighbour, if there is one."""
    low, high = (int(edge(local).astype(np.int64)) for edge in (np.nanmin, np.nanmax))
    at = int(np.searchsorted(ends, low, side="right"))
    if at >= len(ends) or low < starts[at] or high >= ends[at]:
        return None
    return None if at + 1 < len(starts) and high >= starts[at + 1] else at


@lru_cache(maxsize=16)
def _segments(zone: dt.tzinfo) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Stretches of one offset: wall-clock start and end, offset (all microseconds), 1970 to 2060."""
    lowest, highest = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2060, 1, 1, tzinfo=dt.UTC)
    changes: list[dt.datetime] = []
    day, offset = lowest, _offset(zone, lowest)
    while day < highest:
        after = day + dt.timedelta(days=1)
        following = _offset(zone, after)
        if following != offset:
            changes.append(_change(zone, day, after))
        day, offset = after, following
    edges = [lowest, *changes]
    offsets = np.array([_offset(zone, edge) for edge in edges], dtype=np.int64)
    utc = np.array([int(edge.timestamp()) * 1_000_000 for edge in edges], dtype=np.int64)
    bounds = np.iinfo(np.int64)
    starts = utc + offsets
    starts[0] = bounds.min // 2
    ends = np.append(utc[1:] + offsets[:-1], bounds.max // 2)
    return starts, ends, offsets


def _offset(zone: dt.tzinfo, moment: dt.datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) * 1_000_000


def _change(zone: dt.tzinfo, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """The second at which the offset changes between two moments."""
    old = _offset(zone, before)
    while after - before > dt.timedelta(seconds=1):
        middle = before + dt.timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after
