"""Imports as they are asked for: the same for the command line, its channel to a server, and the browser.

An order says what kind of file it is and how to read it. `carry_out` does it in one transaction; `rehearse` does
the same and takes everything back, so that its report says exactly what the import would. Whoever asks must be
allowed to (domain/deeds.py), and stands in the audit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from data.ingest.areas import AreaFields, read_areas, read_lines
from data.ingest.assessments import read_assessments
from data.ingest.cases import iter_cases
from data.ingest.duty import read_duty
from data.ingest.findings import Finding
from data.ingest.mapping import Mapping
from data.ingest.places import read_compounds, read_points
from data.ingest.raw_rows import export_rejects
from data.ingest.systems import Bounds
from data.ledger import Writer
from data.load.areas import load_areas
from data.load.assessments import load_assessments
from data.load.batch import SourceFile
from data.load.cases import load_cases
from data.load.duty import load_duty
from data.load.features import load_features
from data.load.relocate import relocate
from data.load.undo import batch_rejects, undo
from data.store import Store
from domain.actor import Actor
from domain.audit import Action
from domain.deeds import Deed, require
from domain.errors import InputRefused, OneGridError
from domain.i18n import _
from domain.progress import Progress
from domain.vocabulary import ImportKind, Level, LineKind

Report = dict[str, Any]
"""What an import says when it is done; plain JSON."""


@dataclass(frozen=True)
class Task:
    """A file to import, and what does not depend on its kind.

    `known_bounds` are (west, south, east, north) of the areas that are there, WGS-84 degrees, None without any.
    """

    path: Path
    known_bounds: Bounds | None
    timezone: str
    max_reject_share: float | None
    progress: Progress

    def source(self, kind: ImportKind) -> SourceFile:
        """Name and checksum of the file, for the batch."""
        return SourceFile.of(kind, self.path)


Load = Callable[[Writer], Report]
"""Writes what was read; called with the open transaction."""


class Order(Protocol):
    """What kind of file it is and how to read it."""

    @property
    def kind(self) -> ImportKind:
        """What the file brings."""
        ...

    def read(self, task: Task) -> Load:
        """Read what can be read before anything is locked. Raises InputRefused, UnknownCrs."""
        ...


@dataclass(frozen=True)
class AreasOrder:
    """Boundaries of one level."""

    level: Level
    fields: AreaFields
    crs: str | None = None
    kind: ImportKind = ImportKind.AREAS

    def read(self, task: Task) -> Load:
        """See `Order.read`."""
        areas = read_areas(
            task.path,
            self.fields.name,
            crs=self.crs,
            level=self.level,
            fields=self.fields,
            reference_bounds=task.known_bounds,
        )
        source, share = task.source(self.kind), task.max_reject_share
        return lambda writer: load_areas(writer, areas, source, task.progress, max_reject_share=share)


@dataclass(frozen=True)
class CasesOrder:
    """Cases, by a mapping with a [case] section. A file of any size: it is read while it is written."""

    mapping: Mapping
    kind: ImportKind = ImportKind.CASES

    def read(self, task: Task) -> Load:
        """See `Order.read`."""

        def load(writer: Writer) -> Report:
            file = iter_cases(task.path, self.mapping, writer.now, task.known_bounds, task.progress)
            return load_cases(
                writer,
                file,
                task.source(self.kind),
                noticed=_timezone_findings(self.mapping, task.timezone),
                max_reject_share=task.max_reject_share,
                progress=task.progress,
            )

        return load


@dataclass(frozen=True)
class PlacesOrder:
    """Service points or compounds; without a mapping the file uses our column names."""

    kind: ImportKind
    mapping: Mapping | None = None

    def read(self, task: Task) -> Load:
        """See `Order.read`."""
        read = read_points if self.kind is ImportKind.POINTS else read_compounds
        file, source = read(task.path, self.mapping, task.known_bounds), task.source(self.kind)
        return lambda writer: load_features(writer, file, source, task.max_reject_share)


@dataclass(frozen=True)
class LinesOrder:
    """Roads, water or railways."""

    line_kind: LineKind
    name: str | None = None
    rank: str | None = None
    crs: str | None = None
    kind: ImportKind = ImportKind.LINES

    def read(self, task: Task) -> Load:
        """See `Order.read`."""
        file = read_lines(
            task.path, self.line_kind, self.name, self.rank, self.crs, reference_bounds=task.known_bounds
        )
        source = task.source(self.kind)
        return lambda writer: load_features(writer, file, source, task.max_reject_share)


@dataclass(frozen=True)
class DutyOrder:
    """Posts on duty; without a mapping the file uses our column names."""

    mapping: Mapping | None = None
    kind: ImportKind = ImportKind.DUTY

    def read(self, task: Task) -> Load:
        """See `Order.read`."""
        file, source = read_duty(task.path, self.mapping), task.source(self.kind)
        return lambda writer: load_duty(writer, file, source, task.max_reject_share)


@dataclass(frozen=True)
class AssessmentsOrder:
    """Assessments of compounds or companies; without a mapping the file uses our column names."""

    mapping: Mapping | None = None
    kind: ImportKind = ImportKind.ASSESSMENTS

    def read(self, task: Task) -> Load:
        """See `Order.read`."""
        file, source = read_assessments(task.path, self.mapping), task.source(self.kind)
        return lambda writer: load_assessments(writer, file, source, task.max_reject_share)


@dataclass(frozen=True)
class Importer:
    """The store, whoever asks for imports, and what the store already knows of the place."""

    store: Store
    actor: Actor
    known_bounds: Bounds | None
    """(west, south, east, north) of the areas that are there, WGS-84 degrees; None without any."""

    def carry_out(
        self, order: Order, path: Path, progress: Progress, max_reject_share: float | None = None
    ) -> Report:
        """Imports a file; the report.

        Raises NotAllowed, and InputRefused or UnknownCrs for a file that cannot be taken: nothing was written.
        """
        require(self.actor, Deed.IMPORT)
        with os_errors_refused(path.name):
            load = order.read(self._task(path, progress, max_reject_share))
            with self.store.writing(self.actor) as writer:
                report = load(writer)
        return report | ({"into_demo": True} if self.store.city().demo else {})

    def rehearse(
        self, order: Order, path: Path, progress: Progress, max_reject_share: float | None = None
    ) -> Report:
        """What `carry_out` would report, without the number of a batch: nothing is written.

        Raises as `carry_out`.
        """
        require(self.actor, Deed.IMPORT)
        with os_errors_refused(path.name):
            load = order.read(self._task(path, progress, max_reject_share))
            with self.store.rehearsing(self.actor) as writer:
                report = load(writer)
        return {name: value for name, value in report.items() if name != "batch"}

    def _task(self, path: Path, progress: Progress, max_reject_share: float | None) -> Task:
        progress("reading", 0, None)
        zone = self.store.city().clock.timezone.key
        return Task(path, self.known_bounds, zone, max_reject_share, progress)


def undo_batch(store: Store, actor: Actor, batch_id: int, *, only_preview: bool) -> Report:
    """Takes an import back, or says what that would do; see `data.load.undo.undo`."""
    require(actor, Deed.UNDO)
    with store.writing(actor) as writer:
        return undo(writer, batch_id, only_preview=only_preview)


def relocate_all(store: Store, actor: Actor, progress: Progress) -> Report:
    """Joins all cases, points and compounds again; see `data.load.relocate.relocate`."""
    require(actor, Deed.RELOCATE)
    with store.writing(actor) as writer:
        return relocate(writer, progress)


def write_rejects(store: Store, actor: Actor, batch_id: int, target: Path) -> int:
    """Writes the rows that an import kept out as a CSV to correct and import again; returns how many.

    It holds the rows as they came, personal fields too, and is audited. Raises NotAllowed, NotFound for an unknown
    batch, InputRefused where the target exists.
    """
    require(actor, Deed.EXPORT_REJECTS)
    with store.writing(actor) as writer:
        rows = batch_rejects(writer, batch_id)
        if target.exists():
            raise InputRefused(_("{path} 已存在。").format(path=target), _("请换一个文件名。"))
        export_rejects(rows.to_pylist(), target)
        detail = {"rows": rows.num_rows, "file": target.name}
        writer.audit(Action.EXPORT_REJECTS, f"batch:{batch_id}", detail)
    return int(rows.num_rows)


@contextmanager
def os_errors_refused(what: str) -> Iterator[None]:
    """Turns what the system says of a file that it will not read or write into a refusal."""
    try:
        yield
    except OneGridError:
        raise
    except OSError as error:
        raise InputRefused(
            _("{path}：{reason}。").format(path=error.filename or what, reason=error.strerror or error),
            _("请检查路径、权限和剩余空间。"),
        ) from error


def _timezone_findings(mapping: Mapping, here: str) -> list[Finding]:
    """Times that are read in another zone than the city's are often a mapping that nobody corrected."""
    stated = mapping.case.timezone if mapping.case else "UTC"
    if stated in {"UTC", here}:
        return []
    return [Finding("timezone_differs", 0, {"mapping": stated, "city": here})]
