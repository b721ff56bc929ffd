"""What the command line prints for people: lines and tables."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.freshness import Freshness
from domain.i18n import N_, _, format_number
from domain.indicators.facts import Unit
from domain.rules import RULES
from domain.vocabulary import AreaSource, Level, LocationStatus
from server.operator.audit_told import show_events, show_report, show_restore, show_retention
from server.operator.indicator_told import show_first_by_placeholder, show_indicator, show_profiles
from server.operator.rating_told import show_rating
from server.operator.terminal import on_one_line, printable, say, shown
from server.operator.users_told import show_import, show_user, show_users

LABELS = {
    "read": N_("读入"),
    "accepted": N_("接受"),
    "rejected": N_("拒绝"),
    "inserted": N_("新增"),
    "updated": N_("更新"),
    "unchanged": N_("未变"),
    "batch": N_("批次"),
    "total": N_("合计"),
    "unplaced": N_("未落区"),
    "as_of": N_("统计时点"),
    "file": N_("文件"),
    "rows": N_("行数"),
    "database": N_("数据库"),
    "city": N_("城市"),
    "timezone": N_("时区"),
    "removed_user": N_("已删除用户"),
    "signed_out": N_("已强制退出"),
    "moved": N_("移动"),
    "cases": N_("案件"),
    "areas": N_("区域"),
    "points": N_("服务点"),
    "compounds": N_("小区"),
    "lines": N_("线要素"),
    "duty": N_("责任岗位"),
    "assessments": N_("考核评分"),
    "cases_to_relocate": N_("待重新落区"),
    "scale": N_("规模"),
    "batches": N_("批次"),
    "kind": N_("内容"),
    "levels": N_("层级"),
    "located": N_("坐标落区"),
    "area_source": N_("落区依据"),
    "contents": N_("库内"),
    "live": N_("实时"),
    "demo": N_("演示数据"),
    "format": N_("格式"),
    "side": N_("侧"),
    "view": N_("视图"),
    "owner": N_("建立人"),
    "per": N_("每个文件一个"),
    "filter": N_("筛选"),
    "open": N_("在办"),
    "closed": N_("已结"),
    "closed_on_time": N_("按期结案"),
    "closed_late": N_("超期结案"),
    "open_past_due": N_("在办超期"),
    "overdue": N_("超期"),
    "labelled_overdue": N_("来源标注超期"),
    "overdue_not_labelled": N_("超期而来源未标注"),
    "without_limit": N_("未设时限"),
    "without_point": N_("无可用坐标"),
    "at_placeholder": N_("在占位点上"),
    "removed": N_("将删除"),
    "restored": N_("将恢复"),
    "done": N_("已执行"),
}

_FINDINGS_SHOWN = 40
_VALUES_SHOWN = 5
_TOLD_AS_HINT = frozenset({"rejected_by_rule", "into_demo", "replaced"})


def render(verb: str, result: dict[str, Any]) -> None:
    """Prints a result for people. Text from data is printed as it is, never as markup."""
    console = Console(highlight=False, markup=False)
    special = {
        "summary": _summary,
        "status": _status,
        "rejects": _rejects,
        "source": _sources,
        "indicator": _indicator,
        "profiles": show_profiles,
        "schedule": _schedule,
        "audit_verify": show_report,
        "audit_list": show_events,
        "retention": show_retention,
        "users_list": show_users,
        "users_import": show_import,
        "users_add": show_user,
        "users_change": show_user,
        "restore": show_restore,
        "city": _city,
        "rate": show_rating,
    }
    special.get(verb, _plain)(console, result)


def _plain(console: Console, result: dict[str, Any]) -> None:
    for key, value in result.items():
        if key in _TOLD_AS_HINT:
            continue
        if key == "findings":
            _findings(console, value)
        elif isinstance(value, dict):
            # the parameters of a filter are names of an address, and no keys of a result
            name_of = str if key == "filter" else _label
            told = "  ".join(f"{name_of(name)} {shown(count)}" for name, count in value.items())
            say(console, f"{_label(key)}: {told}")
        elif isinstance(value, list):
            say(console, f"{_label(key)}: {', '.join(map(str, value))}")
        else:
            say(console, f"{_label(key)}: {shown(value)}")
    for hint in _hints(result):
        say(console, hint)
    if result.get("done") is False:
        say(console, _("这只是预览；加 --yes 才执行。"))


def _hints(result: dict[str, Any]) -> list[str]:
    """What a result asks the operator to do next."""
    hints = _replaced(result)
    if result.get("rejected"):
        rules = ", ".join(
            f"{RULES[rule].title} {count:,}" for rule, count in result["rejected_by_rule"].items()
        )
        hints.append(
            _("被拒的行：{rules}。查看：python -m data rejects {batch}").format(
                rules=rules, batch=result["batch"]
            )
        )
    if result.get("cases_to_relocate"):
        hints.append(_("边界已变：请运行 python -m data relocate，让案件按新边界落区。"))
    if result.get("into_demo"):
        hints.append(_("这个库是示例城市；自己的数据请用 --db 指定另一个文件。"))
    return hints


def _replaced(result: dict[str, Any]) -> list[str]:
    """Which earlier assessments an import replaced, a line each."""
    rows = result.get("replaced", [])
    if not rows:
        return []
    lines = [
        _("更新了 {n} 条早先的考核（撤回：python -m data undo {batch}）：").format(
            n=f"{result['updated']:,}", batch=result["batch"]
        )
    ]
    for row in rows:
        form = (
            _("  {indicator}  {of}  {from}–{to}：{before:g} → {now:g}")
            if row["before"] != row["now"]
            else _("  {indicator}  {of}  {from}–{to}：{now:g}，只改了依据等")
        )
        lines.append(on_one_line(form.format(**row)))
    if len(rows) < result["updated"]:
        lines.append(_("  只列出前 {shown} 条。").format(shown=len(rows)))
    return lines


def _findings(console: Console, findings: list[dict[str, Any]]) -> None:
    if not findings:
        return
    table = Table(title=_("发现"), show_lines=False)
    for heading in (_("行数"), _("规则"), _("说明"), _("怎么办")):
        table.add_column(heading, overflow="fold")
    for finding in findings[:_FINDINGS_SHOWN]:
        rule = RULES[finding["rule"]]
        detail = ", ".join(
            f"{key}={value}"
            for key, value in finding.items()
            if key not in {"rule", "rows"} and not isinstance(value, list | dict)
        )
        detail += "".join(
            f" {value}×{count:,}" for value, count in list(finding.get("values", {}).items())[:_VALUES_SHOWN]
        )
        said = Text(printable(f"{rule.title} {detail}".strip()))
        table.add_row(Text(shown(finding["rows"])), Text(rule.code), said, Text(rule.remedy))
    console.print(table)


def _summary(console: Console, result: dict[str, Any]) -> None:
    table = Table(title=_("案件按区域，统计时点 {as_of}").format(as_of=result["as_of"]))
    for heading in (_("编码"), _("名称"), _("案件")):
        table.add_column(heading)
    for row in result["rows"]:
        table.add_row(Text(shown(row["code"])), Text(shown(row["name"])), Text(shown(row["cases"])))
    console.print(table)
    say(console, f"{_('合计')}: {shown(result['total'])}  {_('未落区')}: {shown(result['unplaced'])}")
    show_first_by_placeholder(console, result, Unit.CASES)


def _status(console: Console, result: dict[str, Any]) -> None:
    batches = result.pop("batches")
    _plain(console, result)
    table = Table(title=_("批次"))
    for heading in (_("批次"), _("内容"), _("文件"), _("读入"), _("接受"), _("拒绝"), _("撤销于")):
        table.add_column(heading, overflow="fold")
    for batch in batches:
        cells = (batch["batch_id"], batch["kind"], batch["file_name"], batch["read"], batch["accepted"],
                 batch["rejected"], batch["undone_at"] or "")  # fmt: skip
        table.add_row(*(Text(shown(cell)) for cell in cells))
    console.print(table)


def _city(console: Console, result: dict[str, Any]) -> None:
    """The city's settings; where the as-of time waits for data, that instead of a time."""
    if result.pop("waits_for_data"):
        told = {name: value for name, value in result.items() if name not in {"as_of", "live"}}
        _plain(console, told | {"as_of": _("数据最后一天结束时；现在还没有数据")})
    else:
        _plain(console, result)


