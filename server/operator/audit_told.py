"""The audit and the retention as the command line prints them; texts are shown as they are."""

import json
from typing import Any

from rich.console import Console
from rich.table import Table

from domain.audit import Action, rewind_words
from domain.i18n import _
from domain.retention import Kept
from domain.vocabulary import ImportKind
from server.operator.terminal import say_line


def show_report(console: Console, result: dict[str, Any]) -> None:
    """Whether the chain is whole, and each fault with its rows."""
    told = _("{rows} 行，{first} 至 {last}；锚记到第 {anchored} 行").format(
        rows=f"{result['rows']:,}",
        first=result["first_at"] or "—",
        last=result["last_at"] or "—",
        anchored=result["anchored"],
    )
    say_line(console, told)
    for rewind in result["rewinds"]:
        line = _("{at} 从备份恢复：{chain}")
        say_line(console, line.format(at=rewind["at"], chain=rewind_words(rewind["from"], rewind["to"])))
    for seq in result["anchor_begun_after"]:
        say_line(console, _("锚在第 {seq} 行之后重建；此前末尾是否被删，锚不能证明").format(seq=seq))
    if result["unanchored"]:
        say_line(console, _("最后 {n} 行还没有记进锚").format(n=result["unanchored"]))
    if result["torn_lines"]:
        say_line(console, _("锚文件里有 {n} 行读不出").format(n=result["torn_lines"]))
    for fault in result["faults"]:
        say_line(console, fault["words"])
    if result["more_faults"]:
        say_line(console, _("问题太多，只列出一部分"))
    say_line(console, _("审计完整。") if result["ok"] else _("审计不完整：发现上列问题。"))


def show_restore(console: Console, result: dict[str, Any]) -> None:
    """Which file stands where now, what became of the old one, and how far the audit goes."""
    say_line(console, _("已从 {backup} 恢复到 {file}").format(backup=result["backup"], file=result["file"]))
    if result["kept"] is None:
        say_line(console, _("那里原来没有数据库"))
    else:
        say_line(console, _("原库保留为 {kept}").format(kept=result["kept"]))
    rows = (f"{ImportKind(name).label} {count:,}" for name, count in result["rows"].items())
    say_line(console, _("行数：{rows}").format(rows="  ".join(rows)))
    say_line(console, rewind_words(result["chain"]["from"], result["chain"]["to"]))


def show_events(console: Console, result: dict[str, Any]) -> None:
    """The events, newest first: a line for each, its detail on the next one, whole; and how many there are in all."""
    for event in result["events"]:
        action = Action(event["action"]).label if event["action"] in set(Action) else event["action"]
        say_line(console, f"{event['seq']:>6}  {event['at']}  {event['actor']}  {action}  {event['subject']}")
        if event["detail"]:
            say_line(console, f"{'':6}  {json.dumps(event['detail'], ensure_ascii=False)}")
    shown = len(result["events"])
    say_line(console, _("{n} 条，共 {total} 条").format(n=f"{shown:,}", total=f"{result['total']:,}"))


def show_retention(console: Console, result: dict[str, Any]) -> None:
    """How many values of each field are past their term."""
    table = Table(title=_("到期的个人信息"))
    for heading in (_("内容"), _("保留天数"), _("本次到期"), _("历次已清除")):
        table.add_column(heading)
    for kept in Kept:
        days = result["days"][kept.value]
        counts = (result["erased"][kept.value], result["erased_so_far"].get(kept.value, 0))
        table.add_row(kept.label, str(days) if days else _("一直保留"), *(f"{n:,}" for n in counts))
    console.print(table)
    for row in result["by_batch"]:
        line = _("批次 {batch}：{what} {cells} 处")
        say_line(
            console, line.format(batch=row["batch"], what=Kept(row["field"]).label, cells=f"{row['cells']:,}")
        )
    if not result["done"]:
        say_line(console, _("这只是预览，没有清除任何内容。"))
