"""The only module that assembles SQL: identifiers come from enums, conditions from fixed lists, values are bound.

A statement in a .sql file may hold `@level_id` (the path column of a level), `@where` (the conditions of a
filter), `@facts` (facts of a case as columns, or one), `@measures` (what indicators count of them), `@order` and
`@first` (what comes first), `@row_key` and `@column_key` (the axes of a pivot), `@period` (the place of the period
that a case was reported in); nothing else is ever replaced, and no value is. The definitions of indicators become
SQL here and nowhere else.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zlib import crc32

from data.session import Session
from data.statements import statements
from domain.case_order import CaseOrder
from domain.clock import Clock
from domain.filters import NO_VALUE, CaseFilter, Side
from domain.indicators import catalogue
from domain.indicators.conditions import Condition
from domain.indicators.facts import Fact
from domain.indicators.model import Indicator
from domain.indicators.windows import TimeColumn
from domain.pivot import Axis
from domain.vocabulary import Level

_FOLDER = Path(__file__).parent

_PARAMETER = re.compile(r"\$(\w+)")


@dataclass(frozen=True)
class Area:
    """What a filter needs to know of an area: its id and level."""

    area_id: int
    level: Level


@dataclass(frozen=True)
class At:
    """When figures are computed for: the city's clock, and the as-of time (naive UTC).

    `data_end` is the last time that the data tell of. Where it lies after the as-of time, one looks back, and
    what was reported later is left out; otherwise a report "from the future" is an error of its source, and
    stays in every total.
    """

    clock: Clock
    as_of: datetime
    data_end: datetime | None = None

    @classmethod
    def of(cls, session: Session, as_of: datetime | None = None) -> "At":
        """The as-of time of a session's city, or another one."""
        city = session.city
        return cls(city.clock, as_of or city.as_of, city.data_end)

    @property
    def looks_back(self) -> bool:
        """Whether the data go on after the as-of time."""
        return self.data_end is not None and self.as_of < self.data_end


def statement(
    file: str,
    name: str,
    level: Level | None = None,
    where: str = "true",
    facts: str = "",
    measures: str = "",
    order: CaseOrder = CaseOrder.NEWEST,
) -> str:
    """The named statement of `queries/<file>.sql` with its placeholders filled."""
    sql = statements(_FOLDER / f"{file}.sql")[name]
    if level is not None:
        sql = sql.replace("@level_id", level.id_column)
    sql = sql.replace("@order", _ORDERS[order])
    return sql.replace("@where", where).replace("@facts", facts).replace("@measures", measures)


_ORDERS = {
    CaseOrder.NEWEST: "reported_at desc",
    CaseOrder.OLDEST: "reported_at",
    CaseOrder.DUE_FIRST: "due_at nulls last",
    CaseOrder.DUE_LAST: "due_at desc nulls last",
    CaseOrder.CLOSED_LAST: "closed_at desc nulls last",
}


def export_statement(where: str, together: Level | None = None) -> str:
    """All cases of a filter; with `together` those of each area of a level follow each other, by its code."""
    first = f"{together.value}.code nulls last, " if together else ""
    return statement("cases", "export", where=where).replace("@first", first)


_LOCAL = "timezone($timezone, timezone('UTC', reported_at))"
_AXES = {
    Axis.MONTH: f"cast(date_trunc('month', {_LOCAL}) as date)",
    Axis.WEEK: f"cast(date_trunc('week', {_LOCAL}) as date)",
    Axis.DAY: f"cast({_LOCAL} as date)",
    Axis.WEEKDAY: f"isodow({_LOCAL})",
    Axis.HOUR: f"hour({_LOCAL})",
}
"""The axes that are neither a column of a case nor a level; binds timezone."""


def pivot_statement(rows: Axis, columns: Axis | None, where: str, facts: str, sums: str) -> str:
    """The cells of a pivot; `facts` and `sums` are those of `measures`."""
    sql = statement("pivot", "cells", where=where, facts=facts, measures=sums)
    return sql.replace("@row_key", _axis_key(rows)).replace("@column_key", _axis_key(columns))


def _axis_key(axis: Axis | None) -> str:
    if axis is None:
        return "null"
    return axis.level.id_column if axis.level else _AXES.get(axis, axis.value)


_Write = Callable[[Fact], str]
"""How a fact is written: as the expression that it is, or as the column that holds it."""

Conditions = tuple[str, dict[str, object]]
"""The text of conditions over visible_case, and the values that it binds."""

_HOLDING = "case_id in (select case_id from visible_cases_holding($looked_for) where @among)"
"""Looking for a text: masking all texts to look at them would take longest, so what fits is found first."""


_LYING = (
    "case_id in (select case_id from visible_case_compound join visible_compound using (compound_id)"
    " where list_contains($wanted_@column::varchar[], @column))"
)
"""Cases in compounds of some codes or companies; what an actor does not see of either is in none."""


