"""Proposed mappings: valid, close to an operator's own, open about doubts, silent about persons."""

import datetime as dt
import tomllib
from pathlib import Path

import pytest
import xlsxwriter

from data.ingest.cases import iter_cases
from data.ingest.mapping import parse_mapping
from data.ingest.propose import propose
from domain.errors import InputRefused
from tests.data.ingest.conftest import NOW, read_file

FIXTURES = Path(__file__).parent / "fixtures"


def case_of(toml):
    section = parse_mapping(toml).case
    assert section is not None
    return section


def proposed(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "cases.csv"
    path.write_bytes(text.encode(encoding))
    toml = propose(path)
    return toml, case_of(toml)


def test_boston_shape_needs_only_its_time_zone():
    toml = propose(FIXTURES / "boston_shape_300.csv")
    section = case_of(toml)
    columns = {name: joined.columns for name, joined in section.targets.items()}
    assert columns["source_case_id"] == ("CASE_ENQUIRY_ID",)
    assert columns["reported_at"] == ("OPEN_DT",)
    assert columns["closed_at"] == ("CLOSED_DT",)
    assert columns["due_at"] == ("TARGET_DT",)
    assert columns["category"] == ("REASON", "TYPE")
    assert (columns["lon"], columns["lat"]) == (("LONGITUDE",), ("LATITUDE",))
    assert section.date_formats == ("%m/%d/%Y %I:%M:%S %p",)
    assert section.value_maps["state"].map == {"Closed": "closed", "Open": "handling"}
    assert section.value_maps["timeliness"].map == {"OVERDUE": "overdue", "ONTIME": "on_time"}
    assert "不确定：文件里的时刻所在的时区" in toml
    file = iter_cases(FIXTURES / "boston_shape_300.csv", parse_mapping(toml), NOW)
    assert sum(accepted.num_rows for accepted, _rejects in file.chunks) == 300


def test_a_chinese_export(tmp_path):
    toml, section = proposed(
        tmp_path,
        "工单编号,受理时间,办结时间,办理状态,大类,小类,诉求来源,承办单位,经度,纬度,社区编码,诉求人,联系电话,备注\n"
        "G1,2026-03-05 14:20,2026年3月6日,已办结,市容,垃圾,微信,城管局,116.5,39.75,110101001001,张三,13800000000,x\n"
        "G2,2026/3/5 14:20,,督查中,市容,垃圾,电话,城管局,116.6,39.76,110101001001,李四,13900000000,y\n",
        "gb18030",
    )
    columns = {name: joined.columns for name, joined in section.targets.items()}
    assert columns == {
        "source_case_id": ("工单编号",),
        "reported_at": ("受理时间",),
        "closed_at": ("办结时间",),
        "state": ("办理状态",),
        "category": ("大类", "小类"),
        "channel": ("诉求来源",),
        "department": ("承办单位",),
        "lon": ("经度",),
        "lat": ("纬度",),
        "area_code": ("社区编码",),
        "reporter_name": ("诉求人",),
        "phone": ("联系电话",),
    }
    assert section.value_maps["state"].map == {"已办结": "closed"}
    assert '# "督查中" = ?' in toml  # said, not guessed
    assert section.value_maps["channel"].map == {"微信": "resident_app", "电话": "hotline_12345"}
    assert section.area_level == "community"
    assert set(section.date_formats) == {"%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y年%m月%d日"}
    assert "没有用到的列：备注" in toml
    assert "张三" not in toml
    assert "138" not in toml


@pytest.mark.parametrize(
    ("header", "sure"), [("首次联系时间", True), ("联系时间", True), ("承办单位首次联系时间", False)]
)
def test_the_first_contact_with_the_resident(tmp_path, header, sure):
    toml, section = proposed(
        tmp_path,
        f"工单编号,受理时间,状态,联系电话,{header}\nG1,2026-03-05 14:20,办结,1,2026-03-05 15:00\n",
    )
    assert section.columns.contacted_at.columns == (header,)
    assert section.columns.phone.columns == ("联系电话",)
    (line,) = [line for line in toml.splitlines() if line.startswith("contacted_at = ")]
    assert ("不确定" not in line) is sure


@pytest.mark.parametrize(
    ("values", "formats", "doubt"),
    [
        (["01/05/2015 12:40:41 PM", "12/31/2015 12:40:41 AM"], ("%m/%d/%Y %I:%M:%S %p",), False),
        (["2026-03-05 14:20"], ("%Y-%m-%d %H:%M",), False),
        (["20260305142000"], ("%Y%m%d%H%M%S",), False),
        (["2026年3月5日"], ("%Y年%m月%d日",), False),
        (["46086.597222"], ("excel",), False),
        (["1772720400000"], ("unix_ms",), False),
        (["2026-03-05T14:20:00+08:00"], ("iso",), False),
        (["31/01/2026", "01/02/2026"], ("%d/%m/%Y",), False),
        (["03/04/2026"], ("%m/%d/%Y",), True),  # nobody can tell
    ],
)
def test_date_formats(tmp_path, values, formats, doubt):
    rows = "".join(f"{n},{value},办结\n" for n, value in enumerate(values))
    toml, section = proposed(tmp_path, "编号,上报时间,状态\n" + rows)
    assert section.date_formats == formats
    assert ("分不清" in toml) is doubt
    assert len(read_file(tmp_path / "cases.csv", toml).accepted) == len(values)


def test_a_header_nobody_knows_still_gives_a_valid_mapping(tmp_path):
    toml, section = proposed(tmp_path, "甲,乙,丙\n子,2026-03-05,丑\n")
    assert section.columns.reported_at.columns == ("乙",)  # what reads as a date
    assert toml.count("不确定") >= 2
    assert section.state_from == {"otherwise": "handling"}


def test_projected_coordinates_are_named(tmp_path):
    rows = "1,2026-03-05,500000,4400000\n2,2026-03-05,500100,4400100\n"
    toml, section = proposed(tmp_path, f"编号,上报时间,X坐标,Y坐标\n{rows}")
    assert section.crs.startswith("EPSG:")
    assert "投影坐标" in toml


def test_title_rows_and_merged_headers_of_a_workbook(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "热线 三月.xlsx")
    sheet = book.add_worksheet()
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.merge_range(0, 0, 0, 4, "热线工单")
    for column, name in ((0, "工单编号"), (3, "受理时间"), (4, "办理状态")):
        sheet.merge_range(1, column, 2, column, name)
    sheet.merge_range(1, 1, 1, 2, "位置")
    sheet.write_row(2, 1, ["经度", "纬度"])
    sheet.write_row(3, 0, ["G1", 116.25, 39.5])
    sheet.write_datetime(3, 3, dt.datetime(2026, 3, 5, 14, 20), moment)
    sheet.write_string(3, 4, "已办结")
    book.close()
    toml = propose(tmp_path / "热线 三月.xlsx")
    mapping = parse_mapping(toml)
    assert (mapping.file.skip_rows, mapping.file.header_rows) == (1, 2)
    assert case_of(toml).source == "热线_三月"
    (row,) = read_file(tmp_path / "热线 三月.xlsx", toml).accepted
    assert (row["row_number"], row["lon"], row["state"]) == (4, 116.25, "closed")
    assert row["reported_at"] == dt.datetime(2026, 3, 5, 6, 20)


def test_names_with_quotes_and_control_characters_stay_valid_toml(tmp_path):
    toml, section = proposed(tmp_path, '编号,上报时间,"状态","怪""列\\\x01"\n1,2026-03-05,"办\x02结""",x\n')
    assert section.columns.source_case_id.columns == ("编号",)
    assert "\x01" not in toml


def test_a_file_without_rows_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="没有数据行"):
        proposed(tmp_path, "编号,上报时间\n")


def test_our_own_names_come_before_all_others(tmp_path):
    path = tmp_path / "own.csv"
    header = "source,source_case_id,channel,category,reported_at,state,place,address"
    path.write_text(f"{header}\nA,1,patrol,x,2026-03-01 08:00:00,closed,p,q\n", encoding="utf-8")
    columns = tomllib.loads(propose(path))["case"]["columns"]
    names = ("source_case_id", "channel", "category", "reported_at", "state", "place", "address")
    assert {name: columns[name] for name in names} == {name: name for name in names}
