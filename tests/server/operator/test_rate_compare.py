"""`python -m data rate --compare`: what another profile makes of the same compounds of the demo town."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.ratings import catalogue
from domain.ratings.change import why_changed
from domain.ratings.lists import ListKind
from domain.settings import Settings
from queries import ratings as rating_queries
from tests.support.database import copied_db
from tests.support.operator import channel_server, data, data_here
from tests.support.profiles import own_ratings
from tests.support.repository import ROOT

TEXT = (ROOT / "docs" / "ratings.md").read_text(encoding="utf-8")
CHANGING, COMPARING = (
    TEXT.partition(f"\n### {start}\n")[2].partition("\n### ")[0]
    for start in ("Changing a weight", "Comparing two profiles")
)


def fences(text: str, kind: str) -> list[str]:
    """The blocks of a kind."""
    return [block.strip() for block in re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)]


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profile of the manual, in a folder that no setting names."""
    path = tmp_path_factory.mktemp("draft") / "our_city.toml"
    [profile] = fences(CHANGING, "toml")
    path.write_text(profile, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def told(module_town_db: Path, draft: Path) -> dict[str, Any]:
    return data_here(module_town_db, "rate", "--compare", draft, "--json").json


def written(folder: Path, text: str) -> Path:
    path = folder / "other.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_manual_shows_what_the_command_prints(module_town_db: Path, draft: Path):
    done = data_here(module_town_db, "rate", "--compare", draft)
    assert done.code == 0, done.stderr
    for block in fences(COMPARING, "text"):
        assert block in done.stdout, block


def test_all_compounds_are_accounted_for(told: dict[str, Any]):
    courses = told["courses"]
    assert sum(courses.values()) == told["compounds"] == 1000
    assert sum(pair["compounds"] for pair in told["grades"]) == 1000
    regraded = Counter(
        row["course"] for row in told["changed"] if row["before"]["grade"] != row["after"]["grade"]
    )
    assert regraded == {name: courses[name] for name in ("up", "down")}
    for row in told["lists"]:
        assert row["before"] - row["leaves"] + row["enters"] == row["after"]
    moved = [place for row in told["changed"] for place in row["lists"]]
    assert len(moved) == sum(row["leaves"] + row["enters"] for row in told["lists"]) == 7


def test_it_is_what_each_profile_says_by_itself(
    told: dict[str, Any], module_town_db: Path, draft: Path, tmp_path: Path
):
    with (
        own_ratings(tmp_path / "own", our_city=draft.read_text(encoding="utf-8")),
        Store.opened(module_town_db, Settings()) as store,
        store.session(OPERATOR) as session,
    ):
        old, new = (rating_queries.ratings(session, name, 8) for name in ("hongxin", "our_city"))
        last = old.periods[-1]
        by_code = [found.of(last).set_index("code") for found in (old, new)]
        for row in told["changed"]:
            for side, rows in zip(("before", "after"), by_code, strict=True):
                assert rows.loc[row["code"], "total"] == row[side]["total"]
                assert rows.loc[row["code"], "grade"] == row[side]["grade"]
        same = set(by_code[0].index) - {row["code"] for row in told["changed"]}
        for code in same:
            grades = [str(rows.loc[code, "grade"]) for rows in by_code]
            assert grades[0] == grades[1]
        first = told["changed"][0]
        number = int(by_code[0].loc[first["code"], "compound_id"])
        [evidence] = old.evidence_of([(number, last)])
        change = why_changed(catalogue.profile("hongxin"), catalogue.profile("our_city"), evidence)
        assert first["why"] == change.words


def test_a_place_on_a_list_says_why_by_either_profile(told: dict[str, Any]):
    first = told["changed"][0]
    [place] = first["lists"]
    assert (place["list"], place["before"], place["after"]) == (ListKind.BLACK.value, True, False)
    assert place["why_before"].startswith("连续 2 期区间上限低于 60 分（本期 58.3）")
    assert place["why_after"] == "2026-Q3 区间上限 60.7 分，不低于 60 分"


def test_one_compound_step_by_step(module_town_db: Path, draft: Path):
    words = ("rate", "--compare", draft, "--compound", "470102001004C010", "--periods", "2")
    told = data_here(module_town_db, *words, "--json").json
    assert [step["period"] for step in told["comparisons"]] == ["2026-Q2", "2026-Q3"]
    last = told["comparisons"][-1]
    assert (last["before"]["total"], last["after"]["total"]) == (82.1, 71.4)
    assert "好评率 0.0 % · 0/2 → 0.0 分 × 权重 30 / 115 = 0.0 分" in last["after"]["words"]
    people = data_here(module_town_db, *words).stdout
    for line in ("原方案", "对比方案", last["why"], *last["before"]["words"], *last["after"]["words"]):
        assert line in people


def test_within_an_area_they_add_up_to_its_compounds(module_town_db: Path, draft: Path):
    area = "470102001001"
    told = data_here(module_town_db, "rate", "--compare", draft, "--area", area, "--json").json
    each = data_here(module_town_db, "rate", "--each", "--area", area, "--json").json
    assert told["compounds"] == sum(told["courses"].values()) == each["compounds"] == len(each["each"]) > 0
    assert {row["code"] for row in told["changed"]} <= {row["code"] for row in each["each"]}


def test_rated_anew_and_rated_no_longer(module_town_db: Path, tmp_path: Path):
    file = written(tmp_path, 'extends = "hongxin"\nleast_weight = 0.01\n')
    told = data_here(module_town_db, "rate", "--compare", file, "--json").json
    newly = told["courses"]["newly_rated"]
    assert newly > 0
    assert sum(told["courses"].values()) == 1000
    assert (told["courses"]["up"], told["courses"]["down"]) == (0, 0)
    [first, *_others] = [row for row in told["changed"] if row["course"] == "newly_rated"]
    assert first["before"] == {"grade": None, "title": "不评级", "total": None}
    assert first["reasons"][0].startswith("原来已知项目只占权重的 ")
    with own_ratings(tmp_path / "own", other=file.read_text(encoding="utf-8")):
        words = ("rate", "--profile", "other", "--compare", "hongxin", "--json")
        back = data_here(module_town_db, *words).json
    assert back["courses"]["no_longer_rated"] == newly


def test_other_grades_go_by_the_total(module_town_db: Path, tmp_path: Path):
    file = written(
        tmp_path, 'extends = "hongxin"\n[grades.six]\nname = { zh = "六星", en = "Six" }\nat_least = 97\n'
    )
    done = data_here(module_town_db, "rate", "--compare", file)
    assert "两个方案的等级不同，升降按总分算。" in done.stdout
    assert "升级 0 + 降级 0 + 等级不变 764 + 新评级 0 + 不再评级 0 + 都不评级 236 = 1,000" in done.stdout


def test_another_indicator_of_an_item_is_told_by_its_value(module_town_db: Path, tmp_path: Path):
    file = written(
        tmp_path,
        'extends = "hongxin"\n[items.satisfaction]\nindicator = "closing_rate"\n',
    )
    told = data_here(module_town_db, "rate", "--compare", file, "--json").json
    assert sum(told["courses"].values()) == 1000
    assert any("结案率：" in row["why"] and "取值由 " in row["why"] for row in told["changed"])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('extends = "hongxin"\nperiod = "month"\n', "两个方案的周期不同：quarter 和 month"),
        ('extends = "nobody"\n', "沿用“nobody”"),
        ('extends = "hongxin"\nitems.rework.weight = -1\n', "items.rework.weight：写的是 -1，应当大于 0"),
    ],
)
def test_a_draft_that_is_wrong_is_refused(module_town_db: Path, tmp_path: Path, text: str, word: str):
    done = data_here(module_town_db, "rate", "--compare", written(tmp_path, text))
    assert done.code == 1
    assert word in done.stderr


