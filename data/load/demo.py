"""Loads the demo city the way an operator would load a real one: the same repair, mapping, join and findings.

Cases pass through Parquet files, one source at a time and at most a year of a large city at once, so that memory
stays bounded and the demo's batches look like a city's.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from data.demo import CASE_SCHEMA, DemoCity, Scale, assessments, build, cases
from data.ingest.assessments import read_assessments
from data.ingest.cases import iter_cases
from data.ingest.duty import read_duty
from data.ingest.findings import empty_rejects
from data.ingest.layers import LayerFile
from data.ingest.mapping import Mapping, parse_mapping
from data.ledger import Writer
from data.load.areas import load_areas
from data.load.assessments import load_assessments
from data.load.batch import SourceFile
from data.load.cases import load_cases
from data.load.duty import load_duty
from data.load.features import load_features
from data.load.sources import set_promise
from data.load.undo import undo
from data.store import Store
from domain.actor import OPERATOR
from domain.errors import InputRefused
from domain.i18n import _
from domain.progress import Progress
from domain.vocabulary import ImportKind

Load = Callable[[Writer], dict[str, Any]]
"""Loads one batch and returns its report."""

ROWS_PER_FILE = 1_200_000

_PROMISES = {"12345热线": (1, "按小时推送"), "网格平台": (1, "按小时推送"), "城管平台": (24, "每日凌晨一次")}
"""Hours within which a source promises to deliver, and a word on it; 综治平台 promises nothing."""

_MAPPING = """
[case]
timezone = "UTC"
crs = "wgs84"
prefer = "point"
[case.columns]
{columns}
"""
# the demo knows no persons, and its sources name areas of different levels
_NO_TARGETS = frozenset({"area_level", "reporter_name", "phone", "id_number", "address"})


def load_demo(store: Store, scale: Scale, progress: Progress) -> dict[str, Any]:
    """Fills an empty store with the demo city; returns what it then holds.

    One transaction a batch; where one fails or is called off, the batches before it are taken back. Raises
    InputRefused where the store holds anything: a demo is never mixed with real data.
    """
    _refuse_full(store)
    progress("building", 0, None)
    city = build(scale)
    reports: list[dict[str, Any]] = []
    try:
        for load in _loads(store.path.parent, city, progress):
            with store.writing(OPERATOR) as writer:
                reports.append(load(writer))
    except BaseException:
        _take_back(store, reports)
        raise
    with store.writing(OPERATOR) as writer:
        as_of = city.as_of.replace(tzinfo=None)
        writer.set_city(name=city.name, timezone=city.timezone, as_of=as_of, demo=True)
        for source, (hours, note) in _PROMISES.items():
            set_promise(writer, source, hours, note)
        cases_held = writer.subject_counts()["cases"]
    return {
        "city": city.name,
        "scale": scale,
        "areas": len(city.areas),
        "lines": len(city.lines),
        "compounds": len(city.compounds),
        "points": len(city.service_points),
        "duty": len(city.duty),
        "cases": cases_held,
        "batches": [report["batch"] for report in reports],
    }


def _refuse_full(store: Store) -> None:
    with store.writing(OPERATOR) as writer:
        counts = writer.subject_counts()
    if any(counts.values()):
        raise InputRefused(
            _("数据库 {path} 里已有数据，示例城市只建在空库里。").format(path=store.path),
            _("请用 --db 指定另一个文件。"),
        )


def _take_back(store: Store, reports: list[dict[str, Any]]) -> None:
    for report in reversed(reports):
        with store.writing(OPERATOR) as writer:
            undo(writer, report["batch"], only_preview=False)


def _source(kind: ImportKind) -> SourceFile:
    return SourceFile(kind, f"demo-{kind.value}", "")


def _loads(folder: Path, city: DemoCity, progress: Progress) -> Iterator[Load]:
    """What is to be loaded, one batch after the other."""
    yield lambda writer: load_areas(writer, _layer(city.areas), _source(ImportKind.AREAS), progress)
    for kind, rows in (
        (ImportKind.LINES, city.lines),
        (ImportKind.COMPOUNDS, city.compounds),
        (ImportKind.POINTS, city.service_points),
    ):
        yield partial(load_features, file=_layer(rows), source=_source(kind))
    columns = [name for name in CASE_SCHEMA.names if name not in _NO_TARGETS]
    mapping = parse_mapping(_MAPPING.format(columns="\n".join(f'{name} = "{name}"' for name in columns)))
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        for name, path in _files(city, Path(scratch)):
            source = SourceFile(ImportKind.CASES, name, SourceFile.of(ImportKind.CASES, path).sha256)
            yield partial(_load_cases, path=path, mapping=mapping, source=source, progress=progress)
            path.unlink()
        roster = Path(scratch) / "duty.parquet"
        city.duty.to_parquet(roster, index=False)
        yield lambda writer: load_duty(writer, read_duty(roster), _source(ImportKind.DUTY))
        if len(city.compounds):
            scores = Path(scratch) / "assessments.parquet"
            assessments(city).to_parquet(scores, index=False)
            source = _source(ImportKind.ASSESSMENTS)
            yield lambda writer: load_assessments(writer, read_assessments(scores), source)


def _layer(rows: pd.DataFrame) -> LayerFile:
    return LayerFile(rows.assign(row_number=range(1, len(rows) + 1)), len(rows), empty_rejects(), [])


def _load_cases(
    writer: Writer, path: Path, mapping: Mapping, source: SourceFile, progress: Progress
) -> dict[str, Any]:
    file = iter_cases(path, mapping, writer.now, progress=progress)
    return load_cases(writer, file, source, progress=progress)


def _files(city: DemoCity, folder: Path) -> Iterator[tuple[str, Path]]:
    """One Parquet file after the other, each of one source and of at most ROWS_PER_FILE rows or so."""
    writing: dict[str, tuple[pa.parquet.ParquetWriter, Path, int]] = {}
    parts: Counter[str] = Counter()
    for chunk in cases(city):
        for source in pc.unique(chunk["source"]).to_pylist():
            rows = chunk.filter(pc.equal(chunk["source"], source))
            if source not in writing:
                parts[source] += 1
                path = folder / f"{parts.total()}.parquet"
                writing[source] = (pa.parquet.ParquetWriter(path, rows.schema), path, 0)
            writer, path, written = writing[source]
            writer.write_table(rows)
            writing[source] = (writer, path, written + rows.num_rows)
            if written + rows.num_rows >= ROWS_PER_FILE:
                writer.close()
                del writing[source]
                yield f"{source}-{parts[source]}", path
    for source, (writer, path, _rows) in writing.items():
        writer.close()
        yield f"{source}-{parts[source]}", path
