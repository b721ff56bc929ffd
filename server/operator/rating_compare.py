"""What another profile makes of the same compounds: whose grade or place on a list differs, and why, in words.

Both profiles are applied to the same cases, assessments and days. Every compound is counted under one `Course`.
"""

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.session import Session
from domain.errors import InputRefused
from domain.i18n import _
from domain.ratings import catalogue
from domain.ratings.change import Change, why_changed
from domain.ratings.lists import ListKind, supports
from domain.ratings.model import Profile
from domain.ratings.periods import Period
from domain.ratings.words import explain, why_not_listed
from queries import ratings as rating_queries
from queries.areas import AreaInfo
from queries.ratings import Ratings, Turn
from server.operator.asked import Params

Pair = tuple[Ratings, Ratings]
"""The ratings of the same compounds in the same periods by the one profile and by the other."""


class Course(StrEnum):
    """What became of a compound; each is of exactly one."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    NEWLY = "newly_rated"
    NO_LONGER = "no_longer_rated"
    NEITHER = "rated_by_neither"


_TOLD_FIRST = (Course.NO_LONGER, Course.DOWN, Course.UP, Course.NEWLY, Course.SAME, Course.NEITHER)


def other_profile(params: Params, before: Profile) -> tuple[str, Profile]:
    """The profile to compare with and its name: one of the catalogue, or that of a file.

    Raises NotFound for a name that there is not; InputRefused for a file that is not there or is wrong, and where the
    two rate periods of different length.
    """
    name, file = params["compare"], params.get("compare_file")
    if file is None:
        after = catalogue.profile(name)
    elif not Path(file).is_file():
        raise InputRefused(
            _("没有评级方案文件 {path}。").format(path=file),
            _("--compare 写方案的名称，或一个 .toml 文件的路径。"),
        )
    else:
        after = catalogue.of_file(Path(file))
    if after.period is not before.period:
        raise InputRefused(
            _("两个方案的周期不同：{before} 和 {after}，不能逐个小区对比。").format(
                before=before.period.value, after=after.period.value
            ),
            _('请在要对比的方案里写 period = "{period}"。').format(period=before.period.value),
        )
    return name, after


def compare(before: Ratings, after: Ratings, inside: AreaInfo | None) -> dict[str, Any]:
    """How many compounds take which course in the last period, and those that change, one by one."""
    old, new = (found.inside(inside) if inside else found for found in (before, after))
    period = old.periods[-1]
    rows = _courses((old, new), period)
    counted = Counter(rows["course"])
    return {
        "compare": _head(new),
        "period": str(period),
        "courses_by": "grade" if _same_grades((old, new)) else "total",
        "compounds": len(rows),
        "courses": {course.value: counted[course] for course in Course},
        "scales": {"before": _scale(old), "after": _scale(new)},
        "grades": _crossed((old, new), rows),
        "lists": _list_counts((old, new)),
        "changed": _changed((old, new), rows, period),
    }


def compare_one(before: Ratings, after: Ratings) -> dict[str, Any]:
    """One compound: in every period what each profile makes of it step by step, and why they differ."""
    number = int(before.compounds.iloc[0]["compound_id"])
    steps = []
    for period in before.periods:
        [change] = _changes((before, after), [number], period)
        told: dict[str, Any] = {"period": str(period), "why": change.words}
        for side, found, rating in (("before", before, change.before), ("after", after, change.after)):
            told[side] = {
                "total": rating.total,
                "low": rating.low,
                "high": rating.high,
                "grade": rating.grade,
                "words": explain(found.definition, rating),
            }
        steps.append(told)
    return {
        "compare": _head(after),
        "code": before.compounds.iloc[0]["code"],
        "name": before.compounds.iloc[0]["name"],
        "comparisons": steps,
        "lists": _list_places((before, after), [number], before.periods[-1])[number],
    }


def both(session: Session, profile: str, other: tuple[str, Profile], params: Params) -> Pair:
    """The ratings by both, read one after the other in one session."""
    how_many, code = int(params["periods"]), params.get("compound")
    name, declared = other
    return (
        rating_queries.ratings(session, profile, how_many, code),
        rating_queries.ratings(session, name, how_many, code, declared),
    )


def more_cases_score_more(profile: Profile) -> list[dict[str, str]]:
    """The items whose bands are perhaps upside down: more cases score higher."""
    return [
        {"item": item, "title": catalogue.item_name(profile, item)}
        for item in catalogue.more_cases_score_more(profile)
    ]


def _head(found: Ratings) -> dict[str, Any]:
    return {
        "profile": found.profile,
        "title": str(found.definition.name),
        "more_cases_score_more": more_cases_score_more(found.definition),
    }


def _same_grades(pair: Pair) -> bool:
    """Whether both have the same grades in the same order; else only totals tell up from down."""
    old, new = (found.definition.best_first for found in pair)
    return old == new


def _courses(pair: Pair, period: Period) -> pd.DataFrame:
    """One row a compound: compound_id, code, name, total_before, total_after, grade_before, grade_after, course."""
    old, new = (found.of(period) for found in pair)
    rows = old[["compound_id", "code", "name"]].assign(
        total_before=old["total"],
        total_after=new["total"],
        grade_before=old["grade"].astype(object).where(old["grade"].notna(), None),
        grade_after=new["grade"].astype(object).where(new["grade"].notna(), None),
    )
    order = pair[0].definition.best_first if _same_grades(pair) else ()
    courses = [_course(row, order) for row in rows.to_dict("records")]
    return rows.assign(course=pd.Series(courses, index=rows.index, dtype=object))


def _course(row: dict[Any, Any], order: tuple[str, ...]) -> Course:
    grades = row["grade_before"], row["grade_after"]
    if None in grades:
        if grades == (None, None):
            return Course.NEITHER
        return Course.NEWLY if grades[0] is None else Course.NO_LONGER
    rise = (
        order.index(grades[0]) - order.index(grades[1]) if order else row["total_after"] - row["total_before"]
    )
    if rise == 0:
        return Course.SAME
    return Course.UP if rise > 0 else Course.DOWN


def _crossed(pair: Pair, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Compounds by both grades, only pairs that occur; they add up to all."""
    counted = Counter(zip(rows["grade_before"], rows["grade_after"], strict=True))
    orders = [[*found.definition.best_first, None] for found in pair]
    return [
        {"before": old, "after": new, "compounds": counted[old, new]}
        for old in orders[0]
        for new in orders[1]
        if counted[old, new]
    ]


