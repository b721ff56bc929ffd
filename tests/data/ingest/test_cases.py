"""Case files through their mapping: canonical rows, rejects, findings; nothing is lost, nothing guessed."""

import csv
import datetime as dt
import io
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from data.ingest.cases import iter_cases
from data.ingest.mapping import load_mapping, parse_mapping
from data.ingest.raw_rows import export_rejects
from domain.errors import InputRefused, UnknownCrs
from geo.china_offset import wgs84_to_gcj02
from tests.data.ingest.conftest import NOW, PLAIN_MAPPING, read_file

FIXTURES = Path(__file__).parent / "fixtures"
EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def with_keys(case="", columns="", rest=""):
    """The plain mapping with more keys in [case], [case.columns] and after."""
    text = PLAIN_MAPPING.replace("[case.columns]", f"{case}\n[case.columns]\n{columns}", 1)
    return text + rest


LONLAT = 'lon = "经度"\nlat = "纬度"'


def test_boston_shape_comes_out_with_its_figures():
    due = json.loads((FIXTURES / "boston_shape_300.expected.json").read_text(encoding="utf-8"))
    mapping = load_mapping(EXAMPLES / "boston_311.toml")
    file = iter_cases(
        FIXTURES / "boston_shape_300.csv", mapping, dt.datetime(2016, 1, 13), (-71.1, 42.3, -71.04, 42.4)
    )
    rows = [row for accepted, _rejects in file.chunks for row in accepted.to_pylist()]
    findings = {finding.rule: finding for finding in file.findings()}
    states = [row["state"] for row in rows]
    assert (file.read, file.accepted, file.rejected) == (due["read"], due["read"], 0)
    assert (states.count("handling"), states.count("closed")) == (due["open"], due["closed"])
    assert sum(row["due_at"] is None for row in rows) == due["no_due_at"]
    assert sum(row["timeliness"] == "overdue" for row in rows) == due["overdue"]
    assert sum(row["timeliness"] is None for row in rows) == due["no_timeliness"]
    assert sum(row["lon"] is None for row in rows) == due["no_location"]
    assert sum(row["at_placeholder"] for row in rows) == due["placeholder"]["rows"]
    assert findings["placeholder_point"].rows == due["placeholder"]["rows"]
    assert findings["placeholder_point"].detail["lon"] == due["placeholder"]["lon"]
    assert findings["placeholder_point"].detail["lat"] == due["placeholder"]["lat"]
    assert findings["closed_before_reported"].rows == due["closed_before_reported"]
    assert findings["ambiguous_local_time"].rows == due["ambiguous_local_time"]
    assert {"area_name", "address", "source", "state"} <= file.columns_set
    assert "area_code" not in file.columns_set


def test_a_row_arrives_in_canonical_columns(read_cases):
    mapping = with_keys(
        columns=f'closed_at = "办结时间"\ncategory = ["大类", "小类"]\nrework_count = "返工"\nphone = "电话"\n{LONLAT}'
    )
    read = read_cases(
        "编号,上报时间,状态,办结时间,大类,小类,返工,电话,经度,纬度\n"
        " A1 ,2026-03-05 14:20,办结,2026/3/6 9:00,市容,垃圾,２,13800000000,116.5°,39.75\n",
        mapping,
    )
    (row,) = read.accepted
    kept = {name: value for name, value in row.items() if value is not None}
    assert kept == {
        "row_number": 2,
        "source": "test",
        "source_case_id": "A1",
        "category": "市容/垃圾",
        "state": "closed",
        "reported_at": dt.datetime(2026, 3, 5, 6, 20),
        "closed_at": dt.datetime(2026, 3, 6, 1, 0),
        "lon": 116.5,
        "lat": 39.75,
        "rework_count": 2,
        "phone": "13800000000",
        "at_placeholder": False,
        "superseded": False,
    }


