"""The rating profiles that exist: those shipped beside this module, and those in a city's own folder.

`extends` and names work as for indicators (`domain.profile_files`).
"""

from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from domain.errors import NotFound
from domain.i18n import _
from domain.indicators import catalogue as indicators
from domain.indicators.facts import Direction, Unit
from domain.indicators.model import Indicator
from domain.profile_files import Declared, Document, Kind, alone, documents, known, refused
from domain.ratings.model import Bands, Item, Of, Profile
from domain.settings import settings

SHIPPED = Path(__file__).parent / "profiles"

DEFAULT = "hongxin"
"""The profile of the screen."""


def profiles() -> dict[str, Profile]:
    """Every profile by name, the default first.

    Raises InputRefused that names every key that is wrong in a city's own file.
    """
    own = settings()
    indicator_folders = (indicators.SHIPPED, *([own.profiles] if own.profiles else []))
    return _load(_folders(), indicator_folders)


def profile(name: str) -> Profile:
    """A profile by name. Raises NotFound that tells the names there are."""
    found = profiles()
    if name not in found:
        read = _(
            "自己的方案在 ONEGRID_RATINGS 指的文件夹里，程序启动时读入；"
            "正在运行的服务用它启动时的那一份，改后请重启服务。"
        )
        raise NotFound(_("没有评级方案“{name}”。").format(name=name), f"{known(found, _kind())} {read}")
    return found[name]


def of_file(path: Path) -> Profile:
    """The profile of a file that need not stand in the city's folder: a draft that is tried.

    It is read as it is now, with what it takes over. Raises InputRefused as `profiles` does.
    """
    return _checked(alone(path, _folders(), _kind()))


def indicator_of(chosen: Profile, item: Item) -> Indicator | None:
    """The indicator of an item; None where it is an assessment."""
    return indicators.indicator(chosen.indicators, item.indicator) if item.indicator else None


def assessments_asked() -> frozenset[tuple[str, Of]]:
    """The assessments that the profiles ask for, by items or penalties, and of whom."""
    return frozenset().union(*(found.assessments for found in profiles().values()))


def assessment_bands(assessment: str, of: Of) -> tuple[Bands, ...]:
    """The bands by which the profiles score an assessment, each once."""
    items = (item for found in profiles().values() for item in found.items.values())
    return tuple(
        dict.fromkeys(item.bands for item in items if (item.assessment, item.of) == (assessment, of))
    )


def item_name(chosen: Profile, item: str) -> str:
    """The name of an item in the reader's language: its own, or that of its indicator."""
    found = chosen.items[item]
    if found.name is not None:
        return str(found.name)
    return str(indicators.definition(chosen.indicators, str(found.indicator)).name)


def of_document(document: Document) -> Profile:
    """The profile that a document says. Raises pydantic's ValidationError with everything that is wrong."""
    stands_on = document.get("indicators", indicators.DEFAULT)
    base = indicators.profiles().get(stands_on) if isinstance(stands_on, str) else None
    return Profile.model_validate(document, context={"indicators": base.indicators} if base else None)


def more_cases_score_more(chosen: Profile) -> list[str]:
    """The items that score more cases higher, though their indicator does not say that more is better."""
    return [
        name
        for name, item in chosen.items.items()
        if (found := indicator_of(chosen, item)) is not None
        and found.unit is Unit.PER_100_HOUSEHOLDS
        and found.direction is Direction.NEITHER
        and item.bands.rise
    ]


def _folders() -> tuple[Path, ...]:
    own = settings().ratings
    return (SHIPPED, *([own] if own else []))


@lru_cache(maxsize=4)
def _load(folders: tuple[Path, ...], _indicators: tuple[Path, ...]) -> dict[str, Profile]:
    found = documents(folders, _kind())
    names = sorted(found, key=lambda name: (name != DEFAULT, name))
    return {name: _checked(found[name]) for name in names}


def _kind() -> Kind:
    return Kind(_("评级方案"), "ONEGRID_RATINGS", "docs/ratings.md")


def _checked(declared: Declared) -> Profile:
    try:
        return of_document(declared.document)
    except ValidationError as error:
        raise refused(declared.path, error, _kind(), Profile, declared.inherited) from None
