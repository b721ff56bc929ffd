"""The HTTP side by itself: assets, layers, health and headers, driven as a client would."""

import asyncio
import gzip
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from domain.errors import InputRefused
from domain.settings import Login
from domain.sign_in_setup import require_address
from domain.signing import WINDOW, Signer, layer_path
from server.app import Backend, middleware, routes
from server.headers import inline_script_hashes, tile_origin

NOW = datetime(2026, 3, 5, 14, 20)
DIGEST = "a" * 32
CONTENT = b'{"type":"FeatureCollection","features":[]}'


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def backend(tmp_path: Path, clock: Clock) -> Backend:
    (tmp_path / "map.js").write_text("let a = 1")
    return Backend(
        assets=tmp_path,
        assets_digest="d1",
        provider={DIGEST: gzip.compress(CONTENT)}.get,
        export_files=lambda _token, _name: None,
        signer=Signer("key"),
        now=clock.now,
        prepare=lambda: None,
        close=lambda: None,
        tile_url="https://{s}.tiles.local:8080/{z}/{x}/{y}.png",
    )


class Client:
    """Asks an ASGI application as a browser would."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    def get(self, url: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.get(url, headers=headers)

        return asyncio.run(ask())


@pytest.fixture
def client(backend: Backend) -> Client:
    async def any_page(_request: object) -> PlainTextResponse:
        return PlainTextResponse("page")

    component = "/component/streamlit_folium.st_folium/index.html"
    pages = [Route("/", any_page), Route(component, any_page)]
    return Client(Starlette(routes=[*routes(backend), *pages], middleware=middleware(backend)))


def signed(backend: Backend, digest: str = DIGEST) -> str:
    path = layer_path(digest)
    return f"{path}?{backend.signer.sign(path, NOW).query()}"


def test_a_signed_layer_is_served_compressed_and_kept_by_the_browser_only(
    client: Client, backend: Backend
) -> None:
    answer = client.get(signed(backend))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "private, max-age=2592000, immutable"
    assert answer.headers["etag"] == f'"{DIGEST}"'


def test_a_known_layer_is_not_sent_again(client: Client, backend: Backend) -> None:
    answer = client.get(signed(backend), headers={"If-None-Match": f'"{DIGEST}"'})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "query",
    [
        "",  # unsigned
        "w=1&s=00",  # an old window, a wrong code
        "w=&s=",  # empty
        "w=-1&s=x",  # not a window
        "w=99999999999999999999&s=x",  # a number too long to be one
        "w=٣&s=x",  # digits, but not ours
        "w=1&s=%C3%A9",  # a code that is no ASCII
    ],
)
def test_a_layer_without_a_good_signature_is_refused_without_details(client: Client, query: str) -> None:
    answer = client.get(f"{layer_path(DIGEST)}?{query}")
    assert (answer.status_code, answer.json()) == (403, {"error": "forbidden"})
    assert answer.headers["cache-control"] == "no-store"


def test_a_signature_does_not_open_another_layer(client: Client, backend: Backend) -> None:
    query = signed(backend).partition("?")[2]
    assert client.get(f"{layer_path('b' * 32)}?{query}").status_code == 403


@pytest.mark.parametrize(
    ("later", "status"),
    [
        (timedelta(0), 200),
        (WINDOW, 200),  # the next window: a wall that stays open is not refused
        (2 * WINDOW, 403),  # the one after that
        (-WINDOW, 403),  # a signature from the future
    ],
)
def test_signatures_expire(
    client: Client, backend: Backend, clock: Clock, later: timedelta, status: int
) -> None:
    url = signed(backend)
    clock.time = NOW + later
    assert client.get(url).status_code == status


def test_a_layer_that_is_no_longer_held_is_gone(client: Client, backend: Backend) -> None:
    answer = client.get(signed(backend, "c" * 32))
    assert (answer.status_code, answer.json()) == (410, {"error": "gone"})


def test_assets_are_kept_for_good_under_their_digest(client: Client) -> None:
    answer = client.get("/assets/d1/map.js")
    assert (answer.status_code, answer.text) == (200, "let a = 1")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/assets/d0/map.js").status_code == 404
    assert "immutable" not in client.get("/assets/d1/none.js").headers.get("cache-control", "")


def test_health_tells_when_pages_can_be_served(client: Client, backend: Backend) -> None:
    before = client.get("/healthz")
    backend.readiness.ready = True
    after = client.get("/healthz")
    assert (before.status_code, before.json()) == (503, {"status": "starting"})
    assert (after.status_code, after.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/", "/healthz", "/assets/d1/map.js", "/geo/x.json", "/nowhere"])
def test_every_answer_has_the_strict_policy(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; script-src 'self' 'sha256-")
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert "frame-ancestors 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_only_the_map_component_may_evaluate(client: Client) -> None:
    policy = client.get("/component/streamlit_folium.st_folium/index.html").headers["content-security-policy"]
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval'" in policy
    assert "connect-src 'self';" in policy


def test_the_operators_tiles_are_the_only_other_host(client: Client) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "img-src 'self' data: blob: https://*.tiles.local:8080;" in policy
    assert policy.count("://") == 1


@pytest.mark.parametrize(
    ("tile_url", "expected"),
    [
        ("", ""),
        ("http://10.0.0.5/t/{z}/{x}/{y}.png", "http://10.0.0.5"),
        ("https://t{s}.example.cn/DataServer?T=vec_w&x={x}", "https://*.example.cn"),  # t0, t1 …
        ("/tiles/{z}/{x}/{y}.png", ""),  # on this server: 'self' covers it
    ],
)
def test_tile_origin(tile_url: str, expected: str) -> None:
    assert tile_origin(tile_url) == expected


def test_inline_scripts_are_admitted_by_their_hash(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("<script>a</script><script src='x.js'></script>")
    # echo -n a | openssl dgst -sha256 -binary | base64
    assert inline_script_hashes(page) == ("'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='",)


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.0.0.53"])
def test_this_machines_addresses_are_accepted(address: str) -> None:
    require_address(Login.DEMO, address)


@pytest.mark.parametrize(
    "address",
    [
        None,  # Streamlit's own default: all addresses
        "",
        "0.0.0.0",  # noqa: S104 -- refusing it is the point
        "192.168.1.5",
        "::",
        "city.example",
        "127.0.0.1.example",  # a name, not an address
    ],
)
def test_any_other_address_is_refused_with_the_way_out(address: str | None) -> None:
    with pytest.raises(InputRefused) as refused:
        require_address(Login.DEMO, address)
    assert "--server.address=127.0.0.1" in refused.value.remedy
