"""The three sizes of the demo city: how many of everything, over which months."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Scale = Literal["town", "city", "province"]

SEED = 20261001
"""The seed that docs/demo-city.md and the tests speak of."""

TIMEZONE = "Asia/Shanghai"
AS_OF = datetime(2026, 10, 1, tzinfo=ZoneInfo(TIMEZONE))
"""The end of the last complete day in the data: a fixed local midnight, never the machine's clock."""


@dataclass(frozen=True)
class CityPlan:
    """The make-up of one prefecture city; radii in metres."""

    districts: int
    streets: int
    communities: int
    grids: int
    urban_radius_m: float
    outer_radius_m: float
    rings: tuple[float, ...]
    """Ring roads as shares of the urban radius."""
    subcentres: int
    townlets: int


@dataclass(frozen=True)
class ScaleSpec:
    """What one scale holds. `cases` is the exact number of rows, 0 for geometry only."""

    plan: CityPlan
    prefectures: int
    compounds: int
    police_rooms: int
    police_posts: int
    months: int
    cases: int


TOWN = CityPlan(
    districts=4,
    streets=12,
    communities=70,
    grids=620,
    urban_radius_m=4_300,
    outer_radius_m=12_000,
    rings=(0.42, 0.95),
    subcentres=3,
    townlets=4,
)
CITY = CityPlan(
    districts=9,
    streets=62,
    communities=573,
    grids=5_700,
    urban_radius_m=12_500,
    outer_radius_m=38_000,
    rings=(0.24, 0.55, 0.98),
    subcentres=8,
    townlets=18,
)
PREFECTURE = CityPlan(
    districts=9,
    streets=62,
    communities=573,
    grids=5_000,
    urban_radius_m=10_000,
    outer_radius_m=38_000,
    rings=(0.30, 0.92),
    subcentres=6,
    townlets=22,
)

SPECS: dict[Scale, ScaleSpec] = {
    "town": ScaleSpec(TOWN, 0, 1_000, 70, 130, 18, 60_000),
    "city": ScaleSpec(CITY, 0, 9_200, 573, 1_130, 36, 3_600_000),
    "province": ScaleSpec(PREFECTURE, 14, 0, 11_000, 12_000, 0, 0),
}


def spec_of(scale: Scale) -> ScaleSpec:
    """The make-up of a scale.

    Raises:
        ValueError: the scale is not one of the three.
    """
    if scale not in SPECS:
        raise ValueError(f"`scale` was {scale!r} but is expected to be in {list(get_args(Scale))}")
    return SPECS[scale]
