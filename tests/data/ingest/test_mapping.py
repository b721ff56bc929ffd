"""Mapping files: what is right, and every fault said at once with its key."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from data.ingest.mapping import Mapping, check_columns, load_mapping, parse_mapping
from data.ingest.mapping_errors import messages
from domain.errors import InputRefused, NotFound

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"

CASE = """
[case]
source = "s"
{case}
[case.columns]
source_case_id = "编号"
reported_at = "时间"
state = "状态"
{columns}
{rest}
"""


def mapping(case="", columns="", rest=""):
    return CASE.format(case=case, columns=columns, rest=rest)


def refusal(text):
    with pytest.raises(InputRefused) as caught:
        parse_mapping(text)
    return caught.value.message


MAPPINGS = sorted(set(EXAMPLES.glob("*.toml")) - {EXAMPLES / "schedule.toml"})


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.stem)
def test_every_example_is_a_valid_mapping(path):
    own = {"assessments": "assessment"} | {name: name for name in ("duty", "point", "compound")}
    section = own.get(path.stem, "case")
    assert getattr(load_mapping(path), section) is not None


def test_columns_may_be_joined_in_three_ways():
    section = parse_mapping(
        mapping(
            columns='category = ["大类", "小类"]\ntitle = "标题"\nplace = { columns = ["路", "号"], separator = "" }'
        )
    ).case
    assert section is not None
    assert section.targets["category"].columns == ("大类", "小类")
    assert section.targets["category"].separator == "/"
    assert section.targets["title"].columns == ("标题",)
    assert section.targets["place"].separator == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (mapping(case='sorce = "x"'), "case.sorce：没有这个键，是不是 source？"),
        (mapping(columns='reported = "x"'), "case.columns.reported：没有这个键，是不是 reported_at？"),
        (mapping(rest='[case.values.state]\nunmaped = "keep"'), "case.values.state.unmaped：没有这个键，是不是 unmapped？"),  # noqa: E501
        (mapping(rest='[case.value.state]\ndefault = "closed"'), "case.value：没有这个键，是不是 values？"),
        (mapping(rest="[fil]\nskip_rows = 1"), "fil：没有这个键，是不是 file？"),
        (mapping(rest="[file]\nheader_rows = 0"), "file.header_rows"),
        (mapping(case='prefer = "points"'), "case.prefer"),
        (mapping(case='timezone = "Asia/Shanghia"'), "没有这个时区"),
        (mapping(case='crs = "gcj20"'), "gcj20"),
        (mapping(case='date_formats = ["YYYY-MM-DD"]'), "YYYY-MM-DD"),
        (mapping(rest='[case.dates]\nclosed = ["%Y-%m-%d"]'), "是不是“closed_at”？"),
        (mapping(columns='lon = "经度"'), "columns.lon"),
        (mapping(case='duplicate_policy = "last"'), "columns.updated_at"),
        (mapping(columns='source = "来源"'), "恰好写一个"),
        (mapping(rest='[case.values.state.map]\n"办结" = "close"'), "values.state.map.办结：“close”不在可用值之内，是不是“closed”？"),  # noqa: E501
        (mapping(rest='[case.values.state]\nunmapped = "keep"'), "不能 keep"),
        (mapping(rest='[case.values.stat.map]\na = "b"'), "是不是“state”？"),
        (mapping(columns='phone = "电话"\ntitle = "电话"'), "columns.title 用到了个人信息列"),
        (mapping(case='personal = ["编号"]'), "columns.source_case_id 用到了个人信息列"),
        (mapping(case='state_from = { closed_at = "closed" }'), "state_from.closed_at"),
        ('[case]\nsource = "s"\n[case.columns]\nsource_case_id = "a"\nreported_at = "b"\n', "案件状态没有来处"),
        ("[file]\nskip_rows = 1\n", "恰好一节"),
        ('[point]\n[point.columns]\nname = "名称"\n', "kind"),
        ("[case\n", "TOML"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_key(text, expected):
    assert expected in refusal(text)


def test_all_faults_are_said_at_once():
    message = refusal(
        mapping(case='prefer = "x"\nsorce = "y"', columns='reported = "x"', rest="[file]\nskip_rows = -1")
    )
    assert message.startswith("映射文件有 4 处不对")
    # a strange key does not hide what only the whole section can tell
    message = refusal(
        mapping(case='sorce = "y"\ncrs = "gcj20"', rest='[case.values.state.map]\n"办结" = "close"')
    )
    assert message.startswith("映射文件有 3 处不对")
    assert message.count("\n- ") == 3


def test_columns_missing_in_the_file_are_all_named_with_the_nearest():
    with pytest.raises(InputRefused) as caught:
        check_columns(parse_mapping(mapping(columns='title = "标题"')), ["编号", "上报时间", "案件状态"])
    message = caught.value.message
    assert "缺" in message or "没有映射所写的 3 列" in message
    assert "columns.reported_at = “时间”，是不是“上报时间”？" in message
    assert "columns.title = “标题”" in message
    assert "文件的列有：编号、上报时间、案件状态" in message


def test_no_file_and_wrong_encoding(tmp_path):
    with pytest.raises(NotFound):
        load_mapping(tmp_path / "nothing.toml")
    (tmp_path / "gbk.toml").write_bytes("# 映射\n[case]\n".encode("gbk"))
    with pytest.raises(InputRefused, match="UTF-8"):
        load_mapping(tmp_path / "gbk.toml")


WRONG_VALUES: tuple[Any, ...] = (True, 1.5, -3, 10**9, float("inf"), "", "x", "xyz", [], ["a", 3], {"a": 1})
PLACES = (
    "file.encoding", "file.delimiter", "file.header_rows", "file.skip_rows", "case", "case.columns", "case.prefer",
    "case.columns.source_case_id", "case.state_from", "case.personal", "case.area_level", "case.every_hours",
    "case.values.state.map", "case.values.state.unmapped", "case.dates.reported_at", "point.kind",
    "assessment.scale", "assessment.indicator",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_no_fault_is_told_in_another_language(place: str):
    for value in WRONG_VALUES:
        document = value
        for key in reversed(place.split(".")):
            document = {key: document}
        with pytest.raises(ValidationError) as refused:
            Mapping.model_validate(document)
        told = "\n".join(messages(refused.value, Mapping))
        assert "Input should" not in told
        assert "should have" not in told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[file]\nheader_rows = "two"', 'file.header_rows：写的是 "two"，应当是整数。'),
        ("[file]\nheader_rows = 9", "file.header_rows：写的是 9，应当不大于 5。"),
        ('[file]\ndelimiter = "ab"', 'file.delimiter：写的是 "ab"，应当至多有 1 个字。'),
        ('[case]\nprefer = "names"', 'case.prefer：写的是 "names"，应当是 name、point、code 之一。'),
        ("[case]\nstate_from = 3", "case.state_from：写的是 3，应当是表 { … }。"),
    ],
)
def test_a_fault_says_what_was_seen_and_what_was_expected(text: str, line: str):
    with pytest.raises(InputRefused) as refused:
        parse_mapping(text)
    assert f"- {line}" in refused.value.message.splitlines()
