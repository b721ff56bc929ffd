"""Vendored scripts and styles, served under a path that names their content.

`/assets/<digest>/…` never changes what it answers, so browsers may keep it for good; another version of any
file is another digest and so another path.
"""

from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ASSETS_PATH = "/assets"
_FOREVER = "public, max-age=31536000, immutable"


class _ImmutableFiles(StaticFiles):
    """Static files whose answers may be cached for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file; only a found file is cached."""
        response = await super().get_response(path, scope)
        if response.status_code == 200:  # noqa: PLR2004
            response.headers["Cache-Control"] = _FOREVER
        return response


def assets_route(directory: Path, digest: str) -> Mount:
    """The route that serves `directory` under `/assets/<digest>`."""
    return Mount(f"{ASSETS_PATH}/{digest}", app=_ImmutableFiles(directory=directory), name="assets")
