"""What moved a compound's total from one period to another, in points, item by item.

The differences of the points and of the penalties add up to that of the totals before those are rounded and kept
between 0 and 100. An item that has a value in one period only moves the total by all its points, and changes the share
of every other one.
"""

from dataclasses import dataclass

from domain.ratings.arithmetic import Rating, summed


@dataclass(frozen=True)
class Step:
    """What an item (or all penalties, `item` None) added to the difference, and its points before and after."""

    item: str | None
    before: float | None
    after: float | None

    @property
    def points(self) -> float:
        """The difference that it made."""
        return (self.after or 0.0) - (self.before or 0.0)


def steps(before: Rating, after: Rating) -> tuple[Step, ...]:
    """All steps between two ratings by one profile, the largest first; penalties count as negative points."""
    olds = {part.item: part.points for part in before.contributions}
    news = {part.item: part.points for part in after.contributions}
    found = [Step(name, olds.get(name), news.get(name)) for name in dict.fromkeys([*olds, *news])]
    found.append(Step(None, -before.deducted, -after.deducted))
    return tuple(sorted(found, key=lambda step: -abs(step.points)))


def difference(before: Rating, after: Rating) -> float:
    """The whole difference: the sum of the steps."""
    return summed(step.points for step in steps(before, after))
