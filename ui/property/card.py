"""One compound: what it is, who manages it, and its checklist."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from domain.i18n import _
from domain.vocabulary import Level
from ui import navigation, theme
from ui.community.block import block
from ui.encode import markdown_text
from ui.navigation import Screen
from ui.property import register, words
from ui.shell import Page
from ui.when import last_day

_LONGEST = 200


def draw(page: Page, rows: pd.DataFrame, *, comes_into_view: bool = True) -> None:
    """The compound that is open, or what to do to open one."""
    code = register.opened(rows)
    if code is None:
        with block("compound", _("小区详情")):
            st.caption(_("在列表里选一个小区，这里显示它的情况。"))
        return
    row = rows[rows["code"] == code].iloc[0]
    with block("compound", _("小区详情")):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{markdown_text(row['name'])}**", width="stretch")
            st.button(
                _("关闭"),
                key="close_compound",
                icon=":material/close:",
                type="tertiary",
                on_click=register.open_one,
                args=(None,),
            )
        today = last_day(page.city.as_of)
        st.table(_facts(row, today), border="horizontal", hide_index=True, hide_header=True)
        navigation.link(
            Screen.ONE_MAP,
            _("在一张图上看"),
            icon=":material/map:",
            area=row["community_code"] if pd.notna(row["community_code"]) else None,
            layers="lines,compounds",
        )
    if comes_into_view:
        theme.reveal("compound", int(row["compound_id"]))


def _facts(row: "pd.Series[Any]", today: date) -> pd.DataFrame:
    told = {
        _("编号"): row["code"],
        Level.STREET.label: words.text(row["street"]),
        Level.COMMUNITY.label: words.text(row["community"]),
        _("地址"): words.text(row["address"]),
        _("户数"): words.count(row["households"]),
        _("楼栋"): words.count(row["buildings"]),
        _("建成年份"): str(row["built_year"]) if pd.notna(row["built_year"]) else words.text(None),
        _("物业公司"): words.text(row["company"]),
        _("失管自"): words.day(row["unmanaged_since"]) or _("未失管"),
        **_takeover(row, today),
        _("示范小区"): words.said(row["demonstration"]),
    }
    told |= {_(name): words.said(row[column]) for column, name in words.HAVES.items()}
    told |= {_(name): words.said(row[column]) for column, name in words.SELF_GOVERNMENT.items()}
    return pd.DataFrame(
        [(name, markdown_text(value, _LONGEST)) for name, value in told.items()], columns=["field", "value"]
    )


def _takeover(row: "pd.Series[Any]", today: date) -> dict[str, str]:
    """What is done about a compound that nobody manages, and an earlier time without a manager."""
    told = {}
    if pd.notna(row["unmanaged_until"]):
        until = words.day(row["unmanaged_until"])
        again = _("{day}，现在又失管（返弃）").format(day=until) if row["relapsed"] else until
        told[_("上一段弃管止于")] = again
    if pd.isna(row["unmanaged_since"]):
        return told
    told[_("措施")] = words.takeover(row["takeover"])
    if pd.notna(row["takeover_due"]):
        left = (row["takeover_due"] - pd.Timestamp(today)).days
        told[_("到期日")] = f"{words.day(row['takeover_due'])} · {words.due(left)}"
    return told
