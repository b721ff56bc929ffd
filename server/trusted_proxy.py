"""A reverse proxy's word for who somebody is, believed from a proxy on this machine only.

The server listens on this machine alone in this mode, so whoever else could send the header has come in by a way
that was not meant; and a client that sends the header through a careless proxy would have it twice. Both are
refused here, before any page, whatever the path. uvicorn has by then put the client's own address in the place of
the proxy's (X-Forwarded-For, believed from 127.0.0.1 alone), with port 0 unless the proxy told a port: that is how
a forwarded request is known.
"""

import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.sign_in_setup import is_loopback

log = logging.getLogger(__name__)

_FORWARDED_FOR = b"x-forwarded-for"
_POLICY_VIOLATION = 1008
_MOST_NOTED = 1000


class TrustedProxy:
    """ASGI middleware; `note_spoofing` is told each address once."""

    def __init__(self, app: ASGIApp, header: str, note_spoofing: Callable[[str], None]) -> None:
        self._app = app
        self._header = header.lower().encode("ascii")
        self._note = note_spoofing
        self._noted: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or connection."""
        if scope["type"] not in {"http", "websocket"} or not self._is_spoofed(scope):
            await self._app(scope, receive, send)
            return
        await self._tell(_host(scope))
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "forbidden"})
            return
        answer = JSONResponse({"error": "forbidden"}, status_code=403, headers={"Cache-Control": "no-store"})
        await answer(scope, receive, send)

    def _is_spoofed(self, scope: Scope) -> bool:
        told = sum(name.lower() == self._header for name, _value in scope["headers"])
        return told > 1 or (told == 1 and not _came_from_here(scope))

    async def _tell(self, host: str) -> None:
        log.warning("a login in the proxy's header was refused: from %s, or more than once", host)
        if host not in self._noted and len(self._noted) < _MOST_NOTED:
            self._noted.add(host)
            await run_in_threadpool(self._note, host)


def _came_from_here(scope: Scope) -> bool:
    """Whether the connection itself was opened on this machine."""
    if is_loopback(_host(scope)):
        return True
    forwarded = any(name == _FORWARDED_FOR for name, _value in scope["headers"])
    client = scope.get("client")
    return forwarded and client is not None and client[1] == 0


def _host(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""