def test_a_draft_may_take_over_a_file_beside_it(module_town_db: Path, tmp_path: Path):
    written(tmp_path, 'extends = "hongxin"\nlists.periods = 1\n')
    (tmp_path / "draft.toml").write_text('extends = "other"\nitems.rework.weight = 30\n', encoding="utf-8")
    done = data_here(module_town_db, "rate", "--compare", tmp_path / "draft.toml", "--json")
    assert done.code == 0, done.stderr
    assert done.json["compare"]["profile"] == "draft"


def test_bands_that_score_more_cases_higher_are_told(module_town_db: Path, tmp_path: Path):
    bands = 'bands = { kind = "linear", points = [[0, 0], [90, 100]] }'
    file = written(tmp_path, f'extends = "hongxin"\n[items.complaints]\n{bands}\n')
    done = data_here(module_town_db, "rate", "--compare", file)
    assert done.code == 0, done.stderr
    assert done.stdout.count("“每百户案件”（complaints）：案件越多得分越高") == 1


@pytest.mark.parametrize(("other", "word"), [("nobody", "hongxin"), ("nowhere.toml", "nowhere.toml")])
def test_one_that_is_not_there_is_refused(module_town_db: Path, other: str, word: str):
    done = data_here(module_town_db, "rate", "--compare", other)
    assert done.code == 1
    assert word in done.stderr


def test_a_server_reads_the_draft_too(demo_town_db: Path, draft: Path, told: dict[str, Any], tmp_path: Path):
    path = copied_db(demo_town_db, tmp_path / "served.duckdb")
    with channel_server(path):
        assert data(path, "rate", "--compare", draft, "--json").json == told


def test_an_entry_that_takes_fewer_periods_says_what_was_lacking(module_town_db: Path, tmp_path: Path):
    file = written(tmp_path, 'extends = "hongxin"\nlists.periods = 1\n')
    told = data_here(module_town_db, "rate", "--compare", file, "--periods", "1", "--json").json
    assert told["courses"]["same"] + told["courses"]["rated_by_neither"] == 1000
    counts = {
        row["list"]: (row["before"], row["leaves"], row["enters"], row["after"]) for row in told["lists"]
    }
    assert all(before == leaves == 0 < enters == after for before, leaves, enters, after in counts.values())
    places = [place for row in told["changed"] for place in row["lists"]]
    assert {place["why_before"] for place in places} == {"只看了 1 期，上榜要连续 2 期"}
    assert all(place["why_after"].startswith("连续 1 期区间") for place in places)
