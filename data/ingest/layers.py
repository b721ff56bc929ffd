"""Vector layers (GeoJSON, GeoPackage, Shapefile also zipped, FlatGeobuf, GeoParquet) as frames in WGS-84.

Shapefiles of Chinese tools often hold GBK text without a .cpg file that says so: the bytes of the .dbf
decide, a .cpg is only believed when they agree with it.
"""

import codecs
import json
import struct
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from data.ingest import archive
from data.ingest.encoding import broken_share, detect_bytes
from data.ingest.findings import REJECT_SCHEMA, Finding
from data.ingest.systems import Bounds, check_system, declared_crs
from domain.errors import InputRefused, NotFound, UnknownCrs
from domain.i18n import _
from geo.crs import geometries_to_wgs84, swapped_share

_VECTOR: Final = (".geojson", ".json", ".geojsonl", ".gpkg", ".shp", ".fgb")
_PARQUET: Final = (".parquet", ".geoparquet")
_SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MULTI_BYTE: Final = ("utf-8", "gb18030", "big5", "cp950", "euc_kr", "shift_jis")
_MAX_BROKEN_SHARE: Final = 0.02
_DBF_SAMPLE_BYTES: Final = 4 << 20


@dataclass
class LayerFile:
    """A layer as it was read.

    Attributes:
        frame: The usable rows with `row_number` (feature number, from 1) and contract columns; geometry in
            EPSG:4326.
        rows_read: All features of the file.
        rejects: `REJECT_SCHEMA`; rows_read = len(frame) + rejects.num_rows.
        findings: What was noticed.
    """

    frame: Any
    rows_read: int
    rejects: Any
    findings: list[Finding] = field(default_factory=list)


def read_layer(
    path: Path, fields: Sequence[str | None], crs: str | None, reference_bounds: Bounds | None = None
) -> Any:
    """A vector file with its attributes and `row_number`, in WGS-84.

    Args:
        path: GeoJSON, GeoPackage, Shapefile (.shp, or a zip of its parts), FlatGeobuf, GeoParquet.
        fields: Fields that must be there (None is passed over).
        crs: The operator's word on the coordinate system; it overrides the file's own.
        reference_bounds: Bounds of known areas, to name likely systems.

    Raises:
        NotFound: No such file.
        InputRefused: Unreadable, unknown format, or a field is missing (the fields there are get listed).
        UnknownCrs: No usable coordinate system.
    """
    if not path.is_file():
        raise NotFound(_("没有这个文件：{path}").format(path=path), remedy=_("检查路径和文件名。"))
    wanted = [name for name in fields if name is not None]
    with _plain_path(path) as plain:
        if plain.suffix.lower() in _PARQUET:
            frame = _read_parquet(plain)
            _check_fields([str(name) for name in frame.columns if name != frame.geometry.name], wanted)
        else:
            frame = _read_vector(plain, wanted)
    frame = frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame
    frame["row_number"] = np.arange(1, len(frame) + 1, dtype=np.int64)
    return _to_wgs84(frame, crs, reference_bounds)


@dataclass(frozen=True)
class LayerHead:
    """The first features of a vector file: attributes without shapes, and how many features there are.

    `note` tells format, coordinate system and the encoding of a shapefile.
    """

    fields: list[str]
    frame: pd.DataFrame
    features: int
    note: str


def layer_head(path: Path, most: int) -> LayerHead:
    """The first `most` features of a vector file. Raises NotFound and InputRefused as `read_layer` does."""
    if not path.is_file():
        raise NotFound(_("没有这个文件：{path}").format(path=path), remedy=_("检查路径和文件名。"))
    with _plain_path(path) as plain:
        if plain.suffix.lower() in _PARQUET:
            whole = _read_parquet(plain)
            frame = pd.DataFrame(whole.drop(columns=whole.geometry.name)).head(most)
            return LayerHead([str(name) for name in frame], frame, len(whole), f"GeoParquet, {whole.crs}")
        _refuse_other_formats(plain)
        encoding = dbf_encoding(plain) if plain.suffix.lower() == ".shp" else None
        with _faults_told(plain):
            layer = _layer(plain, [], encoding)
            info = pyogrio.read_info(plain, layer=layer, encoding=encoding, force_feature_count=True)
            frame = pyogrio.read_dataframe(
                plain, layer=layer, encoding=encoding, max_features=most, read_geometry=False
            )
        note = ", ".join(str(part) for part in (info["driver"], info["crs"], encoding) if part)
        return LayerHead([str(name) for name in info["fields"]], frame, int(info["features"]), note)


