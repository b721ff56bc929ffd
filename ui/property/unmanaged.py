"""弃管清零: how many compounds nobody manages, the way down to none, and what is done about each."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from domain.i18n import N_, _, current_language, format_date, format_number
from domain.vocabulary import Labelled, Level, Subject, Takeover
from queries import property as queries
from queries.property import Standing
from ui import messages, more, theme, urlstate
from ui.cache import property as cache
from ui.community.block import ROW_HEIGHT, block, height, table
from ui.map_panel import LegendEntry
from ui.property import card, export, maps, register, words
from ui.shell import Page
from ui.when import last_day

_MONTHS = 24
_MOST_STREETS = 10


class Measure(Labelled):
    """Which measures are listed."""

    ANY = "any"
    STATE_COMPANY = Takeover.STATE_COMPANY.value
    STREET_TRUST = Takeover.STREET_TRUST.value
    SELF_MANAGEMENT = Takeover.SELF_MANAGEMENT.value
    NONE = "none"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "any": N_("全部措施"),
            **{item.value: item.source_label for item in Takeover},
            "none": N_("没有措施"),
        }

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those of some compounds that it lists."""
        if self is Measure.ANY:
            return rows
        return rows[rows["takeover"].isna() if self is Measure.NONE else rows["takeover"] == self.value]


def draw(page: Page, rows: pd.DataFrame) -> None:
    """Draw the part; `rows` are the compounds of the place."""
    today = last_day(page.city.as_of)
    found = queries.unmanaged(rows, today)
    _figures(rows, found, today)
    left, right = st.columns([7, 5], gap="small")
    with left:
        with block("unmanaged", _("弃管小区")):
            _list(page, found)
        register.back_to("unmanaged")
        with block("unmanaged_streets", _("责任街道")):
            _streets(found)
    with right:
        if register.opened(rows) is not None:
            card.draw(page, rows)
        with block("unmanaged_map", _("在哪里")):
            _map(page, today)
        with block("clearing", _("清零曲线")):
            _curve(rows, today)


def _figures(rows: pd.DataFrame, found: pd.DataFrame, today: date) -> None:
    cleared = rows["unmanaged_until"].dt.year.eq(today.year) & ~rows["relapsed"]
    late = int((found["standing"] == Standing.OVERDUE).sum())
    last = found["takeover_due"][~(found["standing"] == Standing.OVERDUE)].max()
    without_due = int(found["takeover_due"].isna().sum())
    told = _("按现有到期日，最晚 {day} 全部清零").format(day=words.day(last)) if pd.notna(last) else ""
    households = format_number(int(found["households"].sum()))
    cards = (
        (_("还有几个弃管小区"), len(found), _("共 {n} 户").format(n=households)),
        (_("今年已清零"), int(cleared.sum()), _("{year} 年起有人接管、没有再失管的").format(year=today.year)),
        (_("逾期"), late, _("到期日早于 {day}").format(day=format_date(today))),
        (_("没有措施"), int(found["takeover"].isna().sum()), _("还没有选定由谁接管")),
        (_("没有到期日"), without_due, told),
        (_("返弃"), int(found["relapsed"].sum()), _("接管过，又失管了")),
    )
    with st.container(key="property_figures"):
        for number, (name, value, beside) in enumerate(cards):
            with st.container(key=f"card_unmanaged_{number}", gap=None):
                st.metric(name, format_number(value))
                st.caption(beside)


def _list(page: Page, found: pd.DataFrame) -> None:
    if found.empty:
        messages.empty(_("这里没有弃管小区"), what_next=_("全部小区都有人管理；有变化时这里自动更新。"))
        return
    measure = urlstate.selectbox(
        _("措施"),
        list(Measure),
        key="takeover",
        default=Measure.ANY,
        names=lambda item: item.label,
        width=170,
        label_visibility="collapsed",
    )
    chosen = measure.of(found)
    rows = more.first("unmanaged", chosen)
    st.caption(
        _("共 {total} 个，列出 {shown} 个；逾期最久的在前，没有措施的在后").format(
            total=format_number(len(found)), shown=format_number(len(rows))
        )
    )
    late = (rows["standing"] == Standing.OVERDUE).tolist()
    register.table("unmanaged", rows, _columns(rows), red=late)
    more.draw("unmanaged", len(rows), len(chosen))
    export.compounds(page, chosen, "unmanaged", (_("弃管小区"), measure.label))


