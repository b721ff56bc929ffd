"""Sources with their freshness against what each promises, and how much came when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from domain.clock import Clock
from domain.deeds import Deed, may_do
from domain.freshness import Freshness
from domain.i18n import _, format_datetime, format_number
from domain.vocabulary import AreaSource, LocationStatus, Subject
from queries.cloud import SourceFacts
from ui import messages, theme
from ui.cache import cloud as cache
from ui.cloud import text
from ui.encode import cut
from ui.shell import Page
from ui.storage import store

_MOST_ROWS = 12
_ROW_PX, _HEADER_PX = 30, 34
_CHART_PX = 320
_LONGEST_NAME = 40
_SERIES = ("#1F5FBF", "#5B6776", "#B36B00", "#2E7D5B", "#7A5BA8", "#3E8EA5", "#C2559B", "#8A6D5B")
_MOST_MONTHS = 60
_INSTANT = timedelta(microseconds=1)  # midnight ends the day before it


def of(page: Page) -> tuple[SourceFacts, ...]:
    """All sources, judged at the page's as-of time."""
    key = page.key(Subject.CASES, Subject.AREAS, Subject.CITY, Subject.IMPORTS)
    return cache.sources(page.actor, key, page.city.as_of_utc)


def draw(page: Page, found: Sequence[SourceFacts]) -> None:
    """Draw the table of sources, the volumes by month, and what to do where there is nothing."""
    if page.is_empty:
        messages.no_boundaries(cases=0)
        return
    if not found:
        messages.empty(
            _("还没有案件来源"),
            what_next=_("导入案件后，这里列出每个来源有多新、多少、有多少落到了区划里。"),
        )
        return
    _table(found, store().city().clock)
    _explained(page, found)
    _volumes(page)


def _table(found: Sequence[SourceFacts], clock: Clock) -> None:
    rows = pd.DataFrame(
        {
            "source": [cut(item.source, _LONGEST_NAME) for item in found],
            "freshness": [item.freshness.label for item in found],
            "lag": [text.duration(item.judged.lag_hours) for item in found],
            "promise": [text.every(item.every_hours) for item in found],
            "data_end": [_local(item.data_end, clock) for item in found],
            "delivered_at": [_local(item.delivered_at, clock) for item in found],
            "cases": [item.cases for item in found],
            "placed": [_percent(item) for item in found],
            **{kind.value: [item.placed[kind] for item in found] for kind in AreaSource},
            "outside": [item.located[LocationStatus.OUTSIDE] for item in found],
            "at_placeholder": [item.at_placeholder for item in found],
            "first": [_local(item.first_reported_at, clock) for item in found],
            "last": [_local(item.last_reported_at, clock) for item in found],
            "note": [cut(item.note or "", 100) for item in found],
        }
    )
    colors = [_COLORS[item.freshness] for item in found]
    st.dataframe(
        rows.style.apply(
            lambda _column: [f"color: {color}; font-weight: 600" for color in colors], subset=["freshness"]
        ),
        hide_index=True,
        height=_HEADER_PX + _ROW_PX * min(len(rows), _MOST_ROWS) + 2,
        row_height=_ROW_PX,
        column_config=_columns(),
        alt=_("来源表：新鲜度、约定、案件数、落区依据"),
    )
    st.caption(text.shown_of(len(rows), len(rows)))


_COLORS = {Freshness.FRESH: theme.GOOD, Freshness.LATE: theme.ALARM, Freshness.UNKNOWN: theme.SECONDARY}


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    texts = {
        "source": _("来源"),
        "freshness": _("新鲜度"),
        "lag": _("滞后"),
        "promise": _("约定"),
        "data_end": _("数据到"),
        "delivered_at": _("最近送达"),
        "first": _("最早上报"),
        "last": _("最晚上报"),
        "note": _("备注"),
    }
    counts = {
        "cases": _("案件"),
        **{kind.value: kind.label for kind in AreaSource},
        "outside": LocationStatus.OUTSIDE.label,
        "at_placeholder": _("在占位点上"),
    }
    helped = {
        "lag": _("从数据里最晚的时刻（未来的除外）到统计时点"),
        "delivered_at": _("最近一次没有撤销的导入"),
        "outside": _("坐标在所有区划之外"),
    }
    return {
        **{name: st.column_config.TextColumn(label, help=helped.get(name)) for name, label in texts.items()},
        **{name: number(label, format="localized", help=helped.get(name)) for name, label in counts.items()},
        "placed": number(_("落区 %"), format="%.1f", help=_("落到任何一级区划的案件占全部案件")),
    }


