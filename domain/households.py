"""How many households a grid should have: a band for towns and one for the country, both the operator's to set.

Urban and rural go by the class of the area (城乡分类, statistical codes): 1xx is urban, 2xx rural.
"""

import re
from dataclasses import dataclass

from domain.i18n import N_
from domain.vocabulary import Labelled

BAND_PATTERN = r"^\d{1,6}-\d{1,6}$"
"""How a band is written in the settings: `300-500`."""


@dataclass(frozen=True)
class Band:
    """From `low` to `high` households, both included."""

    low: int
    high: int

    @classmethod
    def parse(cls, text: str) -> "Band":
        """The band that a setting names. Raises ValueError for anything that is none."""
        found = re.fullmatch(BAND_PATTERN, text)
        low, _dash, high = text.partition("-")
        if found is None or int(low) > int(high):
            raise ValueError(f"a band of households is written 300-500, not {text!r}")
        return cls(int(low), int(high))

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.low}–{self.high}"

    def judge(self, households: int) -> "Size":
        """Where a number of households lies."""
        if households < self.low:
            return Size.FEW
        return Size.MANY if households > self.high else Size.FITTING


class Size(Labelled):
    """How a grid's households compare with its band; or why nothing can be said."""

    FEW = "few"
    FITTING = "fitting"
    MANY = "many"
    UNKNOWN = "unknown"
    NO_CLASS = "no_class"
    DEDICATED = "dedicated"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "few": N_("户数偏少"),
            "fitting": N_("户数合适"),
            "many": N_("户数偏多"),
            "unknown": N_("没有户数"),
            "no_class": N_("没有城乡分类"),
            "dedicated": N_("专属网格，不按户数"),
        }

    @property
    def is_outside(self) -> bool:
        """Whether the grid has too few or too many."""
        return self in {Size.FEW, Size.MANY}


@dataclass(frozen=True)
class Bands:
    """The bands of an installation."""

    urban: Band
    rural: Band

    def of(self, urban_class: str | None) -> Band | None:
        """The band of an area by its class; None for a class that is neither urban nor rural, or unknown."""
        return {"1": self.urban, "2": self.rural}.get((urban_class or "")[:1])

    def size(self, households: int | None, urban_class: str | None, *, dedicated: bool) -> Size:
        """How a grid's households compare with its band; a dedicated grid (a park, a mall) has none of its own."""
        if dedicated:
            return Size.DEDICATED
        if households is None:
            return Size.UNKNOWN
        band = self.of(urban_class)
        return Size.NO_CLASS if band is None else band.judge(households)
