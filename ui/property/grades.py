"""Grades on the screen: names, colours, and an interval drawn on a line from 0 to 100."""

from typing import Any

import pandas as pd

from domain.i18n import NO_VALUE, _
from domain.ratings.model import FULL_POINTS, Profile
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


def words(profile: Profile, rows: pd.DataFrame) -> list[str]:
    """The grade of each row (grade, grade_low, grade_high), with the others that its interval reaches."""
    places = [rows[column].cat.codes.tolist() for column in ("grade", "grade_low", "grade_high")]
    told = {triple: _words(profile, *triple) for triple in set(zip(*places, strict=True))}
    return [told[triple] for triple in zip(*places, strict=True)]


def _words(profile: Profile, grade: int, low: int, high: int) -> str:
    """By places in the order of grades, -1 for none."""
    if grade < 0:
        return _("不评级")
    names = [name(profile, one) for one in profile.best_first]
    others = [names[place] for place in range(high, low + 1) if place != grade]
    if not others:
        return names[grade]
    return _("{grade}（或{others}）").format(grade=names[grade], others=_("、").join(others))


def interval(low: Any, high: Any) -> str:
    """The ends of an interval in points."""
    return NO_VALUE if pd.isna(low) or pd.isna(high) else f"{points_words(low)} – {points_words(high)}"


def pictures(profile: Profile, rows: pd.DataFrame) -> list[str]:
    """The interval of each row (total, low, high, grade) as the address of a picture; empty for none."""
    limits = [profile.grades[grade].at_least for grade in profile.best_first]
    ticks = "".join(f"M{_x(limit)} 4v12" for limit in limits if limit > 0)
    painted = colors(profile)
    ends = (rows[column].tolist() for column in ("low", "total", "high"))
    return [
        "" if pd.isna(grade) else _picture(low, total, high, ticks, painted[grade])
        for grade, low, total, high in zip(rows["grade"].tolist(), *ends, strict=True)
    ]


def _picture(low: float, total: float, high: float, ticks: str, color: str) -> str:
    start, middle, end = _x(low), _x(total), _x(high)
    drawn = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{_WIDTH}' height='{_HEIGHT}' stroke='{theme.TEXT}'>"
        f"<path d='M{_x(0)} {_MIDDLE}H{_x(FULL_POINTS)}{ticks}' stroke='{theme.LINE}'/>"
        f"<path d='M{start} {_MIDDLE}H{end}M{start} 6v8M{end} 6v8'/>"
        f"<circle cx='{middle}' cy='{_MIDDLE}' r='4' fill='{color}'/></svg>"
    )
    # as it is, it is two thirds of what base64 makes of it
    return "data:image/svg+xml," + drawn.replace("#", "%23")


def _x(points: float) -> int:
    return round(_MARGIN + (_WIDTH - 2 * _MARGIN) * points / FULL_POINTS)
