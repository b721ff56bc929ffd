"""The maps of 警地融合: areas of a level, painted or plain, with the service points over them."""

from collections.abc import Callable, Sequence
from functools import partial

from domain.i18n import current_language
from domain.settings import settings
from domain.vocabulary import Level, PointKind, Subject
from ui import area_map, map_layers, map_panel, place, theme
from ui.cache import areas_and_cases as cache
from ui.layer_content import AreaLayer
from ui.layers import publish
from ui.map_panel import BaseMap, MapEvent, MapView, SwitchLayer
from ui.scale import Scale
from ui.shell import Page

_OVER_TILES = 0.75
_PLAIN = Scale("", "", "", (), (theme.LINE,), (), 0, "")
LINES_ON, POINTS_ON = ("lines",), ("lines", "points")
"""What is switched on where the URL says nothing of layers."""

POLICE = map_layers.POLICE
"""The kinds of points whose reach and load are asked for unless the reader chooses others."""


def layer_of(page: Page, level: Level) -> AreaLayer | None:
    """The areas of a level inside the place; None where it has none."""
    return cache.area_layer(page.actor, page.key(Subject.AREAS), level, page.place.painted_id)


def layers(page: Page, default: tuple[str, ...], kinds: Sequence[str]) -> list[SwitchLayer]:
    """Roads and rivers, and the service points of some kinds (none named: all)."""
    return map_layers.of_points(page, default, tuple(kinds))


def plain(page: Page, layer: AreaLayer, over: Sequence[SwitchLayer]) -> None:
    """Draw the areas as the ground under layers."""
    painted(page, layer, [None] * len(layer.areas), _PLAIN, over)


def painted(
    page: Page,
    layer: AreaLayer,
    values: Sequence[float | None],
    scale: Scale,
    over: Sequence[SwitchLayer],
    *,
    pick: Callable[[str], None] | None = None,
    key: str = "map",
    together: bool = False,
) -> None:
    """Draw the areas painted with values, one an area in the layer's order.

    A click goes into an area, or tells `pick` its spot ("longitude,latitude"). `key` and `together` are those of
    `map_panel`.
    """
    here = page.place.code
    own = area_map.own_of(page, layer)
    map_panel.draw(
        BaseMap(page.contents.home or layer.bounds, settings().tile_url, settings().tile_attribution),
        MapView(
            view_key=here or "",
            bounds=layer.bounds_of(here) if here else layer.bounds,
            areas=publish(layer.content),
            values=values,
            own=own,
            scale=scale,
            outline=publish(layer.outline),
            layers=over,
            selected=here,
            opacity=_OVER_TILES if settings().tile_url else 1.0,
            language=current_language(),
            plain=scale is _PLAIN,
            picking=pick is not None,
            together=together,
        ),
        partial(_on_event, pick),
        key,
    )


def _on_event(pick: Callable[[str], None] | None, event: MapEvent) -> None:
    if event.kind == "spot":
        if pick is not None:
            pick(event.code)
    else:
        area_map.on_event(event)


def uncovered(page: Page, kinds: tuple[PointKind, ...], default: tuple[str, ...]) -> SwitchLayer:
    """The places beyond a 15-minute walk of the points of some kinds."""
    return map_layers.uncovered(page, kinds, place.layers_on(default))
