"""一张图: leaders, secretaries and analysts ask where cases are, from the city down to a grid.

Click an area to go into it; the path on top and the browser's back button lead out again.
"""

import streamlit as st

from domain.i18n import _
from ui import area_map, filter_bar, messages, shell, side_panel, two_periods
from ui.navigation import Screen

page = shell.begin(Screen.ONE_MAP)
view = filter_bar.draw(page)
layer = area_map.layer_of(page, view)
if layer is None:
    messages.empty(
        _("{level}一级没有区划").format(level=view.level.label.lower()),
        what_next=_("请在“划分到”里选择别的层级，或回到上一级区划。"),
    )
    st.stop()

summary = area_map.summary_of(page, view)
painted = area_map.painted_figures(page, view, summary)
areas = area_map.areas_of(page, view, layer, painted)

map_column, panel_column = st.columns([7, 3], gap="small")
with map_column:
    then = two_periods.draw(page, view, layer, areas, painted)
with panel_column, st.container(key="panel"):
    if page.is_foreign or not page.contents.cases:
        side_panel.nothing(page, view)
        st.stop()
    side_panel.figures(page, view, summary)
    if then is not None:
        two_periods.table(view, areas, then)
    if summary.by_area.total:
        side_panel.top_areas(areas, view.measure)
        side_panel.hours_of_week(view.wanted, summary.hours)
        side_panel.tables(areas, summary, view.measure)
    else:
        side_panel.nothing(page, view)
