"""Grades on the screen: names, colours, and an interval drawn on a line from 0 to 100."""

import base64
from collections.abc import Sequence
from typing import Any

import pandas as pd

from domain.i18n import NO_VALUE, _
from domain.ratings.arithmetic import grades_between
from domain.ratings.model import Profile
from domain.ratings.words import points_words
from ui import theme
from ui.map_panel import LegendEntry

UNGRADED_COLOR = "#8A94A3"

_WIDTH, _HEIGHT, _MIDDLE, _MARGIN = 140, 20, 10, 6


def name(profile: Profile, grade: Any) -> str:
    """The name of a grade; that there is none."""
    return _("不评级") if pd.isna(grade) else str(profile.grades[grade].name)


def colors(profile: Profile) -> dict[str, str]:
    """A colour each grade, the best blue and the last brown: told apart by those who confuse red and green too."""
    order, last = profile.best_first, len(theme.DIVERGING) - 1
    places = [round(place * last / max(1, len(order) - 1)) for place in range(len(order))]
    return {grade: theme.DIVERGING[place] for grade, place in zip(order, places, strict=True)}


def legend(profile: Profile) -> tuple[LegendEntry, ...]:
    """The classes of a map of grades: the best first, the ungraded last."""
    named = [LegendEntry(name(profile, grade), color) for grade, color in colors(profile).items()]
    return (*named, LegendEntry(_("不评级"), UNGRADED_COLOR))


def fields() -> tuple[str, ...]:
    """What a card of the map tells of a compound, in the order of `ui.cache.property.grade_layer`."""
    return _("评定等级"), _("总分"), _("区间"), _("户数"), _("物业公司"), _("失管日期")


def words(profile: Profile, row: Any) -> str:
    """The grade of a row with grade, grade_low, grade_high; with the others that its interval reaches."""
    if pd.isna(row.grade):
        return _("不评级")
    others = [
        name(profile, grade)
        for grade in grades_between(profile, row.grade_low, row.grade_high)
        if grade != row.grade
    ]
    if not others:
        return name(profile, row.grade)
    return _("{grade}（或{others}）").format(grade=name(profile, row.grade), others=_("、").join(others))


def interval(low: Any, high: Any) -> str:
    """The ends of an interval in points."""
    return NO_VALUE if pd.isna(low) or pd.isna(high) else f"{points_words(low)} – {points_words(high)}"


def pictures(profile: Profile, rows: pd.DataFrame) -> list[str]:
    """The interval of each row (total, low, high, grade) as the address of a picture; empty for none."""
    limits = [profile.grades[grade].at_least for grade in profile.best_first]
    painted = colors(profile)
    return [
        _picture(row, limits, painted[str(row.grade)]) if known else ""
        for row, known in zip(rows.itertuples(), rows["total"].notna(), strict=True)
    ]


def _picture(row: Any, limits: Sequence[float], color: str) -> str:
    low, high, total = _x(row.low), _x(row.high), _x(row.total)
    ticks = "".join(f"M{_x(limit)} 4V16" for limit in limits if limit > 0)
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<path d="M{_x(0)} {_MIDDLE}H{_x(100)}{ticks}" stroke="{theme.LINE}" fill="none"/>'
        f'<path d="M{low} {_MIDDLE}H{high}M{low} 6V14M{high} 6V14" stroke="{theme.TEXT}" fill="none"/>'
        f'<circle cx="{total}" cy="{_MIDDLE}" r="4" fill="{color}" stroke="{theme.TEXT}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


def _x(points: float) -> float:
    return round(_MARGIN + (_WIDTH - 2 * _MARGIN) * float(points) / 100, 1)
