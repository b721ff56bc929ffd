"""The profiles that exist: those shipped beside this module, and those in a city's own folder.

A profile that says `extends = "NAME"` takes everything from that one and overrides what it says itself, key
by key; a city's profile may have the name of a shipped one only by extending it under another name.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from domain.errors import NotFound
from domain.filters import Side
from domain.i18n import _
from domain.indicators.model import Composite, Definition, Indicator, Profile
from domain.profile_files import Declared, Kind, documents, known, refused
from domain.settings import settings

SHIPPED = Path(__file__).parent / "profiles"

DEFAULT = "general"
"""The profile of the screens."""


def profiles() -> dict[str, Profile]:
    """Every profile by name, the default first.

    Raises InputRefused that names every key that is wrong in a city's own file.
    """
    return _load((SHIPPED, *([settings().profiles] if settings().profiles else [])))


def profile(name: str) -> Profile:
    """A profile by name. Raises NotFound that tells the names there are."""
    found = profiles()
    if name not in found:
        raise NotFound(_("没有口径“{name}”。").format(name=name), known(found, _kind()))
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
    found = documents(folders, _kind())
    names = sorted(found, key=lambda name: (name != DEFAULT, name))
    return {name: _checked(found[name]) for name in names}


def _kind() -> Kind:
    return Kind(_("口径"), "ONEGRID_PROFILES", "docs/indicators.md")


def _checked(declared: Declared) -> Profile:
    try:
        return Profile.model_validate(declared.document)
    except ValidationError as error:
        raise refused(declared.path, error, _kind(), Profile, declared.inherited) from None
