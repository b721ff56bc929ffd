"""Places points: for each the finest current area that holds it, and that area's path.

The join runs level by level, finest first: a point in no grid may still lie in a community.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.ledger import Writer
from data.statements import statements
from domain.vocabulary import Level, LocationStatus
from geo.join import AreaIndex

_SQL = statements(Path(__file__).parents[1] / "sql" / "place.sql")

PATH_COLUMNS = ["city_id", "district_id", "street_id", "community_id", "grid_id"]


@dataclass(frozen=True)
class Placer:
    """The current areas, ready to place any number of points.

    `paths`: index area_id (Int64: it is asked for NA, also where there is no area), columns city_id … grid_id (Int64).
    """

    indexes: list[tuple[AreaIndex, NDArray[np.int64]]]
    paths: pd.DataFrame

    @classmethod
    def of(cls, writer: Writer) -> "Placer":
        """Reads the current areas once."""
        areas = writer.run(_SQL["areas"]).df()
        indexes = []
        for level in reversed(Level.ordered()):
            rows = areas[areas["level"] == level.value]
            if rows.empty:
                continue
            geometry = shapely.from_wkb(rows["wkb"].map(bytes).to_numpy(object))
            frame = gpd.GeoDataFrame({"code": rows["code"]}, geometry=geometry, crs="EPSG:4326")
            indexes.append((AreaIndex(frame), rows["area_id"].to_numpy(np.int64)))
        paths = areas.astype({"area_id": "Int64"}).set_index("area_id")[PATH_COLUMNS].astype("Int64")
        return cls(indexes, paths)

    def place(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[pd.arrays.IntegerArray, NDArray[np.object_]]:
        """The area id (Int64, NA where none) and the location status of each point (WGS-84 degrees).

        Where no level has any area, every usable point is outside.
        """
        area_id = np.full(len(lon), -1, dtype=np.int64)
        status = np.full(len(lon), LocationStatus.OUTSIDE.value, dtype=object)
        status[np.isnan(lon) | np.isnan(lat)] = LocationStatus.NO_LOCATION.value
        todo = np.arange(len(lon))
        for index, ids in self.indexes:
            position, found = index.locate(lon[todo], lat[todo], crs="EPSG:4326")
            hit = position >= 0
            area_id[todo[hit]] = ids[position[hit]]
            status[todo] = found
            todo = todo[~hit & (found == LocationStatus.OUTSIDE.value)]
            if not len(todo):
                break
        return pd.arrays.IntegerArray(area_id, area_id < 0), status
