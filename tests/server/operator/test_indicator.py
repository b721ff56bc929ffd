"""`python -m data indicator`: one JSON object with everything a figure is made of, and the cases of a side."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.store import Store
from domain.actor import OPERATOR
from domain.settings import Settings
from domain.vocabulary import Level
from tests.support.case_rows import paths, put_cases
from tests.support.operator import channel_server, data, data_here
from tests.support.profiles import own_profiles
from tests.support.repository import ROOT
from tests.support.small_city import COMMUNITIES, DISTRICT, NAMES

AS_OF = datetime(2026, 4, 1)
FIXTURES = ROOT / "tests" / "data" / "ingest" / "fixtures"
KEYS = {
    "name", "title", "profile", "profile_title", "kind", "unit", "as_of", "window", "filter", "area", "cases",
    "numerator", "denominator", "value", "low", "high", "excluded", "parts", "sides", "terms", "unavailable", "by",
    "rows", "elsewhere", "first_by_placeholder",
}  # fmt: skip
ROW_KEYS = {
    "code", "name", "cases", "numerator", "denominator", "value", "low", "high", "rank", "best", "worst", "small",
    "like_first",
}  # fmt: skip


def some(
    count: int,
    *,
    reported: int = 20,
    closed: int | None = 21,
    due: int | None = 22,
    state: str = "closed",
    **more: Any,
) -> list[dict[str, Any]]:
    """Cases that were closed in time unless told otherwise; times are days of March at noon, local."""
    days = {"reported_at": reported, "closed_at": closed, "due_at": due}
    times = {
        name: None if day is None else datetime(2026, 3, day, 12) - timedelta(hours=8)
        for name, day in days.items()
    }
    return [{"state": state, **times, **more}] * count


@pytest.fixture(scope="module")
def source(small_city_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100 cases in the first community, 40 in the second, 5 in the third, 3 nowhere; as of 1 April, 0:00."""
    path = Path(shutil.copy(small_city_db, tmp_path_factory.mktemp("indicator") / "city.duckdb"))
    with Store.opened(path, Settings()) as store:
        place = paths(store)
        first, second, third = (place[code] for code in COMMUNITIES[:3])
        put_cases(
            store,
            [
                *some(90, path=first, category="市容"),
                *some(10, path=first, closed=25),
                *some(20, path=second),
                *some(15, path=second, closed=None, state="handling"),
                *some(5, path=second, closed=None, due=None, state="handling"),
                *some(5, path=third, reported=2, closed=3, due=4),
                *some(3, closed=31, due=None),
            ],
        )
        with store.writing(OPERATOR) as writer:
            writer.set_city(name="江北", timezone="Asia/Shanghai", as_of=AS_OF)
            writer.run(
                "update area set name = '[red]南园[/red]' where code = $code", {"code": COMMUNITIES[0]}
            )
    return path


@pytest.fixture
def db(source: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(source, tmp_path / "city.duckdb"))


def told(db: Path, *words: object) -> dict[str, Any]:
    """The JSON of an indicator."""
    done = data_here(db, "indicator", *words, "--json")
    assert done.code == 0, (done.stdout, done.stderr)
    assert done.stderr == ""
    return done.json


def test_a_rate_tells_all_it_is_made_of(source: Path):
    found = told(source, "on_time_closing_rate")
    assert set(found) == KEYS
    expected: dict[str, Any] = {
        "name": "on_time_closing_rate",
        "title": "按期结案率",
        "profile": "general",
        "kind": "rate",
        "unit": "share",
        "as_of": "2026-04-01 00:00:00",
        "window": {"on": "reported_at", "from": None, "to": None, "words": "全部数据，按上报时间"},
        "filter": {},
        "area": None,
        "cases": 148,
        "numerator": 115,
        "denominator": 125,
        "value": 115 / 125,
        "excluded": {"void": 0, "without_limit": 8, "not_due": 0, "open_past_due": 15, "time_unknown": 0},
        "parts": {},
        "terms": [],
        "unavailable": "",
        "by": None,
        "rows": [],
        "elsewhere": None,
    }
    assert {name: found[name] for name in expected} == expected
    assert found["low"] < found["value"] < found["high"]
    sides = {side["side"]: side["cases"] for side in found["sides"]}
    assert sides == {
        "numerator": 115, "rest": 10, "excluded:void": 0, "excluded:without_limit": 8, "excluded:not_due": 0,
        "excluded:open_past_due": 15, "excluded:time_unknown": 0,
    }  # fmt: skip
    assert sum(sides.values()) == found["cases"]


def test_a_count_is_its_value(source: Path):
    found = told(source, "overdue")
    assert (found["value"], found["numerator"], found["denominator"], found["low"]) == (25, 25, None, None)
    assert found["parts"] == {"closed_late": 10, "open_past_due": 15, "not_labelled": 25}
    assert found["excluded"] == {}


