"""Imports: all of them, and of the one that is chosen its findings with their rows, its rejects, and the way back.

`?batch=ID` is the one truth of which import is open: choosing a row writes it, and the table's selection is set
from it.
"""

from typing import Any

import pandas as pd
import streamlit as st

from domain.i18n import _, format_datetime, format_number
from domain.vocabulary import ImportKind, Level, Subject
from queries.cloud import BatchFinding
from ui import messages, navigation, open_row, urlstate
from ui.cache import cloud as cache
from ui.cache.cloud import Batches
from ui.cloud import jobs, rejects, result, text
from ui.encode import cut, markdown_text
from ui.navigation import Screen
from ui.shell import Page

_BATCH = "batch"
_MOST_ROWS = 10
_KEPT_ROWS = 10_000
_ON_THE_MAP = {"overlap": "overlaps", "gap": "gaps", "code_prefix": "codes"}
"""Findings about areas, and the part of the quality of grids that shows them."""


def draw(page: Page) -> None:
    """Draw the table of imports and the chosen one below it."""
    if not page.actor.sees_everything:
        messages.empty(
            _("批次、发现和被拒的行不在您的范围内"),
            what_next=_("一次导入牵涉整个城市，只给看得到全市的人；来源的新鲜度和您负责的案件在“来源”里。"),
        )
        return
    found = cache.batches(page.actor, page.key(Subject.IMPORTS, Subject.CITY))
    if found.rows.empty:
        messages.empty(_("还没有导入过"), what_next=_("数据管理员可以在“上传”里导入第一个文件，或用命令行。"))
        return
    _table(found)
    batch_id = opened()
    chosen = found.row(batch_id) if batch_id is not None else None
    if chosen is None:
        st.caption(_("选一行，查看这一批的发现和被拒的行。"))
        return
    _one(page, chosen)


def opened() -> int | None:
    """The number of the import in the URL; None where there is none."""
    told = st.query_params.get(_BATCH, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else None  # noqa: PLR2004


def _table(found: Batches) -> None:
    rows = found.rows
    open_row.table(
        _shown(rows),
        "batch_rows",
        [int(batch) for batch in rows["batch_id"]],
        _BATCH,
        alt=_("导入批次：选一行查看发现和被拒的行"),
        most_rows=_MOST_ROWS,
        columns=_columns(),
    )
    told, undone = [text.shown_of(len(rows), len(rows))], int(rows["undone_at"].notna().sum())
    if undone:
        told.append(text.undone(undone))
    st.caption(" · ".join(told))


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "batch_id": rows["batch_id"],
            "kind": [ImportKind(kind).label for kind in rows["kind"]],
            "file_name": [cut(str(name), 60) for name in rows["file_name"]],
            "finished_at": [format_datetime(at) for at in rows["finished_at"]],
            "read": rows["read"],
            "accepted": rows["accepted"],
            "rejected": rows["rejected"],
            "inserted": rows["inserted"],
            "updated": rows["updated"],
            "unchanged": rows["unchanged"],
            "finding_rules": rows["finding_rules"],
            "actor": rows["actor"],
            "undone": ["" if pd.isna(at) else format_datetime(at) for at in rows["undone_at"]],
        }
    )


def _columns() -> dict[str, Any]:
    texts = {
        "kind": _("内容"),
        "file_name": _("文件"),
        "finished_at": _("完成于"),
        "actor": _("谁"),
        "undone": _("撤销于"),
    }
    counts = {**result.count_names(), "finding_rules": _("发现")}
    return {
        "batch_id": st.column_config.NumberColumn(_("批次"), format="%d", width=60),
        **{name: st.column_config.TextColumn(label) for name, label in texts.items()},
        **{name: st.column_config.NumberColumn(label, format="localized") for name, label in counts.items()},
    }


