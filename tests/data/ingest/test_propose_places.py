"""Proposals for files of places: what the names of columns leave no doubt about, and blanks for the rest."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from data.ingest.duty import read_duty
from data.ingest.mapping import parse_mapping
from data.ingest.places import read_points
from data.ingest.propose_places import area_fields, likely_personal, line_fields, propose_places
from domain.errors import InputRefused
from domain.rules import RULES
from domain.vocabulary import ImportKind, Level, PointKind


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


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "表.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def test_the_proposal_for_points_reads_the_kinds_that_it_found(tmp_path: Path):
    path = file_of(
        tmp_path,
        "名称,类别,层级,经度,纬度",
        "甲,警务室,社区,116.5,39.75",
        "乙,警务站,街道级,116.5,39.76",
        "丙,党群服务站,网格,116.5,39.77",
        "丁,红帆驿站,,116.5,39.78",
        "戊,充电站,社区,116.5,39.79",
    )
    text = propose_places(path, ImportKind.POINTS)
    assert tomllib.loads(text)["point"]["values"] == {
        "kind": {
            "map": {
                "警务室": "police_room",
                "警务站": "police_post",
                "党群服务站": "party_station",
                "红帆驿站": "courier_station",
            }
        }
    }
    (doubt,) = (line for line in text.splitlines() if "充电站" in line)
    assert doubt == '# "充电站" = ?  # 1 行；不确定，不写会被拒收'
    file = read_points(path, parse_mapping(text))
    assert file.frame["kind"].tolist() == ["police_room", "police_post", "party_station", "courier_station"]
    assert file.frame["level"].tolist() == ["community", "street", "grid", None]
    (reject,) = file.rejects.to_pylist()
    assert (reject["rule"], reject["value"]) == ("unknown_kind", "充电站")
    remedy = RULES["unknown_kind"].remedy
    assert all(f"{kind.value} {kind.label}" in remedy for kind in PointKind)


def test_the_proposal_for_posts_reads_the_levels_that_it_found(tmp_path: Path):
    path = file_of(
        tmp_path,
        "区域名称,层级,岗位,嵌入层级",
        "望江街道,街道,派出所所长,派出所所长",
        "南园社区,社区,社区民警,片警",
        "第一网格,网格,网格长,辅警",
        "第一小组,小组,组长,",
    )
    text = propose_places(path, ImportKind.DUTY)
    assert tomllib.loads(text)["duty"]["values"] == {
        "area_level": {"map": {"街道": "street", "社区": "community", "网格": "grid"}},
        "tier": {"map": {"派出所所长": "station_chief", "辅警": "auxiliary"}},
    }
    assert '# "片警" = ?  # 1 行；不确定，不写按无值收下' in text.splitlines()
    posts = read_duty(path, parse_mapping(text))
    assert posts.rows.good.tolist() == [True, True, True, False]
    layer = posts.result(posts.frame[posts.rows.good])
    assert layer.frame["area_level"].tolist() == ["street", "community", "grid"]
    assert [row["rule"] for row in layer.rejects.to_pylist()] == ["unknown_level"]
    assert all(f"{level.value} {level.label}" in RULES["unknown_level"].remedy for level in Level)


def test_words_that_an_import_knows_need_no_table(tmp_path: Path):
    path = file_of(tmp_path, "小区,业委会,接管方式", "甲,是,国企接管", "乙,无,")
    assert "values" not in tomllib.loads(propose_places(path, ImportKind.COMPOUNDS))["compound"]
    path = file_of(tmp_path, "name,kind,level", "甲,canteen,社区级")
    assert "values" not in tomllib.loads(propose_places(path, ImportKind.POINTS))["point"]


def test_a_file_without_rows_has_no_values(tmp_path: Path):
    assert "values" not in propose_places(file_of(tmp_path, "名称,类别"), ImportKind.POINTS)


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
