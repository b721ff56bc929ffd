"""folium asks only this server, and the screen's map is the same script on every run."""

from typing import Any

import folium
import folium.plugins
import pytest
import streamlit_folium

from ui import folium_offline
from ui.folium_offline import ForeignLink, Links, guarded
from ui.layers import Source
from ui.map_panel import BaseMap, MapEvent, MapView, OneGridLayer, _event, _folium_map
from ui.scale import Scale

HOME = (123.0, 41.0, 124.0, 42.0)
SCALE = Scale("案件数", "件", "案件数（件）", (10.0,), ("#E4EDF8", "#153C7A"), ("< 10", "≥ 10"), 0, "无数据")


@pytest.fixture(autouse=True)
def offline() -> None:
    folium_offline.apply(Links("abc"), OneGridLayer)


def view(**changes: Any) -> MapView:
    given = {"view_key": "1", "bounds": HOME, "areas": Source("d", "../../geo/d.json"), "values": [1.0, None]}
    return MapView(**{**given, "scale": SCALE, **changes})


def sent_links(element: folium.map.Layer | None) -> tuple[list[str], list[str]]:
    """What st_folium hands to its component for our base map and one more element."""
    seen: dict[str, Any] = {}
    original = streamlit_folium._component_func

    def spy(**arguments: Any) -> dict[str, Any]:
        seen.update(arguments)
        return {}

    streamlit_folium._component_func = guarded(spy)
    try:
        group = folium.FeatureGroup()
        if element is not None:
            element.add_to(group)
        streamlit_folium.st_folium(_folium_map(BaseMap(HOME)), feature_group_to_add=group)
    finally:
        streamlit_folium._component_func = original
    return seen["js_links"], seen["css_links"]


def test_the_map_asks_for_vendored_files_only() -> None:
    scripts, styles = sent_links(OneGridLayer(view()))
    base = "../../assets/"
    assert all(link.startswith(base) for link in scripts + styles)
    assert [link.rpartition("/")[2] for link in scripts] == [
        "leaflet.js",
        "leaflet.markercluster.js",
        "heat.js",
        "map.js",
    ]
    assert [link.rpartition("/")[2] for link in styles] == ["leaflet.css", "MarkerCluster.css", "map.css"]


def test_a_plugin_that_is_not_vendored_is_refused() -> None:
    with pytest.raises(ForeignLink, match="://"):
        sent_links(folium.plugins.HeatMap([[41.5, 123.5]]))


@pytest.mark.parametrize("link", ["https://cdn.example/x.js", "//cdn.example/x.js"])
def test_the_guard_refuses_absolute_links(link: str) -> None:
    with pytest.raises(ForeignLink, match=r"cdn\.example"):
        guarded(lambda **_arguments: None)(js_links=[link], css_links=[])


def test_the_base_maps_script_is_the_same_on_every_run() -> None:
    """Another script is another component to streamlit-folium: the map would be built anew and flicker."""
    first, second = (
        streamlit_folium.generate_js_hash(streamlit_folium._get_map_string(_rendered()), "k") for _ in "12"
    )
    assert first == second


def _rendered() -> folium.Map:
    chart = _folium_map(BaseMap(HOME))
    chart.get_root().render()
    return chart


def test_a_name_that_looks_like_script_stays_inside_its_string() -> None:
    payload = OneGridLayer(view(note="`${alert(1)}</script>")).payload
    assert "${" not in payload
    assert "</script>" not in payload


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, None),  # the map has not answered yet
        ({"last_active_drawing": None}, None),  # nothing clicked
        (
            {"last_active_drawing": {"properties": {"kind": "area", "code": "4701", "nonce": "1"}}},
            MapEvent("area", "4701"),
        ),
        ({"last_active_drawing": {"properties": {"kind": "area"}}}, None),  # no code
        ({"last_active_drawing": {"properties": {"kind": "area", "code": 5}}}, None),  # not a text
        ({"last_active_drawing": "x"}, None),  # not even a drawing
    ],
)
def test_events(answer: object, expected: MapEvent | None) -> None:
    assert _event(answer) == expected