@pytest.mark.parametrize(
    ("row", "rule", "field", "value"),
    [
        (",2026-03-05,办结,,", "missing_id", "编号", None),
        ("无,2026-03-05,办结,,", "missing_id", "编号", "无"),  # a word for "no value"
        ("1,,办结,,", "missing_value", "上报时间", None),
        ("1,2026-02-30,办结,,", "bad_date", "上报时间", "2026-02-30"),
        ("1,2026-03-05,办结,随时,", "bad_date", "办结时间", "随时"),  # also in a column that may be empty
        ("1,2026-03-05,转办,,", "unknown_state", "状态", "转办"),
        ("1,2026-03-05,,,", "unknown_state", "状态", None),
        ("1,2026-03-05,办结,,很多", "bad_number", "返工", "很多"),
        ("1,2026-03-05,办结,,-1", "bad_number", "返工", "-1"),
        ("1,2026-03-05", "malformed_row", "", "2"),
        ("1,2026-03-05,办结,,,多一列", "malformed_row", "", "6"),
    ],
)
def test_what_keeps_a_row_out(read_cases, row, rule, field, value):
    header = "编号,上报时间,状态,办结时间,返工"
    mapping = with_keys(columns='closed_at = "办结时间"\nrework_count = "返工"')
    read = read_cases(f"{header}\n0,2026-03-05,在办,,\n{row}\n", mapping)
    (reject,) = read.rejects
    assert (reject["row_number"], reject["rule"], reject["field"], reject["value"]) == (3, rule, field, value)
    assert len(read.accepted) == 1
    if rule != "malformed_row":
        assert list(json.loads(reject["raw"])) == header.split(",")


def test_values_of_personal_columns_are_never_shown(read_cases):
    mapping = with_keys(case='personal = ["备注"]', columns='phone = "电话"\nclosed_at = "办结时间"')
    read = read_cases(
        "编号,上报时间,状态,办结时间,电话,备注\n"
        "1,2026-03-05,转办,,13800000000,张某家\n"
        "2,2026-03-05,办结,,13900000000\n",
        mapping,
    )
    unknown, malformed = sorted(read.rejects, key=lambda reject: reject["row_number"])
    assert "13800000000" not in unknown["raw"]
    assert "张某" not in unknown["raw"]
    assert json.loads(unknown["raw_private"]) == {"电话": "13800000000", "备注": "张某家"}
    assert malformed["raw"] is None  # nobody knows which part of the text is the telephone number
    assert "13900000000" in malformed["raw_private"]
    assert "13900000000" not in str(malformed["value"])


def test_a_bad_value_in_a_personal_column_shows_a_mark(read_cases):
    mapping = with_keys(columns='phone = "电话"', rest='[case.values.phone]\nunmapped = "reject"\n')
    read = read_cases("编号,上报时间,状态,电话\n1,2026-03-05,办结,13800000000\n", mapping)
    assert (read.rejects[0]["rule"], read.rejects[0]["value"]) == ("unknown_value", "‹personal›")


def test_rejects_are_exported_corrected_and_imported_again(read_cases, tmp_path):
    mapping = with_keys(case='personal = ["备注"]', columns='phone = "电话"')
    content = "编号;上报时间;状态;电话;备注\n1;2026-03-05;转办;138;甲\n2;2026-02-30;办结;139;乙\n3;2026-03-05;办结;137;丙\n4;短\n"  # noqa: E501
    first = read_cases(content.encode("gbk"), '[file]\nencoding = "gbk"\ndelimiter = ";"\n' + mapping)
    assert (len(first.accepted), len(first.rejects)) == (1, 3)
    exported = tmp_path / "rejects.csv"
    assert export_rejects(first.rejects, exported) == 3
    text = exported.read_text(encoding="utf-8-sig")
    exported.write_text(
        text.replace("转办,138", "办结,138").replace("2026-02-30", "2026-02-28"), encoding="utf-8-sig"
    )
    # The same mapping, although it names another encoding and delimiter: the import knows its own rejects.
    second = read_file(exported, '[file]\nencoding = "gbk"\ndelimiter = ";"\n' + mapping)
    ids = {row["source_case_id"]: row["phone"] for row in second.accepted}
    assert ids == {"1": "138", "2": "139"}
    assert [reject["rule"] for reject in second.rejects] == ["missing_id"]  # row 4 still wants its columns


