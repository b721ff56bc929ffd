"""Files of every format as chunks with the row numbers a person sees."""

import csv
import datetime as dt
import io
import zipfile
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from data.ingest.chunks import FileOptions
from data.ingest.tables import open_table
from data.ingest.tables_text import TextTable
from domain.errors import InputRefused, NotFound


def read(file, columns=None):
    """(rows with their numbers, malformed rows with theirs, number of blank rows)."""
    rows: list[Any] = []
    malformed: list[tuple[int, str]] = []
    blank = 0
    for chunk in file.chunks(columns):
        rows += zip(
            chunk.row_numbers.tolist(), map(tuple, (r.values() for r in chunk.table.to_pylist())), strict=True
        )
        malformed += [(row.row_number, row.text) for row in chunk.malformed]
        blank += chunk.blank_rows
    return rows, malformed, blank


def text_table(data, **options):
    return TextTable(lambda: io.BytesIO(data), len(data), FileOptions(**options))


def test_row_numbers_malformed_and_blank_rows():
    file = text_table('编号,内容\r\n1,"a\nb"\r\n\r\n2\r\n3,c\r\n,\r\n4,5,6\r\n'.encode("gb18030"))
    rows, malformed, blank = read(file)
    assert file.columns == ["编号", "内容"]
    assert rows == [(2, ("1", "a\nb")), (5, ("3", "c"))]
    assert malformed == [(4, "2"), (7, "4,5,6")]
    assert blank == 2


def test_the_same_rows_whatever_the_block_size():
    lines = ["id,a,b", *(f"{n},x,y" if n % 7 else f"{n},too short" for n in range(400))]
    data = "\n".join(lines).encode()
    small, large = (text_table(data, block_bytes=size) for size in (64, 1 << 20))
    assert read(small) == read(large)
    assert read(large)[1][:2] == [(2, "0,too short"), (9, "7,too short")]


def test_awkward_characters_survive_as_text():
    cell = (
        "零\x00宽\u200f右\u202e至左😀𠮷\t" + "长" * 400_000
    )  # NUL, direction marks, four-byte characters, > 1 MB
    rows, _malformed, _blank = read(text_table(f"a,b\n1,{cell}\n".encode()))
    assert rows == [(2, ("1", cell))]


def test_a_record_longer_than_a_block_loses_and_repeats_no_row():
    short = [f"{number},x" for number in range(2, 150_000)]
    short[70_000] = "one cell"
    long = "长" * 400_000  # > 1 MB, far behind the first block
    file = text_table("\n".join(["a,b", *short, f"0,{long}", "1,2,3", "9,y", ""]).encode())
    for _pass in range(2):
        rows, malformed, blank = read(file)
        expected = [(at, tuple(row.split(","))) for at, row in enumerate(short, start=2) if row != "one cell"]
        assert rows == [*expected, (150_000, ("0", long)), (150_002, ("9", "y"))]
        assert malformed == [(70_002, "one cell"), (150_001, "1,2,3")]
        assert blank == 0


def test_undecodable_bytes_lose_no_row():
    file = text_table("编号,名\n1,好\n2,坏".encode() + b"\xff\xfe\n" + "3,好\n".encode() * 20)
    rows, malformed, _blank = read(file)
    assert len(rows) == 22
    assert rows[1] == (3, ("2", "坏\ufffd\ufffd"))
    assert malformed == []


def test_a_quote_that_never_closes_is_refused_with_the_row():
    data = b"a,b\n1,2\n" + b'3,"open\n' + b"4,5\n" * 50_000
    with pytest.raises(InputRefused, match="引号"):
        read(text_table(data, block_bytes=1 << 14))


def test_a_line_inside_a_cell_that_looks_like_a_row_is_marked():
    data = b'a,b,c,d\n1,2,3,"open\n5,6,7,8\n9,10,11,"x\n'
    (chunk,) = text_table(data).chunks()
    assert chunk.swallowing.tolist() == [2]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "表头"),
        (b"\n\n", "表头"),
        (b",,\n1,2,3\n", "表头"),
    ],
)
def test_no_header_is_refused(data, message):
    with pytest.raises(InputRefused, match=message):
        text_table(data)


