"""What is told of one community beside its indicators: days, categories, waiting cases, compounds, posts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.session import Session
from domain.filters import Side
from domain.indicators import catalogue
from domain.vocabulary import Level
from queries import indicators
from queries.cases import BY_AREA, ByArea, by_area_of
from queries.compose import At, Conditions, case_conditions, fact_values, measures, side_conditions, statement
from queries.figures import Evaluation, Question

OVERDUE = "overdue_share"
"""The indicator whose two sides are counted day by day."""

_HOUSEHOLDS_A_UNIT = 100
_TOLD = ("code", "name", "address", "households", "company", "unmanaged_since")


@dataclass(frozen=True)
class Latest:
    """The newest cases, at most as many as asked for; `total` says of how many."""

    rows: pd.DataFrame
    total: int


@dataclass(frozen=True)
class Compounds:
    """Compounds with the cases that lie in them.

    `rows`, most cases first: code, name, address, households, company, unmanaged_since, cases (Int64, NA
    for a compound that is but a point and that no case names: nobody knows), per_100_households (float64, NaN where
    cases or households are unknown).
    `cases` = the sum of theirs = `by_point` (a point inside the outline) + `by_name` (the place is its name).
    """

    rows: pd.DataFrame
    cases: int
    by_point: int
    by_name: int


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


def compounds(session: Session, asked: Question, registered: pd.DataFrame) -> Compounds:
    """How many of the cases asked for lie in each of some compounds (`queries.property.compounds`)."""
    where, values = _conditions(session, asked)
    found = session.frame(statement("community", "cases_in_compounds", where=where), values)
    counted = found.set_index("compound_id").reindex(registered["compound_id"]).fillna(0).astype("int64")
    unknown = ~registered["outlined"].to_numpy(bool) & (counted["cases"] == 0).to_numpy()
    known = np.where(unknown, np.nan, counted["cases"].to_numpy())
    rows = registered[list(_TOLD)].assign(cases=pd.array(known, dtype="Int64"))
    households = rows["households"].to_numpy(float, na_value=np.nan)
    rows["per_100_households"] = known * _HOUSEHOLDS_A_UNIT / np.where(households > 0, households, np.nan)
    rows = rows.sort_values(["cases", "code"], ascending=[False, True], ignore_index=True)
    cases, by_name = int(counted["cases"].sum()), int(counted["by_name"].sum())
    return Compounds(rows, cases, cases - by_name, by_name)


def _conditions(session: Session, asked: Question) -> Conditions:
    """The conditions of a question in the period of its filter, as of its time."""
    area = asked.area.as_filter if asked.area else None
    where, values = case_conditions(asked.chosen, At.of(session, asked.as_of), area)
    return where, values | fact_values(asked.profile, asked.as_of)
