"""Opening any tabular file as a stream of Arrow chunks with the row numbers a person sees.

CSV and other delimited text, workbooks, Parquet and GeoJSON (any vector format: geometry becomes the
columns `lon` and `lat`), plain or as the only file of a zip.

Row numbers. Text: the number of the record, the header being record 1; that is the line number unless
quoted cells hold line ends. Workbook: the row number of the sheet. Parquet and GeoJSON: the number of the
row or feature, from 1. Rows without any text in any cell are blank: counted, not read.
"""

from pathlib import Path
from typing import BinaryIO, Final

from data.ingest import archive
from data.ingest.chunks import FileOptions, TableFile
from data.ingest.tables_binary import ParquetTable, VectorTable
from data.ingest.tables_text import TextTable
from data.ingest.workbook import WorkbookTable
from domain.errors import InputRefused, NotFound
from domain.i18n import _

TEXT_SUFFIXES: Final = (".csv", ".txt", ".tsv")
WORKBOOK_SUFFIXES: Final = (".xlsx", ".xlsm", ".xls", ".ods")
VECTOR_SUFFIXES: Final = (".geojson", ".json", ".geojsonl", ".gpkg", ".fgb", ".shp")
PARQUET_SUFFIXES: Final = (".parquet", ".geoparquet")


def open_table(path: Path, options: FileOptions | None = None) -> TableFile:
    """Open a tabular file by what it is: its first bytes, then its suffix.

    Raises:
        NotFound: There is no such file.
        InputRefused: Unknown format, unreadable content, no header, an archive that is unsafe or holds
            not exactly one table.
    """
    options = options or FileOptions()
    if not path.is_file():
        raise NotFound(_("没有这个文件：{path}").format(path=path), remedy=_("检查路径和文件名。"))
    if path.suffix.lower() == ".zip":
        return _open_zip(path, options)
    with path.open("rb") as stream:
        magic = stream.read(8)
    return _open_plain(path, magic, options)


def _open_plain(path: Path, magic: bytes, options: FileOptions) -> TableFile:
    suffix = path.suffix.lower()
    if suffix in WORKBOOK_SUFFIXES and magic.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return WorkbookTable(path, options)
    if suffix in PARQUET_SUFFIXES:
        return ParquetTable(path)
    if suffix in VECTOR_SUFFIXES:
        return VectorTable(path)
    if suffix in TEXT_SUFFIXES or (suffix in WORKBOOK_SUFFIXES and not magic.lstrip().startswith(b"<")):
        return TextTable(lambda: path.open("rb"), path.stat().st_size, options)
    raise InputRefused(
        _("认不出“{name}”的格式。").format(name=path.name),
        remedy=_("可用 CSV、TSV、XLSX、Parquet、GeoJSON，或只装着一个 CSV、XLSX 的 zip。"),
    )


def _open_zip(path: Path, options: FileOptions) -> TableFile:
    tables = [
        info
        for info in archive.members(path)
        if info.filename.lower().endswith(TEXT_SUFFIXES + WORKBOOK_SUFFIXES)
    ]
    if len(tables) != 1:
        raise InputRefused(
            _("压缩包“{name}”里有 {n} 个表格文件，应当恰好一个。").format(name=path.name, n=len(tables)),
            remedy=_("请只压缩一个 CSV 或 XLSX。"),
        )
    member = tables[0]

    def opener() -> BinaryIO:
        return archive.open_member(path, member)

    if member.filename.lower().endswith(TEXT_SUFFIXES):
        return TextTable(opener, member.file_size, options)
    return WorkbookTable(path, options, opener=opener)
