"""What files say of posts, compounds and companies beside their places: levels, hours, checklists, assessments."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from data.ingest.assessments import AssessmentFile, read_assessments
from data.ingest.mapping import parse_mapping
from data.ingest.places import read_compounds, read_points
from domain.errors import InputRefused

POINTS = """
[point]
kind = "police_room"
[point.columns]
name = "名称"
level = "层级"
opening_hours = "开放时间"
[point.values.opening_hours.map]
"早八晚五" = "每日 8:00-17:00"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    return path


def rejects(file: object) -> dict[int, tuple[str, str]]:
    return {row["row_number"]: (row["rule"], row["field"]) for row in file.rejects.to_pylist()}  # type: ignore[attr-defined]


def test_levels_and_opening_hours_of_points(tmp_path: Path):
    path = write(
        tmp_path,
        "名称,层级,开放时间\n甲,社区,周一至周五 8:30-17:30\n乙,街道级,全天\n丙,street,早八晚五\n"
        "丁,,\n戊,省,24/7\n己,社区,看心情\n",
    )
    file = read_points(path, parse_mapping(POINTS))
    told = {row["name"]: (row["level"], row["opening_hours"]) for row in file.frame.to_dict("records")}
    assert told == {
        "甲": ("community", "Mo-Fr 08:30-17:30"),
        "乙": ("street", "24/7"),
        "丙": ("street", "Mo-Su 08:00-17:00"),
        "丁": (None, None),
        # a level that we do not know is left empty and counted, as of every closed vocabulary
        "戊": (None, "24/7"),
    }
    # opening hours that nobody can read are as a date that nobody can read
    assert rejects(file) == {7: ("bad_hours", "开放时间")}
    assert [(f.rule, f.rows, f.detail["field"]) for f in file.findings] == [("emptied_value", 1, "level")]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *[(word, True) for word in ("是", "有", "true", "TRUE", "1", "已成立", "√", "Yes")],
        *[(word, False) for word in ("否", "无", "没有", "false", "0", "未成立", "×")],
        # a blank says neither, and so do the signs for one
        *[(word, None) for word in ("", "—", "N/A")],
        ("筹备中", None),
    ],
)
def test_yes_and_no(tmp_path: Path, word: str, expected: bool | None):
    path = write(tmp_path, f"name,lon,lat,owners_committee\n甲,116.5,39.75,{word}\n")
    file = read_compounds(path)
    assert file.frame["owners_committee"].tolist() == [expected]
    assert file.frame["has_place"].tolist() == [None]
    assert [finding.rule for finding in file.findings] == (["emptied_value"] if word == "筹备中" else [])


def test_what_is_left_empty_is_said_so_and_rows_that_are_kept_out_do_not_count(tmp_path: Path):
    path = write(
        tmp_path,
        "name,lon,lat,households,takeover,owners_committee\n甲,116.5,39.75,90,自管,也许\n"
        "乙,116.5,39.75,许多,自管,也许\n丙,0,0,90,,也许\n丁,116.5,39.75,90,state_company,是\n",
    )
    file = read_compounds(path)
    assert file.frame[["name", "takeover", "owners_committee"]].values.tolist() == [
        ["甲", None, None],
        ["丁", "state_company", True],
    ]
    assert {number: rule for number, (rule, _field) in rejects(file).items()} == {
        3: "bad_number",
        4: "empty_geometry",
    }
    assert [(f.rule, f.rows, f.detail) for f in file.findings] == [
        ("emptied_value", 1, {"field": field, "sample_rows": [2]})
        for field in ("owners_committee", "takeover")
    ]


def test_a_mapping_may_say_what_is_a_yes(tmp_path: Path):
    mapping = """
[compound]
empty = ["", "无"]
[compound.columns]
name = "小区"
party_branch = "支部"
takeover = "措施"
unmanaged_until = "上次"
takeover_due = "期限"
lon = "x"
lat = "y"
[compound.values.party_branch]
map = { "联建" = "true", "空白" = "false" }
unmapped = "reject"
"""
    path = write(
        tmp_path,
        "小区,支部,措施,上次,期限,x,y\n甲,联建,街道托管,2025-01-02,2026/3/4,116.5,39.75\n"
        "乙,无,state_company,,,116.5,39.75\n丙,在建,,,,116.5,39.75\n丁,空白,,昨天,,116.5,39.75\n",
    )
    file = read_compounds(path, parse_mapping(mapping))
    first, second = file.frame.to_dict("records")
    assert (first["party_branch"], first["takeover"]) == (True, "street_trust")
    assert (first["unmanaged_until"], first["takeover_due"]) == (dt.date(2025, 1, 2), dt.date(2026, 3, 4))
    # what the mapping calls empty is empty, 无 too
    assert (second["party_branch"], second["takeover"]) == (None, "state_company")
    assert rejects(file) == {4: ("unknown_value", "支部"), 5: ("bad_date", "上次")}


