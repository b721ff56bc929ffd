"""The city of the attempts, as a server has it open: made once for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from domain.settings import settings
from tests.access import screens
from tests.access.bench import Bench, build
from tests.support.components import found_once
from ui import exports, storage
from ui.depot import Depot
from ui.jobs import Jobs


@pytest.fixture(scope="session", autouse=True)
def components() -> Iterator[None]:
    """What is installed, read once."""
    with found_once():
        yield


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """People sign in through the proxy; caches and orders live on from attempt to attempt."""
    folder = tmp_path_factory.mktemp("access")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONEGRID_DB", str(folder / "city.duckdb"))
        patch.setenv("ONEGRID_LOGIN", "proxy")
        settings.cache_clear()
        patch.setattr(exports, "DEPOT", Depot())
        patch.setattr(exports, "JOBS", Jobs(most=4, most_each=2))
        screens.sign_in_by_session(patch)
        made = build(storage.open_store(), folder)
        exports.open_depot(made.store)
        try:
            yield made
        finally:
            exports.close()
            storage.close_store()
            settings.cache_clear()
            st.cache_data.clear()
            st.cache_resource.clear()
