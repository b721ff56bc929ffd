"""The arithmetic: bands, points, intervals, penalties, grades; and what holds whatever the figures are."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.ratings import catalogue
from domain.ratings.arithmetic import Evidence, Measured, Missing, grades_between, rate, rounded
from domain.ratings.facts import Condition, Fact
from domain.ratings.lists import ListKind
from domain.ratings.model import Bands
from domain.ratings.words import explain, why_listed
from tests.support.ratings import assessed, density, evidence, share, weighed

PROFILE = catalogue.profile(catalogue.DEFAULT)

LINEAR = Bands(kind="linear", points=((0, 100), (10, 90), (30, 0)))
STEPS = Bands(kind="steps", points=((0, 0), (60, 60), (90, 100)))


@pytest.mark.parametrize(
    ("bands", "value", "score"),
    [
        (LINEAR, 0, 100),
        (LINEAR, 5, 95),
        (LINEAR, 10, 90),
        (LINEAR, 20, 45),
        (LINEAR, 30, 0),
        (LINEAR, -1, 100),  # before the first point it goes on level
        (LINEAR, 99, 0),  # and after the last
        (STEPS, 59.9, 0),
        (STEPS, 60, 60),  # from the value on
        (STEPS, 89.9, 60),
        (STEPS, 90, 100),
        (STEPS, -5, 0),  # the first score below it too
    ],
)
def test_bands(bands: Bands, value: float, score: float):
    assert bands.score(value) == pytest.approx(score)


def test_whether_more_is_better():
    assert (LINEAR.rise, STEPS.rise) == (False, True)


def test_points_weights_and_the_total():
    found = rate(PROFILE, evidence())
    by_item = {part.item: part for part in found.contributions}
    complaints = by_item["complaints"]
    assert complaints.scored is not None
    # 129 cases on 860 households: a third of the way from 10 (90 points) to 25 (70 points)
    assert complaints.measured.value == pytest.approx(15)
    assert complaints.scored.score == pytest.approx(250 / 3)
    assert complaints.points == pytest.approx(25 * 250 / 3 / 100)
    # the fewer complaints, the better: the interval's low end gives the high score
    low, high = complaints.measured.low, complaints.measured.high
    assert low is not None
    assert high is not None
    bands = PROFILE.items["complaints"].bands
    assert (complaints.scored.low, complaints.scored.high) == (bands.score(high), bands.score(low))
    assert found.total == rounded(sum(part.points or 0 for part in found.contributions))
    assert (found.known_weight, found.known_share, found.deductions) == (100, 1, ())


def test_what_is_missing_leaves_with_its_weight():
    found = rate(PROFILE, evidence(satisfaction=Measured(missing=Missing.NO_CASES)))
    part = next(part for part in found.contributions if part.item == "satisfaction")
    assert (part.scored, part.points, part.share, part.weight, part.lost) == (None, None, 0, 15, 0)
    assert (found.known_weight, found.known_share) == (85, 0.85)
    whole = rate(PROFILE, evidence())
    rest = sum(part.points or 0 for part in whole.contributions if part.item != "satisfaction")
    assert found.total == rounded(rest * 100 / 85)


def test_a_compound_of_which_too_little_is_known_is_not_graded():
    nothing = Measured(missing=Missing.NO_CASES)
    found = rate(PROFILE, evidence(on_time=nothing, rework=nothing, satisfaction=nothing))
    assert found.known_share == 0.55
    assert (found.total, found.low, found.high, found.grade, found.certain) == (None, None, None, None, False)
    assert explain(PROFILE, found)[-1] == "已知项目只占权重的 55.0 %，不足 60.0 %，不评级"


def test_penalties_take_off_only_what_is_known():
    base = rate(PROFILE, evidence()).total
    assert base is not None
    facts = {Fact.UNMANAGED: True, Fact.PARTY_BRANCH: False}
    found = rate(PROFILE, replace(evidence(), facts=facts, assessed={"unsafe": 59.9}))
    assert [(one.penalty, one.points) for one in found.deductions] == [
        ("unmanaged", 20), ("no_party_branch", 3), ("unsafe", 5),
    ]  # fmt: skip
    assert found.total == pytest.approx(base - 28)
    unknown = {Fact.UNMANAGED: None, Fact.PARTY_BRANCH: None}
    same = rate(PROFILE, replace(evidence(), facts=unknown, assessed={"unsafe": None}))
    assert (same.total, same.deductions) == (base, ())
    assert rate(PROFILE, replace(evidence(), assessed={"unsafe": 60.0})).deductions == ()


def test_no_total_leaves_0_to_100():
    worst = evidence(
        complaints=density(900, 860), on_time=share(0, 300), rework=share(300, 300),
        satisfaction=share(1, 300), party_building=assessed(0),
    )  # fmt: skip
    found = rate(PROFILE, replace(worst, facts={Fact.UNMANAGED: True}, assessed={"unsafe": 0.0}))
    assert (found.low, found.total) == (0, 0)
    best = evidence(
        complaints=density(0, 9000), on_time=share(300, 300), rework=share(0, 300),
        satisfaction=share(300, 300), party_building=assessed(100), inspection=assessed(100),
        credit=assessed(100),
    )  # fmt: skip
    assert (rate(PROFILE, best).total, rate(PROFILE, best).high) == (100, 100)


def test_a_small_compound_with_three_complaints_has_a_wide_interval():
    same = {"party_building": assessed(70), "inspection": assessed(70)}
    small = evidence(complaints=density(3, 24), on_time=share(1, 3), rework=share(1, 3), **same)
    large = evidence(complaints=density(300, 2400), on_time=share(100, 300), rework=share(100, 300), **same)
    narrow, wide = rate(PROFILE, large), rate(PROFILE, small)
    assert narrow.total == wide.total == 53.9
    assert (wide.low, wide.high, wide.certain) == (45.5, 70.2, False)
    assert (narrow.low, narrow.high, narrow.certain) == (50.5, 56.5, True)
    assert grades_between(PROFILE, "below", "three") == ("three", "two", "below")


@pytest.mark.parametrize(
    ("points", "told"),
    [(89.95, 90.0), (89.94999999999999, 90.0), (89.9499, 89.9), (0.05, 0.1), (100.0, 100.0), (72.25, 72.3)],
)
def test_a_half_is_rounded_upwards_whatever_the_noise(points: float, told: float):
    assert rounded(points) == told


def test_a_condition_and_its_opposite():
    assert Condition.parse("not party_branch") == Condition(Fact.PARTY_BRANCH, wanted=False)
    assert Condition.parse("not party_branch").words == "没有党支部"
    assert Condition.parse("unmanaged").words == "周期末无人管理（弃管）"
    assert {fact.opposite for fact in Fact}.isdisjoint({fact.label for fact in Fact})


@pytest.mark.parametrize("told", [{}, {"value": 1.0, "missing": Missing.NO_CASES}])
def test_a_measure_is_a_value_or_a_reason(told: dict[str, object]):
    with pytest.raises(ValueError, match="either a value or the reason"):
        Measured(**told)  # type: ignore[arg-type]


# --- whatever the figures are ------------------------------------------------------------------------------

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
VALUES = st.floats(0, 100)


@st.composite
def any_evidence(draw: st.DrawFn) -> Evidence:
    """Figures as they may come, some missing."""
    made = {
        "complaints": density(draw(st.integers(0, 500)), draw(st.integers(1, 3000))),
        "on_time": share(*draw(COUNTS)),
        "rework": share(*draw(COUNTS)),
        "satisfaction": share(*draw(COUNTS)),
        "party_building": assessed(draw(VALUES)),
        "inspection": assessed(draw(VALUES), draw(VALUES)),
        "credit": assessed(draw(VALUES)),
    }
    gone = draw(st.sets(st.sampled_from(sorted(made)), max_size=3))
    items = {name: Measured(missing=Missing.NO_CASES) if name in gone else one for name, one in made.items()}
    facts = {fact: draw(st.sampled_from([None, True, False])) for fact in Fact}
    return Evidence(items, facts, {"unsafe": draw(st.none() | VALUES)})


@given(any_evidence())
def test_a_total_lies_in_its_interval_and_is_the_sum_of_its_parts(found_evidence: Evidence):
    found = rate(PROFILE, found_evidence)
    shares = sum(part.share for part in found.contributions)
    assert shares == pytest.approx(1)
    if found.total is None or found.low is None or found.high is None:
        assert found.known_share < PROFILE.least_weight
        return
    assert 0 <= found.low <= found.total <= found.high <= 100
    parts = sum(part.points or 0 for part in found.contributions) - found.deducted
    assert found.total == rounded(min(max(parts, 0), 100))
    order = PROFILE.best_first
    assert found.grade_high is not None
    assert found.grade is not None
    assert found.grade_low is not None
    assert order.index(found.grade_high) <= order.index(found.grade) <= order.index(found.grade_low)
    for part in found.contributions:
        if part.scored is not None:
            assert 0 <= part.scored.low <= part.scored.score <= part.scored.high <= 100
            assert part.lost >= -1e-9


@given(any_evidence(), st.floats(0.01, 100))
def test_weights_times_a_constant_change_nothing(found_evidence: Evidence, factor: float):
    scaled = weighed(PROFILE, **{name: item.weight * factor for name, item in PROFILE.items.items()})
    first, second = rate(PROFILE, found_evidence), rate(scaled, found_evidence)
    assume(not math.isclose(first.known_share, PROFILE.least_weight))
    for name in ("total", "low", "high"):
        one, other = getattr(first, name), getattr(second, name)
        assert one == other or math.isclose(one, other, abs_tol=0.11)  # a half may fall either way
    exact = [sum(part.points or 0 for part in rating.contributions) for rating in (first, second)]
    assert exact[0] == pytest.approx(exact[1])


@given(any_evidence(), st.sampled_from(sorted(PROFILE.items)), st.floats(0, 100))
def test_a_better_value_never_lowers_the_total(found_evidence: Evidence, item: str, better: float):
    before = rate(PROFILE, found_evidence)
    old = found_evidence.items[item]
    if old.value is None:
        return
    rise = PROFILE.items[item].bands.rise
    improved = max(old.value, better) if rise else min(old.value, better)
    moved = replace(old, value=improved, low=improved, high=improved)
    after = rate(PROFILE, replace(found_evidence, items={**found_evidence.items, item: moved}))
    assert (before.total is None) == (after.total is None)
    if before.total is not None and after.total is not None:
        assert after.total >= before.total


@given(
    st.lists(st.tuples(st.floats(-1000, 1000), st.floats(0, 100)), min_size=2, max_size=6),
    st.sampled_from(["linear", "steps"]),
    st.booleans(),
    st.floats(-2000, 2000),
    st.floats(-2000, 2000),
)
def test_bands_run_one_way_and_stay_within_their_scores(
    points: list[tuple[float, float]], kind: str, rises: bool, one: float, other: float
):
    values = sorted({value for value, _score in points})
    scores = sorted((score for _value, score in points), reverse=not rises)[: len(values)]
    assume(len(values) >= 2 and scores[0] != scores[-1])
    bands = Bands.model_validate({"kind": kind, "points": list(zip(values, scores, strict=True))})
    low, high = sorted((one, other))
    first, second = bands.score(low), bands.score(high)
    assert first <= second if bands.rise else first >= second
    assert min(scores) <= first <= max(scores)
    assert [bands.score(value) for value in values] == pytest.approx(scores)


def test_what_is_missing_is_told_in_its_place_with_the_weight_that_it_had():
    told = explain(PROFILE, rate(PROFILE, evidence(satisfaction=Measured(missing=Missing.NO_CASES))))
    assert told[3] == "好评率：没有可计入的案件，权重 15 不计入"
    assert told[4] == "党建考评 96.0 分 → 96.0 分 × 权重 10 / 85 = 11.3 分"


def test_a_certain_grade_is_told_so():
    base = evidence(
        complaints=density(300, 2400), on_time=share(100, 300), rework=share(100, 300),
        party_building=assessed(70), inspection=assessed(70),
    )  # fmt: skip
    assert explain(PROFILE, rate(PROFILE, base))[-2:] == [
        "总分 53.9（95% 区间 50.5–56.5）", "等级 不达标，区间之内不变",
    ]  # fmt: skip


def test_a_reason_names_what_carried_a_compound_there_and_not_what_weighs_most():
    # the complaints add 16 points, more than all but one; at 64 of 100 they pull the total down to the limit of 75
    found = rate(PROFILE, evidence(complaints=density(258, 860), on_time=share(118, 118)))
    assert why_listed(PROFILE, ListKind.RED, found).partition("主要得分：")[2] == (
        "按期处置率 100.0 % · 118/118（得 20.0/20.0 分）、党建考评 96.0 分（得 9.6/10.0 分）、"
        "返工率 5.0 % · 6/121（得 8.5/10.0 分）"
    )


def test_a_reason_names_what_damned_a_compound_the_heaviest_first():
    # the complaints lose 4.2 points of 25 and the ratings 4.8 of 15: neither is below the limit of 60
    facts = {Fact.UNMANAGED: True, Fact.PARTY_BRANCH: False}
    found = rate(PROFILE, replace(evidence(inspection=assessed(10)), facts=facts))
    assert why_listed(PROFILE, ListKind.BLACK, found).partition("主要失分：")[2] == (
        "弃管：扣 20 分、现场检查 10.0 分（失 9.0/10.0 分）、没有党支部：扣 3 分"
    )


@given(any_evidence(), st.floats(0, 100))
def test_what_items_move_beyond_a_limit_is_the_distance_from_it(found_evidence: Evidence, limit: float):
    parts = rate(PROFILE, found_evidence).contributions
    points = sum(part.points or 0 for part in parts)
    assert sum(part.beyond(limit) for part in parts) == pytest.approx(points - limit)
