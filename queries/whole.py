"""What an actor sees everywhere, read once, and then narrowed to an area without asking the database again."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.vocabulary import Level

Ints = npt.NDArray[np.int64]
Frame = TypeVar("Frame", bound=pd.DataFrame)

_NO_AREA = -1
PATH = [level.id_column for level in Level.ordered()]
"""The columns of a statement that tell which areas hold a row, top down."""


def path_of(found: pd.DataFrame) -> Ints:
    """The columns of `PATH` as ids, -1 for none."""
    return np.column_stack([found[name].astype("Int64").fillna(_NO_AREA).to_numpy(np.int64) for name in PATH])


@dataclass(frozen=True)
class Whole(Generic[Frame]):
    """All rows that an actor sees, and by row the ids of the areas that hold it, top down (n, 5; -1 for none).

    It is shared between readers of the same scope: nobody changes it.
    """

    rows: Frame
    path: Ints

    def places(self, inside: int | None) -> Ints:
        """Which rows lie inside an area (None: all), in their order."""
        if inside is None:
            return np.arange(len(self.rows))
        return np.flatnonzero((self.path == inside).any(axis=1))

    def inside(self, inside: int | None) -> Frame:
        """The rows inside an area (None: all)."""
        return self.rows if inside is None else self.rows.take(self.places(inside)).reset_index(drop=True)


def whole(found: Frame) -> Whole[Frame]:
    """The rows of a statement, with the columns of `PATH` taken off."""
    return Whole(found.drop(columns=PATH), path_of(found))
