"""Ratings of compounds: their items counted in one scan, their totals, companies, lists, and movements.

Cases are those that lie in a compound (visible_case_compound) and were reported in a period, by local time, as they are
known at the as-of time. A period that is not over is not rated. A reader sees her own compounds only, and a company's
figures are those of the compounds that she sees.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.session import Session
from domain.errors import NotFound
from domain.i18n import _
from domain.ratings import catalogue
from domain.ratings.arithmetic import Evidence, Measured, Missing, Rating
from domain.ratings.arithmetic import rate as rate_one
from domain.ratings.facts import Fact
from domain.ratings.lists import ListKind
from domain.ratings.model import Profile
from domain.ratings.periods import Period, periods_over
from domain.ratings.words import why_left, why_listed
from queries import rating_arrays as arrays
from queries import rating_evidence
from queries.areas import AreaInfo
from queries.compose import At
from queries.ranking import Floats
from queries.rating_arrays import KNOWN, MISSING, Measures, Totals
from queries.rating_evidence import Asked
from queries.rating_groups import companies_of, labels, lists_of, movements_of
from queries.whole import Ints, Whole

LEAST_WEIGHT = "least_weight"
"""Why a compound is not graded: too little of the weight is known."""


_FACTS = [fact.value for fact in Fact if fact is not Fact.UNMANAGED]


class Turn(NamedTuple):
    """A compound that is on a list in a period, or (`on` false) has left it in that period."""

    compound_id: int
    kind: ListKind
    on: bool
    period: Period


@dataclass(frozen=True)
class Ratings:
    """The ratings of compounds in periods, ascending. Frames hold codes and no words; days are local.

    `compounds`, one row a compound by code: compound_id (int64), code, name, district_code, district, street_code,
    street, community_code, community, company (str, NaN where unknown), households (Int64), unmanaged_since
    (datetime64), the other facts of `Fact` (boolean), countable (bool: no cases means none).

    `scores`, one row a compound and period, compound by compound in the order of `compounds`: compound_id (int64),
    period (category: `str(Period)`), start, last_day (datetime64), total, low, high (float64, points to a tenth, NaN:
    not graded), grade, grade_low, grade_high (category: names of the profile's grades), certain (bool: one grade over
    the whole interval), known_weight, known_share, deducted (float64), why_not (category: `LEAST_WEIGHT`, NA: graded).

    `path`: the ids of the areas that hold each compound (`queries.whole`). `whole`: these are all of the city.
    `declared`: the profile itself where it is none of the catalogue's.

    `lists`, one row a stay, those still on a list first: compound_id, list (`ListKind`), since, entered, left (str of a
    period; the first one that supports it, that of the entry, that of the exit or NaN), perhaps_earlier (bool).

    `evidence`, row by row as `scores`: for each item `ITEM.numerator`, `ITEM.denominator` (float64) and `ITEM.missing`
    (int8, a place in `MISSING` or KNOWN), for each penalty on an assessment `PENALTY.assessed` (float64).
    """

    profile: str
    as_of: datetime
    periods: tuple[Period, ...]
    compounds: pd.DataFrame
    path: Ints
    scores: pd.DataFrame
    evidence: pd.DataFrame
    lists: pd.DataFrame
    whole: bool
    declared: Profile | None = None

    @property
    def definition(self) -> Profile:
        """The profile."""
        return self.declared or catalogue.profile(self.profile)

    def companies(self, period: Period) -> pd.DataFrame:
        """One row a company of a period, by name.

        company (str), compounds, graded, ungraded, without_households (int64; graded ones that have no households and
        so no part), households (int64, of those that have), total, low, high (float64), grade, grade_low, grade_high
        (category), certain (bool).
        """
        return companies_of(self.definition, self.of(period))

    def inside(self, area: AreaInfo) -> "Ratings":
        """The ratings of the compounds inside an area; a company's figures are those of its compounds there."""
        n, kept = len(self.periods), Whole(self.compounds, self.path).places(area.area_id)
        rows = (kept[:, None] * n + np.arange(n)).ravel()
        compounds = self.compounds.iloc[kept].reset_index(drop=True)
        lists = self.lists[self.lists["compound_id"].isin(compounds["compound_id"])].reset_index(drop=True)
        return replace(
            self,
            compounds=compounds,
            path=self.path[kept],
            scores=self.scores.iloc[rows].reset_index(drop=True),
            evidence=self.evidence.iloc[rows].reset_index(drop=True),
            lists=lists,
            whole=False,
        )

    def of(self, period: Period) -> pd.DataFrame:
        """The compounds with their scores of a period, by code: the columns of both. Nobody changes the frame."""
        if period not in self._by_period:
            scores = self.scores.iloc[self._rows(period)].drop(columns="compound_id").reset_index(drop=True)
            self._by_period[period] = self.compounds.reset_index(drop=True).join(scores)
        return self._by_period[period]

    def contributions(self, period: Period) -> pd.DataFrame:
        """One row a compound and item of a period.

        compound_id (int64), item (str), value, low, high, numerator, denominator, score, score_low, score_high,
        weight, points (float64, NaN where missing), missing (str: `Missing`, NaN where it has a value).
        """
        rows = self._rows(period)
        known = self.scores["known_weight"].to_numpy()[rows]
        items = rating_evidence.measures_of(self.definition, self.evidence.iloc[rows])
        ids = self.compounds["compound_id"].to_numpy()
        parts = [_contribution(self.definition, name, found, known, ids) for name, found in items.items()]
        return pd.concat(parts, ignore_index=True)

    def rating(self, compound_id: int, period: Period) -> Rating:
        """One rating with all its steps. Raises KeyError for a compound or period that is not here."""
        return self.ratings_of([(compound_id, period)])[0]

    def ratings_of(self, asked: Sequence[tuple[int, Period]]) -> list[Rating]:
        """Ratings of compounds (by id) in periods, with all their steps. Raises KeyError for what is not here."""
        return [rate_one(self.definition, found) for found in self.evidence_of(asked)]

    def evidence_of(self, asked: Sequence[tuple[int, Period]]) -> list[Evidence]:
        """What compounds (by id) are rated by in periods. Raises KeyError for what is not here."""
        places = [self._places[compound_id] for compound_id, _period in asked]
        numbers = [self._number(period) for _compound_id, period in asked]
        n = len(self.periods)
        rows = self.evidence.iloc[[place * n + number for place, number in zip(places, numbers, strict=True)]]
        items = rating_evidence.measures_of(self.definition, rows)
        looked_at = {
            name: rows[f"{name}.assessed"].tolist()
            for name, penalty in self.definition.penalties.items()
            if penalty.assessment is not None
        }
        compounds = self.compounds.iloc[places][[*_FACTS, "unmanaged_since"]].to_dict("records")
        return [
            Evidence(
                {name: _measured(found, row) for name, found in items.items()},
                _facts(compound, period),
                {name: None if np.isnan(values[row]) else values[row] for name, values in looked_at.items()},
            )
            for row, (compound, (_compound_id, period)) in enumerate(zip(compounds, asked, strict=True))
        ]

    def movements(self, before: Period, after: Period) -> pd.DataFrame:
        """How compounds moved from grade to grade.

        from_grade, to_grade (str, NaN: not graded), compounds, households (int64, as far as known); the compounds add
        up to all, the best first.
        """
        return movements_of(self.definition, self.of(before), self.of(after))

    def ungraded(self, period: Period) -> dict[Missing, int]:
        """How many compounds without a grade in a period lack an item for each reason; one may count for several."""
        rows = self.evidence.iloc[self._rows(period)][self.of(period)["grade"].isna().to_numpy()]
        lacking = np.stack([rows[f"{name}.missing"].to_numpy() for name in self.definition.items])
        counted = {reason: int((lacking == place).any(axis=0).sum()) for place, reason in enumerate(MISSING)}
        return {reason: n for reason, n in counted.items() if n}

    def why(self, turns: Sequence[Turn]) -> list[str]:
        """Why compounds are on a list in a period, or have left it, in the reader's language."""
        found = self.ratings_of([(turn.compound_id, turn.period) for turn in turns])
        return [
            (why_listed if turn.on else why_left)(self.definition, turn.kind, rating)
            for turn, rating in zip(turns, found, strict=True)
        ]

    @cached_property
    def _by_period(self) -> dict[Period, pd.DataFrame]:
        return {}

    @cached_property
    def _places(self) -> dict[int, int]:
        return {int(number): place for place, number in enumerate(self.compounds["compound_id"])}

    def _number(self, period: Period) -> int:
        if period not in self.periods:
            raise KeyError(str(period))
        return self.periods.index(period)

    def _rows(self, period: Period) -> slice:
        return slice(self._number(period), None, len(self.periods))


