"""Security headers on every answer: a strict Content-Security-Policy, relaxed in one place only.

streamlit-folium evaluates the map's script, so its iframe (`/component/streamlit_folium…`) is the one place
where inline and evaluated scripts run. Everywhere else a script must be a file of this server; the single
inline script of Streamlit's own page is admitted by its hash.
"""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAP_COMPONENT = "/component/streamlit_folium."

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def inline_script_hashes(page: Path) -> tuple[str, ...]:
    """CSP sources that admit exactly the inline scripts of an HTML file."""
    scripts = _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8"))
    digests = (hashlib.sha256(text.encode()).digest() for text in scripts)
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def tile_origin(tile_url: str) -> str:
    """The scheme and host of an operator's tile URL, as a CSP source; empty for tiles of this server.

    A `{s}` in the first label of the host stands for several hosts and becomes a wildcard: `t{s}.example`
    gives `*.example`.
    """
    parts = urlsplit(tile_url)
    if not parts.netloc:
        return ""
    first, dot, rest = parts.netloc.partition(".")
    return f"{parts.scheme}://{'*' if '{' in first else first}{dot}{rest}"


def _policy(script_sources: str, image_host: str) -> str:
    directives = {
        "default-src": "'self'",
        "script-src": f"'self' {script_sources}".rstrip(),
        # Streamlit styles its elements at run time; a style cannot run code.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {image_host}".rstrip(),
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "frame-src": "'self'",
        "frame-ancestors": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


class SecurityHeaders:
    """ASGI middleware that puts the headers on every HTTP answer.

    `page_hashes` are the CSP hashes of the page's own inline scripts, `tile_url` the operator's base map.
    """

    def __init__(self, app: ASGIApp, page_hashes: tuple[str, ...], tile_url: str = "") -> None:
        self._app = app
        images = tile_origin(tile_url)
        self._strict = _policy(" ".join(page_hashes), images)
        self._map = _policy("'unsafe-inline' 'unsafe-eval'", images)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = self._map if MAP_COMPONENT in scope["path"] else self._strict

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_FIXED)
                headers["Content-Security-Policy"] = policy
            await send(message)

        await self._app(scope, receive, send_with_headers)
