"""A Chromium for the tests of a module, and a fresh window for each of them.

No longer than a module: while playwright runs, nothing else in the process may start an event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from data.store import Store
from tests.support.chromium import ARGUMENTS
from tests.support.hostile import write_hostile_city
from tests.support.reader import Reader, reading
from tests.support.server import RunningServer, running_server

expect.set_options(timeout=15_000)  # a busy machine takes its time; what never comes fails all the same


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[RunningServer]]:
    """The product as elsewhere, but its pages do not look for new data unless a test says how often.

    Where Streamlit hears of that and of a click in one moment, and is busy, it may drop what the click has drawn;
    and while the one waits for the other, a page looks as if it were at rest.
    """
    return partial(running_server, version_poll_seconds=3600)


@pytest.fixture(scope="module")
def server(
    module_town_db: Path, serve: Callable[..., AbstractContextManager[RunningServer]]
) -> Iterator[RunningServer]:
    """The product on a copy of the demo town, one for all tests of a module."""
    with serve(module_town_db) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    with reading(browser) as reader:
        yield reader


@pytest.fixture(scope="session")
def hostile_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city in which every text is hostile (tests/support/hostile.py), to be copied."""
    folder = tmp_path_factory.mktemp("hostile")
    db = folder / "hostile.duckdb"
    with Store.opened(db) as store:
        write_hostile_city(store, folder)
    return db
