"""A rating in the reader's language: its arithmetic step by step, and why a compound is on a list."""

import math

from domain.i18n import NO_VALUE, _, format_number, format_share
from domain.indicators.facts import Unit
from domain.ratings.arithmetic import (
    Contribution,
    Deduction,
    Measured,
    Rating,
    grades_between,
)
from domain.ratings.catalogue import indicator_of, item_name
from domain.ratings.lists import ListKind
from domain.ratings.model import FULL_POINTS, Bands, Profile

_REASONS_SHOWN = 3


def value_words(profile: Profile, item: str, measured: Measured) -> str:
    """A value with its unit and counts: 3.20 件／百户 · 16 件／500 户; or why there is none."""
    if measured.value is None or measured.numerator is None or measured.denominator is None:
        return measured.missing.label if measured.missing else NO_VALUE
    found = indicator_of(profile, profile.items[item])
    if found is None:
        unit = profile.items[item].unit
        return f"{format_number(measured.value, 1)} {unit or ''}".rstrip()
    if found.unit is Unit.SHARE:
        return format_share(measured.numerator, measured.denominator)
    return _("{value} {unit}（{cases} 件／{households} 户）").format(
        value=format_number(measured.value, 2),
        unit=found.unit.label,
        cases=format_number(measured.numerator),
        households=format_number(100 * measured.denominator),
    )


def step_words(profile: Profile, rating: Rating, part: Contribution) -> str:
    """One item's arithmetic: 每百户案件 3.20 件／百户（16 件／500 户）→ 68.0 分 × 权重 30 / 100 = 20.4 分."""
    name, value = item_name(profile, part.item), value_words(profile, part.item, part.measured)
    if part.scored is None:
        return _("{item}：{why}，权重 {weight} 不计入").format(
            item=name, why=value, weight=f"{part.weight:g}"
        )
    item = profile.items[part.item]
    if item.assessment is not None and not item.bands.covers(part.measured.value or 0.0):
        value = _("{value}（超出分段 {bands}，按最近一端计分）").format(
            value=value, bands=bands_words(item.bands)
        )
    return _("{item} {value} → {score} 分 × 权重 {weight} / {known} = {points} 分").format(
        item=name,
        value=value,
        score=points_words(part.scored.score),
        weight=f"{part.weight:g}",
        known=f"{rating.known_weight:g}",
        points=points_words(part.points),
    )


def bands_words(bands: Bands) -> str:
    """The values that bands speak of: 0–100; ≥ 0 where the last one holds for all above it."""
    least, greatest = bands.ends
    return f"≥ {least:g}" if math.isinf(greatest) else f"{least:g}–{greatest:g}"


def explain(profile: Profile, rating: Rating) -> list[str]:
    """The whole arithmetic, a line a step: items, penalties, the total with its interval, the grade."""
    lines = [step_words(profile, rating, part) for part in rating.contributions]
    lines += [deduction_words(profile, deduction) for deduction in rating.deductions]
    if rating.total is None:
        return [*lines, why_not_words(profile, rating.known_share)]
    lines.append(
        _("总分 {total}（95% 区间 {low}–{high}）").format(
            total=points_words(rating.total), low=points_words(rating.low), high=points_words(rating.high)
        )
    )
    return [*lines, grade_words(profile, rating)]


def deduction_words(profile: Profile, deduction: Deduction) -> str:
    """A penalty with its points: 弃管：扣 20 分."""
    name = profile.penalties[deduction.penalty].name
    return _("{penalty}：扣 {points} 分").format(penalty=name, points=f"{deduction.points:g}")


def grade_words(profile: Profile, rating: Rating) -> str:
    """The grade, and the others that the interval reaches: 三星，也可能是 四星、二星."""
    if rating.grade is None or rating.grade_low is None or rating.grade_high is None:
        return why_not_words(profile, rating.known_share)
    name = str(profile.grades[rating.grade].name)
    others = [
        str(profile.grades[grade].name)
        for grade in grades_between(profile, rating.grade_low, rating.grade_high)
        if grade != rating.grade
    ]
    if not others:
        return _("等级 {grade}，区间之内不变").format(grade=name)
    return _("等级 {grade}，按区间也可能是{others}").format(grade=name, others=_("、").join(others))


