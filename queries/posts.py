"""Service points and the posts that stand at them: what is there, who works there, what is not known.

Coordinates are degrees (WGS-84). Points and posts are those that the actor may see.
"""

import pandas as pd

from data.session import Session
from queries.compose import statement


def points(session: Session, inside: int | None) -> pd.DataFrame:
    """Service points inside an area (None: everywhere), by code.

    Columns: code, kind, name, address, lon, lat, level, opening_hours (null where unknown), area_id, area_code,
    area_name (of the finest area the point lies in), posts (int64, of its roster), people (Int64, their headcount;
    missing without a roster), at_place (int64, how many points of this list share the coordinate, itself included).
    """
    found = session.frame(statement("posts", "points"), {"inside": inside})
    return found.astype({"posts": "int64", "people": "Int64", "at_place": "int64"})
