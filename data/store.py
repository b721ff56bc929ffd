"""The store: one process, one DuckDB file, one writer, any number of readers.

Every call works on a cursor of its own (one connection shared between threads gives wrong results without
an error). Limits and the ban on outside access are set before the configuration is locked for good.
Readers see the last committed state while a write runs.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from data.anchor import Anchor
from data.ledger import Writer
from data.migrate import migrate
from data.session import Session, open_session
from data.statements import statements
from domain.actor import Actor
from domain.clock import AsOfMode, Clock, machine_now
from domain.errors import Conflict, StoreLocked, StoreUnavailable
from domain.i18n import _
from domain.settings import Settings

log = logging.getLogger(__name__)

_SQL = statements(Path(__file__).parent / "sql" / "store.sql")

STORAGE_VERSION = "v1.5.0"
"""Files stay readable by DuckDB 1.5: the way back stays open (docs/adr/0003)."""

NO_EXTENSIONS = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
"""Opening a file of another program must not make DuckDB look for an extension on the network."""

_WRITE_FAILURES = (
    duckdb.TransactionException,
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
)

_LOCK_MESSAGES = ("Could not set lock on file", "being used by another process")
"""What DuckDB says of a locked file, on POSIX and on Windows; "lock" alone also stands in paths and blocks."""


@dataclass(frozen=True)
class City:
    """The installation as the database itself tells it."""

    name: str
    clock: Clock
    as_of_mode: AsOfMode
    as_of_fixed: datetime | None
    data_end: datetime | None
    demo: bool

    @property
    def as_of(self) -> datetime:
        """The time that every figure is computed for (naive UTC)."""
        return self.as_of_fixed or self.clock.as_of(self.as_of_mode, self.data_end)


class Store:
    """An open database file. Build it with `Store.open`; close it when done."""

    def __init__(self, path: Path, settings: Settings, now: Callable[[], datetime]) -> None:
        self.path = path.resolve()
        self.now = now
        self.anchor = Anchor(self.path)
        self.before_commit: Callable[[], None] = _nothing
        """Called when a write can no longer be called off."""
        self._settings = settings
        self._write_lock = threading.RLock()
        self._readers = threading.Condition()
        self._open_sessions = 0
        self._swapping = False
        self._con = _connect(self.path, settings, now)

    @classmethod
    def open(
        cls, path: Path, settings: Settings | None = None, now: Callable[[], datetime] = machine_now
    ) -> "Store":
        """Opens or creates the database at `path` and brings it to the newest schema.

        Raises StoreUnavailable where another process holds it, or it is no database of this product.
        """
        return cls(path, settings or Settings(), now)

    @classmethod
    @contextmanager
    def opened(cls, path: Path, settings: Settings | None = None) -> Iterator["Store"]:
        """The store, closed again at the end of the block."""
        store = cls.open(path, settings)
        try:
            yield store
        finally:
            store.close()

    def close(self) -> None:
        """Closes the file; open sessions must have ended."""
        with self._write_lock:
            self._con.close()

    @contextmanager
    def session(self, actor: Actor) -> Iterator[Session]:
        """Reads as `actor`: what the actor may not see is not there. It ends with the block."""
        with self._cursor() as cursor:
            session = open_session(cursor, actor, self._city_of(cursor))
            try:
                yield session
            finally:
                session.end()

    @contextmanager
    def writing(self, actor: Actor) -> Iterator[Writer]:
        """One transaction under the one writer lock: committed whole, or not at all.

        Raises Conflict where somebody else changed the same rows, StoreUnavailable where the file cannot be
        written (a full disk) or memory is out; the store then goes on with what was committed before.
        """
        with self._write_lock, self._failures_told(), self._cursor() as cursor:
            cursor.begin()
            writer = Writer(cursor, actor, self.now, is_anchored=self.anchor.exists())
            try:
                yield writer
                self.before_commit()
                cursor.commit()
            except BaseException:
                _roll_back(cursor)
                raise
            if writer.last is not None:
                self.anchor.append(writer.last)

    @contextmanager
    def rehearsing(self, actor: Actor) -> Iterator[Writer]:
        """A transaction as in `writing` that is rolled back at its end: what a write would do, without doing it.

        It holds the writer lock too, and raises as `writing` does. Numbers of sequences that it used stay used.
        """
        with self._write_lock, self._failures_told(), self._cursor() as cursor:
            cursor.begin()
            try:
                yield Writer(cursor, actor, self.now, is_anchored=True)
            finally:
                _roll_back(cursor)

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except _WRITE_FAILURES as error:
            if "conflict" in str(error).lower():
                raise Conflict(_("数据刚被别人改过，本次没有写入。"), _("请重新载入后再试。")) from error
            self._revive()
            raise StoreUnavailable(
                _("没有写成：{reason}").format(reason=str(error).splitlines()[0]),
                _("请检查磁盘空间和内存上限；数据库保持原样。"),
            ) from error

    def _revive(self) -> None:
        """Opens the file again where DuckDB has shut it: it does so when a write to the file fails."""
        try:
            self.city()
        except duckdb.FatalException:
            log.warning("the database was shut after a failed write and is opened again")
            with self.swapped_out():
                pass

    def city(self) -> City:
        """Name, clock and as-of mode of the installation."""
        with self._cursor() as cursor:
            return self._city_of(cursor)

    def last_report_day(self) -> date | None:
        """The local day of the last report that is not in the future; None without one.

        It tells of the installation, like `City.data_end`, and not of a case: it is the same for every actor.
        """
        with self._cursor() as cursor:
            ((last,),) = cursor.execute(_SQL["last_report"]).fetchall()
            return self._city_of(cursor).clock.to_local(last).date() if last else None

    def _city_of(self, cursor: duckdb.DuckDBPyConnection) -> City:
        rows = cursor.execute(_SQL["city"]).fetchall()
        if len(rows) != 1:
            raise StoreUnavailable(_("数据库缺少城市信息。"), _("请从备份恢复。"))
        name, timezone, mode, fixed, data_end, demo = rows[0]
        clock = Clock(ZoneInfo(timezone), self.now)
        return City(name, clock, AsOfMode(mode), fixed, data_end, demo)

    @contextmanager
    def swapped_out(self) -> Iterator[None]:
        """Closes the file while the block runs (to put another in its place), then opens it again.

        Waits for running reads to end and holds new ones back: a thread with an open session must not
        enter. DuckDB would wait for ever for a reader that outlives its session, so sessions end theirs.
        """
        with self._write_lock:
            with self._readers:
                self._swapping = True
                self._readers.wait_for(lambda: self._open_sessions == 0)
            try:
                self._con.close()
                try:
                    yield
                finally:
                    self._con = _connect(self.path, self._settings, self.now)
            finally:
                with self._readers:
                    self._swapping = False
                    self._readers.notify_all()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Holds the writer lock: the file on disk does not change while the block runs."""
        with self._write_lock:
            yield

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._readers:
            self._readers.wait_for(lambda: not self._swapping)
            cursor = self._con.cursor()
            self._open_sessions += 1
        try:
            with _ctrl_c_told():
                yield cursor
        finally:
            cursor.close()
            with self._readers:
                self._open_sessions -= 1
                self._readers.notify_all()


