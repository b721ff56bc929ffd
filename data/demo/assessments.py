"""Assessments in the demo city: party-building and inspection of every compound, credit of every company.

Quarter by quarter for two years. A few compounds in each district are clearly bad and a few clearly good in all
eight quarters: those that draw the most and the fewest cases for their households, so that what residents say and
what assessors say agree.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
import shapely

from data.demo.model import DemoCity
from data.demo.places import make_places
from data.demo.property import standings
from data.demo.randomness import Step, stream
from data.demo.scale import AS_OF

QUARTERS: Final = 8
MISSING_SHARE: Final = 0.03
"""Share of the compounds' assessments that were never made."""

LEAST_MARKED: Final = 2
LEAST_HOUSEHOLDS: Final = 60

_LEVELS: Final = {"bad": (22.0, 40.0), "good": (92.0, 99.0)}


@dataclass(frozen=True)
class Marked:
    """Codes of the compounds that are planted as clearly bad and as clearly good, in the order of the city's."""

    bad: tuple[str, ...]
    good: tuple[str, ...]


def assessments(city: DemoCity) -> pd.DataFrame:
    """All assessments of a demo city, quarter by quarter.

    Returns:
        indicator (party_building, inspection, credit), compound_code, company, evidence (str, None = none),
        period_start, period_end (date), value (float64, 0 to 100).
    """
    quality, companies = standings(city.compounds, stream(city.seed, Step.PROPERTY))
    rng, marked = stream(city.seed, Step.ASSESSMENTS), marked_compounds(city)
    parts = []
    for first, last in quarters():
        parts += [
            _of_compounds(city, quality, marked, (first, last), "party_building", 45.0, rng),
            _of_compounds(city, quality, marked, (first, last), "inspection", 52.0, rng),
            _of_companies(companies, (first, last), rng),
        ]
    return pd.concat(parts, ignore_index=True)


def quarters() -> list[tuple[date, date]]:
    """First and last day of the quarters before the end of the data, oldest first."""
    end, found = AS_OF.date(), []
    for _quarter in range(QUARTERS):
        last = end - timedelta(days=1)
        end = date(last.year, last.month - 2, 1)
        found.append((end, last))
    return found[::-1]


def marked_compounds(city: DemoCity) -> Marked:
    """The compounds of each district that draw the most and the fewest cases for their households.

    Only those with an outline and a company: a case without an outline to lie in is not counted.
    """
    compounds = city.compounds
    if compounds.empty:
        return Marked((), ())
    places = make_places(city, stream(city.seed, Step.PLACES))
    own = places.compound >= 0
    weight = np.bincount(places.compound[own], places.weight[own], minlength=len(compounds))
    households = compounds["households"].to_numpy(dtype=float)
    fits = (shapely.get_dimensions(compounds.geometry.to_numpy()) == 2) & (households >= LEAST_HOUSEHOLDS)
    fits &= compounds["company"].notna().to_numpy() & (weight > 0)
    ranked = pd.DataFrame({"code": compounds["code"], "rate": weight / households})[fits]
    ranked = ranked.sort_values(["rate", "code"]).assign(district=lambda frame: frame["code"].str[:6])
    bad, good = [], []
    for _district, rows in ranked.groupby("district"):
        count = max(LEAST_MARKED, len(rows) // 100)
        good += rows["code"].head(count).tolist()
        bad += rows["code"].tail(count).tolist()
    return Marked(tuple(bad), tuple(good))


def _of_compounds(
    city: DemoCity,
    quality: np.ndarray,
    marked: Marked,
    period: tuple[date, date],
    indicator: str,
    least: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    codes = city.compounds["code"].to_numpy()
    value = least + 45 * quality + rng.normal(0, 5, len(codes))
    since = city.compounds["unmanaged_since"].to_numpy()
    value -= 18.0 * np.array([left is not None and left <= period[1] for left in since])
    for codes_marked, (low, high) in ((marked.bad, _LEVELS["bad"]), (marked.good, _LEVELS["good"])):
        mine = np.flatnonzero(np.isin(codes, codes_marked))
        value[mine] = rng.uniform(low, high, len(mine))
    kept = rng.random(len(codes)) >= MISSING_SHARE
    word = {"party_building": "党建考核", "inspection": "街道巡查"}[indicator]
    return _rows(indicator, codes[kept], None, period, value[kept], word)


def _of_companies(
    companies: dict[str, float], period: tuple[date, date], rng: np.random.Generator
) -> pd.DataFrame:
    value = 50 + 45 * np.array(list(companies.values())) + rng.normal(0, 3, len(companies))
    return _rows("credit", None, np.array(list(companies)), period, value, "信用评价")


def _rows(
    indicator: str,
    codes: np.ndarray | None,
    companies: np.ndarray | None,
    period: tuple[date, date],
    value: np.ndarray,
    word: str,
) -> pd.DataFrame:
    first, last = period
    return pd.DataFrame(
        {
            "indicator": indicator,
            "compound_code": codes,
            "company": companies,
            "period_start": first,
            "period_end": last,
            "value": np.round(np.clip(value, 0, 100), 1),
            "evidence": f"{first.year}年第{last.month // 3}季度{word}",
        }
    )
