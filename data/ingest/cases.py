"""Opens a case file with its mapping: the stream of accepted and rejected rows that the import loads.

Two passes: `survey` for what no single row can tell (repeated ids, coordinate system, placeholder points),
then the rows themselves. read = accepted + rejected, whatever the file holds.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.ingest.chunks import Progress, TableFile
from data.ingest.duplicates import HeldRows
from data.ingest.findings import Finding, FindingCounter
from data.ingest.mapping import Mapping, check_columns
from data.ingest.mapping_columns import Joined
from data.ingest.mapping_sections import CaseSection
from data.ingest.normalise import Normaliser
from data.ingest.survey import Survey, survey
from data.ingest.systems import Bounds
from data.ingest.tables import open_table
from data.ingest.tables_binary import VectorTable
from data.load.ahead import ahead
from domain.progress import Progress as ReportProgress
from domain.progress import no_progress


@dataclass
class CaseFile:
    """A case file on its way in; `chunks` may be exhausted once.

    Attributes:
        section: The mapping's [case]: prefer, area_level and what else the loader needs.
        columns_set: Canonical columns that the mapping fills; an import writes no others.
        read, accepted, rejected: Rows so far; read = accepted + rejected once `chunks` is exhausted.
        blank_rows: Rows without any text, which are not counted as read.
        progress: Rows and bytes so far, and in total where the format tells.
        note: How the file was understood (encoding, delimiter, sheet).
    """

    section: CaseSection
    columns_set: frozenset[str]
    progress: Progress
    note: str
    _file: TableFile
    _survey: Survey
    _normaliser: Normaliser
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    blank_rows: int = 0
    _counter: FindingCounter = field(default_factory=FindingCounter)

    @property
    def chunks(self) -> Iterator[tuple[Any, Any]]:
        """(accepted, rejects) a chunk: Arrow tables in `ACCEPTED_SCHEMA` and `REJECT_SCHEMA`."""
        held = HeldRows(self.section, self._survey)
        for chunk in ahead(self._file.chunks()):
            self.blank_rows += chunk.blank_rows
            self.read += len(chunk.row_numbers) + len(chunk.malformed)
            accepted, rejects = self._normaliser.normalise(chunk)
            accepted = held.hold(accepted, chunk.table, chunk.row_numbers)
            yield self._counted(accepted, rejects)
        settled = held.settle(self._counter)
        if settled is not None:
            yield self._counted(*settled)
        pa.default_memory_pool().release_unused()

    def _counted(self, accepted: Any, rejects: Any) -> tuple[Any, Any]:
        self.accepted += accepted.num_rows
        self.rejected += rejects.num_rows
        return accepted, rejects

    def findings(self) -> list[Finding]:
        """Everything noticed; complete once `chunks` is exhausted."""
        return [*self._survey.findings, *self._normaliser.findings(), *self._counter.findings()]

    def finding_rows(self) -> Any:
        """Which rows `findings` are about (`FINDING_ROW_SCHEMA`); `at_placeholder` marks those of the points."""
        return pa.concat_tables([self._normaliser.kept.table(), self._counter.kept.table()])


def iter_cases(
    path: Path,
    mapping: Mapping,
    now: dt.datetime,
    reference_bounds: Bounds | None = None,
    progress: ReportProgress = no_progress,
) -> CaseFile:
    """Open a case file.

    Args:
        path: CSV, XLSX, Parquet, GeoJSON, or a zip with one CSV or XLSX.
        mapping: With a [case] section.
        now: The clock, UTC: what lies after it is in the future.
        reference_bounds: (west, south, east, north) of the known areas, WGS-84 degrees; None if there
            are none.
        progress: Told of the first pass; the second is the caller's own loop.

    Raises:
        InputRefused: The file or the mapping cannot be used; nothing was read into anything.
        UnknownCrs: The coordinates cannot be in the declared system.
    """
    section, file, targets = opened(path, mapping)
    found = survey(file, section, targets, reference_bounds, progress)
    file.progress.rows_total = found.rows
    columns = set(targets) | {"source", "state"}
    return CaseFile(
        section,
        frozenset(columns),
        file.progress,
        file.note,
        file,
        found,
        Normaliser(section, targets, found, now),
    )


def opened(path: Path, mapping: Mapping) -> tuple[CaseSection, TableFile, dict[str, Joined]]:
    """What the mapping says of cases, the file, and canonical column → its columns in the file.

    Raises InputRefused where either cannot be used for cases.
    """
    section = mapping.required(CaseSection)
    file = open_table(path, mapping.file.options())
    check_columns(mapping, file.columns)
    return section, file, _targets_of(section, file)


def _targets_of(section: CaseSection, file: TableFile) -> dict[str, Joined]:
    """Canonical column → its columns in the file; the geometry's where the mapping names no coordinates."""
    targets = section.targets
    if isinstance(file, VectorTable) and "lon" not in targets:
        targets["lon"] = Joined(columns=(file.lon_column,))
        targets["lat"] = Joined(columns=(file.lat_column,))
    return targets
