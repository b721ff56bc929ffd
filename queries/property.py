"""红色物业: what is known of compounds, of those that nobody manages, and of their self-government.

Days are local. A compound that nobody manages now has `unmanaged_since`; one of an earlier time without a manager
has the last day of it in `unmanaged_until`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from data.session import Session
from domain.i18n import N_
from domain.ratings import catalogue
from domain.ratings.periods import Period
from domain.vocabulary import Labelled, Level
from geo.coverage import repair
from geo.join import NOWHERE, AreaIndex
from queries import features
from queries.compose import statement
from queries.whole import Ints, Whole, whole

FIVE_HAVES = ("party_branch", "has_place", "has_funds", "has_volunteers", "has_consultation")
"""五有: the columns of the five, in their order."""

SELF_GOVERNMENT = ("owners_committee", "cross_serving")
"""What else a compound's checklist asks."""

_COUNTS = ("households", "buildings", "built_year")
_FLAGS = (*FIVE_HAVES, *SELF_GOVERNMENT, "demonstration")
_WGS_84 = "EPSG:4326"
_DAYS = ("unmanaged_since", "unmanaged_until", "takeover_due")


def compounds(session: Session) -> Whole[pd.DataFrame]:
    """The compounds that the actor sees, by code, to be narrowed to what lies inside an area.

    Columns: compound_id (int64); code, name, address, company, district_code, district,
    street_code, street, community_code, community, takeover (str, None where unknown); households, buildings,
    built_year (Int64); lon, lat (float64, degrees WGS-84); `FIVE_HAVES`, owners_committee, cross_serving,
    demonstration (boolean, NA where nobody has said); unmanaged_since, unmanaged_until, takeover_due (datetime64,
    NaT for none); outlined (bool, false: a point); and what follows from them: haves, unknown (int64, of the five),
    relapsed (bool).
    """
    found = session.frame(statement("property", "compounds"), {})
    typed = found.assign(
        **{name: found[name].astype("Int64") for name in _COUNTS},
        **{name: found[name].astype("boolean") for name in _FLAGS},
        **{name: pd.to_datetime(found[name]) for name in _DAYS},
    )
    five = typed[list(FIVE_HAVES)]
    told = typed.assign(
        haves=five.fillna(value=False).sum(axis=1).astype("int64"),
        unknown=five.isna().sum(axis=1).astype("int64"),
        relapsed=(typed["unmanaged_since"] > typed["unmanaged_until"]).astype(bool),
    )
    return whole(told)


def companies(rows: pd.DataFrame) -> Sequence[str]:
    """The companies of some compounds, in order of their names."""
    return sorted(rows["company"].dropna().unique().tolist())


class Standing(Labelled):
    """How it stands with a compound that nobody manages, the most urgent first."""

    OVERDUE = "overdue"
    IN_TIME = "in_time"
    NO_DUE = "no_due"
    NO_MEASURE = "no_measure"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "overdue": N_("逾期"),
            "in_time": N_("未到期"),
            "no_due": N_("没有到期日"),
            "no_measure": N_("没有措施"),
        }


def unmanaged(rows: pd.DataFrame, today: date) -> pd.DataFrame:
    """Those of some compounds (`compounds`) that nobody manages, the longest overdue first, then the next due.

    Further columns: days (int64, since it has no manager), days_left (Int64, negative where overdue, NA without a
    due day), standing (`Standing`).
    """
    found = rows[rows["unmanaged_since"].notna()]
    now = pd.Timestamp(today)
    left = (found["takeover_due"] - now).dt.days.astype("Int64")
    conditions = {
        Standing.OVERDUE: left.to_numpy(float, na_value=0) < 0,
        Standing.NO_MEASURE: found["takeover"].isna().to_numpy(),
        Standing.NO_DUE: found["takeover_due"].isna().to_numpy(),
    }
    urgency = [*Standing]
    place = np.select(
        [*conditions.values()], [urgency.index(one) for one in conditions], urgency.index(Standing.IN_TIME)
    )
    standing = np.array([one.value for one in urgency], dtype=object)[place]
    told = found.assign(days=(now - found["unmanaged_since"]).dt.days, days_left=left, standing=standing)
    placed = told.assign(order=place).sort_values(["order", "takeover_due", "unmanaged_since", "code"])
    return placed.drop(columns="order")


