"""The map of a community's grids, painted by cases; a click narrows the screen to a grid."""

import streamlit as st

from domain.filters import CaseFilter
from domain.i18n import _, format_number
from queries.cases import ByArea
from ui import area_map, messages
from ui.cache.areas_and_cases import CaseSummary
from ui.community.block import block
from ui.community.subject import Subject
from ui.filter_bar import View
from ui.measures import Measure

_IMPORT_GRIDS = "python -m data import areas FILE --level grid --name NAME_FIELD --code CODE_FIELD"


def view_of(about: Subject, wanted: CaseFilter) -> View:
    """What the map shows: cases, by the level below the place; the finest areas among their siblings."""
    return View(wanted, Measure.REPORTED, about.page.place.level(None))


def draw(about: Subject, view: View, summary: CaseSummary) -> None:
    """The map, or how to get the boundaries it needs."""
    level = view.level.label
    title = _("{level}地图：案件数").format(level=level)
    with block("map", title):
        layer = area_map.layer_of(about.page, view)
        if layer is None:
            messages.empty(
                _("{area}还没有{level}边界").format(area=about.area.level.label, level=level.lower()),
                what_next=_("导入后案件会重新落区，这里自动更新："),
            )
            st.code(_IMPORT_GRIDS, language=None, wrap_lines=True)
            return
        painted = area_map.painted_figures(about.page, view, summary)
        areas = area_map.areas_of(about.page, view, layer, painted)
        st.caption(_caption(about, view, painted, len(areas)))
        area_map.draw(about.page, view, layer, areas, painted)


def _caption(about: Subject, view: View, painted: ByArea, count: int) -> str:
    """How many areas, what a click does, and what is on none of them."""
    level = view.level.label.lower()
    if not _has_parts(about):
        return _("没有更细的区划：与其他{level}一起显示，点一个就看那一个。").format(level=level)
    told = [_("共 {n} 个{level}，点一个只看它").format(n=format_number(count), level=level)]
    if painted.elsewhere:
        told.append(
            _("{n} 件落在{area}内、但不在任何{level}里").format(
                n=format_number(painted.elsewhere),
                area=about.community.level.label.lower(),
                level=level,
            )
        )
    return " · ".join(told)


def _has_parts(about: Subject) -> bool:
    return about.is_narrowed or bool(about.page.place.finer)
