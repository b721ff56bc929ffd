"""Rating profiles: the shipped one holds together, and a city's own is taken over it or refused with every fault."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from domain.errors import InputRefused, NotFound
from domain.i18n import use_language
from domain.ratings import catalogue
from domain.ratings.model import Profile
from tests.support.profiles import own_profiles, own_ratings

SHIPPED: dict[str, Any] = tomllib.loads((catalogue.SHIPPED / "hongxin.toml").read_text(encoding="utf-8"))


def changed(path: str, value: object) -> dict[str, Any]:
    """The shipped document with one key put in or replaced (None: taken out)."""
    *above, last = path.split(".")

    def copied(part: dict[str, Any], names: list[str]) -> dict[str, Any]:
        if not names:
            return {key: old for key, old in part.items() if key != last} | (
                {} if value is None else {last: value}
            )
        return part | {names[0]: copied(part.get(names[0], {}), names[1:])}

    return copied(SHIPPED, above)


def faults(document: dict[str, Any]) -> dict[str, str]:
    """What is wrong in a document, by the path of the key."""
    with use_language("en"), pytest.raises(ValidationError) as caught:
        catalogue.of_document(document)
    return {".".join(map(str, fault["loc"])): fault["msg"] for fault in caught.value.errors()}


# --- what is shipped ---------------------------------------------------------------------------------------


def test_the_shipped_profile_rates_by_cases_and_by_assessments():
    found = catalogue.profile(catalogue.DEFAULT)
    assert {name: (item.indicator or item.assessment, item.weight) for name, item in found.items.items()} == {
        "complaints": ("per_100_households", 25),
        "on_time": ("on_time_handling_rate", 20),
        "rework": ("rework_rate", 10),
        "satisfaction": ("good_rating_rate", 15),
        "party_building": ("party_building", 10),
        "inspection": ("inspection", 10),
        "credit": ("credit", 10),
    }
    assert found.assessments == {
        ("party_building", "compound"), ("inspection", "compound"), ("credit", "company"),
    }  # fmt: skip
    assert found.best_first == ("five", "four", "three", "two", "below")
    assert (found.weight, found.lists.periods, found.period.value) == (100, 2, "quarter")


def test_an_item_is_called_like_its_indicator_unless_it_says_otherwise():
    found = catalogue.profile(catalogue.DEFAULT)
    assert catalogue.item_name(found, "on_time") == "按期处置率"
    assert catalogue.item_name(found, "credit") == "企业信用"
    with use_language("en"):
        assert catalogue.item_name(found, "on_time") == "On-time handling rate"


@pytest.mark.parametrize(
    ("points", "grade"),
    [(100, "five"), (90, "five"), (89.9, "four"), (60, "two"), (59.9, "below"), (0, "below")],
)
def test_a_grade_begins_at_its_least_points(points: float, grade: str):
    assert catalogue.profile(catalogue.DEFAULT).grade_of(points) == grade


# --- a city's own ------------------------------------------------------------------------------------------


def test_extending_merges_key_by_key(tmp_path: Path):
    ours = 'extends = "hongxin"\nleast_weight = 0.5\nitems.complaints.weight = 40\nlists.periods = 3'
    with own_ratings(tmp_path / "own", our_city=ours):
        assert tuple(catalogue.profiles()) == ("hongxin", "our_city")
        found, base = catalogue.profile("our_city"), catalogue.profile("hongxin")
    assert (found.least_weight, found.lists.periods, found.items["complaints"].weight) == (0.5, 3, 40)
    assert found.items["complaints"].bands == base.items["complaints"].bands
    assert found.items["rework"] == base.items["rework"]


def test_a_profile_may_stand_on_a_citys_own_indicators(tmp_path: Path):
    indicators = 'extends = "general"\n[indicators.handling_rate]\nname = { zh = "处置", en = "Handled" }'
    ours = 'extends = "hongxin"\nindicators = "ours"\nitems.on_time.indicator = "handling_rate"'
    with (
        own_profiles(tmp_path / "indicators", ours=indicators),
        own_ratings(tmp_path / "own", our_city=ours),
    ):
        assert catalogue.item_name(catalogue.profile("our_city"), "on_time") == "处置"


def test_an_unknown_profile_is_answered_with_those_there_are():
    with pytest.raises(NotFound, match="hongxin"):
        catalogue.profile("nobody")


def test_a_draft_extends_what_lies_beside_it_and_is_not_offered_itself(tmp_path: Path):
    (tmp_path / "base.toml").write_text('extends = "hongxin"\nleast_weight = 0.5', encoding="utf-8")
    draft = tmp_path / "draft.toml"
    draft.write_text('extends = "base"\nlists.periods = 3', encoding="utf-8")
    found = catalogue.of_file(draft)
    assert (found.least_weight, found.lists.periods) == (0.5, 3)
    for base in ("nobody", "../base", "draft"):
        draft.write_text(f'extends = "{base}"', encoding="utf-8")
        with pytest.raises(InputRefused) as caught:
            catalogue.of_file(draft)
        assert str(caught.value.remedy) == "可用的评级方案：hongxin。"
    (tmp_path / "base.toml").write_text('extends = "draft"', encoding="utf-8")
    draft.write_text('extends = "base"', encoding="utf-8")
    with pytest.raises(InputRefused, match="绕成了圈"):
        catalogue.of_file(draft)


@pytest.mark.parametrize(
    ("points", "told"), [([[0, 0], [90, 100]], ["complaints"]), ([[0, 100], [90, 0]], [])]
)
def test_more_cases_that_score_more_are_noticed(points: list[list[float]], told: list[str]):
    found = catalogue.of_document(changed("items.complaints.bands.points", points))
    assert catalogue.more_cases_score_more(found) == told


def test_all_that_is_wrong_is_told_at_once_with_the_path_of_its_key(tmp_path: Path):
    ours = """
