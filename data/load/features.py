"""Loads service points, compounds and lines; and what they share with all that has versions by code.

A row is identified by its code within its table. A changed row closes the stored version and opens a new
one; a row that a file no longer holds stays (files are often partial).
"""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from data.ingest.findings import REJECT_SCHEMA, Finding
from data.ingest.layers import LayerFile
from data.ingest.mapping_columns import FLAG_COLUMNS
from data.ledger import Writer
from data.load.batch import Counts, SourceFile, check_reject_share, insert_table, next_batch, record_batch
from data.load.compound_cases import match_all
from data.load.place import Placer
from data.statements import statements
from domain.vocabulary import ImportKind, Subject

_SQL = statements(Path(__file__).parents[1] / "sql" / "features.sql")

REPLACED_SHOWN = 10
"""How many of the assessments that an import replaces its report names."""

_COMPARED = {
    ImportKind.POINTS: ["kind", "name", "address", "level", "opening_hours", "lon", "lat"],
    ImportKind.COMPOUNDS: [
        "name",
        "address",
        "households",
        "buildings",
        "built_year",
        "company",
        "unmanaged_since",
        "unmanaged_until",
        "takeover",
        "takeover_due",
        *FLAG_COLUMNS,
        "wkb",
    ],
    ImportKind.LINES: ["kind", "name", "rank", "wkb"],
    ImportKind.DUTY: [
        "post",
        "unit",
        "headcount",
        "shift",
        "contact",
        "area_code",
        "area_level",
        "area_id",
        "point_code",
        "tier",
        "embedded_as",
    ],
    ImportKind.ASSESSMENTS: [
        "indicator",
        "compound_code",
        "company",
        "period_start",
        "period_end",
        "value",
        "evidence",
    ],
}
"""What makes a new version of a row when it differs."""


def load_features(
    writer: Writer, file: LayerFile, source: SourceFile, max_reject_share: float | None = None
) -> dict[str, Any]:
    """Writes the rows of a file as one batch; returns the report.

    Raises InputRefused where more than `max_reject_share` of the rows were rejected.
    """
    rows = _with_geometry(file.frame, source.kind)
    doubles = rows.duplicated("code")
    rejects = pa.concat_tables([file.rejects, reject_rows(rows[doubles], "duplicate_code", "code")])
    rows = rows[~doubles].reset_index(drop=True)
    findings = list(file.findings)
    extra: dict[str, Any] = {}
    if source.kind is not ImportKind.LINES:
        rows = _placed(writer, rows)
        extra["located"] = located_counts(rows["location_status"])
    if source.kind is ImportKind.POINTS:
        findings += _stacked(rows)
    layer = LayerFile(rows, file.rows_read, rejects, findings)
    return load_versions(writer, layer, source, max_reject_share, extra)


def load_versions(
    writer: Writer, file: LayerFile, source: SourceFile, max_reject_share: float | None, extra: dict[str, Any]
) -> dict[str, Any]:
    """Writes rows that are ready, each with its code, as one batch; returns the report, with `extra` in it.

    Raises InputRefused where more than `max_reject_share` of the rows were rejected.
    """
    batch_id = next_batch(writer)
    *written, changed = write_versions(writer, source.kind, file.frame, batch_id)
    counts = Counts(file.rows_read, len(file.frame), file.rejects.num_rows, *written)
    if source.kind is ImportKind.ASSESSMENTS and counts.updated:
        extra = extra | {"replaced": _replaced(changed)}
    check_reject_share(counts, max_reject_share)
    if counts.changed:
        writer.bump(Subject(source.kind.value))
        if source.kind is ImportKind.COMPOUNDS:
            match_all(writer)
    return record_batch(writer, batch_id, source, counts, file.findings, file.rejects, extra)


def write_versions(
    writer: Writer, kind: ImportKind, rows: pd.DataFrame, batch_id: int
) -> tuple[int, int, int, pd.DataFrame]:
    """Writes what is new or has changed by its code.

    Returns how many were inserted, updated, unchanged, and the updated rows with what they replace (`<column>_stored`).
    """
    stored = writer.run(_SQL[f"current_{kind}"]).df()
    new, changed, unchanged = split_changes(rows, stored, "code", "id", _COMPARED[kind])
    ids = writer.run(_SQL["next_ids"], {"n": len(new)}).df()["id"].to_numpy()
    stamp: dict[str, object] = {"now": writer.now, "batch_id": batch_id}
    writer.run(_SQL[f"close_{kind}"], {**stamp, "ids": changed["id"].astype(int).tolist()})
    fresh = pd.concat([new.assign(id=ids), changed]).sort_values("row_number")
    columns = ["id", *[c for c in rows.columns if c not in {"geometry", "row_number"}]]
    table = pa.Table.from_pandas(fresh[columns], preserve_index=False)
    insert_table(writer, "new_feature", table, _SQL[f"insert_{kind}"], stamp)
    return len(new), len(changed), unchanged, changed


