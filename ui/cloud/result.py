"""What an import reports, as the command line's JSON has it: sums that add up, findings, what to do next."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from domain.i18n import _, format_number
from domain.rules import RULES
from domain.vocabulary import AreaSource, LocationStatus
from ui.cloud import text
from ui.encode import markdown_text

_FINDINGS_SHOWN = 30


def draw(report: Mapping[str, Any]) -> None:
    """Draw a report: what came in, where it lies, what was found, and all of it as the command line tells it."""
    sums(report)
    _parts(report, "area_source", _("落区依据"), AreaSource)
    _parts(report, "located", _("坐标落区"), LocationStatus)
    rejected = report.get("rejected_by_rule", {})
    if rejected:
        told = [
            f"{markdown_text(RULES[rule].title)} {format_number(rows)}" for rule, rows in rejected.items()
        ]
        st.markdown(_("**被拒的行**：{rules}").format(rules=" · ".join(told)))
    _replaced(report)
    findings = report.get("findings", [])
    if not findings:
        st.caption(_("没有发现别的问题。"))
    for found in findings[:_FINDINGS_SHOWN]:
        st.markdown(
            said(found["rule"], found["rows"], found), help=markdown_text(RULES[found["rule"]].remedy, 300)
        )
        if "mend" in found:  # what is mended in the mapping is said at once
            st.caption(markdown_text(RULES[found["rule"]].remedy, 300))
    if len(findings) > _FINDINGS_SHOWN:
        st.caption(text.shown_of(_FINDINGS_SHOWN, len(findings)))
    if report.get("into_demo"):
        st.caption(_("这个库是示例城市；自己的数据请放进另一个库。"))
    with st.expander(_("完整报告（与命令行的 --json 相同）")):
        st.json(dict(report), expanded=1)


def count_names() -> dict[str, str]:
    """What an import counts, each with its name."""
    return {
        "read": _("读入"),
        "accepted": _("接受"),
        "rejected": _("拒绝"),
        "inserted": _("新增"),
        "updated": _("更新"),
        "unchanged": _("未变"),
    }


def sums(report: Mapping[str, Any]) -> None:
    """Rows read = accepted + rejected, accepted = inserted + updated + unchanged; shown as sums."""
    told = {name: f"{label} **{format_number(report[name])}**" for name, label in count_names().items()}
    st.markdown(
        f"{told['read']} = {told['accepted']} + {told['rejected']}  \n"
        f"{told['accepted']} = {told['inserted']} + {told['updated']} + {told['unchanged']}"
    )


def _parts(
    report: Mapping[str, Any], name: str, label: str, terms: type[AreaSource] | type[LocationStatus]
) -> None:
    parts = report.get(name)
    if parts:
        told = " · ".join(f"{terms(key).label} {format_number(n)}" for key, n in parts.items())
        st.caption(
            _("{label}（合计 {n}）：{parts}").format(
                label=label, n=format_number(sum(parts.values())), parts=told
            )
        )


def _replaced(report: Mapping[str, Any]) -> None:
    """Which earlier assessments are replaced, the first of them."""
    rows = report.get("replaced", [])
    if not rows:
        return
    lines = [_("**更新早先的考核 {n} 条**").format(n=format_number(report["updated"]))]
    for row in rows:
        values = dict.fromkeys(f"{row[side]:g}" for side in ("before", "now"))
        told = f"{row['indicator']} {row['of']} {row['from']}–{row['to']}：{' → '.join(values)}"
        lines.append(markdown_text(told, 300))
    if len(rows) < report["updated"]:
        lines.append(text.shown_of(len(rows), report["updated"]))
    st.markdown("  \n".join(lines))


def said(rule: str, rows: int, detail: Mapping[str, Any]) -> str:
    """A finding in a line of Markdown: how many rows, which rule, what it says beside."""
    told = text.finding_detail(dict(detail))
    line = f"**{format_number(rows)}** {markdown_text(RULES[rule].title)}"
    return f"{line} — {told}" if told else line
