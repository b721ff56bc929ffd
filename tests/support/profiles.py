"""A city's own profiles for the length of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.indicators import catalogue
from domain.settings import settings


@contextmanager
def own_profiles(folder: Path, **texts: str) -> Iterator[Path]:
    """The setting ONEGRID_PROFILES names a new folder with these profiles, each name with its TOML."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONEGRID_PROFILES", str(folder))
        settings.cache_clear()
        try:
            yield folder
        finally:
            settings.cache_clear()
            catalogue._load.cache_clear()
