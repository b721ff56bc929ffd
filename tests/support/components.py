"""Streamlit's look for installed components, once a test process instead of once an `AppTest`.

AppTest stands for the start of a server: it reads the metadata of every installed package anew, which takes longer
than most screens. What is installed does not change while tests run, so the answer is kept; a real server
(tests/support/server.py) still looks for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner


@contextmanager
def found_once() -> Iterator[None]:
    """Within the block the first look answers all others."""
    look = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", look)
        yield
