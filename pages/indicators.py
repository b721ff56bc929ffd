"""指标口径: everybody who quotes a figure asks what stands above and below its line, and how areas compare.

A profile and an indicator are chosen in the URL; below stand its definition, its counts with their cases, the
same figure under other profiles, all areas in honest order and, for a rate, the funnel plot.
"""

import streamlit as st

from ui import catalogue_table, figures, filter_bar, funnel, indicator_picker, ranking_table, shell
from ui.navigation import Screen

page = shell.begin(Screen.INDICATORS)
wanted = filter_bar.cases(page)
choice = indicator_picker.draw(page)
asked = figures.question(page, wanted, choice.profile, own_window=choice.own_window)
figure = figures.evaluate(page, asked, [choice.indicator])[choice.indicator]

story_column, areas_column = st.columns([5, 6], gap="medium")
with story_column, st.container(border=True, key="story"):
    figures.story(page, asked, figure)
with areas_column:
    by_area = indicator_picker.by_area(page, asked, choice)
    if by_area is not None:
        if choice.is_rate:
            funnel.draw(by_area, key="funnel")
        ranking_table.draw(by_area, choice.minimum_n, key="ranking_table")
catalogue_table.draw()
