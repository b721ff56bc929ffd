"""The band of households per urban and rural class, and what can be said of a grid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.households import Band, Bands, Size
from domain.settings import Settings, read_settings

BANDS = Bands(urban=Band(300, 500), rural=Band(100, 300))


@pytest.mark.parametrize(
    ("households", "urban_class", "dedicated", "size"),
    [
        (300, "111", False, Size.FITTING),  # the edges belong to the band
        (500, "123", False, Size.FITTING),
        (299, "112", False, Size.FEW),
        (501, "121", False, Size.MANY),
        (299, "220", False, Size.FITTING),  # the country has a band of its own
        (99, "210", False, Size.FEW),
        (0, "111", False, Size.FEW),  # nobody lives there, and it is no park
        (0, "111", True, Size.DEDICATED),  # a park
        (None, "111", False, Size.UNKNOWN),
        (400, None, False, Size.NO_CLASS),
        (400, "", False, Size.NO_CLASS),
        (400, "9", False, Size.NO_CLASS),
    ],
)
def test_what_is_said_of_a_grid(households, urban_class, dedicated, size):
    assert BANDS.size(households, urban_class, dedicated=dedicated) is size
    assert size.label


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**7))
def test_exactly_one_of_few_fitting_many(one: int, other: int, households: int):
    band = Band(min(one, other), max(one, other))
    assert Band.parse(f"{band.low}-{band.high}") == band
    assert (band.judge(households) is Size.FITTING) == (band.low <= households <= band.high)
    assert band.judge(households).is_outside == (not band.low <= households <= band.high)


@pytest.mark.parametrize(
    "text", ["", "300", "500-300", "300-", "-500", "a-b", "300–500", "3 00-500", "1e3-2e3"]
)
def test_what_is_no_band_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, text: str):
    with pytest.raises(ValueError, match="300-500"):
        Band.parse(text)
    monkeypatch.setenv("ONEGRID_GRID_HOUSEHOLDS_URBAN", text)
    with pytest.raises(InputRefused, match="ONEGRID_GRID_HOUSEHOLDS_URBAN"):
        read_settings()


def test_the_settings_are_the_bands():
    settings = Settings(grid_households_urban="250-450")
    assert settings.bands == Bands(Band(250, 450), Band(100, 300))
    assert str(settings.bands.urban) == "250–450"
