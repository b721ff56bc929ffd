"""A file from the browser: what it is, its first rows, how to read it, and what becomes of it.

Choose a kind and a file; look at its rows; correct the proposed mapping (every fault is listed under it); try it
out; import it. Reading and writing run in jobs (ui/cloud/jobs.py), so the page answers all the while.
"""

import pandas as pd
import streamlit as st

from data.imports import Order
from data.ingest.preview import Head, Reading
from domain.case_fields import CASE_FIELDS
from domain.deeds import Deed, may_do
from domain.errors import InputRefused, OneGridError
from domain.i18n import _, current_language, format_number
from domain.rules import RULES
from domain.settings import Login, settings
from domain.vocabulary import ImportKind, Level, Subject
from ui import urlstate
from ui.cache import cloud as cache
from ui.cloud import draft as drafts
from ui.cloud import fields, jobs, result, text, work
from ui.cloud.draft import MAPPED, Draft
from ui.encode import cut_cells, markdown_text
from ui.jobs import JobState
from ui.shell import Page

_MAPPING_PX = 430
_TABLE_PX = 250
_FEW, _FEW_PX = 4, 180


def draw(page: Page) -> None:
    """Draw the way from a file to an import; for others a sentence why there is none."""
    verdict = may_do(page.actor, Deed.IMPORT)
    if not verdict.allowed:
        st.info(
            markdown_text(verdict.words, 300), title=_("这里由数据管理员上传文件"), icon=":material/lock:"
        )
        if settings().login is Login.DEMO:  # an address without `role=` is a leader's again
            st.caption(_("演示模式：请在页首的角色框里改选“数据管理员”。"))
        return
    with st.container(key="upload", horizontal=True, gap="small"):
        kind = _kind(page)
        drafts.change_kind(kind)
        _uploader(kind, _next_level(page))
    draft = drafts.current()
    if draft is None:
        st.caption(_what_is_taken(kind))
        return
    with st.container(key="draft", border=True):
        st.subheader(markdown_text(draft.path.name), anchor=False)
        try:
            _explain(page, draft)
        except OneGridError as refused:
            _refused(refused, _("这个文件用不了"))
            _put_away_button()


def _kind(page: Page) -> ImportKind:
    first = ImportKind.CASES if page.contents.levels else ImportKind.AREAS
    return urlstate.selectbox(
        _("内容"), list(ImportKind), key="kind", default=first, names=lambda item: item.label, width=180
    )


def _next_level(page: Page) -> Level:
    """The level that a file of boundaries most likely has: the one below the finest that is there."""
    if not page.contents.levels:
        return Level.COMMUNITY
    return page.contents.levels[-1].child or Level.GRID


def _uploader(kind: ImportKind, level: Level) -> None:
    with st.container(key=f"uploader_{current_language()}"):  # the button's own word is English only
        _file_uploader(kind, level)
    refused = drafts.refusal()
    if refused is not None:
        _refused(refused, _("文件没有存下"))


def _file_uploader(kind: ImportKind, level: Level) -> None:
    st.file_uploader(
        _("把文件拖到这里，或点按钮选择（不超过 {n} MB）").format(n=settings().upload_mb),
        key=drafts.uploader_key(),
        max_upload_size=settings().upload_mb,
        on_change=drafts.take,
        args=(kind, level),
        help=_("文件只存在数据库旁边的私有文件夹里，导入后删除；更大的文件请用命令行。"),
    )


def _what_is_taken(kind: ImportKind) -> str:
    if kind in MAPPED:
        return _("可用：CSV、TSV（UTF-8、UTF-16、GB18030）、XLSX、Parquet、GeoJSON，或装着其中一个的 zip。")
    return _("可用：GeoJSON、GeoPackage、Shapefile（压缩成 zip）、FlatGeobuf、GeoParquet。")


def _explain(page: Page, draft: Draft) -> None:
    """How to read the file, beside what it holds; then the buttons. Raises OneGridError for a file of no use."""
    if draft.kind in MAPPED:
        _with_mapping(page, draft)
    else:
        head = cache.features(page.actor, draft.path)
        _note(head)
        fields.draw(draft, head)
        _rows(head.rows, len(head.rows), head.total)
        _buttons(page, draft)


def _with_mapping(page: Page, draft: Draft) -> None:
    if draft.mapping is None:
        with st.spinner(_("正在看表头和前几行……")):
            draft.mapping = cache.proposal(page.actor, draft.path, draft.kind, page.city.timezone)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        key = f"mapping_{draft.path.parent.name}_{draft.kind}"
        st.text_area(
            _("字段对应（TOML，可以改）"),
            value=draft.mapping,
            key=key,
            height=_MAPPING_PX,
            on_change=_keep_mapping,
            args=(draft, key),
            help=_("由表头和前几行推测；# 后面是说明，标有“不确定”的请核对。"),
        )
        works = _faults(draft)
    with right:
        head = cache.table(page.actor, draft.path, draft.kind, draft.mapping)
        _note(head)
        before, after = st.tabs([_("读入后的样子"), _("文件里的样子")])
        with before:
            _reading(page, draft, works=works)
        with after:
            _rows(head.rows, len(head.rows), head.total)
    _buttons(page, draft)


