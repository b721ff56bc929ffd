"""A first pass over a case file, identity and coordinates only, for what no single row can tell.

Which ids stand on more than one row; whether the coordinates can be what the mapping says; which points carry
a placeholder. A file that cannot be right is refused here, before anything is loaded.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.ingest.chunks import Chunk, TableFile
from data.ingest.findings import SAMPLE_ROWS, Finding
from data.ingest.mapping_columns import Joined
from data.ingest.mapping_sections import CaseSection
from data.ingest.systems import Bounds, check_system, declared_crs, swapped_axes
from data.ingest.text_arrays import hashes
from data.ingest.values import FloatArray, numbers, text_column
from data.load.ahead import ahead
from domain.progress import Progress, no_progress
from geo.crs import to_wgs84

PLACEHOLDER_SHARE: Final = 0.02
PLACEHOLDER_MIN_ROWS: Final = 3
"""Below this a small file would call two neighbours a placeholder."""

KEPT_APART_MARK: Final = "#"
"""Stands between an id and its number where different rows of one id are kept apart."""

_SEPARATOR: Final = "\x1f"


@dataclass
class Survey:
    """What the first pass found."""

    crs: str
    rows: int = 0
    repeated: Any = field(default_factory=lambda: pa.array([], pa.string()))
    """Identity keys that stand on more than one row (`identity`)."""
    marked: Any = field(default_factory=lambda: pa.array([], pa.string()))
    """Identity keys that hold `KEPT_APART_MARK` themselves."""
    placeholders: list[tuple[float, float]] = field(default_factory=list)
    """Points (in the file's coordinates) that carry more than 2 % of the rows with a point."""
    findings: list[Finding] = field(default_factory=list)


def identity(table: Any, section: CaseSection) -> Any:
    """(source, id) of each row as one text; null where the id is missing."""
    case_id = text_column(table, section.columns.source_case_id, section.empty)
    if section.columns.source is None:
        return case_id
    source = text_column(table, section.columns.source, section.empty)
    return pc.binary_join_element_wise(
        pc.fill_null(source, ""), case_id, _SEPARATOR, null_handling="emit_null"
    )


def survey(
    file: TableFile,
    section: CaseSection,
    targets: dict[str, Joined],
    reference_bounds: Bounds | None,
    progress: Progress = no_progress,
) -> Survey:
    """Read identities and coordinates of a whole file.

    Args:
        file: The open file.
        section: The mapping's [case].
        targets: Canonical column → columns of the file, with the geometry's for vector files.
        reference_bounds: (west, south, east, north) of the known areas, WGS-84 degrees; None if there
            are none.
        progress: Told of the rows surveyed.

    Raises:
        UnknownCrs: The coordinates cannot be in the declared (or default) system.
    """
    located = "lon" in targets
    wanted = [targets["source_case_id"], *([targets["source"]] if "source" in targets else [])]
    wanted += [targets["lon"], targets["lat"]] if located else []
    columns = list(dict.fromkeys(name for source in wanted for name in source.columns))
    declared = declared_crs(section.crs, file.crs)
    found = Survey(declared or "wgs84")
    identities = _Identities()
    rows, lon, lat = [], [], []
    for chunk in ahead(file.chunks(columns)):
        found.rows += len(chunk.row_numbers)
        progress("surveying", found.rows, file.progress.rows_total)
        identities.add(identity(chunk.table, section))
        if located:
            rows.append(chunk.row_numbers)
            lon.append(numbers(text_column(chunk.table, targets["lon"], section.empty))[0])
            lat.append(numbers(text_column(chunk.table, targets["lat"], section.empty))[0])
    found.repeated, found.marked = identities.repeated(), identities.marked()
    if located and found.rows:
        points = _Points(np.concatenate(rows), np.concatenate(lon), np.concatenate(lat))
        check_system(points.lon, points.lat, declared, reference_bounds)
        found.findings += swapped_axes(points.lon, points.lat, found.crs, targets, reference_bounds)
        _placeholders(points, found)
    return found


def swapped_in(
    chunk: Chunk, section: CaseSection, targets: dict[str, Joined], crs: str, bounds: Bounds | None
) -> list[Finding]:
    """The finding that longitude and latitude are exchanged in some rows, for a file that is only begun; else none.

    `crs`, `bounds`: as `survey` has them.
    """
    if "lon" not in targets:
        return []
    lon, lat = (numbers(text_column(chunk.table, targets[name], section.empty))[0] for name in ("lon", "lat"))
    points = _Points(chunk.row_numbers, lon, lat)
    return swapped_axes(points.lon, points.lat, crs, targets, bounds)


class _Identities:
    """The identity keys of a file: which stand on several rows is told by hashes, then by the few keys alike."""

    def __init__(self) -> None:
        self._keys: list[Any] = []
        self._hashes: list[npt.NDArray[np.uint64]] = []
        self._marked: list[Any] = []

    def add(self, keys: Any) -> None:
        """Take the keys of the next rows."""
        keys = keys.drop_null()
        self._keys.append(keys)
        self._hashes.append(hashes(keys))
        self._marked.append(keys.filter(pc.match_substring(keys, KEPT_APART_MARK)))

    def marked(self) -> Any:
        """The keys that hold `KEPT_APART_MARK`."""
        return pa.chunked_array(self._marked, pa.string())

    def repeated(self) -> Any:
        """The keys that stand on more than one row."""
        ordered = np.sort(np.concatenate(self._hashes)) if self._hashes else np.array([], np.uint64)
        alike = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(alike):
            return pa.array([], pa.string())
        rows = (np.isin(part, alike) for part in self._hashes)
        candidates = [keys.filter(pa.array(found)) for keys, found in zip(self._keys, rows, strict=True)]
        counted = pc.value_counts(pa.chunked_array(candidates, pa.string()))
        return counted.field("values").filter(pc.greater(counted.field("counts"), 1))


class _Points:
    """Coordinates of the rows that have both, (0, 0) left out."""

    def __init__(self, rows: npt.NDArray[np.int64], lon: FloatArray, lat: FloatArray) -> None:
        usable = np.isfinite(lon) & np.isfinite(lat) & ~((lon == 0) & (lat == 0))
        self.rows, self.lon, self.lat = rows[usable], lon[usable], lat[usable]

    def __len__(self) -> int:
        return len(self.rows)


def _placeholders(points: _Points, found: Survey) -> None:
    """Points that carry too many rows; their coordinates are reported as given and in WGS-84."""
    if len(points) == 0:
        return
    least = max(PLACEHOLDER_MIN_ROWS, int(PLACEHOLDER_SHARE * len(points)) + 1)
    for x, y, rows in _frequent(points, least):
        lon, lat = to_wgs84([x], [y], found.crs)
        found.placeholders.append((x, y))
        found.findings.append(
            Finding(
                "placeholder_point",
                len(rows),
                {
                    "lon": round(float(lon[0]), 7),
                    "lat": round(float(lat[0]), 7),
                    "share_pct": round(100 * len(rows) / len(points), 1),
                    "sample_rows": points.rows[rows[:SAMPLE_ROWS]].tolist(),
                },
            )
        )


def _frequent(points: _Points, least: int) -> list[tuple[float, float, npt.NDArray[np.int64]]]:
    """(x, y, positions) of each point on at least `least` rows, the most frequent first."""
    if len(points) < least:
        return []
    ordered = np.sort(points.lon)
    candidates = np.unique(ordered[least - 1 :][ordered[least - 1 :] == ordered[: len(ordered) - least + 1]])
    found = []
    for x in candidates:
        rows = np.flatnonzero(points.lon == x)
        values, counts = np.unique(points.lat[rows], return_counts=True)
        found += [(float(x), float(y), rows[points.lat[rows] == y]) for y in values[counts >= least]]
    return sorted(found, key=lambda point: -len(point[2]))
