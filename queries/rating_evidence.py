"""What compounds are rated by: cases counted by the indicators' definitions, assessments, facts.

Rows are compounds × periods, compound by compound.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.session import Session
from domain.filters import CaseFilter
from domain.indicators.model import Indicator
from domain.ratings.arithmetic import Missing
from domain.ratings.catalogue import indicator_of
from domain.ratings.facts import Fact
from domain.ratings.model import Item, Penalty, Profile
from domain.ratings.periods import Period
from queries import compose
from queries import rating_arrays as arrays
from queries.compose import At, case_conditions, fact_values, rating_statement, statement
from queries.ranking import Floats
from queries.rating_arrays import KNOWN, MISSING, Bools, Measures
from queries.whole import Whole, whole

_HOUSEHOLDS_A_UNIT = 100
_TEXTS = (
    "company",
    *(f"{level}{what}" for level in ("district", "street", "community") for what in ("", "_code")),
)
_FACTS = tuple(fact.value for fact in Fact if fact is not Fact.UNMANAGED)


@dataclass(frozen=True)
class Asked:
    """Which compounds are rated, in which periods, as of when.

    `with_data`: the first and the last local day that there is data of; None where there are no cases.
    """

    profile: Profile
    periods: tuple[Period, ...]
    at: At
    code: str | None
    with_data: tuple[date, date] | None

    @property
    def indicators(self) -> dict[str, Indicator]:
        """The indicator of each item that has one."""
        found = {name: indicator_of(self.profile, item) for name, item in self.profile.items.items()}
        return {name: one for name, one in found.items() if one is not None}

    @property
    def without_data(self) -> Bools:
        """Of each period, whether all of it lies outside the days with data: that no case is there means nothing."""
        if self.with_data is None:
            return np.ones(len(self.periods), dtype=bool)
        first, last = self.with_data
        return np.array(
            [period.last_day < first or period.start > last for period in self.periods], dtype=bool
        )

    def utc(self, local: datetime) -> datetime:
        """A local time as the store has it."""
        return self.at.clock.to_utc(local)


def compounds(session: Session, asked: Asked) -> Whole[pd.DataFrame]:
    """The compounds; the columns of `queries.ratings.Ratings.compounds`."""
    found = session.frame(statement("ratings", "compounds"), {"code": asked.code})
    typed = found.assign(
        compound_id=found["compound_id"].astype("int64"),
        households=found["households"].astype("Int64"),
        unmanaged_since=pd.to_datetime(found["unmanaged_since"]),
        countable=found["countable"].astype(bool),
        **{name: found[name].astype("boolean") for name in _FACTS},
        **{name: found[name].astype("str") for name in _TEXTS},  # objects where nothing is known of any
    )
    return whole(typed)


def evidence(session: Session, asked: Asked, compounds: pd.DataFrame) -> pd.DataFrame:
    """The columns of `queries.ratings.Ratings.evidence`."""
    counted = _counted(session, asked, compounds)
    given = _Assessments(session, asked, compounds)
    made: dict[str, Floats | npt.NDArray[np.int8]] = {}
    for name, item in asked.profile.items.items():
        indicator = indicator_of(asked.profile, item)
        columns = (
            given.of(item) if indicator is None else _of_cases(asked, name, indicator, counted, compounds)
        )
        made[f"{name}.numerator"], made[f"{name}.denominator"], made[f"{name}.missing"] = columns
    for name, penalty in asked.profile.penalties.items():
        if penalty.assessment is not None:
            total, how_many, _missing = given.of(penalty)
            with np.errstate(invalid="ignore"):
                made[f"{name}.assessed"] = total / how_many
    return pd.DataFrame(made)


def measures_of(profile: Profile, evidence: pd.DataFrame) -> dict[str, Measures]:
    """Values and intervals of the items, from what they are made of."""
    found: dict[str, Measures] = {}
    for name, item in profile.items.items():
        indicator = indicator_of(profile, item)
        columns = (evidence[f"{name}.{what}"].to_numpy() for what in ("numerator", "denominator", "missing"))
        if indicator is None:
            found[name] = arrays.assessed(*columns)
        else:
            found[name] = arrays.share(*columns) if indicator.kind == "rate" else arrays.density(*columns)
    return found


def penalties(asked: Asked, compounds: pd.DataFrame, evidence: pd.DataFrame) -> dict[str, Bools]:
    """Where each penalty applies; what is not known takes nothing off."""
    made: dict[str, Bools] = {}
    for name, penalty in asked.profile.penalties.items():
        if penalty.fact is not None:
            wanted = _fact(asked, compounds, penalty.fact.fact)
            made[name] = wanted == (1.0 if penalty.fact.wanted else 0.0)
            continue
        value = evidence[f"{name}.assessed"].to_numpy()
        limit = penalty.below if penalty.below is not None else penalty.above
        made[name] = value < limit if penalty.below is not None else value > limit
    return made


def _fact(asked: Asked, compounds: pd.DataFrame, fact: Fact) -> Floats:
    """A fact on every row: 1 it holds, 0 it does not, NaN not known."""
    if fact is Fact.UNMANAGED:
        lasts = np.array([period.last_day for period in asked.periods], dtype="datetime64[s]")
        since = compounds["unmanaged_since"].to_numpy("datetime64[s]")
        return (since[:, None] <= lasts[None, :]).astype(float).ravel()
    known = compounds[fact.value].astype("Float64").to_numpy(float, na_value=np.nan)
    return np.repeat(known, len(asked.periods))


def _counted(session: Session, asked: Asked, compounds: pd.DataFrame) -> pd.DataFrame:
    """What is counted on every row: cases, `<item>.<what>` (float64), 0 where there are no cases."""
    indicators = asked.indicators
    rows = len(compounds) * len(asked.periods)
    if not indicators or not rows:
        return pd.DataFrame(index=range(rows))
    chosen = CaseFilter(asked.periods[0].start, asked.periods[-1].last_day)
    where, values = case_conditions(chosen, asked.at, None)
    wanted = compose.measures(indicators, sides=False)
    ends = [asked.utc(datetime.combine(period.end, time.min)) for period in asked.periods]
    sql, bound = rating_statement(ends, where, wanted)
    values |= bound | fact_values(asked.profile.indicators, asked.at.as_of)
    values |= {"code": asked.code}
    found = session.frame(sql, values)
    place = pd.Index(compounds["compound_id"]).get_indexer(pd.Index(found["compound_id"]))
    row = place * len(asked.periods) + found["period"].to_numpy("int64")
    names = {"cases": "cases"}
    names |= {f"m{number}": f"{name}.{what}" for number, (name, what) in enumerate(wanted.columns)}
    counted = {name: np.zeros(rows) for name in names.values()}
    for column, name in names.items():
        counted[name][row] = found[column].to_numpy(float)
    return pd.DataFrame(counted)


def _of_cases(
    asked: Asked, name: str, indicator: Indicator, counted: pd.DataFrame, compounds: pd.DataFrame
) -> tuple[Floats, Floats, npt.NDArray[np.int8]]:
    """Numerator, denominator and why it is missing, of an item that counts cases."""
    if not len(counted):
        return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int8)
    n = len(asked.periods)
    missing = np.full(len(counted), KNOWN, dtype=np.int8)
    if indicator.kind == "rate":
        denominator = counted[f"{name}.denominator"].to_numpy()
        missing[denominator == 0] = MISSING.index(Missing.NO_CASES)
    else:
        households = compounds["households"].astype("Float64").to_numpy(float, na_value=np.nan)
        denominator = np.repeat(households / _HOUSEHOLDS_A_UNIT, n)
        missing[~(denominator > 0)] = MISSING.index(Missing.NO_HOUSEHOLDS)
    for column in indicator.needs:
        unknown = (counted[f"{name}.known:{column}"].to_numpy() == 0) & (counted["cases"].to_numpy() > 0)
        missing[unknown] = MISSING.index(Missing.NOT_RECORDED)
    missing[np.tile(asked.without_data, len(compounds))] = MISSING.index(Missing.NO_DATA)
    missing[np.repeat(~compounds["countable"].to_numpy(bool), n)] = MISSING.index(Missing.UNMATCHED)
    return counted[f"{name}.numerator"].to_numpy(), denominator, missing


class _Assessments:
    """The assessments of compounds and of their companies in every period."""

    def __init__(self, session: Session, asked: Asked, compounds: pd.DataFrame) -> None:
        self._periods = len(asked.periods)
        self._codes = compounds["code"]
        self._companies = compounds["company"]
        self._found = self._read(session, asked, compounds)

    def of(self, asked: Item | Penalty) -> tuple[Floats, Floats, npt.NDArray[np.int8]]:
        """Sum, number and why it is missing, of an item or a penalty that asks for an assessment."""
        subject, column = (
            (self._companies, "company") if asked.of == "company" else (self._codes, "compound_code")
        )
        number, names = pd.factorize(subject)  # -1: there is no company
        mine = self._found[(self._found["indicator"] == asked.assessment) & self._found[column].notna()]
        place = pd.Index(names).get_indexer(pd.Index(mine[column]))
        seen = place >= 0  # a company's compounds may all lie outside
        grids = np.full((2, len(names) + 1, self._periods), np.nan)
        for grid, what in zip(grids, ("total", "assessments"), strict=True):
            grid[place[seen], mine["period"].to_numpy("int64")[seen]] = mine[what].to_numpy(float)[seen]
        total, how_many = (grid[number].ravel() for grid in grids)
        missing = np.where(np.isnan(total), MISSING.index(Missing.NO_ASSESSMENT), KNOWN).astype(np.int8)
        if asked.of == "company":
            without = np.repeat(subject.isna().to_numpy(), self._periods)
            missing[without] = MISSING.index(Missing.NO_COMPANY)
        return total, how_many, missing

    @staticmethod
    def _read(session: Session, asked: Asked, compounds: pd.DataFrame) -> pd.DataFrame:
        named = compounds["company"].dropna().iloc[: int(asked.code is not None)]
        params: Mapping[str, object] = {
            "names": sorted({name for name, _of in asked.profile.assessments}),
            "first_days": [period.start for period in asked.periods],
            "last_days": [period.last_day for period in asked.periods],
            "code": asked.code,
            "company": next(iter(named), None),
        }
        return session.frame(statement("ratings", "assessments"), params)
