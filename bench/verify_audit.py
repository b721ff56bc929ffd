"""How long a million audit rows take to verify, each with its anchor: `python -m bench.verify_audit`."""

import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from data.audit import verify
from data.ledger import GENESIS, audit_hash
from data.store import Store
from domain.actor import INSPECTOR
from domain.settings import Settings

ROWS = 1_000_000
_COLUMNS = ("seq", "happened_at", "actor", "action", "subject", "detail", "previous_hash", "hash")


def chain(rows: int) -> pa.Table:
    """Audit rows as the product would have written them, one a second."""
    previous, found = GENESIS, []
    for seq in range(1, rows + 1):
        at = datetime(2026, 1, 1) + timedelta(seconds=seq)
        entry = (seq, at, "somebody", "login", "session", '{"way": "oidc"}', previous)
        previous = audit_hash(*entry)
        found.append((*entry, previous))
    return pa.table(dict(zip(_COLUMNS, map(list, zip(*found, strict=True)), strict=True)))


def main() -> None:
    """Builds the chain, verifies it three times and tells the seconds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.opened(Path(folder) / "city.duckdb", Settings()) as store,
    ):
        table = chain(ROWS)
        with store.writing(INSPECTOR) as writer:
            writer.cursor.register("brought", table)
            writer.run("insert into audit select * from brought")
        lines = zip(*(table[name].to_pylist() for name in ("seq", "hash", "happened_at")), strict=True)
        text = "".join(
            f"at {seq} {digest} {at.isoformat(timespec='microseconds')}\n" for seq, digest, at in lines
        )
        store.anchor.path.write_text(text, encoding="ascii")
        for _attempt in range(3):
            begun = time.perf_counter()
            report = verify(store, INSPECTOR)
            seconds = time.perf_counter() - begun
            print(f"{report.rows:,} rows, ok {report.ok}: {seconds:.2f} s")


if __name__ == "__main__":
    main()
