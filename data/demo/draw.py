"""Drawing the cases of one month: what, when and where, as index arrays over categories and places."""

from dataclasses import dataclass

import numpy as np

from data.demo import steady
from data.demo.categories import CATEGORIES
from data.demo.coverage import to_degrees, to_metres
from data.demo.days import Month, hour_profiles
from data.demo.frames import Floats
from data.demo.model import DemoCity
from data.demo.places import Places
from data.demo.planting import SILENT_MONTHS, UNMANAGED_CATEGORIES, UNMANAGED_FACTOR, Planted

UTC_OFFSET = np.timedelta64(8, "h")
"""Asia/Shanghai is eight hours ahead all year in the demo's years."""

HOT_PEAK = 6.0
COORDINATE_DECIMALS = 6


@dataclass(frozen=True)
class Drawn:
    """The cases of a month in time order; parallel arrays.

    Attributes:
        category: index into CATEGORIES.
        local: when reported, local time (datetime64[s]).
        place: index into the places.
        lonlat: where, scattered around the place (n, 2), six decimals.
        repeat: True for the rows of planted repeat points.
    """

    category: np.ndarray
    local: np.ndarray
    place: np.ndarray
    lonlat: Floats
    repeat: np.ndarray

    def in_order(self) -> "Drawn":
        """The same cases sorted by time."""
        order = np.argsort(self.local, kind="stable")
        return Drawn(
            self.category[order], self.local[order], self.place[order], self.lonlat[order], self.repeat[order]
        )


@dataclass(frozen=True)
class HotSpot:
    """A place of trouble that drifts: metres, metres a month, months; it lifts a few categories."""

    start: Floats
    drift: Floats
    radius_m: float
    peak_month: float
    lasting_months: float
    categories: tuple[int, ...]


def make_hot_spots(city: DemoCity, months: int, rng: np.random.Generator) -> list[HotSpot]:
    """About one hot spot for each hundred grids in a town, fewer in a city, spread over the months."""
    grids = city.level("grid")
    town = grids[grids["urban_class"] == "111"]
    count = 4 + int(np.sqrt(len(grids)) / 4)
    spots = []
    for row in rng.choice(len(town), count, replace=False):
        point = town.geometry.iloc[int(row)].representative_point()
        from_lonlat = np.array([[point.x, point.y]])
        angle, speed = rng.uniform(0, 2 * np.pi), rng.uniform(90, 320)
        spots.append(
            HotSpot(
                start=to_metres(from_lonlat)[0],
                drift=speed * np.array([steady.cos(angle), steady.sin(angle)]),
                radius_m=rng.uniform(350, 800),
                peak_month=rng.uniform(0, months),
                lasting_months=rng.uniform(2.5, 6),
                categories=tuple(int(c) for c in rng.choice(len(CATEGORIES), 4, replace=False)),
            )
        )
    return spots


