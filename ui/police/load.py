"""勤务: what the police posts have to deal with: cases a person, at night, and when nobody is there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from domain.filters import CaseFilter, HourCell
from domain.i18n import NO_VALUE, _, format_number, format_share
from domain.posts import PoliceWork, police_work
from queries import post_load
from queries.post_load import Load
from ui import filter_bar, messages, navigation, open_row, ranking_table, theme
from ui.cache import posts as cache
from ui.community.block import block
from ui.encode import cut_cells, markdown_text
from ui.navigation import Screen
from ui.police import coverage, export, points, week, words
from ui.shell import Page

_MOST_ROWS, _MOST_LISTED = 14, 300
_LONGEST = 600
_MOST_CATEGORIES = 12
_POINT = "point"
_RANK_WIDTH, _NAME_WIDTH = 76, 180  # pixels: a rank with its range is whole, and nothing scrolls at 1440


def draw(page: Page) -> None:
    """The cases that count, four figures, the points in honest order, and the week against opening hours."""
    wanted = filter_bar.cases(page)
    work = police_work()
    kinds = coverage.choose_kinds()
    chosen = _police_only(page, wanted, work)
    if not chosen.categories:
        _no_category(work)
        return
    _what_counts(chosen, work)
    told = cache.load(page.actor, page.versions, kinds, chosen, page.place.scope, page.city.as_of_utc)
    if told is None:
        messages.empty(_("这里不算勤务"), what_next=_("它要用到网格到站点的距离，您看不到这些距离。"))
        return
    _figures(told, chosen, work)
    _adds_up(told)
    if told.posts.empty:
        points.nothing()
        return
    left, right = st.columns([7, 5], gap="small")
    with left:
        _list(page, told, chosen, work)
    with right:
        _week(told)


def _police_only(page: Page, wanted: CaseFilter, work: PoliceWork) -> CaseFilter:
    """The filter with the categories that are police work, of those chosen where some are."""
    among = wanted.categories or page.contents.choices.get("category", ())
    area = page.place.scope
    return replace(wanted, categories=work.among(among), area=area.code if area else None)


def _no_category(work: PoliceWork) -> None:
    messages.empty(
        _("没有涉警类别的案件"),
        what_next=_("算涉警的类别以这些字开头：{words}。可在设置 ONEGRID_POLICE 指定的文件里改。").format(
            words=_("、").join(work.categories)
        ),
    )


def _what_counts(chosen: CaseFilter, work: PoliceWork) -> None:
    """Which categories were taken for police work, and by which declaration."""
    shown = chosen.categories[:_MOST_CATEGORIES]
    more = _("等 {n} 类").format(n=len(chosen.categories)) if len(chosen.categories) > len(shown) else ""
    st.caption(markdown_text(_("涉警：{categories}").format(categories=_("、").join(shown)) + more, _LONGEST))
    folded = st.expander(_("口径"), key="police_definition")
    with folded:
        begin, without = (_("、").join(told) for told in (work.categories, work.except_))
        lines = [
            _("类别或其中一段以这些字开头的算涉警：{words}；再去掉：{without}。").format(
                words=begin, without=without or NO_VALUE
            ),
            _("案件算给离它所在网格最近（直线）的站点；坐标是占位点的案件不算给任何站点。"),
            _("夜间：{start}:00 至次日 {end}:00。人均＝案件 ÷ 班表人数；没有班表的不算。").format(
                start=work.night_from, end=work.night_to
            ),
            _("开放时间外：上报的那一分钟站点不开放；没有开放时间的站点不计入分母。"),
        ]
        for line in lines:
            st.caption(markdown_text(line, _LONGEST))


def _figures(told: Load, chosen: CaseFilter, work: PoliceWork) -> None:
    night = [str(HourCell(day, hour)) for day in range(1, 8) for hour in work.night_hours]
    with st.container(key="police_load"):
        with st.container(key="card_cases"):
            st.metric(_("涉警案件"), format_number(told.cases))
            _to_cases(_("看这些案件"), chosen)
        with st.container(key="card_people"):
            each = told.manned_cases / told.people if told.people else None
            st.metric(
                _("每名值守人员"), NO_VALUE if each is None else _("{n} 件").format(n=format_number(each, 1))
            )
            line = _("{cases} 件 ÷ {people} 人；{without} 处站点没有班表").format(
                cases=format_number(told.manned_cases),
                people=format_number(told.people),
                without=format_number(told.without_roster),
            )
            st.caption(markdown_text(line, _LONGEST))
        with st.container(key="card_outside"):
            _share(_("开放时间以外"), told.outside, told.with_hours)
            unknown = _("{n} 件所属站点的开放时间不详").format(
                n=format_number(told.to_posts - told.with_hours)
            )
            st.caption(markdown_text(unknown, _LONGEST))
        with st.container(key="card_night"):
            _share(
                _("夜间（{start}–{end} 时）").format(start=work.night_from, end=work.night_to),
                told.night,
                told.cases,
            )
            _to_cases(_("看夜间案件"), chosen, night)


def _share(label: str, part: int, whole: int) -> None:
    share, _dot, counts = format_share(part, whole).partition(" · ")
    st.metric(markdown_text(label), share if whole else NO_VALUE)
    between = post_load.interval(part, whole)
    if between is not None:
        low, high = (format_number(100 * edge, 1) for edge in between)
        line = _("{counts} 件 · 95% 区间 {low}–{high}").format(counts=counts, low=low, high=high)
        st.caption(markdown_text(line, _LONGEST))


def _to_cases(label: str, chosen: CaseFilter, hours: Sequence[str] = ()) -> None:
    more = {"hour": list(hours)} if hours else {}
    navigation.link(Screen.CASES, label, icon=":material/list:", category=list(chosen.categories), **more)


def _adds_up(told: Load) -> None:
    """Where all cases went."""
    parts = [
        _("算给站点 {n} 件").format(n=format_number(told.to_posts)),
        _("最近的站点在您的范围外或没有站点 {n} 件").format(n=format_number(told.to_others)),
        _("坐标是占位点 {n} 件").format(n=format_number(told.doubtful)),
        _("未落到网格 {n} 件").format(n=format_number(told.without_area)),
    ]
    total = _("合计 {n} 件").format(n=format_number(told.cases))
    st.caption(markdown_text(f"{' + '.join(parts)} = {total}", _LONGEST))


def _list(page: Page, told: Load, chosen: CaseFilter, work: PoliceWork) -> None:
    rows = told.posts
    with block("police_posts", _("各站点的负担：人均最多的在前")):
        line = _(
            "共 {n} 处；名次后的括号是在 95% 把握下可能的名次；不足 {least} 件的不排名。站点的案件不限于当前区划。"
        )
        st.caption(line.format(n=format_number(len(rows)), least=work.minimum_n))
        listed = rows.head(_MOST_LISTED)
        if len(listed) < len(rows):
            st.caption(_("列出前 {n} 处；导出的文件里有全部。").format(n=format_number(len(listed))))
        shown = _shown(listed, work.minimum_n)
        codes = [str(code) for code in listed["code"]]
        figures = [name for name in shown.columns if name not in {_("站点名称"), _("说明")}]
        open_row.table(
            _greyed(cut_cells(shown), listed),
            "load_rows",
            codes,
            _POINT,
            alt=_("站点的负担：选一行看它的网格和案件"),
            most_rows=_MOST_ROWS,
            columns={name: st.column_config.TextColumn(alignment="right") for name in figures}
            | {
                _("名次"): st.column_config.TextColumn(alignment="right", width=_RANK_WIDTH),
                _("站点名称"): st.column_config.TextColumn(width=_NAME_WIDTH),
            },
        )
        opened = st.query_params.get(_POINT)
        if opened in codes:
            _open(page, rows[rows["code"] == opened].iloc[0], chosen)
        export.load(page, rows, chosen)


def _greyed(shown: pd.DataFrame, rows: pd.DataFrame) -> Styler:
    """Points that are not ranked stand grey: their figures are chance, or nobody knows how many work there."""
    grey = rows["rank"].isna().to_numpy()
    styles = pd.DataFrame("", index=shown.index, columns=shown.columns)
    styles[grey] = f"color: {theme.SECONDARY}"
    return shown.style.apply(lambda _cells: styles, axis=None)


def _shown(rows: pd.DataFrame, minimum_n: int) -> pd.DataFrame:
    ranks = zip(rows["rank"], rows["best"], rows["worst"], strict=True)
    return pd.DataFrame(
        {
            _("名次"): [ranking_table.rank_text(*told) for told in ranks],
            _("站点名称"): rows["name"].astype(str),
            _("件／人"): [_number(value) for value in rows["value"]],
            _("95% 区间"): [_between(*edges) for edges in zip(rows["low"], rows["high"], strict=True)],
            _("说明"): _notes(rows, minimum_n),
            _("案件"): [format_number(int(n)) for n in rows["cases"]],
            _("人数"): [NO_VALUE if pd.isna(n) else format_number(int(n)) for n in rows["people"]],
            _("网格"): [format_number(int(n)) for n in rows["places"]],
            _("开放时间外"): [_part(*told) for told in zip(rows["outside"], rows["cases"], strict=True)],
            _("夜间"): [_part(*told) for told in zip(rows["night"], rows["cases"], strict=True)],
        }
    )


def _notes(rows: pd.DataFrame, minimum_n: int) -> list[str]:
    told = ranking_table.words(rows, minimum_n)
    return [_("没有班表") if pd.isna(n) else note for n, note in zip(rows["people"], told, strict=True)]


def _number(value: float) -> str:
    return NO_VALUE if pd.isna(value) else format_number(value, 1)


def _between(low: float, high: float) -> str:
    return NO_VALUE if pd.isna(low) else f"{format_number(low, 1)}–{format_number(high, 1)}"


def _part(part: Any, whole: int) -> str:
    return NO_VALUE if pd.isna(part) or not whole else format_share(int(part), int(whole)).partition(" · ")[0]


def _open(page: Page, row: pd.Series, chosen: CaseFilter) -> None:
    """The areas of one point, each with the way to its cases."""
    st.markdown(f"**{markdown_text(row['name'])}** :gray[{markdown_text(words.hours(row['opening_hours']))}]")
    served = coverage.served_by(page, str(row["code"]))
    st.caption(_("它最近的 {n} 个网格；点开看案件：").format(n=format_number(len(served))))
    with st.container(key="lines_served", gap=None):
        for area in served.itertuples():
            _served(area, chosen)


def _served(area: Any, chosen: CaseFilter) -> None:
    households = NO_VALUE if pd.isna(area.households) else format_number(int(area.households))
    told = _("{households} 户 · 直线 {n} 米").format(households=households, n=format_number(area.straight_m))
    navigation.link(
        Screen.CASES,
        f"**{markdown_text(area.name, 24)}** :gray[{markdown_text(told)}]",
        area=str(area.code),
        category=list(chosen.categories),
    )


def _week(told: Load) -> None:
    with block("police_week", _("什么时候有警情，什么时候有人")):
        st.caption(_("涉警案件的上报时间：星期 × 小时（件）"))
        week.draw("load", told.week, _("件"), _("星期 × 小时的涉警案件数"))
        if not told.known_hours:
            st.caption(_("没有一处站点登记了开放时间。"))
            return
        st.caption(_("开放的站点数（共 {n} 处登记了开放时间）").format(n=format_number(told.known_hours)))
        week.draw("open", told.open_posts, _("处"), _("星期 × 小时的开放站点数"))
