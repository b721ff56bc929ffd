"""Every figure counted again in plain Python, case by case, from the text of the profiles.

Written from the definitions, without the product's code: a case is first made to forget what lies after the
as-of time, then the words of a condition are looked up and Python itself reads `and`, `or` and `not`, which
bind as in a profile.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from types import CodeType
from typing import Any

from tests.support.repository import ROOT

Case = Mapping[str, Any]
"""A row as tests/support/case_rows.py takes it; what is absent is empty."""

_FORGOTTEN = ("registered_at", "dispatched_at", "contacted_at", "handled_at", "closed_at")
_TOLD_AT_THE_END = ("outcome", "rating", "rework_count", "timeliness")


@cache
def profile(name: str) -> dict[str, Any]:
    """A shipped profile as its file says it, with what it extends."""
    path = ROOT / "domain" / "indicators" / "profiles" / f"{name}.toml"
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    base = document.pop("extends", None)
    return _over(profile(base), document) if base else document


def _over(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    both = {
        key: _over(base[key], more[key])
        for key in base.keys() & more.keys()
        if isinstance(base[key], dict) and isinstance(more[key], dict)
    }
    return base | more | both


def as_known(case: Case, as_of: datetime) -> dict[str, Any]:
    """The case as somebody knew it at the as-of time."""
    known = dict(case)
    closed_at = case.get("closed_at")
    if closed_at is not None and closed_at > as_of:
        known.update(dict.fromkeys(_TOLD_AT_THE_END))
        if case["state"] in {"closed", "void"}:
            known["state"] = "some open state"
    for name in _FORGOTTEN:
        if case.get(name) is not None and case[name] > as_of:
            known[name] = None
    return known


def facts(case: Case, as_of: datetime, dispatch_limit_minutes: int) -> dict[str, bool]:
    """What is true of a case at the as-of time."""
    known = as_known(case, as_of)
    state, due_at = known["state"], known.get("due_at")
    closed_at, handled_at = known.get("closed_at"), known.get("handled_at")
    if handled_at is None and state == "closed":
        handled_at = closed_at
    dispatched_at = known.get("dispatched_at")
    start = known.get("registered_at") or known["reported_at"]
    dispatch_by = start + timedelta(minutes=dispatch_limit_minutes)
    outcome, rating, reworked = known.get("outcome"), known.get("rating"), known.get("rework_count")

    def within(moment: datetime | None, limit: datetime | None) -> bool:
        return moment is not None and limit is not None and moment <= limit

    return {
        "closed": state == "closed",
        "void": state == "void",
        "open": state not in {"closed", "void"},
        "handled": known.get("handled_at") is not None or state == "closed",
        "registered": known.get("registered_at") is not None,
        "dispatched": dispatched_at is not None,
        "contacted": known.get("contacted_at") is not None,
        "has_limit": due_at is not None,
        "due": due_at is not None and due_at < as_of,
        "closed_in_time": state == "closed" and within(closed_at, due_at),
        "closed_late": state == "closed" and within(due_at, closed_at) and due_at != closed_at,
        "closing_time_known": closed_at is not None,
        "handled_in_time": within(handled_at, due_at),
        "handling_time_known": handled_at is not None,
        "dispatched_in_time": within(dispatched_at, dispatch_by),
        "dispatch_due": dispatch_by < as_of,
        "solved": outcome == "solved",
        "partly_solved": outcome == "partly_solved",
        "explained_cannot_do": outcome == "explained_cannot_do",
        "duplicate": outcome == "duplicate",
        "invalid": outcome == "void",
        "rated": rating is not None,
        "rated_good": rating == "good",
        "rated_fair": rating == "fair",
        "reworked": bool(reworked),
        "rework_known": reworked is not None,
        "returned": state == "returned",
        "extended": state == "extended",
        "deferred": state == "deferred",
        "suspended": state == "suspended",
        "labelled": known.get("timeliness") is not None,
        "labelled_overdue": known.get("timeliness") == "overdue",
        "unplaced": not known.get("path"),
        "has_point": known.get("lon") is not None
        and known["location_status"] not in {"invalid", "no_location"},
        "at_placeholder": bool(known.get("at_placeholder")),
    }


Judged = tuple[Case, Mapping[str, bool]]
"""A case and what is true of it."""


@dataclass
class Recount:
    """What an indicator counts of some cases, and how many cases stand on each of its sides."""

    cases: int = 0
    numerator: float = 0
    denominator: int = 0
    sides: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)


def recount(indicator: Mapping[str, Any], judged: Iterable[Judged]) -> Recount:
    """Counts one indicator over cases that are already chosen."""
    told = indicator["numerator"]
    weighed: list[dict[str, Any]] = [{"when": told}] if isinstance(told, str) else told
    found = Recount()
    for case, true in judged:
        found.cases += 1
        found.known.update(column for column in indicator.get("needs", ()) if case.get(column) is not None)
        reason = next((item["reason"] for item in indicator.get("exclude", ()) if holds(item, true)), None)
        if reason is not None:
            found.sides[f"excluded:{reason}"] += 1
            continue
        found.denominator += 1
        weight = next((item.get("weight", 1) for item in weighed if holds(item, true)), None)
        found.sides["rest" if weight is None else "numerator"] += 1
        if weight is not None:
            found.numerator += weight
            found.sides.update(
                f"part:{part}" for part, item in indicator.get("parts", {}).items() if holds(item, true)
            )
    return found


def holds(item: Mapping[str, Any], true: Mapping[str, bool]) -> bool:
    """Whether the condition of a numerator, an exclusion or a part is true of a case."""
    return bool(eval(_compiled(item["when"]), {"__builtins__": {}}, true))  # noqa: S307  (a shipped profile)


@cache
def _compiled(condition: str) -> CodeType:
    return compile(condition, "condition", "eval")
