"""Parquet and vector files (GeoJSON, GeoPackage, FlatGeobuf, Shapefile) as chunks of their own types.

Vector formats: the points of the geometry become the columns `lon` and `lat` as they stand in the file;
any other geometry becomes its type's name there, which the checks then reject by name.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from data.ingest.chunks import CHUNK_ROWS, Chunk, Progress, drop_blank_rows
from domain.errors import InputRefused
from domain.i18n import _

_POINT: Final = 0
_WKB_COLUMN: Final = "wkb_geometry"


class ParquetTable:
    """A Parquet file; see `data.ingest.chunks.TableFile`. Row numbers count from 1."""

    crs: str | None = None
    iso_dates = False

    def __init__(self, path: Path) -> None:
        try:
            with pq.ParquetFile(path) as file:
                self.columns: list[str] = list(file.schema_arrow.names)
                rows = file.metadata.num_rows
        except pa.ArrowInvalid as error:
            raise InputRefused(
                _("Parquet 文件“{name}”打不开：{reason}").format(name=path.name, reason=str(error)[:200]),
                remedy=_("请重新导出该文件。"),
            ) from None
        self._path = path
        self.progress = Progress(rows_total=rows)
        self.note = "parquet"

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Chunk]:
        """Chunks of `CHUNK_ROWS` rows in the file's types; dictionaries are decoded."""
        wanted = list(columns) if columns is not None else self.columns
        number = 1
        self.progress.rows_read = 0
        with pq.ParquetFile(self._path) as file:
            for batch in file.iter_batches(CHUNK_ROWS, columns=wanted, use_threads=False):
                table = pa.table({name: _plain(batch.column(name)) for name in wanted})
                numbers = np.arange(number, number + table.num_rows, dtype=np.int64)
                number += table.num_rows
                self.progress.rows_read += table.num_rows
                yield drop_blank_rows(Chunk(table, numbers))


class VectorTable:
    """A vector file read as a table with `lon` and `lat`; see `data.ingest.chunks.TableFile`."""

    iso_dates = True

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            info = pyogrio.read_info(path, force_total_bounds=False, force_feature_count=True)
        except DataSourceError as error:
            raise InputRefused(
                _("矢量文件“{name}”打不开：{reason}").format(name=path.name, reason=str(error)[:200]),
                remedy=_("请检查文件是否完整。"),
            ) from None
        self._fields = [str(name) for name in info["fields"]]
        self.lon_column, self.lat_column = _free_names(self._fields)
        self.columns = [*self._fields, self.lon_column, self.lat_column]
        self.crs = info["crs"]
        self.progress = Progress(rows_total=int(info["features"]))
        self.note = f"{info['driver']}, {info['crs']}"

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator[Chunk]:
        """Chunks of `CHUNK_ROWS` features; dates arrive as the text of the file."""
        wanted = list(columns) if columns is not None else self.columns
        number = 1
        self.progress.rows_read = 0
        options = {"DATE_AS_STRING": "YES"} if self._path.suffix.lower() in (".geojson", ".json") else {}
        with pyogrio.open_arrow(
            self._path,
            columns=[name for name in self._fields if name in wanted],
            batch_size=CHUNK_ROWS,
            use_pyarrow=True,
            **options,
        ) as (meta, reader):
            for batch in reader:
                geometry = batch.column(meta["geometry_name"] or _WKB_COLUMN)
                own = dict(zip((self.lon_column, self.lat_column), _coordinates(geometry), strict=True))
                table = pa.table(
                    {name: own[name] if name in own else _plain(batch.column(name)) for name in wanted}
                )
                numbers = np.arange(number, number + table.num_rows, dtype=np.int64)
                number += table.num_rows
                self.progress.rows_read += table.num_rows
                yield drop_blank_rows(Chunk(table, numbers, iso_dates=True))


def _coordinates(wkb: Any) -> tuple[Any, Any]:
    """Longitudes and latitudes: numbers where all geometries are points or missing, else text."""
    geometry = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False))
    kinds = shapely.get_type_id(geometry)
    x, y = shapely.get_x(geometry), shapely.get_y(geometry)
    other = ~np.isin(kinds, [_POINT, -1])
    if not other.any():
        return pa.array(x, from_pandas=True), pa.array(y, from_pandas=True)
    names = [shape.geom_type if odd else None for shape, odd in zip(geometry, other, strict=True)]
    columns = []
    for values in (x, y):
        texts = [
            name if name is not None else ("" if np.isnan(value) else repr(float(value)))
            for value, name in zip(values, names, strict=True)
        ]
        columns.append(pa.array(texts, pa.string()))
    return columns[0], columns[1]


def _free_names(fields: list[str]) -> tuple[str, str]:
    """`lon` and `lat`, unless the file has fields of that name."""
    if {"lon", "lat"} & set(fields):
        return "geometry.lon", "geometry.lat"
    return "lon", "lat"


def _plain(column: Any) -> Any:
    """Dictionary-encoded and large strings as plain strings."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        column = column.cast(pa.string())
    return column
