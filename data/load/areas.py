"""Loads boundaries: codes, parents, versions of areas, and what the coverage of a level looks like.

The parent column is the truth about hierarchy. Where a file has none, the code's prefix finds the parent,
and where there is no statistical code either, the parent is the area of the next level above that holds the
area's inner point. A parent that is named but unknown is made by dissolving its children, and flagged.
An area keeps its id over all its versions.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from data.ingest.findings import Finding
from data.ingest.layers import LayerFile
from data.ledger import Writer
from data.load.batch import Counts, SourceFile, check_reject_share, insert_table, next_batch, record_batch
from data.load.compound_cases import match_all
from data.load.features import reject_rows, split_changes
from data.statements import statements
from domain.codes import (
    SIGNIFICANT_DIGITS,
    generated_code,
    is_statistical,
    normalise_code,
    normalise_name,
    prefix_matches,
)
from domain.progress import Progress, no_progress
from domain.vocabulary import Level, Subject
from geo.coverage import area_m2, dissolve_parents, gaps, overlaps
from geo.join import AreaIndex

_SQL = statements(Path(__file__).parents[1] / "sql" / "areas.sql")

_COMPARED = [
    "parent_id",
    "given_parent_code",
    "name",
    "kind",
    "urban_class",
    "households",
    "population",
    "wkb",
    "generated_code",
    "dissolved",
]
"""What makes a new version of an area when it differs."""


def load_areas(
    writer: Writer,
    areas: LayerFile,
    source: SourceFile,
    progress: Progress = no_progress,
    *,
    max_reject_share: float | None = None,
) -> dict[str, Any]:
    """Writes the areas of a file as one batch; returns the report.

    Every level that the file holds is loaded, top down. Raises InputRefused where more than
    `max_reject_share` of the rows were rejected.
    """
    batch_id = next_batch(writer)
    findings = list(areas.findings)
    frame, doubles = _with_codes(areas.frame, findings, current_areas(writer))
    rejects = [areas.rejects, doubles]
    totals = np.zeros(3, dtype=int)
    levels = [level for level in Level.ordered() if (frame["level"] == level.value).any()]
    for position, level in enumerate(levels):
        progress("areas", position, len(levels))
        part = frame[frame["level"] == level.value].reset_index(drop=True)
        totals += _load_level(writer, part, level, batch_id, findings)
    adopt_orphans(writer)
    if refresh_paths(writer) & {Subject.CASES, Subject.COMPOUNDS}:
        match_all(writer)
    for level in levels:
        findings += _coverage_findings(writer, level)
    rejected = pa.concat_tables(rejects)
    counts = Counts(areas.rows_read, len(frame), rejected.num_rows, *(int(n) for n in totals))
    check_reject_share(counts, max_reject_share)
    if counts.changed:
        writer.bump(Subject.AREAS)
    stale = writer.count(_SQL["stale_cases"])
    extra = {"levels": [level.value for level in levels], "cases_to_relocate": stale}
    return record_batch(writer, batch_id, source, counts, findings, rejected, extra)


def refresh_paths(writer: Writer) -> set[Subject]:
    """Makes the path columns of areas, cases, points, compounds and duty agree with the parent column.

    Whoever cached figures by area hears of it where any path changed; returns of what.
    """
    changed = set()
    writer.run(_SQL["refresh_area_paths"])
    for statement, subject in (
        ("refresh_case_paths", Subject.CASES),
        ("refresh_point_paths", Subject.POINTS),
        ("refresh_compound_paths", Subject.COMPOUNDS),
        ("refresh_duty_paths", Subject.DUTY),
    ):
        if writer.count(_SQL[statement]):
            writer.bump(subject)
            changed.add(subject)
    return changed


def current_areas(writer: Writer) -> gpd.GeoDataFrame:
    """All current areas with their geometry (EPSG:4326), ordered by level and code."""
    frame = writer.run(_SQL["current"]).df()
    geometry = shapely.from_wkb(frame["wkb"].map(bytes).to_numpy(object))
    return gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")


def _with_codes(
    frame: gpd.GeoDataFrame, findings: list[Finding], known: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, pa.Table]:
    """Normalised or generated codes; rows that repeat a code of their level are rejected."""
    frame = frame.copy()
    frame["name"] = frame["name"].astype(str).str.strip()
    frame["parent_code"] = _texts(frame["parent_code"], normalise_code)
    frame["urban_class"] = _texts(frame["urban_class"], str)
    frame["code"] = _texts(frame["code"], normalise_code)
    frame["generated_code"] = frame["code"].isna()
    frame["code"] = [
        generated_code(Level(level), parent, name) if missing else code
        for level, parent, name, missing, code in zip(
            frame["level"],
            _told_apart(frame, known),
            frame["name"],
            frame["generated_code"],
            frame["code"],
            strict=True,
        )
    ]
    made = int(frame["generated_code"].sum())
    if made:
        findings.append(Finding("generated_code", made))
    frame["wkb"] = shapely.to_wkb(frame.geometry.to_numpy())
    same_shape = frame.duplicated(["level", "wkb"])
    same_code = frame.duplicated(["level", "code"])
    rejects = [
        reject_rows(frame[same_code & same_shape], "duplicate_geometry", "code"),
        reject_rows(frame[same_code & ~same_shape], "duplicate_code", "code"),
    ]
    twins = frame[same_shape & ~same_code]
    if len(twins):
        findings.append(Finding("overlap", len(twins), {"same_geometry": twins["code"].tolist()[:20]}))
    return frame[~same_code].reset_index(drop=True), pa.concat_tables(rejects)


def _texts(column: pd.Series, normalise: Callable[[str], str]) -> pd.Series:
    """A text column as objects with None where there is no text."""
    texts = [normalise(str(value)) if pd.notna(value) and str(value).strip() else None for value in column]
    return pd.Series(texts, index=column.index, dtype=object)


def _told_apart(frame: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> pd.Series:
    """The parent that a generated code is made with: the row's own, else where a name repeats its holder's.

    "Grid 1" stands in every community: by position the file says which one it means. A name that stands
    once keeps its code whatever the store holds.
    """
    parents: pd.Series = frame["parent_code"].copy()
    named = frame.assign(name_key=frame["name"].map(normalise_name))
    open_rows = frame["generated_code"] & parents.isna()
    twins = open_rows & named.duplicated(["level", "name_key"], keep=False)
    codes = known.set_index("area_id")["code"]
    for level, part in frame[twins].groupby("level"):
        holder = _resolve_parents(part.assign(code=""), Level(level), known)
        parents[part.index] = holder.map(codes, na_action="ignore").astype(object)
    return parents.where(parents.notna(), None)


def _load_level(
    writer: Writer, part: gpd.GeoDataFrame, level: Level, batch_id: int, findings: list[Finding]
) -> np.ndarray:
    """Inserts and updates one level; returns (inserted, updated, unchanged)."""
    known = current_areas(writer)
    part["parent_id"] = _resolve_parents(part, level, known)
    missing = part[part["parent_id"].isna() & part["parent_code"].notna()]
    if len(missing) and level.parent is not None:
        _make_parents(writer, missing, level.parent, batch_id, findings)
        known = current_areas(writer)
        part["parent_id"] = _resolve_parents(part, level, known)
    findings += _prefix_findings(part, known)
    part["dissolved"] = False
    return _upsert(writer, part, level, known, batch_id, findings)


def _resolve_parents(part: gpd.GeoDataFrame, level: Level, known: gpd.GeoDataFrame) -> pd.Series:
    """The parent's id of each row (Int64, NA for a root or a parent that is not there yet)."""
    above = list(reversed(Level.ordered()[: level.rank]))
    ids: list[int | None] = []
    by_level = {
        upper: dict(zip(rows["code"], rows["area_id"], strict=True))
        for upper in above
        for rows in [known[known["level"] == upper.value]]
    }
    for code, parent in zip(part["code"], part["parent_code"], strict=True):
        ids.append(_named_parent(parent, by_level) if parent else _prefix_parent(code, by_level))
    found = pd.Series(ids, index=part.index, dtype="Int64")
    open_rows = found.isna() & part["parent_code"].isna()
    nearest = next((upper for upper in above if by_level[upper]), None)
    if nearest is not None and open_rows.any():
        index_frame = known[known["level"] == nearest.value]
        index = AreaIndex(index_frame[["code", "geometry"]])
        inner = part.geometry[open_rows].representative_point()
        position, _status = index.locate(inner.x.to_numpy(), inner.y.to_numpy(), crs="EPSG:4326")
        area_ids = index_frame["area_id"].to_numpy()
        found[open_rows] = pd.array([area_ids[at] if at >= 0 else pd.NA for at in position], dtype="Int64")
    return found


