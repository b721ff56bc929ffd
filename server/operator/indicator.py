"""The verb `indicator`: a figure with its definition, its counts, its areas in order, and the cases of a side."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from data.export import ExportFormat
from data.session import Session
from data.store import Store
from domain.actor import OPERATOR
from domain.errors import NotFound
from domain.filters import CaseFilter
from domain.i18n import _
from domain.indicators import catalogue
from domain.indicators.model import Composite, Definition, Indicator, Profile
from domain.indicators.windows import on_words
from domain.progress import Progress
from domain.vocabulary import Level
from queries import indicators
from queries.areas import AreaInfo
from queries.case_export import Request, export_cases
from queries.figures import Evaluation, Question
from server.operator.asked import Params, chosen_cases, iso, local_moment

_FIRST = "first_by_placeholder"
"""The key of the area that is first only by cases on placeholder points."""


def profiles_told(only: str | None) -> dict[str, Any]:
    """All profiles, or one, with the definition of every indicator."""
    wanted = {only: catalogue.profile(only)} if only else catalogue.profiles()
    return {"profiles": [_profile_told(name, profile) for name, profile in wanted.items()]}


def indicator(store: Store, params: Params, progress: Progress) -> dict[str, Any]:
    """One figure as JSON; where `side` is given, its cases go to the file `out` too."""
    profile, name, side = params["profile"], params["name"], params.get("side")
    if side is not None:
        _known_side(profile, name, side)
    with store.session(OPERATOR) as session:
        question = _question(session, params, store.path)
        result, whole = _figure(session, question, name, params.get("by"))
    if side is not None:
        on_side = replace(_within_its_window(question), side=whole.side(side))
        file_format = ExportFormat(params["format"])
        request = Request(on_side, question.area, file_format, question.as_of)
        done = export_cases(store, OPERATOR, request, Path(params["out"]), progress)
        result["export"] = {
            "side": side,
            "file": str(done.path),
            "format": file_format.value,
            "rows": done.rows,
            "sha256": done.sha256,
        }
    return result


def _known_side(profile: str, name: str, side: str) -> None:
    """Raises NotFound that tells the sides there are."""
    found = catalogue.indicator(profile, name)
    if side not in found.sides:
        raise NotFound(
            _("指标“{name}”没有“{side}”这一侧。").format(name=name, side=side),
            _("可用的侧：{known}。").format(known=", ".join(found.sides)),
        )


def _question(session: Session, params: Params, db: Path) -> Question:
    chosen, area = chosen_cases(session, params["filter"], db)
    told = params.get("as_of")
    clock = session.city.clock
    remedy = _("请写 2026-03-05，或 2026-03-05 14:20 这样的当地时间。")
    as_of = clock.to_utc(local_moment(told, remedy)) if told else session.city.as_of
    own_window = chosen.start is None and chosen.end is None
    return Question(params["profile"], chosen, area, as_of, own_window)


def _within_its_window(question: Question) -> CaseFilter:
    """The filter without a period of its own where the profile's window gives it."""
    return replace(question.chosen, start=None, end=None) if question.own_window else question.chosen


def _figure(
    session: Session, question: Question, name: str, by: str | None
) -> tuple[dict[str, Any], Evaluation]:
    if by is None:
        whole = indicators.evaluate(session, question, [name])[name]
        return _told(whole, question) | {"by": None, "rows": [], "elsewhere": None, _FIRST: None}, whole
    found = indicators.by_area(session, question, name, Level(by))
    definition = catalogue.indicator(question.profile, name)
    rows = [_row(row, definition) for row in found.rows.to_dict("records")]
    first = vars(found.lifted) if found.lifted else None
    told = {"by": by, "rows": rows, "elsewhere": found.elsewhere, _FIRST: first}
    return _told(found.whole, question) | told, found.whole


def _told(whole: Evaluation, question: Question) -> dict[str, Any]:
    definition = whole.definition
    return {
        "name": whole.name,
        "title": str(definition.name),
        "profile": whole.profile,
        "profile_title": str(catalogue.profile(whole.profile).name),
        "kind": definition.kind,
        "unit": definition.unit.value,
        "as_of": iso(whole.as_of),
        "window": _window(whole),
        "filter": _within_its_window(question).to_query(),
        "area": _area(question.area),
        "cases": whole.cases,
        "numerator": whole.numerator,
        "denominator": whole.denominator,
        "value": whole.value,
        "low": whole.low,
        "high": whole.high,
        "excluded": dict(whole.excluded),
        "parts": dict(whole.parts),
        "sides": _sides(whole),
        "terms": _terms(whole),
        "unavailable": whole.unavailable,
    }


