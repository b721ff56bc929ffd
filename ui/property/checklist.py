"""五有与共建: what compounds have and lack, blanks told apart from what nobody has said; demonstration, stations."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from domain.i18n import N_, _, format_number, format_share
from domain.vocabulary import Labelled, Level, PointKind, Subject
from queries import property as queries
from ui import messages, more, theme, urlstate
from ui.cache import property as cache
from ui.community.block import ROW_HEIGHT, block, height, table
from ui.encode import cut_cells
from ui.map_panel import LegendEntry
from ui.property import card, export, maps, register, words
from ui.shell import Page

_ITEMS = {**words.HAVES, **words.SELF_GOVERNMENT}
_MOST_ROWS = 12
_UNKNOWN_COLOR = "#C9D0DA"


class Answer(Labelled):
    """What the checklist says of one thing."""

    NO = "no"
    UNKNOWN = "unknown"
    YES = "yes"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"no": N_("无"), "unknown": N_("未填"), "yes": N_("有")}

    def of(self, values: "pd.Series[Any]") -> "pd.Series[Any]":
        """Which of some answers (boolean, NA where nobody has said) are this one."""
        if self is Answer.UNKNOWN:
            return values.isna()
        return (values == (self is Answer.YES)).fillna(value=False).astype(bool)


def draw(page: Page, rows: pd.DataFrame) -> None:
    """Draw the part; `rows` are the compounds of the place."""
    left, right = st.columns([7, 5], gap="small")
    with left:
        with block("haves", _("有什么，缺什么")):
            _items(rows)
        with block("haves_areas", _("按{level}").format(level=_level(page).label.lower())):
            _areas(rows, _level(page))
        with block("haves_list", _("小区清单")):
            _list(page, rows)
        register.back_to("haves_list")
    with right:
        if register.opened(rows) is not None:
            card.draw(page, rows)
        with block("demonstration", _("示范小区")):
            _demonstration(page, rows)
        with block("stations", _("设在小区里的服务站点")):
            _stations(page)


def _level(page: Page) -> Level:
    """The level by which shares are told: streets, inside a street its communities."""
    area = page.place.area
    return Level.COMMUNITY if area and area.level.rank >= Level.STREET.rank else Level.STREET


def _counts(values: "pd.Series[Any]") -> dict[Answer, int]:
    return {answer: int(answer.of(values).sum()) for answer in Answer}


def _items(rows: pd.DataFrame) -> None:
    counted = {name: _counts(rows[name]) for name in _ITEMS}
    complete = int((rows["haves"] == len(words.HAVES)).sum())
    known = int((rows["unknown"] == 0).sum())
    st.caption(
        _("五有齐全 {share}；{n} 个小区还有未填项，不算齐全也不算缺").format(
            share=format_share(complete, known), n=format_number(len(rows) - known)
        )
    )
    st.plotly_chart(
        _chart(counted),
        key="haves_chart",
        height=260,
        config={"displayModeBar": False, "locale": "en-US"},
        alt=_("条形图：每一项有、无、未填的小区数"),
    )
    table("haves", lambda: _item_table(counted))


def _chart(counted: dict[str, dict[Answer, int]]) -> go.Figure:
    colors = {Answer.YES: theme.ACCENT, Answer.NO: theme.WATCH, Answer.UNKNOWN: _UNKNOWN_COLOR}
    names = [_(_ITEMS[name]) for name in counted]
    figure = go.Figure()
    for answer, color in colors.items():
        values = [found[answer] for found in counted.values()]
        pattern = {"shape": "/"} if answer is Answer.UNKNOWN else {}
        figure.add_bar(
            x=values,
            y=names,
            orientation="h",
            name=answer.label,
            text=[format_number(value) if value else "" for value in values],
            marker={"color": color, "pattern": pattern},
        )
    figure.update_layout(
        barmode="stack",
        margin={"l": 8, "r": 8, "t": 4, "b": 24},
        legend={"orientation": "h", "y": 1.14, "x": 0, "traceorder": "normal"},
        dragmode=False,
        xaxis={"fixedrange": True},
        yaxis={"autorange": "reversed", "automargin": True, "fixedrange": True},
    )
    return figure


def _item_table(counted: dict[str, dict[Answer, int]]) -> None:
    rows = pd.DataFrame(
        {
            _("项目"): [_(_ITEMS[name]) for name in counted],
            **{answer.label: [found[answer] for found in counted.values()] for answer in Answer},
            _("占已填"): [
                format_share(found[Answer.YES], found[Answer.YES] + found[Answer.NO])
                for found in counted.values()
            ],
        }
    )
    st.dataframe(rows, hide_index=True, row_height=ROW_HEIGHT, height=height(len(rows), _MOST_ROWS))


def _areas(rows: pd.DataFrame, level: Level) -> None:
    places = rows[[f"{level.value}_code", level.value]].reset_index(drop=True)
    answers = rows[list(_ITEMS)].to_numpy(float, na_value=np.nan)
    headings = [_(heading) for heading in _ITEMS.values()]
    lines = []
    for (_code, name), part in queries.by_area(places, level).items():
        mine = answers[part.index]
        yes, no = (mine == 1).sum(axis=0), (mine == 0).sum(axis=0)
        told = [_share(int(has), int(lacks), len(part)) for has, lacks in zip(yes, no, strict=True)]
        line = {level.label: name or _("不在任何{level}").format(level=level.label.lower())}
        lines.append(line | {_("小区数"): format_number(len(part)), **dict(zip(headings, told, strict=True))})
    st.caption(
        _("{n} 个{level}；有的占已填的，未填另记").format(
            n=format_number(len(lines)), level=level.label.lower()
        )
    )
    shown = cut_cells(pd.DataFrame(lines))
    st.dataframe(shown, hide_index=True, row_height=ROW_HEIGHT, height=height(len(lines), _MOST_ROWS))


def _share(yes: int, no: int, total: int) -> str:
    told, unknown = format_share(yes, yes + no), total - yes - no
    return _("{told}，{n} 未填").format(told=told, n=format_number(unknown)) if unknown else told


def _list(page: Page, rows: pd.DataFrame) -> None:
    with st.container(key="haves_bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        item = urlstate.selectbox(
            _("项目"),
            list(_ITEMS),
            key="have",
            default="party_branch",
            names=lambda name: _(_ITEMS[name]),
            width=170,
        )
        answer = urlstate.selectbox(
            _("回答"),
            list(Answer),
            key="answer",
            default=Answer.NO,
            names=lambda one: one.label,
            width=120,
        )
    chosen = rows[answer.of(rows[item])]
    shown = more.first("haves", chosen)
    st.caption(
        _("共 {total} 个，列出 {shown} 个").format(
            total=format_number(len(chosen)), shown=format_number(len(shown))
        )
    )
    if len(shown):
        register.table("haves", shown, _columns(shown), widths={_("五有"): register.FIVE_WIDTH})
        more.draw("haves", len(shown), len(chosen))
        export.compounds(page, chosen, "haves", (f"{_(_ITEMS[item])}: {answer.label}",))


def _columns(rows: pd.DataFrame) -> register.Columns:
    told: dict[str, list[str] | pd.Series] = {
        _("小区名称"): rows["name"].tolist(),
        Level.COMMUNITY.label: [words.text(value) for value in rows["community"]],
        _("五有"): [words.five(*pair) for pair in zip(rows["haves"], rows["unknown"], strict=True)],
    }
    return told | {_(name): [words.said(value) for value in rows[item]] for item, name in _ITEMS.items()}


def _demonstration(page: Page, rows: pd.DataFrame) -> None:
    found = rows[Answer.YES.of(rows["demonstration"])]
    known = int(rows["demonstration"].notna().sum())
    st.caption(
        _("{n} 个示范小区；{known} 个小区填了是不是示范").format(
            n=format_number(len(found)), known=format_number(known)
        )
    )
    if found.empty:
        return
    key = page.key(Subject.COMPOUNDS, Subject.AREAS)
    layer = cache.demonstration_layer(page.actor, key, page.place.scope)
    classes = (LegendEntry(_("示范小区"), theme.MANAGED),)
    fields = (Level.STREET.label, _("物业公司"))
    maps.draw(page, maps.Shown(_("示范小区"), layer, classes, fields), "demonstration")
    columns: register.Columns = {
        _("小区名称"): found["name"].tolist(),
        Level.STREET.label: [words.text(value) for value in found["street"]],
        _("户数"): found["households"],
        _("物业公司"): [words.text(value) for value in found["company"]],
    }
    register.table("demonstration", found, columns, seen=8)


def _stations(page: Page) -> None:
    scope = page.place.scope
    key = page.key(Subject.COMPOUNDS, Subject.POINTS, Subject.AREAS)
    found = cache.stations(page.actor, key, scope.area_id if scope else None)
    inside = found.rows["compound_code"].nunique()
    st.caption(
        _(
            "{n} 处（共 {points} 处）落在 {inside} 个小区的范围内；{outlined} 个小区有范围，其余只有一个点"
        ).format(
            n=format_number(len(found.rows)),
            points=format_number(found.points),
            inside=format_number(inside),
            outlined=format_number(found.outlined),
        )
    )
    if found.rows.empty:
        messages.empty(_("没有设在小区里的站点"), what_next=_("导入服务站点和小区的范围后，这里自动更新。"))
        return
    rows = more.first("stations", found.rows)
    shown = pd.DataFrame(
        {
            _("站点"): rows["name"],
            _("种类"): [PointKind(kind).label for kind in rows["kind"]],
            _("小区名称"): rows["compound"],
        }
    )
    st.dataframe(cut_cells(shown), hide_index=True, row_height=ROW_HEIGHT, height=height(len(shown), 8))
    more.draw("stations", len(rows), len(found.rows))
