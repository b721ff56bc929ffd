"""Exported files over HTTP: each behind a link that is signed for that one file and expires.

The files come from a provider that the composition root passes in: it looks names up, so that nothing in an
address ever becomes a path. Nothing is cached on the way.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from domain.signing import EXPORT_PATH, Signer, export_path
from server.signatures import signature_of

_NEVER = {"Cache-Control": "no-store"}

FileProvider = Callable[[str, str], Path | None]
"""Answers the file of a token and a name, or None when it is not there (any more)."""


def exports_route(provider: FileProvider, signer: Signer, now: Callable[[], datetime]) -> Route:
    """The route that serves exported files; `now` tells naive UTC."""

    async def export(request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["name"]
        if not signer.accepts(export_path(token, name), signature_of(request), now()):
            return JSONResponse({"error": "forbidden"}, status_code=403, headers=_NEVER)
        path = provider(token, name)
        if path is None:
            return JSONResponse({"error": "gone"}, status_code=410, headers=_NEVER)
        return FileResponse(
            path, filename=path.name, content_disposition_type="attachment", headers=dict(_NEVER)
        )

    return Route(EXPORT_PATH, export, methods=["GET"], name="export")
