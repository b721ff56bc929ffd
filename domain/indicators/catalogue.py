"""The profiles that exist: those shipped beside this module, and those in a city's own folder.

A profile that says `extends = "NAME"` takes everything from that one and overrides what it says itself, key
by key; a city's profile may have the name of a shipped one only by extending it under another name.
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.errors import InputRefused, NotFound
from domain.filters import Side
from domain.i18n import _
from domain.indicators.model import Composite, Definition, Indicator, Profile
from domain.settings import settings

SHIPPED = Path(__file__).parent / "profiles"

DEFAULT = "general"
"""The profile of the screens."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def profiles() -> dict[str, Profile]:
    """Every profile by name, the default first.

    Raises InputRefused that names every key that is wrong in a city's own file.
    """
    return _load((SHIPPED, *([settings().profiles] if settings().profiles else [])))


def profile(name: str) -> Profile:
    """A profile by name. Raises NotFound that tells the names there are."""
    found = profiles()
    if name not in found:
        raise NotFound(
            _("没有口径“{name}”。").format(name=name),
            _("可用的口径：{known}。").format(known=", ".join(found)),
        )
    return found[name]


def definition(profile_name: str, name: str) -> Definition:
    """An indicator of a profile. Raises NotFound that tells the names there are."""
    indicators = profile(profile_name).indicators
    if name not in indicators:
        raise NotFound(
            _("口径“{profile}”里没有指标“{name}”。").format(profile=profile_name, name=name),
            _("可用的指标：{known}。").format(known=", ".join(indicators)),
        )
    return indicators[name]


def indicator(profile_name: str, name: str) -> Indicator:
    """An indicator that counts cases itself. Raises NotFound also for a composite."""
    found = definition(profile_name, name)
    if isinstance(found, Composite):
        raise NotFound(
            _("“{name}”是综合得分，没有自己的案件。").format(name=name), _("请看它的各个组成指标。")
        )
    return found


def has(side: Side) -> bool:
    """Whether a side names an indicator and a side that exist."""
    chosen = profiles().get(side.profile)
    found = chosen.indicators.get(side.indicator) if chosen else None
    return isinstance(found, Indicator) and side.side in found.sides


def side_name(side: Side) -> str:
    """A side in the reader's language: 结案率（通用口径）：分母中的其余案件."""
    found = indicator(side.profile, side.indicator)
    return _("{indicator}（{profile}）：{side}").format(
        indicator=found.name, profile=profile(side.profile).name, side=found.side_label(side.side)
    )


@lru_cache(maxsize=4)
def _load(folders: tuple[Path, ...]) -> dict[str, Profile]:
    files = _files(folders)
    documents = {name: _document(path) for name, path in files.items()}
    names = sorted(documents, key=lambda name: (name != DEFAULT, name))
    return {name: _checked(files[name], _extended(name, documents, ())) for name in names}


def _files(folders: tuple[Path, ...]) -> dict[str, Path]:
    """The file of each profile by its name."""
    files: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InputRefused(
                _("没有口径文件夹 {path}。").format(path=folder), _("请检查设置 ONEGRID_PROFILES。")
            )
        for path in sorted(folder.glob("*.toml")):
            name = path.stem
            if not _NAME.fullmatch(name):
                raise InputRefused(
                    _("口径文件名“{name}”不合规。").format(name=path.name),
                    _("文件名就是口径名：小写字母开头，只用小写字母、数字和下划线。"),
                )
            if name in files:
                raise InputRefused(
                    _("口径“{name}”有两份文件。").format(name=name),
                    _('请给自己的口径另起名字，用 extends = "{name}" 沿用原来的。').format(name=name),
                )
            files[name] = path
    return files


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputRefused(
            _("口径文件 {path} 不是正确的 TOML：{reason}").format(path=path.name, reason=error),
            _("改正所说的那一行。"),
        ) from None


def _extended(name: str, documents: dict[str, dict[str, Any]], seen: tuple[str, ...]) -> dict[str, Any]:
    document = dict(documents[name])
    base = document.pop("extends", None)
    if base is None:
        return document
    if not isinstance(base, str) or base not in documents or base in (*seen, name):
        raise InputRefused(
            _("口径“{name}”沿用“{base}”，但没有这个口径，或绕成了圈。").format(name=name, base=base),
            _("可用的口径：{known}。").format(known=", ".join(documents)),
        )
    return _merged(_extended(base, documents, (*seen, name)), document)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both else value
    return merged


def _checked(path: Path, document: dict[str, Any]) -> Profile:
    try:
        return Profile.model_validate(document)
    except ValidationError as error:
        lines = [f"- {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise InputRefused(
            _("口径文件 {path} 有 {n} 处不对：").format(path=path.name, n=len(lines))
            + "\n"
            + "\n".join(lines),
            _("写法见 docs/indicators.md。"),
        ) from None
