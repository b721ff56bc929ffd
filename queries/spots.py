"""Where points that somebody tries would stand: the area of the finest level that each lies in, as cases are joined.

Coordinates are WGS-84 degrees. Areas are public: a point may lie in one that the actor does not answer for.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from data.session import Session
from geo.join import NOWHERE, AreaIndex
from queries.compose import statement
from queries.reach import Ground, Spot


@dataclass(frozen=True)
class Stand:
    """The area that a point lies in; `community` and `street` hold it, None where no such level does."""

    code: str
    name: str
    community: str | None
    street: str | None


def stands(session: Session, on: Ground, spots: tuple[Spot, ...]) -> tuple[Stand | None, ...]:
    """The area of the ground that each point lies in, of several the one with the lowest code; None outside all."""
    lon, lat = np.array(spots, dtype=float).reshape(-1, 2).T
    west, south, east, north = (edge[:, None] for edge in on.extent.T)
    near = ((west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)).any(axis=1)
    found = session.frame(statement("reach", "stands"), {"ids": on.area_id[near].tolist()})
    shapes = shapely.from_wkb(found.pop("wkb").map(bytes).to_numpy(object))
    areas = gpd.GeoDataFrame(found, geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))
    position = AreaIndex(areas).locate(lon, lat, crs="EPSG:4326").position
    told = found.astype(object).where(found.notna(), None)
    lines = [Stand(*row) for row in told.itertuples(index=False, name=None)]
    return tuple(None if place == NOWHERE else lines[place] for place in position)
