"""Somebody at a browser: one window on the product, and what the tests want to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Frame,
    FrameLocator,
    Locator,
    Page,
    Request,
    ViewportSize,
    WebSocket,
)
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

NOT_OURS = (
    "Unrecognized feature:",  # Streamlit names browser features that this Chromium does not know
    "allow-scripts and allow-same-origin",  # how Streamlit embeds every component
    "unregistered ComponentInstance",  # a map says how high it is while the page that held it is leaving
    "Infinite extent for field",  # Vega, before the sparkline's data arrive
)

FIND_FEATURE = """id => {
    const size = window.map.getSize(), found = [];
    const margin = 60; // free of the controls at the rim
    const visit = (layer) => {
        if (layer.eachLayer && !layer.getLatLngs) layer.eachLayer(visit);
        else if (layer._map) found.push(layer);
    };
    visit(window.map.oneGridScene.overlays.get(id).group);
    for (const layer of found.filter((item) => item instanceof L.Path)) {
        const at = window.map.latLngToContainerPoint(layer.getLatLng ? layer.getLatLng() : layer.getCenter());
        const free = document.elementFromPoint(at.x, at.y);
        const inside = at.x > 240 && at.x < size.x - 160 && at.y > margin && at.y < size.y - margin;
        if (inside && free?.tagName === "CANVAS") return [at.x, at.y];
    }
    throw new Error(`nothing of ${id} is in view`);
}"""


PARTS_DRAWN = """() => {
    // the parts of Streamlit come when they are needed; until then a skeleton, or nothing, stands in their places
    const drawn = {
        stDataFrame: "canvas", stVegaLiteChart: "svg, canvas", stPlotlyChart: "svg", stMetricChart: "svg",
        stEChartsChart: "svg, canvas",
    };
    return !document.querySelector("[data-testid=stSkeleton]") && Object.entries(drawn).every(([part, inside]) =>
        [...document.querySelectorAll(`[data-testid=${part}]`)].every((one) =>
            one.querySelector(inside) || !one.checkVisibility()));
}"""

GO = """url => {
    history.pushState(null, "", url);
    dispatchEvent(new PopStateEvent("popstate"));
}"""

AT_LEISURE = "() => new Promise((done) => requestIdleCallback(() => requestIdleCallback(() => done())))"

_SHORT_BYTES = 1000


def ends_a_run(frame: bytes | str) -> bool:
    """Whether the server says that the whole script has run."""
    if isinstance(frame, str) or len(frame) > _SHORT_BYTES:
        return False
    told = ForwardMsg.FromString(frame)
    whole = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
    return told.WhichOneof("type") == "script_finished" and told.script_finished == whole


@dataclass
class Reader:
    """One window; what it, and every window it opened, asked for, and what their consoles said."""

    page: Page
    requests: list[str] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    socket: WebSocket | None = None
    """The way to the server of the product in the window; None where nothing, or nothing unspoilt, stands there."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(60_000)
        everywhere = self.page.context  # also in the windows that this one opens, for a download say
        everywhere.on("request", self._requested)
        everywhere.on("console", self._told)
        everywhere.on("weberror", lambda thrown: self.complaints.append(str(thrown.error)))
        everywhere.on("dialog", self._asked)
        self.page.on("websocket", self._connected)

    def _connected(self, socket: WebSocket) -> None:
        self.socket = socket
        socket.on("framereceived", lambda frame: self.bodies.append(len(frame)))

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)

    def _asked(self, dialog: Dialog) -> None:
        # the product asks nothing in a window of the browser's own: some script does
        self.complaints.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    def _told(self, message: ConsoleMessage) -> None:
        # on a screen's own address Streamlit looks for itself below it first, and does not find itself there
        looking = message.location.get("url", "").count("/_stcore/") and "404" in message.text
        ours = not looking and not any(part in message.text for part in NOT_OURS)
        if message.type in {"error", "warning"} and ours:
            self.complaints.append(message.text)

    def forget(self) -> None:
        """Begin anew to listen: what was asked for and said until now belongs to somebody else."""
        for heard in (self.requests, self.bodies, self.complaints):
            heard.clear()

    def visit(self, url: str) -> None:
        """Open an address, without loading the product again where it stands in the window already."""
        if self.socket is None:
            self.page.goto(url)
        else:
            self.go(url)
        self.rest()

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.settle()

    def go(self, url: str) -> None:
        """Open another address of the product in its open page, as the browser's history does.

        The whole script runs and draws the other view; spared is only what an address that is opened anew costs beside
        that, several times as much: all of Streamlit is loaded, and a session begins. So it is for views whose state
        is in the address, and for tests of the view, not of its beginning.
        """
        assert self.socket is not None, "the product is not open"
        with self.socket.expect_event("framereceived", ends_a_run):
            self.page.evaluate(GO, url)
        self.page.evaluate(AT_LEISURE)  # what was told last has been drawn
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")

    def settle(self) -> None:
        """Wait until the script has run and the map has painted."""
        self.rest()
        self.map.wait_for_function("window.map && window.map.oneGridScene && window.map.oneGridScene.painted")

    def rest(self) -> None:
        """Wait until the script has run, on a page without a map."""
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        self.page.wait_for_selector("h1")

    def drawn(self) -> None:
        """Wait until all of a page stands, with a map or without one."""
        self.rest()
        self.page.wait_for_function(PARTS_DRAWN)
        if self.page.locator("iframe[title*=folium]").count():
            self.settle()

    @property
    def map(self) -> Frame:
        """The map's frame."""
        self.page.wait_for_selector("iframe[title*=folium]")
        return next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)

    @property
    def crumbs(self) -> list[str]:
        """The steps of the path on top, from the city down."""
        header = self.page.locator(".st-key-crumbs").inner_text()
        return [part.strip() for part in header.replace("›", "\n").splitlines() if part.strip()]

    @property
    def count(self) -> int:
        """The headline: how many cases."""
        return int(self.page.get_by_test_id("stMetricValue").first.inner_text().replace(",", ""))

    @property
    def frame(self) -> FrameLocator:
        """The map, to look for things in it."""
        return self.page.frame_locator("iframe[title*=folium]")

    def widget(self, name: str) -> Locator:
        """The widget of a URL parameter; its key goes on with the language of its labels."""
        return self.page.locator(f"[class*=st-key-{name}_]")

    def choose(self, name: str, option: str) -> None:
        """Choose an option of a widget by its label."""
        before = self.page.url
        self.widget(name).get_by_role("combobox").click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.page.wait_for_url(lambda url: url != before)
        self.page.keyboard.press("Escape")
        self.settle()

    def speak(self, language: str) -> None:
        """Switch the language by its own name."""
        before = self.page.url
        self.page.locator(".st-key-lang").get_by_role("radio", name=language).click()
        self.page.wait_for_url(lambda url: url != before)
        self.settle()

    def switch_on(self, name: str) -> None:
        """Switch a layer of the map on."""
        before = self.page.url
        self.frame.locator(".leaflet-control-layers label", has_text=name).locator("input").check()
        self.page.wait_for_url(lambda url: url != before)
        self.settle()

    def click_feature(self, layer: str) -> None:
        """Click the first single thing of a switched-on layer that is in view."""
        x, y = self.map.evaluate(FIND_FEATURE, layer)
        frame = self.page.locator("iframe[title*=folium]").bounding_box()
        assert frame is not None
        self.page.mouse.click(frame["x"] + x, frame["y"] + y)

    @property
    def parameters(self) -> dict[str, list[str]]:
        """All that the URL tells of the state."""
        return parse_qs(urlsplit(self.page.url).query)

    def parameter(self, name: str) -> list[str]:
        return self.parameters.get(name, [])

    def click_area(self, index: int = 0) -> str:
        """Click inside the painted area with this place in the layer; answers its name."""
        name, x, y = self.map.evaluate(
            """index => {
                const scene = window.map.oneGridScene;
                const path = scene.areas.paths[index];
                const at = window.map.latLngToContainerPoint(path.ogCenter);
                return [path.feature.properties.name, at.x, at.y];
            }""",
            index,
        )
        frame = self.page.locator("iframe[title*=folium]").bounding_box()
        assert frame is not None
        before = self.page.url
        self.page.mouse.click(frame["x"] + x, frame["y"] + y)
        self.page.wait_for_url(lambda url: url != before)
        self.settle()
        return str(name)


def new_context(browser: Browser, *, bypass_csp: bool = False) -> BrowserContext:
    """A browser of its own, without cookies and without anything fetched before.

    With `bypass_csp` a test may put scripts of its own into the page, which the page's policy refuses.
    """
    return browser.new_context(viewport=DESK, locale="zh-CN", bypass_csp=bypass_csp)


def assert_quiet(reader: Reader) -> None:
    """The window asked this machine only, and its console had nothing to complain about."""
    outside = [url for url in reader.requests if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))]
    assert outside == [], outside
    assert reader.complaints == [], reader.complaints


@contextmanager
def reading(browser: Browser) -> Iterator[Reader]:
    """A window of its own that must ask this machine only, and whose console must have nothing to complain about."""
    context = new_context(browser)
    reader = Reader(context.new_page())
    try:
        yield reader
    finally:
        context.close()
    assert_quiet(reader)
