"""Two periods side by side: the same map twice with the same classes, and what changed by area."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from domain.filters import CaseFilter
from domain.i18n import NO_VALUE, _, format_date, format_number
from queries.cases import ByArea
from queries.ranking import change_interval
from ui import area_map, messages
from ui.encode import cut_cells
from ui.filter_bar import View
from ui.layer_content import AreaLayer
from ui.shell import Page

_ROW_HEIGHT = 28
_HEIGHT = 420


def draw(
    page: Page, view: View, layer: AreaLayer, areas: pd.DataFrame, painted: ByArea
) -> pd.DataFrame | None:
    """Draw both maps; answers the areas of the other period, None where data do not reach over both."""
    other = view.other
    lacking = page.lacking(view.wanted, other) if other else None
    if other is None or lacking:
        area_map.draw(page, view, layer, areas, painted)
        if lacking:
            messages.empty(
                _("没有可对比的时段"),
                what_next=_("{period} 没有完整数据；请缩短时段，或换一种对比。").format(
                    period=_period(lacking)
                ),
            )
        return None
    before = replace(view, wanted=other, other=None)
    figures = area_map.painted_figures(page, before, area_map.summary_of(page, before))
    then = area_map.areas_of(page, before, layer, figures)
    columns = st.columns(2, gap="small")
    shown = ((view, areas, painted, then, "map"), (before, then, figures, areas, "map_before"))
    for column, (one, inside, counted, beside, key) in zip(columns, shown, strict=True):
        with column:
            st.caption(
                _("{period}：{n} 件").format(
                    period=_period(one.wanted),
                    n=format_number(int(inside["cases"].sum()) + counted.elsewhere),
                )
            )
            area_map.draw(page, one, layer, inside, counted, beside=beside, key=key)
    return then


def table(view: View, now: pd.DataFrame, then: pd.DataFrame) -> None:
    """What changed by area, the largest change first; a change that can be chance says so."""
    after, before = now["cases"].to_numpy(float), then["cases"].to_numpy(float)
    low, high = change_interval(after, before)
    change = np.divide(after, before, out=np.full(len(after), np.nan), where=before > 0) - 1
    order = np.argsort(-np.nan_to_num(np.abs(after - before)), kind="stable")
    rows = pd.DataFrame(
        {
            _("区划"): now["name"].astype(str),
            _("本期（件）"): after.astype(int),
            _("对比期（件）"): before.astype(int),
            _("增减"): [NO_VALUE if np.isnan(x) else f"{100 * x:+.1f} %" for x in change],
            _("说明"): [_said(*ends) for ends in zip(low, high, strict=True)],
        }
    )
    st.caption(
        _("{now} 对比 {then}：按增减件数排列，共 {n} 个区划").format(
            now=_period(view.wanted), then=_period(view.other or view.wanted), n=format_number(len(rows))
        )
    )
    st.dataframe(
        cut_cells(rows.iloc[order]),
        hide_index=True,
        height=min(_HEIGHT, _ROW_HEIGHT * (len(rows) + 1) + 8),
        row_height=_ROW_HEIGHT,
        column_config={name: st.column_config.NumberColumn(format="%,d") for name in rows.columns[1:3]},
        key="two_periods",
    )


def _said(low: float, high: float) -> str:
    if np.isnan(low):
        return _("对比期没有案件")
    if low > 0:
        return _("增多")
    return _("减少") if high < 0 else _("可能只是偶然")


def _period(wanted: CaseFilter) -> str:
    return f"{format_date(wanted.start)} – {format_date(wanted.end)}"
