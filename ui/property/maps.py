"""Maps of compounds: the areas of the place as the ground, and one layer of compounds over them."""

from dataclasses import dataclass

from domain.i18n import _, current_language, format_number
from domain.settings import settings
from domain.vocabulary import Subject
from ui import area_map, map_panel, theme
from ui.cache import areas_and_cases
from ui.layer_content import PlainLayer
from ui.layers import publish
from ui.map_panel import BaseMap, LegendEntry, MapEvent, MapView, SwitchLayer
from ui.scale import Scale
from ui.shell import Page

_GROUND_OPACITY = 0.5
_NO_SCALE = Scale("", "", "", (), (theme.LINE,), (), 0, "")


@dataclass(frozen=True)
class Shown:
    """A layer of compounds: what it is called, its classes and details in their order."""

    name: str
    layer: PlainLayer
    classes: tuple[LegendEntry, ...]
    fields: tuple[str, ...]
    kind: str = "points"
    radius: int = 6


def draw(page: Page, shown: Shown, key: str) -> None:
    """Draw the map; a click goes into an area. Nothing where the place has no areas."""
    level = page.place.level(None)
    ground = areas_and_cases.area_layer(page.actor, page.key(Subject.AREAS), level, page.place.painted_id)
    if ground is None:
        return
    here = page.place.code
    map_panel.draw(
        BaseMap(page.contents.home or ground.bounds, settings().tile_url, settings().tile_attribution),
        MapView(
            view_key=f"{key} {here or ''}",
            bounds=ground.bounds_of(here) if here else ground.bounds,
            areas=publish(ground.content),
            values=[None] * len(ground.areas),
            scale=_NO_SCALE,
            outline=publish(ground.outline),
            layers=[_layer(shown)],
            selected=here,
            opacity=_GROUND_OPACITY,
            language=current_language(),
            plain=True,
        ),
        _on_event,
        key=f"map_{key}",
    )


def _on_event(event: MapEvent) -> None:
    if event.kind == "area":
        area_map.on_event(event)


def _layer(shown: Shown) -> SwitchLayer:
    return SwitchLayer(
        id="rated",
        name=shown.name,
        kind=shown.kind,
        on=True,
        source=publish(shown.layer.content),
        classes=shown.classes,
        radius=shown.radius,
        covers=True,
        shown=_("共 {n} 个小区").format(n=format_number(shown.layer.shown)),
        fields=shown.fields,
    )
