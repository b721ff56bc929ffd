"""The repository's own files, for the tests that hold them to the house rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("domain", "geo", "data", "queries", "ui", "server", "pages")
"""The product's packages, from the bottom up."""

_NOT_OURS = {"__pycache__", "build", "dist", "node_modules", "var"}


def committed_files() -> Iterator[Path]:
    """Every file that belongs to the repository: no environments, caches or run-time files."""
    waiting = [ROOT]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.is_dir():
                hidden = path.name.startswith(".") and path.name not in {".ci", ".streamlit"}
                if not hidden and path.name not in _NOT_OURS and not path.name.endswith(".egg-info"):
                    waiting.append(path)
            else:
                yield path


def product_modules() -> list[Path]:
    """Python files of the product: the layers and dashboard.py."""
    found = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]
    return [*found, *ROOT.glob("dashboard.py")]


def relative(path: Path) -> str:
    """The path as it is written in messages and allow-lists: relative, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_modules(path: Path) -> set[str]:
    """Full dotted names of the modules that a file imports (relative imports left out)."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


def dotted_name(node: ast.AST) -> str:
    """`st.cache_data` for the expression st.cache_data; empty for anything but names and dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted_name(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""
