"""Boundaries and lines from every vector format, in contract columns and WGS-84."""

import zipfile
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from data.ingest.areas import AreaFields, read_areas, read_lines
from data.ingest.layers import dbf_encoding
from domain.errors import InputRefused, NotFound, UnknownCrs
from domain.vocabulary import Level, LineKind
from geo.china_offset import wgs84_to_gcj02

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = ["幸福社区", "和平里社区"]
CODES = ["110101001001", "110101001002"]


def layer(**columns):
    shapes = [shapely.box(116, 39, 116.1, 39.1), shapely.box(116.1, 39, 116.2, 39.1)]
    return gpd.GeoDataFrame({"名称": NAMES, "编码": CODES, **columns}, geometry=shapes, crs=4326)


def write(folder, suffix, frame=None, **options):
    frame = layer() if frame is None else frame
    path = folder / f"areas{suffix}"
    if suffix == ".parquet":
        frame.to_parquet(path)
    else:
        pyogrio.write_dataframe(frame, path, **options)
    return path


def as_read(file):
    return sorted(zip(file.frame["code"], file.frame["name"], strict=True))  # FlatGeobuf orders by place


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".fgb", ".parquet"])
def test_every_format(tmp_path, suffix):
    options = {"encoding": "utf-8"} if suffix == ".shp" else {}
    file = read_areas(write(tmp_path, suffix, **options), "名称", "编码", level=Level.COMMUNITY)
    assert as_read(file) == list(zip(CODES, NAMES, strict=True))
    assert file.frame.crs.to_epsg() == 4326
    assert sorted(file.frame["row_number"]) == [1, 2]
    assert set(file.frame["level"]) == {"community"}
    assert (file.rows_read, file.rejects.num_rows, file.findings) == (2, 0, [])
    assert file.frame["parent_code"].tolist() == [None, None]


@pytest.mark.parametrize(
    ("written_as", "says", "found"),
    [
        ("cp936", "GBK", "gb18030"),
        ("cp936", None, "gb18030"),  # no .cpg at all
        ("cp936", "UTF-8", "gb18030"),  # a .cpg that lies
        ("cp936", "ISO-8859-1", "gb18030"),  # what some tools always write; it decodes anything
        ("utf-8", "UTF-8", "utf-8"),
        ("utf-8", None, "utf-8"),
        ("utf-8", "936", "utf-8"),
    ],
)
def test_shapefile_text_is_read_by_its_bytes(tmp_path, written_as, says, found):
    path = write(tmp_path, ".shp", encoding=written_as)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if says is not None:
        path.with_suffix(".cpg").write_text(says)
    assert dbf_encoding(path) == found
    assert as_read(read_areas(path, "名称", "编码")) == list(zip(CODES, NAMES, strict=True))


@pytest.mark.parametrize("folder", ["", "数据/边界/"])
def test_zipped_shapefile(tmp_path, folder):
    write(tmp_path, ".shp", encoding="cp936").with_suffix(".cpg").unlink()
    with zipfile.ZipFile(tmp_path / "areas.zip", "w") as archive:
        for part in tmp_path.glob("areas.*"):
            if part.suffix != ".zip":
                archive.write(part, folder + part.name)
    assert as_read(read_areas(tmp_path / "areas.zip", "名称", "编码")) == list(zip(CODES, NAMES, strict=True))


def test_zip_without_exactly_one_shapefile_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "areas.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(InputRefused, match="0 个"):
        read_areas(tmp_path / "areas.zip", "名称")


def test_a_wrong_field_is_refused_with_the_fields_there_are(tmp_path):
    for suffix in (".geojson", ".parquet"):
        with pytest.raises(InputRefused, match="文件没有字段：Name。有的是：名称、编码"):
            read_areas(write(tmp_path, suffix), "Name")


def test_all_fields(tmp_path):
    frame = layer(
        上级=["110101001000"] * 2, 户数=[320.0, None], 人口=["1,200", "900"], 类别=["专属网格", "综合网格"]
    )
    fields = AreaFields("名称", "编码", "上级", kind="类别", households="户数", population="人口")
    file = read_areas(write(tmp_path, ".geojson", frame), "名称", fields=fields)
    assert file.frame["households"].astype(object).where(file.frame["households"].notna(), None).tolist() == [
        320,
        None,
    ]
    assert file.frame["population"].tolist() == [1200, 900]
    assert file.frame["kind"].tolist() == ["dedicated", "general"]
    assert file.frame["parent_code"].tolist() == ["110101001000"] * 2


def test_codes_that_are_numbers_keep_their_digits(tmp_path):
    frame = layer(数码=[110101001001.0, 110101001002.0])
    assert read_areas(write(tmp_path, ".gpkg", frame), "名称", "数码").frame["code"].tolist() == CODES


