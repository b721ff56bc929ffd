"""`python -m data import assessments`: values that cannot be, values that no profile scores, and what is replaced."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.settings import Settings
from tests.support.database import copied_db
from tests.support.operator import Outcome, data_here
from tests.support.profiles import own_ratings
from tests.support.small_city import rows
from tests.support.small_compounds import COMPOUNDS, bring_compounds

HEADER = "indicator,compound_code,period,value"


@pytest.fixture
def db(small_city_db: Path, tmp_path: Path) -> Path:
    """Five compounds that nobody has assessed; the third quarter of 2026 is over."""
    path = copied_db(small_city_db, tmp_path / "city.duckdb")
    with Store.opened(path, Settings()) as store:
        bring_compounds(store, COMPOUNDS)
        with store.writing(OPERATOR) as writer:
            writer.set_city(name=None, timezone="Asia/Shanghai", as_of=datetime(2026, 10, 1))
    return path


def brought(
    db: Path, *lines: str, header: str = HEADER, mapping: str | None = None, json: bool = False
) -> Outcome:
    """The import of a table, with a mapping where one is given."""
    table, told = db.with_name("scores.csv"), db.with_name("scores.toml")
    table.write_text("\n".join([header, *lines]), encoding="utf-8")
    if mapping is not None:
        told.write_text(mapping, encoding="utf-8")
    words = [
        "import",
        "assessments",
        table,
        *(["--mapping", told] if mapping else []),
        *(["--json"] if json else []),
    ]
    return data_here(db, *words)


def scaled(scale: str) -> str:
    columns = "\n".join(f'{name} = "{name}"' for name in HEADER.split(","))
    return f"[assessment]\nscale = {scale}\n[assessment.columns]\n{columns}\n"


def adds_up(report: dict[str, Any]) -> tuple[int, int, int]:
    assert report["read"] == report["accepted"] + report["rejected"]
    assert report["accepted"] == report["inserted"] + report["updated"] + report["unchanged"]
    return report["read"], report["accepted"], report["rejected"]


def test_a_value_beyond_the_scale_of_the_mapping_is_rejected(db: Path):
    lines = (
        "inspection,C1,2026Q3,150",
        "inspection,C2,2026Q3,100",
        "inspection,C3,2026Q3,0",
        "inspection,C4,2026Q3,-1",
    )
    done = brought(db, *lines, mapping=scaled("[0, 100]"), json=True).json
    assert adds_up(done) == (4, 2, 2)
    assert done["rejected_by_rule"] == {"beyond_scale": 2}
    assert done["findings"] == []
    told = data_here(db, "rejects", done["batch"])
    for word in ("150", "分值超出满分范围", "scale"):
        assert word in told.stdout


def test_a_full_mark_of_each_row_is_held_against_its_value(db: Path):
    header = f"{HEADER},maximum"
    lines = (
        "inspection,C1,2026Q3,88,80",
        "inspection,C2,2026Q3,88,100",
        "inspection,C3,2026Q3,300,",
        "inspection,C4,2026Q3,-1,80",
    )
    done = brought(db, *lines, header=header, json=True).json
    assert adds_up(done) == (4, 2, 2)
    # what says no full mark is known by the bands alone
    assert [(one["rule"], one["rows"], one["sample_rows"]) for one in done["findings"]] == [
        ("beyond_bands", 1, [4])
    ]
    with Store.opened(db, Settings()) as store:
        assert rows(store, "select row_number, rule, field, value from reject order by row_number") == [
            (2, "beyond_scale", "value", "88"), (5, "beyond_scale", "value", "-1"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("scale", "word"),
    [
        ("[100, 0]", "scale 写的是 100 到 0，应当先小后大"),
        ("[5, 5]", "scale 写的是 5 到 5"),
        ("[0, inf]", "assessment.scale.1"),
        ("100", "assessment.scale"),
    ],
)
def test_a_scale_that_is_none_is_refused(db: Path, scale: str, word: str):
    done = brought(db, "inspection,C1,2026Q3,80", mapping=scaled(scale))
    assert done.code == 1
    assert word in done.stderr


def test_without_a_scale_a_value_that_no_profile_scores_is_taken_and_told(db: Path):
    lines = ("inspection,C1,2026Q3,150", "inspection,C2,2026Q3,90", "attendance,C3,2026Q3,5000")
    done = brought(db, *lines, json=True).json
    assert adds_up(done) == (3, 3, 0)
    finding, unasked = done["findings"]
    assert (finding["rule"], finding["rows"], finding["indicator"], finding["bands"]) == (
        "beyond_bands", 1, "inspection", "0–100",
    )  # fmt: skip
    assert (unasked["rule"], unasked["indicator"]) == ("unasked_assessment", "attendance")
    rated = data_here(db, "rate", "--periods", "1")
    assert "现场检查：1 个小区的分值（150 到 150）超出评级方案的分段（0–100），按最近一端计分" in rated.stdout
    one = data_here(db, "rate", "--compound", "C1", "--periods", "1")
    assert "现场检查 150.0 分（超出分段 0–100，按最近一端计分） → 100.0 分" in one.stdout
    assert "超出分段" not in data_here(db, "rate", "--compound", "C2", "--periods", "1").stdout


def test_an_indicator_that_no_profile_asks_for_is_taken_and_told_with_those_that_resemble_it(
    db: Path, tmp_path: Path
):
    done = brought(
        db, "inspecton,C1,2026Q3,90", "inspecton,C2,2026Q3,80", "inspection,C3,2026Q3,70", json=True
    ).json
    assert adds_up(done) == (3, 3, 0)
    [finding] = done["findings"]
    assert (finding["rule"], finding["rows"], finding["sample_rows"]) == ("unasked_assessment", 2, [2, 3])
    assert finding["known"].split("、")[0] == "inspection"
    name = '{ zh = "晚", en = "Late" }'
    penalty = f'{{ name = {name}, points = 1, assessment = "inspecton", below = 5 }}'
    ours = f'extends = "hongxin"\npenalties.late = {penalty}\n'
    with own_ratings(tmp_path / "own", ours=ours):
        again = brought(db, "inspecton,C1,2026Q2,90", json=True).json
    assert again["findings"] == []


def test_a_profile_of_ones_own_may_score_it(db: Path, tmp_path: Path):
    points = "[[0, 0], [200, 100]]"
    ours = f'extends = "hongxin"\nitems.inspection.bands = {{ kind = "linear", points = {points} }}\n'
    with own_ratings(tmp_path / "own", ours=ours):
        done = brought(db, "inspection,C1,2026Q3,150", "inspection,C2,2026Q3,201", json=True).json
    assert [(one["rows"], one["bands"]) for one in done["findings"]] == [(1, "0–100、0–200")]


def test_a_step_has_no_upper_end(db: Path):
    lines = ("credit,安居物业,2026,950", "credit,德邻物业,2026,-1")
    done = brought(db, *lines, header="indicator,company,period,value", json=True).json
    assert [(one["rows"], one["bands"]) for one in done["findings"]] == [(1, "≥ 0")]


def test_what_is_replaced_is_named(db: Path):
    assert "早先的考核" not in brought(db, "inspection,C1,2026Q3,80", "inspection,C2,2026Q3,70").stdout
    again = brought(db, "inspection,C1,2026Q3,81", "inspection,C2,2026Q3,70", "inspection,C3,2026Q3,60")
    assert "更新了 1 条早先的考核（撤回：python -m data undo " in again.stdout
    assert "inspection  C1  2026-07-01–2026-09-30：80 → 81" in again.stdout
    assert "C2  2026-07-01" not in again.stdout


def test_a_change_beside_the_value_and_many_are_told(db: Path):
    header = f"{HEADER},evidence"
    lines = [
        f"inspection,{code},{year}Q{n},70"
        for code in ("C1", "C2", "C3")
        for year in (2025,)
        for n in (1, 2, 3, 4)
    ]
    brought(db, *(f"{line}," for line in lines), header=header)
    done = brought(db, *(f"{line},甲〔2026〕1号" for line in lines), header=header)
    assert "更新了 12 条早先的考核" in done.stdout
    assert "inspection  C1  2025-01-01–2025-03-31：70，只改了依据等" in done.stdout
    assert "只列出前 10 条。" in done.stdout
    assert "甲〔2026〕" not in done.stdout