def test_unknown_values_are_kept_emptied_or_rejected(read_cases):
    mapping = with_keys(
        columns='channel = "渠道"\nrating = "评价"',
        rest='[case.values.channel.map]\n"电话" = "hotline_12345"\n[case.values.rating.map]\n"满意" = "good"\n',
    )
    read = read_cases(
        "编号,上报时间,状态,渠道,评价\n1,2026-03-05,办结,电话,满意\n2,2026-03-05,办结,微信,尚可\n3,2026-03-05,办结,,\n"
        "4,昨天,办结,微信,尚可\n",
        mapping,
    )
    assert [(row["channel"], row["rating"]) for row in read.accepted] == [
        ("hotline_12345", "good"),
        ("微信", None),
        (None, None),
    ]
    unmapped = {f.detail["field"]: (f.rule, f.rows, f.detail["values"]) for f in read.findings}
    # a word of an open column is kept, one of a closed vocabulary is not; rows that are kept out do not count
    assert unmapped == {
        "channel": ("unmapped_value", 1, {"微信": 1}),
        "rating": ("emptied_value", 1, {"尚可": 1}),
    }


def test_state_follows_from_times_where_the_file_has_none(read_cases):
    mapping = """
[case]
source = "s"
state_from = { closed_at = "closed", dispatched_at = "handling", otherwise = "reported" }
[case.columns]
source_case_id = "编号"
reported_at = "上报"
dispatched_at = "派单"
closed_at = "办结"
"""
    read = read_cases(
        "编号,上报,派单,办结\n1,2026-03-05,2026-03-06,2026-03-07\n2,2026-03-05,2026-03-06,\n3,2026-03-05,,\n",
        mapping,
    )
    assert [row["state"] for row in read.accepted] == ["closed", "handling", "reported"]


def test_odd_dates_are_let_in_and_said(read_cases):
    mapping = with_keys(columns='closed_at = "办结"\ndue_at = "时限"')
    read = read_cases(
        "编号,上报时间,状态,办结,时限\n"
        "1,2026-05-01,在办,,2027-01-01\n"  # reported after now; a time limit may lie in the future
        "2,2026-03-05,办结,2026-03-04,\n",
        mapping,
    )
    assert read.rows_by_rule() == {"future_date": 1, "closed_before_reported": 1}
    assert read.finding("future_date").detail == {"field": "reported_at", "sample_rows": [2]}


def test_points_that_are_none_or_impossible(read_cases):
    rows = ["1,116.5,39.75", "2,0,0", "3,,", "4,116.5,", "5,1165,39.75", "6,116.6,39.7", "7,116.7,39.7"]
    lines = [f"{n.split(',')[0]},2026-03-05,办结,{n.split(',', 1)[1]}" for n in rows]
    read = read_cases("编号,上报时间,状态,经度,纬度\n" + "\n".join(lines) + "\n", with_keys(columns=LONLAT))
    assert [(row["lon"], row["lat"]) for row in read.accepted][:5] == [
        (116.5, 39.75),
        (None, None),
        (None, None),
        (None, None),
        (1165.0, 39.75),  # kept for the join to call invalid
    ]
    assert read.rows_by_rule() == {"zero_coordinate": 1, "half_coordinate": 1, "impossible_lonlat": 1}


def located(points, prefix="编号,上报时间,状态,经度,纬度\n"):
    return prefix + "".join(f"{n},2026-03-05,办结,{x},{y}\n" for n, (x, y) in enumerate(points))


def test_gcj02_is_converted(read_cases):
    lon, lat = wgs84_to_gcj02(np.array([116.42079]), np.array([39.90105]))
    read = read_cases(located([(f"{lon[0]:.8f}", f"{lat[0]:.8f}")]), with_keys('crs = "gcj02"', LONLAT))
    assert read.accepted[0]["lon"] == pytest.approx(116.42079, abs=1e-7)
    assert read.accepted[0]["lat"] == pytest.approx(39.90105, abs=1e-7)


def test_a_projected_file_without_a_system_is_refused_with_what_it_may_be(read_cases):
    points = [(500_000 + n, 4_400_000 + n) for n in range(20)]
    with pytest.raises(UnknownCrs) as caught:
        read_cases(located(points), with_keys(columns=LONLAT), bounds=(116.0, 39.0, 118.0, 41.0))
    assert "x 500000 到 500019，y 4.4e+06 到 4.40002e+06" in caught.value.message
    assert "EPSG:4548" in caught.value.remedy


def test_a_projected_file_with_its_system_is_read(read_cases):
    read = read_cases(located([(500_000, 4_400_000)]), with_keys('crs = "EPSG:4548"', LONLAT))
    assert read.accepted[0]["lon"] == pytest.approx(117.0, abs=1e-6)
    assert read.accepted[0]["lat"] == pytest.approx(39.73, abs=0.01)