def _columns(rows: pd.DataFrame) -> register.Columns:
    return {
        _("小区名称"): rows["name"].tolist(),
        _("责任街道"): [words.text(value) for value in rows["street"]],
        _("户数"): rows["households"],
        _("失管自"): [words.day(value) for value in rows["unmanaged_since"]],
        _("失管天数"): rows["days"],
        _("措施"): [words.takeover(value) for value in rows["takeover"]],
        _("到期日"): [words.day(value) for value in rows["takeover_due"]],
        _("期限"): [words.due(value) for value in rows["days_left"]],
        _("返弃"): [_("返弃") if again else "" for again in rows["relapsed"]],
        Level.COMMUNITY.label: [words.text(value) for value in rows["community"]],
    }


def _streets(found: pd.DataFrame) -> None:
    parts = sorted(queries.by_area(found, Level.STREET).items(), key=lambda item: -len(item[1]))
    lines = [
        {
            Level.STREET.label: name or _("不在任何街道"),
            _("弃管小区"): len(part),
            _("户数"): int(part["households"].sum()),
            _("逾期"): int((part["standing"] == Standing.OVERDUE).sum()),
            _("没有措施"): int(part["takeover"].isna().sum()),
            _("返弃"): int(part["relapsed"].sum()),
        }
        for (_code, name), part in parts
    ]
    st.caption(_("{n} 个街道有弃管小区").format(n=format_number(len(lines))))
    if lines:
        counts = [name for name, value in lines[0].items() if isinstance(value, int)]
        st.dataframe(
            pd.DataFrame(lines),
            column_config={name: st.column_config.NumberColumn(format="%,d") for name in counts},
            hide_index=True,
            row_height=ROW_HEIGHT,
            height=height(len(lines), _MOST_STREETS),
        )


def _map(page: Page, today: date) -> None:
    key = page.key(Subject.COMPOUNDS, Subject.AREAS)
    layer = cache.unmanaged_layer(page.actor, key, page.place.scope, today, current_language())
    colors = (theme.ALARM, theme.ACCENT, theme.WATCH, theme.SECONDARY)
    classes = tuple(LegendEntry(item.label, color) for item, color in zip(Standing, colors, strict=True))
    fields = (_("责任街道"), _("失管自"), _("措施"), _("到期日"))
    maps.draw(page, maps.Shown(_("弃管小区"), layer, classes, fields), "unmanaged")


def _curve(rows: pd.DataFrame, today: date) -> None:
    months = queries.clearing(rows, today, _MONTHS)
    st.plotly_chart(
        _chart(months),
        key="clearing_chart",
        height=240,
        config={"displayModeBar": False, "locale": "en-US"},
        alt=_("折线：每月末的弃管小区数；柱：当月新增和清零"),
    )
    st.caption(_("上一段弃管只知道结束日，从曲线起点算起；月末数 = 上月末 + 新增 − 清零。"))
    table("clearing", lambda: _table(months))


def _chart(months: pd.DataFrame) -> go.Figure:
    figure = go.Figure()
    figure.add_bar(x=months["month"], y=months["began"], name=_("新增弃管"), marker={"color": theme.WATCH})
    figure.add_bar(x=months["month"], y=-months["cleared"], name=_("清零"), marker={"color": theme.GOOD})
    figure.add_scatter(
        x=months["month"],
        y=months["unmanaged"],
        name=_("月末弃管"),
        mode="lines+markers",
        line={"color": theme.TEXT, "width": 2},
        marker={"size": 4},
    )
    figure.update_layout(
        barmode="relative",
        margin={"l": 8, "r": 8, "t": 4, "b": 24},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        dragmode=False,
        xaxis={"fixedrange": True, "tickformat": "%Y-%m"},
        yaxis={"fixedrange": True, "rangemode": "tozero"},
    )
    return figure


def _table(months: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            _("月份"): [f"{month:%Y-%m}" for month in months["month"]],
            _("新增弃管"): months["began"],
            _("清零"): months["cleared"],
            _("月末弃管"): months["unmanaged"],
        }
    )
    st.dataframe(shown, hide_index=True, row_height=ROW_HEIGHT, height=height(len(shown), 12))
