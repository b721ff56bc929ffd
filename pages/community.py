"""社区: a secretary asks how her community is doing, a leader how the one clicked on does, against the city.

The area in the URL decides which one; a grid narrows the screen to it, anything above asks which one.
"""

from dataclasses import replace

import streamlit as st

from ui import filter_bar, shell, side_panel
from ui.cache import community as cache
from ui.community import (
    categories,
    chooser,
    grids,
    hours,
    key_figures,
    notes,
    places,
    police,
    subject,
    trend,
    waiting,
)
from ui.navigation import Screen
from ui.when import last_day

page = shell.begin(Screen.COMMUNITY)
wanted = filter_bar.cases(page)
if page.is_foreign:
    notes.refused(page)
    st.stop()
here = subject.nearest(page)
about = subject.subject_of(here)
if about is None:
    chooser.draw(here, wanted)
    st.stop()

notes.standing(page, about)
wanted = replace(wanted, area=about.area.code)
view, asked = grids.view_of(about, wanted), about.question(wanted)
today, as_of = last_day(page.city.as_of), page.city.as_of_utc
with st.skeleton(height=640):
    figures = cache.figures(page.actor, page.case_key, wanted, about.area, view.level, as_of, today)
    summary = figures.summary
    verdict, whole = cache.whole(page.actor, page.case_key, wanted, about.own_level, as_of)
    since = trend.since(wanted, today)
    told = cache.cases(page.actor, page.case_key, wanted, about.area, since, waiting.MOST, as_of)
    local = cache.places(page.actor, page.versions, wanted, about.area, as_of)

left, right = st.columns([7, 5], gap="small")
with left:
    if summary.by_area.total:
        key_figures.draw(about, asked, figures.told, whole, verdict, summary.days)
    else:
        side_panel.nothing(about.page, view)
with right:
    grids.draw(about, view, summary)

left, right = st.columns([7, 5], gap="small")
with left:
    share = whole.figures["overdue_share"] if whole else None
    trend.draw(about, trend.trend_of(told.days, wanted, today), share)
    waiting.draw(about, wanted, told)
with right:
    categories.draw(about, told.categories, whole)
    hours.draw(wanted, summary)
    places.points(local.points)

left, right = st.columns(2, gap="small")
with left:
    places.compounds(page, local.compounds, summary.by_area.total)
with right:
    places.duty(local.duty)
    police.draw(about)