def test_degrees_declared_as_metres_are_refused(read_cases):
    with pytest.raises(UnknownCrs, match="像是经纬度"):
        read_cases(located([(116.5, 39.75)]), with_keys('crs = "EPSG:4548"', LONLAT))


@pytest.mark.parametrize(
    ("points", "bounds"),
    [
        ([(39.7 + n / 100, 116.5 + n / 100) for n in range(9)], None),  # latitude 116 cannot be
        ([(42.35, -71.05), (42.36, -71.06)], (-71.2, 42.2, -70.9, 42.5)),  # possible, but off the areas
    ],
)
def test_swapped_axes_are_said_with_the_line_that_mends_them(read_cases, points, bounds):
    read = read_cases(located(points), with_keys(columns=LONLAT), bounds=bounds)
    found = read.finding("swapped_axes")
    assert found.rows == len(points)
    assert found.detail["mend"] == 'columns.lon = "纬度"\ncolumns.lat = "经度"'
    assert read.accepted[0]["lon"] == points[0][0]  # never changed unasked


def test_placeholder_needs_more_than_two_percent_of_the_rows_with_a_point(read_cases):
    spread = [(116 + n / 1000, 39.5) for n in range(98)]
    at_share = read_cases(located([*spread, (116.9, 39.9), (116.9, 39.9)]), with_keys(columns=LONLAT))
    above = read_cases(located([*spread[:97], *[(116.9, 39.9)] * 3]), with_keys(columns=LONLAT))
    assert at_share.findings == []
    assert above.finding("placeholder_point").detail == {
        "lon": 116.9,
        "lat": 39.9,
        "share_pct": 3.0,
        "sample_rows": [99, 100, 101],
    }
    assert sum(row["at_placeholder"] for row in above.accepted) == 3


DUPLICATES = (
    "编号,上报时间,状态,更新\n"
    "A,2026-03-05,在办,2026-03-05\n"
    "B,2026-03-05,在办,2026-03-05\n"
    "A,2026-03-05,办结,2026-03-07\n"
    "A,2026-03-05,在办,2026-03-05\n"  # the first row once more
    "A,2026-03-06,办结,2026-03-06\n"
    "C,2026-02-30,办结,2026-03-06\n"  # not readable: takes no part
    "C,2026-02-28,办结,2026-03-06\n"
)


@pytest.mark.parametrize(
    ("policy", "loaded", "superseded", "rejected", "findings"),
    [
        ("reject", {2: "A", 3: "B", 8: "C"}, [5], {4: "duplicate_id", 6: "duplicate_id", 7: "bad_date"}, {"repeated_row": 1}),  # noqa: E501
        ("last", {4: "A", 3: "B", 8: "C"}, [2, 5, 6], {7: "bad_date"}, {"repeated_row": 1, "superseded_row": 2}),
        ("keep_apart", {2: "A#2", 4: "A", 6: "A#3", 3: "B", 8: "C"}, [5], {7: "bad_date"}, {"kept_apart": 3, "repeated_row": 1}),  # noqa: E501
    ],
)  # fmt: skip
def test_rows_under_one_id(read_cases, policy, loaded, superseded, rejected, findings):
    read = read_cases(DUPLICATES, with_keys(f'duplicate_policy = "{policy}"', 'updated_at = "更新"'))
    assert {
        row["row_number"]: row["source_case_id"] for row in read.accepted if not row["superseded"]
    } == loaded
    assert sorted(row["row_number"] for row in read.accepted if row["superseded"]) == superseded
    assert {reject["row_number"]: reject["rule"] for reject in read.rejects} == rejected
    assert read.rows_by_rule() == findings
    ids = [row["source_case_id"] for row in read.accepted if not row["superseded"]]
    assert len(ids) == len(set(ids))


def test_rows_kept_apart_keep_their_ids_in_any_order(read_cases):
    mapping = with_keys('duplicate_policy = "keep_apart"', 'updated_at = "更新"')
    header, *lines = DUPLICATES.splitlines()
    forth, back = (read_cases("\n".join([header, *part]) + "\n", mapping) for part in (lines, lines[::-1]))

    def told(read):
        return {(row["source_case_id"], row["updated_at"]) for row in read.accepted if not row["superseded"]}

    assert told(forth) == told(back)


