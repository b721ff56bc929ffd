"""Zip files as operators send them: exactly one data file, or the parts of one shapefile.

Nothing is ever written under a name that stands in the archive. Refused: names that climb out of a
folder, encrypted members, and archives that unpack to far more than they are (a bomb).
"""

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, cast

from domain.errors import InputRefused
from domain.i18n import _

MAX_UNPACKED_BYTES: Final = 8 << 30
MAX_RATIO: Final = 200
_RATIO_MATTERS_FROM_BYTES: Final = 64 << 20
_ENCRYPTED_FLAG: Final = 0x1


def members(path: Path) -> list[zipfile.ZipInfo]:
    """The data files of an archive, checked; folders and what macOS and Windows add are left out.

    Raises:
        InputRefused: Not a readable zip, an unsafe name, an encrypted member, or a bomb.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        raise InputRefused(
            _("压缩包“{name}”打不开：不是完好的 zip 文件。").format(name=path.name),
            remedy=_("请重新压缩后再导入。"),
        ) from None
    for info in infos:
        _check_member(path, info)
    _check_size(path, infos)
    return [info for info in infos if not _is_litter(info.filename)]


def open_member(path: Path, info: zipfile.ZipInfo) -> BinaryIO:
    """The unpacked bytes of one member as a stream; nothing is written to disk."""
    archive = zipfile.ZipFile(path)  # closed with the stream: ZipExtFile owns the shared handle
    stream = archive.open(info)
    archive.close()
    return cast("BinaryIO", stream)


def extract_parts(path: Path, infos: Iterable[zipfile.ZipInfo], folder: Path, stem: str) -> None:
    """Write members as `folder/stem.<their suffix>`: the archive's own names touch no disk."""
    for info in infos:
        suffix = PurePosixPath(info.filename).suffix.lower()
        with open_member(path, info) as source, (folder / f"{stem}{suffix}").open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)


def check_workbook(path: Path) -> None:
    """Refuse a workbook (a zip inside) that would unpack to a bomb."""
    members(path)


def _check_member(path: Path, info: zipfile.ZipInfo) -> None:
    name = info.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or ":" in name:
        raise InputRefused(
            _("压缩包“{name}”里有不安全的路径“{member}”。").format(name=path.name, member=name[:80]),
            remedy=_("请只压缩数据文件本身，不带上级目录。"),
        )
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise InputRefused(
            _("压缩包“{name}”有密码。").format(name=path.name), remedy=_("请去掉密码后重新压缩。")
        )


def _check_size(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    bomb = unpacked > _RATIO_MATTERS_FROM_BYTES and unpacked / packed > MAX_RATIO
    if bomb or unpacked > MAX_UNPACKED_BYTES:
        raise InputRefused(
            _("压缩包“{name}”解开后有 {size:.1f} GB，是压缩前的 {ratio:.0f} 倍，不予解开。").format(
                name=path.name, size=unpacked / (1 << 30), ratio=unpacked / packed
            ),
            remedy=_("请直接导入解开后的文件，大文件请分批。"),
        )


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].lower() in (".ds_store", "thumbs.db", "desktop.ini")
