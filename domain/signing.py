"""Signed, expiring URLs (HMAC-SHA256) for what travels outside a Streamlit session.

A signature covers a path and a window of 12 hours counted from the epoch. It is good in its own window and
in the next one, so every URL lives between 12 and 24 hours, and all URLs made in one window are equal:
the browser's cache keeps its key, and a wall display left open over a window's end is not refused.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=12)
_EPOCH = datetime(1970, 1, 1)
_MAC_CHARS = 32  # 128 bits: beyond guessing, and short enough for a URL

LAYER_PATH = "/geo/{digest}.json"
"""The address of a map layer: signed by the screen, checked by the route."""


EXPORT_PATH = "/exports/{token}/{name}"
"""The address of an exported file: signed by the screen, checked by the route."""


def layer_path(digest: str) -> str:
    """The path of a layer, the part of its URL that is signed."""
    return LAYER_PATH.format(digest=digest)


def export_path(token: str, name: str) -> str:
    """The path of an exported file, the part of its URL that is signed."""
    return EXPORT_PATH.format(token=token, name=name)


@dataclass(frozen=True)
class Signature:
    """What is appended to a signed path: the number of its window, and the code over both."""

    window: int
    mac: str

    def query(self) -> str:
        """The signature as a URL query string."""
        return f"w={self.window}&s={self.mac}"


class Signer:
    """Signs paths and checks signatures with one secret key.

    An empty key is replaced by a random one, which lasts as long as the process.
    """

    def __init__(self, key: str = "") -> None:
        self._key = key.encode() if key else secrets.token_bytes(32)

    def sign(self, path: str, at: datetime) -> Signature:
        """The signature of `path` in the window of `at` (naive UTC)."""
        window = _window(at)
        return Signature(window, self._mac(path, window))

    def accepts(self, path: str, signature: Signature, at: datetime) -> bool:
        """Whether `signature` was made for `path` with this key and still holds at `at` (naive UTC)."""
        in_time = _window(at) - 1 <= signature.window <= _window(at)
        expected = self._mac(path, signature.window)
        return hmac.compare_digest(expected.encode(), signature.mac.encode()) and in_time

    def _mac(self, path: str, window: int) -> str:
        message = f"{window}\n{path}".encode()
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:_MAC_CHARS]


def _window(at: datetime) -> int:
    return (at - _EPOCH) // WINDOW
