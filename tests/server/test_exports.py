"""The route of exported files: only what is signed, only while it holds, only what was offered."""

import asyncio
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from domain.signing import WINDOW, Signer, export_path
from server.exports import exports_route

NOW = datetime(2026, 3, 5, 14, 20)
SIGNER = Signer("key")
TOKEN, NAME = "token-1", "cases_20260305_142000.csv"


class Site:
    """The route over two offered files, at a time that a test moves."""

    def __init__(self, folder: Path) -> None:
        self.time = NOW
        self.files = {(TOKEN, NAME): folder / NAME, ("token-2", NAME): folder / "other.csv"}
        for number, path in enumerate(self.files.values()):
            path.write_bytes(b"\xef\xbb\xbf" + f"file {number}".encode())
        route = exports_route(lambda *key: self.files.get(key), SIGNER, lambda: self.time)
        self._app = Starlette(routes=[route])

    def get(self, url: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.get(url)

        return asyncio.run(ask())


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def link(token: str = TOKEN, name: str = NAME, signer: Signer = SIGNER) -> str:
    path = export_path(token, name)
    return f"{path}?{signer.sign(path, NOW).query()}"


def test_a_signed_file_is_a_download_that_nothing_keeps(site: Site) -> None:
    answer = site.get(link())
    assert (answer.status_code, answer.content) == (200, b"\xef\xbb\xbffile 0")
    assert answer.headers["content-disposition"] == f'attachment; filename="{NAME}"'
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "url",
    [
        export_path(TOKEN, NAME),  # unsigned
        link(signer=Signer("another key")),
        link().replace("&s=", "&s=0"),
        link()[:-1],
        link("token-2").replace("token-2", TOKEN),  # signed for another file
        link().replace(TOKEN, "token-2"),
        link(name="x.csv").replace("x.csv", NAME),
        link().replace("w=", "w=1"),  # another window
    ],
)
def test_an_altered_link_is_refused_without_details(site: Site, url: str) -> None:
    answer = site.get(url)
    assert (answer.status_code, answer.json()) == (403, {"error": "forbidden"})
    assert answer.headers["cache-control"] == "no-store"


def test_a_link_of_yesterday_is_refused(site: Site) -> None:
    site.time = NOW + 2 * WINDOW
    assert site.get(link()).status_code == 403


def test_a_file_that_is_gone_is_said_to_be(site: Site) -> None:
    url = link()
    site.files.clear()
    answer = site.get(url)
    assert (answer.status_code, answer.json()) == (410, {"error": "gone"})


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fpasswd", "%2e%2e", "nul%00.csv"])
def test_a_name_never_becomes_a_path(site: Site, name: str) -> None:
    """Even with a good signature: names are looked up."""
    plain = name.replace("%2F", "/").replace("%2e", ".").replace("%00", "\0")
    path = export_path(TOKEN, plain)
    answer = site.get(f"{export_path(TOKEN, name)}?{SIGNER.sign(path, NOW).query()}")
    assert answer.status_code in {404, 410}