# --- assessments ----------------------------------------------------------------------------------------------

SCORES = """
[assessment]
indicator = "inspection"
[assessment.columns]
compound_code = "小区编码"
company = "企业"
period = "考核期"
value = "得分"
evidence = "文号"
"""


def assessed(folder: Path, text: str, mapping: str | None = SCORES) -> AssessmentFile:
    return read_assessments(write(folder, text), parse_mapping(mapping) if mapping else None)


def test_scores_in_their_own_words(tmp_path: Path):
    file = assessed(
        tmp_path,
        "小区编码,企业,考核期,得分,文号,检查人\nC1,,2026年第三季度,９２.５,区住建〔2026〕3号,张三\n"
        ",某物业,2026-07,80,,\n",
    )
    assert file.rows.good.all()
    first, second = file.frame.to_dict("records")
    assert (first["indicator"], first["compound_code"], first["value"]) == ("inspection", "C1", 92.5)
    assert (first["period_start"], first["period_end"]) == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    assert (second["company"], second["compound_code"]) == ("某物业", None)
    assert "张三" not in repr(file.frame)


@pytest.mark.parametrize(
    ("row", "rule", "field"),
    [
        (",,2026Q3,90,", "missing_value", "小区编码"),
        ("C1,某物业,2026Q3,90,", "two_subjects", "企业"),
        ("C1,,,90,", "missing_value", "考核期"),
        ("C1,,去年,90,", "bad_period", "考核期"),
        ("C1,,2026Q3,,", "missing_value", "得分"),
        ("C1,,2026Q3,优,", "bad_number", "得分"),
    ],
)
def test_a_score_of_nothing_is_kept_out(tmp_path: Path, row: str, rule: str, field: str):
    file = assessed(tmp_path, f"小区编码,企业,考核期,得分,文号\n{row}\nC2,,2026Q3,1,\n")
    assert file.rows.good.tolist() == [False, True]
    assert rejects(file.result(file.frame[file.rows.good])) == {2: (rule, field)}


def test_our_own_column_names_need_no_mapping(tmp_path: Path):
    header = "indicator,compound_code,period_start,period_end,value"
    file = assessed(
        tmp_path, f"{header}\ncredit,C1,2026-01-01,2026-03-31,7\ncredit,C1,2026-04-01,2026-03-31,7\n", None
    )
    assert file.rows.good.tolist() == [True, False]
    (fault,) = rejects(file.result(file.frame[file.rows.good])).values()
    assert fault == ("bad_period", "period_end")


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("compound_code,period,value", "缺 indicator"),
        ("indicator,period,value", "缺 compound_code 或 company"),
        ("indicator,company,value,period_start", "缺 period_end 或 period"),
        ("indicator,company,value", r"缺 period_end\+period_start 或 period"),
    ],
)
def test_a_file_that_says_too_little_is_refused(tmp_path: Path, header: str, missing: str):
    with pytest.raises(InputRefused, match=missing):
        assessed(tmp_path, f"{header}\n", None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('indicator = "inspection"\n', ""), "indicator"),
        (('compound_code = "小区编码"\ncompany = "企业"\n', ""), "考核的对象没有来处"),
        (('period = "考核期"\n', ""), "考核的周期请写"),
        (('period = "考核期"\n', 'period_start = "起"\n'), "考核的周期请写"),
        (
            ('period = "考核期"\n', 'period = "考核期"\nperiod_end = "止"\nperiod_start = "起"\n'),
            "考核的周期请写",
        ),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(change: tuple[str, str], told: str):
    assert change[0] in SCORES
    with pytest.raises(InputRefused, match=told):
        parse_mapping(SCORES.replace(*change))


def test_a_mapping_of_another_kind_is_refused(tmp_path: Path):
    with pytest.raises(InputRefused, match="assessment"):
        assessed(tmp_path, "名称\n", POINTS)
