"""What can be said of one case at the as-of time: the words that conditions of indicators are made of.

A fact is true or false, never unknown. Nothing that happens after the as-of time is known: a case that is
closed later counts as open. What each fact is in SQL stands in queries/facts.sql, under the same name.
"""

from enum import StrEnum

from domain.i18n import N_, _
from domain.vocabulary import Labelled


class Fact(Labelled):
    """The facts, with the words that a definition is printed in."""

    CLOSED = "closed"
    VOID = "void"
    OPEN = "open"
    HANDLED = "handled"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    CONTACTED = "contacted"
    HAS_LIMIT = "has_limit"
    DUE = "due"
    CLOSED_IN_TIME = "closed_in_time"
    CLOSED_LATE = "closed_late"
    CLOSING_TIME_KNOWN = "closing_time_known"
    HANDLED_IN_TIME = "handled_in_time"
    HANDLING_TIME_KNOWN = "handling_time_known"
    DISPATCHED_IN_TIME = "dispatched_in_time"
    DISPATCH_DUE = "dispatch_due"
    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    EXPLAINED_CANNOT_DO = "explained_cannot_do"
    DUPLICATE = "duplicate"
    INVALID = "invalid"
    RATED = "rated"
    RATED_GOOD = "rated_good"
    RATED_FAIR = "rated_fair"
    REWORKED = "reworked"
    REWORK_KNOWN = "rework_known"
    RETURNED = "returned"
    EXTENDED = "extended"
    DEFERRED = "deferred"
    SUSPENDED = "suspended"
    LABELLED = "labelled"
    LABELLED_OVERDUE = "labelled_overdue"
    UNPLACED = "unplaced"
    HAS_POINT = "has_point"
    AT_PLACEHOLDER = "at_placeholder"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "closed": N_("已结案"),
            "void": N_("作废"),
            "open": N_("未结案"),
            "handled": N_("已处置（没有处置时间的已结案件算已处置）"),
            "registered": N_("已立案"),
            "dispatched": N_("已派遣"),
            "contacted": N_("已联系诉求人"),
            "has_limit": N_("设了时限"),
            "due": N_("时限已过"),
            "closed_in_time": N_("在时限内结案"),
            "closed_late": N_("超过时限才结案"),
            "closing_time_known": N_("有结案时间"),
            "handled_in_time": N_("在时限内处置（没有处置时间的看结案时间）"),
            "handling_time_known": N_("有处置或结案时间"),
            "dispatched_in_time": N_("在规定时间内派遣"),
            "dispatch_due": N_("派遣时间已到"),
            "solved": N_("已解决"),
            "partly_solved": N_("部分解决"),
            "explained_cannot_do": N_("已解释无法办理"),
            "duplicate": N_("重复"),
            "invalid": N_("办理结果为无效"),
            "rated": N_("有评价"),
            "rated_good": N_("评为好评"),
            "rated_fair": N_("评为一般（基本满意）"),
            "reworked": N_("返过工"),
            "rework_known": N_("来源给出返工次数"),
            "returned": N_("当前为退回"),
            "extended": N_("当前为延期"),
            "deferred": N_("当前为缓办"),
            "suspended": N_("当前为挂账"),
            "labelled": N_("来源标注了按期或超期"),
            "labelled_overdue": N_("来源标注为超期"),
            "unplaced": N_("没有落到任何区划"),
            "has_point": N_("有可用坐标"),
            "at_placeholder": N_("在占位点上"),
        }

    @property
    def opposite(self) -> str:
        """That the fact does not hold, in the reader's language."""
        return _(_OPPOSITES[self])