def _named_parent(code: str, by_level: dict[Level, dict[str, int]]) -> int | None:
    return next((codes[code] for codes in by_level.values() if code in codes), None)


def _prefix_parent(code: str, by_level: dict[Level, dict[str, int]]) -> int | None:
    if not is_statistical(code):
        return None
    for level, codes in by_level.items():
        parent = code[: SIGNIFICANT_DIGITS[level]].ljust(12, "0")
        if parent in codes:
            return codes[parent]
    return None


def _make_parents(
    writer: Writer, children: gpd.GeoDataFrame, level: Level, batch_id: int, findings: list[Finding]
) -> None:
    made = dissolve_parents(children[["code", "parent_code", "geometry"]])
    parents = gpd.GeoDataFrame(
        {
            "code": made["code"],
            "name": made["code"],
            "level": level.value,
            "parent_code": None,
            "kind": "general",
            "urban_class": None,
            "households": pd.array([pd.NA] * len(made), dtype="Int64"),
            "population": pd.array([pd.NA] * len(made), dtype="Int64"),
            "generated_code": False,
            "dissolved": True,
        },
        geometry=made.geometry.to_numpy(),
        crs="EPSG:4326",
    )
    parents["wkb"] = shapely.to_wkb(parents.geometry.to_numpy())
    known = current_areas(writer)
    parents["parent_id"] = _resolve_parents(parents, level, known)
    _upsert(writer, parents, level, known, batch_id, [])
    findings.append(Finding("dissolved_parent", len(parents), {"codes": parents["code"].tolist()[:50]}))


