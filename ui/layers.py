"""Map layers as sources: content put on the shelf, addressed by a signed relative URL."""

from dataclasses import dataclass
from functools import lru_cache

from domain.clock import machine_now
from domain.settings import settings
from domain.signing import Signer, layer_path
from ui.shelf import Shelf

SHELF = Shelf()
"""The layers of this process; the geometry route reads from it."""

_FROM_COMPONENT = "../.."
"""From the map component's address to the root of this server, under any base path."""


@lru_cache(maxsize=1)
def signer() -> Signer:
    """Signs layer URLs; the geometry route checks with the same one.

    Made when it is first asked for: a module that reads settings while it is imported stops a start with a trace.
    """
    return Signer(settings().secret)


@dataclass(frozen=True)
class Source:
    """Where the browser finds a layer: the digest tells contents apart, the URL is good for 12 to 24 h."""

    digest: str
    url: str

    def as_json(self) -> dict[str, str]:
        """The form that the map's script reads."""
        return {"digest": self.digest, "url": self.url}


def publish(content: bytes) -> Source:
    """Make a layer (UTF-8 JSON) available to the browser."""
    digest = SHELF.put(content)
    path = layer_path(digest)
    signature = signer().sign(path, machine_now())
    return Source(digest, f"{_FROM_COMPONENT}{path}?{signature.query()}")