def test_only_a_header_gives_no_rows():
    assert read(text_table(b"a,b\n")) == ([], [], 0)


def test_title_rows_and_a_header_in_two_rows():
    file = text_table("热线工单,,\n位置,,编号\n经度,纬度,\n1,2,3\n".encode(), skip_rows=1, header_rows=2)
    assert file.columns == ["位置/经度", "纬度", "编号"]  # text has no merged cells to fill
    assert read(file)[0] == [(4, ("1", "2", "3"))]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=6)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=20), st.sampled_from([",", "\t", ";"]))
def test_what_a_csv_writer_writes_is_read_back(table, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [["a", "b", "c"], *table]
    )
    rows, malformed, blank = read(text_table(out.getvalue().encode(), delimiter=delimiter, encoding="utf-8"))
    assert [row for _number, row in rows] == [tuple(row) for row in table if any(row)]
    assert [number for number, _row in rows] == [at for at, row in enumerate(table, start=2) if any(row)]
    assert malformed == []
    assert blank == sum(not any(row) for row in table)


ragged = st.lists(st.lists(st.sampled_from(["", "a", "b c", '"q"', "x\ny"]), max_size=5), max_size=30)


@given(ragged, st.sampled_from([32, 256, 1 << 20]))
def test_no_row_is_ever_lost(table, block_bytes):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["a", "b", "c"], *table])
    data = out.getvalue().encode()
    rows, malformed, blank = read(text_table(data, delimiter=",", block_bytes=max(block_bytes, 64)))
    written = list(csv.reader(io.StringIO(out.getvalue())))[1:]
    empty = [row in ([], [""] * 3) for row in written]
    assert len(rows) + len(malformed) + blank == len(written)
    assert blank == sum(empty)
    numbers = sorted([number for number, _row in rows] + [number for number, _text in malformed])
    assert numbers == [at for at, nothing in enumerate(empty, start=2) if not nothing]


def write_workbook(path):
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("三月")
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.merge_range(0, 0, 0, 4, "热线工单")
    sheet.merge_range(1, 0, 2, 0, "编号")
    sheet.merge_range(1, 1, 1, 2, "位置")
    sheet.write_row(2, 1, ["经度", "纬度"])
    sheet.merge_range(1, 3, 2, 3, "上报时间")
    sheet.merge_range(1, 4, 2, 4, "已办")
    sheet.write_row(3, 0, [20260305001, 116.25, 39.5])
    sheet.write_datetime(3, 3, dt.datetime(2026, 3, 5, 14, 20), moment)
    sheet.write_boolean(3, 4, True)
    sheet.write_row(6, 0, ["A-2", "116.5", 40, "2026年3月6日"])  # rows 5 and 6 of the sheet are empty
    book.close()


def test_workbook_with_merged_header_rows(tmp_path):
    write_workbook(tmp_path / "t.xlsx")
    file = open_table(tmp_path / "t.xlsx", FileOptions(skip_rows=1, header_rows=2))
    assert file.columns == ["编号", "位置/经度", "位置/纬度", "上报时间", "已办"]
    rows, _malformed, blank = read(file)
    assert rows == [
        (4, ("20260305001", "116.25", "39.5", "2026-03-05 14:20:00", "true")),
        (7, ("A-2", "116.5", "40", "2026年3月6日", "")),
    ]
    assert blank == 2
    assert read(file, ["位置/纬度"])[0] == [(4, ("39.5",)), (7, ("40",))]


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    write_workbook(tmp_path / "t.xlsx")
    with pytest.raises(InputRefused, match="三月"):
        open_table(tmp_path / "t.xlsx", FileOptions(sheet="四月"))


def test_text_under_a_workbook_suffix_is_read_as_text(tmp_path):
    (tmp_path / "export.xls").write_bytes(
        "编号\t状态\n1\t办结\n".encode("gbk")
    )  # what many systems call Excel
    assert read(open_table(tmp_path / "export.xls"))[0] == [(2, ("1", "办结"))]


