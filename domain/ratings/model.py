"""What a rating profile says: items with weights and bands, penalties, grades, lists.

All problems of a profile are reported at once by pydantic, each with the path of its key. The indicators of the profile
that it stands on come in as the validation's context.
"""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)

from domain.i18n import _
from domain.indicators import catalogue
from domain.indicators.facts import Direction, Unit
from domain.indicators.model import Composite, Definition, Indicator, Name, Text
from domain.profile_faults import closest, joined
from domain.ratings.facts import Condition, Fact
from domain.ratings.periods import PeriodKind

FULL_POINTS = 100.0
"""The best score of an item, and of a compound."""

MOST_PERIODS = 8
"""The longest run of periods that a list may ask for."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Score = Annotated[float, Field(ge=0, le=FULL_POINTS)]
Point = tuple[float, Score]
"""A value and the score that it is worth."""


class Bands(_Strict):
    """How a value becomes a score.

    `linear` joins the points by straight lines and goes on level before the first and after the last; `steps` holds
    each score from its value on until the next point's, and the first one's below it too.
    """

    kind: Literal["linear", "steps"]
    points: tuple[Point, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _run_one_way(self) -> Self:
        values, scores = zip(*self.points, strict=True)
        for left, right in pairwise(values):
            if left >= right:
                raise ValueError(
                    _("数值先是 {left} 后是 {right}，应当递增。").format(left=f"{left:g}", right=f"{right:g}")
                )
        ways = {math.copysign(1, right - left) for left, right in pairwise(scores) if left != right}
        if len(ways) != 1:
            told = ", ".join(f"{score:g}" for score in scores)
            raise ValueError(_("得分是 {told}，应当只升或只降，也不能都一样。").format(told=told))
        return self

    @property
    def rise(self) -> bool:
        """Whether more is better."""
        return self.points[0][1] < self.points[-1][1]

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest value that they speak of; the last of `steps` holds for all above it."""
        return self.points[0][0], self.points[-1][0] if self.kind == "linear" else math.inf

    def covers(self, value: float) -> bool:
        """Whether they speak of a value; one beyond counts as the nearest end."""
        least, greatest = self.ends
        return least <= value <= greatest

    def score(self, value: float) -> float:
        """The score of a value, which is no NaN."""
        before = self.points[0]
        if self.kind == "linear" and value <= before[0]:
            return before[1]
        for after in self.points[1:]:
            if self.kind == "linear" and value <= after[0]:
                return _between(before, after, value)
            if value < after[0]:
                return before[1]
            before = after
        return before[1]


def _between(left: Point, right: Point, value: float) -> float:
    """On the line between two points; rounding never leaves it."""
    (start, first), (end, last) = left, right
    found = first + (value - start) * (last - first) / (end - start)
    return min(max(found, min(first, last)), max(first, last))


Of = Literal["compound", "company"]
"""Whom an assessment is of; a company's is that of all its compounds."""


class Item(_Strict):
    """One thing that counts: an indicator of the catalogue, or an imported assessment (its own name).

    `name` is that of the indicator unless it says another; an assessment says its name and, in `unit`, what its values
    are.
    """

    indicator: str | None = None
    assessment: str | None = Field(None, min_length=1)
    of: Of = "compound"
    name: Text | None = None
    unit: Text | None = None
    note: Text | None = None
    weight: float = Field(gt=0)
    bands: Bands

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.indicator is None) == (self.assessment is None):
            raise ValueError(_("indicator（指标）和 assessment（考核）必须恰好写一个。"))
        if self.assessment is not None and self.name is None:
            raise ValueError(_("考核项要写 name（名称）。"))
        if self.indicator is not None and (self.of != "compound" or self.unit is not None):
            raise ValueError(_("of 和 unit 只用于考核项。"))
        return self

    @model_validator(mode="after")
    def _fits_the_indicator(self, info: ValidationInfo) -> Self:
        known: Mapping[str, Definition] | None = (info.context or {}).get("indicators")
        if self.indicator is None or known is None:
            return self
        if self.indicator not in known:
            raise ValueError(
                _("indicator 写的是“{seen}”，没有这个指标；可用：{known}。").format(
                    seen=self.indicator, known=joined(closest(self.indicator, _usable(known)))
                )
            )
        found = known[self.indicator]
        if isinstance(found, Composite) or self.indicator not in _usable(known):
            raise ValueError(
                _(
                    "indicator 写的是“{seen}”，它是 {kind}，单位 {unit}；应当是比率或每百户案件：{known}。"
                ).format(
                    seen=self.indicator,
                    kind=found.kind,
                    unit=found.unit.value,
                    known=joined(closest(self.indicator, _usable(known))),
                )
            )
        if found.kind == "rate" and self.bands.points[-1][0] > 1:
            seen = f"{self.bands.points[-1][0]:g}"
            raise ValueError(_("比率的分段写到了 {seen}，应当写小数：95% 写 0.95。").format(seen=seen))
        if (
            found.direction is not Direction.NEITHER
            and (found.direction is Direction.HIGHER) != self.bands.rise
        ):
            told = (
                _("分段的得分递增，但“{name}”越低越好，应当递减。")
                if self.bands.rise
                else _("分段的得分递减，但“{name}”越高越好，应当递增。")
            )
            raise ValueError(told.format(name=self.indicator))
        return self