@contextmanager
def _plain_path(path: Path) -> Iterator[Path]:
    """The file itself, or the parts of a zipped shapefile unpacked under names of our own."""
    if path.suffix.lower() != ".zip":
        yield path
        return
    parts = [info for info in archive.members(path) if info.filename.lower().endswith(_SHAPEFILE_PARTS)]
    shapes = [info for info in parts if info.filename.lower().endswith(".shp")]
    if len(shapes) != 1:
        raise InputRefused(
            _("压缩包“{name}”里有 {n} 个 .shp，应当恰好一个。").format(name=path.name, n=len(shapes)),
            remedy=_("请把一个 shapefile 的 .shp、.shx、.dbf、.prj 压缩在一起。"),
        )
    stem = shapes[0].filename[: -len(".shp")]
    own = [info for info in parts if info.filename[: info.filename.rindex(".")].lower() == stem.lower()]
    with tempfile.TemporaryDirectory() as folder:
        archive.extract_parts(path, own, Path(folder), "layer")
        yield Path(folder) / "layer.shp"


def _read_parquet(path: Path) -> Any:
    try:
        return gpd.read_parquet(path)
    except (ValueError, pa.ArrowInvalid) as error:
        raise InputRefused(
            _("GeoParquet“{name}”打不开：{reason}").format(name=path.name, reason=str(error)[:200]),
            remedy=_("文件要带 geo 元数据，请用 GeoParquet 导出。"),
        ) from None


def _read_vector(path: Path, wanted: Sequence[str]) -> Any:
    _refuse_other_formats(path)
    encoding = dbf_encoding(path) if path.suffix.lower() == ".shp" else None
    with _faults_told(path):
        layer = _layer(path, wanted, encoding)
        return pyogrio.read_dataframe(path, layer=layer, encoding=encoding)


def _refuse_other_formats(path: Path) -> None:
    if path.suffix.lower() not in _VECTOR:
        raise InputRefused(
            _("认不出“{name}”的格式。").format(name=path.name),
            remedy=_("可用 GeoJSON、GeoPackage、Shapefile（可压缩成 zip）、FlatGeobuf、GeoParquet。"),
        )


@contextmanager
def _faults_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (DataSourceError, DataLayerError) as error:
        raise InputRefused(
            _("矢量文件“{name}”打不开：{reason}").format(name=path.name, reason=str(error)[:200]),
            remedy=_("请检查文件是否完整；shapefile 要有 .shp、.shx、.dbf。"),
        ) from None


def _layer(path: Path, wanted: Sequence[str], encoding: str | None) -> str:
    """The layer that has the wanted fields: the only one, or the only one that fits."""
    names = [str(name) for name, _kind in pyogrio.list_layers(path)]
    found = {name: _fields(path, name, encoding) for name in names}
    if len(names) == 1:
        _check_fields(found[names[0]], wanted)
        return names[0]
    fitting = [name for name in names if set(wanted) <= set(found[name])]
    if len(fitting) == 1:
        return fitting[0]
    listed = "；".join(f"{name}（{'、'.join(fields)}）" for name, fields in found.items())
    raise InputRefused(
        _("文件有 {n} 个图层，无法断定用哪个：{layers}").format(n=len(names), layers=listed),
        remedy=_("请导出成只有一个图层的文件，或写对字段名。"),
    )


def _fields(path: Path, layer: str, encoding: str | None) -> list[str]:
    return [str(name) for name in pyogrio.read_info(path, layer=layer, encoding=encoding)["fields"]]


def _check_fields(fields: list[str], wanted: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in fields]
    if missing:
        raise InputRefused(
            _("文件没有字段：{missing}。有的是：{fields}").format(
                missing="、".join(missing), fields="、".join(fields) or "—"
            ),
            remedy=_("请改用文件里有的字段名（注意大小写）。"),
        )


def dbf_encoding(shapefile: Path) -> str:
    """The encoding of a shapefile's attribute table, decided by its bytes.

    Valid UTF-8 is UTF-8. Then a .cpg that names a multi-byte encoding is believed if the bytes fit it; one
    that names a single-byte encoding fits any bytes and is only believed where the bytes are not Chinese.
    """
    table = _sibling(shapefile, ".dbf")
    if table is None:
        return "utf-8"
    text = _dbf_text(table)
    found = detect_bytes(text).codec
    label = _sibling(shapefile, ".cpg")
    declared = _codec(label.read_text(encoding="ascii", errors="ignore").strip()) if label else None
    if declared is None or (found == "utf-8" and broken_share(text, "utf-8") == 0):
        return found
    fits = broken_share(text, declared) <= _MAX_BROKEN_SHARE
    return declared if fits and (declared in _MULTI_BYTE or found not in _MULTI_BYTE) else found