@contextmanager
def _ctrl_c_told() -> Iterator[None]:
    """Makes Ctrl-C again of what DuckDB makes of it while a statement runs."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise


def _nothing() -> None:
    """What happens before a commit unless somebody wants to know."""


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """Rolls back what is open; a failed commit has already rolled back by itself."""
    try:
        cursor.rollback()
    except (duckdb.TransactionException, duckdb.FatalException):
        log.debug("nothing was left to roll back")


def _connect(path: Path, settings: Settings, now: Callable[[], datetime]) -> duckdb.DuckDBPyConnection:
    path.parent.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "storage_compatibility_version": STORAGE_VERSION,
        "memory_limit": settings.memory_limit,
        "threads": str(settings.threads),
        "temp_directory": str(path.parent / f"{path.name}.tmp"),
        **NO_EXTENSIONS,
    }
    try:
        con = duckdb.connect(str(path), config=config)
    except duckdb.Error as error:
        raise _unavailable(path, error) from error
    try:
        with _ctrl_c_told():
            _refuse_foreign_file(con, path)
            migrate(con, now())
            con.execute(_SQL["lock_outside"])
            con.execute(_SQL["lock_configuration"])
    except duckdb.Error as error:
        con.close()
        raise _unavailable(path, error) from error
    except BaseException:
        con.close()
        raise
    return con


def is_lock(error: duckdb.Error) -> bool:
    """Whether DuckDB could not open a file because another process has it open."""
    return any(told in str(error) for told in _LOCK_MESSAGES)


def _unavailable(path: Path, error: duckdb.Error) -> StoreUnavailable:
    if is_lock(error):
        return StoreLocked(
            _("数据库 {path} 正被另一个程序占用。").format(path=path),
            _("等它结束；若是服务端，命令会自动交给它办理。"),
        )
    return StoreUnavailable(
        _("{path} 打不开：不是数据库文件，或已损坏。").format(path=path),
        _("请检查路径，或用 restore 从备份恢复。"),
    )


def _refuse_foreign_file(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    names = {row[0] for row in con.execute(_SQL["table_names"]).fetchall()}
    if names and "schema_migration" not in names:
        raise StoreUnavailable(
            _("{path} 是别的程序的数据库，含有表 {tables}。").format(
                path=path, tables=", ".join(sorted(names)[:5])
            ),
            _("请用 --db 或 ONEGRID_DB 指定另一个文件。"),
        )
