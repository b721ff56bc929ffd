"""Profiles: what is shipped holds together, and a city's own is taken over it or refused with every fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import InputRefused, NotFound
from domain.filters import Side
from domain.i18n import use_language
from domain.indicators import catalogue
from domain.indicators.facts import Fact, Reason, Unit
from domain.indicators.model import Composite, Indicator, Profile
from domain.indicators.windows import Window, WindowKind
from tests.support.profiles import own_profiles

SHIPPED = (
    "general",
    "digital_city",
    "three_rates_dispatch",
    "three_rates_response",
    "three_rates_response_even",
)

HAN = re.compile("[\u3000-\u9fff\uff00-\uffef]")

MINIMAL = """
name = { zh = "本市", en = "Ours" }
[indicators.closing_rate]
kind = "rate"
name = { zh = "结案率", en = "Closing rate" }
numerator = "closed"
numerator_name = { zh = "结案数", en = "Closed" }
denominator_name = { zh = "立案数", en = "Registered" }
source = { zh = "本市办法", en = "Our rules" }
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A folder of a city's own profiles, as the setting names it."""
    with own_profiles(tmp_path / "profiles") as folder:
        yield folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def indicators() -> Iterator[tuple[str, str, Indicator]]:
    for profile_name, profile in catalogue.profiles().items():
        for name, found in profile.indicators.items():
            if isinstance(found, Indicator):
                yield profile_name, name, found


# --- what is shipped ---------------------------------------------------------------------------------------


def test_the_default_comes_first():
    assert tuple(catalogue.profiles()) == (catalogue.DEFAULT, *SHIPPED[1:])


def test_both_meanings_of_three_rates_are_profiles_with_their_own_windows():
    windows = {name: profile.window for name, profile in catalogue.profiles().items()}
    assert windows == {
        "general": Window(),
        "digital_city": Window(kind=WindowKind.MONTH, on="due_at"),
        "three_rates_dispatch": Window(kind=WindowKind.MONTH),
        "three_rates_response": Window(kind=WindowKind.MONTH, first_day=19),
        "three_rates_response_even": Window(kind=WindowKind.MONTH, first_day=19),
    }


def test_a_profile_takes_over_what_it_does_not_say():
    base, even = catalogue.profile("three_rates_response"), catalogue.profile("three_rates_response_even")
    assert base.name != even.name
    same = {name for name in base.indicators if base.indicators[name] == even.indicators.get(name)}
    assert same == {"response_rate", "solution_rate", "satisfaction_rate"}
    scores = [profile.indicators["composite_score"] for profile in (base, even)]
    assert all(isinstance(score, Composite) for score in scores)
    told = [[(term.indicator, term.weight) for term in score.terms] for score in scores]  # type: ignore[union-attr]
    rates = ("response_rate", "solution_rate", "satisfaction_rate")
    assert told == [list(zip(rates, (10, 50, 40), strict=True)), list(zip(rates, (30, 35, 35), strict=True))]


@pytest.mark.parametrize(("profile", "name", "indicator"), list(indicators()))
def test_every_side_has_a_name_and_every_definition_is_in_both_languages(
    profile: str, name: str, indicator: Indicator
):
    told = [indicator.side_label(side) for side in indicator.sides]
    assert len(set(told)) == len(told)
    for side in indicator.sides:
        found = Side(profile, name, side)
        assert catalogue.has(found)
        assert str(indicator.name) in catalogue.side_name(found)
    with use_language("en"):
        english = [str(indicator.name), str(indicator.source), indicator.numerator_words]
        assert not HAN.search(" ".join([*english, indicator.side_label("numerator")]))


def test_a_rate_that_excludes_those_without_a_limit_says_so_and_no_rate_counts_them_as_on_time():
    for profile, name, indicator in indicators():
        facts = set().union(*(item.when.facts for item in indicator.numerator))
        if indicator.kind == "rate" and facts & {Fact.CLOSED_IN_TIME, Fact.HANDLED_IN_TIME}:
            reasons = [item.reason for item in indicator.exclude]
            assert Reason.WITHOUT_LIMIT in reasons, (profile, name)
            assert Reason.NOT_DUE in reasons, (profile, name)


