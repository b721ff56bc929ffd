"""Two rating profiles compared, as the command line prints it."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.i18n import N_, _, format_number
from domain.ratings.lists import ListKind
from server.operator.terminal import printable, say_line

CHANGES_SHOWN = 40

_COURSES = {
    "up": N_("升级"),
    "down": N_("降级"),
    "same": N_("等级不变"),
    "newly_rated": N_("新评级"),
    "no_longer_rated": N_("不再评级"),
    "rated_by_neither": N_("都不评级"),
}


def show_comparison(console: Console, result: dict[str, Any]) -> None:
    """Which profile it is compared with, how many take which course, and those that change with the reason."""
    say_line(console, _("对比方案：{title}（{profile}）").format(**result["compare"]))
    tell_bands(console, result["compare"])
    if "comparisons" in result:
        _compound(console, result)
        return
    _crossed(console, result)
    told = " + ".join(f"{_(word)} {result['courses'][course]:,}" for course, word in _COURSES.items())
    say_line(console, f"{told} = {result['compounds']:,}")
    if result["courses_by"] == "total":
        say_line(console, _("两个方案的等级不同，升降按总分算。"))
    for row in result["lists"]:
        form = _("{list}：原 {before} − 退出 {leaves} + 新上 {enters} = 现 {after}")
        say_line(console, form.format(**(row | {"list": ListKind(row["list"]).label})))
    _changed(console, result["changed"])


def tell_bands(console: Console, head: dict[str, Any]) -> None:
    """Which items of a profile score more cases higher: perhaps their bands are upside down."""
    for item in head["more_cases_score_more"]:
        told = _("方案“{profile}”的“{title}”（{item}）：案件越多得分越高；如果本意相反，请把分段改成递减。")
        say_line(console, told.format(profile=head["title"], **item))


def _crossed(console: Console, result: dict[str, Any]) -> None:
    """Compounds by both grades: a row a grade of before, a column one of the other profile."""
    rows, columns = result["scales"]["before"], result["scales"]["after"]
    counted = {(pair["before"], pair["after"]): pair["compounds"] for pair in result["grades"]}
    counts = [[counted.get((old["grade"], new["grade"]), 0) for new in columns] for old in rows]
    table = Table(title=_("{period}：原等级（行）与对比方案的等级（列）").format(period=result["period"]))
    for heading in ("", *(new["title"] for new in columns), _("合计")):
        table.add_column(printable(heading), overflow="fold")
    for old, line in zip(rows, counts, strict=True):
        table.add_row(Text(printable(old["title"])), *(Text(f"{count:,}") for count in (*line, sum(line))))
    sums = [sum(column) for column in zip(*counts, strict=True)]
    table.add_row(Text(_("合计")), *(Text(f"{count:,}") for count in (*sums, sum(sums))))
    console.print(table)


def _changed(console: Console, rows: list[dict[str, Any]]) -> None:
    """Each compound that changes: grades and totals on a line, the reasons below it."""
    if not rows:
        say_line(console, _("没有小区的等级或上榜有变化。"))
    for row in rows[:CHANGES_SHOWN]:
        old, new = (
            f"{row[side]['title']} {format_number(row[side]['total'], 1)}" for side in ("before", "after")
        )
        say_line(console, f"{row['code']}  {row['name']}  {old} → {new}")
        if row["reasons"]:
            say_line(console, f"    {_('；').join(row['reasons'])}")
        _places(console, row["lists"], "    ")
    if len(rows) > CHANGES_SHOWN:
        told = _("只列出前 {shown} 个，共 {n} 个；--json 有全部。")
        say_line(console, told.format(shown=CHANGES_SHOWN, n=len(rows)))


def _compound(console: Console, result: dict[str, Any]) -> None:
    """One compound: in every period the steps by either profile, then what differs and why."""
    say_line(console, f"{result['code']}  {result['name']}")
    for step in result["comparisons"]:
        say_line(console, step["period"])
        for side, word in (("before", _("原方案")), ("after", _("对比方案"))):
            say_line(console, f"  {word}")
            for line in step[side]["words"]:
                say_line(console, f"    {line}")
        say_line(console, f"  {step['why']}")
    _places(console, result["lists"], "")


def _places(console: Console, lists: list[dict[str, Any]], indent: str) -> None:
    """The lists that a compound is on by one profile only."""
    for row in lists:
        form = (
            _("{list}：原来不在（{why_before}）；现在上榜（{why_after}）")
            if row["after"]
            else _("{list}：原来在榜（{why_before}）；现在不在（{why_after}）")
        )
        say_line(console, indent + form.format(**(row | {"list": ListKind(row["list"]).label})))
