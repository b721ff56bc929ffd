"""What a reader has asked for: the filter of a screen, an export and a shared URL is one value.

Periods are local calendar days of the city; `start` is included, `end` is included too (people say
"1 to 31 March"), and turned into a half-open UTC interval by `utc_bounds`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from domain.clock import Clock
from domain.errors import InputRefused
from domain.i18n import _

NO_VALUE = "-"
"""Stands for "the source gave none" in a filter on category or channel."""

YEARS = range(1900, 3000)
"""Years that a reader can mean: at the ends of the calendar there is no day before or after."""


@dataclass(frozen=True, order=True)
class HourCell:
    """One hour of the week in the city's local time: weekday 1 (Monday) … 7, hour 0 … 23."""

    weekday: int
    hour: int

    def __str__(self) -> str:
        """As it stands in a URL: `5-19` is Friday, 19:00–20:00."""
        return f"{self.weekday}-{self.hour}"

    @classmethod
    def parse(cls, text: str) -> "HourCell":
        """The cell that a URL names. Raises InputRefused for anything that is none."""
        found = _HOUR_CELL.fullmatch(text)
        if found is None:
            raise InputRefused(
                _("“{text}”不是一周里的一个小时。").format(text=text),
                _("请写成 星期-小时，如 5-19 是星期五 19 时。"),
            )
        return cls(int(found[1]), int(found[2]))


@dataclass(frozen=True)
class Side:
    """The cases on one side of a figure: an indicator of a profile, and which side.

    `side` is `numerator`, `rest` (in the denominator only), `excluded:REASON` or `part:NAME`. `start`
    (included) and `end` (excluded) are the period of a profile with a window of its own, by the time column
    that the profile names; naive local times, both or neither.
    """

    profile: str
    indicator: str
    side: str
    start: datetime | None = None
    end: datetime | None = None

    def __str__(self) -> str:
        """As it stands in a URL: `general/closing_rate/rest`, with a window `…/2026-09-01T00:00/2026-10-01T00:00`."""
        told = [self.profile, self.indicator, self.side]
        if self.start and self.end:
            told += [_told(moment) for moment in (self.start, self.end)]
        return "/".join(told)

    @classmethod
    def parse(cls, text: str) -> "Side":
        """The side that a URL names. Raises InputRefused for anything that is none; names are checked later."""
        found = _SIDE.fullmatch(text)
        groups = found.groups() if found else ()
        try:
            profile, indicator, side, start, end = groups
            moments = [_moment(told) if told else None for told in (start, end)]
        except ValueError:
            raise InputRefused(
                _("“{text}”不是指标的一侧。").format(text=text),
                _("请写成 口径/指标/侧，如 general/closing_rate/rest。"),
            ) from None
        return cls(profile, indicator, side, *moments)


def _moment(text: str) -> datetime:
    """The time that a text tells. Raises ValueError for one that nobody means."""
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise ValueError(text)
    return moment


def _told(moment: datetime) -> str:
    """A time as short as it can be told exactly: a live period ends at a second."""
    whole = moment.second == moment.microsecond == 0
    return moment.isoformat(timespec="minutes" if whole else "auto")


@dataclass(frozen=True)
class FindingRows:
    """The cases that a finding of an import is about."""

    batch_id: int
    rule: str

    def __str__(self) -> str:
        """As it stands in a URL: `12:code_mismatch`."""
        return f"{self.batch_id}:{self.rule}"

    @classmethod
    def parse(cls, text: str) -> "FindingRows":
        """The finding that a URL names. Raises InputRefused for anything that is none."""
        found = _FINDING.fullmatch(text)
        if found is None:
            raise InputRefused(
                _("“{text}”不是一批数据的问题。").format(text=text),
                _("请写成 批次:规则，如 12:code_mismatch。"),
            )
        return cls(int(found[1]), found[2])


