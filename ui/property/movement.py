"""变化: how compounds moved from grade to grade between two periods, as a Sankey with its table; both add up."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from domain.i18n import NO_VALUE, _, format_number
from domain.ratings.model import Profile
from domain.ratings.periods import Period
from domain.ratings.words import points_words
from ui import messages, more, open_row, theme, urlstate
from ui.community.block import block
from ui.encode import cut, html_text, markdown_text
from ui.property import export, grades, rated, register, trend, words
from ui.property.rated import Rated
from ui.shell import Page

_MOVE = "move"
_LONGEST, _LONGEST_LINE = 24, 400
_LEFT, _RIGHT, _SPAN = 0.001, 0.999, 0.998  # of the chart's width and height; 0 and 1 count as "not told"


def draw(page: Page) -> None:
    """Draw the part."""
    line = rated.bar()
    told = rated.choose(page, line)
    if told is None:
        return
    earlier = [period for period in told.ratings.periods if period < told.period]
    if not earlier:
        messages.empty(_("没有更早的周期可比"), what_next=_("请在上面选一个晚些的周期。"))
        return
    with line:
        before = _before(earlier)
    moves = told.ratings.movements(before, told.period)
    left, right = st.columns([6, 6], gap="small")
    with left, block("movement", _("等级变化")):
        _caption(told, before, moves)
        st.plotly_chart(
            _sankey(told.profile, before, told.period, moves),
            key="movement_chart",
            height=420,
            config={"displayModeBar": False, "locale": "en-US"},
            alt=_("桑基图：两期之间各等级的小区数；下面的表格有同样的数字"),
        )
        _table(told.profile, moves)
        _ungraded(page, told, before)
    with right, block("moved", _("变化的小区")):
        _moved(page, told, before, moves)


def _before(earlier: list[Period]) -> Period:
    told = {str(period): period for period in reversed(earlier)}
    chosen = urlstate.selectbox(
        _("与哪一期比"),
        list(told),
        key="before",
        default=next(iter(told)),
        names=lambda text: rated.period_words(told[text]),
        width=290,
        variant=next(iter(told)),
    )
    return told[chosen]


def _caption(told: Rated, before: Period, moves: pd.DataFrame) -> None:
    order = [*told.profile.best_first]
    both = moves.dropna(subset=["from_grade", "to_grade"])
    place = both["from_grade"].map(order.index), both["to_grade"].map(order.index)
    up, down = (int(both["compounds"][side].sum()) for side in (place[1] < place[0], place[1] > place[0]))
    same = int(both["compounds"].sum()) - up - down
    total = int(moves["compounds"].sum())
    st.caption(
        _(
            "{before} → {after}：共 {total} 个，升 {up} 个，降 {down} 个，不变 {same} 个，有一期不评级 {rest} 个"
        ).format(
            before=before,
            after=told.period,
            total=format_number(total),
            up=format_number(up),
            down=format_number(down),
            same=format_number(same),
            rest=format_number(total - up - down - same),
        )
    )


def _ungraded(page: Page, told: Rated, before: Period) -> None:
    """Why compounds have no grade in each of the two periods."""
    first_day = page.contents.first_day
    for period in (before, told.period):
        n = int(told.ratings.of(period)["grade"].isna().sum())
        if not n:
            continue
        if first_day is None or period.last_day < first_day:
            why = trend.no_data(first_day)
        else:
            reasons = told.ratings.ungraded(period).items()
            counted = _("、").join(
                _("{why} {n} 个").format(why=why.label, n=format_number(many)) for why, many in reasons
            )
            why = _("{counted}（一个小区可能有几种原因）").format(counted=counted)
        line = _("{period} 不评级 {n} 个：{why}").format(period=period, n=format_number(n), why=why)
        st.caption(markdown_text(line, _LONGEST_LINE))


def _sankey(profile: Profile, before: Period, after: Period, moves: pd.DataFrame) -> go.Figure:
    order = [*profile.best_first, None]
    painted = [*grades.colors(profile).values(), grades.UNGRADED_COLOR]
    names = [html_text(cut(grades.name(profile, grade), _LONGEST)) for grade in order]
    sources = [_place(order, grade) for grade in moves["from_grade"]]
    targets = [_place(order, grade) + len(order) for grade in moves["to_grade"]]
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "x": [_LEFT] * len(order) + [_RIGHT] * len(order),
                "y": [*_heights(moves, sources, order), *_heights(moves, targets, order)],
                "label": [f"{name} {before}" for name in names] + [f"{name} {after}" for name in names],
                "color": painted * 2,
                "pad": 14,
                "thickness": 16,
                "line": {"color": theme.LINE},
            },
            link={
                "source": sources,
                "target": targets,
                "value": moves["compounds"],
                "color": [_faint(painted[source]) for source in sources],
            },
        )
    )
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8}, font={"color": theme.TEXT})
    return figure


def _heights(moves: pd.DataFrame, places: list[int], order: list[str | None]) -> list[float]:
    """Where the grades of one side stand, 0 the top: the best first. Left to itself Plotly sorts them by their size."""
    counted = moves["compounds"].groupby([place % len(order) for place in places]).sum()
    sizes = counted.reindex(range(len(order)), fill_value=0) / max(int(counted.sum()), 1)
    return [_LEFT + _SPAN * (end - size / 2) for end, size in zip(sizes.cumsum(), sizes, strict=True)]


def _place(order: list[str | None], grade: Any) -> int:
    return order.index(None if pd.isna(grade) else str(grade))


def _faint(color: str) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.45)"


def _ids(rows: pd.DataFrame) -> list[str]:
    """How each movement stands in the URL."""
    ends = (rows[end].fillna(NO_VALUE).tolist() for end in ("from_grade", "to_grade"))
    return [f"{before}.{after}" for before, after in zip(*ends, strict=True)]


def _table(profile: Profile, moves: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            _("原等级"): [grades.name(profile, grade) for grade in moves["from_grade"]],
            _("现等级"): [grades.name(profile, grade) for grade in moves["to_grade"]],
            _("小区数"): moves["compounds"],
            _("户数"): moves["households"],
        }
    )

    number = st.column_config.NumberColumn(format="%,d")
    open_row.table(
        shown,
        "move_rows",
        _ids(moves),
        _MOVE,
        alt=_("等级变化表：选一行列出变化的小区"),
        most_rows=11,
        columns={_("小区数"): number, _("户数"): number},
    )
    st.caption(_("合计 {n} 个小区").format(n=format_number(int(moves["compounds"].sum()))))


def _moved(page: Page, told: Rated, before: Period, moves: pd.DataFrame) -> None:
    """The compounds of the movement that is chosen; all that changed their grade where none is."""
    was, now = told.ratings.of(before), told.rows
    both = now.assign(
        from_grade=was["grade"].astype(object),
        total_before=was["total"],
        to_grade=now["grade"].astype(object),
    )
    ids = _ids(moves)
    chosen = urlstate.option(_MOVE, ids)
    if chosen:
        rows = both[[one == chosen for one in _ids(both)]]
    else:
        rows = both[both["from_grade"].fillna("") != both["to_grade"].fillna("")]
    rows = rows.sort_values(["total", "code"])
    shown = more.first("moved", rows)
    st.caption(
        _("{n} 个小区，列出 {shown} 个").format(n=format_number(len(rows)), shown=format_number(len(shown)))
        if chosen
        else _("等级有变化的 {n} 个小区，列出 {shown} 个；在左边的表里选一行只看一种变化").format(
            n=format_number(len(rows)), shown=format_number(len(shown))
        )
    )
    if shown.empty:
        return
    columns: register.Columns = {
        _("小区名称"): shown["name"].tolist(),
        _("原等级"): [grades.name(told.profile, grade) for grade in shown["from_grade"]],
        _("现等级"): [grades.name(told.profile, grade) for grade in shown["to_grade"]],
        _("原总分"): [points_words(None if pd.isna(total) else total) for total in shown["total_before"]],
        _("总分"): [points_words(None if pd.isna(total) else total) for total in shown["total"]],
        _("区间"): [grades.interval(*pair) for pair in zip(shown["low"], shown["high"], strict=True)],
        _("物业公司"): [words.text(value) for value in shown["company"]],
    }
    register.table("moved", shown, columns)
    more.draw("moved", len(shown), len(rows))
    ends = [grades.name(told.profile, rows[end].iloc[0]) for end in ("from_grade", "to_grade")]
    which = " → ".join(ends) if chosen else _("等级有变化")
    export.ratings(page, told, rows, "moved", (f"{before} → {told.period}", which))
