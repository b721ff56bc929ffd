"""An identity provider of the tests, and the product in front of it: each a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from tests.support.operator import data
from tests.support.server import free_port

SECRET = "4f1c9a7be2d0386519aa7cf0be35d28471c6e0f9d3b25a88"  # noqa: S105
OTHER_SECRET = "90ae71c3d54b28f6e1700cd9a3b85f42716e0d9c35fb2a18"  # noqa: S105
COOKIE = "_streamlit_user"
START_SECONDS = 60


@dataclass(frozen=True)
class Provider:
    """A running identity provider."""

    url: str

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/.well-known/openid-configuration"


@contextmanager
def identity_provider(*logins: str) -> Iterator[Provider]:
    """An OpenID provider that signs anybody in who is named; `preferred_username` is the login."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    for login in logins:
        command += ["--user-claims", json.dumps({"sub": login, "preferred_username": login})]
    provider = Provider(f"http://127.0.0.1:{port}")
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet) as process:  # type: ignore[call-overload]
        try:
            _wait(provider.metadata_url)
            yield provider
        finally:
            process.terminate()


def _wait(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError(url)


@contextmanager
def secrets_file(folder: Path, provider: Provider) -> Iterator[Path]:
    """The secrets that Streamlit reads, named in the environment of what is started meanwhile."""
    path = folder / "secrets.toml"
    told = {
        "redirect_uri": "http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "onegrid",
        "client_secret": "of-the-tests",
        "server_metadata_url": provider.metadata_url,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
    path.write_text("\n".join(["[auth]", *lines, ""]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMLIT_SECRETS_FILES", str(path))
        yield path


def cookie(base_url: str, login: str, *, issued: datetime, expires: datetime, secret: str = SECRET) -> str:
    """The cookie of a sign-in as Streamlit writes it; times are naive UTC."""
    claims = {
        "iss": "http://127.0.0.1",
        "sub": login,
        "nonce": f"{login}{issued}",
        "preferred_username": login,
        "iat": int(issued.replace(tzinfo=UTC).timestamp()),
        "exp": int(expires.replace(tzinfo=UTC).timestamp()),
        "origin": base_url,
        "is_logged_in": True,
        "provider": "default",
    }
    return create_signed_value(secret, COOKIE, json.dumps(claims)).decode()


def audited(db: Path, **wanted: str) -> list[Mapping[str, Any]]:
    """The events of the audit, the newest first, that have these values; asked of whoever holds the database."""
    done = data(db, "audit", "list", "--json")
    assert done.code == 0, done.stderr
    return [
        event for event in done.json["events"] if all(event[name] == told for name, told in wanted.items())
    ]
