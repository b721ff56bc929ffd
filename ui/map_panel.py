"""The map: folium through streamlit-folium, painted from values, never from geometry.

The base map's script is the same on every rerun, so the browser keeps its map; everything that changes is
the payload of one `OneGridLayer` in a feature group. Geometry is fetched by the browser from
content-addressed URLs (`ui.layers`). Coordinates are EPSG:4326.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import folium
import streamlit as st
from folium.template import Template
from streamlit_folium import st_folium

from domain.i18n import _
from ui import folium_offline, vendored
from ui.encode import html_text, script_literal
from ui.heat_key import HeatKey
from ui.layers import Source
from ui.scale import Scale

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""

_MAX_ZOOM = 18
_FRAME_HEIGHT_PX = 640  # until the style sheet lets the frame fill the window


@dataclass(frozen=True)
class LegendEntry:
    """One kind of thing in a switchable layer; `edge` is the colour of a ring around a point, if it has one.

    The legend leaves out what is `quiet`: the map shows none of it.
    """

    label: str
    color: str
    edge: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class SwitchLayer:
    """A layer the reader may switch on, top right.

    `kind` is lines | shapes | points | heat; `source` may be missing while the layer is off. Points are
    `{"lon": [], "lat": [], "name": [], "cls": [], "details": [[], …]}`, lines and shapes GeoJSON with the
    properties kind, rank (lines) or name, cls, details (shapes); heat is what `ui.heat` makes, and `heat` its
    legend and controls. `fields` name the details in their order; a value that `terms` holds is shown as its
    label. `shown` tells how many are shown of how many. Shapes tint the areas below them; where `covers` they hide
    them, so that their own colours can be read.
    """

    id: str
    name: str
    kind: str
    on: bool
    source: Source | None = None
    classes: tuple[LegendEntry, ...] = ()
    cluster: bool = False
    radius: int = 5
    shown: str = ""
    fields: tuple[str, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    heat: HeatKey | None = None
    covers: bool = False

    def as_json(self) -> dict[str, Any]:
        """The form that the map's script reads."""
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "on": self.on,
            "cluster": self.cluster,
            "radius": self.radius,
            "covers": self.covers,
            "shown": self.shown,
            "fields": list(self.fields),
            "terms": dict(self.terms),
            "classes": [asdict(item) for item in self.classes],
            "heat": self.heat.as_json() if self.heat else None,
            **(self.source.as_json() if self.source else {"digest": None, "url": None}),
        }


@dataclass(frozen=True)
class MapView:
    """Everything one run paints.

    `values` has one entry a feature of `areas`, in the file's order; None is "no data". `own` are the places
    in that order of the areas whose values the reader may see, None for all. The view moves to `bounds` when
    `view_key` changes and is left to the reader otherwise. Maps of a page that are `together` follow each other.
    On a `plain` map the areas are the ground under its layers: without values, and nothing is missing. While `picking`
    a click answers with the spot instead of the area.
    """

    view_key: str
    bounds: Bounds
    areas: Source
    values: Sequence[float | None]
    scale: Scale
    outline: Source | None = None
    layers: Sequence[SwitchLayer] = ()
    selected: str | None = None
    own: Sequence[int] | None = None
    language: str = "zh"
    note: str = ""
    opacity: float = 1.0
    together: bool = False
    plain: bool = False
    picking: bool = False

    def as_json(self) -> dict[str, Any]:
        """The payload of the map's script."""
        west, south, east, north = self.bounds
        return {
            "view": {"key": self.view_key, "bounds": [[south, west], [north, east]]},
            "areas": {
                **self.areas.as_json(),
                "values": list(self.values),
                "own": None if self.own is None else list(self.own),
            },
            "scale": self.scale.as_json(),
            "outline": self.outline.as_json() if self.outline else None,
            "layers": [layer.as_json() for layer in self.layers],
            "selected": self.selected,
            "opacity": self.opacity,
            "together": self.together,
            "plain": self.plain,
            "picking": self.picking,
            "language": self.language,
            "text": {
                "note": self.note,
                "map": _("地图：点击放一个站点；旁边可用键盘输入坐标完成同样的操作")
                if self.picking
                else _("地图：点击区划进入下一级；旁边的列表可用键盘完成同样的操作"),
                "legend": _("图例"),
                "layers": _("图层"),
                "zoomIn": _("放大"),
                "zoomOut": _("缩小"),
                "foreign": _("不在您的范围内"),
                "failed": _("部分图层没有加载成功，请刷新页面。"),
            },
        }


