"""Why a rating changes: what the items explain adds up to the change, whatever the profiles are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ratings import catalogue
from domain.ratings.arithmetic import Measured, Missing, rate
from domain.ratings.change import why_changed
from domain.ratings.facts import Fact
from domain.ratings.model import Bands, Profile
from tests.support.ratings import assessed, evidence, weighed

PROFILE = catalogue.profile(catalogue.DEFAULT)


def rebanded(profile: Profile, name: str, points: tuple[tuple[float, float], ...]) -> Profile:
    """A profile with other bands of one item."""
    bands = Bands(kind="linear", points=points)
    item = profile.items[name].model_copy(update={"bands": bands})
    return profile.model_copy(update={"items": profile.items | {name: item}})


@given(
    st.dictionaries(st.sampled_from(sorted(PROFILE.items)), st.floats(0.5, 200), max_size=7),
    st.floats(50, 100),
    st.booleans(),
)
def test_what_the_items_explain_adds_up(weights: dict[str, float], top: float, missing: bool):
    after = rebanded(weighed(PROFILE, **weights), "rework", ((0, top), (0.5, 0)))
    made = evidence(satisfaction=Measured(missing=Missing.NO_CASES)) if missing else evidence()
    change = why_changed(PROFILE, after, made)
    before, now = (
        sum(part.points or 0 for part in rating.contributions) for rating in (change.before, change.after)
    )
    assert sum(one.points for one in change.moved) == pytest.approx(now - before, abs=1e-9)
    assert change.mean == pytest.approx(before)
    assert (change.before, change.after) == (rate(PROFILE, made), rate(after, made))


def test_a_profile_in_other_units_of_weight_changes_nothing():
    scaled = weighed(PROFILE, **{name: 10 * item.weight for name, item in PROFILE.items.items()})
    change = why_changed(PROFILE, scaled, evidence())
    assert [round(one.points, 9) for one in change.moved] == [0] * 7
    assert change.words == "等级不变，仍是四星；总分由 83.9 变为 83.9"


def test_an_item_that_goes_and_one_that_comes_are_told():
    without = PROFILE.model_copy(
        update={"items": {name: item for name, item in PROFILE.items.items() if name != "satisfaction"}}
    )
    gone = why_changed(PROFILE, without, evidence())
    assert gone.words == (
        "等级不变，仍是四星；总分由 83.9 变为 86.7；"
        "好评率：权重由 15/100 变为 0，得分 68.0，原加权均分 83.9，总分增加 2.8 分"
    )
    come = why_changed(without, PROFILE, evidence())
    assert "好评率：权重由 0 变为 15/100，得分 68.0，原加权均分 86.7，总分减少 2.8 分" in come.words


def test_other_bands_are_told_by_the_score():
    change = why_changed(PROFILE, rebanded(PROFILE, "complaints", ((0, 100), (20, 0))), evidence())
    assert change.words == (
        "等级由四星变为二星；总分由 83.9 变为 69.3；每百户案件：得分由 83.3 变为 25.0，总分减少 14.6 分"
    )


def test_another_penalty_and_no_grade_at_all_are_told():
    lenient = PROFILE.model_copy(update={"penalties": {}})
    made = evidence()
    facts = {Fact.PARTY_BRANCH: False}
    change = why_changed(PROFILE, lenient, type(made)(made.items, facts))
    assert change.words == "等级不变，仍是四星；总分由 80.9 变为 83.9；没有党支部：扣分由 3 变为 0"
    strict = PROFILE.model_copy(update={"least_weight": 0.9})
    unknown = evidence(satisfaction=Measured(missing=Missing.NO_CASES))
    assert why_changed(PROFILE, strict, unknown).words == (
        "等级由四星变为不评级；总分由 86.7 变为 —；原来已知项目占权重的 85.0 %，达到 60.0 %；"
        "已知项目只占权重的 85.0 %，不足 90.0 %，不评级；没有取值的：好评率"
    )
    assert why_changed(strict, PROFILE, unknown).reasons == (
        "原来已知项目只占权重的 85.0 %，不足 90.0 %，不评级",
        "已知项目占权重的 85.0 %，达到 60.0 %",
        "没有取值的：好评率",
    )


def test_where_the_grades_begin_is_told():
    four = PROFILE.grades["four"].model_copy(update={"at_least": 84.0})
    raised = PROFILE.model_copy(update={"grades": PROFILE.grades | {"four": four}})
    assert why_changed(PROFILE, raised, evidence()).words == (
        "等级由四星变为三星；总分由 83.9 变为 83.9；四星的起点由 80 分变为 84 分"
    )


def test_another_value_of_an_item_is_told_and_adds_up():
    now = evidence(inspection=assessed(40))
    change = why_changed(PROFILE, PROFILE, evidence(), now)
    assert change.reasons == (
        "现场检查：取值由 81.0 分 变为 40.0 分，得分由 81.0 变为 40.0，总分减少 4.1 分",
    )
    assert change.after == rate(PROFILE, now)


def test_what_is_not_told_item_by_item_is_told_as_a_sum():
    weights = {"complaints": 60, "on_time": 60, "rework": 60, "satisfaction": 60, "credit": 90}
    change = why_changed(PROFILE, weighed(PROFILE, **weights), evidence())
    others = sum(one.points for one in change.moved[3:])
    assert change.reasons[3] == f"其余各项合计{'增加' if others > 0 else '减少'} {abs(others):.1f} 分"
