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

from domain.indicators import catalogue
from domain.indicators.facts import Direction, Unit
from domain.indicators.model import Composite, Definition, Indicator, Name, Text
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
                raise ValueError(f"values were {left:g} and then {right:g}, expected them to rise")
        ways = {math.copysign(1, right - left) for left, right in pairwise(scores) if left != right}
        if len(ways) != 1:
            told = ", ".join(f"{score:g}" for score in scores)
            raise ValueError(
                f"scores were {told}, expected them to rise only or to fall only, and not all the same"
            )
        return self

    @property
    def rise(self) -> bool:
        """Whether more is better."""
        return self.points[0][1] < self.points[-1][1]

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
            raise ValueError("an item has either an indicator or an assessment")
        if self.assessment is not None and self.name is None:
            raise ValueError("an assessment has a name")
        if self.indicator is not None and (self.of != "compound" or self.unit is not None):
            raise ValueError("`of` and `unit` belong to an assessment")
        return self

    @model_validator(mode="after")
    def _fits_the_indicator(self, info: ValidationInfo) -> Self:
        known: Mapping[str, Definition] | None = (info.context or {}).get("indicators")
        if self.indicator is None or known is None:
            return self
        if self.indicator not in known:
            raise ValueError(
                f"indicator was {self.indicator!r}, which is unknown; known: {', '.join(_usable(known))}"
            )
        found = known[self.indicator]
        if isinstance(found, Composite) or self.indicator not in _usable(known):
            raise ValueError(
                f"indicator {self.indicator!r} is a {found.kind} in {found.unit}, expected a rate or cases per 100"
                f" households: {', '.join(_usable(known))}"
            )
        if found.kind == "rate" and self.bands.points[-1][0] > 1:
            seen = f"{self.bands.points[-1][0]:g}"
            raise ValueError(f"bands of a rate go up to {seen}, expected fractions: 0.95 for 95 %")
        if (
            found.direction is not Direction.NEITHER
            and (found.direction is Direction.HIGHER) != self.bands.rise
        ):
            seen = "rise" if self.bands.rise else "fall"
            raise ValueError(f"bands {seen}, but of {self.indicator!r} the {found.direction} is the better")
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
            raise ValueError("a penalty has either a fact or an assessment")
        limits = [limit for limit in (self.below, self.above) if limit is not None]
        if len(limits) != (0 if self.fact else 1):
            raise ValueError("an assessment has either `below` or `above`, a fact neither")
        if self.fact and self.of != "compound":
            raise ValueError("a fact is of the compound")
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
                f"black.below was {self.black.below:g}, expected at most red.at_least, {self.red.at_least:g}"
            )
        return self


def _known_profile(name: str) -> str:
    known = catalogue.profiles()
    if name not in known:
        raise ValueError(f"was {name!r}, which is no indicator profile; known: {', '.join(known)}")
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
                f"grades: the lowest began at {limits[0]:g}, expected 0, so that everybody has one"
            )
        if len(set(limits)) != len(limits):
            raise ValueError("grades: two begin at the same points")
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