def test_by_area_in_honest_order(source: Path):
    found = told(source, "on_time_closing_rate", "--by", "community")
    rows = found["rows"]
    assert all(set(row) == ROW_KEYS for row in rows)
    assert sum(row["cases"] for row in rows) + found["elsewhere"] == found["cases"] == 148
    assert found["elsewhere"] == 3
    by_code = {row["code"]: row for row in rows}
    first, second, third, fourth = (by_code[code] for code in COMMUNITIES)
    assert (first["numerator"], first["denominator"], first["value"], first["rank"]) == (90, 100, 0.9, 1)
    assert (first["best"], first["worst"], first["small"], first["like_first"]) == (1, 1, False, True)
    # twenty and five closed cases are fewer than thirty, nobody is in the fourth
    assert [(row["value"], row["rank"], row["small"]) for row in (second, third)] == [(1, None, True)] * 2
    assert (fourth["value"], fourth["low"], fourth["rank"], fourth["cases"]) == (None, None, None, 0)
    assert [row["code"] for row in rows] == [first["code"], second["code"], third["code"], fourth["code"]]


def test_counts_by_area_are_whole_numbers_without_an_interval(source: Path):
    rows = told(source, "overdue", "--by", "street")["rows"]
    assert [(row["value"], row["numerator"], row["denominator"], row["low"]) for row in rows] == [
        (0, 0, None, None), (25, 25, None, None),
    ]  # fmt: skip
    assert '"value": 25,' in data_here(source, "indicator", "overdue", "--json").stdout


def test_nothing_after_the_time_is_known(source: Path):
    # on 20 March, 13:00: all but the five of the third community are reported, and open
    found = told(source, "closed", "--as-of", "2026-03-20 13:00")
    assert (found["as_of"], found["cases"], found["value"]) == ("2026-03-20 13:00:00", 148, 5)
    # a date is its first moment: on the 20th nothing of that day is known
    found = told(source, "cases", "--as-of", "2026-03-20")
    assert (found["as_of"], found["value"]) == ("2026-03-20 00:00:00", 5)
    assert told(source, "cases", "--as-of", "2026-03-01")["value"] == 0
    # a later time knows no more, but more is past its limit
    assert told(source, "open", "--as-of", "2027-01-01")["value"] == 20


def test_a_profile_gives_the_window_unless_dates_are_given(source: Path):
    own = told(source, "closing_rate", "--profile", "digital_city")
    assert own["window"] == {
        "on": "due_at", "from": "2026-03-01 00:00:00", "to": "2026-04-01 00:00:00", "words": "自然月，按到期时间",
    }  # fmt: skip
    assert (own["cases"], own["numerator"], own["denominator"]) == (140, 125, 140)
    chosen = told(
        source, "closing_rate", "--profile", "digital_city", "--from", "2026-03-01", "--to", "2026-03-02"
    )
    assert chosen["window"] == {
        "on": "reported_at", "from": "2026-03-01 00:00:00", "to": "2026-03-03 00:00:00",
        "words": "筛选的日期，按上报时间",
    }  # fmt: skip
    assert (chosen["cases"], chosen["filter"]) == (5, {"from": "2026-03-01", "to": "2026-03-02"})


def test_filters_hold_as_for_figures(source: Path):
    found = told(source, "cases", "--category", "市容", "--area", DISTRICT, "--state", "closed")
    assert found["value"] == 90
    assert found["area"] == {"code": DISTRICT, "name": NAMES[DISTRICT], "level": "district"}
    assert found["filter"] == {"area": DISTRICT, "category": ["市容"], "state": ["closed"]}
    inside = told(source, "cases", "--area", COMMUNITIES[1], "--by", "grid")
    assert (len(inside["rows"]), inside["elsewhere"], inside["cases"]) == (4, 40, 40)


def test_what_cannot_be_computed_is_null_with_a_reason(source: Path):
    found = told(source, "good_rating_rate")
    assert (found["value"], found["low"], found["high"]) == (None, None, None)
    assert "评价" in found["unavailable"]
    score = told(source, "composite_score", "--profile", "digital_city")
    assert (score["value"], score["numerator"], score["sides"]) == (None, None, [])
    assert score["unavailable"] == "缺少组成指标：返工率。"
    assert [(term["name"], term["weight"], term["complement"]) for term in score["terms"]] == [
        ("handling_rate", 30, False), ("on_time_handling_rate", 20, False), ("rework_rate", 20, True),
        ("overdue_pending_rate", 20, True), ("extension_rate", 10, True),
    ]  # fmt: skip
    assert score["terms"][0]["value"] == 125 / 140


