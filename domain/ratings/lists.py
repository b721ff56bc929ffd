"""The red list and the black list: who is on them, since when, and who has left.

A period supports the red list where the low end of the interval reaches its threshold, and the black list where the
high end lies below its own: chance alone puts nobody on a list. An entry takes as many supported periods in a row as
the profile says, and is of the last of them. The first period that does not support it, one without a grade too, is
that of the exit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.i18n import N_
from domain.ratings.model import Profile
from domain.vocabulary import Labelled


class ListKind(Labelled):
    """The two lists."""

    RED = "red"
    BLACK = "black"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"red": N_("红榜"), "black": N_("黑榜")}


@dataclass(frozen=True)
class Spell:
    """A stay on a list, as places in the sequence of periods: the first supported one, entry and exit (None: still on).

    `perhaps_earlier`: it is supported from the very first period that was looked at, so that it may have begun before.
    """

    since: int
    entered: int
    left: int | None
    perhaps_earlier: bool


def supports(profile: Profile, kind: ListKind, low: float | None, high: float | None) -> bool:
    """Whether an interval (None: not graded) supports a place on a list."""
    if low is None or high is None:
        return False
    lists = profile.lists
    return low >= lists.red.at_least if kind is ListKind.RED else high < lists.black.below


def spells(supported: Sequence[bool], needed: int) -> list[Spell]:
    """The stays on a list that a sequence of periods, ascending, makes; `needed` in a row make an entry."""
    found: list[Spell] = []
    since: int | None = None
    for place, holds in enumerate([*supported, False]):
        if holds:
            since = place if since is None else since
        elif since is not None:
            if place - since >= needed:
                left = place if place < len(supported) else None
                found.append(Spell(since, since + needed - 1, left, since == 0))
            since = None
    return found
