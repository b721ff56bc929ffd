"""Imports go down only, and the generic package names are this repository's own."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.repository import (
    LAYERS,
    ROOT,
    committed_files,
    imported_modules,
    product_modules,
    relative,
)

DOMAIN_MAY_IMPORT = {"domain", "pydantic", "pydantic_settings"}
DOMAIN_EXCEPTIONS = {"domain/i18n.py": {"babel"}}  # the catalogue is read with babel's parser


def top_names(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported_modules(path)}


def test_import_linter_keeps_its_contracts() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_the_package_of_this_repository(layer: str) -> None:
    module = importlib.import_module(layer)
    assert module.__file__ == str(ROOT / layer / "__init__.py")


def test_domain_imports_only_the_standard_library_and_pydantic() -> None:
    modules = [path for path in product_modules() if relative(path).startswith("domain/")]
    assert len(modules) > 5
    for path in modules:
        allowed = DOMAIN_MAY_IMPORT | DOMAIN_EXCEPTIONS.get(relative(path), set())
        foreign = top_names(path) - allowed - sys.stdlib_module_names
        assert not foreign, f"{relative(path)} imports {sorted(foreign)}"


def test_nothing_imports_the_entry_point() -> None:
    assert (ROOT / "dashboard.py").exists()
    importers = [relative(path) for path in product_modules() if "dashboard" in top_names(path)]
    assert importers == []


def test_the_entry_point_uses_the_top_layers_only() -> None:
    ours = top_names(ROOT / "dashboard.py") & set(LAYERS)
    assert ours <= {"ui", "server", "domain"}, f"dashboard.py imports {sorted(ours)}"


def test_the_package_lists_every_file_of_the_layers() -> None:
    """What an installed copy would miss: a file that is no module and no named package data."""
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    named = {
        path
        for layer, patterns in setuptools["package-data"].items()
        for pattern in patterns
        for path in (ROOT / layer).glob(pattern)
    }
    ours = [path for path in committed_files() if relative(path).partition("/")[0] in LAYERS]
    assert len(ours) > 50
    packaged = {path for path in ours if path.suffix == ".py" and (path.parent / "__init__.py").exists()}
    assert [relative(path) for path in ours if path not in packaged | named] == []
