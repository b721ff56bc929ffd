"""Boundaries and lines from vector files, in contract columns."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from data.ingest.findings import SAMPLE_ROWS, Finding
from data.ingest.layers import LayerFile, field_text, read_layer, reject_features
from data.ingest.systems import Bounds
from data.ingest.values import whole_numbers
from domain.vocabulary import AreaKind, Level, LineKind
from geo.coverage import Fault, repair

_FAULT_RULES: Final = {
    Fault.MISSING: "empty_geometry",
    Fault.EMPTY: "empty_geometry",
    Fault.NOT_POLYGONAL: "not_polygonal",
    Fault.COLLAPSED: "unrepairable_geometry",
}
_DEDICATED_WORDS: Final = ("dedicated", "专属", "专属网格")
_LINEAR: Final = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")


@dataclass(frozen=True)
class AreaFields:
    """Fields of an area file; only the name is needed."""

    name: str
    code: str | None = None
    parent: str | None = None
    kind: str | None = None
    urban_class: str | None = None
    households: str | None = None
    population: str | None = None

    def names(self) -> list[str | None]:
        """All field names, None where the file has none."""
        return list(vars(self).values())


def read_areas(
    path: Path,
    name_field: str,
    code_field: str | None = None,
    parent_field: str | None = None,
    crs: str | None = None,
    level: Level = Level.GRID,
    *,
    fields: AreaFields | None = None,
    reference_bounds: Bounds | None = None,
) -> LayerFile:
    """Boundaries of one level.

    Args:
        path: See `data.ingest.layers.read_layer`.
        name_field: Field with the area's name.
        code_field: Field with its code; without one, codes are None and the loader generates them.
        parent_field: Field with the parent's code.
        crs: Overrides the file's own coordinate system: wgs84, cgcs2000, gcj02, bd09 or EPSG:nnnn.
        level: The level of all areas of the file.
        fields: All fields at once (households, population, …) instead of the three above.
        reference_bounds: Bounds of known areas, to name likely systems.

    Returns:
        frame: row_number int64, code str|None, name str, level str, parent_code str|None, kind str,
        urban_class str|None, households and population Int64, geometry: valid Polygon or MultiPolygon,
        EPSG:4326.

    Raises:
        InputRefused, UnknownCrs: See `read_layer`.
    """
    fields = fields or AreaFields(name_field, code_field, parent_field)
    layer = read_layer(path, fields.names(), crs, reference_bounds)
    rows_read = len(layer)
    mended = repair(layer)
    rejects = [_geometry_rejects(layer, mended.rejected)]
    layer = mended.frame
    findings = _repair_findings(layer, mended.repaired)
    names = field_text(layer, fields.name)
    unnamed = np.array([name is None for name in names], dtype=bool)
    rejects.append(reject_features(layer[unnamed], "missing_value", fields.name, [None] * int(unnamed.sum())))
    households, bad_households = _counts(layer, fields.households)
    population, bad_population = _counts(layer, fields.population)
    out = unnamed.copy()
    for bad, name in ((bad_households, fields.households), (bad_population, fields.population)):
        fresh = bad & ~out
        if name is not None and fresh.any():
            rejects.append(reject_features(layer[fresh], "bad_number", name, layer[name][fresh].tolist()))
        out |= fresh
    frame = gpd.GeoDataFrame(
        {
            "row_number": layer["row_number"].to_numpy(),
            "code": _objects(field_text(layer, fields.code)),
            "name": _objects(names),
            "level": level.value,
            "parent_code": _objects(field_text(layer, fields.parent)),
            "kind": [_kind(word) for word in field_text(layer, fields.kind)],
            "urban_class": _objects(field_text(layer, fields.urban_class)),
            "households": households,
            "population": population,
        },
        geometry=layer.geometry.to_numpy(),
        crs=layer.crs,
    )
    kept = frame[~out].reset_index(drop=True)
    return LayerFile(kept, rows_read, pa.concat_tables(rejects), findings)


def read_lines(
    path: Path,
    kind: LineKind,
    name_field: str | None = None,
    rank_field: str | None = None,
    crs: str | None = None,
    *,
    code_field: str | None = None,
    reference_bounds: Bounds | None = None,
) -> LayerFile:
    """Roads, water or railways.

    Args:
        path: See `data.ingest.layers.read_layer`.
        kind: The kind of all lines of the file.
        name_field: Field with the name; lines need none.
        rank_field: Field with the rank, a whole number, 1 = most important; without one all are 1.
        crs: Overrides the file's own coordinate system.
        code_field: Field with a code; without one the code is made of kind and geometry, so that the same
            line keeps its code whatever the order of the file.
        reference_bounds: Bounds of known areas, to name likely systems.

    Returns:
        frame: row_number int64, code str, kind str, name str|None, rank int64, geometry: LineString,
        MultiLineString, Polygon or MultiPolygon, EPSG:4326.
    """
    layer = read_layer(path, [name_field, rank_field, code_field], crs, reference_bounds)
    shapes = layer.geometry.to_numpy()
    kinds = np.array(
        [None if shape is None or shape.is_empty else shape.geom_type for shape in shapes], dtype=object
    )
    empty = np.array([name is None for name in kinds], dtype=bool)
    wrong = ~empty & ~np.isin(kinds, _LINEAR)
    rank, bad = _counts(layer, rank_field)
    bad &= ~empty & ~wrong
    rejects = [
        reject_features(layer[empty], "empty_geometry", "geometry", [None] * int(empty.sum())),
        reject_features(layer[wrong], "wrong_geometry", "geometry", kinds[wrong].tolist()),
    ]
    if rank_field is not None:
        rejects.append(reject_features(layer[bad], "bad_number", rank_field, layer[rank_field][bad].tolist()))
    codes = field_text(layer, code_field)
    frame = gpd.GeoDataFrame(
        {
            "row_number": layer["row_number"].to_numpy(),
            "code": [code or line_code(kind, shape) for code, shape in zip(codes, shapes, strict=True)],
            "kind": kind.value,
            "name": _objects(field_text(layer, name_field)),
            "rank": rank.fillna(1).astype("int64").to_numpy(),
        },
        geometry=shapes,
        crs=layer.crs,
    )
    kept = frame[~(empty | wrong | bad)].reset_index(drop=True)
    return LayerFile(kept, len(layer), pa.concat_tables(rejects))


def line_code(kind: LineKind, shape: Any) -> str:
    """A code made of kind and geometry (to about a centimetre)."""
    rounded = (
        shapely.to_wkb(shapely.set_precision(shape, 1e-7, mode="pointwise")) if shape is not None else b""
    )
    return "L" + hashlib.sha256(kind.value.encode() + rounded).hexdigest()[:12].upper()


def _geometry_rejects(layer: Any, rejected: pd.DataFrame) -> Any:
    parts = [
        reject_features(
            layer.loc[group.index], _FAULT_RULES[Fault(str(fault))], "geometry", group["detail"].tolist()
        )
        for fault, group in rejected.groupby("fault", sort=True)
    ]
    empty = layer.iloc[:0]
    return pa.concat_tables([reject_features(empty, "empty_geometry", "geometry", []), *parts])


def _repair_findings(layer: Any, repaired: pd.DataFrame) -> list[Finding]:
    if len(repaired) == 0:
        return []
    numbers = layer.loc[repaired.index, "row_number"].tolist()
    return [
        Finding(
            "repaired_geometry",
            len(repaired),
            {"sample_rows": numbers[:SAMPLE_ROWS], "reasons": repaired["detail"].tolist()[:SAMPLE_ROWS]},
        )
    ]


def _counts(layer: Any, name: str | None) -> tuple[Any, Any]:
    """Whole numbers of a field as Int64, and which rows have none that can be read."""
    if name is None:
        return pd.Series(np.full(len(layer), np.nan)).astype("Int64"), np.zeros(len(layer), dtype=bool)
    values, bad = whole_numbers(pa.array(field_text(layer, name), pa.string()))
    values[bad] = np.nan
    return pd.Series(values).astype("Int64"), bad


def _kind(word: str | None) -> str:
    return AreaKind.DEDICATED.value if word in _DEDICATED_WORDS else AreaKind.GENERAL.value


def _objects(values: Sequence[object]) -> "pd.Series[Any]":
    """A column that keeps None as None."""
    return pd.Series(list(values), dtype=object)