def ratings(
    session: Session, profile: str, how_many: int, code: str | None = None, declared: Profile | None = None
) -> Ratings:
    """The ratings of the compounds that the reader sees, of the last periods that are over.

    `code` keeps one compound; `declared` is a profile that is not in the catalogue, `profile` then what it is called.
    Raises NotFound for a profile that there is not, and a compound that is not seen.
    """
    definition = declared or catalogue.profile(profile)
    as_of = session.city.clock.to_local(session.city.as_of)
    periods = periods_over(definition.period, as_of, how_many)
    asked = Asked(definition, periods, At.of(session), code, session.days_with_data())
    seen = rating_evidence.compounds(session, asked)
    compounds = seen.rows
    if code is not None and compounds.empty:
        raise NotFound(
            _("没有小区 {code}，或者它不在您的权限范围内。").format(code=code),
            _("请在小区清单里选一个。"),
        )
    evidence = rating_evidence.evidence(session, asked, compounds)
    items = rating_evidence.measures_of(definition, evidence)
    totals = arrays.rate(definition, items, rating_evidence.penalties(asked, compounds, evidence))
    scores = _scores(definition, periods, compounds, totals)
    return Ratings(
        profile,
        as_of,
        periods,
        compounds,
        seen.path,
        scores,
        evidence,
        lists_of(definition, periods, compounds, scores),
        session.actor.sees_everything and code is None,
        declared,
    )