# --- the cases of a side -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("on_time_closing_rate", "numerator"),
        ("on_time_closing_rate", "rest"),
        ("on_time_closing_rate", "excluded:without_limit"),
        ("on_time_closing_rate", "excluded:void"),
        ("overdue", "part:open_past_due"),
    ],
)
def test_the_cases_of_a_side_are_written(db: Path, tmp_path: Path, name: str, side: str):
    out = tmp_path / "cases.csv"
    found = told(db, name, "--cases", side, "--out", out, "--format", "csv")
    count = {entry["side"]: entry["cases"] for entry in found["sides"]}[side]
    assert {key: found["export"][key] for key in ("side", "file", "format", "rows")} == {
        "side": side, "file": str(out), "format": "csv", "rows": count,
    }  # fmt: skip
    with out.open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == count
    about = json.loads((tmp_path / "cases.csv.about.json").read_text(encoding="utf-8"))
    assert about["rows"] == count
    assert about["filter"] == {"side": f"general/{name}/{side}"}


def test_a_list_is_of_the_window_and_the_time_of_its_figure(db: Path, tmp_path: Path):
    out = tmp_path / "cases.csv"
    words = ("closing_rate", "--profile", "digital_city", "--as-of", "2026-03-23", "--area", COMMUNITIES[0])
    found = told(db, *words, "--cases", "rest", "--out", out, "--format", "csv")
    # ten are closed on the 25th only
    assert (found["numerator"], found["denominator"], found["export"]["rows"]) == (90, 100, 10)
    about = json.loads((tmp_path / "cases.csv.about.json").read_text(encoding="utf-8"))
    assert about["as_of"] == "2026-03-23 00:00:00"
    assert about["filter"]["side"] == "digital_city/closing_rate/rest/2026-03-01T00:00/2026-03-23T00:00"
    assert about["filter"]["area"] == COMMUNITIES[0]


