"""Gets a verb done: by the server that holds the database, else by opening the file here."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data.anchor import Anchor
from data.backup import refuse_if_in_use, restore
from data.store import Store
from domain.clock import machine_now
from domain.errors import NotFound, StoreLocked
from domain.i18n import _
from domain.progress import Progress
from domain.settings import read_settings
from server.operator.asked import Params
from server.operator.channel import Address, ask
from server.operator.verbs import note_restore, run

_MAY_CREATE = frozenset(
    {
        "import_areas",
        "import_cases",
        "import_points",
        "import_compounds",
        "import_lines",
        "import_duty",
        "import_assessments",
        "city",
        "demo",
        "users_add",
        "users_import",
    }
)
"""Verbs that bring something; to only look at a database that is not there is a mistake in its name."""


_TRIES = 15
_SECONDS_BETWEEN_TRIES = 0.2
"""A server that starts has the file a moment before it can be talked to."""


Seal = Callable[[], None]
"""Called at the moment from which a verb can no longer be called off."""


def do(db: Path, verb: str, params: Params, progress: Progress, seal: Seal) -> dict[str, Any]:
    """Does a verb on the database at `db` and returns its result.

    Raises the verb's own errors, and StoreUnavailable where another program holds the file.
    """
    for _try in range(_TRIES):
        try:
            return _attempt(db.resolve(), verb, params, progress, seal)
        except StoreLocked:
            time.sleep(_SECONDS_BETWEEN_TRIES)
    return _attempt(db.resolve(), verb, params, progress, seal)


def _attempt(db: Path, verb: str, params: Params, progress: Progress, seal: Seal) -> dict[str, Any]:
    address = Address.of(db)
    if address is not None:
        try:
            return ask(address, verb, params, progress)
        except ConnectionError:
            # the server is gone without having tidied up: its file means nothing any more
            pass
    if verb == "restore":
        return _restore_closed(db, Path(params["file"]), seal)
    if verb == "demo" and not db.exists():
        return _build_aside(db, params, progress, seal)
    if not db.exists() and verb not in _MAY_CREATE:
        raise NotFound(
            _("没有数据库 {path}。").format(path=db),
            _("请用 --db 或 ONEGRID_DB 指定，或先导入数据；python -m data demo 可建示例城市。"),
        )
    is_new = not db.exists()
    try:
        with Store.opened(db, read_settings()) as store:
            store.before_commit = seal
            return run(store, verb, params, progress)
    except BaseException:
        if is_new:
            _remove(db)  # nothing was committed, so nothing shall stand there
        raise


def _restore_closed(db: Path, source: Path, seal: Seal) -> dict[str, Any]:
    """Restores over a file that may not even open."""
    refuse_if_in_use(db)

    @contextmanager
    def closed() -> Iterator[None]:
        seal()
        yield

    result = restore(db, source, machine_now(), closed)
    with Store.opened(db, read_settings()) as store:
        note_restore(store, result)
    return result


def _build_aside(db: Path, params: Params, progress: Progress, seal: Seal) -> dict[str, Any]:
    """Builds the demo beside its place and moves it there whole: a broken-off demo is no database."""
    part = db.with_name(f"{db.name}.building")
    refuse_if_in_use(part)
    _remove(part)
    try:
        with Store.opened(part, read_settings()) as store:
            result = run(store, "demo", params, progress)
        seal()
        part.replace(db)
        Anchor(part).move_to(Anchor(db))
    finally:
        _remove(part)
        Anchor(part).remove()
    return result


def _remove(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_name(f"{part.name}.wal").unlink(missing_ok=True)
