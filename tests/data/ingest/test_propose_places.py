"""Proposals for files of places: what the names of columns leave no doubt about, and blanks for the rest."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from data.ingest.mapping import parse_mapping
from data.ingest.propose_places import area_fields, likely_personal, line_fields, propose_places
from domain.errors import InputRefused
from domain.vocabulary import ImportKind


def proposed(folder: Path, header: str, kind: ImportKind) -> str:
    path = folder / "文件.csv"
    path.write_text(f"{header}\n{','.join('1' for _ in header.split(','))}\n", encoding="utf-8")
    return propose_places(path, kind)


@pytest.mark.parametrize(
    ("kind", "header", "section", "columns"),
    [
        (
            ImportKind.POINTS,
            "站点名称,类型,经度,纬度,地址,备注",
            "point",
            {"name": "站点名称", "kind": "类型", "address": "地址", "lon": "经度", "lat": "纬度"},
        ),
        (
            ImportKind.COMPOUNDS,
            "小区编码,小区名称,总户数,物业公司,建成年份",
            "compound",
            {
                "code": "小区编码",
                "name": "小区名称",
                "households": "总户数",
                "built_year": "建成年份",
                "company": "物业公司",
            },
        ),
        (
            ImportKind.DUTY,
            "区域编码,岗位,所属单位,人数,姓名",
            "duty",
            {"area_code": "区域编码", "post": "岗位", "unit": "所属单位", "headcount": "人数"},
        ),
        (
            ImportKind.POINTS,
            "名称,类别,层级,开放时间",
            "point",
            {"name": "名称", "kind": "类别", "level": "层级", "opening_hours": "开放时间"},
        ),
        (
            ImportKind.COMPOUNDS,
            "小区,业委会,党支部,双向交叉任职,有场所,示范小区,接管方式",
            "compound",
            {
                "name": "小区",
                "takeover": "接管方式",
                "owners_committee": "业委会",
                "party_branch": "党支部",
                "cross_serving": "双向交叉任职",
                "has_place": "有场所",
                "demonstration": "示范小区",
            },
        ),
        (
            ImportKind.DUTY,
            "区域编码,岗位,警务室编码,兼任职务",
            "duty",
            {"area_code": "区域编码", "post": "岗位", "point_code": "警务室编码", "embedded_as": "兼任职务"},
        ),
        # an assessment is of a compound before it is of its company
        (
            ImportKind.ASSESSMENTS,
            "小区编码,物业公司,指标,季度,得分",
            "assessment",
            {"indicator": "指标", "compound_code": "小区编码", "period": "季度", "value": "得分"},
        ),
        # one of two coordinates is no place
        (ImportKind.POINTS, "name,kind,lon", "point", {"name": "name", "kind": "kind"}),
    ],
)
def test_a_proposal_is_a_mapping(tmp_path: Path, kind, header, section, columns):
    text = proposed(tmp_path, header, kind)
    assert tomllib.loads(text)[section]["columns"] == columns
    assert parse_mapping(text).section.targets.keys() == columns.keys()


def test_what_is_not_known_is_left_to_the_operator(tmp_path: Path):
    text = proposed(tmp_path, "甲,乙", ImportKind.DUTY)
    assert '# post = "…"' in text
    assert '# area_code = "…"' in text
    assert "没有用到的列：甲、乙" in text


def test_the_one_indicator_of_a_whole_file_may_be_named_instead_of_a_column(tmp_path: Path):
    text = proposed(tmp_path, "小区编码,季度,得分", ImportKind.ASSESSMENTS)
    (line,) = (line for line in text.split("[assessment.columns]")[0].splitlines() if "indicator" in line)
    written = text.replace(line, line.removeprefix("# ").replace("…", "inspection"))
    section = parse_mapping(written).assessment
    assert section is not None
    assert section.indicator == "inspection"


def test_boundaries_take_no_mapping(tmp_path: Path):
    with pytest.raises(InputRefused, match="区域边界不用映射"):
        proposed(tmp_path, "名称", ImportKind.AREAS)


def test_a_hostile_header_stays_a_comment_or_a_string(tmp_path: Path):
    text = proposed(tmp_path, '"名称"" # x",类型', ImportKind.POINTS)
    assert set(tomllib.loads(text)) == {"point"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["OBJECTID", "Name", "Acres"], {"name": "Name"}),
        (
            ["网格编码", "网格名称", "上级编码", "户数"],
            {"name": "网格名称", "code": "网格编码", "parent": "上级编码", "households": "户数"},
        ),
        (["adcode", "name", "parent"], {"name": "name", "code": "adcode", "parent": "parent"}),
        (["x"], {}),
    ],
)
def test_fields_of_boundaries(fields, expected):
    assert area_fields(fields) == expected


def test_fields_of_lines():
    assert line_fields(["路名", "等级", "长度"]) == {"name": "路名", "rank": "等级"}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ImportKind.CASES, {"Name", "联系电话", "诉求人/姓名", "详细地址", "网格长"}),
        # what names a place, and where it stands, is no person's
        (ImportKind.POINTS, {"联系电话", "诉求人/姓名", "网格长"}),
        (ImportKind.AREAS, {"联系电话", "诉求人/姓名", "详细地址", "网格长"}),
        (ImportKind.DUTY, {"Name", "联系电话", "诉求人/姓名", "详细地址", "网格长"}),
    ],
)
def test_columns_of_persons(kind: ImportKind, expected: set[str]):
    header = ["编号", "Name", "联系电话", "诉求人/姓名", "详细地址", "网格长", "时长", "status"]
    assert likely_personal(header, kind) == expected