def clearing(rows: pd.DataFrame, today: date, months: int) -> pd.DataFrame:
    """The last months, the running one included, and how many of some compounds nobody managed at the end of each.

    Columns: month (date, its first day), began, cleared, unmanaged (int64): unmanaged = that of the month before +
    began - cleared. An earlier time without a manager is known by its last day only: it counts from the first month
    on. A beginning after `today` counts in the last month, so that the last row tells what is unmanaged now.
    """
    starts = pd.date_range(end=pd.Timestamp(today).replace(day=1), periods=months, freq="MS")
    ends = [*(starts[1:] - pd.Timedelta(days=1)), pd.Timestamp(today)]
    since = rows["unmanaged_since"].dropna().clip(upper=ends[-1])
    until = rows["unmanaged_until"].dropna()
    at_end = [int((since <= end).sum() + (until >= end).sum()) for end in ends]
    before = starts[0] - pd.Timedelta(days=1)
    edges = [before, *ends]
    began = [int(((since > start) & (since <= end)).sum()) for start, end in pairwise(edges)]
    cleared = [int(((until >= start) & (until < end)).sum()) for start, end in pairwise(edges)]
    return pd.DataFrame({"month": starts.date, "began": began, "cleared": cleared, "unmanaged": at_end})


def by_area(rows: pd.DataFrame, level: Level) -> dict[tuple[str, str], pd.DataFrame]:
    """Some compounds by the area of a level (district, street or community) that they lie in: code and name.

    Those that lie in none stand under two empty texts, last.
    """
    names = {"code": f"{level.value}_code", "name": level.value}
    keys = rows[names["code"]].fillna(""), rows[names["name"]].fillna("")
    found = {(str(code), str(name)): part for (code, name), part in rows.groupby(list(keys), sort=True)}
    return dict(sorted(found.items(), key=lambda item: (not item[0][0], item[0])))


@dataclass(frozen=True)
class Stations:
    """Service points that lie in the outline of a compound, and what was looked at.

    `rows`: code, kind, name, address, compound_code, compound; by compound and code. Of two compounds that overlap
    the one with the lower code has the point. A compound that is but a point has no inside.
    """

    rows: pd.DataFrame
    points: int
    outlined: int
    compounds: int


@dataclass(frozen=True)
class AllStations:
    """The stations of all that an actor sees, to be narrowed to what lies inside an area, point and compound.

    `points` and `compounds` have a row each, the latter whether it has an outline (`outlined`, bool); `around` are the
    areas that hold the compound of each row of `found`.
    """

    found: Whole[pd.DataFrame]
    around: Ints
    points: Whole[pd.DataFrame]
    compounds: Whole[pd.DataFrame]

    def inside(self, inside: int | None) -> Stations:
        """Those inside an area; None: all."""
        places = np.intersect1d(
            self.found.places(inside), Whole(self.found.rows, self.around).places(inside), assume_unique=True
        )
        compounds = self.compounds.inside(inside)
        return Stations(
            self.found.rows.iloc[places].reset_index(drop=True),
            len(self.points.places(inside)),
            int(compounds["outlined"].sum()),
            len(compounds),
        )


def stations(session: Session) -> AllStations:
    """The service points inside compounds."""
    compounds, points = features.all_compounds(session), features.all_service_points(session)
    outlined = repair(compounds.rows).frame
    located = AreaIndex(outlined).locate(points.rows["lon"], points.rows["lat"], crs=_WGS_84).position
    within = np.flatnonzero(located != NOWHERE)
    around = outlined.iloc[located[within]]
    rows = points.rows.iloc[within][["code", "kind", "name", "address"]].reset_index(drop=True)
    rows = rows.assign(compound_code=around["code"].to_numpy(), compound=around["name"].to_numpy())
    order = rows.sort_values(["compound_code", "code"]).index.to_numpy()
    return AllStations(
        Whole(rows.iloc[order].reset_index(drop=True), points.path[within][order]),
        compounds.path[compounds.rows.index.get_indexer(around.index)][order],
        points,
        Whole(pd.DataFrame({"outlined": compounds.rows.index.isin(outlined.index)}), compounds.path),
    )


def assessments_of(
    session: Session, profile: str, code: str, company: str | None, period: Period
) -> pd.DataFrame:
    """The assessments of a compound and of its company that a profile asks for and that touch a period, newest first.

    Columns: indicator, of_company (bool), period_start, period_end (datetime64), value (float64), evidence (str).
    """
    names = sorted({name for name, _of in catalogue.profile(profile).assessments})
    days = {"first_day": period.start, "last_day": period.last_day}
    found = session.frame(
        statement("ratings", "assessments_of"), {"names": names, "code": code, "company": company, **days}
    )
    return found.assign(**{name: pd.to_datetime(found[name]) for name in ("period_start", "period_end")})