def _replaced(changed: pd.DataFrame) -> list[dict[str, Any]]:
    """The first assessments that an import replaces: whose, of which period (local days), value before and now."""
    first = changed.sort_values("row_number").head(REPLACED_SHOWN)
    return [
        {
            "indicator": row["indicator"],
            "of": row["compound_code"] if pd.notna(row["compound_code"]) else row["company"],
            "from": str(row["period_start"]),
            "to": str(row["period_end"]),
            "before": float(row["value_stored"]),
            "now": float(row["value"]),
        }
        for row in first.to_dict("records")
    ]


def located_counts(status: "pd.Series[str]") -> dict[str, int]:
    """How many rows have each location status; every status is named, also with 0."""
    names = ("inside", "on_edge", "ambiguous", "outside", "no_location", "invalid")
    counted = status.value_counts()
    return {name: int(counted.get(name, 0)) for name in names}


def split_changes(
    rows: pd.DataFrame, stored: pd.DataFrame, key: str, id_column: str, compared: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Parts rows into new ones, changed ones (with id and `<column>_stored`) and a count of unchanged.

    Two missing values are equal.
    """
    columns = [key, id_column, *compared]
    merged = rows.merge(stored[columns], on=key, how="left", suffixes=("", "_stored"))
    known = merged[id_column].notna().to_numpy()
    differs = np.zeros(len(merged), dtype=bool)
    for column in compared:
        left, right = (_plain(merged[name]) for name in (column, f"{column}_stored"))
        same = (left.isna() & right.isna()) | (left == right).fillna(value=False).astype(bool)
        differs |= ~same.to_numpy()
    new = merged[~known]
    changed = merged[known & differs]
    return new, changed, int((known & ~differs).sum())


def _plain(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Values as objects; days as days, whichever way the database hands them out."""
    is_time = pd.api.types.is_datetime64_any_dtype(column)
    return (column.dt.date if is_time else column).astype(object)


def reject_rows(rows: pd.DataFrame, rule: str, field: str) -> pa.Table:
    """Rejects for rows that a whole-file rule keeps out (none of these files has personal fields)."""
    shown = [c for c in rows.columns if c not in {"geometry", "wkb", "row_number"}]
    records = [
        {
            "row_number": int(row["row_number"]),
            "rule": rule,
            "field": field,
            "value": str(row[field]),
            "raw": json.dumps({c: row[c] for c in shown}, ensure_ascii=False, default=str),
            "raw_private": None,
        }
        for row in rows.to_dict("records")
    ]
    return pa.Table.from_pylist(records, schema=REJECT_SCHEMA)


def _with_geometry(frame: pd.DataFrame, kind: ImportKind) -> pd.DataFrame:
    rows = frame.copy()
    if kind is ImportKind.POINTS:
        return rows
    geometry = gpd.GeoSeries(rows["geometry"], crs="EPSG:4326")
    rows["wkb"] = shapely.to_wkb(geometry.to_numpy())
    if kind is ImportKind.COMPOUNDS:
        inner = geometry.representative_point()
        rows["lon"], rows["lat"] = inner.x.to_numpy(), inner.y.to_numpy()
    return pd.DataFrame(rows.drop(columns="geometry"))


def _placed(writer: Writer, rows: pd.DataFrame) -> pd.DataFrame:
    placer = Placer.of(writer)
    area_id, status = placer.place(rows["lon"].to_numpy(float), rows["lat"].to_numpy(float))
    paths = placer.paths.reindex(area_id).set_index(rows.index)
    return rows.assign(area_id=area_id, location_status=status).join(paths)


def _stacked(rows: pd.DataFrame) -> list[Finding]:
    located = rows.dropna(subset=["lon", "lat"])
    repeats = located.duplicated(["lon", "lat"])
    if not repeats.any():
        return []
    places = int(located[located.duplicated(["lon", "lat"], keep=False)].groupby(["lon", "lat"]).ngroups)
    return [Finding("stacked_points", int(repeats.sum()), {"places": places})]