def test_the_requests_of_bostons_shape_whose_label_says_nothing(tmp_path: Path):
    """What `make real` asks of the real 121,145, on 300 invented ones."""
    db, out = tmp_path / "boston.duckdb", tmp_path / "rows.csv"
    mapping = ROOT / "docs" / "examples" / "boston_311.toml"
    for words in (
        ("city", "--name", "Boston", "--timezone", "America/New_York", "--as-of", "data"),
        (
            "import",
            "areas",
            FIXTURES / "boston_shape_neighborhoods.geojson",
            "--level",
            "community",
            "--name",
            "Name",
        ),
        ("import", "cases", FIXTURES / "boston_shape_300.csv", "--mapping", mapping),
    ):
        assert data_here(db, *words).code == 0
    as_of = data_here(db, "status", "--json").json["as_of"]
    found = told(
        db, "overdue", "--as-of", as_of, "--cases", "part:not_labelled", "--out", out, "--format", "csv"
    )
    with (FIXTURES / "boston_shape_300.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    form = "%m/%d/%Y %I:%M:%S %p"
    late = {
        row["CASE_ENQUIRY_ID"]: row["OnTime_Status"]
        for row in rows
        if row["TARGET_DT"]
        and (
            not row["CLOSED_DT"]
            or datetime.strptime(row["CLOSED_DT"], form) > datetime.strptime(row["TARGET_DT"], form)
        )
    }
    assert found["value"] == len(late) == 165
    with out.open(encoding="utf-8-sig", newline="") as stream:
        listed = {row["source_case_id"] for row in csv.DictReader(stream)}
    assert listed == {number for number, label in late.items() if label != "OVERDUE"}
    assert found["parts"]["not_labelled"] == len(listed) == 3
    rate = told(db, "on_time_closing_rate")
    assert rate["excluded"]["without_limit"] == sum(not row["TARGET_DT"] for row in rows) == 34


# --- the list of definitions -------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [(), ("--list",)])
def test_without_a_name_all_definitions_are_told_and_no_database_is_needed(
    tmp_path: Path, words: tuple[str, ...]
):
    found = told(tmp_path / "none.duckdb", *words)
    assert [profile["profile"] for profile in found["profiles"]] == [
        "general", "digital_city", "three_rates_dispatch", "three_rates_response", "three_rates_response_even",
    ]  # fmt: skip
    [closing] = [item for item in found["profiles"][1]["indicators"] if item["name"] == "closing_rate"]
    assert closing["numerator"] == {"title": "结案数", "words": "已结案"}
    assert closing["denominator"] == "应结案数"
    assert [item["reason"] for item in closing["excluded"]] == ["void", "without_limit", "not_due"]
    assert closing["window"] == "自然月，按到期时间"
    assert closing["sides"][:2] == ["numerator", "rest"]
    assert list(tmp_path.iterdir()) == []


def test_one_profile_in_english(tmp_path: Path):
    done = data_here(
        tmp_path / "none.duckdb", "--lang", "en", "indicator", "--profile", "three_rates_response", "--json"
    )
    [profile] = done.json["profiles"]
    assert profile["window"] == "assessment month, from the 19th, by time of report"
    people = data_here(tmp_path / "none.duckdb", "--lang", "en", "indicator", "--list")
    assert people.code == 0
    assert "Satisfaction rate" in people.stdout


OWN = """
extends = "general"
name = { zh = "我市", en = "Ours" }
[indicators.cases]
name = { zh = "总件数", en = "All" }
"""


def test_a_profile_of_ones_own(source: Path, tmp_path: Path):
    with own_profiles(tmp_path / "profiles", our_city=OWN):
        assert told(source, "cases", "--profile", "our_city")["title"] == "总件数"
    with own_profiles(tmp_path / "broken", our_city=OWN + 'kind = "rate"'):
        done = data_here(source, "indicator", "cases", "--json")
    assert done.code == 1
    assert "our_city.toml" in done.json["error"]["message"]
    assert "docs/indicators.md" in done.json["error"]["remedy"]


# --- refused and misused -----------------------------------------------------------------------------------

REFUSED = [
    (("nothing",), "closing_rate"),
    (("cases", "--profile", "nobody"), "three_rates_dispatch"),
    (("--profile", "nobody"), "three_rates_dispatch"),
    (("composite_score", "--profile", "digital_city", "--by", "street"), "综合得分"),
    (("overdue", "--cases", "rest", "--out", "OUT", "--format", "csv"), "part:not_labelled"),
    (("overdue", "--cases", "numerator; drop", "--out", "OUT", "--format", "csv"), "part:not_labelled"),
    (("cases", "--as-of", "gestern"), "不是统计时点"),
    (("cases", "--as-of", "2026-03-20T08:00+08:00"), "不是统计时点"),
    (("cases", "--as-of", "0001-01-01"), "不是统计时点"),
    (("cases", "--as-of", "live"), "不是统计时点"),
    (("cases", "--area", "999"), "999"),
    (("cases", "--category", "没有"), "市容"),
    (("cases", "--to", "9999-12-31"), "不是日期"),
]


@pytest.mark.parametrize(("words", "word"), REFUSED)
def test_what_is_not_there_is_refused_with_what_there_is(
    source: Path, tmp_path: Path, words: tuple[str, ...], word: str
):
    given = [str(tmp_path / "out.csv") if part == "OUT" else part for part in words]
    done = data_here(source, "indicator", *given, "--json")
    assert done.code == 1, done.stdout
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert set(done.json) == {"error"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["cases", "--cases", "numerator"],
        ["cases", "--cases", "numerator", "--out", "x.csv"],
        ["cases", "--out", "x.csv", "--format", "csv"],
        ["cases", "--cases", "numerator", "--out", "x.pdf", "--format", "pdf"],
        ["cases", "--list"],
        ["--by", "street"],
        ["--area", "1"],
        ["cases", "--by", "galaxy"],
        ["cases", "--from", "gestern"],
    ],
)
def test_a_misuse_is_exit_2(source: Path, words: list[str]):
    done = data_here(source, "indicator", *words, "--json")
    assert (done.code, done.stdout) == (2, "")


# --- people, processes, servers ----------------------------------------------------------------------------


def test_people_read_words_and_a_table(source: Path):
    done = data_here(source, "indicator", "on_time_closing_rate", "--by", "community")
    assert done.code == 0
    assert "按期结案率（通用口径）: 92.0 % · 115/125" in done.stdout
    assert "不计：未设时限: 8" in done.stdout
    assert "件数少" in done.stdout
    # a name from the data is text
    assert "[red]" in done.stdout
    score = data_here(source, "--lang", "en", "indicator", "composite_score", "--profile", "digital_city")
    assert "30 × Handling rate: 89.3 % · 125/140" in score.stdout
    households = data_here(source, "indicator", "per_100_households", "--by", "street")
    assert households.code == 0
    assert "没有户数，无法计算。" in households.stdout


def test_a_server_answers_the_same(db: Path, tmp_path: Path):
    words = ("indicator", "overdue", "--by", "community", "--as-of", "2026-03-24", "--json")
    alone = data(db, *words)
    assert alone.code == 0, alone.stderr
    with channel_server(db):
        served = data(db, *words)
        written = data(
            db, "indicator", "overdue", "--cases", "numerator", "--out", tmp_path / "o.csv", "--format", "csv",
            "--json",
        )  # fmt: skip
    assert served.json == alone.json
    assert written.json["export"]["rows"] == 25


@pytest.mark.parametrize("level", Level)
def test_every_level_may_be_asked_for(source: Path, level: Level):
    found = told(source, "closing_rate", "--by", level.value)
    assert sum(row["cases"] for row in found["rows"]) + found["elsewhere"] == found["cases"]
