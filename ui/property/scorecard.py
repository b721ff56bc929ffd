"""评级: how the compounds of a place are graded, where, and each of them with its arithmetic beside the list."""

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from domain.i18n import N_, _, current_language, format_number
from domain.ratings.model import Profile
from domain.ratings.words import points_words
from domain.vocabulary import Labelled, Level
from queries.property import companies
from ui import more, urlstate
from ui.cache import property as cache
from ui.community.block import ROW_HEIGHT, block, height, table
from ui.encode import cut, html_text
from ui.property import arithmetic, company_table, export, grades, maps, rated, register, words
from ui.property.rated import Rated
from ui.shell import Page

_ANY, _UNGRADED, _UNCERTAIN = "", "ungraded", "uncertain"
_LONGEST = 40
_STEP = 50  # each row has a picture


class Order(Labelled):
    """What comes first in the list."""

    WORST = "worst"
    BEST = "best"
    HOUSEHOLDS = "households"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"worst": N_("低分在前"), "best": N_("高分在前"), "households": N_("户数多的在前")}

    def sorted(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Some rated compounds in this order; those that are not graded are last."""
        column = "households" if self is Order.HOUSEHOLDS else "total"
        ascending = self is Order.WORST
        return rows.sort_values([column, "code"], ascending=[ascending, True], na_position="last")


def draw(page: Page) -> None:
    """Draw the part."""
    told = rated.choose(page)
    if told is None:
        return
    rows = told.rows
    counted = told.cases()
    rows = rows if counted is None else rows.assign(cases=counted)
    left, right = st.columns([5, 7], gap="small")
    with left, block("distribution", _("等级分布")):
        _distribution(told.profile, rows)
    with right, block("grades_map", _("在哪里")):
        _map(page, told)
    left, right = st.columns([7, 5], gap="small")
    with left:
        with block("rated", _("小区评级")):
            _list(page, told, rows)
        register.back_to("rated")
        with block("companies", _("物业公司")):
            company_table.draw(told)
    with right:
        arithmetic.draw(page, told)


def _distribution(profile: Profile, rows: pd.DataFrame) -> None:
    lines = _counted(profile, rows)
    graded = int(rows["grade"].notna().sum())
    sure = int(rows["certain"].sum())
    st.caption(
        _(
            "{n} 个小区：评级 {graded} 个（实心：区间在一个等级内 {sure} 个；"
            "斜线：分不清 {unsure} 个），不评级 {ungraded} 个"
        ).format(
            n=format_number(len(rows)),
            graded=format_number(graded),
            sure=format_number(sure),
            unsure=format_number(graded - sure),
            ungraded=format_number(len(rows) - graded),
        )
    )
    st.plotly_chart(
        _chart(profile, lines),
        key="distribution_chart",
        height=250,
        config={"displayModeBar": False, "locale": "en-US"},
        alt=_("条形图：每个等级的小区数，分不清的另画"),
    )
    table("distribution", partial(_distribution_table, profile, lines))


def _counted(profile: Profile, rows: pd.DataFrame) -> pd.DataFrame:
    """One row a grade, the best first, the ungraded last: grade, sure, unsure, households."""
    order = [*profile.best_first, None]
    place = rows["grade"].cat.codes.to_numpy() % len(order)  # one that is not graded has -1: the last

    def summed(column: str) -> npt.NDArray[np.int64]:
        values = rows[column].to_numpy(float, na_value=0)
        return np.bincount(place, values, minlength=len(order)).astype("int64")

    sure = summed("certain")
    unsure = np.bincount(place, minlength=len(order)) - sure
    return pd.DataFrame({"grade": order, "sure": sure, "unsure": unsure, "households": summed("households")})


def _chart(profile: Profile, lines: pd.DataFrame) -> go.Figure:
    names = [html_text(cut(grades.name(profile, grade), _LONGEST)) for grade in lines["grade"]]
    painted = [*grades.colors(profile).values(), grades.UNGRADED_COLOR]
    figure = go.Figure()
    hatched = ["/"] * len(profile.best_first) + [""]  # one that is not graded is not uncertain either
    total = lines["sure"] + lines["unsure"]
    for column, heading, pattern, beside, shown in (
        ("sure", _("分得清"), "", "inside", lines["sure"]),
        ("unsure", _("分不清"), hatched, "outside", total),
    ):
        figure.add_bar(
            x=lines[column],
            y=names,
            orientation="h",
            name=heading,
            text=[format_number(value) if value else "" for value in shown],
            textposition=beside,
            cliponaxis=False,
            marker={"color": painted, "pattern": {"shape": pattern, "fgcolor": "#FFFFFF"}},
        )
    figure.update_layout(
        barmode="stack",
        showlegend=False,
        margin={"l": 8, "r": 40, "t": 4, "b": 24},
        dragmode=False,
        xaxis={"fixedrange": True},
        yaxis={"autorange": "reversed", "automargin": True, "fixedrange": True},
    )
    return figure


def _distribution_table(profile: Profile, lines: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            _("评定等级"): [grades.name(profile, grade) for grade in lines["grade"]],
            _("分得清"): lines["sure"],
            _("分不清"): lines["unsure"],
            _("小区数"): lines["sure"] + lines["unsure"],
            _("户数"): lines["households"],
        }
    )
    st.dataframe(shown, hide_index=True, row_height=ROW_HEIGHT, height=height(len(shown), 12))


def _map(page: Page, told: Rated) -> None:
    area = page.place.area
    as_shapes = area is not None and area.level.rank >= Level.STREET.rank
    layer = cache.grade_layer(
        page.actor,
        rated.key_of(page),
        told.ratings,
        told.period,
        page.place.scope,
        current_language(),
        as_shapes=as_shapes,
    )
    classes = grades.legend(told.profile)
    kind = "shapes" if as_shapes else "points"
    maps.draw(page, maps.Shown(_("小区等级"), layer, classes, grades.fields(), kind, radius=4), "grades")


def _list(page: Page, told: Rated, rows: pd.DataFrame) -> None:
    chosen, order, conditions = _narrowed(told.profile, rows)
    ranked = order.sorted(chosen)
    shown = more.first("rated", ranked, _STEP)
    st.caption(
        _("共 {total} 个小区，符合条件 {n} 个，列出 {shown} 个").format(
            total=format_number(len(rows)), n=format_number(len(chosen)), shown=format_number(len(shown))
        )
    )
    if shown.empty:
        return
    pictures = {_("0–100 分"): grades.pictures(told.profile, shown)}
    register.table("rated", shown, _columns(told.profile, shown), pictures=pictures)
    more.draw("rated", len(shown), len(chosen), _STEP)
    export.ratings(page, told, ranked, "ratings", conditions)


def _narrowed(profile: Profile, rows: pd.DataFrame) -> tuple[pd.DataFrame, Order, list[str]]:
    known = {_ANY: _("全部等级"), **{grade: grades.name(profile, grade) for grade in profile.best_first}}
    known |= {_UNCERTAIN: _("分不清"), _UNGRADED: _("不评级")}
    names = companies(rows)
    with st.container(key="rated_list_bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        grade = urlstate.selectbox(
            _("评定等级"),
            list(known),
            key="grade",
            default=_ANY,
            names=lambda key: cut(known[key], 24),
            width=140,
        )
        company = urlstate.selectbox(
            _("物业公司"),
            ["", *names],
            key=register.COMPANY,
            default="",
            names=lambda name: cut(name, _LONGEST) if name else _("全部公司"),
            width=220,
        )
        order = urlstate.selectbox(
            _("排序"), list(Order), key="order", default=Order.WORST, names=lambda item: item.label, width=150
        )
    if grade == _UNGRADED:
        rows = rows[rows["grade"].isna()]
    elif grade == _UNCERTAIN:
        rows = rows[rows["grade"].notna() & ~rows["certain"]]
    elif grade:
        rows = rows[rows["grade"] == grade]
    conditions = [_("等级：{grade}").format(grade=known[grade])] if grade else []
    if company:
        rows = rows[rows["company"] == company]
        conditions.append(_("物业公司：{name}").format(name=company))
    return rows, order, [*conditions, order.label]


def _columns(profile: Profile, rows: pd.DataFrame) -> register.Columns:
    told: dict[str, list[str] | pd.Series] = {
        _("小区名称"): rows["name"].tolist(),
        _("评定等级"): grades.words(profile, rows),
        _("总分"): [points_words(None if pd.isna(total) else total) for total in rows["total"]],
        _("区间"): [grades.interval(*pair) for pair in zip(rows["low"], rows["high"], strict=True)],
        _("户数"): rows["households"],
    }
    if "cases" in rows:
        told[_("案件")] = rows["cases"]
    return told | {
        _("物业公司"): [words.text(value) for value in rows["company"]],
        Level.COMMUNITY.label: [words.text(value) for value in rows["community"]],
    }
