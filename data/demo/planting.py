"""What is planted in the cases, so that every screen has something true to find (docs/demo-city.md).

`plant` decides the where and how much from the city and its seed alone; `cases` carries it out, and the
tests look for it in the finished tables.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import shapely

from data.demo.categories import CATEGORIES
from data.demo.coverage import ORIGIN_LAT, ORIGIN_LON, to_degrees
from data.demo.model import DemoCity
from data.demo.places import Places
from data.demo.scale import AS_OF

PLACEHOLDER_SOURCE = "12345热线"
PLACEHOLDER_SHARE = 0.034
CONFLICT_SHARE = 0.006
OUTSIDE_SHARE = 0.0015
SILENT_MONTHS = 3
BURST_SHARE = 0.62
UNMANAGED_FACTOR = 4.0
UNMANAGED_CATEGORIES = ("暴露垃圾", "电梯故障", "物业服务", "房屋漏水", "消防通道占用")
REPEAT_CATEGORIES = ("噪声扰民", "油烟扰民", "暴露垃圾", "电梯故障", "占道经营", "积水内涝")
REPEAT_WINDOW_DAYS = 75


@dataclass(frozen=True)
class RepeatPoint:
    """One place that people complain about again and again: the exact point, category and times (local)."""

    place: int
    name: str
    lon: float
    lat: float
    category: int
    times: tuple[datetime, ...]


@dataclass(frozen=True)
class Planted:
    """The planted findings of one city.

    Attributes:
        placeholder: (lon, lat) of the city hall, which the hotline writes where it knows no place.
        silent_grids: codes of the grids without a case in the last three months.
        burst_street: code of the street that closes most of its cases on the last two days of the month.
        repeats: repeat points, all within the last 75 days.
        future_rows: how many rows carry a report date one year too late.
        early_closings: how many rows were closed before they were reported.
    """

    placeholder: tuple[float, float]
    silent_grids: tuple[str, ...]
    burst_street: str
    repeats: tuple[RepeatPoint, ...]
    future_rows: int
    early_closings: int


def plant(city: DemoCity, places: Places, rng: np.random.Generator) -> Planted:
    """Decide what is planted where; a share of the city's size each, at least a handful."""
    grids = city.level("grid")
    size = len(grids)
    silent = _silent(grids, places, max(8, size // 90), rng)
    silent_rows = np.flatnonzero(grids["code"].isin(silent))
    placeholder = _city_hall(grids, silent_rows)
    return Planted(
        placeholder=placeholder,
        silent_grids=silent,
        burst_street=_burst_street(city, rng),
        repeats=_repeats(places, silent_rows, max(12, size // 95), rng),
        future_rows=max(7, size // 140),
        early_closings=max(9, size // 95),
    )


def _city_hall(grids: pd.DataFrame, silent_rows: np.ndarray) -> tuple[float, float]:
    """An inner point of the grid nearest to the centre, written with four decimals as hotlines do."""
    distance = shapely.distance(grids.geometry.to_numpy(), shapely.Point(ORIGIN_LON, ORIGIN_LAT))
    distance[silent_rows] = np.inf
    for row in np.argsort(distance, kind="stable"):
        polygon = grids.geometry.iloc[int(row)]
        x, y = np.round(shapely.get_coordinates(shapely.point_on_surface(polygon))[0], 4)
        if shapely.contains_xy(polygon, x, y):
            return float(x), float(y)
    raise ValueError(
        "no grid holds a point with four decimals: the demo city is expected to have grids over 10 m wide"
    )


def _silent(grids: pd.DataFrame, places: Places, count: int, rng: np.random.Generator) -> tuple[str, ...]:
    """Ordinary built-up grids with several compounds: places where silence is odd."""
    compounds = np.bincount(places.grid[places.compound >= 0], minlength=len(grids))
    usual = (grids["kind"] == "general").to_numpy() & (compounds >= 2)
    chosen = np.sort(rng.choice(np.flatnonzero(usual), count, replace=False))
    return tuple(str(code) for code in grids["code"].iloc[chosen])


def _burst_street(city: DemoCity, rng: np.random.Generator) -> str:
    streets = city.level("street")
    built_up = streets[streets["name"].str.endswith("街道")]
    return str(built_up["code"].iloc[int(rng.integers(len(built_up)))])


def _repeats(
    places: Places,
    silent_rows: np.ndarray,
    count: int,
    rng: np.random.Generator,
) -> tuple[RepeatPoint, ...]:
    """`count` places, each with 6 to 24 complaints of one category in the last 75 days."""
    by_name = {category.minor: index for index, category in enumerate(CATEGORIES)}
    free = ~np.isin(places.grid, silent_rows)
    repeats = []
    taken: set[int] = set()
    for number in range(count):
        category = by_name[REPEAT_CATEGORIES[number % len(REPEAT_CATEGORIES)]]
        kind = CATEGORIES[category].places[0][0]
        pool = np.flatnonzero(free & (places.kind == kind))
        place = int(rng.choice(pool))
        while place in taken:
            place = int(rng.choice(pool))
        taken.add(place)
        repeats.append(_repeat(places, place, category, rng))
    return tuple(repeats)


def _repeat(places: Places, place: int, category: int, rng: np.random.Generator) -> RepeatPoint:
    lon, lat = np.round(to_degrees(places.xy[[place]])[0], 6)
    times = []
    for _ in range(int(rng.integers(6, 25))):
        day = AS_OF.replace(tzinfo=None) - timedelta(days=int(rng.integers(1, REPEAT_WINDOW_DAYS)))
        times.append(day + timedelta(seconds=int(rng.integers(7 * 3600, 22 * 3600))))
    return RepeatPoint(place, str(places.name[place]), float(lon), float(lat), category, tuple(sorted(times)))
