"""The rows that an import kept out: a page of them, by rule, and the file to correct."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from data.imports import write_rejects
from data.ingest.findings import PERSONAL_MARK
from domain.actor import Actor
from domain.deeds import Deed, may_do
from domain.i18n import _, current_language, format_number, use_language
from domain.rules import RULES
from domain.vocabulary import Subject
from queries.cloud import Rejects
from ui.cache import cloud as cache
from ui.cloud import text, work
from ui.encode import cut, markdown_text
from ui.jobs import JobState
from ui.shell import Page
from ui.storage import store

PAGE_ROWS = 50
_ALL = ""
_LONGEST = 200
_ROW_PX, _HEADER_PX, _MOST_ROWS = 30, 34, 12


def draw(page: Page, batch_id: int) -> None:
    """Draw the rejects of an import; nothing but a line where there are none."""
    key = page.key(Subject.IMPORTS)
    counted = cache.rejects(page.actor, key, batch_id, None, 0, PAGE_ROWS)
    if not counted.total:
        st.caption(_("没有被拒的行。"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.markdown(f"**{_('被拒的行')}**", width="content")
        rule = _rule(counted, batch_id)
        found = counted if not rule else cache.rejects(page.actor, key, batch_id, rule, 0, PAGE_ROWS)
        number = _page_number(batch_id, rule, -(-found.total // PAGE_ROWS))
        _download(page.actor, batch_id)
    if number > 1:
        found = cache.rejects(page.actor, key, batch_id, rule or None, (number - 1) * PAGE_ROWS, PAGE_ROWS)
    _table(found)
    st.caption(f"{text.shown_of(len(found.rows), found.total)} · {_('个人信息不在屏幕上显示。')}")


def _rule(counted: Rejects, batch_id: int) -> str:
    names = {_ALL: _("全部规则"), **{rule: RULES[rule].title for rule in counted.by_rule}}
    rows = {_ALL: counted.total, **counted.by_rule}
    return st.selectbox(
        _("规则"),
        list(names),
        format_func=lambda rule: f"{names[rule]} · {format_number(rows[rule])}",
        key=f"reject_rule_{batch_id}_{current_language()}",
        label_visibility="collapsed",
        width=260,
    )


def _page_number(batch_id: int, rule: str, pages: int) -> int:
    if pages <= 1:
        return 1
    return int(
        st.number_input(
            _("第几页，共 {n} 页").format(n=format_number(pages)),
            min_value=1,
            max_value=pages,
            key=f"reject_page_{batch_id}_{rule}",
            width=150,
        )
    )


def _table(found: Rejects) -> None:
    rows = found.rows[["row_number", "rule", "field", "value", "raw"]].copy()
    rows.insert(4, "remedy", [RULES[rule].remedy for rule in rows["rule"]])
    rows["rule"] = [RULES[rule].title for rule in rows["rule"]]
    for name in ("field", "value", "raw"):
        hidden = rows[name] == PERSONAL_MARK
        rows.loc[hidden, name] = _("‹个人信息›")
        rows[name] = ["" if pd.isna(value) else cut(str(value), _LONGEST) for value in rows[name]]
    st.dataframe(
        rows,
        hide_index=True,
        height=_HEADER_PX + _ROW_PX * min(len(rows), _MOST_ROWS) + 2,
        row_height=_ROW_PX,
        column_config={
            "row_number": st.column_config.NumberColumn(_("行号"), format="%d", width=70),
            "rule": st.column_config.TextColumn(_("规则"), width=160),
            "field": st.column_config.TextColumn(_("列"), width=120),
            "value": st.column_config.TextColumn(_("值"), width=160),
            "remedy": st.column_config.TextColumn(_("怎么办"), width=300),
            "raw": st.column_config.TextColumn(_("整行"), width=480),
        },
        alt=_("被拒的行：行号、规则、列、值、怎么办"),
    )


def _download(actor: Actor, batch_id: int) -> None:
    """The file to correct holds personal fields: for whoever corrects it, and on record."""
    verdict = may_do(actor, Deed.EXPORT_REJECTS)
    newest = work.newest(actor)
    busy = newest is not None and newest.state is JobState.RUNNING
    st.download_button(
        _("下载改正文件"),
        data=_file(actor, batch_id) if verdict.allowed else b"",
        file_name=f"rejects_{batch_id}.csv",
        mime="text/csv",
        key=f"rejects_{batch_id}",
        icon=":material/download:",
        on_click="ignore",
        disabled=busy or not verdict.allowed,
        help=_("一个任务正在进行，完成后才能下载。") if busy else markdown_text(verdict.words, 300),
    )


def _file(actor: Actor, batch_id: int) -> Callable[[], bytes]:
    """Writes the file when it is asked for, in the language of whoever asks."""
    return partial(_written, actor, batch_id, current_language())


def _written(actor: Actor, batch_id: int, language: str) -> bytes:
    with use_language(language), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rejects_{batch_id}.csv"
        write_rejects(store(), actor, batch_id, path)
        return path.read_bytes()
