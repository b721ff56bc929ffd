"""The store that a page opens, closed again after each test; what pages need of Streamlit, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from domain.settings import settings
from tests.support.components import found_once
from ui import storage


@pytest.fixture(scope="session", autouse=True)
def components() -> Iterator[None]:
    """What is installed, read once."""
    with found_once():
        yield


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Closes the store and forgets the settings after a test that set ONEGRID_DB.

    Caches are kept by process and version, and each test's database starts at the same versions.
    """
    settings.cache_clear()
    yield monkeypatch
    storage.close_store()
    settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
