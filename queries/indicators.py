"""Indicators computed from the ledger: one scan for any number of them, as their definitions say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.session import Session
from domain.i18n import N_
from domain.indicators import catalogue
from domain.indicators.facts import Unit
from domain.indicators.model import Composite, Indicator
from domain.indicators.windows import Bounds, TimeColumn
from domain.vocabulary import Level
from queries import areas, placeholder
from queries.areas import AreaInfo
from queries.compose import At, case_conditions, fact_values, measures, statement, window_conditions
from queries.figures import ByArea, Evaluation, Period, Question, WhyNone
from queries.ranking import density_interval, ranked, share_interval

_HOUSEHOLDS_A_UNIT = 100
_M2_A_KM2 = 1e6


def evaluate(session: Session, question: Question, names: Sequence[str]) -> dict[str, Evaluation]:
    """Figures of a profile. Raises NotFound for a name that the profile has not."""
    found: dict[str, Evaluation] = {}
    for on, indicators in _by_time(question, names):
        counts = _counted(session, question, indicators, on, None).iloc[0]
        found |= _evaluated(session, question, indicators, on, counts)
    for name in names:
        definition = catalogue.definition(question.profile, name)
        if isinstance(definition, Composite):
            found[name] = _composed(session, question, name, definition, found)
    return {name: found[name] for name in names}


def evaluate_counted(
    session: Session, question: Question, names: Sequence[str], counted: pd.DataFrame
) -> dict[str, Evaluation]:
    """The same for figures that are no composites, from what `counts_by_area_and_point` has counted for them."""
    [(on, indicators)] = _by_time(question, names)
    counts = counted.drop(columns=["area_id", "at_point"]).sum()
    return _evaluated(session, question, indicators, on, counts)


def _evaluated(
    session: Session,
    question: Question,
    indicators: Mapping[str, Indicator],
    on: TimeColumn,
    counts: "pd.Series[float]",
) -> dict[str, Evaluation]:
    found: dict[str, Evaluation] = {}
    for name, indicator in indicators.items():
        empty = _empty(session, question, name, on, int(counts["cases"]))
        told = _told(empty, indicator, counts)
        if told.why_none is None and indicator.kind != "count":
            told = _divided(told, indicator, _base(session, question.area, indicator, told))
        found[name] = told
    return found


def by_area(session: Session, question: Question, name: str, level: Level) -> ByArea:
    """One figure by area of a level, ranked. Raises NotFound for an unknown name and for a composite."""
    whole = evaluate(session, question, [name])[name]
    indicator = catalogue.indicator(question.profile, name)
    counts = counts_by_area_and_point(session, question, [name], level)
    within = areas.areas_within(session, level, question.area.area_id if question.area else None)
    rows, without = (
        _values(within, _placed(part, within), indicator, name)
        for part in (counts, counts[~counts["at_point"]])
    )
    if indicator.kind == "per":
        rows.loc[~_seen_whole(session, rows["area_id"]), ["value", "low", "high"]] = np.nan
    minimum_n = catalogue.profile(question.profile).minimum_n if indicator.kind == "rate" else 1
    rows = rows.join(placeholder.beside(rows, without, counted=indicator.kind == "count"))
    order = ranked(rows, indicator.direction, minimum_n)
    first = placeholder.lifted(order, indicator.direction, minimum_n)
    return ByArea(whole, order, whole.cases - int(rows["cases"].sum()), first)


def _placed(counted: pd.DataFrame, within: pd.DataFrame) -> pd.DataFrame:
    """What is counted in each of the areas, in their order; 0 where there are no cases."""
    summed = summed_by_area(counted)
    placed = summed[summed["area_id"].notna()].astype({"area_id": "int64"}).set_index("area_id")
    return placed.reindex(within["area_id"], fill_value=0)


def summed_by_area(counted: pd.DataFrame) -> pd.DataFrame:
    """What `counts_by_area_and_point` counts, or some rows of it, by area alone."""
    return counted.drop(columns="at_point").groupby("area_id", dropna=False, as_index=False).sum()


def counts_by_area_and_point(
    session: Session, question: Question, names: Sequence[str], level: Level
) -> pd.DataFrame:
    """What indicators count, by area of a level: area_id (NA: no such area), at_point, cases, `<name>.<what>`.

    The cases on placeholder points stand apart (`at_point`, bool). All indicators must belong to a period by the same
    time of a case.
    """
    [(on, indicators)] = _by_time(question, names)
    return _counted(session, question, indicators, on, level)


def counts(session: Session, question: Question, names: Sequence[str]) -> pd.DataFrame:
    """The same in one row for all cases."""
    [(on, indicators)] = _by_time(question, names)
    return _counted(session, question, indicators, on, None)


def _by_time(question: Question, names: Sequence[str]) -> Iterable[tuple[TimeColumn, dict[str, Indicator]]]:
    """The indicators to count, grouped by the time of a case that places it in the period."""
    groups: dict[TimeColumn, dict[str, Indicator]] = {}
    window = catalogue.profile(question.profile).window
    for name in names:
        definition = catalogue.definition(question.profile, name)
        terms = [term.indicator for term in definition.terms] if isinstance(definition, Composite) else [name]
        for term in terms:
            indicator = catalogue.indicator(question.profile, term)
            on = (indicator.window_on or window.on) if question.own_window else "reported_at"
            groups.setdefault(on, {})[term] = indicator
    return groups.items()


def _counted(
    session: Session,
    question: Question,
    indicators: Mapping[str, Indicator],
    on: TimeColumn,
    level: Level | None,
) -> pd.DataFrame:
    clock = session.city.clock
    chosen = replace(question.chosen, start=None, end=None) if question.own_window else question.chosen
    area = question.area.as_filter if question.area else None
    where, values = case_conditions(chosen, At.of(session, question.as_of), area)
    if question.own_window:
        bounds = _bounds(session, question)
        utc = (clock.to_utc(moment) if moment else None for moment in (bounds.start, bounds.end))
        within, more = window_conditions(on, *utc)
        where, values = f"{where} and {within}", values | more
    wanted = measures(indicators)
    name = "measures" if level is None else "measures_by_area"
    sql = statement("indicators", name, level, where, wanted.facts, wanted.sums)
    frame = session.frame(sql, values | wanted.bound | fact_values(question.profile, question.as_of))
    names = {f"m{at}": f"{indicator}.{what}" for at, (indicator, what) in enumerate(wanted.columns)}
    return frame.rename(columns=names)


def _bounds(session: Session, question: Question) -> Bounds:
    local = session.city.clock.to_local(question.as_of)
    return catalogue.profile(question.profile).window.bounds(local)


def _empty(session: Session, question: Question, name: str, on: TimeColumn, cases: int) -> Evaluation:
    """The figure before it is computed: when and of what."""
    clock = session.city.clock
    if question.own_window:
        bounds = _bounds(session, question)
        period = Period(on, bounds.start, bounds.end)
    else:
        utc = question.chosen.utc_bounds(clock)
        start, end = (clock.to_local(moment) if moment else None for moment in utc)
        period = Period("reported_at", start, end)
    as_of = clock.to_local(question.as_of)
    return Evaluation(question.profile, name, as_of, period, question.own_window, cases)


def _told(empty: Evaluation, indicator: Indicator, counts: "pd.Series[float]") -> Evaluation:
    """The figure with its counts; one that stands on something nobody records is unavailable."""

    def count(what: str) -> int:
        return int(counts[f"{empty.name}.{what}"])

    numerator = float(counts[f"{empty.name}.numerator"])
    told = replace(
        empty,
        numerator=numerator if indicator.is_weighted else int(numerator),
        counted=count("counted") if indicator.is_weighted else int(numerator),
        excluded={item.reason.value: count(f"excluded:{item.reason.value}") for item in indicator.exclude},
        parts={name: count(f"part:{name}") for name in indicator.parts},
    )
    if indicator.kind == "rate":
        told = replace(told, denominator=count("denominator"))
    missing = tuple(column for column in indicator.needs if not count(f"known:{column}"))
    if missing:
        return replace(told, why_none=WhyNone(N_("没有一件案件记有：{names}。"), missing))
    return replace(told, value=told.numerator) if indicator.kind == "count" else told


def _divided(told: Evaluation, indicator: Indicator, base: "_Base") -> Evaluation:
    """The figure with its value and interval, or with the reason why there is none."""
    told = replace(told, denominator=base.size)
    if not base.size or told.numerator is None:
        return replace(told, why_none=WhyNone(base.why_none))
    interval = share_interval if indicator.kind == "rate" else density_interval
    low, high = interval(np.array([float(told.numerator)]), np.array([float(base.size)]))
    return replace(told, value=told.numerator / base.size, low=float(low[0]), high=float(high[0]))


def _composed(
    session: Session, question: Question, name: str, score: Composite, found: Mapping[str, Evaluation]
) -> Evaluation:
    """A score of rates; without one of them there is no score."""
    terms = tuple(found[term.indicator] for term in score.terms)
    first = terms[0]
    told = replace(_empty(session, question, name, first.period.on, first.cases), terms=terms)
    missing = tuple(term.definition.name for term in terms if term.value is None)
    if missing:
        return replace(told, why_none=WhyNone(N_("缺少组成指标：{names}。"), missing))
    values = (term.value or 0.0 for term in terms)
    weighed = zip(score.terms, values, strict=True)
    return replace(
        told, value=sum(term.weight * (1 - value if term.complement else value) for term, value in weighed)
    )


@dataclass(frozen=True)
class _Base:
    """What stands below the line; None where it is not known, with the source string that says why."""

    size: float | None
    why_none: str


def _base(session: Session, area: AreaInfo | None, indicator: Indicator, told: Evaluation) -> _Base:
    """Cases, hundreds of households or km², of an area or of everything that the actor sees."""
    if indicator.kind == "rate":
        return _Base(told.denominator, N_("分母为 0：没有可计入的案件。"))
    inside = _whole_areas(session, area)
    if inside is None:
        return _Base(None, N_("看不到这里的全部案件，不能除以它的户数或面积。"))
    if indicator.unit is Unit.PER_KM2:
        return _Base(sum(one.area_m2 for one in inside) / _M2_A_KM2, N_("没有面积，无法计算。"))
    known = [one.households for one in inside if one.households is not None]
    size = sum(known) / _HOUSEHOLDS_A_UNIT if len(known) == len(inside) else None
    return _Base(size, N_("没有户数，无法计算。"))


def _whole_areas(session: Session, area: AreaInfo | None) -> list[AreaInfo] | None:
    """The areas that all cases in reach lie in; None where the actor sees only some of the cases there.

    Whoever sees departments everywhere sees the same part of every area, which can be compared.
    """
    actor = session.actor
    if actor.sees_everything or not actor.areas:
        return [area] if area else areas.roots(session)
    own = {one.area_id: one for one in areas.own(session)}
    if area:
        return [area] if area.area_id in own else None
    return None if actor.departments else [one for one in own.values() if one.parent_id not in own]


def _seen_whole(session: Session, area_ids: "pd.Series[int]") -> npt.NDArray[np.bool_]:
    """For each area whether its cases may be held against its households and its size."""
    actor = session.actor
    if actor.sees_everything or not actor.areas:
        return np.full(len(area_ids), fill_value=True)
    return area_ids.isin([one.area_id for one in areas.own(session)]).to_numpy()


def _values(within: pd.DataFrame, counted: pd.DataFrame, indicator: Indicator, name: str) -> pd.DataFrame:
    """Values and intervals of the areas of a level, `counted` in the same order."""
    numerator = counted[f"{name}.numerator"].to_numpy(float)
    if indicator.kind == "rate":
        denominator = counted[f"{name}.denominator"].to_numpy(float)
        low, high = share_interval(numerator, denominator)
    elif indicator.kind == "per":
        households = within["households"].astype("Float64").to_numpy(float, na_value=np.nan)
        per_km2 = indicator.unit is Unit.PER_KM2
        denominator = (
            within["area_m2"].to_numpy(float) / _M2_A_KM2 if per_km2 else households / _HOUSEHOLDS_A_UNIT
        )
        low, high = density_interval(numerator, denominator)
    else:
        denominator = np.full(len(within), np.nan)
        low = high = numerator
    with np.errstate(divide="ignore", invalid="ignore"):
        value = numerator if indicator.kind == "count" else numerator / denominator
    known = np.isfinite(value)
    for column in indicator.needs:
        known &= counted[f"{name}.known:{column}"].to_numpy() > 0
    return pd.DataFrame(
        {
            "area_id": within["area_id"].to_numpy(),
            "code": within["code"].to_numpy(),
            "name": within["name"].to_numpy(),
            "cases": counted["cases"].to_numpy(),
            "n": denominator if indicator.kind == "rate" else counted["cases"].to_numpy(float),
            "numerator": numerator,
            "denominator": denominator,
            "value": np.where(known, value, np.nan),
            "low": np.where(known, low, np.nan),
            "high": np.where(known, high, np.nan),
        }
    )