extends = "hongxin"
colour = "red"
[items.complaints]
indicator = "complaint_rate"
[items.on_time]
weight = 0
[items.rework]
bands = { kind = "linear", points = [[0, 100], [0.3, 20], [0.2, 0]] }
[penalties.unmanaged]
fact = "unhappy"
[lists.black]
below = 95
"""
    with own_ratings(tmp_path / "own", our_city=ours), pytest.raises(InputRefused) as caught:
        catalogue.profiles()
    told = caught.value.message
    assert "our_city.toml" in told
    assert "6 处" in told
    for line in (
        "- items.complaints：indicator 写的是“complaint_rate”，没有这个指标；可用：",
        "- items.on_time.weight：写的是 0，应当大于 0。",
        "- items.rework.bands：数值先是 0.3 后是 0.2，应当递增。",
        "- penalties.unmanaged.fact：fact 写的是“unhappy”，没有这个事实；可用：unmanaged、",
        "- lists：black.below 写的是 95，应当不大于 red.at_least（75）。",
        '- colour：没有这个键（写的是 "red"）。可用的键：',
    ):
        assert line in told, told
    assert "docs/ratings.md" in caught.value.remedy


def told_of(folder: Path, text: str) -> list[str]:
    """What is said of a profile that takes over the shipped one, without the head."""
    with own_ratings(folder, our_city=f'extends = "hongxin"\n{text}'), pytest.raises(InputRefused) as caught:
        catalogue.profiles()
    return caught.value.message.splitlines()[1:]


TOLD = [
    # (what the profile says, how each fault is told)
    (
        "[items.satisfation]\nweight = 30",
        [
            (
                "items.satisfation：所沿用的“hongxin”里没有“satisfation”可改，那里有：satisfaction、inspection、"
                "complaints、on_time、rework、party_building、credit。要新增“satisfation”，还缺 bands。"
            )
        ],
    ),
    (
        'penalties.unsave = { name = { zh = "一", en = "1" }, above = 3 }',
        [
            (
                "penalties.unsave：所沿用的“hongxin”里没有“unsave”可改，那里有："
                "unsafe、unmanaged、no_party_branch。要新增“unsave”，还缺 points。"
            )
        ],
    ),
    ("[lists.black]\nbellow = 60", ["lists.black.bellow：没有这个键（写的是 60）。可用的键：below。"]),
    (
        "[lists.red]\nat_least = true\nbelow = 1",
        ["lists.red.below：没有这个键（写的是 1）。可用的键：at_least。"],
    ),
    ('period = "weekly"', ['period：写的是 "weekly"，应当是 month、quarter、half_year、year 之一。']),
    ('items.rework.weight = "ten"', ['items.rework.weight：写的是 "ten"，应当是数。']),
    ("items.rework.weight = inf", ["items.rework.weight：写的是 inf，应当是有限的数。"]),
    ("items.rework = 3", ["items.rework：写的是 3，应当是表 { … }。"]),
    ("lists.periods = 2.5", ["lists.periods：写的是 2.5，应当是整数。"]),
    ("[items.Odd]", ['items.Odd：写的是 "Odd"，应当小写字母开头，只用小写字母、数字和下划线。']),
    (
        "items.rework.bands.points = [[0, 100], [0.3, 20, 5]]",
        ["items.rework.bands.points.1：写的是 [0.3, 20, 5]，应当至多有 2 项。"],
    ),
    ('grades.five.name.zh = ""', ['grades.five.name.zh：写的是 ""，应当至少有 1 个字。']),
    ("items.rework.weight = [1, 2, 3]", ["items.rework.weight：写的是 [1, 2, 3]，应当是数。"]),
]


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_a_fault_tells_what_was_seen_and_what_was_expected(tmp_path: Path, text: str, told: list[str]):
    lines = told_of(tmp_path / "own", text)
    assert lines[: len(told)] == [f"- {line}" for line in told]


def test_a_fault_is_told_in_the_readers_language(tmp_path: Path):
    with use_language("en"):
        lines = told_of(tmp_path / "own", "[items.satisfation]\nweight = 0\n[lists.black]\nbellow = 60")
    assert not re.search("[一-鿿]", "".join(lines))
    assert lines[-1] == "- lists.black.bellow: there is no such key (it was 60); known keys: below"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 1\nb = two", "第 3 行第 5 列：b = two"),
        ("[items\nx = 1", "第 2 行第 7 列：[items"),
        ('note = "', "文件到末尾还没有写完"),
        ("note = [1,", "文件到末尾还没有写完"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line_and_column(tmp_path: Path, text: str, told: str):
    with (
        own_ratings(tmp_path / "own", our_city=f'extends = "hongxin"\n{text}'),
        pytest.raises(InputRefused) as caught,
    ):
        catalogue.profiles()
    assert told in caught.value.message
    assert "at line" not in caught.value.message


LINEAR = {"kind": "linear", "points": [[0, 0], [1, 100]]}
ASSESSED = SHIPPED["items"]["credit"]

WRONG = [
    # (key, what it says, where it is told, why not)
    ("indicators", "nobody", "indicators", "'nobody', which is no indicator profile; known: general"),
    (
        "items.on_time.indicator",
        "cases",
        "items.on_time",
        "is a count in cases, expected a rate or cases per 100",
    ),
    ("items.on_time.indicator", "per_km2", "items.on_time", "is a per in per_km2"),
    ("items.on_time.indicator", None, "items.on_time", "either an indicator or an assessment"),
    ("items.on_time.assessment", "x", "items.on_time", "either an indicator or an assessment"),
    ("items.on_time.of", "company", "items.on_time", "belong to an assessment"),
    ("items.credit.name", None, "items.credit", "an assessment has a name"),
    ("items.credit.of", "street", "items.credit.of", "'compound' or 'company'"),
    ("items.on_time.bands.points", [[0.5, 0], [95, 100]], "items.on_time", "go up to 95, expected fractions"),
    (
        "items.on_time.bands.points",
        [[0, 100], [1, 0]],
        "items.on_time",
        "bands fall, but .* the higher is the",
    ),
    (
        "items.on_time.bands.points",
        [[0, 0], [0.5, 90], [1, 80]],
        "items.on_time.bands",
        "scores were 0, 90, 80",
    ),
    ("items.on_time.bands.points", [[0, 50], [1, 50]], "items.on_time.bands", "not all the same"),
    ("items.on_time.bands.points", [[0, 50]], "items.on_time.bands.points", "at least 2 items"),
    ("grades.five.at_least", 120, "grades.five.at_least", "less than or equal to 100"),
    ("items.on_time.bands.kind", None, "items.on_time.bands.kind", "Field required"),
    ("items.on_time.weight", float("inf"), "items.on_time.weight", "finite"),
    ("penalties.unmanaged.assessment", "x", "penalties.unmanaged", "either a fact or an assessment"),
    ("penalties.unmanaged.below", 3, "penalties.unmanaged", "a fact neither"),
    ("penalties.unmanaged.of", "company", "penalties.unmanaged", "a fact is of the compound"),
    ("penalties.unsafe.above", 3, "penalties.unsafe", "either `below` or `above`"),
    ("penalties.unsafe.points", 0, "penalties.unsafe.points", "greater than 0"),
    ("grades.below.at_least", 10, "", "began at 10, expected 0"),
    ("grades.five.at_least", 80, "", "two begin at the same points"),
    ("grades", {"only": {"name": ASSESSED["name"], "at_least": 0}}, "grades", "at least 2 items"),
    ("lists.periods", 0, "lists.periods", "greater than or equal to 1"),
    ("least_weight", 1.5, "least_weight", "less than or equal to 1"),
    ("period", "week", "period", "'month', 'quarter', 'half_year' or 'year'"),
    ("items", {}, "items", "at least 1 item"),
]


@pytest.mark.parametrize(("key", "value", "where", "why"), WRONG)
def test_a_profile_that_cannot_be_is_refused(key: str, value: object, where: str, why: str):
    told = faults(changed(key, value))
    assert set(told) == {where}
    assert re.search(why, told[where]), told


def test_without_its_catalogue_a_profile_is_read_as_it_stands():
    assert Profile.model_validate(SHIPPED) == catalogue.profile("hongxin")