def case_conditions(chosen: CaseFilter, at: At, area: Area | None) -> Conditions:
    """The conditions of a filter."""
    start, end = chosen.utc_bounds(at.clock)
    parts: list[str] = []
    values: dict[str, object] = {}
    if start is not None:
        parts.append("reported_at >= $period_start")
        values["period_start"] = start
    if end is not None:
        parts.append("reported_at < $period_end")
        values["period_end"] = end
    if at.looks_back:
        parts.append("reported_at <= $known_until")
        values["known_until"] = at.as_of
    if area is not None:
        parts.append(f"{area.level.id_column} = $inside_area")
        values["inside_area"] = area.area_id
    for column, wanted in (
        ("category", chosen.categories),
        ("channel", chosen.channels),
        ("state", chosen.states),
    ):
        if wanted:
            parts.append(_one_of(column, wanted))
            values[f"{column}_values"] = [value for value in wanted if value != NO_VALUE]
    if chosen.text.strip():
        parts.append(_HOLDING.replace("@among", " and ".join(parts) or "true"))
        values["looked_for"] = chosen.text.strip().lower()
    for more, bound in _special_conditions(chosen, at):
        parts.append(more)
        values |= bound
    return " and ".join(parts) or "true", values


def one_case(case_id: int) -> Conditions:
    """The condition that keeps one case."""
    return "case_id = $case_id", {"case_id": case_id}


def _special_conditions(chosen: CaseFilter, at: At) -> Iterable[Conditions]:
    """Hours of the week, one side of an indicator, the cases of a finding, those in compounds, those of companies."""
    if chosen.hours:
        yield (
            f"list_contains($hour_cells::bigint[], 24 * isodow({_LOCAL}) + hour({_LOCAL}))",
            {
                "timezone": at.clock.timezone.key,
                "hour_cells": [24 * cell.weekday + cell.hour for cell in chosen.hours],
            },
        )
    if chosen.side:
        yield side_conditions(chosen.side, at)
    if chosen.finding:
        yield (
            (
                "case_id in (select case_id from visible_finding_case"
                " where batch_id = $finding_batch and rule = $finding_rule)"
            ),
            {"finding_batch": chosen.finding.batch_id, "finding_rule": chosen.finding.rule},
        )
    for column, wanted in (("code", chosen.compounds), ("company", chosen.companies)):
        if wanted:
            yield _LYING.replace("@column", column), {f"wanted_{column}": list(wanted)}


def _one_of(column: str, wanted: tuple[str, ...]) -> str:
    condition = f"list_contains(${column}_values::varchar[], {column})"
    return f"({condition} or {column} is null)" if NO_VALUE in wanted else condition


# ---------- indicators ----------


def fact_values(profile: str, as_of: datetime) -> dict[str, object]:
    """What facts bind: the as-of time (naive UTC) and the parameters of a profile."""
    limit = catalogue.profile(profile).dispatch_limit_minutes
    return {"as_of": as_of, "dispatch_limit_minutes": limit}


def window_conditions(on: TimeColumn, start: datetime | None, end: datetime | None) -> Conditions:
    """Cases whose time `on` lies in [start, end), naive UTC; an open end restricts nothing."""
    parts: list[str] = []
    values: dict[str, object] = {}
    if start is not None:
        parts.append(f"{on} >= $window_start")
        values["window_start"] = start
    if end is not None:
        parts.append(f"{on} < $window_end")
        values["window_end"] = end
    return " and ".join(parts) or "true", values


def side_conditions(side: Side, at: At) -> Conditions:
    """The cases on one side of an indicator. Raises NotFound for a name that the catalogue has not.

    Its parameters have names of their own: the statement around it may count another profile's figures, or
    hold a second side.
    """
    indicator = catalogue.indicator(side.profile, side.indicator)
    on = indicator.window_on or catalogue.profile(side.profile).window.on
    bounds = (at.clock.to_utc(moment) if moment else None for moment in (side.start, side.end))
    within, values = window_conditions(on, *bounds)
    text = f"({within} and {_side(indicator, side.side, _inline)})"
    values |= fact_values(side.profile, at.as_of)
    own = f"side_{crc32(str(side).encode()):08x}"
    return _PARAMETER.sub(rf"${own}_\1", text), {f"{own}_{name}": value for name, value in values.items()}


def counted_by(profile: str, name: str, as_of: datetime) -> Conditions:
    """Whether a case stands in the numerator of an indicator, as an expression."""
    return _side(catalogue.indicator(profile, name), "numerator", _inline), fact_values(profile, as_of)


