"""Joins every case, point and compound again, after boundaries have changed; posts on duty follow their code.

Which compound a case lies in is found again too.
"""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from data.ledger import Writer
from data.load.batch import insert_table
from data.load.compound_cases import match_all
from data.load.names import resolve_codes, resolve_names
from data.load.place import Placer
from data.statements import statements
from domain.audit import Action
from domain.progress import Progress, no_progress
from domain.vocabulary import AreaSource, LocationStatus, Subject

_FOLDER = Path(__file__).parents[1] / "sql"
_SQL = statements(_FOLDER / "relocate.sql")
_AREAS = statements(_FOLDER / "place.sql")["names"]


def relocate(writer: Writer, progress: Progress = no_progress) -> dict[str, Any]:
    """Places everything anew; returns how many cases there are, how many moved, and where all stand now."""
    placer = Placer.of(writer)
    moved = _relocate_cases(writer, placer, progress)
    for features, move, subject in (
        ("service_points", "move_points", Subject.POINTS),
        ("compounds", "move_compounds", Subject.COMPOUNDS),
    ):
        rows = writer.run(_SQL[features]).df()
        area_id, status = placer.place(rows["lon"].to_numpy(float), rows["lat"].to_numpy(float))
        paths = placer.paths.reindex(area_id).reset_index(drop=True)
        placed = rows[["id"]].assign(area_id=area_id, location_status=status).join(paths)
        if insert_table(writer, "moved", _table(placed), _SQL[move], {}):
            writer.bump(subject)
    follow_codes(writer)
    match_all(writer)
    by_source = dict(writer.run(_SQL["area_source_counts"]).fetchall())
    by_status = dict(writer.run(_SQL["location_counts"]).fetchall())
    result: dict[str, Any] = {
        "cases": sum(by_source.values()),
        "moved": moved,
        "area_source": {kind.value: by_source.get(kind.value, 0) for kind in AreaSource},
        "located": {status.value: by_status.get(status.value, 0) for status in LocationStatus},
    }
    writer.audit(Action.RELOCATE, "cases", result)
    return result


def follow_codes(writer: Writer) -> None:
    """Gives every post on duty the current area of its code, or none where no current area carries it."""
    if writer.count(_SQL["move_duty"]):
        writer.bump(Subject.DUTY)


def _relocate_cases(writer: Writer, placer: Placer, progress: Progress) -> int:
    points = writer.run(_SQL["case_points"]).fetchnumpy()
    progress("placing", 0, len(points["case_id"]))
    area_id, status = placer.place(*(_plain(points[name]) for name in ("lon", "lat")))
    progress("placing", len(status), len(status))
    areas = writer.run(_AREAS).df()
    codes = resolve_codes(writer.run(_SQL["given_codes"]).df(), areas)
    names = resolve_names(writer.run(_SQL["given_names"]).df(), areas)
    moved = pa.table(
        {
            "case_id": points["case_id"],
            "location_status": pa.array(status, pa.string()),
            "point_area_id": pa.array(area_id, from_pandas=True),
        }
    )
    writer.cursor.register("given_code", _table(codes))
    writer.cursor.register("given_name", _table(names))
    insert_table(writer, "moved", moved, _SQL["create_relocated"], {})
    count = writer.count(_SQL["count_moved"])
    changed = writer.count(_SQL["move_cases"])
    changed += writer.count(_SQL["stamp_version"], {"version": writer.version(Subject.AREAS)})
    if changed:
        writer.bump(Subject.CASES)
    writer.run(_SQL["drop_relocated"])
    writer.cursor.unregister("given_code")
    writer.cursor.unregister("given_name")
    return count


def _plain(column: Any) -> Any:
    """A float array with NaN where the value is missing."""
    return column.filled(float("nan")) if hasattr(column, "filled") else column


def _table(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)
