"""A drill-down click at city scale: server time and bytes: `python -m bench.click`.

Builds the city-scale demo once (kept in var/bench-city.duckdb), serves it, and goes city → district → street →
community → grid, ROUNDS times, each time another way, so that no click finds its answer cached.

1. Server time and websocket bytes: a client speaks Streamlit's own protocol, from the rerun request to the
   message that the script has finished, on loopback.
2. In Chromium: everything that arrives for a click, on the websocket and over HTTP (geometry counts when it is
   fetched, not when the browser has it already), and the time until the page has settled and painted.
"""

import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import websockets
from playwright.sync_api import Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support.chromium import ARGUMENTS, chromium_path
from tests.support.server import running_server

ROOT = Path(__file__).resolve().parents[1]
CITY = ROOT / "var" / "bench-city.duckdb"
ROUNDS = 8
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"

FIND_AREA = """index => {
    const areas = window.map.oneGridScene.areas.paths;
    const path = areas[index % areas.length];
    const at = window.map.latLngToContainerPoint(path.ogCenter);
    return [at.x, at.y];
}"""


LEVELS = ("district", "street", "community", "grid")
Sample = tuple[str, float, int, int]
"""Level clicked into, milliseconds, websocket bytes, HTTP bytes."""


def codes_of(db: Path) -> dict[str, list[str]]:
    """Area codes by level."""
    told = {}
    for level in LEVELS:
        command = [sys.executable, "-m", "data", "--db", str(db), "summary", "--by", level, "--json"]
        answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        told[level] = [row["code"] for row in json.loads(answer)["rows"]]
    return told


def socket_to(base_url: str) -> Any:
    """A connection as the browser opens it."""
    return websockets.connect(
        base_url.replace("http", "ws") + "/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        max_size=None,
        origin=websockets.Origin(base_url),
    )


async def talk(base_url: str, codes: dict[str, list[str]]) -> list[Sample]:
    """Reruns the script for one area after the other over the websocket."""
    samples: list[Sample] = []
    async with socket_to(base_url) as socket:
        await rerun(socket, "")
        for number in range(ROUNDS):
            await rerun(socket, "")
            for level in LEVELS:
                code = codes[level][(number * 7 + 5) % len(codes[level])]
                milliseconds, arrived = await rerun(socket, f"area={code}")
                samples.append((level, milliseconds, arrived, 0))
                await asyncio.sleep(0.3)
    return samples


async def rerun(socket: Any, query: str, page: str = "") -> tuple[float, int]:
    """Milliseconds and bytes of one run of the script, for a page by its address."""
    request = BackMsg()
    request.rerun_script.query_string = query
    request.rerun_script.page_name = page
    began, arrived = time.perf_counter(), 0
    await socket.send(request.SerializeToString())
    while True:
        data = await socket.recv()
        arrived += len(data)
        message = ForwardMsg()
        message.ParseFromString(data)
        if message.WhichOneof("type") == "script_finished":
            return (time.perf_counter() - began) * 1000, arrived


@dataclass
class Wire:
    """What went over the wire since the last reset; times in seconds of the browser's clock."""

    first_sent: float | None = None
    last_received: float = 0.0
    socket_bytes: int = 0
    http_bytes: int = 0
    samples: list[Sample] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listens on the browser's own protocol."""
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on("Network.webSocketFrameSent", self._sent)
        client.on("Network.webSocketFrameReceived", self._received)
        client.on("Network.loadingFinished", self._loaded)

    def reset(self) -> None:
        """Begins a new measurement."""
        self.first_sent, self.last_received, self.socket_bytes, self.http_bytes = None, 0.0, 0, 0

    def _sent(self, event: dict[str, Any]) -> None:
        self.first_sent = self.first_sent or event["timestamp"]

    def _received(self, event: dict[str, Any]) -> None:
        if self.first_sent is not None:
            self.last_received = event["timestamp"]
            # binary frames come base64-encoded
            self.socket_bytes += len(event["response"]["payloadData"]) * 3 // 4

    def _loaded(self, event: dict[str, Any]) -> None:
        self.http_bytes += int(event["encodedDataLength"])


def map_frame(page: Page) -> Any:
    """The map's frame, once it has painted."""
    page.wait_for_selector(SETTLED)
    page.wait_for_selector("iframe[title*=folium]")
    frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    frame.wait_for_function("window.map && window.map.oneGridScene && window.map.oneGridScene.painted")
    return frame


def click(page: Page, wire: Wire, level: str, index: int) -> None:
    """Clicks inside an area and keeps what it cost."""
    x, y = map_frame(page).evaluate(FIND_AREA, index)
    box = page.locator("iframe[title*=folium]").bounding_box()
    assert box is not None
    before = page.url
    wire.reset()
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_url(lambda url: url != before)
    map_frame(page)
    page.wait_for_timeout(700)  # whatever still comes belongs to this click
    assert wire.first_sent is not None
    server_ms = (wire.last_received - wire.first_sent) * 1000
    wire.samples.append((level, server_ms, wire.socket_bytes, wire.http_bytes))


def walk(base_url: str) -> Wire:
    """Every round takes another way down, so that no click finds its answer cached."""
    wire = Wire()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        wire.watch(page)
        for number in range(ROUNDS):
            page.goto(base_url)
            map_frame(page)
            page.wait_for_timeout(1000)
            for level in LEVELS:
                click(page, wire, level, number)
        browser.close()
    return wire


def report(title: str, samples: list[Sample]) -> None:
    """One row a level, and all clicks together."""
    print(f"| {title} | clicks | ms, median | max | websocket KB, median | HTTP KB, median |")
    print("|---|---|---|---|---|---|")
    for level in (*LEVELS, "all"):
        rows = [row for row in samples if level in {row[0], "all"}]
        times = [row[1] for row in rows]
        socket, http = [row[2] for row in rows], [row[3] for row in rows]
        print(
            f"| {level} | {len(rows)} | {statistics.median(times):.0f} | {max(times):.0f} "
            f"| {statistics.median(socket) / 1024:.1f} | {statistics.median(http) / 1024:.1f} |"
        )


def build_city() -> None:
    """Builds the city-scale demo where there is none."""
    if not CITY.exists():
        CITY.parent.mkdir(exist_ok=True)
        began = time.perf_counter()
        command = [sys.executable, "-m", "data", "--db", str(CITY), "demo", "--scale", "city", "--json"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        seconds, megabytes = time.perf_counter() - began, CITY.stat().st_size / 1e6
        print(f"city-scale demo built in {seconds:.0f} s, {megabytes:.0f} MB")


def main() -> None:
    """Builds, serves, walks, prints."""
    build_city()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copy(CITY, Path(scratch) / "city.duckdb"))
        codes = codes_of(copy)
        with running_server(copy, version_poll_seconds=3600) as server:
            report("server", asyncio.run(talk(server.base_url, codes)))
            report("Chromium", walk(server.base_url).samples)
            peak_mb = psutil.Process(server.pid).memory_info().rss / 1e6
            print(f"server memory after the walk: {peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
