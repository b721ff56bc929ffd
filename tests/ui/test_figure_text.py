"""Figures in words: a unit is said once."""

from __future__ import annotations

import pytest

from domain.i18n import use_language
from domain.indicators.facts import Unit
from ui import figure_text


@pytest.mark.parametrize(
    ("name", "unit", "told_in", "expected"),
    [
        ("案件数", Unit.CASES, "zh", "案件数（件）"),  # the character in the name is no unit
        ("按期结案率", Unit.SHARE, "zh", "按期结案率（%）"),
        ("Open", Unit.CASES, "en", "Open (cases)"),
        ("Open cases", Unit.CASES, "en", "Open cases"),
        ("Cases 2026-09-01 – 2026-09-30", Unit.CASES, "en", "Cases 2026-09-01 – 2026-09-30"),
        ("On-time closing rate", Unit.SHARE, "en", "On-time closing rate (%)"),
    ],
)
def test_a_heading_says_its_unit_once(name: str, unit: Unit, told_in: str, expected: str) -> None:
    with use_language(told_in):
        assert figure_text.heading(name, unit) == expected
