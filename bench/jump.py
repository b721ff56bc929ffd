"""A search in the jump box at city scale: `python -m bench.jump`.

Serves a copy of the city-scale demo (kept in var/bench-city.duckdb) and types into the box over Streamlit's own
protocol: from the text that is sent to the message that the fragment has finished. The first search builds the
indexes of all names. Every text is new, so no cases are found cached.
"""

import asyncio
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.click import CITY, build_city, socket_to
from tests.support.server import running_server

FIRST = "望江"
TYPED = {
    "characters": ("望台", "柳泉路", "花园", "第一网格", "红帆驿站"),
    "pinyin": ("wangtai", "liuquanlu", "huayuan", "diyiwangge", "jingwushi"),
    "initials": ("wtsq", "ltjd", "yzs", "qhq", "wtsqdywg"),
    "codes": ("470102003", "4701", "470102001001", "470103002001001", "470102001001C001"),
    "case numbers": ("RX2026", "rx20260101", "CG-2025", "WG20260930033720", "RX20240716026562"),
    "nothing": ("qqqq", "zzz", "龘龘", "no such place", "x" * 100),
}


async def runs(socket: Any, request: BackMsg) -> list[Delta]:
    """What a run draws, once it has finished."""
    await socket.send(request.SerializeToString())
    drawn = []
    while True:
        message = ForwardMsg()
        message.ParseFromString(await socket.recv())
        kind = message.WhichOneof("type")
        if kind == "delta":
            drawn.append(message.delta)
        if kind == "script_finished":
            return drawn


def box_in(drawn: list[Delta]) -> tuple[str, str]:
    """The ids of the box's widget and of its fragment."""
    [box] = [delta for delta in drawn if delta.new_element.text_input.id.endswith("jump_text")]
    return box.new_element.text_input.id, box.fragment_id


async def search_ms(socket: Any, widget: str, fragment: str, typed: str) -> float:
    """Milliseconds of one search."""
    request = BackMsg()
    request.rerun_script.fragment_id = fragment
    request.rerun_script.widget_states.widgets.add(id=widget, string_value=typed)
    began = time.perf_counter()
    await runs(socket, request)
    return (time.perf_counter() - began) * 1000


async def talk(base_url: str) -> None:
    """One line a way of typing."""
    async with socket_to(base_url) as socket:
        request = BackMsg()
        request.rerun_script.query_string = ""
        widget, fragment = box_in(await runs(socket, request))
        first = await search_ms(socket, widget, fragment, FIRST)
        print(f"| the first search, with both indexes | 1 | {first:.0f} | {first:.0f} |")
        everything: list[float] = []
        for way, texts in TYPED.items():
            times = []
            for typed in texts:
                times.append(await search_ms(socket, widget, fragment, typed))
                await asyncio.sleep(0.2)
            everything += times
            print(line(way, times))
        print(line("all after the first", everything))


def line(title: str, times: list[float]) -> str:
    """A row of the table."""
    return f"| {title} | {len(times)} | {statistics.median(times):.0f} | {max(times):.0f} |"


def main() -> None:
    """Builds, serves, types, prints."""
    build_city()
    print("| typed | searches | ms, median | max |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copy(CITY, Path(scratch) / "city.duckdb"))
        with running_server(copy, version_poll_seconds=3600) as server:
            asyncio.run(talk(server.base_url))


if __name__ == "__main__":
    main()
