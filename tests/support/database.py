"""A database as a file to be copied: with the anchor of its audit, which belongs to it."""

from __future__ import annotations

import shutil
from pathlib import Path

from data.anchor import Anchor


def copied_db(source: Path, target: Path) -> Path:
    """A copy of a closed database and of its anchor, in the place of whatever stood at `target`."""
    Anchor(target).remove()
    if Anchor(source).exists():
        shutil.copy(Anchor(source).path, Anchor(target).path)
    return Path(shutil.copy(source, target))
