"""Puts the HTTP side together: routes, headers and start-up for the Streamlit application.

`dashboard.py` passes in everything that belongs to the screens (assets, layer provider), so that server and
ui stay independent of each other.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from domain.settings import Login
from domain.sign_in_setup import require_address
from domain.signing import Signer
from server.assets import assets_route
from server.exports import FileProvider, exports_route
from server.geometry import Provider, geometry_route
from server.headers import SecurityHeaders, inline_script_hashes
from server.health import Readiness, health_route
from server.trusted_proxy import TrustedProxy


def _note_nothing(_address: str) -> None:
    """What is done about a spoofed header unless somebody wants to know."""


@dataclass(frozen=True)
class Backend:
    """What the HTTP side needs from the rest of the program.

    `provider` answers layers by digest, `export_files` files by token and name, `now` tells naive UTC,
    `prepare` opens what pages need (it runs once at start; until it returns, `/healthz` says 503) and `close`
    is called at the end. `login` is how people sign in; behind a reverse proxy `proxy_header` carries the login,
    and `note_spoofing` is told the address of whoever sends it from elsewhere.
    """

    assets: Path
    assets_digest: str
    provider: Provider
    export_files: FileProvider
    signer: Signer
    now: Callable[[], datetime]
    prepare: Callable[[], object]
    close: Callable[[], None]
    tile_url: str = ""
    login: Login = Login.DEMO
    proxy_header: str = ""
    note_spoofing: Callable[[str], None] = _note_nothing
    readiness: Readiness = field(default_factory=Readiness)


def routes(backend: Backend) -> list[BaseRoute]:
    """All routes beside the screens."""
    return [
        health_route(backend.readiness),
        assets_route(backend.assets, backend.assets_digest),
        geometry_route(backend.provider, backend.signer, backend.now),
        exports_route(backend.export_files, backend.signer, backend.now),
    ]


def middleware(backend: Backend) -> list[Middleware]:
    """All middleware around the screens and the routes."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    hashes = inline_script_hashes(page)
    headers = Middleware(SecurityHeaders, page_hashes=hashes, tile_url=backend.tile_url)
    if backend.login is not Login.PROXY:
        return [headers]
    trusted = Middleware(TrustedProxy, header=backend.proxy_header, note_spoofing=backend.note_spoofing)
    return [headers, trusted]


def lifespan(
    backend: Backend,
) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any] | None]]:
    """Start-up and shutdown: ready while the store is open."""

    @asynccontextmanager
    async def span(_app: object) -> AsyncIterator[dict[str, Any] | None]:
        require_address(backend.login, streamlit.get_option("server.address"))
        backend.prepare()
        backend.readiness.ready = True
        try:
            yield None
        finally:
            backend.readiness.ready = False
            backend.close()

    return span
