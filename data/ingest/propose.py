"""Proposes a mapping for a case file from its header and first rows.

The proposal is a valid mapping with comments: it says what it is unsure of, lists the values found, and never
prints a value of a column that looks personal.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.ingest.chunks import FileOptions, TableFile
from data.ingest.dates import DEFAULT_FORMATS, read_times
from data.ingest.mapping_columns import DATE_COLUMNS, DEFAULT_EMPTY, PERSONAL_COLUMNS, Joined
from data.ingest.propose_values import map_lines, quoted
from data.ingest.synonyms import AREA_LEVELS, BIG_CLASS, COLUMNS, SMALL_CLASS, key
from data.ingest.tables import open_table
from data.ingest.values import numbers, text_column
from domain.errors import InputRefused
from domain.i18n import _
from geo.crs import axes_swapped, likely_epsg, looks_like_lonlat

_SAMPLE_ROWS: Final = 20_000
_MAX_TITLE_ROWS: Final = 3
_PARSED_SHARE: Final = 0.98
_FORMATS: Final = (
    *(pattern for pattern in DEFAULT_FORMATS if pattern != "iso"),
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y年%m月%d日 %H时%M分",
    "%Y/%m/%d %p%I:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d/%m/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
    "iso",
    "unix_ms",
    "excel",
)
_PROBE_ZONE: Final = ZoneInfo("UTC")


@dataclass(frozen=True)
class _Found:
    """A canonical column's place in the file, whether its name leaves no doubt, and what the doubt is."""

    columns: tuple[str, ...]
    sure: bool
    doubt: str = ""


