"""One clock: nothing but domain/clock.py asks the machine for the time."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.repository import dotted_name, product_modules, relative, tree_of

# Measuring how long something took is no business time: monotonic and perf_counter stay free.
CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "Timestamp.now",
    "Timestamp.today",
    "Timestamp.utcnow",
}
ALLOWED = {
    "domain/clock.py": "the one place that reads the machine's clock",
}


def clock_reads(tree: ast.Module) -> list[int]:
    """Lines that name a function of CLOCKS, called or handed on, or import one by its bare name."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = ".".join(dotted_name(node).split(".")[-2:])
            if name in CLOCKS:
                lines.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            lines += [node.lineno for alias in node.names if f"time.{alias.name}" in CLOCKS]
    return lines


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("datetime.now(UTC)", True),
        ("import datetime as dt\ndt.datetime.now()", True),
        ("field(default_factory=date.today)", True),  # handed on, not called
        ("from time import time", True),
        ("pd.Timestamp.now()", True),
        ("clock.now()", False),  # the injected clock
        ("time.monotonic()", False),  # a duration
    ],
)
def test_rule(code: str, *, told: bool) -> None:
    assert bool(clock_reads(ast.parse(code))) is told


def test_only_the_clock_reads_the_clock() -> None:
    modules = product_modules()
    assert len(modules) > 20
    found = {relative(path): lines for path in modules if (lines := clock_reads(tree_of(path)))}
    assert set(found) == set(ALLOWED), {name: found[name] for name in set(found) - set(ALLOWED)}


def test_allowed_modules_exist() -> None:
    known = {relative(Path(path)) for path in product_modules()}
    assert set(ALLOWED) <= known
