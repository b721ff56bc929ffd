"""How each source says where a case is: a point, an area code, an area name, several of them, or nothing."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.demo.draw import Drawn
from data.demo.frames import Floats
from data.demo.model import DemoCity
from data.demo.places import Places
from data.demo.planting import CONFLICT_SHARE, OUTSIDE_SHARE, PLACEHOLDER_SHARE, PLACEHOLDER_SOURCE, Planted

SOURCES = np.array(["12345热线", "网格平台", "城管平台", "综治平台"])
_HOTLINE, _GRID, _URBAN, _SAFETY = range(4)

_SOURCE_OF_CHANNEL = np.array(
    [
        [1.00, 0.00, 0.00, 0.00],  # hotline_12345
        [0.00, 0.90, 0.00, 0.10],  # grid_worker
        [0.00, 0.55, 0.45, 0.00],  # resident_app
        [0.00, 0.05, 0.95, 0.00],  # patrol
        [0.00, 0.00, 1.00, 0.00],  # sensor
        [0.25, 0.00, 0.00, 0.75],  # department_transfer
    ]
)
"""Share of each channel's cases that arrive through each source."""

_POINT_SHARE = np.array([0.70, 0.94, 0.965, 0.62])
"""Share of rows that carry a point, by source."""

_AREA_SHARE = np.array([0.72, 0.85, 0.55, 0.93])
"""Share of the rows without a point that carry an area code or name instead, by source."""

OUTSIDE_SHIFT_DEGREES = 0.85


@dataclass(frozen=True)
class Whereabouts:
    """Parallel arrays: source (index into SOURCES), point (NaN = none), and area indices (-1 = none).

    `code` is an index into the areas' codes, `named` an index into the areas' names.
    """

    source: np.ndarray
    lonlat: Floats
    code: np.ndarray
    named: np.ndarray


class Informer:
    """Tells the whereabouts of cases as their sources would; holds the way from grids to areas."""

    def __init__(self, city: DemoCity, places: Places, planted: Planted) -> None:
        self.planted = planted
        codes = city.areas["code"]
        row_of = pd.Series(np.arange(len(codes)), index=codes)
        grids = city.level("grid")
        communities = city.level("community").set_index("code")
        grid_row = row_of[grids["code"]].to_numpy()
        community_row = row_of[grids["parent_code"]].to_numpy()
        street_row = row_of[communities["parent_code"].reindex(grids["parent_code"])].to_numpy()
        self.grid, self.community, self.street = (
            rows[places.grid] for rows in (grid_row, community_row, street_row)
        )
        self.communities = row_of[city.level("community")["code"]].to_numpy()
        self.street_of = dict(zip(community_row.tolist(), street_row.tolist(), strict=True))
        self.areas_bounds = city.areas.total_bounds

    def tell(self, drawn: Drawn, channel: np.ndarray, rng: np.random.Generator) -> Whereabouts:
        """Whereabouts of the drawn cases, with the planted placeholder, conflicts and points outside."""
        count = len(channel)
        table = np.cumsum(_SOURCE_OF_CHANNEL, axis=1)
        pick = rng.random(count)
        source = np.asarray(sum((pick >= table[channel, k]).astype(np.int64) for k in range(3)))
        source[drawn.repeat] = _HOTLINE
        told = self._ordinary(drawn, source, rng)
        return self._planted(drawn, told, rng)

    def _ordinary(self, drawn: Drawn, source: np.ndarray, rng: np.random.Generator) -> Whereabouts:
        count = len(source)
        has_point = (rng.random(count) < _POINT_SHARE[source]) | drawn.repeat
        also = rng.random(count)
        tells_area = np.where(
            has_point, also < np.array([0.45, 0.98, 0.0, 0.7])[source], also < _AREA_SHARE[source]
        )
        coarse = rng.random(count) < 0.4
        code = np.full(count, -1)
        named = np.full(count, -1)
        with_code = tells_area & ((source == _GRID) | (source == _SAFETY))
        at_grid = (source == _GRID) | ~coarse
        code[with_code] = np.where(at_grid, self.grid[drawn.place], self.community[drawn.place])[with_code]
        with_name = tells_area & ((source == _HOTLINE) | (source == _URBAN))
        at_street = (source == _URBAN) | (coarse & ~has_point)
        named[with_name] = np.where(at_street, self.street[drawn.place], self.community[drawn.place])[
            with_name
        ]
        lonlat = np.where(has_point[:, None], drawn.lonlat, np.nan)
        return Whereabouts(source, lonlat, code, named)

    def _planted(self, drawn: Drawn, told: Whereabouts, rng: np.random.Generator) -> Whereabouts:
        count = len(told.source)
        hotline = told.source == np.flatnonzero(SOURCES == PLACEHOLDER_SOURCE)[0]
        free = ~drawn.repeat
        lonlat, code, named = told.lonlat.copy(), told.code.copy(), told.named.copy()
        placeholder = free & hotline & (rng.random(count) < PLACEHOLDER_SHARE)
        lonlat[placeholder] = self.planted.placeholder
        named[placeholder] = -1
        away = free & hotline & ~placeholder & ~np.isnan(lonlat[:, 0]) & (rng.random(count) < OUTSIDE_SHARE)
        lonlat[away, 0] += OUTSIDE_SHIFT_DEGREES
        named[away] = -1
        conflict = free & (code >= 0) & ~np.isnan(lonlat[:, 0]) & (rng.random(count) < CONFLICT_SHARE)
        code[conflict] = self._elsewhere(drawn.place[conflict], rng)
        return replace(told, lonlat=np.round(lonlat, 6), code=code, named=named)

    def _elsewhere(self, place: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """For each place a community of another street."""
        chosen = rng.choice(self.communities, len(place))
        for row in range(len(place)):
            while self.street_of[int(chosen[row])] == self.street[place[row]]:
                chosen[row] = rng.choice(self.communities)
        return chosen
