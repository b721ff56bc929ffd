"""Service points and compounds from tables or vector files, through a mapping.

A file that already uses our column names needs no mapping.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from data.ingest.layers import LayerFile
from data.ingest.mapping import Mapping
from data.ingest.mapping_columns import FLAG_COLUMNS, CompoundColumns, PointColumns
from data.ingest.mapping_sections import CompoundSection, PointSection
from data.ingest.own_names import own_columns
from data.ingest.place_table import PlaceTable
from data.ingest.systems import Bounds
from domain.codes import normalise_name


def read_points(
    path: Path, mapping: Mapping | None = None, reference_bounds: Bounds | None = None
) -> LayerFile:
    """Service points.

    Args:
        path: CSV, XLSX, Parquet, a zip with one of them, or a vector file with points.
        mapping: With a [point] section; None for a file in our own column names.
        reference_bounds: Bounds of known areas, to name likely coordinate systems.

    Returns:
        frame (no geometry column): row_number int64, code str, kind str, name str, address, area_code, level
        and opening_hours str|None, lon and lat float64 (WGS-84 degrees, NaN without a location).

    Raises:
        InputRefused, UnknownCrs: The file or the mapping cannot be used.
    """
    mapping = mapping or _own_mapping(path, "point")
    section = mapping.required(PointSection)
    rows = PlaceTable(path, mapping, section, reference_bounds)
    rows.require("name")
    if section.kind is not None:
        rows.fill("kind", section.kind.value)
    else:
        rows.translate("kind")
    rows.words("level")
    rows.opening_hours("opening_hours")
    lon, lat = rows.coordinates()
    columns = ["code", "kind", "name", "address", "area_code", "level", "opening_hours"]
    frame = rows.frame(columns).assign(lon=lon, lat=lat)
    frame = frame[rows.good].reset_index(drop=True)
    frame["code"] = _codes(frame, ["kind", "name"], ["address", "lon", "lat"], "P")
    return rows.result(frame)


def read_compounds(
    path: Path, mapping: Mapping | None = None, reference_bounds: Bounds | None = None
) -> LayerFile:
    """Residential compounds.

    Args:
        path: As for `read_points`; a vector file gives its polygons (repaired) or points.
        mapping: With a [compound] section; None for a file in our own column names.
        reference_bounds: Bounds of known areas, to name likely coordinate systems.

    Returns:
        frame: row_number int64, code str, name str, address str|None, households, buildings and built_year
        Int64, company str|None, unmanaged_since, unmanaged_until and takeover_due date|None, takeover
        str|None, the yes and no of FLAG_COLUMNS bool|None, geometry: Polygon, MultiPolygon or Point, EPSG:4326.

    Raises:
        InputRefused, UnknownCrs: The file or the mapping cannot be used.
    """
    mapping = mapping or _own_mapping(path, "compound")
    section = mapping.required(CompoundSection)
    rows = PlaceTable(path, mapping, section, reference_bounds)
    rows.require("name")
    counts = {name: rows.counts(name) for name in ("households", "buildings", "built_year")}
    days = {name: rows.days(name) for name in ("unmanaged_since", "unmanaged_until", "takeover_due")}
    flags = {name: rows.flags(name) for name in FLAG_COLUMNS}
    rows.words("takeover")
    shapes = rows.shapes()
    frame = rows.frame(["code", "name", "address", "company", "takeover"]).assign(**counts, **days, **flags)
    whole = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")[rows.good].reset_index(drop=True)
    whole["code"] = _codes(whole, ["name"], ["address"], "C")
    return rows.result(whole)


def _own_mapping(path: Path, section: str) -> Mapping:
    """A mapping for a file of places whose columns already have our names."""
    if section == "point":
        columns = own_columns(path, PointColumns, {"name", "kind"})
    else:
        columns = own_columns(path, CompoundColumns, {"name"})
    if not {"lon", "lat"} <= columns.keys():
        columns = {name: value for name, value in columns.items() if name not in ("lon", "lat")}
    return Mapping.model_validate({section: {"columns": columns}})


def _codes(
    frame: pd.DataFrame, named_by: Sequence[str], told_apart_by: Sequence[str], letter: str
) -> "pd.Series[Any]":
    """Codes as given, else made of what names the place; of more where several have the same name.

    Text also where there is no row: a list without values would become a column of numbers.
    """
    missing = frame["code"].isna()
    short = [made_code(letter, values) for values in zip(*(frame[name] for name in named_by), strict=True)]
    several = pd.Series(short).duplicated(keep=False).to_numpy()
    columns = [*named_by, *told_apart_by]
    long = [made_code(letter, values) for values in zip(*(frame[name] for name in columns), strict=True)]
    codes = [
        (apart if twice else plain) if made else given
        for given, made, twice, plain, apart in zip(frame["code"], missing, several, short, long, strict=True)
    ]
    return pd.Series(codes, index=frame.index, dtype=object)


def made_code(letter: str, values: Sequence[object]) -> str:
    """A code made of what tells a thing apart; blanks, case and full or half width do not matter."""
    text = "\x1f".join("" if value is None else normalise_name(str(value)) for value in values)
    return letter + hashlib.sha256(text.encode()).hexdigest()[:12].upper()
