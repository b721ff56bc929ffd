"""A Chromium for the tests of a module, and a window that each of them finds as if it were new.

A test on cookies, on what is stored, or with a server of its own opens a window of its own: `own_reader`, or `reading`.
The browser lives no longer than a module: while playwright runs, nothing else in the process may start an event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
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
from tests.support.shared_window import SharedWindow

_FAILED = pytest.StashKey[bool]()

ALONE = (
    "test_keyboard",
)  # where Tab goes from the end of a page depends on where it went before in the window
"""Files whose tests have a fresh window each."""

LONGEST_FIRST = (
    "test_one_map",
    "test_keyboard",
    "test_hostile_everywhere",
    "test_accessibility",
    "test_walk",
    "test_heat",
)
"""Files that take so long that no worker should begin with one when the others are about to end."""

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


@pytest.fixture(scope="module")
def window(browser: Browser) -> SharedWindow:
    """The window of a module's tests."""
    return SharedWindow(browser)


@pytest.fixture
def reader(window: SharedWindow, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Somebody at the window of the module, who knows nothing of the test before."""
    alone = request.path.stem in ALONE
    with window.turn(spent=lambda: alone or request.node.stash.get(_FAILED, False)) as reader:
        yield reader


@pytest.fixture
def own_reader(browser: Browser) -> Iterator[Reader]:
    """Somebody at a window that no other test has seen or will see."""
    with reading(browser) as reader:
        yield reader


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first: whole files go to the workers, in this order (--no-loadscope-reorder)."""
    items.sort(key=lambda item: item.path.stem not in LONGEST_FIRST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember of a test that it has failed: its window is not for the next one."""
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def hostile_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city in which every text is hostile (tests/support/hostile.py), to be copied."""
    folder = tmp_path_factory.mktemp("hostile")
    db = folder / "hostile.duckdb"
    with Store.opened(db) as store:
        write_hostile_city(store, folder)
    return db