@dataclass(frozen=True)
class BaseMap:
    """What is the same on every rerun: where the map starts, and the operator's tiles if there are any."""

    home: Bounds
    tile_url: str = ""
    tile_attribution: str = ""


@dataclass(frozen=True)
class MapEvent:
    """What the reader did on the map.

    `kind` is area | layers | bandwidth | spot, `code` the area, the layers that are on, the heat layer's bandwidth, or
    longitude and latitude with a comma between them.
    """

    kind: str
    code: str


class OneGridLayer(folium.elements.JSCSSMixin, folium.map.Layer):  # type: ignore[misc]
    """Hands a payload to the map's own script (ui/assets/onegrid/map.js)."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.oneGrid({{ this.payload }});
        {{ this.get_name() }}.addTo({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self, view: MapView) -> None:
        super().__init__(name="onegrid", overlay=True, control=False)
        self._name = "OneGridLayer"
        self.payload = script_literal(view.as_json())


def draw(base: BaseMap, view: MapView, on_event: Callable[[MapEvent], None], key: str = "map") -> None:
    """Draw a map; `on_event` is called before the next run, once for each new event. `key` names it on its page."""
    folium_offline.apply(_links(), OneGridLayer)
    group = folium.FeatureGroup(name="onegrid", control=False)
    OneGridLayer(view).add_to(group)

    def deliver() -> None:
        event = _event(st.session_state.get(f"onegrid_{key}"))
        if event is not None:
            on_event(event)

    with st.container(key=key):
        st_folium(
            _folium_map(base),
            key=f"onegrid_{key}",
            height=_FRAME_HEIGHT_PX,
            use_container_width=True,
            returned_objects=["last_active_drawing"],
            feature_group_to_add=group,
            on_change=deliver,
        )


@cache
def _links() -> folium_offline.Links:
    return folium_offline.Links(vendored.assets_digest())


def _folium_map(base: BaseMap) -> folium.Map:
    """A fresh map each run (streamlit-folium changes it), with a script that is always the same."""
    west, south, east, north = base.home
    chart = folium.Map(
        location=[round((south + north) / 2, 3), round((west + east) / 2, 3)],
        zoom_start=10,
        tiles=None,
        prefer_canvas=True,
        zoom_control="topleft",
        font_size="13px",
        attribution_control=bool(base.tile_url),
        # Tiles exist at whole levels only; without them the view may fit an area closely.
        zoom_snap=1 if base.tile_url else 0.1,
        zoom_delta=1 if base.tile_url else 0.5,
    )
    # Without a tile layer Leaflet knows no largest zoom, and clusters need one.
    chart.options["max_zoom"] = _MAX_ZOOM
    if base.tile_url:
        folium.TileLayer(
            tiles=base.tile_url,
            attr=html_text(base.tile_attribution),
            control=False,
            max_zoom=_MAX_ZOOM,
        ).add_to(chart)
    return chart


def _event(value: Any) -> MapEvent | None:
    """The event in the component's answer; whatever is not shaped like one is none."""
    drawing = value.get("last_active_drawing") if isinstance(value, dict) else None
    properties = drawing.get("properties") if isinstance(drawing, dict) else None
    if not isinstance(properties, dict):
        return None
    kind, code = properties.get("kind"), properties.get("code")
    if not isinstance(kind, str) or not isinstance(code, str):
        return None
    return MapEvent(kind, code)