def propose(path: Path, timezone: str = "Asia/Shanghai") -> str:
    """A mapping for a case file, as TOML with comments; `timezone` is that of the city.

    Raises:
        InputRefused: The file cannot be read as a table or has no rows.
    """
    options, file = _best_reading(path)
    sample = _sample(file)
    found = _columns(file.columns)
    found = _in_order(_with_required(found, file.columns, sample), sample)
    lines = [*_head(path, file, options), *_section(path, found, sample, file, timezone)]
    # A header may hold control characters, which no line of TOML may.
    return "\n".join(re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", " ", line) for line in lines) + "\n"


def _best_reading(path: Path) -> tuple[FileOptions, TableFile]:
    """The header that most names are known in: title rows above it are skipped, two rows may form it."""
    plain = FileOptions()
    best, file = plain, open_table(path, plain)
    score = _known(file.columns)
    for skip in range(_MAX_TITLE_ROWS + 1):
        for header_rows in (1, 2):
            options = replace(plain, skip_rows=skip, header_rows=header_rows)
            try:
                candidate = open_table(path, options)
            except InputRefused:
                continue
            known = _known(candidate.columns)
            if known > score:
                best, file, score = options, candidate, known
    return best, file


def _known(columns: Iterable[str]) -> int:
    return len(_columns(list(columns)))


def _sample(file: TableFile) -> Any:
    for chunk in file.chunks():
        return chunk.table.slice(0, _SAMPLE_ROWS)
    raise InputRefused(_("文件只有表头，没有数据行。"), remedy=_("请换一个有数据的文件来生成映射。"))


def _columns(header: list[str]) -> dict[str, _Found]:
    """Canonical columns found in a header, by exact name first (our own above all), then by part of a name."""
    keys = {name: key(name.rsplit("/", 1)[-1]) for name in header}
    found: dict[str, _Found] = {}
    used: set[str] = set()
    for exact in (True, False):
        for target, names in COLUMNS.items():
            if target in found:
                continue
            match = _first(keys, used, (target, *names), exact=exact)
            if match is not None:
                found[target] = _Found((match,), exact)
                used.add(match)
    big = next((name for name in header if keys[name] in map(key, BIG_CLASS)), None)
    small = next((name for name in header if keys[name] in map(key, SMALL_CLASS)), None)
    if big and small:
        found["category"] = _Found((big, small), sure=True)
    if ("lon" in found) != ("lat" in found):
        found.pop("lon", None)
        found.pop("lat", None)
    return found


def _first(keys: dict[str, str], used: set[str], names: tuple[str, ...], *, exact: bool) -> str | None:
    for wanted in map(key, names):
        for name, own in keys.items():
            # A short name such as x or id stands inside too many others to count as part of one.
            part = len(wanted) > 1 and not wanted.isascii() and wanted in own
            if name not in used and (own == wanted if exact else part):
                return name
    return None


def _with_required(found: dict[str, _Found], header: list[str], sample: Any) -> dict[str, _Found]:
    """Every mapping needs an id and a time of report: without a known name, what looks like one."""
    found = dict(found)
    used = {name for place in found.values() for name in place.columns}
    free = [name for name in header if name not in used] or header
    if "reported_at" not in found:
        dated = next((name for name in free if _formats(_texts(sample, (name,)))[1]), free[0])
        found["reported_at"] = _Found((dated,), sure=False)
        free = [name for name in free if name != dated] or header
    if "source_case_id" not in found:
        found["source_case_id"] = _Found((free[0],), sure=False)
    return found


def _in_order(found: dict[str, _Found], sample: Any) -> dict[str, _Found]:
    """Longitude and latitude exchanged where the numbers can only be meant so, whatever the columns are called."""
    if "lon" not in found or not axes_swapped(*_coordinates(found, sample)):
        return found
    doubt = _("不确定：看数值，经度和纬度两列写反了，这里已经对调")
    lon, lat = (replace(found[name], sure=False, doubt=doubt) for name in ("lat", "lon"))
    return found | {"lon": lon, "lat": lat}


def _coordinates(found: dict[str, _Found], sample: Any) -> tuple[Any, Any]:
    """The numbers of the columns of longitude and latitude, those of rows with both."""
    lon = numbers(_texts(sample, found["lon"].columns))[0]
    lat = numbers(_texts(sample, found["lat"].columns))[0]
    there = np.isfinite(lon) & np.isfinite(lat)
    return lon[there], lat[there]


def _texts(sample: Any, columns: tuple[str, ...]) -> Any:
    return text_column(sample, Joined(columns=columns), DEFAULT_EMPTY)


def _head(path: Path, file: TableFile, options: FileOptions) -> list[str]:
    lines = [
        "# " + _("由 {name} 的表头和前几行推测；请逐行核对，标有“不确定”的尤其要看。").format(name=path.name),
        f"# {file.note}",
        "",
    ]
    if options.skip_rows or options.header_rows > 1:
        lines += ["[file]", f"skip_rows = {options.skip_rows}", f"header_rows = {options.header_rows}", ""]
    return lines


def _section(path: Path, found: dict[str, _Found], sample: Any, file: TableFile, timezone: str) -> list[str]:
    formats, format_notes = _date_formats(found, sample)
    source = re.sub(r"\s+", "_", path.name.split(".")[0]) or "source"
    lines = ["[case]", f"source = {quoted(source)}"]
    zone_note = _("文件里的时刻所在的时区")
    if all(name.isascii() for name in file.columns):
        zone_note = f"{_('不确定')}：{zone_note}"
    lines += [f"timezone = {quoted(timezone)}  # {zone_note}"]
    lines += [f"# {note}" for note in format_notes]
    lines += [f"date_formats = [{', '.join(quoted(pattern) for pattern in formats)}]"]
    lines += _crs_lines(found, sample)
    lines += ['prefer = "point"  # ' + _("坐标与区域编码、名称不一致时以谁为准：point、code、name")]
    if {"area_code", "area_name"} & found.keys():
        lines += _level_lines(found)
    lines += [
        'duplicate_policy = "reject"  # '
        + _("同一编号的不同行：reject 拒收，keep_apart 分开保留，last 取最新")
    ]
    if "state" not in found:
        closed = 'closed_at = "closed", ' if "closed_at" in found else ""
        lines += [f'state_from = {{ {closed}otherwise = "handling" }}  # ' + _("没有状态列，按时间列推出")]
    lines += ["", "[case.columns]"]
    for target in COLUMNS:
        if target in found:
            lines.append(_column_line(target, found[target]))
    used = {name for place in found.values() for name in place.columns}
    unused = [name for name in file.columns if name not in used]
    if unused:
        lines += [
            "# " + _("没有用到的列：{columns}").format(columns="、".join(" ".join(n.split()) for n in unused))
        ]
    return lines + _value_lines(found, sample)


def _column_line(target: str, place: _Found) -> str:
    names = [quoted(name) for name in place.columns]
    value = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
    notes = [] if place.sure else [place.doubt or _("不确定")]
    if target in PERSONAL_COLUMNS:
        notes.append(_("个人信息，单独存放"))
    return f"{target} = {value}" + (f"  # {'；'.join(notes)}" if notes else "")


def _date_formats(found: dict[str, _Found], sample: Any) -> tuple[list[str], list[str]]:
    formats: list[str] = []
    notes: list[str] = []
    for target in DATE_COLUMNS:
        if target not in found or not pa.types.is_string(sample.column(found[target].columns[0]).type):
            continue
        texts = _texts(sample, found[target].columns)
        if len(texts) == texts.null_count:
            continue
        own, complete = _formats(texts)
        formats += [pattern for pattern in own if pattern not in formats]
        column = " + ".join(found[target].columns)
        if not complete:
            notes.append(_("不确定：{column} 里有认不出的日期写法").format(column=column))
        if any(pattern.startswith(("%m/%d", "%d/%m")) for pattern in own) and not _day_first_decided(texts):
            notes.append(_("不确定：{column} 分不清月/日还是日/月").format(column=column))
    return formats, notes


def _formats(texts: Any) -> tuple[list[str], bool]:
    """Formats that read a column, the best first, and whether they read practically all of it."""
    left = texts.drop_null()
    total, chosen = len(left), []
    while len(left):
        counts = {pattern: _readable(left, pattern) for pattern in _FORMATS if pattern not in chosen}
        pattern, flags = max(counts.items(), key=lambda item: int(item[1].sum()))
        if flags.sum() == 0 or flags.sum() < total / 1000:
            break
        chosen.append(pattern)
        left = left.filter(pa.array(~flags))
    return chosen, total > 0 and len(left) <= total * (1 - _PARSED_SHARE)


def _readable(texts: Any, pattern: str) -> Any:
    return ~read_times(texts, texts, (pattern,), _PROBE_ZONE).bad


def _day_first_decided(texts: Any) -> bool:
    """Whether some value has a part above 12, so that only one order is possible."""
    found = pc.match_substring_regex(texts, r"^(1[3-9]|2\d|3[01])/|^\d+/(1[3-9]|2\d|3[01])/")
    return bool(pc.any(found).as_py())


def _crs_lines(found: dict[str, _Found], sample: Any) -> list[str]:
    if "lon" not in found:
        return []
    lon, lat = _coordinates(found, sample)
    if looks_like_lonlat(lon, lat):
        note = _("不确定：高德、腾讯的坐标写 gcj02，百度写 bd09，国家 2000 写 cgcs2000")
        return [f'crs = "wgs84"  # {note}']
    likely = likely_epsg(lon, lat)
    names = "；".join(f"EPSG:{code} {name}" for code, name in likely)
    first = f"EPSG:{likely[0][0]}" if likely else "EPSG:4547"
    note = _("不确定：坐标是投影坐标，可能是 {names}").format(names=names or _("认不出"))
    return [f"crs = {quoted(first)}  # {note}"]


def _level_lines(found: dict[str, _Found]) -> list[str]:
    names = "".join(
        key(name) for at in ("area_code", "area_name") if at in found for name in found[at].columns
    )
    level = next((level for part, level in AREA_LEVELS if part in names), None)
    note = _("区域编码、名称是哪一级的") if level else _("不确定：区域编码、名称是哪一级的")
    return [f"area_level = {quoted(level or 'community')}  # {note}"]


def _value_lines(found: dict[str, _Found], sample: Any) -> list[str]:
    lines: list[str] = []
    for target in ("state", "channel", "timeliness", "outcome", "rating"):
        if target in found:
            lines += map_lines("case", target, _texts(sample, found[target].columns))
    return lines
