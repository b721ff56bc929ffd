"""Profiles as files: those shipped beside a module and a city's own folder, one taking over another with `extends`.

What a profile says is its module's business (domain/indicators, domain/ratings); here are only files and documents.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.errors import InputRefused
from domain.i18n import _

Document = dict[str, Any]

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Kind:
    """What kind of profiles they are: the word for one in the reader's language, the setting, the manual."""

    word: str
    setting: str
    manual: str


def documents(folders: Sequence[Path], kind: Kind) -> dict[str, tuple[Path, Document]]:
    """Every profile's file and what it says, with all that it takes over, by its name.

    A city's profile may have the name of a shipped one only by extending it under another name.
    """
    files = _files(folders, kind)
    read = {name: document(path, kind) for name, path in files.items()}
    return {name: (files[name], _extended(name, read, (), kind)) for name in read}


def document(path: Path, kind: Kind) -> Document:
    """What one file says. Raises InputRefused where it cannot be read, or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputRefused(
            _("{what}文件 {path} 读不了：{reason}").format(
                what=kind.word, path=path.name, reason=error.strerror or error
            ),
            _("请检查设置 {setting}。").format(setting=kind.setting),
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputRefused(
            _("{what}文件 {path} 不是正确的 TOML：{reason}").format(
                what=kind.word, path=path.name, reason=error
            ),
            _("改正所说的那一行。"),
        ) from None


def refused(path: Path, error: ValidationError, kind: Kind) -> InputRefused:
    """What is wrong in a profile, all of it at once, each with the path of its key."""
    lines = [f"- {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
    told = _("{what}文件 {path} 有 {n} 处不对：").format(what=kind.word, path=path.name, n=len(lines))
    return InputRefused("\n".join([told, *lines]), _("写法见 {manual}。").format(manual=kind.manual))


def _files(folders: Sequence[Path], kind: Kind) -> dict[str, Path]:
    """The file of each profile by its name."""
    files: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InputRefused(
                _("没有{what}文件夹 {path}。").format(what=kind.word, path=folder),
                _("请检查设置 {setting}。").format(setting=kind.setting),
            )
        for path in sorted(folder.glob("*.toml")):
            name = path.stem
            if not _NAME.fullmatch(name):
                raise InputRefused(
                    _("{what}文件名“{name}”不合规。").format(what=kind.word, name=path.name),
                    _("文件名去掉 .toml 就是名称：小写字母开头，只用小写字母、数字和下划线。"),
                )
            if name in files:
                raise InputRefused(
                    _("{what}“{name}”有两份文件。").format(what=kind.word, name=name),
                    _('请给自己的文件另起名字，用 extends = "{name}" 沿用原来的。').format(name=name),
                )
            files[name] = path
    return files


def _extended(name: str, read: Mapping[str, Document], seen: tuple[str, ...], kind: Kind) -> Document:
    document = dict(read[name])
    base = document.pop("extends", None)
    if base is None:
        return document
    if not isinstance(base, str) or base not in read or base in (*seen, name):
        raise InputRefused(
            _("{what}“{name}”沿用“{base}”，但没有这个{what}，或绕成了圈。").format(
                what=kind.word, name=name, base=base
            ),
            known(read, kind),
        )
    return _merged(_extended(base, read, (*seen, name), kind), document)


def known(names: Mapping[str, object], kind: Kind) -> str:
    """The names there are."""
    return _("可用的{what}：{known}。").format(what=kind.word, known=", ".join(names))


def _merged(base: Document, over: Document) -> Document:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both else value
    return merged
