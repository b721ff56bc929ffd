"""Who is on duty: the posts that answer for areas, and the areas that nobody answers for."""

from collections.abc import Sequence

import pandas as pd

from data.session import Session
from domain.vocabulary import Level
from queries.compose import statement


def on_duty(session: Session, inside_area_id: int | None) -> pd.DataFrame:
    """The posts of an area and of all areas in it, from the top down; None: everywhere.

    Columns: code, post, unit, headcount (int32), shift, contact, area_code, area_name, area_level; area_name
    is null where no current area has the code any more.
    """
    return session.frame(statement("duty", "on_duty"), {"inside": inside_area_id})


def areas_without_duty(session: Session, level: Level, inside: int | None) -> pd.DataFrame:
    """Areas of a level that no post answers for itself: area_id, code, name; by code.

    Of the areas that the actor answers for only: of others it cannot be said, because their posts are hidden.
    """
    return without_duty(session, [level], inside)[level]


def without_duty(session: Session, levels: Sequence[Level], inside: int | None) -> dict[Level, pd.DataFrame]:
    """The same of several levels."""
    values = {"levels": [level.value for level in levels], "inside": inside}
    found = session.frame(statement("duty", "areas_without_duty"), values)
    return {
        level: found[found["level"] == level.value].drop(columns="level").reset_index(drop=True)
        for level in levels
    }
