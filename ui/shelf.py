"""Layers on their way to the browser: compressed, named by content, kept within a budget.

A page puts a layer here and sends its signed URL; the geometry route takes it from here. Nothing is written
to disk, and the least recently used layers go first: a page that needs one again puts it back.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict

_BUDGET_BYTES = 192 * 1024 * 1024


class Shelf:
    """A bounded, thread-safe store of compressed layers."""

    def __init__(self, budget_bytes: int = _BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._held_bytes = 0
        self._lock = threading.Lock()

    def put(self, content: bytes) -> str:
        """Keep a layer and return its digest; a layer that is held already is only marked as used."""
        digest = hashlib.sha256(content).hexdigest()[:32]
        if self.get(digest) is None:
            self._keep(digest, gzip.compress(content, compresslevel=6, mtime=0))
        return digest

    def get(self, digest: str) -> bytes | None:
        """The compressed layer, or None when it is not held."""
        with self._lock:
            if digest in self._held:
                self._held.move_to_end(digest)
            return self._held.get(digest)

    def _keep(self, digest: str, compressed: bytes) -> None:
        with self._lock:
            self._held_bytes += len(compressed) - len(self._held.get(digest, b""))
            self._held[digest] = compressed
            while self._held_bytes > self._budget_bytes and len(self._held) > 1:
                _, dropped = self._held.popitem(last=False)
                self._held_bytes -= len(dropped)
