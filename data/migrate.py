"""Numbered, checksummed migrations: each runs once, in order, in a transaction of its own.

A new table that follows from others is filled in the same transaction: there is no moment, and no way of opening an
older file, after which it stands there empty.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from data.ledger import Writer
from data.load.compound_cases import match_all
from data.statements import statements
from domain.actor import OPERATOR
from domain.errors import StoreUnavailable
from domain.i18n import _

FOLDER = Path(__file__).parent / "migrations"
_SQL = statements(Path(__file__).parent / "sql" / "store.sql")
_FILLED: Final[dict[int, Callable[[Writer], None]]] = {10: match_all}
"""What fills the tables of a migration, by its number: case_compound."""

_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True)
class Migration:
    """One step of the schema, as it stands in its file."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, line ends normalised so that a checkout on Windows is the same."""
        return hashlib.sha256(self.sql.replace("\r\n", "\n").encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """All migrations in order. Raises ValueError where a number is missing: a defect of the program."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise ValueError(f"{path.name}: expected NNNN_name.sql")
        found.append(Migration(int(match[1]), match[2], path.read_text(encoding="utf-8")))
    if [step.number for step in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations are not numbered 1..n: {[step.number for step in found]}")
    return found


def migrate(con: duckdb.DuckDBPyConnection, now: datetime, folder: Path = FOLDER) -> list[int]:
    """Brings the database to the newest schema; returns the numbers that were applied.

    Raises StoreUnavailable where the database is newer than the program, or was made by a migration whose
    text has changed since.
    """
    con.execute(_SQL["create_migration_table"])
    rows = con.execute(_SQL["applied_migrations"]).fetchall()
    applied: dict[int, str] = dict(rows)
    steps = migrations(folder)
    _refuse_strangers(applied, steps)
    pending = [step for step in steps if step.number not in applied]
    for step in pending:
        con.begin()
        try:
            con.execute(step.sql)
            if step.number in _FILLED:
                _FILLED[step.number](Writer(con, OPERATOR, lambda: now, is_anchored=True))
            record = {"number": step.number, "name": step.name, "checksum": step.checksum}
            con.execute(_SQL["record_migration"], {**record, "applied_at": now})
            con.commit()
        except BaseException:
            con.rollback()
            raise
    return [step.number for step in pending]


def _refuse_strangers(applied: dict[int, str], steps: list[Migration]) -> None:
    known = {step.number: step for step in steps}
    newer = sorted(set(applied) - set(known))
    if newer:
        raise StoreUnavailable(
            _("数据库的结构版本是 {seen}，本程序只认识到 {expected}。").format(
                seen=newer[-1], expected=len(steps)
            ),
            _("请用不低于建库时版本的程序打开。"),
        )
    changed = [n for n, checksum in applied.items() if known[n].checksum != checksum]
    if changed:
        raise StoreUnavailable(
            _("数据库是用另一份迁移脚本 {numbers} 建的，校验和不符。").format(numbers=changed),
            _("请用建库时的程序打开，或从备份恢复。"),
        )
