"""What cases can be cut by: the axes of a pivot, their stored keys, and each key in words.

A key is text: an area's code, a category, `2026-03-05`, `2026-03`, an hour 0 … 23, a weekday
1 (Monday) … 7; None where a case has none. Days, weeks (by their Monday), months, hours and weekdays are of the
city's local time of the report.
"""

from domain.filter_words import weekday_words
from domain.filters import NO_VALUE
from domain.i18n import N_, _
from domain.vocabulary import CaseState, Channel, Labelled, Level

Key = str | None
"""A value of an axis; None stands for the cases that have none."""


class Axis(Labelled):
    """What rows or columns of a pivot are."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"
    CATEGORY = "category"
    CHANNEL = "channel"
    STATE = "state"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    WEEKDAY = "weekday"
    HOUR = "hour"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "district": N_("区县"),
            "street": N_("街道"),
            "community": N_("社区"),
            "grid": N_("网格"),
            "category": N_("类别"),
            "channel": N_("渠道"),
            "state": N_("状态"),
            "month": N_("月"),
            "week": N_("周"),
            "day": N_("天"),
            "weekday": N_("星期"),
            "hour": N_("小时"),
        }

    @property
    def level(self) -> Level | None:
        """The level whose areas it has; None for an axis without areas."""
        return Level(self.value) if self.value in set(Level) else None

    @property
    def is_time(self) -> bool:
        """Whether its keys follow each other in time, and stay in that order."""
        return self in {Axis.MONTH, Axis.WEEK, Axis.DAY, Axis.WEEKDAY, Axis.HOUR}

    def place(self, key: Key) -> tuple[int, str]:
        """Where a key stands in the natural order; hours and weekdays are numbers."""
        number = int(key) if key is not None and self in {Axis.HOUR, Axis.WEEKDAY} else 0
        return number, key or ""

    def words(self, key: Key) -> str:
        """A key in the reader's language; an area's code stays one, its name is known elsewhere."""
        if key is None:
            level = self.level
            return _("（未填）") if level is None else _("未落到{level}").format(level=level.label.lower())
        if self is Axis.WEEKDAY:
            return weekday_words(int(key))
        if self is Axis.HOUR:
            return _("{hour} 时").format(hour=key)
        if self is Axis.WEEK:
            return _("{monday} 起一周").format(monday=key)
        if self is Axis.CHANNEL and key in set(Channel):
            return Channel(key).label
        return CaseState(key).label if self is Axis.STATE and key in set(CaseState) else key


class PivotOrder(Labelled):
    """The order of rows and columns that do not follow each other in time; what has no key comes last."""

    VOLUME = "volume"
    VALUE = "value"
    NAME = "name"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"volume": N_("案件多的在前"), "value": N_("数值大的在前"), "name": N_("按名称")}


def stored_value(key: Key) -> str:
    """A key as a filter holds it."""
    return NO_VALUE if key is None else key