class Drawer:
    """Draws months of cases; keeps what does not change from month to month."""

    def __init__(
        self, city: DemoCity, places: Places, planted: Planted, hot_spots: list[HotSpot], months: int
    ) -> None:
        self.places, self.planted, self.hot_spots, self.months = places, planted, hot_spots, months
        hours = hour_profiles()
        self.hours_cumulative = np.cumsum(hours, axis=1)
        grids = city.level("grid")
        silent = np.flatnonzero(grids["code"].isin(planted.silent_grids))
        self.in_silent = np.isin(places.grid, silent)
        since = city.compounds["unmanaged_since"].to_numpy()
        self.since = np.array(
            [np.datetime64(day) if day is not None else np.datetime64("NaT") for day in since]
        )
        self.base = np.stack([self._base(index) for index in range(len(CATEGORIES))])

    def _base(self, category: int) -> Floats:
        """Weights of all places for a category; each place type adds up to its share."""
        weight = np.zeros(len(self.places.kind))
        for kind, share in CATEGORIES[category].places:
            mine = self.places.kind == kind
            total = self.places.weight[mine].sum()
            if total:
                weight[mine] = share * self.places.weight[mine] / total
        return weight

    def month(self, index: int, month: Month, count: int, rng: np.random.Generator) -> Drawn:
        """`count` cases of the month (planted repeats included), sorted by time."""
        fixed = self._fixed(month)
        natural = count - len(fixed)
        share = month.expected.ravel() / month.expected.sum()
        cells = rng.multinomial(natural, share).reshape(month.expected.shape)
        category = np.repeat(np.repeat(np.arange(len(CATEGORIES)), month.days), cells.ravel())
        day = np.repeat(np.tile(np.arange(month.days), len(CATEGORIES)), cells.ravel())
        local = self._times(month, category, day, rng)
        place = self._placed(index, month, category, rng)
        lonlat = self._scattered(place, rng)
        drawn = Drawn(category, local, place, lonlat, np.zeros(natural, dtype=bool))
        return _joined(drawn, fixed, self.planted).in_order()

    def _fixed(self, month: Month) -> list[tuple[int, np.datetime64]]:
        """(repeat point, local time) of the planted complaints that fall in the month."""
        begin = np.datetime64(month.first, "s")
        end = begin + np.timedelta64(month.days, "D")
        found: list[tuple[int, np.datetime64]] = []
        for number, repeat in enumerate(self.planted.repeats):
            times = np.array(repeat.times, dtype="datetime64[s]")
            found.extend((number, t) for t in times[(times >= begin) & (times < end)])
        return found

    def _times(
        self, month: Month, category: np.ndarray, day: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        drawn = rng.random(len(category))
        hour = np.zeros(len(category), dtype=np.int64)
        for column in range(23):
            hour += drawn > self.hours_cumulative[category, column]
        second = day * 86_400 + hour * 3_600 + rng.integers(0, 3_600, len(category))
        return np.datetime64(month.first, "s") + second.astype("timedelta64[s]")

    def _placed(self, index: int, month: Month, category: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        place = np.empty(len(category), dtype=np.int64)
        unmanaged = self._unmanaged(month)
        silent = index >= self.months - SILENT_MONTHS
        bounds = np.searchsorted(category, np.arange(len(CATEGORIES) + 1))
        drawn = rng.random(len(category))
        for number in range(len(CATEGORIES)):
            mine = slice(bounds[number], bounds[number + 1])
            weight = self.base[number] * self._heat(index, number)
            if CATEGORIES[number].minor in UNMANAGED_CATEGORIES:
                weight = weight * np.where(unmanaged, UNMANAGED_FACTOR, 1.0)
            if silent:
                weight = np.where(self.in_silent, 0.0, weight)
            cumulative = np.cumsum(weight)
            place[mine] = np.searchsorted(cumulative, drawn[mine] * cumulative[-1], side="right")
        return np.minimum(place, len(self.places.kind) - 1)

    def _unmanaged(self, month: Month) -> np.ndarray:
        """Which places belong to a compound that had no manager by the month's first day."""
        left = self.since <= np.datetime64(month.first)
        known = self.places.compound >= 0
        result = np.zeros(len(known), dtype=bool)
        result[known] = left[self.places.compound[known]]
        return result

    def _heat(self, index: int, category: int) -> Floats | float:
        heat: Floats | float = 1.0
        for spot in self.hot_spots:
            if category not in spot.categories:
                continue
            rise = HOT_PEAK * steady.exp(-(((index - spot.peak_month) / spot.lasting_months) ** 2))
            centre = spot.start + spot.drift * (index - spot.peak_month)
            distance2 = ((self.places.xy - centre) ** 2).sum(axis=1)
            heat = heat + rise * steady.exp(-distance2 / (2 * spot.radius_m**2))
        return heat

    def _scattered(self, place: np.ndarray, rng: np.random.Generator) -> Floats:
        angle = rng.uniform(0, 2 * np.pi, len(place))
        radius = self.places.room_m[place] * np.sqrt(rng.random(len(place)))
        xy = self.places.xy[place] + np.column_stack([radius * steady.cos(angle), radius * steady.sin(angle)])
        return np.round(to_degrees(xy), COORDINATE_DECIMALS)


def _joined(drawn: Drawn, fixed: list[tuple[int, np.datetime64]], planted: Planted) -> Drawn:
    if not fixed:
        return drawn
    points = [planted.repeats[number] for number, _ in fixed]
    return Drawn(
        np.concatenate([drawn.category, [p.category for p in points]]),
        np.concatenate([drawn.local, np.array([t for _, t in fixed], dtype="datetime64[s]")]),
        np.concatenate([drawn.place, [p.place for p in points]]),
        np.concatenate([drawn.lonlat, [[p.lon, p.lat] for p in points]]),
        np.concatenate([drawn.repeat, np.ones(len(points), dtype=bool)]),
    )
