"""Exports that a page has ordered: made by jobs of the server, then fetched through a signed link.

The links lead to a route of `server/`, which knows neither this module nor its jobs: `dashboard.py` hands it
`DEPOT.get` and the signer that signs here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.export import about_path
from data.store import Store
from domain.actor import Actor
from domain.clock import machine_now
from domain.errors import OneGridError
from domain.i18n import _
from domain.progress import Progress
from domain.signing import export_path
from queries.batch_export import BatchRequest, export_batch
from queries.case_export import Exported, Request, export_cases
from queries.pivot_export import PivotRequest, export_pivot
from ui.depot import Depot
from ui.jobs import Job, Jobs
from ui.layers import signer

DEPOT = Depot()
"""The files of this process; the route of exports reads from it."""


AnyRequest = Request | BatchRequest | PivotRequest
"""One file of cases, one file an area in a zip, or a pivot."""


@dataclass(frozen=True)
class Order:
    """What a reader ordered: the request, and how many rows the screen said it has."""

    request: AnyRequest
    rows_on_screen: int


@dataclass(frozen=True)
class Ready:
    """A file that can be fetched until `until` (naive UTC)."""

    token: str
    name: str
    about_name: str
    rows: int
    size_bytes: int
    until: datetime

    @property
    def link(self) -> str:
        """The signed address of the file, relative to a page."""
        return _link(self.token, self.name)

    @property
    def about_link(self) -> str:
        """The signed address of its description."""
        return _link(self.token, self.about_name)

    @property
    def is_there(self) -> bool:
        """Whether it can still be fetched."""
        return DEPOT.get(self.token, self.name) is not None


ExportJob = Job[Order, Ready]

JOBS: Jobs[Order, Ready] = Jobs(most=4, most_each=2)
"""The exports of this process."""


def open_depot(store: Store) -> None:
    """Empty the folder of exports: what is there belongs to a run of the server that is over."""
    DEPOT.open(_folder(store))


def close() -> None:
    """Cancel what runs and remove every file."""
    JOBS.close()
    DEPOT.close()


def start(store: Store, actor: Actor, order: Order) -> None:
    """Start making a file. Raises InputRefused where too many are being made already."""
    JOBS.start(actor, order, lambda progress: _make(store, actor, order, progress))


def deliver(store: Store, kind: str, ending: str, write: Callable[[Path], int]) -> Ready:
    """Have a file written, which answers how many rows it has, and offer it; a failure leaves nothing.

    `kind` and `ending` make its name, with the time; no letter in them may be one that a system refuses.
    """
    with _told_in_words():
        token, folder = DEPOT.new_folder(_folder(store))
        target = folder / _name(store, kind, ending)
        try:
            rows = write(target)
            until = DEPOT.offer(token, folder)
        except BaseException:
            DEPOT.drop(token, folder)
            raise
    return Ready(token, target.name, about_path(target).name, rows, target.stat().st_size, until)


def _make(store: Store, actor: Actor, order: Order, progress: Progress) -> Ready:
    request = order.request
    return deliver(
        store, *_named(request), lambda target: _export(store, actor, request, target, progress).rows
    )


def _export(store: Store, actor: Actor, request: AnyRequest, target: Path, progress: Progress) -> Exported:
    if isinstance(request, BatchRequest):
        return export_batch(store, actor, request, target, progress)
    if isinstance(request, PivotRequest):
        return export_pivot(store, actor, request, target, progress)
    return export_cases(store, actor, request, target, progress)


@contextmanager
def _told_in_words() -> Iterator[None]:
    """A disk that is full or not writable is the installation's to mend, and no defect."""
    try:
        yield
    except OSError as error:
        raise OneGridError(
            _("文件没有写成：{reason}").format(reason=error.strerror or error),
            _("请联系管理员检查服务器的磁盘空间和权限。"),
        ) from error


def _folder(store: Store) -> Path:
    return store.path.with_name(f"{store.path.name}.exports")


def _named(request: AnyRequest) -> tuple[str, str]:
    """What the file of a request is called, and its ending."""
    if isinstance(request, BatchRequest):
        return f"cases_per_{request.level.value}", "zip"
    kind = "pivot" if isinstance(request, PivotRequest) else "cases"
    return kind, request.file_format.value


def _name(store: Store, what: str, ending: str) -> str:
    """cases_20260305_142000.csv: when it was made, in the city's time; no letter that a system refuses."""
    made = store.city().clock.to_local(store.now())
    return f"{what}_{made:%Y%m%d_%H%M%S}.{ending}"


def _link(token: str, name: str) -> str:
    path = export_path(token, name)
    return f"{path.removeprefix('/')}?{signer().sign(path, machine_now()).query()}"
