"""Fixtures of all tests: the demo town, a server on it, and hypothesis without chance or hurry."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from data.store import Store
from domain.settings import Settings
from tests.support.chromium import chromium_path
from tests.support.database import copied_db
from tests.support.demo import make_demo_town
from tests.support.server import RunningServer, running_server
from tests.support.small_city import make_small_city

# Two busy cores make any deadline a lottery, and a failure must come back when it is run again.
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
# `HYPOTHESIS_PROFILE=explore` looks for new counterexamples.
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(scope="session")
def demo_town_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo town's database file, shared by all test processes: to be read or copied, never opened
    for writing (a server opens for writing)."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return make_demo_town(shared / "demo-town")


@pytest.fixture
def town_db(demo_town_db: Path, tmp_path: Path) -> Path:
    """A copy of the demo town for one test that writes, or serves."""
    return copied_db(demo_town_db, tmp_path / "town.duckdb")


@pytest.fixture(scope="module")
def module_town_db(demo_town_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo town for the tests of one module that share a server."""
    return copied_db(demo_town_db, tmp_path_factory.mktemp("town") / "town.duckdb")


@pytest.fixture(scope="session")
def small_city_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The areas of tests/support/small_city.py in a database file, to be copied."""
    return make_small_city(tmp_path_factory.mktemp("small-city"))


@pytest.fixture
def city_db(small_city_db: Path, tmp_path: Path) -> Path:
    """A copy of the small city for one test."""
    return copied_db(small_city_db, tmp_path / "city.duckdb")


@pytest.fixture
def city(city_db: Path) -> Iterator[Store]:
    """The small city, open: sixteen grids in four communities, and no case."""
    with Store.opened(city_db, Settings()) as store:
        yield store


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[RunningServer]]:
    """`with serve(db, language="en") as server:` runs the product on a database file."""
    return running_server


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser to drive; fails, never skips, where there is none."""
    return chromium_path()
