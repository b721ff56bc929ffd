"""Who is on duty: the posts that answer for areas, and the areas that nobody answers for."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.session import Session
from domain.vocabulary import Level
from queries.compose import statement
from queries.whole import Whole, whole


@dataclass(frozen=True)
class Duty:
    """Posts of an area and of the areas in it (columns of `on_duty`), and by level the areas without any."""

    rows: pd.DataFrame
    without: dict[Level, pd.DataFrame]


@dataclass(frozen=True)
class AllDuty:
    """All posts that an actor sees, and all areas without any that it answers for: `Duty` of any area is in it."""

    posts: Whole[pd.DataFrame]
    unowned: dict[Level, Whole[pd.DataFrame]]

    def of(self, area_id: int, levels: Sequence[Level]) -> Duty:
        """Who answers for an area and those in it; of the levels that exist, the areas that nobody does."""
        without = {level: self.unowned[level].inside(area_id) for level in levels if level in self.unowned}
        return Duty(self.posts.inside(area_id), without)


def all_duty(session: Session, levels: Sequence[Level]) -> AllDuty:
    """Posts everywhere, and the areas of some levels that nobody answers for."""
    return AllDuty(_posts(session, None), _unowned(session, levels, None))


def on_duty(session: Session, inside: int | None) -> pd.DataFrame:
    """The posts of an area and of all areas in it, from the top down; None: everywhere.

    Columns: code, post, unit, headcount (int32), shift, contact, area_code, area_name, area_level; area_name
    is null where no current area has the code any more.
    """
    return _posts(session, inside).rows


def areas_without_duty(session: Session, level: Level, inside: int | None) -> pd.DataFrame:
    """Areas of a level that no post answers for itself: area_id, code, name; by code.

    Of the areas that the actor answers for only: of others it cannot be said, because their posts are hidden.
    """
    return _unowned(session, [level], inside)[level].rows


def _posts(session: Session, inside: int | None) -> Whole[pd.DataFrame]:
    return whole(session.frame(statement("duty", "on_duty"), {"inside": inside}))


def _unowned(
    session: Session, levels: Sequence[Level], inside: int | None
) -> dict[Level, Whole[pd.DataFrame]]:
    values = {"levels": [level.value for level in levels], "inside": inside}
    found = session.frame(statement("duty", "areas_without_duty"), values)
    return {
        level: whole(found[found["level"] == level.value].drop(columns="level").reset_index(drop=True))
        for level in levels
    }
