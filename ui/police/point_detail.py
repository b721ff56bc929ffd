"""One service point: where it stands, its week, and who is stationed there."""

import pandas as pd
import streamlit as st

from domain.errors import InputRefused
from domain.i18n import NO_VALUE, _, format_number
from domain.opening_hours import OpeningHours
from queries.posts import AtPoint
from ui import place, urlstate
from ui.community.block import ROW_HEIGHT, height
from ui.encode import cut_cells, markdown_text
from ui.police import week, words
from ui.shell import Page

_POINT = "point"
_MOST_ROWS = 10
_LONGEST = 200


def draw(page: Page, point: pd.Series, told: AtPoint) -> None:
    """Draw the panel of a row of `queries.posts.points`."""
    with st.container(key="block_point_detail"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(markdown_text(point["name"]), anchor=False)
            st.button(
                _("关闭"),
                key="point_close",
                icon=":material/close:",
                type="tertiary",
                on_click=urlstate.put,
                args=(_POINT, ""),
            )
        facts = [words.kind(str(point["kind"])), words.level(point["level"]), str(point["code"])]
        st.caption(markdown_text(" · ".join(fact for fact in facts if fact != NO_VALUE), _LONGEST))
        _where(page, point, told)
        _hours(point["opening_hours"])
        _roster(told.roster)


def _where(page: Page, point: pd.Series, told: AtPoint) -> None:
    if pd.notna(point["address"]):
        st.caption(markdown_text(point["address"], _LONGEST))
    if pd.notna(point["area_code"]) and point["area_code"] != page.place.code:
        st.button(
            _("所在：{area}").format(area=markdown_text(point["area_name"])),
            key="point_area",
            icon=":material/place:",
            type="tertiary",
            on_click=place.go_to,
            args=(str(point["area_code"]),),
        )
    if not point["usable"]:
        st.caption(f":orange[{_('没有可用坐标：算不出谁离它近。')}]")
    others = told.same_place
    if len(others):
        line = _("坐标与另外 {n} 处完全相同，至少有一处的位置不实：").format(n=format_number(len(others)))
        st.caption(f":orange[{markdown_text(line, _LONGEST)}]")
        for other in others.head(_MOST_ROWS).itertuples():
            st.button(
                markdown_text(f"{words.kind(str(other.kind))} {other.name}"),
                key=f"same_place_{other.code}",
                type="tertiary",
                on_click=urlstate.put,
                args=(_POINT, str(other.code)),
            )


def _hours(text: object) -> None:
    st.markdown(f"**{_('开放时间')}**")
    opening = _read(text)
    if opening is None:
        st.caption(f":orange[{markdown_text(_('没有登记开放时间，不能当作不开放。'), _LONGEST)}]")
        return
    line = _("{hours}（每周 {n} 小时）").format(
        hours=words.hours(opening.text), n=format_number(opening.hours_a_week, 1)
    )
    st.caption(markdown_text(line, _LONGEST))
    week.draw("point", opening.minutes, _("分钟"), _("星期 × 小时：每小时开放多少分钟"))


def _read(text: object) -> OpeningHours | None:
    """The hours of a point; None where there are none, or they are none that the store could have taken."""
    try:
        return OpeningHours.parse(text) if isinstance(text, str) else None
    except InputRefused:
        return None


def _roster(roster: pd.DataFrame) -> None:
    st.markdown(f"**{_('班表')}**")
    if roster.empty:
        told = _("没有登记驻点岗位：岗位文件里没有这个站点的编码。")
        st.caption(f":orange[{markdown_text(told, _LONGEST)}]")
        return
    people = _("{posts} 个岗位，共 {n} 人").format(
        posts=format_number(len(roster)), n=format_number(int(roster["headcount"].sum()))
    )
    st.caption(people)
    shown = pd.DataFrame(
        {
            _("岗位"): roster["post"].astype(str),
            _("人数"): roster["headcount"],
            _("层次"): [words.tier(tier) for tier in roster["tier"]],
            _("兼任"): words.texts(roster["embedded_as"]),
            _("负责区划"): words.texts(roster["area_name"]),
            _("单位"): words.texts(roster["unit"]),
            _("班次"): words.texts(roster["shift"]),
            _("办公电话"): words.texts(roster["contact"]),
        }
    )
    st.dataframe(
        cut_cells(shown), hide_index=True, row_height=ROW_HEIGHT, height=height(len(shown), _MOST_ROWS)
    )
