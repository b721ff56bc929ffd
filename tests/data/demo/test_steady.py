"""The same demo city on every processor: the last digits of exponentials, sines and powers differ between them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
import shapely

from data.demo import DemoCity, build, cases, steady
from tests.support.repository import ROOT

UNITS_IN_THE_LAST_PLACE = 4
"""As much as numpy's faster functions may differ from the exact value."""


def digest(city: DemoCity) -> str:
    """Everything of a city that can be told, as one hash."""
    told = hashlib.sha256()
    for frame in (city.areas, city.lines, city.compounds, city.service_points, city.duty):
        for name in frame.columns:
            values = frame[name].to_numpy()
            geometry = name == "geometry"
            told.update(b"".join(shapely.to_wkb(values)) if geometry else repr(values.tolist()).encode())
    for chunk in cases(city):
        for column in chunk.columns:
            told.update(repr(column.to_pylist()).encode())
    return told.hexdigest()


@pytest.fixture(scope="module")
def here(town: DemoCity) -> str:
    return digest(town)


@pytest.mark.slow
@pytest.mark.parametrize("towards", [np.inf, -np.inf], ids=["more", "less"])
def test_the_town_does_not_depend_on_last_digits(
    monkeypatch: pytest.MonkeyPatch, here: str, towards: float
) -> None:
    def nudged(function: Any) -> Any:
        def compute(*args: Any) -> Any:
            values = function(*args)
            for _unit in range(UNITS_IN_THE_LAST_PLACE):
                values = np.nextafter(values, towards)
            return values

        return compute

    for name, function in steady.RAW.items():
        monkeypatch.setitem(steady.RAW, name, nudged(function))
    assert digest(build("town")) == here


def test_a_steady_value_is_close() -> None:
    x = np.linspace(-20, 20, 4001)
    assert np.allclose(steady.exp(x), np.exp(x), rtol=2e-9, atol=0)
    assert np.allclose(steady.sin(x), np.sin(x), rtol=2e-9, atol=0)
    assert np.allclose(steady.arctan2(x, 3.0), np.arctan2(x, 3.0), rtol=2e-9, atol=0)
    assert np.allclose(steady.power(np.abs(x), 1.7), np.abs(x) ** 1.7, rtol=2e-9, atol=0)


def test_no_other_function_of_the_demo_depends_on_the_processor() -> None:
    for path in (ROOT / "data" / "demo").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for name in (*steady.RAW, "log", "log1p", "tan", "tanh", "expm1", "hypot", "matmul", "dot"):
            assert f"np.{name}(" not in text, f"{path.name} calls np.{name}"
