"""Profiles as files: those shipped beside a module and a city's own folder, one taking over another with `extends`.

What a profile says is its module's business (domain/indicators, domain/ratings); here are only files and documents.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from domain.errors import InputRefused
from domain.i18n import _
from domain.profile_faults import Inherited, lines, syntax

Document = dict[str, Any]
Documents = dict[str, Document]

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Kind:
    """What kind of profiles they are: the word for one in the reader's language, the setting, the manual."""

    word: str
    setting: str
    manual: str


@dataclass(frozen=True)
class Declared:
    """A profile's file, what it says with all that it takes over, and what that was."""

    path: Path
    document: Document
    inherited: Inherited


def documents(folders: Sequence[Path], kind: Kind) -> dict[str, Declared]:
    """Every profile's file and what it says, by its name.

    A city's profile may have the name of a shipped one only by extending it under another name.
    """
    files = _files(folders, kind)
    read = {name: document(path, kind) for name, path in files.items()}
    whole = {name: _extended(name, read, (), kind) for name in read}
    return {name: Declared(files[name], whole[name], _inherited(read[name], whole)) for name in read}


def alone(path: Path, folders: Sequence[Path], kind: Kind) -> Declared:
    """A file that stands anywhere; it may take over those of the folders, and those that lie beside it.

    One of its own name in the folders does not count; of two others of one name that of the folders does. Raises
    InputRefused as `documents` does.
    """
    read = {name: document(at, kind) for name, at in _files(folders, kind).items()}
    read[path.stem] = document(path, kind)
    _read_beside(path, read, kind)
    whole = _extended(path.stem, read, (), kind)
    base = read[path.stem].get("extends")
    taken = {base: _extended(base, read, (path.stem,), kind)} if base is not None else {}
    return Declared(path, whole, _inherited(read[path.stem], taken))


def _read_beside(path: Path, read: Documents, kind: Kind) -> None:
    """Add what a file takes over, step by step, from the files beside it; what is nowhere is left out."""
    base = read[path.stem].get("extends")
    while isinstance(base, str) and base not in read and _NAME.fullmatch(base):
        beside = path.with_name(f"{base}.toml")
        if not beside.is_file():
            return
        read[base] = document(beside, kind)
        base = read[base].get("extends")


def _inherited(document: Document, whole: Mapping[str, Document]) -> Inherited:
    base = document.get("extends")
    return Inherited(base, whole[base]) if base is not None else Inherited()


def document(path: Path, kind: Kind) -> Document:
    """What one file says. Raises InputRefused where it cannot be read, or is no TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputRefused(
            _("{what}文件 {path} 读不了：{reason}").format(
                what=kind.word, path=path.name, reason=error.strerror or error
            ),
            _("请检查设置 {setting}。").format(setting=kind.setting),
        ) from None
    except UnicodeDecodeError:
        raise InputRefused(
            _("{what}文件 {path} 不是 UTF-8 编码。").format(what=kind.word, path=path.name),
            _("请另存为 UTF-8。"),
        ) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputRefused(
            _("{what}文件 {path} 不是正确的 TOML：{reason}").format(
                what=kind.word, path=path.name, reason=syntax(error, text)
            ),
            _("改正所说的那一行：文字要加引号，括号成对，同一个键或表只写一次。"),
        ) from None


def refused(
    path: Path, error: ValidationError, kind: Kind, model: type[BaseModel], inherited: Inherited
) -> InputRefused:
    """What is wrong in a profile, all of it at once, each with the path of its key.

    `model` is what the file was held against, `inherited` what it takes over.
    """
    found = [f"- {line}" for line in lines(error, model, inherited)]
    told = _("{what}文件 {path} 有 {n} 处不对：").format(what=kind.word, path=path.name, n=len(found))
    return InputRefused("\n".join([told, *found]), _("写法见 {manual}。").format(manual=kind.manual))


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
            known([other for other in read if other not in (*seen, name)], kind),
        )
    return _merged(_extended(base, read, (*seen, name), kind), document)


def known(names: Iterable[str], kind: Kind) -> str:
    """The names there are."""
    return _("可用的{what}：{known}。").format(what=kind.word, known=", ".join(names))


def _merged(base: Document, over: Document) -> Document:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both else value
    return merged
