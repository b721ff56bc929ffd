"""The figures on top of 一朵云."""

from collections.abc import Sequence

import streamlit as st

from domain.freshness import Freshness
from domain.i18n import _, format_datetime, format_number, format_share
from domain.vocabulary import AreaSource, Subject
from queries.cloud import SourceFacts
from ui.cache import cloud as cache
from ui.cloud import text
from ui.shell import Page


def draw(page: Page, found: Sequence[SourceFacts]) -> None:
    """Draw sources, cases and what is placed; for whoever sees them, the imports that stand.

    On an empty database there is no figure: a row of zeros would look like one.
    """
    if page.is_empty:
        return
    with st.container(key="cloud_head", horizontal=True, gap="small"):
        counted = {verdict: sum(item.freshness is verdict for item in found) for verdict in Freshness}
        told = " · ".join(f"{verdict.label} {counted[verdict]}" for verdict in Freshness)
        _figure("sources", _("来源数"), format_number(len(found)), told)
        cases = sum(item.cases for item in found)
        placed = cases - sum(item.placed[AreaSource.NONE] for item in found)
        _figure(
            "cases",
            _("案件"),
            format_number(cases),
            _("落到区划 {share}").format(share=format_share(placed, cases)),
        )
        if page.actor.sees_everything:
            _imports(page)


def _imports(page: Page) -> None:
    rows = cache.batches(page.actor, page.key(Subject.IMPORTS, Subject.CITY)).rows
    undone = int(rows["undone_at"].notna().sum())
    rows = rows[rows["undone_at"].isna()]
    last = None if rows.empty else rows["finished_at"].iloc[0]
    told = [_("最近 {time}").format(time=format_datetime(last))]
    if undone:
        told.append(text.undone(undone))
    _figure("batches", _("导入批次"), format_number(len(rows)), " · ".join(told))
    read, rejected = int(rows["read"].sum()), int(rows["rejected"].sum())
    _figure(
        "rejected", _("被拒的行"), format_number(rejected), _("读入 {n} 行").format(n=format_number(read))
    )


def _figure(key: str, label: str, value: str, told: str) -> None:
    with st.container(key=f"cloud_figure_{key}", border=True, gap=None):
        st.metric(label, value)
        st.caption(told)