_OPPOSITES = {
    Fact.CLOSED: N_("没有结案"),
    Fact.VOID: N_("不是作废"),
    Fact.OPEN: N_("已结案或作废"),
    Fact.HANDLED: N_("没有处置"),
    Fact.REGISTERED: N_("没有立案"),
    Fact.DISPATCHED: N_("没有派遣"),
    Fact.CONTACTED: N_("没有联系诉求人"),
    Fact.HAS_LIMIT: N_("没有时限"),
    Fact.DUE: N_("时限未过"),
    Fact.CLOSED_IN_TIME: N_("没有在时限内结案"),
    Fact.CLOSED_LATE: N_("没有超过时限结案"),
    Fact.CLOSING_TIME_KNOWN: N_("没有结案时间"),
    Fact.HANDLED_IN_TIME: N_("没有在时限内处置"),
    Fact.HANDLING_TIME_KNOWN: N_("没有处置和结案时间"),
    Fact.DISPATCHED_IN_TIME: N_("没有在规定时间内派遣"),
    Fact.DISPATCH_DUE: N_("派遣时间未到"),
    Fact.SOLVED: N_("没有解决"),
    Fact.PARTLY_SOLVED: N_("不是部分解决"),
    Fact.EXPLAINED_CANNOT_DO: N_("不是已解释无法办理"),
    Fact.DUPLICATE: N_("不是重复"),
    Fact.INVALID: N_("办理结果不是无效"),
    Fact.RATED: N_("没有评价"),
    Fact.RATED_GOOD: N_("不是好评"),
    Fact.RATED_FAIR: N_("不是一般"),
    Fact.REWORKED: N_("没有返工"),
    Fact.REWORK_KNOWN: N_("来源没有返工次数"),
    Fact.RETURNED: N_("当前不是退回"),
    Fact.EXTENDED: N_("当前不是延期"),
    Fact.DEFERRED: N_("当前不是缓办"),
    Fact.SUSPENDED: N_("当前不是挂账"),
    Fact.LABELLED: N_("来源没有标注按期或超期"),
    Fact.LABELLED_OVERDUE: N_("来源没有标注超期"),
    Fact.UNPLACED: N_("落到了区划"),
    Fact.HAS_POINT: N_("没有可用坐标"),
    Fact.AT_PLACEHOLDER: N_("不在占位点上"),
}


class Reason(Labelled):
    """Why a case stands on neither side of a rate."""

    VOID = "void"
    INVALID = "invalid"
    DUPLICATE = "duplicate"
    WITHOUT_LIMIT = "without_limit"
    NOT_DUE = "not_due"
    OPEN_PAST_DUE = "open_past_due"
    STILL_OPEN = "still_open"
    DEFERRED = "deferred"
    TIME_UNKNOWN = "time_unknown"
    NOT_RATED = "not_rated"
    NOT_REGISTERED = "not_registered"
    NOT_DISPATCHED = "not_dispatched"
    NO_RECORD = "no_record"
    NOT_LABELLED = "not_labelled"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "void": N_("作废"),
            "invalid": N_("无效"),
            "duplicate": N_("重复"),
            "without_limit": N_("未设时限"),
            "not_due": N_("未到期"),
            "open_past_due": N_("超期未结"),
            "still_open": N_("未结案"),
            "deferred": N_("缓办"),
            "time_unknown": N_("缺少时间，无法判断"),
            "not_rated": N_("没有有效回访或评价"),
            "not_registered": N_("未立案"),
            "not_dispatched": N_("未派遣"),
            "no_record": N_("来源没有这项记录"),
            "not_labelled": N_("来源没有标注"),
        }


class Needed(Labelled):
    """What a source may not record: a figure that stands on it is then unavailable instead of 0."""

    CONTACTED_AT = "contacted_at"
    DISPATCHED_AT = "dispatched_at"
    REGISTERED_AT = "registered_at"
    REWORK_COUNT = "rework_count"
    RATING = "rating"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "contacted_at": N_("联系时间"),
            "dispatched_at": N_("派遣时间"),
            "registered_at": N_("立案时间"),
            "rework_count": N_("返工次数"),
            "rating": N_("评价"),
        }


class Unit(Labelled):
    """What a value is counted in."""

    CASES = "cases"
    SHARE = "share"
    PER_100_HOUSEHOLDS = "per_100_households"
    PER_KM2 = "per_km2"
    POINTS = "points"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "cases": N_("件"),
            "share": N_("%"),
            "per_100_households": N_("件／百户"),
            "per_km2": N_("件／平方公里"),
            "points": N_("分"),
        }


class Direction(StrEnum):
    """Which way is better; a rate that is watched from both sides has none."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"
