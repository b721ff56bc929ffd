"""Reading as an actor: a cursor whose views show what that actor may see, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa

from data.statements import Params, bound, statements
from domain.actor import EVERYWHERE, Actor

if TYPE_CHECKING:
    from data.store import City

_SQL = statements(Path(__file__).parent / "sql" / "store.sql")


class Session:
    """A read session of one actor; short-lived, one thread, never shared."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, actor: Actor, city: "City") -> None:
        self._cursor = cursor
        self._streams: list[Any] = []
        self.actor = actor
        self.city = city

    def frame(self, sql: str, params: Params | None = None) -> pd.DataFrame:
        """The result as a DataFrame with Arrow-backed dtypes' nulls kept as NA where they occur."""
        return self._run(sql, params).df()

    def table(self, sql: str, params: Params | None = None) -> pa.Table:
        """The result as an Arrow table (geometry columns as GeoArrow WKB)."""
        return self._relation(sql, params).to_arrow_table()

    def rows(self, sql: str, params: Params | None = None) -> list[tuple[Any, ...]]:
        """The result as tuples."""
        return self._run(sql, params).fetchall()

    def one(self, sql: str, params: Params | None = None) -> tuple[Any, ...]:
        """The single row of a result. Raises LookupError where there is none."""
        rows = self.rows(sql, params)
        if len(rows) != 1:
            raise LookupError(f"expected one row, the statement gave {len(rows)}")
        return rows[0]

    def batches(self, sql: str, params: Params | None, rows: int) -> pa.RecordBatchReader:
        """The result as a stream of record batches of about `rows` rows; it ends with the session.

        Until it is read to its end the session can answer nothing else.
        """
        stream = self._relation(sql, params).to_arrow_reader(rows)
        self._streams.append(stream)
        return stream

    def days_with_data(self) -> tuple[date, date] | None:
        """The local days of the installation's first report and of its last data; None without cases.

        They tell of the installation, like `City.data_end`, and not of a case: they are the same for every actor.
        """
        ((first,),) = self._cursor.execute(_SQL["first_report"]).fetchall()
        if first is None or self.city.data_end is None:
            return None
        first_day, last_day = (self.city.clock.to_local(time).date() for time in (first, self.city.data_end))
        return first_day, last_day

    @contextmanager
    def lent(self, name: str, table: pa.Table) -> Iterator[None]:
        """Statements of the block may read a table that the program brings, under a name of its own."""
        self._cursor.register(name, table)
        try:
            yield
        finally:
            self._cursor.unregister(name)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All statements of the block read one state of the data, whatever is imported meanwhile."""
        self._cursor.begin()
        try:
            yield
        finally:
            self.end()
            self._cursor.rollback()

    def end(self) -> None:
        """Ends the streams of the session, read to their end or not: each holds the database open."""
        while self._streams:
            self._streams.pop().close()

    def _run(self, sql: str, params: Params | None) -> duckdb.DuckDBPyConnection:
        return self._cursor.execute(sql, bound(sql, params))

    def _relation(self, sql: str, params: Params | None) -> duckdb.DuckDBPyRelation:
        return self._cursor.sql(sql, params=bound(sql, params))


def open_session(cursor: duckdb.DuckDBPyConnection, actor: Actor, city: "City") -> Session:
    """Binds a fresh cursor to an actor; area codes become ids, old versions included.

    Raises nothing for a code that no area carries: the actor then sees no rows.
    """
    bind(cursor, actor)
    return Session(cursor, actor, city)


def bind(cursor: duckdb.DuckDBPyConnection, actor: Actor) -> None:
    """Makes the visible_* views of a cursor those of an actor; a write that reads as its actor needs it too."""
    codes = sorted(actor.areas - {EVERYWHERE})
    rows = cursor.execute(_SQL["area_ids_of_codes"], {"codes": codes}).fetchall() if codes else []
    cursor.execute(_SQL["bind_login"], {"login": actor.login})
    cursor.execute(_SQL["bind_roles"], {"roles": sorted(actor.roles)})
    cursor.execute(_SQL["bind_sees_everything"], {"sees_everything": actor.sees_everything})
    cursor.execute(_SQL["bind_areas"], {"ids": [row[0] for row in rows]})
    cursor.execute(_SQL["bind_departments"], {"names": sorted(actor.departments)})
