"""The choropleth of one area: its parts painted by a measure, inside its outline."""

import numpy as np
import pandas as pd

from domain.filters import CaseFilter
from domain.i18n import _, current_language, format_number
from domain.settings import settings
from domain.vocabulary import Subject
from queries import placeholder
from queries.cases import ByArea
from ui import heat_key, map_layers, map_panel, place, theme
from ui.cache import areas_and_cases as cache
from ui.cache.areas_and_cases import CaseSummary
from ui.filter_bar import View
from ui.layer_content import AreaLayer
from ui.layers import publish
from ui.map_panel import BaseMap, MapEvent, MapView
from ui.measures import Measure
from ui.scale import CHANGE_BREAKS, Scale, breaks_for, change_labels, class_labels
from ui.shell import Page

_OVER_TILES = 0.75


def layer_of(page: Page, view: View) -> AreaLayer | None:
    """The polygons that are painted; None where the area has no parts of the level."""
    key = page.key(Subject.AREAS)
    return cache.area_layer(page.actor, key, view.level, page.place.painted_id)


def summary_of(page: Page, view: View) -> CaseSummary:
    """The figures of the place, by area of the level."""
    return cache.case_summary(
        page.actor, page.case_key, view.wanted, view.level, page.place.scope, page.city.as_of
    )


def painted_figures(page: Page, view: View, summary: CaseSummary) -> ByArea:
    """The figures of the areas that are painted: those of the place, or of it and its siblings."""
    if page.place.painted == page.place.area:
        return summary.by_area
    return _siblings(page, view, view.wanted)


def _siblings(page: Page, view: View, wanted: CaseFilter) -> ByArea:
    return cache.siblings(
        page.actor, page.case_key, wanted, view.level, page.place.painted_scope, page.city.as_of_utc
    )


def areas_of(page: Page, view: View, layer: AreaLayer, figures: ByArea) -> pd.DataFrame:
    """One row an area of the layer, in its order.

    code, name, value (NaN: no data), low, high, n (float64), cases (int64), own (bool), `placeholder.COLUMNS`.
    `own` tells that the reader answers for the area or for cases in it; elsewhere the value is missing.
    """
    areas, measure = layer.areas, view.measure
    own = _own(page, areas["area_id"].to_numpy())
    before = _before(page, view)
    values = measure.values(_inside(areas, figures.rows, before.rows if before else None))
    without = measure.values(_inside(areas, figures.off_point, before.off_point if before else None))
    values.loc[~own, ["value", "low", "high"]] = np.nan
    without.loc[~own, "value"] = np.nan
    named = pd.DataFrame({"code": areas["code"], "name": areas["name"], "own": own})
    cases = _counted(areas, figures.rows)["cases"]
    return named.join([values, cases, placeholder.beside(values, without, counted=measure.counts)])


def _counted(areas: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Figures of the areas, in their order; 0 where there are no cases."""
    return rows.set_index("area_id").reindex(areas["area_id"], fill_value=0).reset_index(drop=True)


def _inside(areas: pd.DataFrame, rows: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """What a measure is computed from; cases of the period before are NaN where they are not known."""
    known = np.nan if before is None else _counted(areas, before)["cases"].astype(float)
    return _counted(areas, rows).assign(
        households=areas["households"], area_km2=areas["area_km2"], before=known
    )


def _before(page: Page, view: View) -> ByArea | None:
    """The period before, where a change is asked for and data reach over both; else None."""
    before = view.wanted.period_before()
    if not view.measure.diverges or before is None or page.lacking(view.wanted, before):
        return None
    return _siblings(page, view, before)


def own_of(page: Page, layer: AreaLayer) -> list[int] | None:
    """The places in a layer of the areas whose values the reader may see; None for all."""
    own = _own(page, layer.areas["area_id"].to_numpy())
    return None if own.all() else np.flatnonzero(own).tolist()


def _own(page: Page, area_ids: np.ndarray) -> np.ndarray:
    painted = page.place.painted
    inside = painted is not None and bool(page.own) and page.own[-1] in page.place.path_to(painted)
    if not page.own or inside:
        return np.ones(len(area_ids), dtype=bool)
    return np.isin(area_ids, [area.area_id for area in page.own])


def draw(
    page: Page,
    view: View,
    layer: AreaLayer,
    areas: pd.DataFrame,
    figures: ByArea,
    *,
    beside: pd.DataFrame | None = None,
    key: str = "map",
) -> None:
    """Draw the map; its legend tells how many of the cases in `figures` that the measure counts lie in no area.

    `beside` are the areas of a map that it is compared with: both then have the same classes and move together.
    """
    here = page.place.code
    bounds = layer.bounds_of(here) if here else layer.bounds
    values = _shown(areas)
    elsewhere = view.measure.left_over(figures)
    note = _("另有 {n} 件未落到{level}").format(n=format_number(elsewhere), level=view.level.label.lower())
    own = None if areas["own"].all() else np.flatnonzero(areas["own"]).tolist()
    map_panel.draw(
        BaseMap(page.contents.home or layer.bounds, settings().tile_url, settings().tile_attribution),
        MapView(
            view_key=here or "",
            bounds=bounds,
            areas=publish(layer.content),
            values=values,
            own=own,
            scale=scale_of([*values, *_shown(beside)], view.measure),
            outline=publish(layer.outline),
            layers=map_layers.switchable(page, view.wanted),
            selected=here,
            note=note if elsewhere else "",
            opacity=_OVER_TILES if settings().tile_url else 1.0,
            language=current_language(),
            together=beside is not None,
        ),
        on_event,
        key,
    )


def _shown(areas: pd.DataFrame | None) -> list[float | None]:
    """The values that are painted, None where there is none."""
    if areas is None:
        return []
    return [None if pd.isna(value) else round(float(value), 3) for value in areas["value"]]


def scale_of(values: list[float | None], measure: Measure) -> Scale:
    """Classes for the values shown."""
    known = [value for value in values if value is not None]
    if measure.diverges and known:
        return _scale(measure, CHANGE_BREAKS, theme.DIVERGING, change_labels())
    breaks = breaks_for(known, whole=measure.counts)
    labels = class_labels(breaks, whole=measure.counts)
    if not breaks:
        same = format_number(known[0], measure.decimals) if known else ""
        labels = (_("全部为 {value}").format(value=same),) if known else ()
    return _scale(measure, breaks, theme.sequential(max(1, len(labels))), labels)


def _scale(
    measure: Measure, breaks: tuple[float, ...], colors: tuple[str, ...], labels: tuple[str, ...]
) -> Scale:
    return Scale(
        title=measure.label,
        unit="" if measure.heading == measure.label else measure.unit,
        heading=measure.heading,
        breaks=breaks,
        colors=colors,
        labels=labels,
        decimals=measure.decimals,
        nodata=measure.no_value,
    )


def on_event(event: MapEvent) -> None:
    """What a click does: an area is entered; layers and the heat's bandwidth are remembered in the URL."""
    if event.kind == "area":
        place.go_to(event.code)
    elif event.kind == "layers":
        place.switch_layers(event.code)
    elif event.kind == "bandwidth":
        heat_key.choose_bandwidth(event.code)