def _scores(
    profile: Profile, periods: tuple[Period, ...], compounds: pd.DataFrame, totals: Totals
) -> pd.DataFrame:
    told = [str(period) for period in periods]
    order = np.tile(np.arange(len(periods)), len(compounds))
    starts = np.array([period.start for period in periods], dtype="datetime64[s]")
    lasts = np.array([period.last_day for period in periods], dtype="datetime64[s]")
    ends = {"grade": totals.total, "grade_low": totals.low, "grade_high": totals.high}
    grades = {
        name: pd.Categorical(arrays.grades(profile, end), categories=list(profile.best_first))
        for name, end in ends.items()
    }
    graded = ~np.isnan(totals.total)
    return pd.DataFrame(
        {
            "compound_id": np.repeat(compounds["compound_id"].to_numpy(), len(periods)),
            "period": labels(told, order),
            "start": starts[order],
            "last_day": lasts[order],
            "total": totals.total,
            "low": totals.low,
            "high": totals.high,
            **grades,
            "certain": graded & (grades["grade_low"].codes == grades["grade_high"].codes),
            "known_weight": totals.known_weight,
            "known_share": totals.known_share,
            "deducted": totals.deducted,
            "why_not": pd.Series(LEAST_WEIGHT, index=range(len(graded)), dtype="category").where(~graded),
        }
    )


def _contribution(
    profile: Profile, name: str, found: Measures, known: Floats, ids: npt.NDArray[np.int64]
) -> pd.DataFrame:
    item = profile.items[name]
    scores = arrays.scored(item, found)
    reasons = np.array([*(reason.value for reason in MISSING), None], dtype=object)
    return pd.DataFrame(
        {
            "compound_id": ids,
            "item": name,
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "numerator": found.numerator,
            "denominator": found.denominator,
            "score": scores.score,
            "score_low": scores.low,
            "score_high": scores.high,
            "weight": item.weight,
            "points": arrays.points(item.weight, scores, known),
            "missing": reasons[found.missing],
        }
    )


def _measured(found: Measures, row: int) -> Measured:
    number = int(found.missing[row])
    if number != KNOWN:
        return Measured(missing=Missing(MISSING[number]))
    columns = (found.value, found.low, found.high, found.numerator, found.denominator)
    value, low, high, numerator, denominator = (float(column[row]) for column in columns)
    return Measured(value, low, high, numerator, denominator)


def _facts(compound: Mapping[Hashable, Any], period: Period) -> dict[Fact, bool | None]:
    """What is known of a compound: all but `unmanaged` as it stands now."""
    since = compound["unmanaged_since"]
    found: dict[Fact, bool | None] = {
        Fact(name): None if pd.isna(compound[name]) else bool(compound[name]) for name in _FACTS
    }
    found[Fact.UNMANAGED] = bool(pd.notna(since) and since <= pd.Timestamp(period.last_day))
    return found
