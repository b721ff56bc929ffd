"""One compound: what it is, who manages it, and its checklist."""

from typing import Any

import pandas as pd
import streamlit as st

from domain.i18n import _
from domain.vocabulary import Level
from ui import navigation
from ui.community.block import block
from ui.encode import markdown_text
from ui.navigation import Screen
from ui.property import register, words

_LONGEST = 200


def draw(rows: pd.DataFrame) -> None:
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
        st.table(_facts(row), border="horizontal", hide_index=True, hide_header=True)
        navigation.link(
            Screen.ONE_MAP,
            _("在一张图上看"),
            icon=":material/map:",
            area=row["community_code"] if pd.notna(row["community_code"]) else None,
            layers="lines,compounds",
        )


def _facts(row: "pd.Series[Any]") -> pd.DataFrame:
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
        _("示范小区"): words.said(row["demonstration"]),
    }
    told |= {_(name): words.said(row[column]) for column, name in words.HAVES.items()}
    told |= {_(name): words.said(row[column]) for column, name in words.SELF_GOVERNMENT.items()}
    return pd.DataFrame(
        [(name, markdown_text(value, _LONGEST)) for name, value in told.items()], columns=["field", "value"]
    )