def test_a_suffix_that_the_file_itself_uses_is_not_given_twice(read_cases):
    content = "编号,上报时间,状态\nA,2026-03-05,在办\nA,2026-03-06,在办\nA#2,2026-03-07,在办\n"
    read = read_cases(content, with_keys('duplicate_policy = "keep_apart"'))
    assert sorted(row["source_case_id"] for row in read.accepted) == ["A", "A##2", "A#2"]


def test_the_same_id_of_two_sources_is_no_duplicate(read_cases):
    mapping = PLAIN_MAPPING.replace('source = "test"\n', "").replace(
        "[case.columns]", '[case.columns]\nsource = "系统"'
    )
    read = read_cases(
        "系统,编号,上报时间,状态\n甲,1,2026-03-05,在办\n乙,1,2026-03-05,办结\n,2,2026-03-05,办结\n", mapping
    )
    assert [(row["source"], row["source_case_id"]) for row in read.accepted] == [("甲", "1"), ("乙", "1")]
    assert [reject["rule"] for reject in read.rejects] == ["missing_value"]


def test_damaged_text_is_let_in_and_said(read_cases):
    content = (
        "编号,上报时间,状态,标题\n".encode()
        + "1,2026-03-05,办结,好\n".encode() * 1
        + b"2,2026-03-05,\xe5\x8a\x9e\xe7\xbb\x93,\xff\xff\n"
    )
    read = read_cases(
        content + "3,2026-03-05,办结,井盖破损影响通行\n".encode(), with_keys(columns='title = "标题"')
    )
    assert read.finding("undecodable_text").detail["sample_rows"] == [3]
    assert read.accepted[1]["title"] == "\ufffd\ufffd"


def test_geojson_brings_its_points_without_a_word_in_the_mapping(tmp_path):
    frame = gpd.GeoDataFrame(
        {"编号": ["1", "2"], "上报时间": ["2026-03-05 14:20", "2026-03-05"], "状态": ["办结", "在办"]},
        geometry=[shapely.Point(116.5, 39.75), shapely.box(0, 0, 1, 1)],
        crs=4326,
    )
    frame.to_file(tmp_path / "t.geojson")
    read = read_file(tmp_path / "t.geojson")
    assert (read.accepted[0]["lon"], read.accepted[0]["lat"]) == (116.5, 39.75)
    assert {"lon", "lat"} <= read.file.columns_set
    assert [(reject["rule"], reject["value"]) for reject in read.rejects] == [("bad_number", "Polygon")]


def test_parquet_with_its_own_types(tmp_path):
    frame = pd.DataFrame(
        {
            "编号": [101001242404.0, 2.0],  # ids that a tool took for numbers
            "上报时间": pd.to_datetime(["2026-03-05 14:20", "2026-03-06 00:00"]),
            "状态": pd.Categorical(["办结", "在办"]),
            "经度": [116.5, None],
            "纬度": [39.75, None],
        }
    )
    frame.to_parquet(tmp_path / "t.parquet", index=False)
    read = read_file(tmp_path / "t.parquet", with_keys(columns=LONLAT))
    assert [row["source_case_id"] for row in read.accepted] == ["101001242404", "2"]
    assert read.accepted[0]["reported_at"] == dt.datetime(2026, 3, 5, 6, 20)
    assert read.accepted[1]["lon"] is None


def test_an_empty_file_and_a_mapping_without_cases(read_cases, tmp_path):
    assert read_cases("编号,上报时间,状态\n").accepted == []
    mapping = parse_mapping('[point]\nkind = "canteen"\n[point.columns]\nname = "编号"\n')
    with pytest.raises(InputRefused, match="case"):
        iter_cases(tmp_path / "cases.csv", mapping, NOW)


field = st.sampled_from(
    [
        "",
        "A",
        "B",
        "2026-03-05",
        "2026-13-05",
        "办结",
        "在办",
        "转办",
        "0",
        "116.5",
        "39.7",
        "x\ny",
        '"',
        "经",
    ]
)


