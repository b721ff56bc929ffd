"""Keeps which compound a case lies in: by its point in the outline, else by its place being the compound's name.

A case lies in the current compound whose outline holds its point (edges included; of several the one with the
lowest code), unless the point is a placeholder. A case without such a compound lies in the one whose name, as names
are compared, is its place, where exactly one compound of the case's community bears that name. A compound of which
only a point is known has no outline: cases find it by name alone.

The table is derived: an import of cases matches its own cases, everything else that moves a case or a compound
matches all of them again. Either way the transaction is the caller's. Degrees are WGS-84.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from data.ledger import Writer
from data.statements import statements
from domain.codes import normalise_name
from geo.join import AreaIndex

_SQL = statements(Path(__file__).parents[1] / "sql" / "compound_cases.sql")
_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def match_batch(writer: Writer, batch_id: int, *, has_updates: bool) -> None:
    """Matches the cases that a batch has inserted or, with `has_updates`, also changed."""
    if has_updates:
        writer.run(_SQL["forget_batch"], {"batch_id": batch_id})
    _match(writer, batch_id)


def match_all(writer: Writer) -> None:
    """Matches all cases anew."""
    writer.run(_SQL["forget_all"])
    _match(writer, None)


def _match(writer: Writer, batch_id: int | None) -> None:
    compounds = writer.run(_SQL["compounds"]).df()
    if compounds.empty:
        return
    params: dict[str, object] = {"batch_id": batch_id}
    named = _named(compounds)
    cursor = writer.cursor
    cursor.register("in_outline", _in_outline(writer, compounds, params))
    cursor.register("named_compound", pa.Table.from_pandas(named, preserve_index=False))
    places = writer.run(_SQL["places"], params).df()
    named_place = pa.Table.from_pandas(_named_places(places, named), preserve_index=False)
    cursor.register("named_place", named_place)
    if writer.count(_SQL["matched"], params):
        writer.run(_SQL["insert"], params)
    for name in ("in_outline", "named_compound", "named_place"):
        cursor.unregister(name)


def _in_outline(writer: Writer, compounds: pd.DataFrame, params: dict[str, object]) -> pa.Table:
    """case_id and compound_id (int64) of the cases whose point lies in an outline."""
    shapes = shapely.from_wkb(compounds["wkb"].map(bytes).to_numpy(object))
    areal = np.flatnonzero(np.isin(shapely.get_type_id(shapes), _AREAL))
    ids = compounds["compound_id"].to_numpy(np.int64)[areal]
    codes = compounds["code"].to_numpy()[areal]
    points = writer.run(_SQL["points"], params).fetchnumpy()
    lon, lat = (np.asarray(points[name], dtype=np.float64) for name in ("lon", "lat"))
    index = AreaIndex(gpd.GeoDataFrame({"code": codes}, geometry=shapes[areal], crs="EPSG:4326"))
    position, _status = index.locate(lon, lat, crs="EPSG:4326")
    hit = position >= 0
    case_ids = np.asarray(points["case_id"], dtype=np.int64)
    return pa.table({"case_id": case_ids[hit], "compound_id": ids[position[hit]]})


def _named(compounds: pd.DataFrame) -> pd.DataFrame:
    """community_id, name_key and compound_id of the compounds whose name stands once in their community."""
    rows = compounds.dropna(subset=["community_id"]).astype({"community_id": np.int64})
    rows = rows.assign(name_key=rows["name"].map(normalise_name))
    alone = ~rows.duplicated(["community_id", "name_key"], keep=False)
    return rows.loc[alone, ["community_id", "name_key", "compound_id"]]


def _named_places(places: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """place, community_id and compound_id of the places that are a compound's name."""
    known = set(named["name_key"])
    keys = places["place"].map(normalise_name)
    held = places.assign(name_key=keys)[keys.isin(known)]
    found = held.astype({"community_id": np.int64}).merge(named, on=["community_id", "name_key"])
    return found.astype({"place": "str"})[["place", "community_id", "compound_id"]]
