"""What a server refuses to start with."""

from __future__ import annotations

import base64
import secrets

import pytest

from domain.errors import InputRefused
from domain.settings import Login
from domain.sign_in_setup import require_address, require_provider, secret_fault

GOOD = {
    "redirect_uri": "https://grid.example.gov.cn/oauth2callback",
    "cookie_secret": "f3a91c7de2b04856aa1f9cd07be35d24",
    "client_id": "onegrid",
    "client_secret": "s",
    "server_metadata_url": "https://id.example.gov.cn/.well-known/openid-configuration",
}


@pytest.mark.parametrize(
    ("login", "address", "allowed"),
    [
        (Login.DEMO, "127.0.0.1", True),
        (Login.DEMO, "localhost", True),
        (Login.DEMO, "::1", True),
        (Login.DEMO, None, False),  # all addresses
        (Login.DEMO, "0.0.0.0", False),  # noqa: S104
        (Login.DEMO, "10.0.0.5", False),
        (Login.DEMO, "grid.local", False),
        (Login.PROXY, "127.0.0.2", True),
        (Login.PROXY, None, False),
        (Login.PROXY, "::", False),
        (Login.OIDC, None, True),
        (Login.OIDC, "10.0.0.5", True),
    ],
)
def test_addresses(login: Login, address: str | None, *, allowed: bool) -> None:
    if allowed:
        require_address(login, address)
        return
    with pytest.raises(InputRefused, match=f"ONEGRID_LOGIN={login.value}"):
        require_address(login, address)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, None),
        ({"redirect_uri": "http://127.0.0.1:8501/oauth2callback"}, None),  # this machine alone
        ({"cookie_secret": ""}, "cookie_secret"),
        ({"client_id": "", "client_secret": ""}, "client_id, client_secret"),
        ({"redirect_uri": "https://grid.example.gov.cn/"}, "oauth2callback"),
        ({"redirect_uri": "http://grid.example.gov.cn/oauth2callback"}, "https"),
        ({"server_metadata_url": "http://id.example.gov.cn/x"}, "https"),
        ({"cookie_secret": "xxx"}, "cookie_secret"),
    ],
)
def test_providers(change: dict[str, str], told: str | None) -> None:
    if told is None:
        require_provider(GOOD | change)
        return
    with pytest.raises(InputRefused, match=told):
        require_provider(GOOD | change)


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("f3a91c7de2b04856aa1f9cd07be35d24", None),  # 32 hexadecimal digits
        ("f3a91c7de2b04856aa1f9cd07be35d2", "31"),  # one less
        ("a" * 64, "随机"),
        ("0a1b2c3d4e5f6071" * 4, "随机"),  # a short one, repeated
        ("0a1b2c3d4e5f60718293" * 2 + "0a1b", "随机"),
        ("please-change-me-before-production-use", "占位"),
        ("this-is-a-very-long-cookie-secret-text", "占位"),
    ],
)
def test_secrets(secret: str, told: str | None) -> None:
    fault = secret_fault(secret)
    assert fault is None if told is None else fault is not None and told in fault
    assert fault is None or secret not in fault


def test_what_a_generator_makes_is_strong_enough() -> None:
    made = [secrets.token_hex(32) for _ in range(200)] + [secrets.token_urlsafe(32) for _ in range(200)]
    made += [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(200)]
    assert [secret_fault(secret) for secret in made] == [None] * len(made)
