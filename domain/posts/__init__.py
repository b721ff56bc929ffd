"""What the load of a police post is counted from: categories that are police work, the hours of the night.

Declared in `police.toml`; a city's own file (setting `police`) overrides it key by key.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.i18n import _
from domain.profile_faults import Inherited
from domain.profile_files import Kind, document, refused
from domain.settings import settings

SHIPPED = Path(__file__).parent / "police.toml"

_PART = re.compile(r"[/／>＞]")


class PoliceWork(BaseModel):
    """Beginnings of categories that are police work (`except_` takes out again), the night, the least to rank."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    categories: tuple[str, ...] = Field(min_length=1)
    except_: tuple[str, ...] = Field((), alias="except")
    night_from: int = Field(ge=0, le=23)
    night_to: int = Field(ge=0, le=23)
    minimum_n: int = Field(ge=1)

    def is_police(self, category: str) -> bool:
        """Whether a category, or a part of it between slashes, begins as declared; letters of either case."""
        return _begins(category, self.categories) and not _begins(category, self.except_)

    def among(self, categories: Iterable[str]) -> tuple[str, ...]:
        """Those of some categories that are police work, in their order."""
        return tuple(category for category in categories if self.is_police(category))

    @property
    def night_hours(self) -> tuple[int, ...]:
        """The hours of the day that are night; a night may run over midnight. All of them where it never ends."""
        length = (self.night_to - self.night_from) % 24 or 24
        return tuple((self.night_from + n) % 24 for n in range(length))


def police_work() -> PoliceWork:
    """The declaration of this installation. Raises InputRefused that names every key that is wrong."""
    return _load(settings().police)


def _begins(category: str, beginnings: Iterable[str]) -> bool:
    whole = category.strip().casefold()
    parts = [whole, *(part.strip() for part in _PART.split(whole))]
    return any(
        part.startswith(text.strip().casefold()) for text in beginnings for part in parts if text.strip()
    )


@lru_cache(maxsize=4)
def _load(own: Path | None) -> PoliceWork:
    kind = Kind(_("涉警口径"), "ONEGRID_POLICE", "docs/police-stations.md")
    told = document(SHIPPED, kind) | (document(own, kind) if own else {})
    try:
        return PoliceWork.model_validate(told)
    except ValidationError as error:
        raise refused(own or SHIPPED, error, kind, PoliceWork, Inherited()) from None