def why_not_words(profile: Profile, known_share: float) -> str:
    """Why a compound is not graded."""
    return _("已知项目只占权重的 {known}，不足 {least}，不评级").format(
        known=percent_words(known_share), least=percent_words(profile.least_weight)
    )


def known_words(profile: Profile, rating: Rating) -> str:
    """How much of the weight is known, and whether that is enough for a grade."""
    if rating.total is None:
        return why_not_words(profile, rating.known_share)
    return _("已知项目占权重的 {known}，达到 {least}").format(
        known=percent_words(rating.known_share), least=percent_words(profile.least_weight)
    )


def why_listed(profile: Profile, kind: ListKind, rating: Rating) -> str:
    """Why a compound is on a list: its interval against the threshold, and what carried it there or damned it.

    An item counts by what it moves the total beyond the threshold (`Contribution.beyond`), not by its weight: a heavy
    item at 60 points of 100 is no merit. What pulls the other way is not told.
    """
    lists = profile.lists
    if kind is ListKind.RED:
        head = _("连续 {n} 期区间下限不低于 {limit} 分（本期 {low}）").format(
            n=lists.periods, limit=f"{lists.red.at_least:g}", low=points_words(rating.low)
        )
        best = sorted(
            (part for part in rating.contributions if part.beyond(lists.red.at_least) > 0),
            key=lambda part: -part.beyond(lists.red.at_least),
        )
        told = [_reason(profile, part, _("得 {points}/{full} 分"), part.points) for part in best]
        return _("{head}；主要得分：{items}").format(head=head, items=_("、").join(told[:_REASONS_SHOWN]))
    head = _("连续 {n} 期区间上限低于 {limit} 分（本期 {high}）").format(
        n=lists.periods, limit=f"{lists.black.below:g}", high=points_words(rating.high)
    )
    told = _damning(profile, rating, lists.black.below)
    return _("{head}；主要失分：{items}").format(head=head, items=_("、").join(told))


def _damning(profile: Profile, rating: Rating, limit: float) -> list[str]:
    """The penalties, all of them, and the items that pull the total furthest below a limit; the heaviest first."""
    worst = sorted(rating.contributions, key=lambda part: part.beyond(limit))[:_REASONS_SHOWN]
    told = [(deduction.points, deduction_words(profile, deduction)) for deduction in rating.deductions]
    told += [
        (-part.beyond(limit), _reason(profile, part, _("失 {points}/{full} 分"), part.lost))
        for part in worst
        if part.beyond(limit) < 0
    ]
    return [words for _points, words in sorted(told, key=lambda one: -one[0])]


def why_left(profile: Profile, kind: ListKind, rating: Rating) -> str:
    """Why a compound left a list: what its interval no longer supports."""
    lists = profile.lists
    if rating.total is None:
        return why_not_words(profile, rating.known_share)
    if kind is ListKind.RED:
        return _("区间下限 {low} 分，低于 {limit} 分").format(
            low=points_words(rating.low), limit=f"{lists.red.at_least:g}"
        )
    return _("区间上限 {high} 分，不再低于 {limit} 分").format(
        high=points_words(rating.high), limit=f"{lists.black.below:g}"
    )


def why_not_listed(profile: Profile, kind: ListKind, rating: Rating) -> str:
    """Why a period does not support a place on a list for whoever was not on it."""
    if kind is ListKind.RED or rating.total is None:
        return why_left(profile, kind, rating)
    return _("区间上限 {high} 分，不低于 {limit} 分").format(
        high=points_words(rating.high), limit=f"{profile.lists.black.below:g}"
    )


def _reason(profile: Profile, part: Contribution, form: str, points: float | None) -> str:
    return _("{item} {value}（{points}）").format(
        item=item_name(profile, part.item),
        value=value_words(profile, part.item, part.measured),
        points=form.format(points=points_words(points), full=points_words(FULL_POINTS * part.share)),
    )


def points_words(points: float | None) -> str:
    """Points to a tenth; a dash where there are none."""
    return format_number(points, 1)


def percent_words(share: float) -> str:
    """A share in per cent, to a tenth."""
    return f"{format_number(FULL_POINTS * share, 1)} %"
