"""The days of the demo: workdays and festivals as they were, and invented days of heavy rain."""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
import numpy as np

from data.demo import steady
from data.demo.categories import CATEGORIES
from data.demo.frames import Floats
from data.demo.scale import AS_OF

STORM_MONTHS = (6, 7, 8, 9)
SPRING_FESTIVAL_FACTOR = 0.55
YEARLY_GROWTH = 1.06


@dataclass(frozen=True)
class Month:
    """One month of the demo: its first day and, by category and day, how many cases to expect (relative)."""

    first: date
    expected: Floats

    @property
    def days(self) -> int:
        """Number of days in the month."""
        return int(self.expected.shape[1])


def make_months(count: int, rng: np.random.Generator) -> list[Month]:
    """The last `count` months before the as-of time, oldest first."""
    first = _months_before(AS_OF.date(), count)
    return [_month(_months_before(AS_OF.date(), back), first, rng) for back in range(count, 0, -1)]


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _month(first: date, start: date, rng: np.random.Generator) -> Month:
    days = [first + timedelta(days=i) for i in range((_months_before(first, -1) - first).days)]
    rest = np.array([chinese_calendar.is_holiday(day) for day in days])
    festival = np.array([_is_spring_festival(day) for day in days])
    storm = (rng.random(len(days)) < 0.09) & (first.month in STORM_MONTHS)
    age_years = np.array([(day - start).days / 365.25 for day in days])
    common = steady.power(YEARLY_GROWTH, age_years) * np.where(festival, SPRING_FESTIVAL_FACTOR, 1.0)
    expected = np.empty((len(CATEGORIES), len(days)))
    for row, category in enumerate(CATEGORIES):
        by_day = np.where(rest, category.rest, 1.0) * np.where(storm, category.storm, 1.0)
        noise = rng.lognormal(0, 0.10, len(days))
        expected[row] = category.share * category.months[first.month - 1] * by_day * common * noise
    return Month(first, expected)


def _is_spring_festival(day: date) -> bool:
    return bool(chinese_calendar.get_holiday_detail(day) == (True, "Spring Festival"))


def hour_profiles() -> Floats:
    """Share of a day's cases by hour for each category (24 categories, 24 hours); rows sum to 1."""
    hours = np.arange(24) + 0.5
    profiles = np.full((len(CATEGORIES), 24), 0.012)
    for row, category in enumerate(CATEGORIES):
        for centre, spread, weight in category.hours:
            away = np.abs(hours - centre)
            away = np.minimum(away, 24 - away)
            profiles[row] += weight * steady.exp(-((away / spread) ** 2) / 2)
    return np.asarray(profiles / profiles.sum(axis=1, keepdims=True))
