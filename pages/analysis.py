"""分析: an analyst asks what stands out, when and where, sets it beside another period or place, and takes it out.

Every choice is a chip that can be dropped and stands in the URL: the browser's back undoes it, a view saves it.
"""

import streamlit as st

from ui import area_map, case_table, filter_bar, shell
from ui.analysis import carry_out, charts, part, pivot_table, saved, side_by_side
from ui.analysis.part import Part
from ui.filter_bar import View
from ui.measures import Measure
from ui.navigation import Screen

page = shell.begin(Screen.ANALYSIS)
with st.container(key="analysis_part", horizontal=True, vertical_alignment="center", gap="small"):
    shown = part.choose()
    saved.draw(page)
saved.outcome()
wanted = filter_bar.cases(page, every_condition=True)
level = filter_bar.level_of(page.place) if shown is Part.CHARTS else page.place.level(None)
view = View(wanted, Measure.REPORTED, level)
with st.skeleton(height=640):
    summary = area_map.summary_of(page, view)
asked = None
if not summary.by_area.total and shown is not Part.COMPARE:
    case_table.nothing(page, wanted)
elif shown is Part.CHARTS:
    charts.draw(page, view, summary)
elif shown is Part.PIVOT:
    asked = pivot_table.draw(page, wanted)
else:
    side_by_side.draw(page, view)
carry_out.draw(page, wanted, summary.by_area.total, asked)
