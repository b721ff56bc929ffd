"""Many files as one: a zip whose members stand in the order they were added, with names that every system takes.

A name is made of a code and a name from the data, both hostile: only letters, digits, `_` and `-` of them are kept,
so nothing can climb out of a folder, hide an ending or turn the reading direction. Members carry one given time
instead of the machine's.
"""

import re
import shutil
import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from domain.errors import InputRefused
from domain.i18n import _

_PART_CHARACTERS = 40
_UNUSUAL = re.compile(r"[^\w-]+")
_COPY_BYTES = 1 << 20
_PACKED = {".xlsx", ".parquet"}
"""Compressed already: to do it again costs time and saves nothing."""
_OWNER_READS = 0o600 << 16
_EARLIEST = datetime(1980, 1, 1)
"""A zip knows no time before."""


class Bundle:
    """A zip that is being written. `made` (naive local time) is the time of every member, `taken` are names in use."""

    def __init__(self, path: Path, made: datetime, taken: Collection[str] = ()) -> None:
        self._zip = zipfile.ZipFile(path, "w", allowZip64=True)
        self._made = max(made, _EARLIEST)
        self._names = {name.casefold() for name in taken}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def free_name(self, code: str, name: str, suffix: str) -> str:
        """A member's name that nobody has yet; two that differ in case only are one name on some systems."""
        stem = "_".join(part for part in (safe_part(code), safe_part(name)) if part) or "_"
        found, number = f"{stem}{suffix}", 2
        while found.casefold() in self._names:
            found, number = f"{stem}_{number}{suffix}", number + 1
        self._names.add(found.casefold())
        return found

    def take(self, file: Path, name: str) -> None:
        """Move a file into the zip under a name; the file is gone afterwards."""
        member = zipfile.ZipInfo(name, self._made.timetuple()[:6])
        packed = file.suffix in _PACKED
        member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        member.external_attr = _OWNER_READS
        member.file_size = file.stat().st_size
        with file.open("rb") as source, self._zip.open(member, "w") as target:
            shutil.copyfileobj(source, target, _COPY_BYTES)
        file.unlink()


def safe_part(text: str) -> str:
    """What of a text may stand in the name of a file; empty where nothing may."""
    told = _UNUSUAL.sub("_", unicodedata.normalize("NFC", text))
    return told[:_PART_CHARACTERS].strip("_")


@contextmanager
def bundled(target: Path, made: datetime, taken: Collection[str]) -> Iterator[tuple[Bundle, Path]]:
    """A bundle that becomes `target` at the end of the block, and a folder to make its files in.

    Raises InputRefused where the target exists; a block that fails leaves nothing.
    """
    if target.exists():
        raise InputRefused(_("{path} 已存在。").format(path=target), _("请换一个文件名。"))
    workshop = target.with_name(f".{target.name}.parts")
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(mode=0o700, parents=True)
    try:
        part = workshop / "whole"
        with Bundle(part, made, taken) as bundle:
            yield bundle, workshop
        part.replace(target)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
