"""What is in a community and who answers for it: compounds, service points, posts on duty."""

from typing import Any

import pandas as pd
import streamlit as st

from domain.i18n import NO_VALUE, _, format_date, format_number
from domain.vocabulary import PointKind
from queries.community import Compounds
from queries.duty import Duty
from ui import messages, navigation
from ui.community.block import ROW_HEIGHT, block, height
from ui.encode import cut, cut_cells, markdown_text
from ui.navigation import Screen
from ui.property import grades, rated
from ui.shell import Page

_MOST_ROWS = 10
_MOST_NAMES = 12
_LONGEST = 400

_IMPORT = "python -m data import {kind} FILE"


def compounds(page: Page, told: Compounds, cases: int) -> None:
    """All compounds, those with most cases first."""
    with block("compounds", _("小区")):
        rows = told.rows
        if rows.empty:
            _nothing(_("这里没有登记小区"), "compounds")
            return
        unmanaged = int(rows["unmanaged_since"].notna().sum())
        line = _("共 {n} 个，失管 {unmanaged} 个").format(
            n=format_number(len(rows)), unmanaged=format_number(unmanaged)
        )
        lying = _(
            "{cases} 件案件中 {n} 件在小区里：{by_point} 件坐标在范围内，{by_name} 件地点写的是小区名"
        ).format(
            cases=format_number(cases),
            n=format_number(told.cases),
            by_point=format_number(told.by_point),
            by_name=format_number(told.by_name),
        )
        st.caption(f"{line} · {lying}")
        shown = pd.DataFrame(
            {
                _("小区"): rows["name"].astype(str),
                _("户数"): rows["households"].astype("Int64"),
                _("案件"): rows["cases"],
                _("每百户"): rows["per_100_households"],
                _("物业公司"): [NO_VALUE if pd.isna(name) else str(name) for name in rows["company"]],
                _("失管自"): ["" if pd.isna(day) else format_date(day) for day in rows["unmanaged_since"]],
            }
        )
        graded = rated.latest(page)
        if graded is not None:
            of = dict(zip(graded.rows["code"], grades.words(graded.profile, graded.rows), strict=True))
            told_grades = [of.get(code, _("不评级")) for code in rows["code"]]
            shown.insert(1, _("{period} 评级").format(period=graded.period), told_grades)
        number = st.column_config.NumberColumn
        _frame(
            shown,
            {
                _("户数"): number(format="%,d"),
                _("案件"): number(
                    format="%,d",
                    help=_(
                        "坐标在小区范围内，或地点写的是本社区一个小区的名称；和评级数的是同一批。只有一个点、也没有案件写它名字的小区不知道，空着。"
                    ),
                ),
                _("每百户"): number(format="%.2f", help=_("案件数 ÷ 户数 × 100；户数不明则空。")),
            },
        )
        navigation.link(Screen.PROPERTY_RATINGS, _("看小区评级"), icon=":material/apartment:")


def points(told: pd.DataFrame) -> None:
    """All service points, kind by kind."""
    with block("points", _("服务站点")):
        if told.empty:
            _nothing(_("这里没有登记服务站点"), "points")
            return
        order = [kind.value for kind in PointKind]
        rows = told.sort_values(["kind", "code"], key=lambda column: _in_order(column, order))
        st.caption(_("共 {n} 处").format(n=format_number(len(rows))))
        shown = pd.DataFrame(
            {
                _("种类"): [PointKind(kind).label for kind in rows["kind"]],
                _("名称"): rows["name"].astype(str),
                _("地址"): [NO_VALUE if pd.isna(text) else str(text) for text in rows["address"]],
            }
        )
        _frame(shown, {})


def _in_order(column: "pd.Series[str]", order: list[str]) -> "pd.Series[str]":
    return column.map(order.index) if column.name == "kind" else column


def duty(told: Duty) -> None:
    """Who is on duty, post by post, and which areas nobody answers for."""
    with block("duty", _("在岗力量")):
        rows = told.rows
        if rows.empty:
            _nothing(_("这里没有登记岗位"), "duty")
            return
        by_post = rows.groupby("post", sort=False)["headcount"].sum()
        posts = _("、").join(
            _("{post} {n} 人").format(post=cut(str(post), 20), n=format_number(int(people)))
            for post, people in by_post.items()
        )
        st.caption(markdown_text(posts, _LONGEST))
        _blanks(told)
        shown = pd.DataFrame(
            {
                _("岗位"): rows["post"].astype(str),
                _("区划"): [NO_VALUE if pd.isna(name) else str(name) for name in rows["area_name"]],
                _("人数"): rows["headcount"],
                _("单位"): [NO_VALUE if pd.isna(text) else str(text) for text in rows["unit"]],
                _("班次"): [NO_VALUE if pd.isna(text) else str(text) for text in rows["shift"]],
                _("办公电话"): [NO_VALUE if pd.isna(text) else str(text) for text in rows["contact"]],
            }
        )
        _frame(shown, {_("人数"): st.column_config.NumberColumn(format="%,d")})


def _blanks(told: Duty) -> None:
    """Names the areas that no post answers for."""
    if all(without.empty for without in told.without.values()):
        st.caption(_("每个区划都有岗位。"))
    for level, without in told.without.items():
        if without.empty:
            continue
        names = _("、").join(cut(str(name), 20) for name in without["name"].head(_MOST_NAMES))
        line = _("{n} 个{level}没有岗位：{names}").format(
            n=format_number(len(without)), level=level.label.lower(), names=names
        )
        more = _("等，列出 {shown} 个").format(shown=_MOST_NAMES) if len(without) > _MOST_NAMES else ""
        st.caption(f":orange[{markdown_text(line + more, _LONGEST)}]")


def _frame(shown: pd.DataFrame, columns: dict[str, Any]) -> None:
    st.dataframe(
        cut_cells(shown),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=height(len(shown), _MOST_ROWS),
        column_config=columns,
    )


def _nothing(title: str, kind: str) -> None:
    messages.empty(title, what_next=_("导入后这里自动更新："))
    st.code(_IMPORT.format(kind=kind), language=None, wrap_lines=True)
