"""Ratings as the command line prints them."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.i18n import NO_VALUE, _, format_number
from domain.ratings.lists import ListKind
from server.operator.rating_compare_told import show_comparison, tell_bands
from server.operator.terminal import printable, say_line

COMPANIES_SHOWN = 20


def show_rating(console: Console, result: dict[str, Any]) -> None:
    """Grades by period, companies, lists; or one compound's arithmetic."""
    say_line(console, f"{result['title']}（{result['profile']}）  {_('统计时点')} {result['as_of']}")
    tell_bands(console, result)
    if "compare" in result:
        show_comparison(console, result)
        return
    if "ratings" in result:
        _compound(console, result)
        return
    _grades(console, result)
    _each(console, result.get("each", []))
    _companies(console, result)
    _lists(console, result)
    for row in result["beyond_bands"]:
        told = _(
            "{title}：{compounds} 个小区的分值（{least:g} 到 {greatest:g}）超出评级方案的分段（{bands}），"
            "按最近一端计分；请核实导入的分值，或改分段。"
        )
        say_line(console, told.format(**row))


def _compound(console: Console, result: dict[str, Any]) -> None:
    say_line(console, f"{result['code']}  {result['name']}")
    for rating in result["ratings"]:
        say_line(console, rating["period"])
        for line in rating["words"]:
            say_line(console, f"  {line}")


def _grades(console: Console, result: dict[str, Any]) -> None:
    """Compounds by grade, a column a period; in brackets those whose grade is certain."""
    table = Table(title=_("小区按等级（括号内：区间之内等级不变的）"))
    for heading in (_("等级"), *(period["period"] for period in result["periods"])):
        table.add_column(heading, overflow="fold")
    by_grade = zip(*(column["grades"] for column in result["grades"]), strict=True)
    for row in by_grade:
        cells = [f"{one['compounds']:,}（{one['certain']:,}）" for one in row]
        table.add_row(Text(printable(row[0]["title"])), *map(Text, cells))
    table.add_row(Text(_("合计")), *[Text(f"{result['compounds']:,}")] * len(result["periods"]))
    console.print(table)


def _each(console: Console, rows: list[dict[str, Any]]) -> None:
    """Every compound on a line."""
    for row in rows:
        told = (
            row["code"],
            row["name"],
            row["company"] or NO_VALUE,
            row["title"],
            format_number(row["total"], 1),
        )
        say_line(console, "  ".join(told))


def _companies(console: Console, result: dict[str, Any]) -> None:
    title = _("物业企业，{period}，总分由低到高").format(period=result["periods"][-1]["period"])
    table = Table(title=title)
    for heading in (_("企业"), _("小区"), _("不评级"), _("户数"), _("总分"), _("95% 区间")):
        table.add_column(heading, overflow="fold")
    for row in result["companies"][:COMPANIES_SHOWN]:
        none = row["total"] is None
        interval = NO_VALUE if none else f"{format_number(row['low'], 1)}–{format_number(row['high'], 1)}"
        cells = (row["company"], f"{row['compounds']:,}", f"{row['ungraded']:,}", f"{row['households']:,}",
                 format_number(row["total"], 1), interval)  # fmt: skip
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console.print(table)
    if len(result["companies"]) > COMPANIES_SHOWN:
        told = _("只列出前 {shown} 家，共 {n} 家；--json 有全部。")
        say_line(console, told.format(shown=COMPANIES_SHOWN, n=len(result["companies"])))


def _lists(console: Console, result: dict[str, Any]) -> None:
    """The stays on the lists, a line each and the reason below it."""
    if not result["lists"]:
        say_line(console, _("没有小区上过红榜或黑榜。"))
    for row in result["lists"]:
        since = (
            _("{entered} 或更早上榜（{since} 或更早起）")
            if row["perhaps_earlier"]
            else _("{entered} 上榜（{since} 起）")
        )
        told = [ListKind(row["list"]).label, row["code"], row["name"]]
        told.append(since.format(entered=row["entered"], since=row["since"]))
        if row["left"]:
            told.append(_("{left} 退出").format(left=row["left"]))
        say_line(console, "  ".join(told))
        say_line(console, f"    {row['why']}")
        if row["why_left"]:
            say_line(console, f"    {row['why_left']}")
