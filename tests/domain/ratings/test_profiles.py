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
    with pytest.raises(ValidationError) as caught:
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
        "- items.complaints: Value error, indicator was 'complaint_rate', which is unknown; known: per_100_h",
        "- items.on_time.weight: Input should be greater than 0",
        "- items.rework.bands: Value error, values were 0.3 and then 0.2, expected them to rise",
        "- penalties.unmanaged.fact: Value error, fact was 'unhappy', which is unknown; known: unmanaged",
        "- lists: Value error, black.below was 95, expected at most red.at_least, 75",
        "- colour: Extra inputs are not permitted",
    ):
        assert line in told, told
    assert "docs/ratings.md" in caught.value.remedy


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
