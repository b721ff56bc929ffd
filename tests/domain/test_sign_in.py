"""Whether a sign-in holds: a table of what was told and known, and the one answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sign_in import (
    CLOCKS_DIFFER_BY,
    Account,
    Limits,
    Refusal,
    SignIn,
    Standing,
    judge,
    of_claims,
    of_headers,
)
from domain.users import User
from domain.vocabulary import Role

NOW = datetime(2026, 3, 5, 12, 0)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LIMITS = Limits(12 * HOUR, 30 * MINUTE)
ZHANG = User("zhang", frozenset({Role.LEADER}), frozenset({"*"}))
WALL = User("wall", frozenset({Role.LEADER}), frozenset({"*"}), kiosk_address="10.1.2.3")
OFF = User("zhang", frozenset({Role.LEADER}), frozenset({"*"}), active=False)


def seconds(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp())


def claims(**other: Any) -> dict[str, Any]:
    told = {"iss": "https://id", "sub": "7", "nonce": "n", "preferred_username": "zhang"}
    return {**told, "iat": seconds(NOW - HOUR), "exp": seconds(NOW + HOUR), **other}


@pytest.mark.parametrize(
    ("told", "claim", "login"),
    [
        (claims(), "preferred_username", "zhang"),
        (
            claims(preferred_username=None, email="z@x.cn", sub="zhang"),
            "preferred_username",
            Refusal.NO_LOGIN,
        ),
        (claims(preferred_username=["zhang"]), "preferred_username", Refusal.NO_LOGIN),  # no text
        (claims(email="z@x.cn", email_verified=True), "email", "z@x.cn"),
        (claims(email="z@x.cn"), "email", Refusal.NO_LOGIN),  # anybody may have typed it in
        (claims(email="z@x.cn", email_verified="true"), "email", Refusal.NO_LOGIN),
        (claims(), "sub", "7"),
        (claims(iat=None), "sub", Refusal.EXPIRED),
        (claims(exp="tomorrow"), "sub", Refusal.EXPIRED),
        (claims(exp=True), "sub", Refusal.EXPIRED),
        (claims(exp=float("inf")), "sub", Refusal.EXPIRED),
        (claims(exp=float("nan")), "sub", Refusal.EXPIRED),
    ],
)
def test_claims(told: dict[str, Any], claim: str, login: str | Refusal) -> None:
    found = of_claims(told, claim)
    assert (found.login if isinstance(found, SignIn) else found) == login


def test_a_sign_in_is_named_by_its_nonce() -> None:
    first, again, other = (of_claims(claims(nonce=nonce), "sub") for nonce in ("a", "a", "b"))
    assert isinstance(first, SignIn)
    assert first == again
    assert isinstance(other, SignIn)
    assert first.key != other.key
    assert first.issued_at == NOW - HOUR


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], Refusal.NOT_SIGNED_IN),
        (["zhang"], SignIn("zhang")),
        (["张三".encode().decode("latin-1")], SignIn("张三")),  # as a server reads UTF-8
        (["zhang", "admin"], Refusal.BAD_HEADER),
        (["zhang", "zhang"], Refusal.BAD_HEADER),
        ([""], Refusal.BAD_HEADER),
        (["\xff"], Refusal.BAD_HEADER),
    ],
)
def test_headers(values: list[str], found: SignIn | Refusal) -> None:
    assert of_headers(values) == found


def sign_in(login: str = "zhang", issued: datetime = NOW - HOUR, expires: datetime = NOW + HOUR) -> SignIn:
    return SignIn(login, "key", issued, expires)


def standing(first: datetime = NOW - HOUR, active: datetime = NOW, ended: Refusal | None = None) -> Standing:
    return Standing(first, active, ended)


@pytest.mark.parametrize(
    ("given_in", "user", "out_at", "stands", "address", "answer"),
    [
        (sign_in(), ZHANG, None, standing(), None, None),
        (sign_in(), None, None, standing(), None, Refusal.UNKNOWN),
        (sign_in("zhang\x1f"), ZHANG, None, standing(), None, Refusal.UNKNOWN),
        (sign_in(), OFF, None, standing(), None, Refusal.INACTIVE),
        (sign_in(expires=NOW), ZHANG, None, standing(), None, Refusal.EXPIRED),
        (sign_in(issued=NOW - 12 * HOUR), ZHANG, None, standing(), None, Refusal.EXPIRED),  # our own limit
        (sign_in(issued=NOW + 2 * MINUTE), ZHANG, None, standing(), None, Refusal.CLOCK),
        (sign_in(issued=NOW + CLOCKS_DIFFER_BY), ZHANG, None, standing(), None, None),
        (sign_in(), ZHANG, None, standing(ended=Refusal.SIGNED_OUT), None, Refusal.SIGNED_OUT),
        (sign_in(), ZHANG, NOW - MINUTE, standing(), None, Refusal.SIGNED_OUT),  # everywhere, after it began
        (sign_in(), ZHANG, NOW - 2 * HOUR, standing(), None, None),  # before it began
        # the provider's clock is ahead: by ours the sign-in began before the end
        (
            sign_in(issued=NOW),
            ZHANG,
            NOW - MINUTE,
            standing(first=NOW - 2 * MINUTE),
            None,
            Refusal.SIGNED_OUT,
        ),
        (sign_in(), ZHANG, None, standing(active=NOW - 30 * MINUTE), None, Refusal.IDLE),
        (sign_in(), ZHANG, None, standing(active=NOW - 29 * MINUTE), None, None),
        (sign_in("wall"), WALL, None, standing(active=NOW - 9 * HOUR), "10.1.2.3", None),  # never idle
        (sign_in("wall"), WALL, None, standing(), "::ffff:10.1.2.3", None),
        (sign_in("wall"), WALL, None, standing(), "10.1.2.4", Refusal.ELSEWHERE),
        (sign_in("wall"), WALL, None, standing(), None, Refusal.ELSEWHERE),
        (sign_in("wall"), WALL, None, standing(), "nonsense", Refusal.ELSEWHERE),
        (sign_in("wall", expires=NOW), WALL, None, standing(), "10.1.2.3", Refusal.EXPIRED),
        (SignIn("zhang"), ZHANG, None, standing(), None, None),  # behind a proxy: nothing expires by itself
        (SignIn("zhang"), ZHANG, NOW, standing(), None, Refusal.SIGNED_OUT),
    ],
)
def test_judge(
    given_in: SignIn,
    user: User | None,
    out_at: datetime | None,
    stands: Standing,
    address: str | None,
    answer: Refusal | None,
) -> None:
    account = Account(user, out_at) if user else None
    assert judge(given_in, account, stands, LIMITS, NOW, address) is answer


@given(st.integers(-100_000, 100_000), st.integers(-100_000, 100_000), st.integers(0, 100_000))
def test_no_sign_in_outlives_its_end(issued_s: int, first_s: int, out_s: int) -> None:
    """Whatever the clocks say: what we saw before a sign-out everywhere does not hold after it."""
    first, out = NOW + timedelta(seconds=first_s), NOW + timedelta(seconds=out_s)
    told = sign_in(issued=NOW + timedelta(seconds=issued_s), expires=NOW + 100 * HOUR)
    answer = judge(told, Account(ZHANG, out), standing(first, out), LIMITS, out, None)
    if first <= out:
        assert answer is not None


def test_every_refusal_has_words() -> None:
    assert all(refusal.label for refusal in Refusal)
