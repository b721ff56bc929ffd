"""The registry of areas: names, codes, kinds, classes and households for the cut polygons of one city."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from data.demo import codes
from data.demo.layout import Layout
from data.demo.names import COUNTIES, DISTRICTS, Namer, ordinal
from data.demo.network import Route

TOWN_DENSITY = 2.2
"""Grids per km² from which a community counts as built up."""

DEDICATED_SHARE = 0.42
"""Share of built-up communities that have a dedicated grid."""

MAX_HOUSEHOLDS = 1_100


@dataclass(frozen=True)
class Planar:
    """One city after cutting, in metres of the common plane: its routes and the polygons of every level."""

    centre: tuple[float, float]
    routes: tuple[Route, ...]
    layout: Layout
    grids: np.ndarray
    communities: np.ndarray
    streets: np.ndarray
    districts: np.ndarray

    @property
    def density(self) -> np.ndarray:
        """Grids per km² of each community."""
        count = np.bincount(self.layout.community, minlength=len(self.communities))
        return np.asarray(count / (shapely.area(self.communities) / 1e6))

    @property
    def built_up(self) -> np.ndarray:
        """Whether each community counts as built up."""
        return self.density > TOWN_DENSITY

    def water(self, margin_m: float) -> shapely.Geometry:
        """The rivers as an area, with a margin on both banks (metres)."""
        rivers = [shapely.buffer(r.line, r.width_m / 2 + margin_m) for r in self.routes if r.kind == "water"]
        return shapely.union_all(rivers)


def register(planar: Planar, number: int, name: str, rng: np.random.Generator) -> pd.DataFrame:
    """Name and number all areas of a city.

    Returns:
        One row an area, top down: code, name, level, parent_code, kind, urban_class (str), households,
        population (Int64), part (int: index of the polygon within its level).
    """
    return _Registrar(planar, number, name, rng).rows()


class _Registrar:
    def __init__(self, planar: Planar, number: int, name: str, rng: np.random.Generator) -> None:
        self.planar, self.rng, self.namer = planar, rng, Namer(rng)
        self.city = codes.city_code(number)
        self.number, self.name = number, name
        self.density = planar.density
        self.street_kind = [self._street_kind(i) for i in range(len(planar.streets))]
        self._rows: list[tuple[object, ...]] = []
        self._site_numbers: dict[str, int] = {}

    def rows(self) -> pd.DataFrame:
        self._add(self.city, self.name, "city", None, None, 0)
        districts = self._by_distance(self.planar.districts)
        counties = [d for d in districts if self._is_county(d)]
        for place, district in enumerate(d for d in districts if d not in counties):
            self._district(
                district, codes.district_code(self.city, place + 2), self._district_name(DISTRICTS[place])
            )
        for place, district in enumerate(counties):
            self._district(
                district, codes.district_code(self.city, place + 21), self._district_name(COUNTIES[place])
            )
        columns = ["code", "name", "level", "parent_code", "kind", "urban_class", "part", "households"]
        frame = pd.DataFrame(self._rows, columns=columns)
        return _summed_up(frame, self.rng)

    def _add(
        self,
        code: str,
        name: str,
        level: str,
        parent: str | None,
        urban_class: str | None,
        part: int,
        kind: str = "general",
        households: int = 0,
    ) -> None:
        self._rows.append((code, name, level, parent, kind, urban_class, part, households))

    def _district_name(self, listed: str) -> str:
        """The listed name in the first city; other prefectures of a province draw their own."""
        return listed if self.number == 1 else self.namer.town() + listed[-1]

    def _by_distance(self, polygons: np.ndarray) -> list[int]:
        xy = shapely.get_coordinates(shapely.centroid(polygons)) - np.array(self.planar.centre)
        return [int(i) for i in np.argsort(xy[:, 0] ** 2 + xy[:, 1] ** 2, kind="stable")]

    def _is_county(self, district: int) -> bool:
        streets = np.flatnonzero(self.planar.layout.district_of_street == district)
        return sum(self.street_kind[i] == "街道" for i in streets) < 0.7 * len(streets)

    def _street_kind(self, street: int) -> str:
        density = self.density[self.planar.layout.street_of_community == street]
        if np.mean(density > TOWN_DENSITY) >= 0.5:
            return "街道"
        return "镇" if density.max() > 1.3 else "乡"

    def _district(self, district: int, code: str, name: str) -> None:
        self._add(code, name, "district", self.city, None, district)
        numbers = dict(codes.STREET_FIRST)
        for street in np.flatnonzero(self.planar.layout.district_of_street == district):
            kind = self.street_kind[street]
            self._street(int(street), kind, codes.street_code(code, numbers[kind]), code)
            numbers[kind] += 1

    def _street(self, street: int, kind: str, code: str, parent: str) -> None:
        self._add(code, self.namer.town() + kind, "street", parent, None, street)
        numbers = dict(codes.COMMUNITY_FIRST)
        communities = np.flatnonzero(self.planar.layout.street_of_community == street)
        densest = communities[np.argmax(self.density[communities])]
        for community in communities:
            urban_class = self._urban_class(int(community), kind, seat=bool(community == densest))
            village = urban_class == "220"
            base = self.namer.village() if village else self.namer.town()
            suffix = "村" if village else "社区"
            own = codes.community_code(code, numbers[suffix])
            numbers[suffix] += 1
            self._add(own, base + suffix, "community", code, urban_class, int(community))
            self._grids(int(community), base, suffix, own, urban_class)

    def _urban_class(self, community: int, kind: str, *, seat: bool) -> str:
        density = self.density[community]
        if kind == "街道":
            return "111" if density > 4.2 else "112" if density > 1.0 else "220"
        if kind == "镇":
            return "121" if seat or density > 2.4 else "122" if density > 0.9 else "220"
        return "210" if seat else "220"

    def _grids(self, community: int, base: str, suffix: str, code: str, urban_class: str) -> None:
        grids = np.flatnonzero(self.planar.layout.community == community)
        site = self._dedicated(grids, urban_class)
        number = 0
        for sequence, grid in enumerate(grids):
            own = codes.grid_code(code, sequence + 1)
            if grid == site:
                name = f"{self._site_name(base, int(grid))}专属网格"
                households = int(self.rng.integers(0, 60))
                self._add(own, name, "grid", code, urban_class, int(grid), "dedicated", households)
                continue
            number += 1
            name = f"{base}{suffix}{ordinal(number)}网格"
            self._add(
                own, name, "grid", code, urban_class, int(grid), "general", self._households(urban_class)
            )

    def _dedicated(self, grids: np.ndarray, urban_class: str) -> int:
        """The largest grid of some built-up communities is a park, a campus, a mall …; -1 for none."""
        if urban_class in {"210", "220"} or self.rng.random() > DEDICATED_SHARE:
            return -1
        return int(grids[np.argmax(shapely.area(self.planar.grids[grids]))])

    def _site_name(self, base: str, grid: int) -> str:
        polygon = self.planar.grids[grid]
        water = [r.line for r in self.planar.routes if r.kind == "water"]
        rail = [r.line for r in self.planar.routes if r.kind == "rail"]
        if shapely.intersects(rail, polygon).any() and "站" not in self._site_numbers:
            self._site_numbers["站"] = 1
            return f"{self.name.removesuffix('市')}站"
        if (shapely.distance(water, polygon) < 60).any():
            return f"{base}公园"
        kind = str(
            self.rng.choice(
                ["购物中心", "校园", "人民医院", "产业园", "批发市场"], p=[0.3, 0.22, 0.14, 0.2, 0.14]
            )
        )
        return f"{base}{kind}"

    def _households(self, urban_class: str) -> int:
        middle, spread = (215, 0.26) if urban_class in {"210", "220"} else (392, 0.155)
        drawn = middle * self.rng.lognormal(0, spread)
        if self.rng.random() < 0.05:
            drawn *= self.rng.uniform(1.4, 2.3)
        return int(np.clip(round(drawn), 40, MAX_HOUSEHOLDS))


def _summed_up(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Population for the grids, and households and population summed up level by level."""
    is_grid = frame["level"] == "grid"
    persons = rng.normal(2.45, 0.16, len(frame))
    frame["population"] = np.where(is_grid, np.round(frame["households"] * persons), 0).astype(np.int64)
    for level in ("grid", "community", "street", "district"):
        rows = frame[frame["level"] == level]
        for column in ("households", "population"):
            sums = rows.groupby("parent_code")[column].sum()
            mapped = frame["code"].map(sums)
            frame[column] = mapped.fillna(frame[column]).astype(np.int64)
    return frame.astype({"households": "Int64", "population": "Int64"})
