"""Writes a stream of rows with points to a file through GDAL, in a process of its own.

GDAL holds the interpreter's lock for as long as it works, and closing a GeoPackage of a million rows (its spatial
index) takes it seconds in one piece: everybody's clicks would wait. So rows go as an Arrow stream to the standard
input of `python -m data.features DRIVER PATH [OPTION=VALUE …]`, which writes the file. A small file is written at
once: a process for each of hundreds of areas would take longer than their rows, and in small pieces nobody waits
long. Points are lon and lat in EPSG:4326 degrees; a row without them has no geometry.
"""

import glob
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc

from domain.errors import OneGridError
from domain.i18n import _

_ROOT = Path(__file__).resolve().parents[1]
_NICENESS = 10
"""Whoever clicks comes before whoever exports."""

LAYER = "layer"
"""The option that names the layer; all others are GDAL's."""

_ENDED = 10
"""Seconds that a process which was told to end may take."""

_SMALL_ROWS, _PIECE_ROWS = 5_000, 256
"""Up to how many rows a file is written without a process, and how many of them GDAL gets at a time: a few ms."""


def write_features(
    reader: pa.RecordBatchReader,
    path: Path,
    driver: str,
    options: Mapping[str, str] | None = None,
    expected: int | None = None,
) -> None:
    """Writes all rows to `path`; `options` are GDAL's and `LAYER`, `expected` is how many rows there will be.

    Raises OneGridError where GDAL does; whatever stops the rows stops the process. Nothing of the file is then left.
    """
    try:
        if expected is not None and expected <= _SMALL_ROWS:
            _write_here(reader, path, driver, options or {})
        else:
            _write_apart(reader, path, driver, options or {})
    except BaseException:
        for left in path.parent.glob(f"{glob.escape(path.name)}*"):  # GDAL keeps files of its own beside it
            left.unlink()
        raise


def _write_here(reader: pa.RecordBatchReader, path: Path, driver: str, options: Mapping[str, str]) -> None:
    import pyogrio  # noqa: PLC0415 -- as below

    try:
        _write(pa.RecordBatchReader.from_batches(reader.schema, _pieces(reader)), str(path), driver, options)
    except pyogrio.errors.DataSourceError as error:
        raise OneGridError(
            _("没有写成：{reason}").format(reason=error), _("文件没有保留；请重试。")
        ) from error


def _pieces(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        yield from (batch.slice(start, _PIECE_ROWS) for start in range(0, batch.num_rows, _PIECE_ROWS))


def _write_apart(reader: pa.RecordBatchReader, path: Path, driver: str, options: Mapping[str, str]) -> None:
    given = [f"{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "data.features", driver, str(path.absolute()), *given]
    with tempfile.TemporaryFile() as told:
        _feed(reader, command, told)


def _feed(reader: pa.RecordBatchReader, command: list[str], told: BinaryIO) -> None:
    """Runs the process over all rows; `told` takes what it says."""
    process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=told, stderr=told)  # noqa: S603 -- this interpreter and module
    try:
        _send(reader, process)
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait(_ENDED)
        raise
    if code:
        told.seek(0)
        lines = told.read().decode(errors="replace").strip().splitlines()
        raise OneGridError(
            _("没有写成：{reason}").format(reason=lines[-1] if lines else code), _("文件没有保留；请重试。")
        )


def _send(reader: pa.RecordBatchReader, process: "subprocess.Popen[bytes]") -> None:
    """Gives all rows to the process; one that has ended says itself why."""
    try:
        with cast("BinaryIO", process.stdin) as pipe, pa.ipc.new_stream(pipe, reader.schema) as stream:
            for batch in reader:
                stream.write_batch(batch)
    except BrokenPipeError:
        return


def _with_points(reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
    import shapely  # noqa: PLC0415 -- only whoever writes needs it

    schema = reader.schema.append(pa.field("geometry", pa.binary()))

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in reader:
            lon, lat = (batch[name].to_numpy(zero_copy_only=False) for name in ("lon", "lat"))
            points = shapely.to_wkb(shapely.points(lon, lat))
            points[pc.is_null(batch["lon"]).to_numpy(zero_copy_only=False)] = None
            yield pa.RecordBatch.from_arrays([*batch.columns, pa.array(points, pa.binary())], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _write(reader: pa.RecordBatchReader, path: str, driver: str, options: Mapping[str, str]) -> None:
    import pyogrio  # noqa: PLC0415 -- only whoever writes needs it

    told = dict(options)
    layer = told.pop(LAYER, "cases")
    pyogrio.write_arrow(
        _with_points(reader),
        path,
        driver=driver,
        layer=layer,
        geometry_name="geometry",
        geometry_type="Point",
        crs="EPSG:4326",
        **told,
    )


def main(driver: str, path: str, *options: str) -> None:
    """What the process does."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    with pa.ipc.open_stream(sys.stdin.buffer) as reader:
        _write(reader, path, driver, dict(option.split("=", 1) for option in options))


if __name__ == "__main__":
    main(*sys.argv[1:])