def _explained(page: Page, found: Sequence[SourceFacts]) -> None:
    """What the verdicts mean, and how to state a promise."""
    cases = sum(item.cases for item in found)
    told = [
        _("各来源合计 {cases} 件 = 全部可见案件 {total} 件。").format(
            cases=format_number(cases), total=format_number(page.contents.cases)
        )
    ]
    if page.own:
        told.append(_("件数只计您负责的区划；新鲜度按来源的全部案件判断。"))
    if any(item.freshness is Freshness.UNKNOWN for item in found):
        told.append(_("没有约定的来源既不算及时也不算迟到。"))
    st.caption(" ".join(told))
    if may_do(page.actor, Deed.IMPORT).allowed:
        st.caption(_("约定写在映射的 every_hours 里，或用命令："))
        st.code("python -m data source NAME --every 24", language=None)


def _volumes(page: Page) -> None:
    st.subheader(_("各月案件数，按来源"), anchor=False)
    monthly = cache.volumes(page.actor, page.key(Subject.CASES, Subject.CITY))
    if monthly.empty:
        messages.empty(_("没有可以画的案件"), what_next=_("您负责的区划里还没有案件。"))
        return
    table = monthly.pivot_table(index="month", columns="source", values="cases", aggfunc="sum", fill_value=0)
    table = table[table.sum().sort_values(ascending=False).index].astype("int64")
    drawn = _drawn(table, page.city.as_of)
    if not drawn.empty:
        st.echarts_chart(
            _chart(_with_rest(drawn)), height=_CHART_PX, key="volumes", alt=_("各月案件数，按来源堆叠")
        )
    told = [
        _("按上报时间的当地月份，最后一个月到 {time} 为止。").format(time=format_datetime(page.city.as_of))
    ]
    left_out = int(table.to_numpy().sum() - drawn.to_numpy().sum())
    if left_out:
        told.append(
            _("图里是最近 {months} 个月；另有 {n} 件上报更早，或在统计时点之后，见表格。").format(
                months=len(drawn), n=format_number(left_out)
            )
        )
    st.caption(" ".join(told))
    with st.expander(_("表格")):
        plain = table.rename(columns=lambda name: cut(str(name), _LONGEST_NAME))
        plain.insert(0, _("合计"), table.sum(axis=1))
        plain.index = pd.Index([f"{month:%Y-%m}" for month in plain.index], name=_("月份"))
        st.dataframe(plain.iloc[::-1])
        st.caption(text.shown_of(len(plain), len(plain)))


def _drawn(table: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """The months of the chart: up to the as-of time, at most so many, those without cases too."""
    last = (as_of - _INSTANT).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    first = max(table.index.min(), pd.Timestamp(last) - pd.DateOffset(months=_MOST_MONTHS - 1))
    return table.reindex(pd.date_range(first, last, freq="MS"), fill_value=0)


def _with_rest(table: pd.DataFrame) -> pd.DataFrame:
    """As many sources as there are colours, the others together."""
    if len(table.columns) <= len(_SERIES):
        return table
    alone = len(_SERIES) - 1
    rest = _("其他 {n} 个来源").format(n=len(table.columns) - alone)
    return table.iloc[:, :alone].assign(**{rest: table.iloc[:, alone:].sum(axis=1)})


def _chart(table: pd.DataFrame) -> dict[str, Any]:
    names = [cut(str(name), _LONGEST_NAME) for name in table.columns]
    series = [
        {
            "name": name,
            "type": "bar",
            "stack": "cases",
            "barMaxWidth": 32,
            "itemStyle": {"color": color},
            "data": table.iloc[:, at].astype(int).tolist(),
        }
        for at, (name, color) in enumerate(zip(names, _SERIES, strict=False))
    ]
    return {
        "animation": False,
        "grid": {"left": 8, "right": 8, "top": 36, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "left": 0, "type": "scroll"},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "valueFormatter": "localized"},
        "xAxis": {"type": "category", "data": [f"{month:%Y-%m}" for month in table.index]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": series,
    }


def _percent(item: SourceFacts) -> float | None:
    """The share that is placed; all but a few is not 100.0."""
    share = item.placed_share
    return None if share is None else 100.0 if share == 1 else min(99.9, 100 * share)


def _local(moment: Any, clock: Clock) -> str:
    return format_datetime(clock.to_local(moment) if moment else None)
