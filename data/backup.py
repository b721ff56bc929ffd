"""Backup of a running store and its way back.

The file on disk does not change while the writer lock is held, so a backup copies the database and its
write-ahead log under that lock, while readers go on. The copy is made by another process: DuckDB guards its
file with a POSIX lock, and a process that closes any handle on a file loses all of its locks on it.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from data.anchor import Anchor, Link
from data.ledger import GENESIS
from data.migrate import migrate
from data.statements import statements
from data.store import NO_EXTENSIONS, Store, is_lock
from domain.actor import Actor
from domain.audit import Action
from domain.errors import InputRefused, StoreLocked
from domain.i18n import _

_SQL = statements(Path(__file__).parent / "sql" / "batch.sql")
_STORE_SQL = statements(Path(__file__).parent / "sql" / "store.sql")
_COPY = "import shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])"
_LOGS = (".wal", ".checkpoint.wal", ".recovery.wal")
"""Ends of the names of what DuckDB keeps beside its file; the last two only after a crash."""


def backup(store: Store, target: Path, actor: Actor) -> dict[str, Any]:
    """Writes a copy of the whole store to `target` and checks that it opens.

    Returns file, bytes, sha256 and the rows of each subject. Raises InputRefused where the target exists.
    """
    if target.exists():
        raise InputRefused(_("{path} 已存在。").format(path=target), _("请换一个文件名。"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / "copy.duckdb"
        with store.quiet():
            _copy(store.path, copy)
            for log, log_copy in _logs(store.path, copy):
                _copy(log, log_copy)
        counts, _head = _opened(copy, store.now())
        copy.replace(target)
    with target.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    result = {"file": str(target), "bytes": target.stat().st_size, "sha256": digest, "rows": counts}
    with store.writing(actor) as writer:
        writer.audit(Action.BACKUP, target.name, {"sha256": digest, "rows": counts})
    return result


def restore(
    path: Path, source: Path, now: datetime, closed: Callable[[], AbstractContextManager[None]] = nullcontext
) -> dict[str, Any]:
    """Puts a backup in the place of the database at `path`; what stood there is kept beside it.

    Nobody may have `path` open while the files change places: `closed` is entered for that moment only.
    The audit's chain goes back to where the backup ends; its anchor says so.

    Returns file, backup (the name of the file that was restored), kept (or None), the rows restored, and as `chain`
    the audit rows from and to which the chain was rewound. Raises InputRefused for a file that is no backup and
    StoreUnavailable for one of a newer program, and then changes nothing.
    """
    if not source.is_file():
        raise InputRefused(_("没有文件 {path}。").format(path=source), _("请检查路径。"))
    # copying an open database inside its own process would also end DuckDB's lock on it
    if path.exists() and source.samefile(path):
        raise InputRefused(_("{path} 就是当前数据库。").format(path=source), _("请指定备份文件。"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / "copy.duckdb"
        shutil.copyfile(source, copy)
        counts, head = _opened(copy, now)
        anchor = Anchor(path)
        with closed():
            chain = {"from": anchor.history().last, "to": head.seq}
            kept = _put_aside(path, now)
            copy.replace(path)
            anchor.rewind(head)
    return {
        "file": str(path),
        "backup": source.name,
        "kept": str(kept) if kept else None,
        "rows": counts,
        "chain": chain,
    }


def refuse_if_in_use(path: Path) -> None:
    """Raises StoreLocked where another process has the database open; a damaged file is free."""
    if not path.exists():
        return
    try:
        duckdb.connect(str(path), config={**NO_EXTENSIONS}).close()
    except duckdb.Error as error:
        if is_lock(error):
            raise StoreLocked(
                _("数据库 {path} 正被另一个程序占用。").format(path=path), _("等它结束后再试。")
            ) from error


def _put_aside(path: Path, now: datetime) -> Path | None:
    if not path.exists():
        return None
    kept = path.with_name(f"{path.name}.before-restore-{now:%Y%m%dT%H%M%S%f}")
    try:
        # a second name, so that at no moment there is no database at `path`
        kept.hardlink_to(path)
    except OSError:
        path.replace(kept)  # a file system without hard links
    for log, log_kept in _logs(path, kept):
        log.replace(log_kept)
    return kept


def _copy(source: Path, target: Path) -> None:
    command = [sys.executable, "-c", _COPY, str(source), str(target)]
    subprocess.run(command, check=True)  # noqa: S603 -- this interpreter, a constant, two paths


def _logs(path: Path, other: Path) -> list[tuple[Path, Path]]:
    """The logs that stand beside a database, each with its name beside another."""
    names = ((path.with_name(path.name + end), other.with_name(other.name + end)) for end in _LOGS)
    return [(log, log_other) for log, log_other in names if log.exists()]


def _opened(path: Path, now: datetime) -> tuple[dict[str, int], Link]:
    """Opens a copy, folds its log into it, brings it to the newest schema, reads all of it.

    Answers the rows of each subject, and where the audit ends.

    A backup that does not open, or lacks a single block, is none.
    """
    try:
        with duckdb.connect(str(path), config={**NO_EXTENSIONS}) as con:
            tables = {row[0] for row in con.execute(_STORE_SQL["table_names"]).fetchall()}
            if "schema_migration" not in tables:
                raise _no_backup()
            migrate(con, now)
            for name in sorted(tables):
                con.execute(_STORE_SQL["read_whole_table"], {"name": name}).fetchall()
            counts = dict(con.execute(_SQL["subject_counts"]).fetchall())
            last = con.execute(_STORE_SQL["last_audit"]).fetchall()
            seq, digest = last[0] if last else (0, GENESIS)
            return counts, Link(seq, digest, now)
    except duckdb.Error as error:
        raise _no_backup() from error


def _no_backup() -> InputRefused:
    return InputRefused(_("这个文件不是本产品的备份，或已损坏。"), _("请用 backup 命令生成的文件。"))