def test_a_side_that_is_none_is_told_apart():
    for profile, name, side in [
        ("general", "closing_rate", "part:closed"),
        ("general", "closing_rate", "excluded:deferred"),
        ("general", "nothing", "numerator"),
        ("nobody", "closing_rate", "numerator"),
        ("digital_city", "composite_score", "numerator"),
        ("general", "overdue", "rest"),
    ]:
        assert not catalogue.has(Side(profile, name, side))


def test_unknown_names_are_answered_with_those_there_are():
    with pytest.raises(NotFound, match="general, digital_city"):
        catalogue.profile("nobody")
    with pytest.raises(NotFound, match="closing_rate"):
        catalogue.definition("general", "nothing")
    with pytest.raises(NotFound, match="综合得分"):
        catalogue.indicator("digital_city", "composite_score")


# --- a city's own ------------------------------------------------------------------------------------------


def test_an_own_profile_stands_beside_the_shipped_ones(own: Path):
    write(own, "our_city", MINIMAL)
    assert tuple(catalogue.profiles()) == ("general", "digital_city", "our_city", *SHIPPED[2:])
    found = catalogue.definition("our_city", "closing_rate")
    assert (found.kind, found.unit, str(found.name)) == ("rate", Unit.SHARE, "结案率")
    assert catalogue.profile("our_city").minimum_n == 30


def test_extending_merges_key_by_key_and_replaces_lists(own: Path):
    write(
        own,
        "our_city",
        """
extends = "digital_city"
name = { zh = "本市", en = "Ours" }
window = { kind = "day", hour = 12 }
[indicators.closing_rate]
exclude = [{ reason = "deferred", when = "deferred" }]
""",
    )
    base, found = catalogue.profile("digital_city"), catalogue.profile("our_city")
    # the window's `on` is kept, its kind replaced
    assert found.window == Window(kind=WindowKind.DAY, on="due_at", hour=12)
    changed = found.indicators["closing_rate"]
    original = base.indicators["closing_rate"]
    assert isinstance(changed, Indicator)
    assert isinstance(original, Indicator)
    assert [item.reason for item in changed.exclude] == [Reason.DEFERRED]
    assert changed.numerator == original.numerator
    others = set(base.indicators) - {"closing_rate"}
    assert all(found.indicators[name] == base.indicators[name] for name in others)


def test_extending_goes_over_several_steps_and_its_own_folder(own: Path):
    write(own, "first", 'extends = "three_rates_response_even"\nminimum_n = 50')
    write(own, "second", 'extends = "first"\ndispatch_limit_minutes = 15')
    found = catalogue.profile("second")
    assert (found.minimum_n, found.dispatch_limit_minutes) == (50, 15)
    assert found.indicators == catalogue.profile("three_rates_response_even").indicators


REFUSED = [
    # (file, what it says, what is answered)
    ("a_circle", 'extends = "a_circle"', "绕成了圈"),
    ("unknown_base", 'extends = "nobody"', "没有这个口径"),
    ("odd_base", 'extends = ["general"]', "没有这个口径"),
    ("general", MINIMAL, "有两份文件"),
    ("broken", "name = {", "不是正确的 TOML"),
    ("Our-City", MINIMAL, "不合规"),
    ("市", MINIMAL, "不合规"),
]


@pytest.mark.parametrize(("name", "text", "told"), REFUSED)
def test_a_profile_that_cannot_be_is_refused(own: Path, name: str, text: str, told: str):
    write(own, name, text)
    with pytest.raises(InputRefused, match=told) as caught:
        catalogue.profiles()
    assert caught.value.remedy


def test_a_circle_of_two_is_refused(own: Path):
    write(own, "one", 'extends = "two"')
    write(own, "two", 'extends = "one"')
    with pytest.raises(InputRefused, match="绕成了圈"):
        catalogue.profiles()


