"""Why a rating changes with its profile: which item moved the total, by how much, in words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from domain.i18n import _
from domain.ratings.arithmetic import Contribution, Evidence, Rating, rate, summed
from domain.ratings.catalogue import item_name
from domain.ratings.model import Profile
from domain.ratings.words import points_words

_SHOWN = 3
_LEAST_POINTS = 0.05


@dataclass(frozen=True)
class Moved:
    """How much of the change of a total an item explains, in points.

    `pull` is what its new weight does: more of it draws the total towards the item's own score, down where it is worse
    than the weighted mean was. `bands` is what its new bands do to its score. Over all items both add up to the change
    before penalties.
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
    """Two ratings of the same evidence; the items that explain the difference, most first; `mean` before penalties."""

    before: Rating
    after: Rating
    mean: float
    moved: tuple[Moved, ...]
    words: str


def why_changed(before: Profile, after: Profile, evidence: Evidence) -> Change:
    """What another profile makes of the same evidence, and why. The evidence holds the items of both profiles."""
    old, new = rate(before, evidence), rate(after, evidence)
    mean = summed(part.points or 0.0 for part in old.contributions)
    olds, news = ({part.item: part for part in rating.contributions} for rating in (old, new))
    scale = _scale(olds, news)
    moved = [
        _moved(name, (olds.get(name), news.get(name)), mean, scale, new.known_weight)
        for name in dict.fromkeys([*olds, *news])
    ]
    ranked = tuple(sorted(moved, key=lambda one: -abs(one.points)))
    return Change(old, new, mean, ranked, _words(before, after, (old, new), mean, ranked))


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


def _words(
    before: Profile,
    after: Profile,
    ratings: tuple[Rating, Rating],
    mean: float,
    moved: tuple[Moved, ...],
) -> str:
    old, new = ratings
    parts = [_head(before, after, old, new)]
    parts += [
        _moved_words(after if one.after else before, one, ratings, mean)
        for one in moved[:_SHOWN]
        if abs(one.points) >= _LEAST_POINTS
    ]
    if old.deducted != new.deducted:
        parts.append(
            _("扣分由 {before} 变为 {after}").format(before=f"{old.deducted:g}", after=f"{new.deducted:g}")
        )
    return _("；").join(parts)


def _head(before: Profile, after: Profile, old: Rating, new: Rating) -> str:
    names = [
        str(profile.grades[rating.grade].name) if rating.grade else _("不评级")
        for profile, rating in ((before, old), (after, new))
    ]
    form = (
        _("等级不变，仍是{after}；总分由 {total_before} 变为 {total_after}")
        if names[0] == names[1]
        else _("等级由{before}变为{after}；总分由 {total_before} 变为 {total_after}")
    )
    return form.format(
        before=names[0],
        after=names[1],
        total_before=points_words(old.total),
        total_after=points_words(new.total),
    )


def _moved_words(profile: Profile, moved: Moved, ratings: tuple[Rating, Rating], mean: float) -> str:
    """What one item did: its weight or its score, and the points that this makes."""
    told = []
    weights = [
        f"{part.weight:g}/{rating.known_weight:g}" if part and part.scored else "0"
        for part, rating in zip((moved.before, moved.after), ratings, strict=True)
    ]
    scores = [part.scored.score if part and part.scored else None for part in (moved.before, moved.after)]
    if abs(moved.pull) >= _LEAST_POINTS:
        told.append(_("权重由 {before} 变为 {after}").format(before=weights[0], after=weights[1]))
    if scores[0] is not None and scores[1] is not None and scores[0] != scores[1]:
        told.append(
            _("得分由 {before} 变为 {after}").format(
                before=points_words(scores[0]), after=points_words(scores[1])
            )
        )
    else:
        told.append(
            _("得分 {score}，原加权均分 {mean}").format(
                score=points_words(scores[0] if scores[0] is not None else scores[1]), mean=points_words(mean)
            )
        )
    form = (
        _("{item}：{told}，总分增加 {points} 分")
        if moved.points > 0
        else _("{item}：{told}，总分减少 {points} 分")
    )
    return form.format(
        item=item_name(profile, moved.item), told=_("，").join(told), points=points_words(abs(moved.points))
    )
