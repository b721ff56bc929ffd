"""The verb `rate`: how many compounds have which grade, the companies, the lists; or one compound step by step.

With `compare` the same by another profile, and what changes (server/operator/rating_compare.py).
"""

from typing import Any

import pandas as pd

from data.session import Session
from data.store import Store
from domain.actor import OPERATOR
from domain.i18n import _
from domain.ratings import catalogue
from domain.ratings.catalogue import item_name
from domain.ratings.lists import ListKind
from domain.ratings.periods import Period
from domain.ratings.words import bands_words, explain
from queries import areas
from queries import ratings as rating_queries
from queries.areas import AreaInfo
from queries.ratings import Ratings, Turn
from server.operator.asked import Params, iso, known_compound
from server.operator.rating_compare import both, compare, compare_one, more_cases_score_more, other_profile

UNGRADED = ""
"""Stands for "not graded" among the grades."""


def rate(store: Store, params: Params) -> dict[str, Any]:
    """Ratings as JSON. Raises NotFound for a profile, an area or a compound that there is not."""
    profile, how_many = params["profile"] or catalogue.DEFAULT, int(params["periods"])
    with store.session(OPERATOR) as session:
        if params.get("compound"):
            known_compound(session, params["compound"], store.path)
        inside = areas.area_by_code(session, params["area"]) if params.get("area") else None
        if params.get("compare"):
            return _compared(session, profile, inside, params)
        if params.get("compound"):
            return _of_compound(session, profile, params["compound"], how_many)
        whole = rating_queries.ratings(session, profile, how_many)
    found = whole.inside(inside) if inside else whole
    last = found.periods[-1]
    each = {"each": _each(found, last)} if params.get("each") else {}
    return _head(found) | {
        "area": params.get("area"),
        "compounds": len(found.compounds),
        **each,
        "grades": [_grades(found, period) for period in found.periods],
        "companies": _companies(found, last),
        "lists": _lists(found),
        "beyond_bands": _beyond_bands(found, last),
    }


def _compared(session: Session, profile: str, inside: AreaInfo | None, params: Params) -> dict[str, Any]:
    before = catalogue.profile(profile)
    old, new = both(session, profile, other_profile(params, before), params)
    told = compare_one(old, new) if params.get("compound") else compare(old, new, inside)
    return _head(old) | {"area": params.get("area")} | told


def _head(found: Ratings) -> dict[str, Any]:
    """Under which profile, as of when (local), and the periods; days are local and both included."""
    return {
        "profile": found.profile,
        "title": str(found.definition.name),
        "as_of": iso(found.as_of),
        "periods": [_period(period) for period in found.periods],
        "more_cases_score_more": more_cases_score_more(found.definition),
    }


def _period(period: Period) -> dict[str, str]:
    return {"period": str(period), "from": str(period.start), "to": str(period.last_day)}


def _grades(found: Ratings, period: Period) -> dict[str, Any]:
    """Compounds and households by grade, the best first, those that are not graded last; they add up to all."""
    rows = found.of(period)
    grades = rows["grade"].astype(object).fillna(UNGRADED)
    names = [*found.definition.best_first, UNGRADED]
    return {
        "period": str(period),
        "grades": [
            {
                "grade": name or None,
                "title": str(found.definition.grades[name].name) if name else _("不评级"),
                "compounds": int((grades == name).sum()),
                "households": int(rows.loc[grades == name, "households"].sum()),
                "certain": int(rows.loc[grades == name, "certain"].sum()),
            }
            for name in names
        ],
    }


def _each(found: Ratings, period: Period) -> list[dict[str, Any]]:
    """Every compound in a period, by code."""
    rows = found.of(period)[["code", "name", "company", "households", "total", "low", "high", "grade"]]
    titles = {name: str(grade.name) for name, grade in found.definition.grades.items()}
    return [row | {"title": titles.get(row["grade"], _("不评级"))} for row in _records(rows)]


def _beyond_bands(found: Ratings, period: Period) -> list[dict[str, Any]]:
    """Items whose assessed value lies beyond what their bands speak of, and counts as their nearest end."""
    items, told = found.contributions(period), []
    for name, item in found.definition.items.items():
        if item.assessment is None:
            continue
        values = items.loc[items["item"] == name, "value"].dropna()
        beyond = values[[not item.bands.covers(value) for value in values]]
        if len(beyond):
            row = {"item": name, "title": item_name(found.definition, name), "compounds": len(beyond)}
            told.append(row | {"bands": bands_words(item.bands), "least": float(beyond.min()),
                               "greatest": float(beyond.max())})  # fmt: skip
    return told


def _companies(found: Ratings, period: Period) -> list[dict[str, Any]]:
    """The companies in a period, the lowest total first, those without one last."""
    rows = found.companies(period).sort_values(["total", "company"])
    return _records(rows.assign(period=str(period)))


def _lists(found: Ratings) -> list[dict[str, Any]]:
    """The stays; `why` is of the last period on the list, `why_left` of that of the exit."""
    compounds = found.compounds.set_index("compound_id")
    told = []
    for row in _records(found.lists):
        number, kind = row.pop("compound_id"), ListKind(row["list"])
        left = Period.parse(row["left"]) if row["left"] else None
        turns = [Turn(number, kind, on=True, period=left.before if left else found.periods[-1])]
        turns += [Turn(number, kind, on=False, period=left)] if left else []
        why, *why_left = found.why(turns)
        compound = compounds.loc[number]
        told.append(
            {"code": compound["code"], "name": compound["name"]}
            | row
            | {"why": why, "why_left": next(iter(why_left), None)}
        )
    return told


def _of_compound(session: Session, profile: str, code: str, how_many: int) -> dict[str, Any]:
    """One compound: in every period its total, its grade, and the arithmetic in words and in figures."""
    found = rating_queries.ratings(session, profile, how_many, code)
    compound = found.compounds.iloc[0]
    steps = []
    for row, period in zip(_records(found.scores), found.periods, strict=True):
        names = ("total", "low", "high", "grade", "certain", "known_share", "deducted")
        parts = _records(found.contributions(period).drop(columns="compound_id"))
        items = [{"title": item_name(found.definition, part["item"])} | part for part in parts]
        words = explain(found.definition, found.rating(row["compound_id"], period))
        steps.append(
            {"period": str(period)} | {name: row[name] for name in names} | {"items": items, "words": words}
        )
    return _head(found) | {"code": compound["code"], "name": compound["name"], "ratings": steps}


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON has them: null for what is missing."""
    told = rows.astype(object).where(rows.notna(), None)
    return [
        {str(name): value.item() if hasattr(value, "item") else value for name, value in row.items()}
        for row in told.to_dict("records")
    ]