def _one(page: Page, batch: "pd.Series[Any]") -> None:
    batch_id, kind = int(batch["batch_id"]), ImportKind(batch["kind"])
    with st.container(key="batch", border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = _("批次 {batch} · {kind} · {file}").format(
                batch=batch_id, kind=kind.label, file=markdown_text(batch["file_name"])
            )
            st.subheader(title, anchor=False, width="stretch")
            st.button(
                _("关闭"),
                key="close_batch",
                icon=":material/close:",
                type="tertiary",
                on_click=urlstate.put,
                args=(_BATCH, ""),
            )
        _story(batch)
        report = cache.report(page.actor, page.key(Subject.IMPORTS), batch_id) or {}
        _findings(page, batch_id, is_undone=not pd.isna(batch["undone_at"]), level=_level(report))
        rejects.draw(page, batch_id)
        if report.get("cases_to_relocate") and kind is ImportKind.AREAS:
            st.caption(
                _("导入时有 {n} 件案件按旧边界落区。").format(n=format_number(report["cases_to_relocate"]))
            )
        jobs.undo_panel(page, batch_id, str(batch["file_name"]), is_undone=not pd.isna(batch["undone_at"]))


def _level(report: dict[str, Any]) -> Level | None:
    """The finest level that an import of areas held."""
    levels = [Level(level) for level in report.get("levels", [])]
    return levels[-1] if levels else None


def _story(batch: "pd.Series[Any]") -> None:
    told = [
        _("{who} 导入，{start} 至 {end}").format(
            who=markdown_text(batch["actor"]),
            start=format_datetime(batch["started_at"]),
            end=format_datetime(batch["finished_at"]),
        )
    ]
    if len(batch["sources"]):
        told.append(
            _("来源：{names}").format(names=_("、").join(markdown_text(name) for name in batch["sources"]))
        )
    if not pd.isna(batch["undone_at"]):
        told.append(
            _("{who} 于 {time} 撤销").format(
                who=markdown_text(batch["undone_by"]), time=format_datetime(batch["undone_at"])
            )
        )
    st.caption(" · ".join(told))
    result.sums({str(name): count for name, count in batch.items()})


def _findings(page: Page, batch_id: int, *, is_undone: bool, level: Level | None) -> None:
    found = cache.findings(page.actor, page.key(Subject.IMPORTS, Subject.CASES, Subject.AREAS), batch_id)
    if not found:
        st.caption(_("没有发现问题。"))
        return
    st.markdown(f"**{_('发现')}** {text.shown_of(len(found), len(found))}")
    linked: set[str] = set()
    for at, item in enumerate(found):
        with st.container(key=f"finding_{at}", horizontal=True, vertical_alignment="top", gap="small"):
            with st.container(width="stretch", gap=None):
                st.markdown(result.said(item.rule.code, item.rows, item.detail))
                st.caption(markdown_text(item.rule.remedy, 200))
            if not is_undone and item.rule.code not in linked:
                _link(batch_id, item, level)
                linked.add(item.rule.code)


def _link(batch_id: int, item: BatchFinding, level: Level | None) -> None:
    """The way to the rows of a finding: its cases, or its part of the map of grid quality."""
    part = _ON_THE_MAP.get(item.rule.code)
    if part is not None:
        place = {"view": "grids", "area": "", "level": level.value if level else "", "fault": part}
        st.button(
            _("在图上看"),
            key=f"see_{item.rule.code}",
            icon=":material/map:",
            type="tertiary",
            on_click=urlstate.put_all,
            args=(place,),
        )
    elif item.cases:
        label = _("打开 {n} 件案件").format(n=format_number(item.cases))
        if item.cases < item.rows and item.rows > _KEPT_ROWS:
            label = _("打开前 {n} 件（共 {rows} 行）").format(
                n=format_number(item.cases), rows=format_number(item.rows)
            )
        navigation.link(
            Screen.CASES,
            label,
            icon=":material/open_in_new:",
            finding=f"{batch_id}:{item.rule.code}",
            period="all",
            area=None,
            from_=None,
            to=None,
            category=None,
            channel=None,
            state=None,
            text=None,
            hour=None,
        )
