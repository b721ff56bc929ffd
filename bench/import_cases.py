"""The import of a large city's year: rows per second with the join, and peak memory.

Builds the demo city's boundaries, writes 1.2 million of its cases as one UTF-8 CSV, and imports it with the
operator's tool in a process of its own, on an otherwise empty ledger: `python -m bench.import_cases`.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from data.demo import build, cases
from data.ingest.findings import empty_rejects
from data.ingest.layers import LayerFile
from data.load.areas import load_areas
from data.load.batch import SourceFile
from data.store import Store
from domain.actor import OPERATOR
from domain.vocabulary import ImportKind

ROOT = Path(__file__).resolve().parents[1]
ROWS = 1_200_000

MAPPING = """
[case]
timezone = "UTC"
crs = "wgs84"
date_formats = ["%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S"]
[case.columns]
"""
LEFT_OUT = ("area_level", "reporter_name", "phone", "id_number", "address")


def prepare(folder: Path) -> tuple[Path, Path, Path]:
    """The database with boundaries only, the CSV and its mapping."""
    city = build("city")
    db, table, mapping = folder / "city.duckdb", folder / "cases.csv", folder / "cases.toml"
    frame = city.areas.assign(row_number=range(1, len(city.areas) + 1))
    with Store.opened(db) as store, store.writing(OPERATOR) as writer:
        source = SourceFile(ImportKind.AREAS, "areas", "")
        load_areas(writer, LayerFile(frame, len(frame), empty_rejects()), source)
    rows, out = 0, None
    for chunk in cases(city):
        kept = chunk.drop_columns(list(LEFT_OUT)).slice(0, ROWS - rows)
        out = out or pa.csv.CSVWriter(table, kept.schema)
        out.write_table(kept)
        rows += kept.num_rows
        if rows == ROWS:
            break
    assert out is not None
    out.close()
    mapping.write_text(MAPPING + "".join(f'{name} = "{name}"\n' for name in kept.column_names), "utf-8")
    return db, table, mapping


def main() -> None:
    """Prints one row for the first import and one for the same file again."""
    with tempfile.TemporaryDirectory() as scratch:
        db, table, mapping = prepare(Path(scratch))
        print(f"{ROWS:,} rows, {table.stat().st_size / 1e6:.0f} MB, 5,700 grids")
        command = [sys.executable, "-m", "data", "--db", str(db), "import", "cases", str(table)]
        command += ["--mapping", str(mapping), "--json"]
        for what in ("first import", "the same file again"):
            began = time.perf_counter()
            report = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
            seconds = time.perf_counter() - began
            peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"| {what} | {seconds:.1f} s | {ROWS / seconds:,.0f} rows/s | peak {peak_mb:,.0f} MB |")
            print(report[:400], file=sys.stderr)


if __name__ == "__main__":
    main()
