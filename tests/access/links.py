"""Ways without a screen: signed addresses of files and layers, and the operator's local channel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx
from starlette.applications import Starlette

from domain.clock import machine_now
from domain.signing import WINDOW, Signer, export_path, layer_path
from server.exports import exports_route
from server.geometry import geometry_route
from server.operator.channel import Address, ChannelServer, ask, channel_file
from tests.access.below import ordered
from tests.access.bench import MARK, Bench
from ui import exports
from ui.cache import areas_and_cases as cache
from ui.layers import SHELF
from ui.layers import signer as the_signer

Way = Callable[[Bench, str], object]


@dataclass(frozen=True)
class Paths:
    """Two addresses of one kind: 乙's, and one that the reader may fetch."""

    theirs: str
    mine: str


Alter = Callable[[Paths], str]
"""What somebody asks for who knows both paths, and holds the signature of the own one only."""


def signed(path: str, signer: Signer | None = None, at: datetime | None = None) -> str:
    """A path with its signature."""
    return f"{path}?{(signer or the_signer()).sign(path, at or machine_now()).query()}"


def _query(path: str) -> str:
    return signed(path).partition("?")[2]


def _upwards(paths: Paths) -> str:
    """乙's path as one that begins with the own one."""
    last = paths.theirs.rpartition("/")[2]
    return f"{paths.mine}%2f..%2f{last}?{_query(paths.mine)}"


ALTERED: dict[str, Alter] = {
    "without a signature": lambda paths: paths.theirs,
    "with the signature of the own file": lambda paths: f"{paths.theirs}?{_query(paths.mine)}",
    "signed with another key": lambda paths: signed(paths.theirs, Signer("guess")),
    "with a link of yesterday": lambda paths: signed(paths.theirs, at=machine_now() - 2 * WINDOW),
    "with a link of tomorrow": lambda paths: signed(paths.theirs, at=machine_now() + 2 * WINDOW),
    "with a shortened code": lambda paths: signed(paths.theirs)[:-1],
    "with the window moved on": lambda paths: signed(paths.theirs).replace("?w=", "?w=1"),
    "by going up from the own path": _upwards,
    "with both signatures, the own one first": lambda paths: (
        f"{paths.theirs}?{_query(paths.mine)}&{_query('/other')}"
    ),
}


def fetches_file(alter: str) -> Way:
    """Asks for the file that 乙's secretary has exported."""

    def way(bench: Bench, who: str) -> object:
        ready, own = ordered(bench), ordered(bench)
        paths = Paths(export_path(ready.token, ready.name), export_path(own.token, own.name))
        return _get(signed(paths.theirs) if who == "yi" else ALTERED[alter](paths))

    return way


def fetches_other_name(bench: Bench, who: str) -> object:
    """Asks for the description with the link of the file, and for the file below another token."""
    ready = ordered(bench)
    file, about = (export_path(ready.token, name) for name in (ready.name, ready.about_name))
    if who == "yi":
        return _get(signed(file))
    unknown = signed(export_path("AAAAAAAAAAAAAAAAAAAAAA", ready.name))
    return [_get(f"{about}?{_query(file)}"), _get(unknown)]


def fetches_layer(alter: str) -> Way:
    """Asks for the layer with 乙's cases."""

    def way(bench: Bench, who: str) -> object:
        theirs, mine = (_layer(bench, login) for login in ("yi", "jia"))
        paths = Paths(layer_path(theirs), layer_path(mine))
        return _get(signed(paths.theirs) if who == "yi" else ALTERED[alter](paths))

    return way


def _layer(bench: Bench, login: str) -> str:
    found = cache.compounds(bench.actor(login), "a key", None)
    return SHELF.put(found.content)


def _get(url: str) -> object:
    """Status and body; the site has the product's own routes, signer and stores."""
    routes = [
        geometry_route(SHELF.get, the_signer(), machine_now),
        exports_route(exports.DEPOT.get, the_signer(), machine_now),
    ]

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(url)

    response = asyncio.run(answer())
    return [response.status_code, response.content]


def calls_channel(bench: Bench, who: str) -> object:
    """Asks the running server for the operator's work; the operator knows the token, others guess."""
    db = bench.file("db")
    server = ChannelServer(db, lambda _verb, _params, _progress: {"told": MARK})
    try:
        address = Address.of(db)
        assert address is not None
        token = address.token if who == "operator1" else bytes(32)
        return ask(Address(address.address, token), "status", {}, lambda *_told: None)
    except ConnectionError as refused:
        return refused
    finally:
        server.close()


def reads_channel_file(bench: Bench, who: str) -> object:
    """Reads where the server listens, and its token, as another account of the machine."""
    db = bench.file("db")
    server = ChannelServer(db, lambda _verb, _params, _progress: {})
    try:
        path = channel_file(db)
        open_to_others = path.stat().st_mode & 0o077
        return path.read_text(encoding="utf-8") if who == "operator1" or open_to_others else None
    finally:
        server.close()


def reads_export_folder(bench: Bench, who: str) -> object:
    """Reads an exported file from the disk, as another account of the machine."""
    ready = ordered(bench)
    path = exports.DEPOT.get(ready.token, ready.name)
    assert path is not None
    modes = [path.stat().st_mode, path.parent.stat().st_mode, path.parent.parent.stat().st_mode]
    return path if who == "yi" or any(mode & 0o077 for mode in modes) else None
