"""Service points and compounds, with and without a mapping."""

import datetime as dt

import geopandas as gpd
import pytest
import shapely

from data.ingest.mapping import parse_mapping
from data.ingest.places import read_compounds, read_points
from domain.errors import InputRefused, UnknownCrs

POINTS = """
[point]
crs = "wgs84"
[point.columns]
name = "名称"
kind = "类型"
address = "地址"
lon = "经度"
lat = "纬度"
[point.values.kind.map]
"警务室" = "police_room"
"警务站" = "police_post"
"""

COMPOUNDS = """
[compound]
date_formats = ["%Y年%m月%d日"]
[compound.columns]
code = "编号"
name = "小区"
households = "户数"
company = "物业"
unmanaged_since = "弃管日期"
lon = "经度"
lat = "纬度"
"""


def write(tmp_path, text, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode("gb18030"))
    return path


def test_points_from_a_table(tmp_path):
    path = write(
        tmp_path,
        "名称,类型,地址,经度,纬度\n幸福警务室,警务室,幸福路1号,116.5,39.75\n和平站,警务站,,0,0\n,警务室,,1,1\n网吧,娱乐,,1,1\n"
        "坏点,警务室,,东边,1\n短行\n",
    )
    file = read_points(path, parse_mapping(POINTS))
    first, second = file.frame.to_dict("records")
    assert (first["name"], first["kind"], first["address"]) == ("幸福警务室", "police_room", "幸福路1号")
    assert (first["lon"], first["lat"], first["row_number"]) == (116.5, 39.75, 2)
    assert second["lon"] != second["lon"]  # 0,0 is no location
    told = {row["row_number"]: (row["rule"], row["field"]) for row in file.rejects.to_pylist()}
    assert told == {
        4: ("missing_value", "名称"),
        5: ("unknown_kind", "类型"),
        6: ("bad_number", "经度"),
        7: ("malformed_row", ""),
    }
    assert file.rows_read == len(file.frame) + file.rejects.num_rows == 6
    assert [(finding.rule, finding.rows) for finding in file.findings] == [("zero_coordinate", 1)]


def test_a_file_in_our_own_names_needs_no_mapping(tmp_path):
    path = write(tmp_path, "code,name,kind,lon,lat,remark\nP1,a,canteen,116.5,39.75,x\n")
    (row,) = read_points(path).frame.to_dict("records")
    assert (row["code"], row["kind"]) == ("P1", "canteen")
    with pytest.raises(InputRefused, match="缺 kind"):
        read_points(write(tmp_path, "code,name,lon,lat\n"))


def test_made_codes_do_not_depend_on_order_and_tell_namesakes_apart(tmp_path):
    lines = ["警务室,police_room,甲路", "警务室,police_room,乙路", "食堂,canteen,丙路"]
    codes = []
    for part in (lines, lines[::-1]):
        frame = read_points(write(tmp_path, "name,kind,address\n" + "\n".join(part) + "\n")).frame
        codes.append(dict(zip(frame["address"], frame["code"], strict=True)))
    assert codes[0] == codes[1]
    assert len(set(codes[0].values())) == 3


def test_points_from_geojson_of_one_kind(tmp_path):
    frame = gpd.GeoDataFrame({"名称": ["a"]}, geometry=[shapely.Point(116.5, 39.75)], crs=4326)
    frame.to_file(tmp_path / "t.geojson")
    mapping = parse_mapping('[point]\nkind = "canteen"\n[point.columns]\nname = "名称"\n')
    (row,) = read_points(tmp_path / "t.geojson", mapping).frame.to_dict("records")
    assert (row["kind"], row["lon"], row["lat"]) == ("canteen", 116.5, 39.75)


def test_projected_points_without_a_system_are_refused(tmp_path):
    path = write(tmp_path, "name,kind,lon,lat\na,canteen,500000,4400000\nb,canteen,500100,4400100\n")
    with pytest.raises(UnknownCrs, match="不可能是经纬度"):
        read_points(path)


def test_compounds_from_a_table(tmp_path):
    path = write(
        tmp_path,
        "编号,小区,户数,物业,弃管日期,经度,纬度\nC1,幸福里,1200,某物业,2025年3月5日,116.5,39.75\nC2,和平里,,,,116.6,39.7\n"
        "C3,没有点,,,,,\nC4,坏数,半户,,,116.6,39.7\nC5,坏日,,,昨天,116.6,39.7\n",
    )
    file = read_compounds(path, parse_mapping(COMPOUNDS))
    first = file.frame.iloc[0]
    assert (first["code"], first["households"], first["unmanaged_since"]) == ("C1", 1200, dt.date(2025, 3, 5))
    assert file.frame.iloc[1]["unmanaged_since"] is None
    assert file.frame.geometry.iloc[0].equals(shapely.Point(116.5, 39.75))
    assert {row["row_number"]: row["rule"] for row in file.rejects.to_pylist()} == {
        4: "empty_geometry",
        5: "bad_number",
        6: "bad_date",
    }
    assert file.rows_read == 5


def test_compounds_from_polygons_are_repaired(tmp_path):
    bowtie = shapely.Polygon([(116, 39), (116.1, 39.1), (116.1, 39), (116, 39.1)])
    shapes = [
        shapely.box(116, 39, 116.1, 39.1),
        bowtie,
        shapely.LineString([(0, 0), (1, 1)]),
        None,
        shapely.Point(116, 39),
    ]
    frame = gpd.GeoDataFrame(
        {"name": list("abcde"), "households": [1, 2, 3, 4, 5]}, geometry=shapes, crs=4326
    )
    frame.to_file(tmp_path / "t.geojson")
    file = read_compounds(tmp_path / "t.geojson")
    assert file.frame["name"].tolist() == ["a", "b", "e"]
    assert file.frame.is_valid.all()
    assert [finding.rule for finding in file.findings] == ["repaired_geometry"]
    assert {row["row_number"]: row["rule"] for row in file.rejects.to_pylist()} == {
        3: "wrong_geometry",
        4: "empty_geometry",
    }


def test_a_mapping_of_another_kind_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="point"):
        read_points(write(tmp_path, "a\n1\n"), parse_mapping(COMPOUNDS))
