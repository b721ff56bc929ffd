"""Where the reader stands: the area in the URL (`?area=CODE`), so that a link shows the same place.

Setting it adds an entry to the browser's history, and going back brings the old value with a rerun: the
back button walks up the drill-down without any code of ours.
"""

from dataclasses import dataclass

import streamlit as st

from domain.vocabulary import Level
from queries.areas import AreaInfo

_AREA = "area"
_LAYERS = "layers"


@dataclass(frozen=True)
class Place:
    """An area with the way to it.

    `path` leads from the top to the area; it is empty for the whole installation where that is no single
    area. `levels` are the levels that have areas, top down. `is_top` tells that nothing lies above or
    beside the area: it stands for the whole installation.
    """

    path: tuple[AreaInfo, ...]
    levels: tuple[Level, ...]
    is_top: bool = False

    @property
    def area(self) -> AreaInfo | None:
        """The area itself; None for the whole installation."""
        return self.path[-1] if self.path else None

    @property
    def code(self) -> str | None:
        """The area's code; None for the whole installation."""
        return self.path[-1].code if self.path else None

    @property
    def scope(self) -> AreaInfo | None:
        """The area that cases are restricted to; None at the top, where unplaced cases count too."""
        return None if self.is_top else self.area

    @property
    def finer(self) -> tuple[Level, ...]:
        """The levels below the area, top down; empty for the finest."""
        rank = self.path[-1].level.rank if self.path else -1
        return tuple(level for level in self.levels if level.rank > rank)

    @property
    def painted(self) -> AreaInfo | None:
        """The area whose parts are painted: the finest have none, so they are seen among their siblings."""
        if self.finer or not self.path:
            return self.area
        return self.path[-2] if len(self.path) > 1 else None

    @property
    def painted_scope(self) -> AreaInfo | None:
        """The area that the cases of the painted areas are restricted to; None at the top."""
        return self.scope if self.painted == self.area else self.painted

    @property
    def painted_id(self) -> int | None:
        """The id of that area; None for the whole installation."""
        return self.painted.area_id if self.painted else None

    def path_to(self, area: AreaInfo) -> tuple[AreaInfo, ...]:
        """The way from the top to one of the areas on the path."""
        return self.path[: self.path.index(area) + 1]

    def level(self, wanted: Level | None) -> Level:
        """The level that is painted: the one wanted if it lies below the area, else the next one down."""
        if wanted in self.finer:
            return wanted
        return self.finer[0] if self.finer else self.levels[-1]


def code_in_url() -> str | None:
    """The area code in the URL."""
    return st.query_params.get(_AREA)


def go_to(code: str | None) -> None:
    """Move to an area, None to the top. For callbacks: takes effect in the run that follows."""
    if code is None:
        st.query_params.pop(_AREA, None)
    else:
        st.query_params[_AREA] = code


def layers_on(default: tuple[str, ...]) -> tuple[str, ...]:
    """The map layers that the URL switches on."""
    text = st.query_params.get(_LAYERS)
    return default if text is None else tuple(item for item in text.split(",") if item)


def switch_layers(text: str) -> None:
    """Remember the map layers that are on. For callbacks."""
    st.query_params[_LAYERS] = text