@given(st.lists(st.lists(field, max_size=7), max_size=25), st.sampled_from(["reject", "keep_apart"]))
def test_read_is_accepted_plus_rejected(tmp_path_factory, table, policy):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["编号", "上报时间", "状态", "经度", "纬度"], *table])
    path = tmp_path_factory.mktemp("cases") / "t.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    try:
        read = read_file(
            path, '[file]\ndelimiter = ","\n' + with_keys(f'duplicate_policy = "{policy}"', LONLAT)
        )
    except UnknownCrs:
        return  # the coordinates cannot be degrees: the file is refused as a whole
    rows = list(csv.reader(io.StringIO(out.getvalue())))[1:]
    blank = sum(row in ([], [""] * 5) for row in rows)
    assert read.file.read == len(rows) - blank
    assert read.file.blank_rows == blank
    numbers = [row["row_number"] for row in (*read.accepted, *read.rejects)]
    assert len(numbers) == len(set(numbers)) == read.file.read
    loaded = [row["source_case_id"] for row in read.accepted if not row["superseded"]]
    assert len(loaded) == len(set(loaded))


def test_the_hotline_example_reads_a_workbook_of_its_shape(tmp_path):
    columns = [
        "工单编号",
        "诉求标题",
        "大类",
        "小类",
        "诉求来源",
        "办理状态",
        "办理结果",
        "是否超期",
        "满意度",
        "受理时间",
    ]
    columns += [
        "派单时间",
        "办理时限",
        "办结时间",
        "更新时间",
        "承办单位",
        "地点描述",
        "社区编码",
        "所属社区",
        "返工次数",
    ]
    columns += ["诉求人", "联系电话", "联系地址", "诉求内容", "首次联系时间"]
    cells = [
        "G1",
        "路灯",
        "市政",
        "照明",
        "微信",
        "已办结",
        "已解决",
        "否",
        "满意",
        "2026年3月5日",
        "",
        46087.5,
        "",
        "",
    ]
    cells += ["城管局", "路口", 110101001001, "幸福社区", 1, "张三", "13800000000", "幸福路1号", "张三来电"]
    cells += ["2026/03/05 09:30"]
    book = xlsxwriter.Workbook(tmp_path / "t.xlsx")
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, len(columns) + 1, "热线工单")
    for at, name in enumerate(columns):
        sheet.merge_range(1, at, 2, at, name)
    sheet.merge_range(1, len(columns), 1, len(columns) + 1, "位置")
    sheet.write_row(2, len(columns), ["经度", "纬度"])
    for row, state, updated in ((3, "办理中", 5), (4, "已办结", 6)):  # handed on once: two rows under one id
        sheet.write_row(row, 0, [*cells, 116.42703, 39.90245])
        sheet.write(row, 5, state)
        sheet.write_datetime(
            row, 13, dt.datetime(2026, 3, updated), book.add_format({"num_format": "yyyy-mm-dd"})
        )
    book.close()
    read = read_file(tmp_path / "t.xlsx", (EXAMPLES / "hotline_12345.toml").read_text(encoding="utf-8"))
    old, new = sorted(read.accepted, key=lambda row: row["row_number"])
    assert (old["superseded"], new["superseded"]) == (True, False)
    assert (new["state"], new["outcome"], new["timeliness"], new["rating"]) == (
        "closed",
        "solved",
        "on_time",
        "good",
    )
    assert (new["category"], new["channel"]) == ("市政/照明", "resident_app")
    assert (new["reported_at"], new["due_at"]) == (dt.datetime(2026, 3, 4, 16), dt.datetime(2026, 3, 6, 4))
    assert new["contacted_at"] == dt.datetime(2026, 3, 5, 1, 30)
    assert (new["area_code"], new["phone"], new["rework_count"]) == ("110101001001", "13800000000", 1)
    assert new["lon"] == pytest.approx(116.42079, abs=1e-5)  # GCJ-02 to WGS-84
    assert new["description"] is None
    assert read.rejects == []


def test_reading_may_stop_anywhere(tmp_path):
    lines = "".join(f"{n},2026-03-05,办结\n" for n in range(800_000))
    (tmp_path / "t.csv").write_text("编号,上报时间,状态\n" + lines, encoding="utf-8")
    file = iter_cases(tmp_path / "t.csv", parse_mapping(PLAIN_MAPPING), NOW)
    for _accepted, _rejects in file.chunks:
        break
    assert 0 < file.read < 800_000
