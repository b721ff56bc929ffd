"""What the checklist of a compound says, in words; blanks and unknown are told apart."""

from typing import Any

import pandas as pd

from domain.i18n import N_, NO_VALUE, _, format_date, format_number
from domain.vocabulary import Takeover

HAVES = {
    "party_branch": N_("党支部"),
    "has_place": N_("活动场所"),
    "has_funds": N_("活动经费"),
    "has_volunteers": N_("志愿队伍"),
    "has_consultation": N_("议事协商"),
}
"""五有, by column."""

SELF_GOVERNMENT = {"owners_committee": N_("业委会"), "cross_serving": N_("双向交叉任职")}

UNKNOWN = N_("未填")


def said(value: Any) -> str:
    """There is, there is not, or nobody has said."""
    if pd.isna(value):
        return _(UNKNOWN)
    return _("有") if value else _("无")


def five(haves: int, unknown: int) -> str:
    """How many of the five a compound has, and how many are unknown; only that where nobody has said anything."""
    if unknown == len(HAVES):
        return _(UNKNOWN)
    told = f"{haves}/{len(HAVES)}"
    return _("{told}，{n} 项未填").format(told=told, n=unknown) if unknown else told


def stay(row: Any) -> str:
    """Since when a compound is on a list; `row` is one of `ui.property.listed.current`."""
    form = _("符合自 {since}，{entered} 入榜")
    if row.perhaps_earlier:
        form = _("符合自 {since} 或更早，{entered} 或更早入榜")
    return form.format(since=row.since, entered=row.entered)


def text(value: Any) -> str:
    """A text of the data; a mark where there is none."""
    return NO_VALUE if pd.isna(value) else str(value)


def day(value: Any) -> str:
    """A day; empty where there is none."""
    return "" if pd.isna(value) else format_date(value)


def count(value: Any) -> str:
    """A number; a mark where it is not known."""
    return format_number(None if pd.isna(value) else int(value))


def takeover(value: Any) -> str:
    """The measure chosen; that there is none."""
    if pd.isna(value):
        return _("没有措施")
    return Takeover(value).label if value in set(Takeover) else str(value)


def due(days_left: Any) -> str:
    """How long it is to a due day, or since it."""
    if pd.isna(days_left):
        return ""
    if days_left < 0:
        return _("逾期 {n} 天").format(n=format_number(-int(days_left)))
    return _("还有 {n} 天").format(n=format_number(int(days_left)))
