"""Service points and compounds inside an area."""

import geopandas as gpd
import pandas as pd
import shapely

from data.session import Session
from queries.compose import statement


def service_points(session: Session, inside: int | None) -> pd.DataFrame:
    """Service points: code, kind, name, address, level, opening_hours, lon, lat (degrees WGS-84)."""
    return session.frame(statement("features", "service_points"), {"inside": inside})


def compounds(session: Session, inside: int | None) -> gpd.GeoDataFrame:
    """Compounds (EPSG:4326): code, name, address, households, company, unmanaged_since, geometry."""
    frame = session.frame(statement("features", "compounds"), {"inside": inside})
    geometry = shapely.from_wkb(frame["wkb"].map(bytes).to_numpy(object))
    return gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=geometry, crs="EPSG:4326")
