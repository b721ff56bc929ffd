"""When each sign-in was last used: kept by this process, for all windows of a sign-in together.

A window that idles blanks itself, but whoever opens another one with the same cookie must not come in either: so
it is the sign-in that idles, not the window. A restart of the server begins to count anew.
"""

import threading
from collections.abc import Hashable
from datetime import datetime, timedelta

_KEPT = timedelta(days=2)
_MOST = 20_000


class Presence:
    """Last use by sign-in; times are naive UTC."""

    def __init__(self) -> None:
        self._last: dict[Hashable, datetime] = {}
        self._lock = threading.Lock()

    def last(self, key: Hashable) -> datetime | None:
        """When a sign-in was last used; None for one that was not used yet."""
        with self._lock:
            return self._last.get(key)

    def touch(self, key: Hashable, now: datetime) -> None:
        """A sign-in is used now."""
        with self._lock:
            if key not in self._last and len(self._last) >= _MOST:
                kept = {name: at for name, at in self._last.items() if now - at < _KEPT}
                self._last = kept
            self._last[key] = now

    def forget(self, key: Hashable) -> None:
        """A sign-in has ended."""
        with self._lock:
            self._last.pop(key, None)


PRESENCE = Presence()
"""The sign-ins of this process."""
