"""Layers are kept by content, compressed, and within a budget."""

import gzip
import random

from ui.shelf import Shelf


def noise(seed: int) -> bytes:
    return random.Random(seed).randbytes(1000)  # noqa: S311 -- only something that does not compress


def test_the_same_content_has_the_same_digest_and_comes_back() -> None:
    shelf = Shelf()
    first, again = shelf.put(b'{"a":1}'), shelf.put(b'{"a":1}')
    assert first == again
    held = shelf.get(first)
    assert held is not None
    assert gzip.decompress(held) == b'{"a":1}'


def test_an_unknown_digest_is_none() -> None:
    assert Shelf().get("0" * 32) is None


def test_the_least_recently_used_layer_goes_first() -> None:
    shelf = Shelf(budget_bytes=2500)
    old, used = shelf.put(noise(1)), shelf.put(noise(2))
    shelf.get(old)  # used again: no longer the oldest
    new = shelf.put(noise(3))
    assert [shelf.get(digest) is not None for digest in (old, used, new)] == [True, False, True]


def test_a_layer_larger_than_the_budget_is_still_served_once() -> None:
    shelf = Shelf(budget_bytes=10)
    digest = shelf.put(noise(1))
    assert shelf.get(digest) is not None