_HOUR_CELL = re.compile(r"([1-7])-(1?\d|2[0-3])", re.ASCII)
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{6})?)?"
_SIDE = re.compile(
    r"(\w+)/(\w+)/((?:numerator|rest)|(?:excluded|part):\w+)"
    rf"(?:/({_MOMENT})/({_MOMENT}))?",
    re.ASCII,
)
_FINDING = re.compile(r"(\d{1,15}):(\w+)", re.ASCII)


@dataclass(frozen=True)
class CaseFilter:
    """Restricts cases; an empty field restricts nothing.

    `area` is an area code; `categories`, `channels` and `states` hold stored values; `text` is looked for
    in case number, title and place, case-insensitively. `hours` keeps the cases reported in any of those
    hours of the week (local time), `side` those on one side of an indicator, `finding` those that a finding
    is about, `compounds` (codes) those that lie in any of these compounds, `companies` those in compounds of theirs.
    """

    start: date | None = None
    end: date | None = None
    area: str | None = None
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    text: str = ""
    hours: tuple[HourCell, ...] = ()
    side: Side | None = None
    finding: FindingRows | None = None
    compounds: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.start and self.end and self.start > self.end:
            raise InputRefused(
                _("开始日期 {start} 晚于结束日期 {end}。").format(start=self.start, end=self.end),
                _("请对调两个日期。"),
            )

    def utc_bounds(self, clock: Clock) -> tuple[datetime | None, datetime | None]:
        """The period as [from, to) in naive UTC."""
        first = clock.to_utc(datetime.combine(self.start, time.min)) if self.start else None
        after = self.end + timedelta(days=1) if self.end else None
        last = clock.to_utc(datetime.combine(after, time.min)) if after else None
        return first, last

    def period_before(self) -> "CaseFilter | None":
        """The same filter for the period of equal length just before; None without a whole period."""
        if self.start is None or self.end is None:
            return None
        days = self.end - self.start + timedelta(days=1)
        return replace(self, start=self.start - days, end=self.end - days)

    def year_before(self) -> "CaseFilter | None":
        """The same filter a year earlier, a 29 February becoming the 28th; None without a whole period."""
        if self.start is None or self.end is None:
            return None
        return replace(self, start=_year_before(self.start), end=_year_before(self.end))

    def to_query(self) -> dict[str, str | list[str]]:
        """The filter as URL query parameters; what is unset is absent."""
        pairs: dict[str, str | list[str]] = {
            "from": self.start.isoformat() if self.start else "",
            "to": self.end.isoformat() if self.end else "",
            "area": self.area or "",
            "category": list(self.categories),
            "channel": list(self.channels),
            "state": list(self.states),
            "text": self.text,
            "hour": [str(cell) for cell in self.hours],
            "side": str(self.side) if self.side else "",
            "finding": str(self.finding) if self.finding else "",
            "in_compound": list(self.compounds),
            "of_company": list(self.companies),
        }
        return {key: value for key, value in pairs.items() if value}

    @classmethod
    def from_query(cls, query: Mapping[str, Sequence[str]]) -> "CaseFilter":
        """The filter of a URL's parameters (every value a list, as in a parsed query string).

        Raises InputRefused for a date, hour, side or finding that is none.
        """

        def first(key: str) -> str:
            return next(iter(query.get(key, ())), "")

        return cls(
            start=_parse_day(first("from")),
            end=_parse_day(first("to")),
            area=first("area") or None,
            categories=tuple(query.get("category", ())),
            channels=tuple(query.get("channel", ())),
            states=tuple(query.get("state", ())),
            text=first("text"),
            hours=tuple(HourCell.parse(text) for text in query.get("hour", ())),
            side=Side.parse(first("side")) if first("side") else None,
            finding=FindingRows.parse(first("finding")) if first("finding") else None,
            compounds=tuple(query.get("in_compound", ())),
            companies=tuple(query.get("of_company", ())),
        )


def _year_before(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def _parse_day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        _moment(text)
    except ValueError:
        raise InputRefused(_("“{text}”不是日期。").format(text=text), _("请写成 2026-03-05 这样。")) from None
    return day
