"""Areas: the hierarchy, what lies inside an area, boundaries and lines of the base map."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from data.session import Session
from domain.codes import normalise_code
from domain.errors import NotFound
from domain.i18n import _
from domain.indicators.facts import Direction
from domain.vocabulary import Level
from queries import placeholder
from queries.compose import Area, statement
from queries.placeholder import Lifted
from queries.whole import Whole, whole


@dataclass(frozen=True)
class AreaInfo:
    """One current area; `households` and `population` None where unknown."""

    area_id: int
    code: str
    level: Level
    name: str
    parent_id: int | None
    kind: str
    households: int | None
    population: int | None
    area_m2: float

    @property
    def as_filter(self) -> Area:
        """What a filter needs of it."""
        return Area(self.area_id, self.level)


@dataclass(frozen=True)
class Summary:
    """Cases by area of a level; total = sum of rows + unplaced.

    `lifted` is the area that has most cases only by those on placeholder points.
    """

    rows: pd.DataFrame
    total: int
    unplaced: int
    lifted: Lifted | None


def roots(session: Session) -> list[AreaInfo]:
    """The areas without a parent, by level and code."""
    return [_info(row) for row in session.rows(statement("areas", "roots"))]


def own(session: Session) -> list[AreaInfo]:
    """The areas that the actor answers for, at every level."""
    return [_info(row) for row in session.rows(statement("areas", "own"))]


def area_by_code(session: Session, code: str) -> AreaInfo:
    """The current area with this code. Raises NotFound where there is none."""
    found = session.rows(statement("areas", "by_code"), {"code": normalise_code(code)})
    if not found:
        raise _unknown(code)
    return _info(found[0])


def path_to(session: Session, code: str) -> list[AreaInfo]:
    """From the top down to the area with this code. Raises NotFound where there is none."""
    found = session.rows(statement("areas", "path"), {"code": normalise_code(code)})
    if not found:
        raise _unknown(code)
    return [_info(row) for row in found]


def breadcrumb(session: Session, area: AreaInfo) -> list[AreaInfo]:
    """The area and all above it, top down."""
    path = [area]
    while path[0].parent_id is not None:
        params = {"area_id": path[0].parent_id}
        path.insert(0, _info(session.one(statement("areas", "by_id"), params)))
    return path


def levels(session: Session) -> dict[Level, int]:
    """How many current areas each level has, top down; levels without areas are absent."""
    counted = dict(session.rows(statement("areas", "levels")))
    return {level: counted[level.value] for level in Level.ordered() if level.value in counted}


def areas_within(session: Session, level: Level, inside: int | None) -> pd.DataFrame:
    """Areas of a level inside an area: area_id, code, name, level, households, area_m2; by code."""
    params = {"level": level.value, "inside": inside}
    return session.frame(statement("areas", "within"), params)


def shapes_within(session: Session, level: Level, inside: int | None) -> gpd.GeoDataFrame:
    """The same areas with their boundaries (geometry, EPSG:4326); by code."""
    return _shapes(session, level, inside).rows


def shapes(session: Session, level: Level) -> Whole[gpd.GeoDataFrame]:
    """All areas of a level with their boundaries, to be narrowed to what lies inside an area."""
    return _shapes(session, level, None)


def _shapes(session: Session, level: Level, inside: int | None) -> Whole[gpd.GeoDataFrame]:
    params = {"level": level.value, "inside": inside}
    return whole(_with_shapes(session.frame(statement("areas", "shapes"), params)))


def lines(session: Session) -> gpd.GeoDataFrame:
    """Roads, rivers and railways (EPSG:4326): code, kind, name, rank, geometry; least important first."""
    return _with_shapes(session.frame(statement("areas", "lines")))


def bounds(session: Session, area: AreaInfo | None = None) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees (WGS-84) of an area or all current ones; None without areas."""
    around = [(area.level, area.area_id)] if area else [(level, None) for level in levels(session)]
    for level, inside in around:
        west, south, east, north = shapes_within(session, level, inside).total_bounds
        return float(west), float(south), float(east), float(north)
    return None


def summary(session: Session, level: Level) -> Summary:
    """Cases by area of a level: rows code, name, cases; what no such area holds is `unplaced`."""
    found = session.frame(statement("areas", "summary", level), {"level": level.value})
    total = int(session.one(statement("meta", "counts"))[1])
    placed = int(found["cases"].sum())
    true_cases = found["cases"] - found["at_point"]
    counted = {"value": found["cases"], "n": found["cases"], "true_value": true_cases, "true_n": true_cases}
    first = placeholder.lifted(found.assign(**counted), Direction.NEITHER, 0)
    return Summary(found.drop(columns="at_point"), total, total - placed, first)


def _unknown(code: str) -> NotFound:
    return NotFound(_("没有编码为 {code} 的区域。").format(code=code), _("它可能已改码；请从上级重新选择。"))


def _info(row: tuple[Any, ...]) -> AreaInfo:
    area_id, code, level, name, parent_id, kind, households, population, area_m2 = row
    return AreaInfo(area_id, code, Level(level), name, parent_id, kind, households, population, area_m2)


def _with_shapes(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    geometry = shapely.from_wkb(frame["wkb"].map(bytes).to_numpy(object))
    return gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=geometry, crs="EPSG:4326")
