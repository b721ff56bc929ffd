"""The demo city as the rest of the program sees it: plain frames, nothing of how they were made."""

from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import pandas as pd

from data.demo.scale import Scale


@dataclass(frozen=True, eq=False)
class DemoCity:
    """A made-up city, ready to be loaded.

    Attributes:
        scale: the scale it was made at.
        seed: the seed it was made with.
        name: the city's name (of a province, the province's).
        timezone: IANA name of the one time zone.
        as_of: the end of the last complete day in the data, a local midnight (aware).
        areas: all levels, parents before children; EPSG:4326; columns code, name, level, parent_code, kind,
            urban_class (str), households, population (Int64), geometry (Polygon or MultiPolygon).
        lines: EPSG:4326; columns code, kind, name (str), rank (int), geometry.
        compounds: EPSG:4326; columns code, name, address, company (str), households, buildings,
            built_year (Int64), unmanaged_since, unmanaged_until, takeover_due (date), takeover (str),
            owners_committee, party_branch, cross_serving, has_place, has_funds, has_volunteers,
            has_consultation, demonstration (bool), grid_code (str), geometry (Polygon or Point). A province has
            none of them.
        service_points: columns code, kind, name, address, area_code, level, opening_hours (str), lon, lat
            (float64, EPSG:4326).
        duty: columns code, post, unit, shift, contact, area_code, area_level (str), headcount (int64); where there
            are cases also point_code, tier, embedded_as (str).
    """

    scale: Scale
    seed: int
    name: str
    timezone: str
    as_of: datetime
    areas: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    service_points: pd.DataFrame
    duty: pd.DataFrame

    def level(self, level: str) -> gpd.GeoDataFrame:
        """The areas of one level, index reset."""
        return self.areas[self.areas["level"] == level].reset_index(drop=True)