def _sibling(shapefile: Path, suffix: str) -> Path | None:
    """Another part of the same shapefile, its suffix in any case."""
    parts = shapefile.parent.iterdir()
    return next((p for p in parts if p.stem == shapefile.stem and p.suffix.lower() == suffix), None)


def _codec(name: str) -> str | None:
    """A Python codec for what .cpg files say: `UTF-8`, `GBK`, `936`, `ANSI 1252`."""
    plain = name.lower().replace("ansi", "").strip()
    plain = f"cp{plain}" if plain.isdecimal() else plain
    try:
        codec = codecs.lookup(plain).name
    except LookupError:
        return None
    return "gb18030" if codec in ("gbk", "cp936", "gb2312") else codec


def _dbf_text(path: Path) -> bytes:
    """Field names and character values of a dBase table, one a line: the bytes that have an encoding."""
    with path.open("rb") as stream:
        head = stream.read(32)
        records, header_bytes, record_bytes = struct.unpack_from("<IHH", head, 4)
        fields = stream.read(max(0, header_bytes - 32))
        stream.seek(header_bytes)
        body = stream.read(min(records * record_bytes, _DBF_SAMPLE_BYTES))
    names, parts, start = [], [], 1
    for at in range(0, len(fields) - 31, 32):
        if fields[at : at + 1] == b"\r":
            break
        names.append(fields[at : at + 11].split(b"\x00")[0])
        width = fields[at + 16]
        if fields[at + 11 : at + 12] in (b"C", b"M"):
            parts.append((start, start + width))
        start += width
    values = [
        body[row + first : row + last].strip(b" \x00")
        for row in range(0, len(body) - record_bytes + 1, record_bytes or 1)
        for first, last in parts
    ]
    return b"\n".join([*names, *values])


def _to_wgs84(frame: Any, crs: str | None, reference_bounds: Bounds | None) -> Any:
    """Convert, after making sure that the coordinates can be in the system they are said to be in."""
    own = None if frame.crs is None else frame.crs.to_wkt()
    declared = declared_crs(crs, own) if crs is not None or _has_code(frame.crs) else None
    centres = shapely.bounds(frame.geometry.to_numpy())
    centres = centres[np.isfinite(centres).all(axis=1)]
    x, y = (centres[:, 0] + centres[:, 2]) / 2, (centres[:, 1] + centres[:, 3]) / 2
    if frame.crs is None or crs is not None or frame.crs.is_geographic:
        check_system(x, y, declared, reference_bounds)
    if len(x) and (declared is None or declared in ("wgs84", "cgcs2000")) and swapped_share(x, y) > 0.5:  # noqa: PLR2004
        raise UnknownCrs(
            _("图形的经纬度颠倒了：纬度应在 −90 到 90 之间，看到的是 {low:.6g} 到 {high:.6g}。").format(
                low=y.min(), high=y.max()
            ),
            _("请在制图软件里对调坐标后重新导出；坐标从不擅自改动。"),
        )
    return geometries_to_wgs84(frame, crs or (None if frame.crs is not None else "wgs84"))


def _has_code(crs: Any) -> bool:
    return crs is not None and crs.to_epsg() is not None


def field_text(frame: Any, name: str | None) -> list[str | None]:
    """A field as text, None for no value: 110105 for 110105.0, trimmed."""
    if name is None:
        return [None] * len(frame)
    return [_cell_text(cell) for cell in frame[name].tolist()]


def _cell_text(cell: object) -> str | None:
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() or None


def reject_features(frame: Any, rule: str, field_name: str, values: Sequence[object]) -> Any:
    """Rejects for features that are kept out; `values` says what was seen, one for each."""
    attributes = frame.drop(columns=["geometry", "row_number"], errors="ignore").to_dict("records")
    rows = [
        {
            "row_number": int(number),
            "rule": rule,
            "field": field_name,
            "value": None if value is None else str(value)[:200],
            "raw": json.dumps(content, ensure_ascii=False, default=str),
            "raw_private": None,
        }
        for number, value, content in zip(frame["row_number"], values, attributes, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=REJECT_SCHEMA)
