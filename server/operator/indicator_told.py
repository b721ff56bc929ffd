"""Indicators as the command line prints them: values with their units, areas in their order."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.i18n import NO_VALUE, _, format_number, format_share
from domain.indicators.facts import Unit
from domain.vocabulary import Level
from queries.placeholder import Lifted
from server.operator.terminal import say, shown


def show_indicator(console: Console, result: dict[str, Any]) -> None:
    """The figure with its interval, period, terms and sides, and by area where it was asked for."""
    unit = Unit(result["unit"])
    say(console, f"{result['title']}（{result['profile_title']}）: {_value(result, unit)}")
    if result["low"] is not None:
        low, high = (_bare(result[name], unit) for name in ("low", "high"))
        say(console, _("95% 区间 {low}–{high}").format(low=low, high=high))
    if result["unavailable"]:
        say(console, result["unavailable"])
    when = _("统计时点 {as_of}，期间：{window}")
    say(console, when.format(as_of=result["as_of"], window=result["window"]["words"]))
    for term in result["terms"]:
        weighed = f"1 − {term['title']}" if term["complement"] else term["title"]
        say(console, f"  {term['weight']:g} × {weighed}: {_value(term, Unit.SHARE)}")
    for told in result["sides"]:
        say(console, f"  {told['title']}: {told['cases']:,}  ({told['side']})")
    if result["by"]:
        _areas_in_order(console, result, unit)


def _areas_in_order(console: Console, result: dict[str, Any], unit: Unit) -> None:
    """Areas with their ranks; one that cannot be told from the first is marked, one with few cases has none."""
    table = Table(title=_("{level}，标 * 的也可能排第一").format(level=Level(result["by"]).label))
    for heading in (_("名次"), _("可能"), _("编码"), _("名称"), _("数值"), _("95% 区间")):
        table.add_column(heading, overflow="fold")
    rows = _most_first(result["rows"])
    for row in rows:
        rank = _("件数少") if row["small"] else "" if row["rank"] is None else str(row["rank"])
        span = "" if row["rank"] is None else f"{row['best']}–{row['worst']}"
        bounds = "" if row["low"] is None else f"{_bare(row['low'], unit)}–{_bare(row['high'], unit)}"
        cells = (f"{rank}{' *' if row['like_first'] else ''}", span, row["code"], row["name"],
                 _value(row, unit), bounds)  # fmt: skip
        table.add_row(*(Text(shown(cell)) for cell in cells))
    console.print(table)
    if rows and rows[0]["rank"] not in {None, 1}:
        say(console, _("由高到低；越低越好，名次从最低的数起。"))
    say(console, _("不在任何这一级区划的案件：{n} 件").format(n=f"{result['elsewhere']:,}"))
    show_first_by_placeholder(console, result, unit)


def _most_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ranked areas from the highest value down, as the map's list has them, then the others as they come.

    Where less is better the best comes first in a result, and so the areas that need help would stand last.
    """
    ranked = [row for row in rows if row["rank"] is not None]
    return sorted(ranked, key=lambda row: -row["value"]) + [row for row in rows if row["rank"] is None]


def show_first_by_placeholder(console: Console, result: dict[str, Any], unit: Unit) -> None:
    """That an area is first only by cases on placeholder points."""
    if result["first_by_placeholder"]:
        first = Lifted(**result["first_by_placeholder"])
        say(console, first.words(f"{_bare(first.value or 0, unit)} {unit.label}", first.name))


def _value(told: dict[str, Any], unit: Unit) -> str:
    """A value with its unit; a share with its counts beside it."""
    if unit is Unit.SHARE and told["denominator"] is not None:
        beside = format_share(told["numerator"], told["denominator"])
        return beside if told["value"] is not None else f"{NO_VALUE} · {beside.rpartition(' · ')[2]}"
    if told["value"] is None:
        return NO_VALUE
    return f"{_bare(told['value'], unit)} {unit.label}"


def _bare(value: float, unit: Unit) -> str:
    """A value without its unit; a share in per cent."""
    decimals = 0 if unit is Unit.CASES else 1 if unit is Unit.SHARE else 2
    return format_number(100 * value if unit is Unit.SHARE else value, decimals)


def show_profiles(console: Console, result: dict[str, Any]) -> None:
    """Every profile, and its indicators with their definitions."""
    for profile in result["profiles"]:
        say(console, f"{profile['profile']}  {profile['title']}  {profile['window']}")
        for told in profile["indicators"]:
            say(console, f"  {told['name']}  {told['title']}  {told['source']}")