@dataclass(frozen=True)
class Measures:
    """What indicators count, as SQL: facts as columns, sums over them, and the values that both bind.

    `columns` names each sum, in the order of the statement: (indicator, what), where `what` is numerator,
    denominator, excluded:REASON, part:NAME or known:COLUMN; a weighted numerator also has `counted`, its
    cases each counted once.
    """

    facts: str
    sums: str
    columns: tuple[tuple[str, str], ...]
    bound: dict[str, object]


def measures(indicators: Mapping[str, Indicator], *, sides: bool = True) -> Measures:
    """The sums that the numerators, denominators and, with `sides`, exclusions and parts of indicators need."""
    sums: list[str] = []
    columns: list[tuple[str, str]] = []
    values: dict[str, object] = {}
    for name, indicator in indicators.items():
        for what, text, bound in _sums(indicator, len(sums)):
            if not sides and what.startswith(_SIDES):
                continue
            columns.append((name, what))
            sums.append(f"{text} as m{len(sums)}")
            values |= bound
    used = sorted({fact for item in indicators.values() for fact in _facts_of(item)})
    needed = sorted({column for item in indicators.values() for column in item.needs})
    facts = [f"{_inline(fact)} as fact_{fact.value}" for fact in used]
    facts += [f"{column} is not null as known_{column}" for column in needed]
    return Measures(", ".join(facts) or "true as fact_none", ", ".join(sums), tuple(columns), values)


def rating_statement(ends: Sequence[datetime], where: str, counted: Measures) -> Conditions:
    """What indicators count by compound and period, and what that binds. Periods meet; `ends` are naive UTC."""
    cases = " ".join(f"when reported_at < $period_{place} then {place}" for place in range(len(ends)))
    sql = statement("ratings", "measures", where=where, facts=counted.facts, measures=counted.sums)
    bound: dict[str, object] = {f"period_{place}": end for place, end in enumerate(ends)}
    return sql.replace("@period", f"case {cases} end"), counted.bound | bound


_SIDES = ("excluded:", "part:")


def _facts_of(indicator: Indicator) -> set[Fact]:
    conditions: list[Condition] = [item.when for item in indicator.numerator]
    conditions += [item.when for item in indicator.exclude]
    conditions += [part.when for part in indicator.parts.values()]
    return set().union(*(condition.facts for condition in conditions))


def _sums(indicator: Indicator, offset: int) -> Iterable[tuple[str, str, dict[str, object]]]:
    """What, its SQL, and what it binds, for every sum of one indicator."""
    if indicator.is_weighted:
        eligible = _side(indicator, "denominator", _column)
        cases = " ".join(
            f"when {_sql(item.when, _column)} then $weight_{offset}_{place}"
            for place, item in enumerate(indicator.numerator)
        )
        weights: dict[str, object] = {
            f"weight_{offset}_{place}": item.weight for place, item in enumerate(indicator.numerator)
        }
        text = f"coalesce(sum(case {cases} else 0 end) filter (where {eligible}), 0)"
        yield "numerator", text, weights
        yield "counted", _count(_side(indicator, "numerator", _column)), {}
    else:
        yield "numerator", _count(_side(indicator, "numerator", _column)), {}
    sides = [side for side in indicator.sides if side not in {"numerator", "rest"}]
    for side in ["denominator", *sides] if indicator.kind == "rate" else sides:
        yield side, _count(_side(indicator, side, _column)), {}
    for column in indicator.needs:
        yield f"known:{column}", _count(f"known_{column}"), {}


def _count(condition: str) -> str:
    return f"count(*) filter (where {condition})"


def _side(indicator: Indicator, side: str, write: _Write) -> str:
    """The condition of one side: each case lies on exactly one of numerator, rest and the exclusions."""
    kind, _colon, name = side.partition(":")
    if kind == "part":
        return _all([_side(indicator, "numerator", write), _sql(indicator.parts[name].when, write)])
    before: list[str] = []
    for item in indicator.exclude:
        if kind == "excluded" and item.reason == name:
            return _all([*before, _sql(item.when, write)])
        before.append(f"not {_sql(item.when, write)}")
    counted = "(" + " or ".join(_sql(item.when, write) for item in indicator.numerator) + ")"
    extra = {"numerator": [counted], "rest": [f"not {counted}"], "denominator": []}
    return _all([*before, *extra[kind]])


def _all(parts: Sequence[str]) -> str:
    return "(" + " and ".join(parts) + ")" if parts else "true"


def _sql(condition: Condition, write: _Write) -> str:
    """A condition, each fact written by `write`."""
    alternatives = (
        " and ".join(f"{'' if term.holds else 'not '}{write(term.fact)}" for term in terms)
        for terms in condition.alternatives
    )
    return "(" + " or ".join(alternatives) + ")"


@cache
def _inline(fact: Fact) -> str:
    lines = statements(_FOLDER / "facts.sql")[fact.value].splitlines()
    return " ".join(line.strip() for line in lines if not line.startswith("--"))


def _column(fact: Fact) -> str:
    return f"fact_{fact.value}"
