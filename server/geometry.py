"""Map layers over HTTP: each one is named by its content, fetched once, and kept by the browser.

Streamlit's sign-in does not guard own routes, so a URL carries a signature that expires. The content comes
from a provider that the composition root passes in; this module knows neither the store nor the screen.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.signing import LAYER_PATH, Signer, layer_path
from server.signatures import signature_of

_NEVER = {"Cache-Control": "no-store"}
_MAX_AGE_SECONDS = int(timedelta(days=30).total_seconds())

Provider = Callable[[str], bytes | None]
"""Answers the gzip-compressed layer for a content digest, or None when it is not held (any more)."""


def geometry_route(provider: Provider, signer: Signer, now: Callable[[], datetime]) -> Route:
    """The route that serves signed layers; `now` tells naive UTC."""

    async def layer(request: Request) -> Response:
        digest = request.path_params["digest"]
        if not signer.accepts(layer_path(digest), signature_of(request), now()):
            return JSONResponse({"error": "forbidden"}, status_code=403, headers=_NEVER)
        content = provider(digest)
        if content is None:
            return JSONResponse({"error": "gone"}, status_code=410, headers=_NEVER)
        headers = {
            "Cache-Control": f"private, max-age={_MAX_AGE_SECONDS}, immutable",
            "ETag": f'"{digest}"',
            "Content-Encoding": "gzip",
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("if-none-match") == f'"{digest}"':
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/json", headers=headers)

    return Route(LAYER_PATH, layer, methods=["GET"], name="layer")
