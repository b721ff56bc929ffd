"""What must be right before a server lets people sign in: refused at the start, in one line.

A cookie secret that can be guessed lets anybody write a cookie with any login; Streamlit itself only warns.
"""

import math
from collections import Counter
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from domain.errors import InputRefused
from domain.i18n import _
from domain.settings import Login

SHORTEST_SECRET = 32
_FEWEST_LETTERS = 10
_FEWEST_BITS = 96
"""Of randomness, by how often each character occurs: 32 hexadecimal digits have about 115."""

_PLACEHOLDERS = (
    "changeme", "change_me", "change-me", "placeholder", "example", "password", "passw0rd", "secret", "xxxxxx",
    "your-", "your_", "replace", "123456", "abcdef", "qwerty", "onegrid", "streamlit",
)  # fmt: skip

CALLBACK = "/oauth2callback"
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_MAKE_ONE = 'python -c "import secrets; print(secrets.token_hex(32))"'


def require_address(login: Login, address: str | None) -> None:
    """Raise InputRefused where the way of signing in allows this machine only and the server would listen elsewhere.

    None means "all addresses". The demo mode has no sign-in, and a reverse proxy's header is only to be trusted
    from a proxy on this machine.
    """
    if login is Login.OIDC or is_loopback(address):
        return
    told = address or "0.0.0.0"  # noqa: S104
    if login is Login.PROXY:
        message = _("监听地址是“{address}”，但反向代理的登录名只在本机可信（ONEGRID_LOGIN=proxy）。")
    else:
        message = _("监听地址是“{address}”，但演示模式没有登录，只允许本机访问（ONEGRID_LOGIN=demo）。")
    raise InputRefused(message.format(address=told), _("请使用 --server.address=127.0.0.1。"))


def is_loopback(address: str | None) -> bool:
    """Whether an address is this machine's own."""
    if address == "localhost":
        return True
    try:
        return bool(address) and ip_address(address or "").is_loopback
    except ValueError:
        return False


def require_provider(auth: Mapping[str, Any]) -> None:
    """Raise InputRefused where the section [auth] of .streamlit/secrets.toml cannot keep strangers out."""
    missing = [name for name in _NEEDED if not auth.get(name)]
    if missing:
        raise InputRefused(
            _("ONEGRID_LOGIN=oidc 需要 .streamlit/secrets.toml 的 [auth]，缺少 {names}。").format(
                names=", ".join(missing)
            ),
            _("请照 docs/operations.md 的“Signing in”一节填写。"),
        )
    if urlsplit(str(auth["redirect_uri"])).path.endswith(CALLBACK) is False:
        raise InputRefused(
            _("[auth] 的 redirect_uri 不以 {path} 结尾。").format(path=CALLBACK),
            _("请写浏览器里看到的本系统地址，后面加上它。"),
        )
    for name in ("redirect_uri", "server_metadata_url"):
        _require_encrypted(name, str(auth[name]))
    _require_strong(str(auth["cookie_secret"]))


def _require_encrypted(name: str, url: str) -> None:
    """Over plain HTTP whoever listens takes the cookie; on this machine nobody can."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return
    raise InputRefused(
        _("[auth] 的 {name} 不是 https 地址：登录凭据会明文经过网络。").format(name=name),
        _("请改用 https；只有本机地址可以用 http。"),
    )


def _require_strong(secret: str) -> None:
    told = secret_fault(secret)
    if told:
        raise InputRefused(
            _("[auth] 的 cookie_secret 太弱：{reason}。猜中它的人可以冒充任何人。").format(reason=told),
            _("请用 {command} 生成一个。").format(command=_MAKE_ONE),
        )


def secret_fault(secret: str) -> str | None:
    """What makes a secret easy to guess, in the reader's language; the secret itself is never told."""
    if len(secret) < SHORTEST_SECRET:
        return _("只有 {n} 个字符，至少要 {least} 个").format(n=len(secret), least=SHORTEST_SECRET)
    if any(word in secret.lower() for word in _PLACEHOLDERS):
        return _("像是示例里的占位文字")
    if len(set(secret)) < _FEWEST_LETTERS or _bits(secret) < _FEWEST_BITS or _repeats(secret):
        return _("不够随机")
    return None


def _bits(secret: str) -> float:
    """Shannon's entropy of the characters, times their number."""
    counts = Counter(secret).values()
    return -sum(n * math.log2(n / len(secret)) for n in counts)


def _repeats(secret: str) -> bool:
    """Whether the secret is a shorter text written several times, the last time perhaps in part."""
    return any(
        secret == (secret[:size] * (len(secret) // size + 1))[: len(secret)]
        for size in range(1, len(secret) // 2 + 1)
    )