def _scale(found: Ratings) -> list[dict[str, str | None]]:
    """The grades, the best first, and "not graded"."""
    return [_grade(found, name) for name in (*found.definition.best_first, None)]


def _grade(found: Ratings, name: str | None) -> dict[str, str | None]:
    title = str(found.definition.grades[name].name) if name else _("不评级")
    return {"grade": name, "title": title}


def _on(found: Ratings, kind: ListKind) -> set[int]:
    """The compounds that are on a list in the last period."""
    rows = found.lists
    return set(rows.loc[(rows["list"] == kind.value) & rows["left"].isna(), "compound_id"])


def _list_counts(pair: Pair) -> list[dict[str, Any]]:
    """How many are on each list by each profile; before − leaves + enters = after."""
    made = []
    for kind in ListKind:
        old, new = (_on(found, kind) for found in pair)
        told = {"before": len(old), "leaves": len(old - new), "enters": len(new - old), "after": len(new)}
        made.append({"list": kind.value} | told)
    return made


def _changed(pair: Pair, rows: pd.DataFrame, period: Period) -> list[dict[str, Any]]:
    """The compounds whose place on a list or grade differs, the worst course and largest difference first."""
    moved = set[int]().union(*(_on(pair[0], kind) ^ _on(pair[1], kind) for kind in ListKind))
    differs = [old != new for old, new in zip(rows["grade_before"], rows["grade_after"], strict=True)]
    kept = rows[np.array(differs, dtype=bool) | rows["compound_id"].isin(moved)].copy()
    kept["stays"] = ~kept["compound_id"].isin(moved)
    kept["by"] = [_TOLD_FIRST.index(course) for course in kept["course"]]
    kept["size"] = -(kept["total_after"] - kept["total_before"]).abs()
    kept = kept.sort_values(["stays", "by", "size", "code"])
    numbers = kept["compound_id"].tolist()
    changes = _changes(pair, numbers, period)
    places = _list_places(pair, sorted(moved), period)
    return [
        {
            "code": row["code"],
            "name": row["name"],
            "course": row["course"].value,
            "before": _grade(pair[0], row["grade_before"]) | {"total": change.before.total},
            "after": _grade(pair[1], row["grade_after"]) | {"total": change.after.total},
            "why": change.words,
            "reasons": list(change.reasons),
            "lists": places.get(row["compound_id"], []),
        }
        for row, change in zip(kept.to_dict("records"), changes, strict=True)
    ]


def _changes(pair: Pair, numbers: list[int], period: Period) -> list[Change]:
    asked = [(number, period) for number in numbers]
    before, after = (found.definition for found in pair)
    evidence = (found.evidence_of(asked) for found in pair)
    return [why_changed(before, after, old, new) for old, new in zip(*evidence, strict=True)]


def _list_places(pair: Pair, numbers: list[int], period: Period) -> dict[int, list[dict[str, Any]]]:
    """By compound the lists that it is on by one profile only, and why it is on it, or is not."""
    made: dict[int, list[dict[str, Any]]] = {number: [] for number in numbers}
    for kind in ListKind:
        on = [_on(found, kind) for found in pair]
        moved = [number for number in numbers if (number in on[0]) != (number in on[1])]
        before, after = (
            _whys(found, kind, moved, there, period) for found, there in zip(pair, on, strict=True)
        )
        for number in moved:
            sides = {"before": number in on[0], "after": number in on[1]}
            whys = {"why_before": before[number], "why_after": after[number]}
            made[number].append({"list": kind.value} | sides | whys)
    return made


def _whys(found: Ratings, kind: ListKind, numbers: list[int], on: set[int], period: Period) -> dict[int, str]:
    """Why each compound is on a list, or is not."""
    listed = [number for number in numbers if number in on]
    turns = [Turn(number, kind, on=True, period=period) for number in listed]
    told = dict(zip(listed, found.why(turns), strict=True)) if turns else {}
    return told | _why_not(found, kind, [number for number in numbers if number not in on])


def _why_not(found: Ratings, kind: ListKind, numbers: list[int]) -> dict[int, str]:
    """By compound the latest of the periods that an entry takes which does not support it."""
    needed, profile = found.definition.lists.periods, found.definition
    periods = found.periods[: -needed - 1 : -1]  # the latest first
    asked = [(number, period) for number in numbers for period in periods]
    short = _("只看了 {n} 期，上榜要连续 {needed} 期").format(n=len(periods), needed=needed)
    told = dict.fromkeys(numbers, short)
    ratings = found.ratings_of(asked) if asked else []
    for (number, period), rating in zip(asked, ratings, strict=True):
        if told[number] == short and not supports(profile, kind, rating.low, rating.high):
            told[number] = f"{period} {why_not_listed(profile, kind, rating)}"
    return told
