"""Charts that filter each other: time, map and areas, category, channel, state, hour of the week.

A chart of something that is chosen shows the others of its kind too, lighter: from there the reader goes on.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from domain.filter_words import weekday_words
from domain.filters import CaseFilter
from domain.i18n import _, format_number
from domain.pivot import Axis, stored_value
from ui import area_map, figures, place, side_panel, urlstate
from ui.analysis import bars, days
from ui.analysis.bars import Bar
from ui.cache import analysis as cache
from ui.cache.areas_and_cases import CaseSummary
from ui.community.block import block, table
from ui.filter_bar import View
from ui.shell import Page

_CUTS = (Axis.CATEGORY, Axis.CHANNEL, Axis.STATE)


def draw(page: Page, view: View, summary: CaseSummary) -> None:
    """Draw all charts of the cases that the reader has chosen."""
    if not summary.by_area.total:
        side_panel.nothing(page, view)
        return
    left, right = st.columns([7, 5], gap="small")
    with left:
        with block("analysis_days", _("上报时间")):
            days.draw(summary.days)
        with block("analysis_category", Axis.CATEGORY.label):
            _cut(page, view.wanted, Axis.CATEGORY)
        with block("analysis_hours", _("星期 × 小时")):
            side_panel.hours_of_week(view.wanted, summary.hours)
            table("hours", lambda: _hours(summary))
    with right:
        with block("analysis_areas", view.level.label):
            _areas(page, view, summary)
        for axis in _CUTS[1:]:
            with block(f"analysis_{axis.value}", axis.label):
                _cut(page, view.wanted, axis)


def _hours(summary: CaseSummary) -> None:
    names = [weekday_words(weekday) for weekday in range(1, 8)]
    st.dataframe(pd.DataFrame(summary.hours, index=names).rename(columns=str), height="content")


def counted(page: Page, wanted: CaseFilter, axis: Axis) -> list[Bar]:
    """The bars of an axis, whatever of it is chosen."""
    open_filter = {
        Axis.CATEGORY: replace(wanted, categories=()),
        Axis.CHANNEL: replace(wanted, channels=()),
        Axis.STATE: replace(wanted, states=()),
    }[axis]
    found = cache.counts(page.actor, page.case_key, figures.question(page, open_filter), axis)
    return [Bar(stored_value(key), axis.words(key), cases) for key, cases in found]


def chosen_of(wanted: CaseFilter, axis: Axis) -> tuple[str, ...]:
    """The values of an axis that the filter names."""
    return {Axis.CATEGORY: wanted.categories, Axis.CHANNEL: wanted.channels, Axis.STATE: wanted.states}[axis]


def _cut(page: Page, wanted: CaseFilter, axis: Axis) -> None:
    chosen = chosen_of(wanted, axis)
    bars.draw(axis.value, counted(page, wanted, axis), chosen, partial(toggle, axis.value, chosen))


def toggle(key: str, chosen: Sequence[str], value: str) -> None:
    """Add a value to the URL, or take it out where it was. For callbacks."""
    left = [one for one in chosen if one != value]
    urlstate.write(key, left if value in chosen else [*chosen, value])


def _areas(page: Page, view: View, summary: CaseSummary) -> None:
    """The map and the bars of its areas; a click on either goes into the area."""
    layer = area_map.layer_of(page, view)
    if layer is None:
        st.caption(_("{level}一级没有区划").format(level=view.level.label.lower()))
        return
    painted = area_map.painted_figures(page, view, summary)
    found = area_map.areas_of(page, view, layer, painted)
    area_map.draw(page, view, layer, found, painted)
    own = found[found["own"]].sort_values(["cases", "code"], ascending=[False, True])
    shown = [
        Bar(str(code), str(name), int(cases))
        for code, name, cases in zip(own["code"], own["name"], own["cases"], strict=True)
    ]
    here = page.place.code
    bars.draw("area", shown, [here] if here in {bar.value for bar in shown} else [], place.go_to)
    st.caption(
        _("未落到{level} {n} 件").format(
            level=view.level.label.lower(), n=format_number(summary.by_area.elsewhere)
        )
    )
