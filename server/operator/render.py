"""What the command line prints for people: tables and a progress bar with rows per second."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import (
    Progress as Bars,
)
from rich.table import Table
from rich.text import Text

from domain.freshness import Freshness
from domain.i18n import N_, NO_VALUE, _, format_number, format_share
from domain.indicators.facts import Unit
from domain.progress import Progress, no_progress, stage_label
from domain.rules import RULES
from domain.vocabulary import AreaSource, Level, LocationStatus
from queries.placeholder import Lifted
from server.operator.audit_told import show_events, show_report, show_restore, show_retention
from server.operator.rating_told import show_rating
from server.operator.terminal import printable
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
_TOLD_AS_HINT = frozenset({"rejected_by_rule", "into_demo"})


class _Speed(ProgressColumn):
    """Rows per second."""

    def render(self, task: Task) -> Text:
        return Text(_("{speed:,.0f} 行/秒").format(speed=task.speed) if task.speed else "")


@contextmanager
def watched(*, quiet: bool) -> Iterator[Progress]:
    """A progress to hand to long work: a bar on stderr, or nothing."""
    if quiet:
        yield no_progress
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
    )
    with Bars(*columns, _Speed(), TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage_label(stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield progress


def render(verb: str, result: dict[str, Any]) -> None:
    """Prints a result for people. Text from data is printed as it is, never as markup."""
    console = Console(highlight=False, markup=False)
    special = {
        "summary": _summary,
        "status": _status,
        "rejects": _rejects,
        "source": _sources,
        "indicator": _indicator,
        "profiles": _profiles,
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


def say(console: Console, text: str) -> None:
    """Prints a line as it is: no markup, no line breaks of our own, no control sequences."""
    console.print(printable(text), markup=False, highlight=False, soft_wrap=True)


def _plain(console: Console, result: dict[str, Any]) -> None:
    for key, value in result.items():
        if key in _TOLD_AS_HINT:
            continue
        if key == "findings":
            _findings(console, value)
        elif isinstance(value, dict):
            # the parameters of a filter are names of an address, and no keys of a result
            name_of = str if key == "filter" else _label
            told = "  ".join(f"{name_of(name)} {_shown(count)}" for name, count in value.items())
            say(console, f"{_label(key)}: {told}")
        elif isinstance(value, list):
            say(console, f"{_label(key)}: {', '.join(map(str, value))}")
        else:
            say(console, f"{_label(key)}: {_shown(value)}")
    for hint in _hints(result):
        say(console, hint)
    if result.get("done") is False:
        say(console, _("这只是预览；加 --yes 才执行。"))


def _hints(result: dict[str, Any]) -> list[str]:
    """What a result asks the operator to do next."""
    hints = []
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
        table.add_row(Text(_shown(finding["rows"])), Text(rule.code), said, Text(rule.remedy))
    console.print(table)


def _summary(console: Console, result: dict[str, Any]) -> None:
    table = Table(title=_("案件按区域，统计时点 {as_of}").format(as_of=result["as_of"]))
    for heading in (_("编码"), _("名称"), _("案件")):
        table.add_column(heading)
    for row in result["rows"]:
        table.add_row(Text(_shown(row["code"])), Text(_shown(row["name"])), Text(_shown(row["cases"])))
    console.print(table)
    say(console, f"{_('合计')}: {_shown(result['total'])}  {_('未落区')}: {_shown(result['unplaced'])}")
    _first_by_placeholder(console, result, Unit.CASES)


def _status(console: Console, result: dict[str, Any]) -> None:
    batches = result.pop("batches")
    _plain(console, result)
    table = Table(title=_("批次"))
    for heading in (_("批次"), _("内容"), _("文件"), _("读入"), _("接受"), _("拒绝"), _("撤销于")):
        table.add_column(heading, overflow="fold")
    for batch in batches:
        cells = (batch["batch_id"], batch["kind"], batch["file_name"], batch["read"], batch["accepted"],
                 batch["rejected"], batch["undone_at"] or "")  # fmt: skip
        table.add_row(*(Text(_shown(cell)) for cell in cells))
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
    for heading in (_("行号"), _("规则"), _("列"), _("值")):
        table.add_column(heading, overflow="fold")
    for row in result["shown"]:
        cells = (row["row_number"], RULES[row["rule"]].title, row["field"] or "", row["value"] or "")
        table.add_row(*(Text(_shown(cell)) for cell in cells))
    console.print(table)
    if result["file"]:
        say(console, _("已写入 {path}，改正后可重新导入。").format(path=result["file"]))
    elif len(result["shown"]) < result["rows"]:
        say(console, _("只列出前 {shown} 行；用 --out 写出全部。").format(shown=len(result["shown"])))


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
        table.add_row(*(Text("" if cell is None else _shown(cell)) for cell in cells))
    console.print(table)


def _indicator(console: Console, result: dict[str, Any]) -> None:
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
    if "export" in result:
        _plain(console, result["export"])


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
        table.add_row(*(Text(_shown(cell)) for cell in cells))
    console.print(table)
    if rows and rows[0]["rank"] not in {None, 1}:
        say(console, _("由高到低；越低越好，名次从最低的数起。"))
    say(console, _("不在任何这一级区划的案件：{n} 件").format(n=f"{result['elsewhere']:,}"))
    _first_by_placeholder(console, result, unit)


def _most_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ranked areas from the highest value down, as the map's list has them, then the others as they come.

    Where less is better the best comes first in a result, and so the areas that need help would stand last.
    """
    ranked = [row for row in rows if row["rank"] is not None]
    return sorted(ranked, key=lambda row: -row["value"]) + [row for row in rows if row["rank"] is None]


def _first_by_placeholder(console: Console, result: dict[str, Any], unit: Unit) -> None:
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


def _profiles(console: Console, result: dict[str, Any]) -> None:
    for profile in result["profiles"]:
        say(console, f"{profile['profile']}  {profile['title']}  {profile['window']}")
        for told in profile["indicators"]:
            say(console, f"  {told['name']}  {told['title']}  {told['source']}")


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


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return f"{value:,}" if isinstance(value, int) else printable(str(value))