def test_a_folder_that_is_not_there_is_not_taken_for_an_empty_one(own: Path):
    own.rmdir()
    with pytest.raises(InputRefused, match="没有口径文件夹"):
        catalogue.profiles()


def test_all_that_is_wrong_is_told_at_once(own: Path):
    text = MINIMAL.replace('"closed"', '"finished"').replace('kind = "rate"', 'kind = "rate"\nunit = "miles"')
    text = "minimum_n = 0\n[window]\nfirst_day = 31\nlength = 3\n" + text.replace(
        '\nname = { zh = "本市"', ""
    )
    text = text.replace(', en = "Ours" }', "")
    write(own, "our_city", text + '[indicators.Odd]\nkind = "count"\n')
    with pytest.raises(InputRefused) as caught:
        catalogue.profiles()
    told = caught.value.message
    assert "our_city.toml" in told
    for key in (
        "name：",
        "minimum_n：",
        "window.first_day：",
        "window.length：",
        "indicators.closing_rate.unit：写的是 ",
        "indicators.closing_rate.numerator",
        "indicators.Odd",
    ):
        assert key in told, told
    assert "“finished”" in told
    assert "has_limit" in told  # the facts there are


RATE = {
    "kind": "rate",
    "name": {"zh": "率", "en": "Rate"},
    "numerator": "closed",
    "numerator_name": {"zh": "分子", "en": "Top"},
    "denominator_name": {"zh": "分母", "en": "Bottom"},
    "source": {"zh": "本市", "en": "Ours"},
}
COUNT = {key: value for key, value in RATE.items() if key != "denominator_name"} | {
    "kind": "count",
    "unit": "cases",
}
VOID = {"reason": "void", "when": "void"}

WRONG = [
    # (indicator, why not)
    (RATE | {"unit": "cases"}, "a rate has the unit share"),
    ({key: value for key, value in RATE.items() if key != "denominator_name"}, "a denominator_name"),
    (RATE | {"target": 95}, "expected a fraction: 0.95 for 95 %"),
    (RATE | {"exclude": [VOID, VOID]}, "a reason stands twice"),
    (RATE | {"exclude": [{"reason": "bad_mood", "when": "void"}]}, "reason"),
    (RATE | {"numerator": []}, "numerator"),
    (RATE | {"numerator": [{"when": "closed", "weight": 1.5}]}, "weight"),
    (RATE | {"needs": ["patience"]}, "needs"),
    (RATE | {"window_on": "updated_at"}, "window_on"),
    (RATE | {"parts": {"Odd-Name": {"name": RATE["name"], "when": "closed"}}}, "parts"),
    (COUNT | {"unit": "share"}, "a count has the unit cases"),
    (COUNT | {"exclude": [VOID]}, "only a rate excludes or weighs"),
    (COUNT | {"numerator": [{"when": "closed", "weight": 0.5}]}, "only a rate excludes or weighs"),
    (COUNT | {"kind": "per"}, "`per` has the unit"),
    (COUNT | {"name": {"zh": "只有中文"}}, "en"),
]


@pytest.mark.parametrize(("indicator", "why"), WRONG)
def test_an_indicator_that_does_not_fit_its_kind_is_refused(indicator: dict[str, object], why: str):
    with use_language("en"), pytest.raises(ValueError, match=why):
        Profile.model_validate({"name": RATE["name"], "indicators": {"some": indicator}})


def test_a_composite_is_made_of_rates_of_its_profile():
    terms = [{"indicator": name, "weight": 1} for name in ("rate", "count", "score", "nothing")]
    score = {"kind": "composite", "name": RATE["name"], "source": RATE["source"], "terms": terms}
    with (
        use_language("en"),
        pytest.raises(ValueError, match=r"names count, nothing, score, which are no rates .*; known: rate"),
    ):
        Profile.model_validate(
            {"name": RATE["name"], "indicators": {"rate": RATE, "count": COUNT, "score": score}}
        )
