"""Taking out what the screen shows: the cases, one file an area, the pivot; all of them orders of one panel."""

from dataclasses import replace
from functools import partial

import streamlit as st

from domain.case_order import CaseOrder
from domain.filters import CaseFilter
from domain.i18n import _
from domain.vocabulary import Level
from queries.batch_export import BatchRequest
from queries.pivot_export import FORMATS, PivotRequest
from ui import export_panel, one_file
from ui.analysis.pivot_table import Asked
from ui.case_table import CaseView
from ui.exports import Order
from ui.shell import Page

_LEVEL, _FORMAT, _PIVOT_FORMAT = "batch_level", "batch_format", "pivot_format"


def draw(page: Page, wanted: CaseFilter, total: int, asked: Asked | None) -> None:
    """Draw the panel; `total` cases are chosen, `asked` is the pivot that is shown, None for none."""
    area = page.place.scope
    chosen = replace(wanted, area=area.code if area else None)
    shown = CaseView(chosen, area, CaseOrder.NEWEST, 1, total)
    export_panel.draw(page, shown, partial(_more, page, shown, asked))


def _more(page: Page, shown: CaseView, asked: Asked | None) -> None:
    with st.container(key="batch", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_("分文件导出：一个压缩包，附清单"), width="content")
        levels = list(page.contents.levels)
        preferred = levels.index(Level.COMMUNITY) if Level.COMMUNITY in levels else len(levels) - 1
        st.selectbox(
            _("每个…一个文件"),
            levels,
            index=preferred,
            format_func=lambda level: _("每个{level}一个文件").format(level=level.label.lower()),
            key=_LEVEL,
            label_visibility="collapsed",
            width=190,
        )
        one_file.choose(tuple(one_file.NAMES), _FORMAT, _("每个文件的格式"))
        st.button(
            _("导出压缩包"),
            key="start_batch",
            icon=":material/folder_zip:",
            disabled=not shown.total,
            on_click=_start_batch,
            args=(page, shown),
        )
    if asked is not None:
        with st.container(key="pivot_export", horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_("导出透视表：全部行列"), width="content")
            one_file.choose(FORMATS, _PIVOT_FORMAT, _("透视表的格式"))
            st.button(
                _("导出透视表"),
                key="start_pivot",
                icon=":material/table_chart:",
                on_click=_start_pivot,
                args=(page, asked),
            )


def _start_batch(page: Page, shown: CaseView) -> None:
    """Order what is chosen now: it may have changed together with the click."""
    level = Level(st.session_state[_LEVEL])
    request = BatchRequest(shown.chosen, shown.area, one_file.chosen(_FORMAT), level, page.city.as_of_utc)
    export_panel.start(page, Order(request, shown.total))


def _start_pivot(page: Page, asked: Asked) -> None:
    request = PivotRequest(asked.ask, asked.order, one_file.chosen(_PIVOT_FORMAT))
    export_panel.start(page, Order(request, asked.rows))
