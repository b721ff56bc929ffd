"""Makes folium work without the internet: every script and style comes from this server.

folium names public servers for Leaflet and its plugins, and one link that does not load means no map at
all. `apply` points the parts that are used to the vendored files, once per process. Whatever is not
vendored keeps its foreign address, and the guard around the component refuses to send it: forgetting a file
is an error in development, never a request from somebody's closed network.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

import folium
import folium.plugins
import streamlit_folium

_FOREIGN = "://"
_LEAFLET = "vendor/leaflet-1.9.4"
_CLUSTER = "vendor/leaflet.markercluster-1.5.3"


class ForeignLink(RuntimeError):
    """A map asked the browser for something that this server does not serve."""


def _local(base: str, *files: str) -> list[tuple[str, str]]:
    return [(Path(name).stem, f"{base}/{name}") for name in files]


class Links:
    """The links of the parts in use, for one version of the assets.

    `digest` names the content of `ui/assets`. Links are relative to the component's own address
    (`<base>/component/streamlit_folium.st_folium/index.html`), so they hold under any base path.
    """

    def __init__(self, digest: str) -> None:
        self.base = f"../../assets/{digest}"
        self.map_js = _local(self.base, f"{_LEAFLET}/leaflet.js")
        self.map_css = _local(self.base, f"{_LEAFLET}/leaflet.css")
        own = ("onegrid/heat.js", "onegrid/map.js")
        self.layer_js = _local(self.base, f"{_CLUSTER}/leaflet.markercluster.js", *own)
        self.layer_css = _local(self.base, f"{_CLUSTER}/MarkerCluster.css", "onegrid/map.css")


_applied: list[str] = []


def apply(links: Links, layer_class: type[folium.map.Layer]) -> None:
    """Use local files only; the first call in a process counts, later ones change nothing.

    `layer_class` is the map layer that carries the links of our own script.
    """
    if _applied:
        return
    _applied.append(links.base)
    # Map also names jQuery, Bootstrap and icon fonts: only markers with folium icons use them.
    folium.Map.default_js = links.map_js
    folium.Map.default_css = links.map_css
    layer_class.default_js = links.layer_js
    layer_class.default_css = links.layer_css
    streamlit_folium._component_func = guarded(streamlit_folium._component_func)  # noqa: SLF001


def guarded(component: Callable[..., Any]) -> Callable[..., Any]:
    """The component, refusing to send a link that leaves this server.

    Raises ForeignLink with the links.
    """

    @wraps(component)
    def checked(*args: Any, **kwargs: Any) -> Any:
        foreign = _foreign(kwargs.get("js_links", ())) + _foreign(kwargs.get("css_links", ()))
        if foreign:
            raise ForeignLink(
                f"The map asks for {', '.join(foreign)}. Vendor the file under ui/assets and name it in "
                "ui/folium_offline.py."
            )
        return component(*args, **kwargs)

    return checked


def _foreign(links: Iterable[str]) -> list[str]:
    return [link for link in links if _FOREIGN in link or link.startswith("//")]
