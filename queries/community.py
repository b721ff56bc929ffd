"""What is told of one community beside its indicators: days, categories, waiting cases, compounds, posts."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from data.session import Session
from domain.filters import Side
from domain.indicators import catalogue
from domain.vocabulary import Level
from geo.coverage import repair
from geo.join import NOWHERE, AreaIndex
from queries import areas, duty, features, indicators
from queries.areas import AreaInfo
from queries.cases import BY_AREA, ByArea, by_area_of
from queries.compose import At, Conditions, case_conditions, fact_values, measures, side_conditions, statement
from queries.figures import Evaluation, Question

OVERDUE = "overdue_share"
"""The indicator whose two sides are counted day by day."""

_HOUSEHOLDS_A_UNIT = 100
_WGS_84 = "EPSG:4326"


@dataclass(frozen=True)
class Latest:
    """The newest cases, at most as many as asked for; `total` says of how many."""

    rows: pd.DataFrame
    total: int


@dataclass(frozen=True)
class Compounds:
    """Compounds with the cases whose points lie on them.

    `rows`, most cases first: code, name, address, households, company, unmanaged_since, cases (Int64, missing
    for a compound without an outline), per_100_households (float64, NaN where either is unknown).
    `on_compounds` = the sum of cases; `with_point` counts the cases that have a point of their own.
    """

    rows: pd.DataFrame
    on_compounds: int
    with_point: int


@dataclass(frozen=True)
class Duty:
    """Posts of an area and of the areas in it (columns of `queries.duty.on_duty`), and areas without any."""

    rows: pd.DataFrame
    without: dict[Level, pd.DataFrame]


def figures(
    session: Session, asked: Question, names: Sequence[str], level: Level
) -> tuple[dict[str, Evaluation], ByArea]:
    """Figures of a question, and its headline figures by area of a level, counted in one scan."""
    counted = indicators.counts_by_area_and_point(
        session, asked, list(dict.fromkeys([*names, *BY_AREA])), level
    )
    return indicators.evaluate_counted(session, asked, names, counted), by_area_of(counted)


def days(session: Session, asked: Question) -> pd.DataFrame:
    """Cases per local day of their report: day (date), cases, overdue, decided (int64).

    overdue and decided are the two sides of the profile's share of overdue cases. Days without cases are
    absent.
    """
    wanted = measures({OVERDUE: catalogue.indicator(asked.profile, OVERDUE)})
    where, values = _conditions(session, asked)
    values |= wanted.bound | {"timezone": session.city.clock.timezone.key}
    sql = statement("community", "days", where=where, facts=wanted.facts, measures=wanted.sums)
    found = session.frame(sql, values)
    names = {what: f"m{place}" for place, (_name, what) in enumerate(wanted.columns)}
    return pd.DataFrame(
        {
            "day": found["day"].dt.date if len(found) else pd.Series([], dtype=object),
            "cases": found["cases"].astype("int64"),
            "overdue": found[names["numerator"]].astype("int64"),
            "decided": found[names["denominator"]].astype("int64"),
        }
    )


def categories(session: Session, asked: Question) -> pd.DataFrame:
    """Cases per category: category (null: none given), cases int64; most first."""
    where, values = _conditions(session, asked)
    return session.frame(statement("community", "categories", where=where), values)


def latest(session: Session, asked: Question, side: Side, most: int) -> Latest:
    """The newest cases on one side of an indicator.

    Rows: case_id, source_case_id, title, category, state, department, and reported_at, due_at, closed_at
    (naive local).
    """
    where, values = _conditions(session, asked)
    on_side, bound = side_conditions(side, At.of(session, asked.as_of))
    sql = statement("community", "latest", where=f"{where} and {on_side}")
    bound |= {"most": most, "timezone": session.city.clock.timezone.key}
    rows = session.frame(sql, values | bound)
    return Latest(rows.drop(columns="total"), int(rows["total"].iloc[0]) if len(rows) else 0)


def compounds(session: Session, asked: Question) -> Compounds:
    """The compounds of the area asked for, and how many of its cases lie on each."""
    found = features.compounds(session, asked.area.area_id if asked.area else None)
    where, values = _conditions(session, asked)
    points = session.frame(statement("community", "points", where=where), values)
    counted = _cases_on(found, points)
    rows = pd.DataFrame(found.drop(columns="geometry")).assign(cases=counted)
    units = rows["households"].astype("Float64") / _HOUSEHOLDS_A_UNIT
    rows["per_100_households"] = (counted / units.where(units > 0)).to_numpy(float, na_value=np.nan)
    rows = rows.sort_values(["cases", "code"], ascending=[False, True], ignore_index=True)
    return Compounds(rows, int(counted.sum()), len(points))


def on_duty(session: Session, area: AreaInfo) -> Duty:
    """Who answers for an area and the grids in it; of the levels that exist, the areas that nobody does."""
    existing = areas.levels(session)
    levels = [level for level in dict.fromkeys((area.level, Level.GRID)) if level in existing]
    return Duty(duty.on_duty(session, area.area_id), duty.without_duty(session, levels, area.area_id))


def _cases_on(found: gpd.GeoDataFrame, points: pd.DataFrame) -> "pd.Series[int]":
    """How many points lie on each compound (Int64); missing for those that are but a point themselves.

    Of two compounds that overlap the one with the lower code has the case.
    """
    outlined = repair(found).frame
    located = AreaIndex(outlined).locate(points["lon"], points["lat"], crs=_WGS_84).position
    counted = np.bincount(located[located != NOWHERE], minlength=len(outlined))
    return pd.Series(counted, index=outlined.index, dtype="Int64").reindex(found.index)


def _conditions(session: Session, asked: Question) -> Conditions:
    """The conditions of a question in the period of its filter, as of its time."""
    area = asked.area.as_filter if asked.area else None
    where, values = case_conditions(asked.chosen, At.of(session, asked.as_of), area)
    return where, values | fact_values(asked.profile, asked.as_of)
