"""`python -m data rate`: what it tells is what the screen tells; a profile that is wrong is refused with exit 1."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.settings import Settings
from tests.support.database import copied_db
from tests.support.operator import channel_server, data, data_here
from tests.support.profiles import own_ratings
from tests.support.rated_city import put_assessments, put_cases_of
from tests.support.small_city import WEST_STREET
from tests.support.small_compounds import COMPOUNDS, bring_compounds

OURS = """
extends = "hongxin"
least_weight = 0.01
name = { zh = "本市评级", en = "Ours" }
[items.inspection]
weight = 1000000000
"""


@pytest.fixture(scope="module")
def db(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five compounds; C1 is inspected well and C3 badly in two quarters."""
    path = copied_db(small_city_db, tmp_path_factory.mktemp("rate") / "city.duckdb")
    with Store.opened(path, Settings()) as store:
        bring_compounds(store, COMPOUNDS)
        with store.writing(OPERATOR) as writer:
            writer.set_city(name=None, timezone="Asia/Shanghai", as_of=datetime(2026, 7, 1))
        put_cases_of(store, [{"compound": "C1", "reported_at": datetime(2026, 5, 1)}])
        put_assessments(
            store,
            [
                {"indicator": "inspection", "compound_code": code, "period_start": first, "period_end": last,
                 "value": value}
                for code, value in (("C1", 95), ("C3", 40))
                for first, last in (("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30"))
            ],
        )  # fmt: skip
    return path


def test_grades_companies_and_lists(db: Path, tmp_path: Path):
    with own_ratings(tmp_path / "own", ours=OURS):
        told = data_here(db, "rate", "--profile", "ours", "--periods", "3", "--json").json
    assert (told["profile"], told["title"], told["as_of"]) == ("ours", "本市评级", "2026-07-01 00:00:00")
    assert told["periods"][-1] == {"period": "2026-Q2", "from": "2026-04-01", "to": "2026-06-30"}
    last = {row["grade"]: (row["compounds"], row["households"]) for row in told["grades"][-1]["grades"]}
    assert last == {
        "five": (1, 400), "four": (0, 0), "three": (0, 0), "two": (0, 0), "below": (1, 80), None: (3, 150),
    }  # fmt: skip
    assert [sum(row["compounds"] for row in one["grades"]) for one in told["grades"]] == [5, 5, 5]
    assert [(row["company"], row["compounds"], row["ungraded"], row["total"]) for row in told["companies"]] == [
        ("安居物业", 2, 1, 95.0), ("德邻物业", 1, 1, None),
    ]  # fmt: skip
    lists = {row["code"]: (row["list"], row["since"], row["entered"], row["left"]) for row in told["lists"]}
    assert lists == {
        "C1": ("red", "2026-Q1", "2026-Q2", None), "C3": ("black", "2026-Q1", "2026-Q2", None),
    }  # fmt: skip
    [black] = [row for row in told["lists"] if row["list"] == "black"]
    assert "现场检查 40.0 分" in black["why"]
    assert black["why"].endswith(
        "弃管：扣 20 分、现场检查 40.0 分（失 60.0/100.0 分）、现场检查不及格：扣 5 分"
    )


def test_one_compound_step_by_step(db: Path, tmp_path: Path):
    with own_ratings(tmp_path / "own", ours=OURS):
        told = data_here(db, "rate", "--profile", "ours", "--compound", "C3", "--periods", "1", "--json").json
        people = data_here(db, "--lang", "en", "rate", "--profile", "ours", "--compound", "C3")
    [rating] = told["ratings"]
    assert (told["code"], rating["period"], rating["total"], rating["grade"]) == (
        "C3",
        "2026-Q2",
        15.0,
        "below",
    )
    inspection = next(item for item in rating["items"] if item["item"] == "inspection")
    assert (inspection["title"], inspection["value"], inspection["missing"]) == ("现场检查", 40.0, None)
    assert rating["words"][-1] == "等级 不达标，区间之内不变"
    assert "Unmanaged: 20 points off" in people.stdout


def test_people_read_tables(db: Path, tmp_path: Path):
    with own_ratings(tmp_path / "own", ours=OURS):
        done = data_here(db, "rate", "--profile", "ours", "--area", WEST_STREET)
    assert done.code == 0
    for word in (
        "本市评级",
        "五星",
        "2026-Q2",
        "安居物业",
        "黑榜  C3",
        "红榜  C1",
        "2026-Q2 上榜（2026-Q1 起）",
    ):
        assert word in done.stdout, word
    nobody = data_here(db, "rate", "--profile", "hongxin")
    assert "没有小区上过红榜或黑榜。" in nobody.stdout


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("--profile", "nobody"), "hongxin"),
        (("--compound", "C9"), "C9"),
        (("--area", "999"), "999"),
    ],
)
def test_what_is_not_there_is_refused(db: Path, words: tuple[str, ...], word: str):
    done = data_here(db, "rate", *words, "--json")
    assert done.code == 1
    assert word in done.json["error"]["message"] + done.json["error"]["remedy"]


def test_a_citys_profile_that_is_wrong_is_refused_with_every_fault(db: Path, tmp_path: Path):
    wrong = 'extends = "hongxin"\nitems.on_time.indicator = "on_tme"\nitems.rework.weight = -1'
    with own_ratings(tmp_path / "own", ours=wrong):
        done = data_here(db, "rate", "--json")
    assert done.code == 1
    assert "items.on_time：indicator 写的是“on_tme”，没有这个指标" in done.json["error"]["message"]
    assert "items.rework.weight：写的是 -1，应当大于 0" in done.json["error"]["message"]
    assert "docs/ratings.md" in done.json["error"]["remedy"]


@pytest.mark.parametrize("words", [("--periods", "0"), ("--area", WEST_STREET, "--compound", "C1")])
def test_a_misuse_is_exit_2(db: Path, words: tuple[str, ...]):
    assert data_here(db, "rate", *words).code == 2


def test_a_server_answers_the_same(small_city_db: Path, db: Path, tmp_path: Path):
    path = copied_db(db, tmp_path / "served.duckdb")
    alone = data(path, "rate", "--json")
    assert alone.code == 0, alone.stderr
    with channel_server(path):
        assert data(path, "rate", "--json").json == alone.json