def _window(whole: Evaluation) -> dict[str, Any]:
    """The period that counts; times are local, `from` is included and `to` is not, null is unbounded."""
    period = whole.period
    own = catalogue.profile(whole.profile).window.model_copy(update={"on": period.on})
    asked = _("，").join([_("筛选的日期"), on_words(period.on)])
    return {
        "on": period.on,
        "from": iso(period.start) if period.start else None,
        "to": iso(period.end) if period.end else None,
        "words": own.words if whole.own_window else asked,
    }


def _area(area: AreaInfo | None) -> dict[str, Any] | None:
    return {"code": area.code, "name": area.name, "level": area.level.value} if area else None


def _sides(whole: Evaluation) -> list[dict[str, Any]]:
    """What `--cases` can list, in words, and how many cases each has."""
    if isinstance(whole.definition, Composite):
        return []
    label = whole.definition.side_label
    return [
        {"side": side, "title": label(side), "cases": whole.count_of(side)} for side in whole.definition.sides
    ]


def _terms(whole: Evaluation) -> list[dict[str, Any]]:
    """The rates that a score is made of."""
    if not isinstance(whole.definition, Composite):
        return []
    return [
        {
            "name": term.indicator,
            "title": str(part.definition.name),
            "weight": term.weight,
            "complement": term.complement,
            "numerator": part.numerator,
            "denominator": part.denominator,
            "value": part.value,
            "unavailable": part.unavailable,
        }
        for term, part in zip(whole.definition.terms, whole.terms, strict=True)
    ]


def _row(row: Mapping[Any, Any], definition: Indicator) -> dict[str, Any]:
    """One area; what it has no value for is null, and cases are whole numbers."""
    bounded = definition.kind != "count"
    return {
        "code": row["code"],
        "name": row["name"],
        "cases": int(row["cases"]),
        "numerator": _number(row["numerator"], whole=not definition.is_weighted),
        "denominator": _number(row["denominator"], whole=definition.kind == "rate"),
        "value": _number(row["value"], whole=not bounded),
        "low": _number(row["low"]) if bounded else None,
        "high": _number(row["high"]) if bounded else None,
        **{name: None if pd.isna(row[name]) else int(row[name]) for name in ("rank", "best", "worst")},
        "small": bool(row["small"]),
        "like_first": bool(row["like_first"]),
    }


def _number(value: float, *, whole: bool = False) -> float | None:
    if math.isnan(value):
        return None
    return int(value) if whole else float(value)


def _profile_told(name: str, profile: Profile) -> dict[str, Any]:
    return {
        "profile": name,
        "title": str(profile.name),
        "note": str(profile.note) if profile.note else None,
        "window": profile.window.words,
        "minimum_n": profile.minimum_n,
        "dispatch_limit_minutes": profile.dispatch_limit_minutes,
        "indicators": [
            _definition_told(key, definition, profile) for key, definition in profile.indicators.items()
        ],
    }


def _definition_told(name: str, definition: Definition, profile: Profile) -> dict[str, Any]:
    """A definition in words, in the reader's language."""
    told: dict[str, Any] = {
        "name": name,
        "title": str(definition.name),
        "kind": definition.kind,
        "unit": definition.unit.value,
        "direction": definition.direction.value,
        "target": definition.target,
        "source": str(definition.source),
        "note": str(definition.note) if definition.note else None,
    }
    if isinstance(definition, Composite):
        return told | {"terms": [term.model_dump() for term in definition.terms]}
    window = profile.window.model_copy(update={"on": definition.window_on or profile.window.on})
    return told | {
        "window": window.words,
        "numerator": {"title": str(definition.numerator_name), "words": definition.numerator_words},
        "denominator": str(definition.denominator_name) if definition.denominator_name else None,
        "excluded": [
            {"reason": item.reason.value, "title": item.reason.label, "words": item.when.words}
            for item in definition.exclude
        ],
        "parts": [
            {"name": part, "title": str(item.name), "words": item.when.words}
            for part, item in definition.parts.items()
        ],
        "needs": [item.value for item in definition.needs],
        "sides": list(definition.sides),
    }
