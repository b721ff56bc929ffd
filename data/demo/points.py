"""Service points: police rooms and posts, party centres and stations, courier stations, canteens."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.demo import coverage, steady
from data.demo.frames import Floats
from data.demo.scale import ScaleSpec
from data.demo.scatter import inside, shares

STACK_SHARE = 0.045
"""Share of the police posts whose coordinate is that of the station house: stacked on one point."""

_SUFFIX = {
    "police_room": "警务室",
    "police_post": "警务站",
    "party_centre": "党群服务中心",
    "party_station": "党群服务站",
    "courier_station": "红帆驿站",
    "canteen": "社区食堂",
}
_LETTER = {
    "police_room": "JS",
    "police_post": "JZ",
    "party_centre": "DZ",
    "party_station": "DQ",
    "courier_station": "HF",
    "canteen": "ST",
}


def make_points(
    areas: pd.DataFrame, polygons: np.ndarray, spec: ScaleSpec, rng: np.random.Generator
) -> pd.DataFrame:
    """All service points of a city or province.

    Args:
        areas: the registry of areas, one row an area.
        polygons: their polygons in planar metres, in the same order.
        spec: the scale; a scale without compounds has only police rooms and posts.
        rng: random numbers.

    Returns:
        code, kind, name, address, area_code (str), lon, lat (float64, EPSG:4326). `area_code` is the grid.
    """
    maker = _Maker(areas, polygons, rng)
    kinds = [*maker.everywhere("police_room", "community", spec.police_rooms)]
    kinds += maker.some("police_post", spec.police_posts, 0.8)
    if spec.compounds:
        streets = int((areas["level"] == "street").sum())
        communities = int((areas["level"] == "community").sum())
        kinds += maker.everywhere("party_centre", "street", streets)
        kinds += maker.everywhere("party_station", "community", communities)
        kinds += maker.some("party_station", communities // 2, 1.0)
        kinds += maker.some("courier_station", communities // 2, 1.0)
        kinds += maker.some("canteen", communities // 3, 1.2)
    return maker.frame(kinds)


class _Maker:
    def __init__(self, areas: pd.DataFrame, polygons: np.ndarray, rng: np.random.Generator) -> None:
        self.rng = rng
        grids = np.flatnonzero(areas["level"] == "grid")
        self.polygons = polygons[grids]
        self.code = areas["code"].to_numpy()[grids]
        self.name = areas["name"].to_numpy()[grids]
        self.households = areas["households"].to_numpy(dtype=float)[grids]
        parents = areas.set_index("code")
        self.community = areas["parent_code"].to_numpy()[grids]
        self.street = parents["parent_code"].reindex(self.community).to_numpy()
        self.name_of = parents["name"]

    def everywhere(self, kind: str, level: str, count: int) -> Iterator[tuple[str, int]]:
        """(kind, grid) pairs: at least one in every area of the level, more in the larger ones."""
        group = self.community if level == "community" else self.street
        labels, index = np.unique(group, return_inverse=True)
        number = 1 + shares(count - len(labels), np.bincount(index, self.households))
        order = np.argsort(index, kind="stable")
        starts = np.searchsorted(index[order], np.arange(len(labels) + 1))
        for area in range(len(labels)):
            grids = order[starts[area] : starts[area + 1]]
            for grid in self.rng.choice(grids, number[area], replace=number[area] > len(grids)):
                yield kind, int(grid)

    def some(self, kind: str, count: int, leaning: float) -> list[tuple[str, int]]:
        """(kind, grid) pairs in `count` different grids, leaning to those with many households."""
        weight = steady.power(np.maximum(self.households, 1), leaning)
        chosen = self.rng.choice(len(weight), count, replace=False, p=weight / weight.sum())
        return [(kind, int(grid)) for grid in np.sort(chosen)]

    def frame(self, placed: list[tuple[str, int]]) -> pd.DataFrame:
        kinds = np.array([kind for kind, _ in placed])
        grid = np.array([index for _, index in placed])
        lonlat = coverage.to_degrees(inside(self.polygons[grid], self.rng))
        number = np.asarray(pd.Series(kinds).groupby(kinds).cumcount()) + 1
        frame = pd.DataFrame(
            {
                "code": [f"{_LETTER[k]}{n:05d}" for k, n in zip(kinds, number, strict=True)],
                "kind": kinds,
                "name": self._names(kinds, grid),
                "address": [self._address(g) for g in grid],
                "area_code": self.code[grid],
            }
        )
        frame[["lon", "lat"]] = self._stacked(kinds, lonlat)
        return frame

    def _names(self, kinds: np.ndarray, grid: np.ndarray) -> list[str]:
        """Named after the street (centres) or the community; a second one of a kind after its grid."""
        names: list[str] = []
        seen: dict[str, int] = {}
        for kind, index in zip(kinds, grid, strict=True):
            area = self.street[index] if kind == "party_centre" else self.community[index]
            name = self.name_of[area] + _SUFFIX[kind]
            if name in seen and kind != "party_centre":
                name = self.name[index] + _SUFFIX[kind]
            seen[name] = seen.get(name, 0) + 1
            names.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
        return names

    def _address(self, grid: int) -> str:
        return f"{self.name_of[self.street[grid]]}{self.rng.integers(1, 200)}号"

    def _stacked(self, kinds: np.ndarray, lonlat: Floats) -> Floats:
        """Some posts carry the coordinate of the first post, as careless geocoding leaves them."""
        posts = np.flatnonzero(kinds == "police_post")
        stacked = np.sort(self.rng.choice(posts[1:], round(STACK_SHARE * len(posts)) - 1, replace=False))
        lonlat[stacked] = lonlat[posts[0]]
        return lonlat
