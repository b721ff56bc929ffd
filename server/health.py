"""`/healthz`: 200 once pages can be served, 503 before and after."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HEALTH_PATH = "/healthz"


@dataclass
class Readiness:
    """Whether pages can be served; set by the server's start and stop."""

    ready: bool = False


def health_route(readiness: Readiness) -> Route:
    """The route that tells monitors and start scripts whether the server is ready."""

    async def healthz(_request: Request) -> Response:
        status = "ok" if readiness.ready else "starting"
        return JSONResponse(
            {"status": status},
            status_code=200 if readiness.ready else 503,
            headers={"Cache-Control": "no-store"},
        )

    return Route(HEALTH_PATH, healthz, methods=["GET"], name="health")
