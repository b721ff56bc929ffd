"""Whether a sign-in holds: pure rules over what the provider or the proxy told, and what is known of the user.

Streamlit checks the signature of its cookie and the origin, and nothing more: how old a sign-in is, whether it was
ended, and whether the user may still come in is decided here, at every run of a page. Times are naive UTC.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.i18n import N_
from domain.users import User, login_key, plain_address
from domain.vocabulary import Labelled

CLOCKS_DIFFER_BY = timedelta(seconds=60)
"""A provider's clock may be ahead of ours by so much."""

_LATEST = 253_402_300_799
"""The last second of the year 9999: what is later is no time."""


class Refusal(Labelled):
    """Why somebody is not let in. Released values stay: rows of the audit carry them."""

    NOT_SIGNED_IN = "not_signed_in"
    FORGED = "forged"
    NO_LOGIN = "no_login"
    BAD_HEADER = "bad_header"
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    EXPIRED = "expired"
    CLOCK = "clock"
    IDLE = "idle"
    SIGNED_OUT = "signed_out"
    ELSEWHERE = "elsewhere"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "not_signed_in": N_("还没有登录"),
            "forged": N_("登录凭据无效"),
            "no_login": N_("统一身份认证没有给出登录名"),
            "bad_header": N_("反向代理没有给出唯一的登录名"),
            "unknown": N_("这个账号没有开通"),
            "inactive": N_("这个账号已停用"),
            "expired": N_("登录已过期"),
            "clock": N_("登录时间在将来"),
            "idle": N_("长时间没有操作，已自动退出"),
            "signed_out": N_("这次登录已经退出"),
            "elsewhere": N_("大屏账号只能在它的大屏上使用"),
        }


@dataclass(frozen=True)
class SignIn:
    """What was told of a sign-in.

    `key` names it, so that it can be ended; it is empty behind a reverse proxy, which vouches anew for every
    connection. `issued_at` and `expires_at` are the identity provider's word.
    """

    login: str
    key: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Account:
    """A user, and until when its sign-ins were ended everywhere."""

    user: User
    signed_out_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """How a sign-in stands: first seen by us, last used, and whether it was ended by its user or by idling."""

    first_seen_at: datetime
    last_active_at: datetime
    ended: Refusal | None = None


@dataclass(frozen=True)
class Limits:
    """How long a sign-in may last, and how long nobody may click."""

    longest: timedelta
    idle: timedelta


def of_claims(claims: Mapping[str, Any], claim: str) -> SignIn | Refusal:
    """The sign-in that the identity provider's claims tell of; `claim` alone is the login.

    An e-mail address counts only where the provider has verified it: elsewhere people type it in themselves.
    """
    login, issued, expires = claims.get(claim), _moment(claims.get("iat")), _moment(claims.get("exp"))
    if not isinstance(login, str) or not login:
        return Refusal.NO_LOGIN
    if claim == "email" and claims.get("email_verified") is not True:
        return Refusal.NO_LOGIN
    if issued is None or expires is None:
        return Refusal.EXPIRED
    names = [claims.get(name) for name in ("iss", "sub", "iat", "nonce")]
    key = hashlib.sha256(json.dumps(names, default=str).encode()).hexdigest()
    return SignIn(login, key, issued, expires)


def of_headers(values: Sequence[str]) -> SignIn | Refusal:
    """The sign-in that a reverse proxy vouches for: its header must be there exactly once, in UTF-8.

    `values` are as a server reads them, one character a byte.
    """
    if not values:
        return Refusal.NOT_SIGNED_IN
    try:
        login = values[0].encode("latin-1").decode("utf-8")
    except UnicodeError:
        return Refusal.BAD_HEADER
    return SignIn(login) if len(values) == 1 and login else Refusal.BAD_HEADER


def judge(
    sign_in: SignIn,
    account: Account | None,
    standing: Standing,
    limits: Limits,
    now: datetime,
    address: str | None,
) -> Refusal | None:
    """Why a sign-in does not hold; None where it does. `address` is where the request comes from."""
    if account is None or login_key(sign_in.login) is None:
        return Refusal.UNKNOWN
    if not account.user.active:
        return Refusal.INACTIVE
    return (
        _too_old(sign_in, limits, now)
        or standing.ended
        or _ended_everywhere(sign_in, account, standing)
        or (_on_its_screen(account.user, address) if account.user.kiosk_address else None)
        or (None if account.user.kiosk_address else _idle(standing, limits, now))
    )


def _too_old(sign_in: SignIn, limits: Limits, now: datetime) -> Refusal | None:
    issued, expires = sign_in.issued_at, sign_in.expires_at
    if issued is None or expires is None:
        return None
    if issued > now + CLOCKS_DIFFER_BY:
        return Refusal.CLOCK
    return Refusal.EXPIRED if now >= expires or now >= issued + limits.longest else None


def _ended_everywhere(sign_in: SignIn, account: Account, standing: Standing) -> Refusal | None:
    """Of two times the earlier counts: a provider's clock that is ahead must not outlive the end."""
    began = min(sign_in.issued_at or standing.first_seen_at, standing.first_seen_at)
    ended = account.signed_out_at
    return Refusal.SIGNED_OUT if ended is not None and began <= ended else None


def _on_its_screen(user: User, address: str | None) -> Refusal | None:
    here = plain_address(address) if address else None
    return None if here is not None and here == user.kiosk_address else Refusal.ELSEWHERE


def _idle(standing: Standing, limits: Limits, now: datetime) -> Refusal | None:
    return Refusal.IDLE if now - standing.last_active_at >= limits.idle else None


def _moment(told: Any) -> datetime | None:
    """Seconds since 1970 as naive UTC; None for anything else."""
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= _LATEST:
        return None
    return datetime.fromtimestamp(told, UTC).replace(tzinfo=None)
