"""Files of posts on duty: what is read, what is refused, and that no person gets in."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.ingest.duty import DutyFile, read_duty
from data.ingest.mapping import parse_mapping
from domain.errors import InputRefused

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"

MAPPING = """
[duty]
area_level = "grid"
[duty.columns]
area_code = "网格编码"
area_name = "网格"
post = "岗位"
unit = "单位"
headcount = "人数"
shift = "班次"
contact = "值班电话"
"""


def read(folder: Path, text: str, mapping: str | None = MAPPING) -> DutyFile:
    path = folder / "duty.csv"
    path.write_text(text, encoding="utf-8")
    return read_duty(path, parse_mapping(mapping) if mapping else None)


def test_a_roster_in_its_own_words(tmp_path: Path):
    file = read(
        tmp_path,
        "网格编码,网格,岗位,单位,人数,班次,值班电话\n"
        "330102001001001,,网格长,南园社区居委会,,全天,0571-8800-0001\n"
        ",第二网格,专职网格员,—,２,,\n",
    )
    assert file.rows.good.all()
    first, second = file.frame.to_dict("records")
    assert (first["area_code"], first["post"], first["headcount"]) == ("330102001001001", "网格长", 1)
    assert (first["area_level"], first["shift"], first["contact"]) == ("grid", "全天", "0571-8800-0001")
    assert (second["area_name"], second["unit"], second["headcount"]) == ("第二网格", None, 2)


def test_our_own_column_names_need_no_mapping(tmp_path: Path):
    file = read(tmp_path, "post,area_code,area_level,headcount\n网格长,330102001001001,grid,3\n", None)
    (row,) = file.frame.to_dict("records")
    assert (row["code"], row["post"], row["area_level"], row["headcount"]) == (None, "网格长", "grid", 3)


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("area_code,headcount", "缺 post"),
        ("post,headcount", "缺 area_code"),
        ("name,phone", "缺 post、area_code 或 area_name"),
    ],
)
def test_a_file_that_names_no_post_or_area_is_refused(tmp_path: Path, header: str, missing: str):
    with pytest.raises(InputRefused, match=missing):
        read(tmp_path, f"{header}\na,b\n", None)


@pytest.mark.parametrize(
    ("row", "rule", "field"),
    [
        # no post
        ("1,,,单位,1,,", "missing_value", "岗位"),
        # no area
        (",,网格长,,1,,", "missing_value", "网格编码"),
        # nobody is nobody: a vacant post is left out of the file
        ("1,,网格长,,0,,", "no_headcount", "人数"),
        ("1,,网格长,,两人,,", "bad_number", "人数"),
        ("1,,网格长,,-1,,", "bad_number", "人数"),
        ("1,,网格长,,1.5,,", "bad_number", "人数"),
    ],
)
def test_rows_that_are_kept_out(tmp_path: Path, row: str, rule: str, field: str):
    file = read(tmp_path, f"网格编码,网格,岗位,单位,人数,班次,值班电话\n{row}\n")
    layer = file.result(file.frame[file.rows.good])
    assert (layer.rows_read, len(layer.frame)) == (1, 0)
    (reject,) = layer.rejects.to_pylist()
    assert (reject["row_number"], reject["rule"], reject["field"]) == (2, rule, field)


LEVELS = """
[duty]
[duty.columns]
area_name = "区域"
area_level = "级别"
post = "岗位"
[duty.values.area_level.map]
"社区" = "community"
"""


def test_levels_are_translated_and_an_unknown_one_keeps_the_row_out(tmp_path: Path):
    file = read(tmp_path, "区域,级别,岗位\n南园社区,社区,社区书记\n甲,小组,组长\n乙,,民警\n", LEVELS)
    assert file.frame["area_level"].tolist() == ["community", None, None]
    assert file.rows.good.tolist() == [True, False, True]


def test_words_of_posts_are_translated_and_what_is_not_listed_is_kept_and_counted(tmp_path: Path):
    mapping = MAPPING + '[duty.values.post.map]\n"格长" = "网格长"\n'
    file = read(tmp_path, "网格编码,网格,岗位,单位,人数,班次,值班电话\n1,,格长,,,,\n2,,巡查岗,,,,\n", mapping)
    assert file.frame["post"].tolist() == ["网格长", "巡查岗"]
    (finding,) = file.result(file.frame).findings
    assert (finding.rule, finding.rows, finding.detail["field"]) == ("unmapped_value", 1, "post")


# --- no person gets in -------------------------------------------------------------------------------------


def test_columns_that_are_not_mapped_are_not_kept(tmp_path: Path):
    """The name of whoever holds the post stands in the file and in no reject."""
    file = read(
        tmp_path,
        "网格编码,网格,岗位,单位,人数,班次,值班电话,网格长姓名,手机\n"
        "1,,网格长,,0,,,张三,13800000000\n"
        "2,,网格长,,1,,,李四,13900000000,多一列\n"
        "3,,网格长,,1,,,王五,13700000000\n"
        ",,,,,,,赵六,\n",
    )
    layer = file.result(file.frame[file.rows.good])
    assert (layer.rows_read, len(layer.frame), layer.rejects.num_rows) == (4, 1, 3)
    malformed, vacant, name_only = layer.rejects.to_pylist()
    assert malformed["rule"] == "malformed_row"
    # nobody knows which part of its text is a name: only its number is kept
    assert (malformed["row_number"], malformed["raw_private"]) == (3, None)
    assert "李四" not in str(malformed)
    assert "张三" not in str(vacant)
    assert (name_only["row_number"], name_only["rule"]) == (5, "missing_value")
    assert "赵六" not in str(name_only)
    assert "王五" not in layer.frame.to_csv()


def test_a_malformed_row_of_a_file_without_other_columns_can_be_corrected(tmp_path: Path):
    file = read(tmp_path, "网格编码,网格,岗位,单位,人数,班次,值班电话\n1,,网格长,,1,,,多一列\n")
    (malformed,) = file.result(file.frame).rejects.to_pylist()
    assert "1,,网格长,,1,,,多一列" in malformed["raw"]


@pytest.mark.parametrize(
    "header",
    [
        "姓名", "网格长姓名", "网格长", "专职网格员", "社区书记", "社区民警", "负责人", "联系人", "包保干部",
        "手机号码", "移动电话", "身份证号", "Name", "full_name", "officer name", "mobile phone",
    ],
)  # fmt: skip
def test_a_column_of_persons_is_no_post(header: str):
    with pytest.raises(InputRefused, match="像是个人信息的列") as caught:
        parse_mapping(MAPPING.replace('post = "岗位"', f'post = "{header}"'))
    assert f"columns.post 用到了像是个人信息的列“{header}”" in caught.value.message


@pytest.mark.parametrize(
    "header",
    ["岗位", "岗位名称", "职务", "负责人职务", "值班时长", "网格长/电话", "人数", "area_name", "post"],
)
def test_columns_that_are_no_persons_pass(header: str):
    section = parse_mapping(MAPPING.replace('shift = "班次"', f'shift = "{header}"')).duty
    assert section is not None
    assert section.targets["shift"].columns == (header,)


def test_a_mobile_number_is_let_in_and_said_without_its_digits(tmp_path: Path):
    file = read(
        tmp_path,
        "网格编码,网格,岗位,单位,人数,班次,值班电话\n"
        "1,,网格长,,,,13800000000\n"
        "2,,网格长,,,,值班 139 1234 5678\n"
        "3,,网格长,,,,0571-88001380\n"
        "4,,网格长,,,,9913800000000\n"
        "5,,网格长,,,,+8613800000000\n",
    )
    layer = file.result(file.frame)
    (finding,) = layer.findings
    assert (finding.rule, finding.rows, finding.detail) == ("mobile_contact", 3, {"sample_rows": [2, 3, 6]})


def test_the_example_reads_a_roster_of_its_shape(tmp_path: Path):
    file = read(
        tmp_path,
        "区域编码,区域名称,区域层级,岗位,姓名,所属单位,人数,班次,办公电话,手机号码\n"
        "330102001001,南园社区,社区,社区书记,张三,南园社区党委,1,白班,内线 60123,13800000000\n"
        ",望江街道/北园社区,村,专职网格员,李四,,/,,—,\n",
        (EXAMPLES / "duty.toml").read_text(encoding="utf-8"),
    )
    layer = file.result(file.frame)
    assert layer.findings == []
    assert layer.frame["area_level"].tolist() == ["community", "community"]
    assert layer.frame["contact"].dropna().tolist() == ["内线 60123"]
    assert layer.rejects.num_rows == 0
    assert "李四" not in layer.frame.to_csv()


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ('[duty]\n[duty.columns]\npost = "岗位"\n', "岗位负责的区域没有来处"),
        (LEVELS.replace("[duty]\n", '[duty]\narea_level = "grid"\n', 1), "只能写一个"),
        (MAPPING.replace('"grid"', '"小组"'), "duty.area_level"),
        (MAPPING + 'name = "岗位"\n', "duty.columns.name：没有这个键"),
        (MAPPING.replace("area_level", "crs"), "duty.crs：没有这个键"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(mapping: str, told: str):
    with pytest.raises(InputRefused) as caught:
        parse_mapping(mapping)
    assert told in caught.value.message


def test_a_mapping_of_another_kind_is_refused(tmp_path: Path):
    with pytest.raises(InputRefused, match="duty"):
        read(tmp_path, "a\n1\n", '[point]\nkind = "canteen"\n[point.columns]\nname = "a"\n')