def _prefix_findings(part: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> list[Finding]:
    by_id = known.set_index("area_id")[["code", "level"]]
    wrong = []
    for code, parent_id in zip(part["code"], part["parent_id"], strict=True):
        if pd.isna(parent_id):
            continue
        parent_code, parent_level = by_id.loc[parent_id, ["code", "level"]]
        if not prefix_matches(code, parent_code, Level(parent_level)):
            wrong.append({"code": code, "parent": parent_code})
    return [Finding("code_prefix", len(wrong), {"codes": wrong[:50]})] if wrong else []


def _upsert(
    writer: Writer,
    part: gpd.GeoDataFrame,
    level: Level,
    known: gpd.GeoDataFrame,
    batch_id: int,
    findings: list[Finding],
) -> np.ndarray:
    rows = pd.DataFrame(part.drop(columns="geometry")).rename(columns={"parent_code": "given_parent_code"})
    rows["name_key"] = rows["name"].map(normalise_name)
    rows["area_m2"] = area_m2(part)
    same_level = known[known["level"] == level.value]
    new, changed, unchanged = split_changes(rows, same_level, "code", "area_id", _COMPARED)
    renamed = changed[changed["name"] != changed["name_stored"]]
    if len(renamed):
        pairs = renamed[["code", "name_stored", "name"]].rename(columns={"name_stored": "before"})
        findings.append(Finding("renamed_area", len(renamed), {"areas": pairs.head(50).to_dict("records")}))
    ids = writer.run(_SQL["next_ids"], {"n": len(new)}).df()["area_id"].to_numpy()
    new = new.assign(area_id=ids)
    stamp: dict[str, object] = {"now": writer.now, "batch_id": batch_id}
    writer.run(_SQL["close"], {**stamp, "ids": changed["area_id"].astype(int).tolist()})
    columns = ["area_id", "code", "level", "name_key", "area_m2", *_COMPARED]
    fresh = pd.concat([new[columns], changed[columns]]).astype({"area_id": "int32"})
    stamp["boundary_version"] = writer.version(Subject.AREAS) + 1
    insert_table(writer, "new_area", pa.Table.from_pandas(fresh, preserve_index=False), _SQL["insert"], stamp)
    return np.array([len(new), len(changed), unchanged])


def adopt_orphans(writer: Writer) -> None:
    """Gives areas that were imported before their parents the parent they belong to."""
    known = current_areas(writer).rename(columns={"given_parent_code": "parent_code"})
    links = []
    for level in Level.ordered()[1:]:
        orphans = known[(known["level"] == level.value) & known["parent_id"].isna()]
        if len(orphans):
            found = _resolve_parents(orphans, level, known)
            links.append(pd.DataFrame({"area_id": orphans["area_id"], "parent_id": found}).dropna())
    if links and sum(map(len, links)):
        table = pa.Table.from_pandas(pd.concat(links), preserve_index=False)
        insert_table(writer, "new_link", table, _SQL["set_parent"], {})


def _coverage_findings(writer: Writer, level: Level) -> list[Finding]:
    known = current_areas(writer)
    part = known[known["level"] == level.value]
    found = []
    lapping = overlaps(part[["code", "geometry"]])
    if len(lapping):
        detail = {
            "level": level.value,
            "pairs": len(lapping),
            "area_m2": round(float(lapping["area_m2"].sum()), 1),
            "largest": _records(
                pd.DataFrame(lapping.drop(columns="geometry")).sort_values("area_m2", ascending=False)
            ),
        }
        found.append(Finding("overlap", len(lapping), detail))
    holes = gaps(part[["code", "geometry"]])
    if len(holes):
        detail = {
            "level": level.value,
            "gaps": len(holes),
            "area_m2": round(float(holes["area_m2"].sum()), 1),
            "largest": _records(
                pd.DataFrame(holes.drop(columns="geometry")).sort_values("area_m2", ascending=False)
            ),
        }
        found.append(Finding("gap", len(holes), detail))
    return found


def _records(frame: pd.DataFrame, most: int = 100) -> list[dict[str, Any]]:
    rounded = frame.head(most).assign(area_m2=frame["area_m2"].head(most).round(1))
    return [{str(name): value for name, value in row.items()} for row in rounded.to_dict("records")]