def test_parquet_keeps_its_types(tmp_path):
    table = pa.table(
        {
            "id": pa.array(["a", "b"]).dictionary_encode(),
            "at": pa.array([0, 1], pa.timestamp("s", "UTC")),
            "n": [1.5, None],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    (chunk,) = open_table(tmp_path / "t.parquet").chunks()
    assert chunk.row_numbers.tolist() == [1, 2]
    assert chunk.table.schema.types == [pa.string(), pa.timestamp("ms", "UTC"), pa.float64()]


def test_geojson_points_become_lon_and_lat(tmp_path):
    shapes = [shapely.Point(116.5, 39.75), None, shapely.Point(1, 2)]
    gpd.GeoDataFrame({"编号": ["a", "b", "c"]}, geometry=shapes, crs=4326).to_file(tmp_path / "t.geojson")
    file = open_table(tmp_path / "t.geojson")
    rows, _malformed, _blank = read(file)
    assert file.columns == ["编号", "lon", "lat"]
    assert rows == [(1, ("a", 116.5, 39.75)), (2, ("b", None, None)), (3, ("c", 1.0, 2.0))]


def test_geometries_that_are_no_points_show_their_kind(tmp_path):
    shapes = [shapely.Point(116.5, 39.75), shapely.box(0, 0, 1, 1)]
    gpd.GeoDataFrame({"编号": ["a", "b"]}, geometry=shapes, crs=4326).to_file(tmp_path / "t.geojson")
    assert read(open_table(tmp_path / "t.geojson"))[0][1] == (2, ("b", "Polygon", "Polygon"))


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_zip_with_one_csv(tmp_path):
    path = zipped(tmp_path / "t.zip", {"data/cases.csv": "a,b\n1,2\n", "__MACOSX/._cases.csv": "x"})
    assert read(open_table(path))[0] == [(2, ("1", "2"))]


def test_zip_with_a_workbook(tmp_path):
    write_workbook(tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.write(tmp_path / "t.xlsx", "t.xlsx")
    file = open_table(tmp_path / "t.zip", FileOptions(skip_rows=1, header_rows=2))
    assert len(read(file)[0]) == 2


def test_zip_with_two_tables_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="2 个"):
        open_table(zipped(tmp_path / "t.zip", {"a.csv": "a\n", "b.csv": "b\n"}))


@pytest.mark.parametrize(
    "name", ["../out.csv", "/etc/out.csv", "C:/out.csv", "a/../../out.csv", "..\\out.csv"]
)
def test_zip_that_climbs_out_is_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr(name, "a\n1\n")
    with pytest.raises(InputRefused, match="不安全"):
        open_table(tmp_path / "t.zip")


def test_zip_bomb_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", b"0" * (80 << 20))
    with pytest.raises(InputRefused, match="倍"):
        open_table(tmp_path / "t.zip")


def test_broken_and_unknown_files_are_refused(tmp_path):
    (tmp_path / "t.zip").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "t.xlsx").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "t.parquet").write_bytes(b"PAR1 nothing")
    (tmp_path / "t.docx").write_bytes(b"x")
    for name in ("t.zip", "t.xlsx", "t.parquet", "t.docx"):
        with pytest.raises(InputRefused):
            open_table(tmp_path / name)
    with pytest.raises(NotFound):
        open_table(tmp_path / "nothing.csv")


def test_progress_knows_bytes_and_rows(tmp_path):
    data = b"a,b\n" + b"1,2\n" * 1000
    (tmp_path / "t.csv").write_bytes(data)
    file = open_table(tmp_path / "t.csv")
    assert file.progress.bytes_total == len(data)
    assert sum(len(chunk.row_numbers) for chunk in file.chunks()) == 1000
    assert (file.progress.bytes_read, file.progress.rows_read) == (len(data), 1000)
    assert np.isfinite(file.progress.bytes_read)
