"""What is imported is required, what is required is imported, and all of it is pinned."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions, version
from pathlib import Path

import duckdb
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import closure, direct_requirements
from tests.support.repository import LAYERS, ROOT, imported_modules, product_modules, relative

NOT_IMPORTED = {
    "authlib": "Streamlit imports it when somebody signs in at an identity provider",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
NOT_REQUIRED = {
    "pydantic-core": "pydantic's own core, in the version that pydantic asks for",
    "packaging": "pytest's own dependency",
}
TOOLS = {
    "httpx": "starlette's test client imports it",
    "import-linter": "a command",
    "mypy": "a command",
    "oidc-provider-mock": "a command: the identity provider of the browser tests",
    "pandas-stubs": "types for mypy",
    "pytest-rerunfailures": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "ruff": "a command",
}


def pins(name: str) -> dict[str, str]:
    """Version by canonical name of a requirements file; fails on a line that is no exact pin."""
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and line[0] not in "#-"]
    for line in lines:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][\w.+-]*", line), f"{name}: {line!r} is no exact pin"
    return {canonicalize_name(Requirement(line).name): line.partition("==")[2] for line in lines}


def imported_distributions(paths: Iterable[Path]) -> dict[str, str]:
    """A file by canonical name of each distribution that the files import."""
    ours = {*LAYERS, "dashboard", "tests", "scripts", "bench"}
    distributions = packages_distributions()
    found: dict[str, str] = {}
    for path in paths:
        tops = {name.partition(".")[0] for name in imported_modules(path)}
        for top in tops - ours - sys.stdlib_module_names:
            assert top in distributions, f"{relative(path)} imports {top}, which is not installed"
            for distribution in distributions[top]:
                found[canonicalize_name(distribution)] = relative(path)
    return found


def test_the_product_imports_what_is_required_and_nothing_else() -> None:
    imported = imported_distributions(product_modules())
    required = set(pins("requirements.txt")) - set(NOT_IMPORTED)
    missing = {name: path for name, path in imported.items() if name not in required | set(NOT_REQUIRED)}
    assert missing == {}, "add them to requirements.txt, or import something else"
    assert required - set(imported) == set(), "required, but nothing imports them"


def test_tests_and_tools_import_what_is_required() -> None:
    files = [path for folder in ("tests", "scripts", "bench") for path in (ROOT / folder).rglob("*.py")]
    imported = imported_distributions(files)
    required = set(pins("requirements.txt")) | set(pins("requirements-dev.txt"))
    assert set(imported) - required - set(NOT_REQUIRED) == set()
    unused = set(pins("requirements-dev.txt")) - set(imported) - set(TOOLS)
    assert unused == set(), "required for development, but nothing uses them"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_agrees_with_the_requirements(name: str) -> None:
    lock = pins("constraints.txt")
    assert {one: lock.get(one) for one in pins(name)} == pins(name)


def test_the_lock_holds_everything_that_comes_along() -> None:
    assert set(closure(direct_requirements())) - set(pins("constraints.txt")) == set()


def test_every_requirement_has_its_reason() -> None:
    text = (ROOT / "docs" / "adr" / "0002-dependencies.md").read_text(encoding="utf-8")
    every = {**pins("requirements.txt"), **pins("requirements-dev.txt")}
    assert [name for name in every if f"`{name}`" not in text] == []


def test_duckdb_is_the_version_that_was_asked_for() -> None:
    asked = os.environ.get("EXPECTED_DUCKDB") or pins("requirements.txt")["duckdb"]
    assert duckdb.__version__ == asked
    assert version("duckdb") == asked