def _rejects(console: Console, result: dict[str, Any]) -> None:
    table = Table(title=_("批次 {batch} 被拒的 {rows} 行").format(batch=result["batch"], rows=result["rows"]))
    for heading in (_("行号"), _("规则"), _("列"), _("值"), _("怎么办")):
        table.add_column(heading, overflow="fold")
    for row in result["shown"]:
        title, remedy = RULES[row["rule"]].title, row["remedy"]
        cells = (row["row_number"], title, row["field"] or "", row["value"] or "", remedy)
        table.add_row(*(Text(shown(cell)) for cell in cells))
    console.print(table)
    if result["file"]:
        say(console, _("已写入 {path}，改正后可重新导入。").format(path=result["file"]))
    elif len(result["shown"]) < result["rows"]:
        say(console, _("只列出前 {shown} 行；用 --out 写出全部。").format(shown=len(result["shown"])))


def _indicator(console: Console, result: dict[str, Any]) -> None:
    show_indicator(console, result)
    if "export" in result:
        _plain(console, result["export"])


def _sources(console: Console, result: dict[str, Any]) -> None:
    table = Table(title=_("来源，统计时点 {as_of}").format(as_of=result["as_of"]))
    for heading in (
        _("来源"),
        _("案件"),
        _("约定（小时）"),
        _("数据到"),
        _("滞后（小时）"),
        _("新鲜度"),
        _("备注"),
    ):
        table.add_column(heading, overflow="fold")
    for row in result["sources"]:
        cells = (row["source"], row["cases"], row["every_hours"], row["data_end"], row["lag_hours"],
                 Freshness(row["freshness"]).label, row["note"])  # fmt: skip
        table.add_row(*(Text("" if cell is None else shown(cell)) for cell in cells))
    console.print(table)


def _schedule(console: Console, result: dict[str, Any]) -> None:
    words = {"done": _("已导出"), "waiting": _("本期已有，未重复"), "failed": _("没有导出")}
    for one in result["exports"]:
        rows = _("{n} 行").format(n=format_number(one["rows"])) if one["status"] == "done" else ""
        told = (one["view"], words[one["status"]], rows, one["out"] or "", one.get("error", ""))
        say(console, "  ".join(part for part in told if part))


def _label(key: str) -> str:
    """The word for a key of a result; the terms of the vocabularies tell themselves."""
    if key in LABELS:
        return _(LABELS[key])
    for vocabulary in (LocationStatus, AreaSource, Level):
        if key in set(vocabulary):
            return vocabulary(key).label
    return key