def _usable(known: Mapping[str, Definition]) -> list[str]:
    """The indicators that a compound can be rated by."""
    return [
        name
        for name, item in known.items()
        if isinstance(item, Indicator) and (item.kind == "rate" or item.unit is Unit.PER_100_HOUSEHOLDS)
    ]


def _condition(value: object) -> object:
    return Condition.parse(value) if isinstance(value, str) else value


class Penalty(_Strict):
    """Points taken off where a fact of the compound holds, or an assessment lies `below` or `above` a value.

    What is not known takes nothing off.
    """

    name: Text
    points: float = Field(gt=0, le=FULL_POINTS)
    fact: Annotated[Condition, BeforeValidator(_condition)] | None = None
    assessment: str | None = Field(None, min_length=1)
    of: Of = "compound"
    below: float | None = None
    above: float | None = None

    @model_validator(mode="after")
    def _is_one_condition(self) -> Self:
        if (self.fact is None) == (self.assessment is None):
            raise ValueError(_("fact（事实）和 assessment（考核）必须恰好写一个。"))
        limits = [limit for limit in (self.below, self.above) if limit is not None]
        if len(limits) != (0 if self.fact else 1):
            raise ValueError(_("考核要写 below 或 above 之一，事实两个都不写。"))
        if self.fact and self.of != "compound":
            raise ValueError(_("事实只说小区，不能写 of。"))
        return self

    def applies(self, facts: Mapping[Fact, bool | None], assessed: float | None) -> bool:
        """Whether it takes points off; `assessed` is the value of its assessment, None where there is none."""
        if self.fact is not None:
            return self.fact.holds_in(facts)
        if assessed is None:
            return False
        if self.below is not None:
            return assessed < self.below
        return self.above is not None and assessed > self.above


class Grade(_Strict):
    """A grade, and the least points for it."""

    name: Text
    at_least: Score


class Red(_Strict):
    """The red list: the interval's low end must reach it."""

    at_least: Score


class Black(_Strict):
    """The black list: the interval's high end must lie below it."""

    below: Score


class Lists(_Strict):
    """The lists, and how many periods in a row must support an entry."""

    red: Red
    black: Black
    periods: int = Field(2, ge=1, le=MOST_PERIODS)

    @model_validator(mode="after")
    def _lie_apart(self) -> Self:
        if self.black.below > self.red.at_least:
            raise ValueError(
                _("black.below 写的是 {seen}，应当不大于 red.at_least（{limit}）。").format(
                    seen=f"{self.black.below:g}", limit=f"{self.red.at_least:g}"
                )
            )
        return self


def _known_profile(name: str) -> str:
    known = catalogue.profiles()
    if name not in known:
        raise ValueError(
            _("写的是“{seen}”，没有这个口径；可用：{known}。").format(
                seen=name, known=joined(closest(name, known))
            )
        )
    return name


class Profile(_Strict):
    """How compounds are rated.

    `indicators` names the indicator profile that it stands on. `least_weight`: the share of the weight that must be
    known, else a compound is not graded. Weights need not add up to 100.
    """

    name: Text
    note: Text | None = None
    indicators: Annotated[str, AfterValidator(_known_profile)] = catalogue.DEFAULT
    period: PeriodKind = PeriodKind.QUARTER
    items: dict[Name, Item] = Field(min_length=1)
    penalties: dict[Name, Penalty] = {}
    grades: dict[Name, Grade] = Field(min_length=2)
    lists: Lists
    least_weight: float = Field(0.6, gt=0, le=1)

    @model_validator(mode="after")
    def _grades_lie_apart(self) -> Self:
        limits = sorted(grade.at_least for grade in self.grades.values())
        if limits[0] != 0:
            raise ValueError(
                _("grades：最低一级从 {seen} 分起，应当从 0 起，人人有级。").format(seen=f"{limits[0]:g}")
            )
        if len(set(limits)) != len(limits):
            raise ValueError(_("grades：有两级从同一分数起，应当各不相同。"))
        return self

    @property
    def weight(self) -> float:
        """All weights together."""
        return float(sum(item.weight for item in self.items.values()))

    @property
    def best_first(self) -> tuple[str, ...]:
        """The grades, the best first."""
        return tuple(sorted(self.grades, key=lambda name: -self.grades[name].at_least))

    def grade_of(self, points: float) -> str:
        """The grade that points are worth."""
        return next(name for name in self.best_first if points >= self.grades[name].at_least)

    @property
    def assessments(self) -> frozenset[tuple[str, Of]]:
        """The assessments that items and penalties ask for, and of whom."""
        asked: list[Item | Penalty] = [*self.items.values(), *self.penalties.values()]
        return frozenset((item.assessment, item.of) for item in asked if item.assessment is not None)
