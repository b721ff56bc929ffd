"""What a person sees of a file before it is imported: its first rows, how they would be read, and nobody's number."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.ingest.mapping import parse_mapping
from data.ingest.preview import features_head, reading_of, shown, table_head
from domain.clock import Clock
from domain.errors import InputRefused
from domain.vocabulary import ImportKind, Level
from tests.support.small_city import COMMUNITIES, MAPPING, at, case, shapes, write_areas, write_cases

HIDDEN = "‹个人信息›"
CLOCK = Clock(ZoneInfo("Asia/Shanghai"))


def test_the_first_rows_with_encoding_and_delimiter(tmp_path: Path):
    path = tmp_path / "a.csv"
    lines = ["编号;事由;联系电话", *(f"{n};占道经营，请电13812345678;139" for n in range(1, 40))]
    path.write_bytes("\n".join(lines).encode("gb18030"))
    head = table_head(path, ImportKind.CASES, most=5)
    assert head.note == "编码 gb18030，分隔符 ;"
    assert head.columns == ("编号", "事由", "联系电话")
    assert head.rows.to_dict("list") == {
        "row_number": [2, 3, 4, 5, 6],
        "编号": ["1", "2", "3", "4", "5"],
        "事由": ["占道经营，请电‹…›"] * 5,
        "联系电话": [HIDDEN] * 5,
    }


def test_columns_that_a_mapping_calls_personal_are_hidden(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("id,Where\n1,29 Some Street\n", encoding="utf-8")
    assert table_head(path, ImportKind.CASES).rows["Where"].tolist() == ["29 Some Street"]
    assert table_head(path, ImportKind.CASES, hide=frozenset({"Where"})).rows["Where"].tolist() == [HIDDEN]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("请电13812345678。", "请电‹…›。"),
        ("身份证11010519491231002X", "身份证‹…›"),
        ("工单20260301000123", "工单20260301000123"),  # a long number of something else
        ("138123456789", "138123456789"),  # one digit too many
        (None, None),
    ],
)
def test_numbers_of_persons_in_a_text(cell, expected):
    assert shown([cell]) == [expected]


def test_features_without_their_shapes(tmp_path: Path):
    path = write_areas(tmp_path / "grids.geojson", shapes(Level.GRID))
    head = features_head(path, most=3)
    assert (head.columns, head.total, len(head.rows)) == (("code", "name", "parent"), 16, 3)
    assert head.rows["parent"].tolist() == [COMMUNITIES[0]] * 3
    assert head.rows["name"][0] == "网格001001"  # the name of a place is nobody's
    assert "GeoJSON" in head.note
    assert "EPSG:4326" in head.note


def test_cases_as_they_would_be_read(tmp_path: Path):
    file = [
        case(1, **at(0, 0), title="电13812345678", tel="139", name="某人"),
        case(2, state="?"),
        case(3, reported="昨天"),
        *(case(n) for n in range(4, 50)),
    ]
    path = write_cases(tmp_path / "cases.csv", file)
    reading = reading_of(path, ImportKind.CASES, parse_mapping(MAPPING), CLOCK, None, most=10)
    assert reading.rows["row_number"].tolist() == [2, 5, 6, 7, 8, 9, 10, 11]
    first = reading.rows.iloc[0]
    assert first["reported_at"] == datetime(2026, 3, 1, 8, 0)  # local time, as in the file
    assert (first["source"], first["state"], first["lon"]) == ("hotline", "reported", 120.005)
    assert (first["title"], first["phone"], first["reporter_name"]) == ("电‹…›", HIDDEN, HIDDEN)
    assert {"rating", "superseded", "at_placeholder"}.isdisjoint(reading.rows.columns)
    assert reading.rejects[["row_number", "rule", "value"]].values.tolist() == [
        [3, "unknown_state", "?"],
        [4, "bad_date", "昨天"],
    ]


@pytest.mark.parametrize(
    ("kind", "section", "text", "rejected"),
    [
        (
            ImportKind.POINTS,
            '[point]\n[point.columns]\nname = "名称"\nkind = "类别"\nlon = "经度"\nlat = "纬度"',
            "名称,类别,经度,纬度\n甲,police_room,120.005,30.005\n乙,?,120,30\n",
            ["unknown_kind"],
        ),
        (
            ImportKind.COMPOUNDS,
            '[compound]\n[compound.columns]\nname = "名称"\nhouseholds = "户数"\nlon = "经度"\nlat = "纬度"',
            "名称,户数,经度,纬度\n甲,300,120.005,30.005\n乙,多,120,30\n",
            ["bad_number"],
        ),
        (
            ImportKind.DUTY,
            '[duty]\n[duty.columns]\npost = "岗位"\narea_code = "区域编码"',
            "岗位,区域编码\n社区民警,330102001001\n,330102001002\n",
            ["missing_value"],
        ),
    ],
)
def test_places_and_posts_as_they_would_be_read(tmp_path: Path, kind, section, text, rejected):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    reading = reading_of(path, kind, parse_mapping(section), CLOCK, None)
    assert len(reading.rows) == 1
    assert reading.rows.iloc[0]["row_number"] == 2
    assert reading.rejects["rule"].tolist() == rejected


@pytest.mark.parametrize(
    ("text", "mapping", "told"),
    [
        ("no,reported\n", MAPPING, "没有映射所写的"),
        ("a,b\n1,2\n", '[duty]\n[duty.columns]\npost = "a"\narea_code = "b"', r"没有 \[case\] 一节"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path: Path, text: str, mapping: str, told: str):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused, match=told):
        reading_of(path, ImportKind.CASES, parse_mapping(mapping), CLOCK, None)


def test_a_file_without_rows_is_refused(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="只有表头"):
        table_head(path, ImportKind.CASES)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"{", json.dumps({"type": "?"}).encode()])
def test_a_file_that_is_no_vector_file_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(InputRefused, match="打不开"):
        features_head(path)


def test_scores_that_no_rating_profile_covers_are_told_before_the_import(tmp_path: Path):
    path = tmp_path / "scores.csv"
    path.write_text("小区,期,分\nC1,2026Q3,150\nC2,2026Q3,90\n", encoding="utf-8")
    columns = '[assessment.columns]\ncompound_code = "小区"\nperiod = "期"\nvalue = "分"'
    loose, strict = (
        reading_of(path, ImportKind.ASSESSMENTS, parse_mapping(text), CLOCK, None)
        for text in (
            f'[assessment]\nindicator = "inspection"\n{columns}',
            f'[assessment]\nindicator = "inspection"\nscale = [0, 100]\n{columns}',
        )
    )
    assert (len(loose.rows), len(loose.rejects)) == (2, 0)
    assert [(one.rule, one.rows) for one in loose.findings] == [("beyond_bands", 1)]
    assert (len(strict.rows), strict.findings) == (1, ())
    assert strict.rejects[["rule", "field", "value"]].to_numpy().tolist() == [["beyond_scale", "分", "150"]]