def _keep_mapping(draft: Draft, key: str) -> None:
    draft.mapping = st.session_state[key]


def _faults(draft: Draft) -> bool:
    """Every fault of the mapping, under it; whether there is none."""
    try:
        draft.order()
    except InputRefused as refused:
        _refused(refused, _("字段对应还不能用"))
        return False
    st.caption(_("写法没有错。"))
    return True


def _reading(page: Page, draft: Draft, *, works: bool) -> None:
    """The first rows as they would be read, and why some of them would not."""
    if not works:
        st.caption(_("先改正字段对应，这里才有读入后的样子。"))
        return
    try:
        key = page.key(Subject.AREAS, Subject.CITY)
        found = cache.reading(page.actor, key, draft.path, draft.kind, draft.mapping or "")
    except InputRefused as refused:
        _refused(refused, _("按现在的字段对应读不了"))
        return
    rows = len(found.rows) + len(found.rejects)
    told = _("前 {n} 行：接受 {accepted}，拒绝 {rejected}；时间为当地时间").format(
        n=rows, accepted=len(found.rows), rejected=len(found.rejects)
    )
    st.caption(told)
    for finding in found.findings:
        remedy = markdown_text(RULES[finding.rule].remedy, 300)
        st.warning(f"{result.said(finding.rule, finding.rows, finding.detail)}  \n{remedy}")
    names = {name: f"{field.label} {name}" for name, field in CASE_FIELDS.items()}
    if draft.kind is not ImportKind.CASES:
        names = {}
    st.dataframe(
        cut_cells(found.rows),
        hide_index=True,
        height=_TABLE_PX,
        column_config={"row_number": _("行号"), **names},
        alt=_("按字段对应读入的前几行"),
    )
    _kept_out(found)


def _kept_out(found: Reading) -> None:
    if found.rejects.empty:
        return
    shown = cut_cells(found.rejects)
    shown["rule"] = [RULES[rule].title for rule in shown["rule"]]
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(shown) <= _FEW else _FEW_PX,
        column_config={"row_number": _("行号"), "rule": _("规则"), "field": _("列"), "value": _("值")},
        alt=_("前几行里会被拒的行"),
    )


def _note(head: Head) -> None:
    told = [_("识别为 {note}").format(note=markdown_text(head.note, 200))]
    told.append(_("{n} 列").format(n=len(head.columns)))
    if head.total is not None:
        told.append(_("{n} 行").format(n=format_number(head.total)))
    st.caption(" · ".join(told))


def _rows(rows: pd.DataFrame, shown: int, total: int | None) -> None:
    st.dataframe(
        cut_cells(rows),
        hide_index=True,
        height=_TABLE_PX,
        column_config={"row_number": _("行号")},
        alt=_("文件的前几行"),
    )
    told = _("只显示前 {n} 行").format(n=shown) if total is None else text.shown_of(shown, total)
    st.caption(f"{told} · {_('像是个人信息的内容不显示。')}")


def _buttons(page: Page, draft: Draft) -> None:
    job = work.newest(page.actor)
    running = job is not None and job.state is JobState.RUNNING
    order = _order(draft)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button(
            _("试读整个文件"),
            key="start_check",
            icon=":material/fact_check:",
            disabled=running or order is None,
            on_click=jobs.started,
            args=(work.check, page.actor, order, draft.path, page.contents.home),
        )
        st.button(
            _("导入"),
            key="start_import",
            type="primary",
            icon=":material/upload:",
            disabled=running or order is None,
            on_click=jobs.started,
            args=(work.carry_out, page.actor, order, draft.path, page.contents.home, draft.most_rejected),
        )
        _put_away_button(disabled=running)
        _most_rejected(draft)
    st.caption(_("试读读完整个文件、算出结果，但什么都不写入。"))


def _order(draft: Draft) -> Order | None:
    """What is to be imported; None while the mapping is wrong."""
    try:
        return draft.order()
    except InputRefused:
        return None


def _most_rejected(draft: Draft) -> None:
    shares = [0.0, 0.01, 0.05, 0.2, 0.5, None]
    draft.most_rejected = st.selectbox(
        _("被拒的行超过多少就不导入"),
        shares,
        index=shares.index(draft.most_rejected),
        format_func=lambda share: _("不限") if share is None else f"{share:.0%}",
        key=f"most_rejected_{draft.path.parent.name}",
        width=190,
    )


def _put_away_button(*, disabled: bool = False) -> None:
    st.button(
        _("不要这个文件"),
        key="put_away",
        icon=":material/delete:",
        type="tertiary",
        disabled=disabled,
        on_click=drafts.put_away,
    )


def _refused(refused: OneGridError, title: str) -> None:
    st.error(text.plain(refused.message), title=title, icon=":material/error:")
    if refused.remedy:
        st.caption(markdown_text(refused.remedy, 300))
