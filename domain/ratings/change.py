"""Why a rating changes with its profile: which item moved the total, by how much, in words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from domain.i18n import _
from domain.ratings.arithmetic import Contribution, Evidence, Rating, rate, summed
from domain.ratings.catalogue import item_name
from domain.ratings.model import Profile
from domain.ratings.words import known_words, points_words, value_words

_SHOWN = 3
_LEAST_POINTS = 0.05


@dataclass(frozen=True)
class Moved:
    """How much of the change of a total an item explains, in points.

    `pull` is what its new weight does: more of it draws the total towards the item's own score, down where it is worse
    than the weighted mean was. `bands` is what its new bands, or another value, do to its score. Over all items both
    add up to the change before penalties.
    """

    item: str
    before: Contribution | None
    after: Contribution | None
    pull: float
    bands: float

    @property
    def points(self) -> float:
        """Both together."""
        return self.pull + self.bands


@dataclass(frozen=True)
class Change:
    """Two ratings of the same compound; the items that explain the difference, most first; `mean` before penalties.

    `head` says grades and totals, `reasons` why they differ.
    """

    before: Rating
    after: Rating
    mean: float
    moved: tuple[Moved, ...]
    head: str
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """All of it as one text."""
        return _("；").join([self.head, *self.reasons])


@dataclass(frozen=True)
class _Pair:
    """Both profiles and what they make of a compound."""

    before: Profile
    after: Profile
    old: Rating
    new: Rating
    mean: float

    @property
    def both(self) -> tuple[tuple[Profile, Rating], ...]:
        return (self.before, self.old), (self.after, self.new)


def why_changed(before: Profile, after: Profile, evidence: Evidence, now: Evidence | None = None) -> Change:
    """What another profile makes of a compound, and why.

    `evidence` holds the items of the first profile; `now` those of the other one, None where it holds them too.
    """
    old, new = rate(before, evidence), rate(after, now or evidence)
    pair = _Pair(before, after, old, new, summed(part.points or 0.0 for part in old.contributions))
    olds, news = ({part.item: part for part in rating.contributions} for rating in (old, new))
    scale = _scale(olds, news)
    moved = [
        _moved(name, (olds.get(name), news.get(name)), pair.mean, scale, new.known_weight)
        for name in dict.fromkeys([*olds, *news])
    ]
    ranked = tuple(sorted(moved, key=lambda one: -abs(one.points)))
    return Change(old, new, pair.mean, ranked, _head(pair), tuple(_reasons(pair, ranked)))


def _scale(olds: Mapping[str, Contribution], news: Mapping[str, Contribution]) -> float:
    """By how much most weights are multiplied: a profile in per mille instead of per cent changes nothing."""
    ratios = [round(news[name].weight / olds[name].weight, 9) for name in olds if name in news]
    return Counter(ratios).most_common(1)[0][0] if ratios else 1.0


def _moved(
    name: str, parts: tuple[Contribution | None, Contribution | None], mean: float, scale: float, known: float
) -> Moved:
    old, new = parts
    scores = [part.scored.score if part and part.scored else None for part in parts]
    was = scores[0] if scores[0] is not None else scores[1]
    becomes = scores[1] if scores[1] is not None else scores[0]
    if was is None or becomes is None or not known:
        return Moved(name, old, new, 0.0, 0.0)
    weights = (part.weight if part and part.scored else 0.0 for part in parts)
    weight_before, weight_after = weights
    pull = (weight_after - scale * weight_before) * (was - mean) / known
    return Moved(name, old, new, pull, weight_after * (becomes - was) / known)


def _head(pair: _Pair) -> str:
    names = [
        str(profile.grades[rating.grade].name) if rating.grade else _("不评级")
        for profile, rating in pair.both
    ]
    form = (
        _("等级不变，仍是{after}；总分由 {total_before} 变为 {total_after}")
        if names[0] == names[1]
        else _("等级由{before}变为{after}；总分由 {total_before} 变为 {total_after}")
    )
    return form.format(
        before=names[0],
        after=names[1],
        total_before=points_words(pair.old.total),
        total_after=points_words(pair.new.total),
    )


def _reasons(pair: _Pair, moved: tuple[Moved, ...]) -> list[str]:
    """Why they differ: what is known, or else items, penalties and where the grades begin."""
    if pair.old.total is None or pair.new.total is None:
        return _known(pair)
    told = [one for one in moved[:_SHOWN] if abs(one.points) >= _LEAST_POINTS]
    rest = summed(one.points for one in moved if one not in told)
    parts = [_moved_words(pair, one) for one in told]
    if abs(rest) >= _LEAST_POINTS:
        form = _("其余各项合计增加 {points} 分") if rest > 0 else _("其余各项合计减少 {points} 分")
        parts.append(form.format(points=points_words(abs(rest))))
    return [*parts, *_penalties(pair), *_thresholds(pair)]


def _known(pair: _Pair) -> list[str]:
    """Where one of them is no rating: how much is known for each, and what the other one lacks."""
    shares = [known_words(profile, rating) for profile, rating in pair.both]
    told = [] if shares[0] == shares[1] else [_("原来{known}").format(known=shares[0])]
    lacking = [item_name(pair.after, part.item) for part in pair.new.contributions if part.scored is None]
    told.append(shares[1])
    return [*told, _("没有取值的：{items}").format(items=_("、").join(lacking))] if lacking else told


def _penalties(pair: _Pair) -> list[str]:
    olds, news = (
        {deduction.penalty: deduction.points for deduction in rating.deductions}
        for rating in (pair.old, pair.new)
    )
    return [
        _("{penalty}：扣分由 {before} 变为 {after}").format(
            penalty=(pair.after if name in pair.after.penalties else pair.before).penalties[name].name,
            before=f"{olds.get(name, 0):g}",
            after=f"{news.get(name, 0):g}",
        )
        for name in dict.fromkeys([*olds, *news])
        if olds.get(name) != news.get(name)
    ]


def _thresholds(pair: _Pair) -> list[str]:
    """Grades that begin elsewhere, of the two that the compound has."""
    grades = [name for name in dict.fromkeys([pair.old.grade, pair.new.grade]) if name is not None]
    if len(grades) == 1:
        return []
    return [
        _("{grade}的起点由 {before} 分变为 {after} 分").format(
            grade=pair.after.grades[name].name,
            before=f"{pair.before.grades[name].at_least:g}",
            after=f"{pair.after.grades[name].at_least:g}",
        )
        for name in grades
        if name in pair.before.grades
        and name in pair.after.grades
        and pair.before.grades[name].at_least != pair.after.grades[name].at_least
    ]


def _moved_words(pair: _Pair, moved: Moved) -> str:
    """What one item did: its weight, its value or its score, and the points that this makes."""
    told = []
    parts = (moved.before, moved.after)
    weights = [
        f"{part.weight:g}/{rating.known_weight:g}" if part and part.scored else "0"
        for part, (_profile, rating) in zip(parts, pair.both, strict=True)
    ]
    if abs(moved.pull) >= _LEAST_POINTS:
        told.append(_("权重由 {before} 变为 {after}").format(before=weights[0], after=weights[1]))
    if moved.before and moved.after and moved.before.measured != moved.after.measured:
        values = [
            value_words(profile, moved.item, part.measured)
            for part, (profile, _rating) in zip((moved.before, moved.after), pair.both, strict=True)
        ]
        told.append(_("取值由 {before} 变为 {after}").format(before=values[0], after=values[1]))
    told.append(_score_words(pair, [part.scored.score if part and part.scored else None for part in parts]))
    form = (
        _("{item}：{told}，总分增加 {points} 分")
        if moved.points > 0
        else _("{item}：{told}，总分减少 {points} 分")
    )
    return form.format(
        item=item_name(pair.after if moved.after else pair.before, moved.item),
        told=_("，").join(told),
        points=points_words(abs(moved.points)),
    )


def _score_words(pair: _Pair, scores: list[float | None]) -> str:
    before, after = scores
    if before is not None and after is not None and before != after:
        return _("得分由 {before} 变为 {after}").format(
            before=points_words(before), after=points_words(after)
        )
    return _("得分 {score}，原加权均分 {mean}").format(
        score=points_words(before if before is not None else after), mean=points_words(pair.mean)
    )
