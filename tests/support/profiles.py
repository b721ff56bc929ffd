"""A city's own profiles of indicators and of ratings for the length of a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.indicators import catalogue
from domain.ratings import catalogue as ratings
from domain.settings import settings


@contextmanager
def own_profiles(folder: Path, **texts: str) -> Iterator[Path]:
    """The setting ONEGRID_PROFILES names a new folder with these profiles, each name with its TOML."""
    with _own("ONEGRID_PROFILES", folder, texts):
        yield folder


@contextmanager
def own_ratings(folder: Path, **texts: str) -> Iterator[Path]:
    """The same for ONEGRID_RATINGS."""
    with _own("ONEGRID_RATINGS", folder, texts):
        yield folder


@contextmanager
def _own(setting: str, folder: Path, texts: Mapping[str, str]) -> Iterator[None]:
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(setting, str(folder))
        settings.cache_clear()
        try:
            yield
        finally:
            settings.cache_clear()
            catalogue._load.cache_clear()
            ratings._load.cache_clear()
