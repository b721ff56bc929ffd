"""An open page shows what the operator's tool has just brought, without a reload."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from domain.vocabulary import Level
from tests.support.reader import reading
from tests.support.repository import ROOT
from tests.support.server import RunningServer, product_environment
from tests.support.small_city import MAPPING, at, case, shapes, write_areas, write_cases

pytestmark = pytest.mark.browser


def operator(db: Path, *arguments: object) -> None:
    """The operator's tool in a process of its own, while the server holds the database."""
    subprocess.run(
        [sys.executable, "-m", "data", *map(str, arguments)],
        cwd=ROOT,
        env=product_environment(db),
        check=True,
        capture_output=True,
        timeout=120,
    )


def test_from_an_empty_database_to_figures_on_one_open_page(
    tmp_path: Path, browser: Browser, serve: Callable[..., AbstractContextManager[RunningServer]]
) -> None:
    db = tmp_path / "new.duckdb"
    mapping = tmp_path / "hotline.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    districts = write_areas(tmp_path / "districts.geojson", shapes(Level.DISTRICT))
    streets = write_areas(tmp_path / "streets.geojson", shapes(Level.STREET))
    with serve(db, version_poll_seconds=0.5) as server, reading(browser) as reader:
        reader.page.goto(f"{server.base_url}/?period=all")
        reader.rest()
        expect(reader.page.get_by_test_id("stCode").first).to_contain_text("python -m data demo")
        reader.page.evaluate("window.sameDocument = true")

        for file, level in ((districts, "district"), (streets, "street")):
            operator(db, "import", "areas", file, "--level", level, "--name", "name", "--code", "code")
        expect(reader.page.locator("h1")).to_have_text("江北区")
        expect(reader.page.get_by_test_id("stCode")).to_contain_text("import cases")

        first = write_cases(tmp_path / "first.csv", [case(1, **at(0, 0)), case(2, **at(3, 3))])
        operator(db, "import", "cases", first, "--mapping", mapping)
        value = reader.page.get_by_test_id("stMetricValue").first
        expect(value).to_have_text("2")

        more = write_cases(tmp_path / "more.csv", [case(3, **at(0, 1)), case(4, **at(0, 2)), case(5)])
        operator(db, "import", "cases", more, "--mapping", mapping)
        expect(value).to_have_text("5")
        expect(reader.page.locator(".st-key-facts")).to_contain_text("1/5")
        reader.settle()
        assert reader.map.evaluate("window.map.oneGridScene.payload.areas.values") == [3, 1]
        assert reader.page.evaluate("window.sameDocument")
