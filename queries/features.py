"""Service points and compounds inside an area."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely

from data.session import Session
from queries.compose import statement
from queries.whole import Whole, whole


def service_points(session: Session, inside: int | None) -> pd.DataFrame:
    """Service points: code, kind, name, address, level, opening_hours, lon, lat (degrees WGS-84)."""
    return _points(session, inside).rows


def all_service_points(session: Session) -> Whole[pd.DataFrame]:
    """All of them, to be narrowed to what lies inside an area."""
    return _points(session, None)


def _points(session: Session, inside: int | None) -> Whole[pd.DataFrame]:
    return whole(session.frame(statement("features", "service_points"), {"inside": inside}))


def compound_names(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """Names by code of those of some compounds that the actor sees."""
    return dict(session.rows(statement("features", "compound_names"), {"codes": list(codes)}))


def compounds_to_choose(session: Session, inside: int | None) -> list[tuple[str, str, str | None]]:
    """Code, name and company of the compounds inside an area, by name."""
    return session.rows(statement("features", "compounds_to_choose"), {"inside": inside})


def compounds(session: Session, inside: int | None) -> gpd.GeoDataFrame:
    """Compounds (EPSG:4326): code, name, address, households, company, unmanaged_since, geometry."""
    return _compounds(session, inside).rows


def all_compounds(session: Session) -> Whole[gpd.GeoDataFrame]:
    """All of them, to be narrowed to what lies inside an area."""
    return _compounds(session, None)


def _compounds(session: Session, inside: int | None) -> Whole[gpd.GeoDataFrame]:
    frame = session.frame(statement("features", "compounds"), {"inside": inside})
    geometry = shapely.from_wkb(frame["wkb"].map(bytes).to_numpy(object))
    return whole(gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=geometry, crs="EPSG:4326"))
