"""The rating of one compound in one period: from values to scores, points, a total with its interval, and a grade.

    score  = bands(value)
    points = weight × score / known weight        known weight: that of the items that have a value
    total  = sum of points − penalties            never below 0 or above 100

Each end of a value's interval goes through the bands as well (where less is better, the low value gives the high
score). The total's interval is square-and-add: on each side the root of the sum of the squares of the points' own
distances, as Newcombe does for a difference. It takes the items' errors for independent: adding up the distances
themselves would suppose that every item errs in the same direction at once.

Total and interval are told to a tenth of a point, and grades and lists go by what is told.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.i18n import N_
from domain.ratings.facts import Fact
from domain.ratings.model import FULL_POINTS, Item, Profile
from domain.vocabulary import Labelled


class Missing(Labelled):
    """Why an item has no value."""

    NO_HOUSEHOLDS = "no_households"
    NO_DATA = "no_data"
    NO_CASES = "no_cases"
    NOT_RECORDED = "not_recorded"
    UNMATCHED = "unmatched"
    NO_ASSESSMENT = "no_assessment"
    NO_COMPANY = "no_company"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "no_households": N_("没有户数"),
            "no_data": N_("那时没有案件数据"),
            "no_cases": N_("没有可计入的案件"),
            "not_recorded": N_("本期案件没有这项记录"),
            "unmatched": N_("小区没有边界，也没有案件写它的名字，不知道有没有案件"),
            "no_assessment": N_("本期没有考评结果"),
            "no_company": N_("没有登记物业企业"),
        }


@dataclass(frozen=True)
class Measured:
    """What an item is worth: a value with its interval, and what it was made of; or why there is none.

    For a rate numerator and denominator are cases, for cases per 100 households cases and hundreds of households, for
    an assessment the sum of the period's assessments and how many there are. An assessment has no interval: low = high.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    missing: Missing | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.missing is None):
            raise ValueError("either a value or the reason why there is none is expected")


@dataclass(frozen=True)
class Evidence:
    """What is known of a compound in a period: each item, its facts, and by penalty the assessment it looks at."""

    items: Mapping[str, Measured]
    facts: Mapping[Fact, bool | None] = field(default_factory=dict)
    assessed: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Scored:
    """A score with its interval, low ≤ score ≤ high."""

    score: float
    low: float
    high: float


@dataclass(frozen=True)
class Contribution:
    """What an item adds to the total. `points` and its ends are None where the item has no value.

    `share` is its weight over the known weight: 0 without a value.
    """

    item: str
    measured: Measured
    weight: float
    share: float
    scored: Scored | None
    points: float | None

    @property
    def lost(self) -> float:
        """The points that it is short of the most that it could add."""
        return 0.0 if self.points is None else FULL_POINTS * self.share - self.points

    def beyond(self, limit: float) -> float:
        """The points by which it lifts the total above a limit; below 0 it pulls it down.

        Over all items they add up to the distance of the total, before penalties, from the limit.
        """
        return 0.0 if self.points is None else self.points - self.share * limit


@dataclass(frozen=True)
class Deduction:
    """Points that a penalty takes off."""

    penalty: str
    points: float


@dataclass(frozen=True)
class Rating:
    """A compound's rating; `total` and grades are None where too little is known (`known_share` below the least)."""

    contributions: tuple[Contribution, ...]
    deductions: tuple[Deduction, ...]
    known_weight: float
    known_share: float
    total: float | None = None
    low: float | None = None
    high: float | None = None
    grade: str | None = None
    grade_low: str | None = None
    grade_high: str | None = None

    @property
    def certain(self) -> bool:
        """Whether its whole interval lies in one grade."""
        return self.grade is not None and self.grade_low == self.grade_high

    @property
    def deducted(self) -> float:
        """The points taken off, all together."""
        return summed(deduction.points for deduction in self.deductions)


def rate(profile: Profile, evidence: Evidence) -> Rating:
    """The rating of a compound. Raises KeyError where the evidence lacks an item of the profile."""
    known = summed(
        item.weight for name, item in profile.items.items() if evidence.items[name].value is not None
    )
    parts = tuple(
        _contribution(name, item, evidence.items[name], known) for name, item in profile.items.items()
    )
    taken = tuple(
        Deduction(name, penalty.points)
        for name, penalty in profile.penalties.items()
        if penalty.applies(evidence.facts, evidence.assessed.get(name))
    )
    share = known / summed(item.weight for item in profile.items.values())
    rating = Rating(parts, taken, known, share)
    return rating if share < profile.least_weight else _graded(profile, rating)


def scored(item: Item, measured: Measured) -> Scored | None:
    """The score of a value and of its interval's ends."""
    if measured.value is None or measured.low is None or measured.high is None:
        return None
    ends = item.bands.score(measured.low), item.bands.score(measured.high)
    return Scored(item.bands.score(measured.value), min(ends), max(ends))


def grades_between(profile: Profile, worst: str, best: str) -> tuple[str, ...]:
    """The grades from one to another, the best first: those that an interval reaches."""
    order = profile.best_first
    return order[order.index(best) : order.index(worst) + 1]


def rounded(points: float) -> float:
    """To a tenth of a point, a half upwards; what lies beyond a millionth is noise of the computation."""
    return math.floor((math.floor(points * 1e6 + 0.5) + 50_000) / 100_000) / 10


def bounded(points: float) -> float:
    """No less than 0 and no more than 100."""
    return min(max(points, 0.0), FULL_POINTS)


def summed(values: Iterable[float]) -> float:
    """The sum from left to right, as arrays are added up too: Python's own `sum` compensates for rounding."""
    total = 0.0
    for value in values:
        total += value
    return total


def _contribution(name: str, item: Item, measured: Measured, known: float) -> Contribution:
    found = scored(item, measured)
    if found is None:
        return Contribution(name, measured, item.weight, 0.0, None, None)
    return Contribution(
        name, measured, item.weight, item.weight / known, found, item.weight * found.score / known
    )


def _graded(profile: Profile, rating: Rating) -> Rating:
    known = rating.known_weight
    total, below, above = 0.0, 0.0, 0.0
    for part in rating.contributions:
        if part.scored is None or part.points is None:
            continue
        total += part.points
        down = part.weight * (part.scored.score - part.scored.low) / known
        up = part.weight * (part.scored.high - part.scored.score) / known
        below += down * down
        above += up * up
    taken = rating.deducted
    told = rounded(bounded(total - taken))
    low = rounded(bounded(total - math.sqrt(below) - taken))
    high = rounded(bounded(total + math.sqrt(above) - taken))
    return Rating(
        rating.contributions,
        rating.deductions,
        known,
        rating.known_share,
        told,
        low,
        high,
        profile.grade_of(told),
        profile.grade_of(low),
        profile.grade_of(high),
    )
