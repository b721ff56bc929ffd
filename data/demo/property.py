"""How the demo city's compounds are run: checklists, demonstration, and what becomes of those without a manager.

Companies differ: each has a standing of its own, and one is clearly good and one clearly bad. Of some compounds
nobody has said anything, and their checklist is blank.
"""

from datetime import date, timedelta
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo import steady
from data.demo.frames import Floats
from data.demo.scale import AS_OF
from domain.vocabulary import Takeover

UNSAID_SHARE: Final = 0.08
DEMONSTRATION_SHARE: Final = 0.04
CLEARED_SHARE: Final = 0.012
RELAPSED_SHARE: Final = 0.15
MEASURE_SHARE: Final = 0.75
FIRST_CLEARED: Final = date(2024, 3, 1)

_HAVES: Final = {
    "party_branch": (0.35, 0.6),
    "has_place": (0.4, 0.55),
    "has_funds": (0.25, 0.65),
    "has_volunteers": (0.45, 0.5),
    "has_consultation": (0.3, 0.6),
}
"""The five haves: their share among the worst run compounds, and how much more among the best."""

_MARKED: Final = 2.4


def marked_companies(compounds: pd.DataFrame) -> tuple[str, str]:
    """The company that is planted as good, and the one that is planted as bad: two of the larger ones."""
    counted = compounds["company"].dropna().value_counts().rename_axis("name").reset_index(name="n")
    order = counted.sort_values(["n", "name"], ascending=[False, True])["name"].tolist()
    return order[2], order[3]


def standings(compounds: pd.DataFrame, rng: np.random.Generator) -> tuple[Floats, dict[str, float]]:
    """How well each compound is run, and each company: 0 to 1."""
    names = sorted(compounds["company"].dropna().unique())
    own = dict(zip(names, rng.normal(0, 0.6, len(names)), strict=True))
    good, bad = marked_companies(compounds)
    own[good], own[bad] = _MARKED, -_MARKED
    company = np.array([own.get(name, -1.0) for name in compounds["company"]])
    quality = _share(company + rng.normal(0, 0.8, len(compounds)))
    return quality, {name: float(_share(np.array(value))) for name, value in own.items()}


def with_property(compounds: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """The compounds, in the same order, with what `Returns` names.

    Returns:
        owners_committee, party_branch, has_place, has_funds, has_volunteers, has_consultation, cross_serving,
        demonstration (bool, None = not said), unmanaged_until, takeover_due (date), takeover (str), None = none.
    """
    quality, _companies = standings(compounds, rng)
    count = len(compounds)
    said = rng.random(count) >= UNSAID_SHARE
    flags = {name: rng.random(count) < low + more * quality for name, (low, more) in _HAVES.items()}
    committee = rng.random(count) < 0.25 + 0.55 * quality
    cross = committee & flags["party_branch"] & (rng.random(count) < 0.3 + 0.5 * quality)
    ready = said & cross & np.all(list(flags.values()), axis=0) & compounds["company"].notna().to_numpy()
    best = np.argsort(np.where(ready, -quality, 1.0), kind="stable")[: round(DEMONSTRATION_SHARE * count)]
    shown = ready & np.isin(np.arange(count), best)
    checklist = {"owners_committee": committee, **flags, "cross_serving": cross, "demonstration": shown}
    blank = {name: np.where(said, values, None) for name, values in checklist.items()}
    return compounds.assign(**blank, **_takeovers(compounds, rng))


def _takeovers(compounds: pd.DataFrame, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """What is done about compounds without a manager; some were without one before, some are no longer."""
    until, measure, due = (np.full(len(compounds), None, dtype=object) for _ in range(3))
    since = compounds["unmanaged_since"].to_numpy()
    left = np.flatnonzero(compounds["unmanaged_since"].notna())
    relapsed = rng.choice(left, max(2, round(RELAPSED_SHARE * len(left))), replace=False)
    for at in np.sort(relapsed):
        until[at] = since[at] - timedelta(days=int(rng.integers(120, 500)))
    terms = [term.value for term in Takeover]
    chosen = left[rng.random(len(left)) < MEASURE_SHARE]
    measure[chosen] = rng.choice(terms, len(chosen))
    for at in chosen:
        due[at] = since[at] + timedelta(days=int(rng.integers(150, 900)))
    managed = np.flatnonzero(compounds["company"].notna() & (compounds["built_year"] < 2008))
    cleared = np.sort(rng.choice(managed, max(3, round(CLEARED_SHARE * len(compounds))), replace=False))
    measure[cleared] = rng.choice(terms, len(cleared))
    days = (AS_OF.date() - FIRST_CLEARED).days
    for at in cleared:
        until[at] = FIRST_CLEARED + timedelta(days=int(rng.integers(0, days)))
        due[at] = until[at] + timedelta(days=int(rng.integers(-60, 120)))
    return {"unmanaged_until": until, "takeover": measure, "takeover_due": due}


def _share(value: Floats) -> Floats:
    return np.asarray(1 / (1 + steady.exp(-value)))
