"""The operator's own base map: drawn where it is set, from its host and no other; absent otherwise."""

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.reader import reading
from tests.support.server import RunningServer

pytestmark = pytest.mark.browser

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class Tiles(BaseHTTPRequestHandler):
    """One pixel for every tile."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.end_headers()
        self.wfile.write(PIXEL)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def tile_host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_tiles_are_drawn_from_the_operators_host_only(
    city_db: Path,
    tile_host: str,
    browser: Browser,
    serve: Callable[..., AbstractContextManager[RunningServer]],
) -> None:
    tile_url = f"{tile_host}/t/{{z}}/{{x}}/{{y}}.png"
    with (
        serve(city_db, tile_url=tile_url, tile_attribution="<b>测试</b> ${1}") as server,
        reading(browser) as reader,
    ):
        reader.open(server.base_url)
        reader.map.wait_for_function("document.querySelectorAll('img.leaflet-tile-loaded').length > 3")
        tiles = [url for url in reader.requests if not url.startswith(server.base_url)]
        assert all(url.startswith(f"{tile_host}/t/") for url in tiles if url.startswith("http"))
        assert reader.frame.locator(".leaflet-control-attribution").inner_text().endswith("<b>测试</b> ${1}")
        other = tile_host.replace("127.0.0.1", "localhost")  # the same machine, but not the host that was set
        blocked = reader.map.evaluate(
            """url => new Promise((resolve) => {
                const image = new Image();
                image.onload = () => resolve(false);
                image.onerror = () => resolve(true);
                image.src = url;
            })""",
            f"{other}/t/0/0/0.png",
        )
        assert blocked
        reader.complaints.clear()  # the browser tells of the image that the policy blocked
        reader.requests[:] = [url for url in reader.requests if not url.startswith(other)]


def test_without_a_tile_url_there_is_no_base_map(
    city_db: Path, browser: Browser, serve: Callable[..., AbstractContextManager[RunningServer]]
) -> None:
    with serve(city_db) as server, reading(browser) as reader:
        reader.open(server.base_url)
        assert reader.map.evaluate("document.querySelectorAll('.leaflet-tile').length") == 0
        assert [
            url for url in reader.requests if not url.startswith((server.base_url, "data:", "blob:"))
        ] == []