def test_rows_without_name_or_usable_geometry_are_rejected(tmp_path):
    shapes = [
        shapely.box(116, 39, 116.1, 39.1),
        None,
        shapely.Point(116, 39),
        shapely.box(116.1, 39, 116.2, 39.1),
    ]
    frame = gpd.GeoDataFrame(
        {"名称": ["", "甲", "乙", "丙"], "户数": ["1", "2", "3", "很多"]}, geometry=shapes, crs=4326
    )
    file = read_areas(
        write(tmp_path, ".geojson", frame), "名称", fields=AreaFields("名称", households="户数")
    )
    told = {(row["row_number"], row["rule"], row["field"]) for row in file.rejects.to_pylist()}
    assert told == {
        (1, "missing_value", "名称"),
        (2, "empty_geometry", "geometry"),
        (3, "not_polygonal", "geometry"),
        (4, "bad_number", "户数"),
    }
    assert (file.rows_read, len(file.frame)) == (4, 0)


def test_an_invalid_polygon_is_repaired_and_said():
    file = read_areas(FIXTURES / "boston_shape_neighborhoods.geojson", "Name", level=Level.COMMUNITY)
    (finding,) = file.findings
    assert (finding.rule, finding.rows, finding.detail["sample_rows"]) == ("repaired_geometry", 1, [6])
    assert file.frame.is_valid.all()
    assert len(file.frame) == 6


def projected(folder):
    flat = layer().to_crs(4548)
    frame = gpd.GeoDataFrame({"名称": NAMES}, geometry=shapely.from_wkb(flat.geometry.to_wkb()))
    path = folder / "flat.shp"
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.write_dataframe(frame, path, encoding="utf-8")
    return path


def test_a_projected_file_without_a_system_is_refused_with_what_it_may_be(tmp_path):
    with pytest.raises(UnknownCrs) as caught:
        read_areas(projected(tmp_path), "名称", reference_bounds=(115, 38, 118, 41))
    assert "不可能是经纬度" in caught.value.message
    assert "EPSG:4548" in caught.value.remedy


def test_a_declared_system_is_believed(tmp_path):
    bounds = read_areas(projected(tmp_path), "名称", crs="EPSG:4548").frame.total_bounds
    assert bounds == pytest.approx([116, 39, 116.2, 39.1], abs=1e-6)


def test_gcj02_overrides_the_label_of_the_file(tmp_path):
    frame = layer()
    frame["geometry"] = shapely.transform(frame.geometry.to_numpy(), wgs84_to_gcj02, interleaved=False)
    bounds = read_areas(write(tmp_path, ".geojson", frame), "名称", crs="gcj02").frame.total_bounds
    assert bounds == pytest.approx([116, 39, 116.2, 39.1], abs=1e-6)


def test_latitudes_first_are_refused_not_mended(tmp_path):
    frame = layer()
    frame["geometry"] = shapely.transform(frame.geometry.to_numpy(), lambda x, y: (y, x), interleaved=False)
    with pytest.raises(UnknownCrs, match="颠倒"):
        read_areas(write(tmp_path, ".geojson", frame), "名称")


def test_of_several_layers_the_one_with_the_field_is_read(tmp_path):
    path = tmp_path / "two.gpkg"
    pyogrio.write_dataframe(layer(), path, layer="网格")
    pyogrio.write_dataframe(layer().rename(columns={"名称": "路名"}), path, layer="道路", append=True)
    assert len(read_areas(path, "名称").frame) == 2
    with pytest.raises(InputRefused, match="2 个图层"):
        read_areas(path, "编码")


def test_broken_unknown_and_missing_files(tmp_path):
    (tmp_path / "a.geojson").write_text("{nothing")
    (tmp_path / "a.dwg").write_bytes(b"x")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    for name in ("a.geojson", "a.dwg", "a.parquet"):
        with pytest.raises(InputRefused):
            read_areas(tmp_path / name, "名称")
    with pytest.raises(NotFound):
        read_areas(tmp_path / "none.shp", "名称")


def test_lines(tmp_path):
    shapes = [
        shapely.LineString([(116, 39), (117, 39)]),
        shapely.box(116, 39, 117, 40),
        shapely.Point(1, 1),
        None,
    ]
    frame = gpd.GeoDataFrame(
        {"路名": ["长安街", None, "点", "无"], "级": [2, None, 1, 1]}, geometry=shapes, crs=4326
    )
    file = read_lines(write(tmp_path, ".geojson", frame), LineKind.WATER, "路名", "级")
    assert list(zip(file.frame["name"], file.frame["rank"], file.frame["kind"], strict=True)) == [
        ("长安街", 2, "water"),
        (None, 1, "water"),
    ]
    assert {(row["row_number"], row["rule"]) for row in file.rejects.to_pylist()} == {
        (3, "wrong_geometry"),
        (4, "empty_geometry"),
    }


def test_a_line_keeps_its_code_whatever_the_order_of_the_file(tmp_path):
    shapes = [shapely.LineString([(116, 39), (117, 39 + n)]) for n in range(3)]
    frame = gpd.GeoDataFrame({"n": [0, 1, 2]}, geometry=shapes, crs=4326)
    forth = read_lines(write(tmp_path, ".geojson", frame), LineKind.ROAD).frame["code"].tolist()
    back = (
        read_lines(write(tmp_path, ".fgb", frame[::-1], SPATIAL_INDEX="NO"), LineKind.ROAD)
        .frame["code"]
        .tolist()
    )
    assert forth == back[::-1]
    assert len(set(forth)) == 3
