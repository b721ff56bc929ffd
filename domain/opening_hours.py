"""Opening hours of a week, as people write them and as the store keeps them; local time, day 0 is Monday.

Kept text is a subset of OpenStreetMap's `opening_hours`: `Mo-Fr 08:30-12:00,14:00-17:30; Sa 09:00-12:00`, over
midnight `Mo-Su 20:00-08:00`, always `24/7`. Read besides: Chinese days and words (周一至周五 8:30-17:30，每日 全天).
As in OpenStreetMap a later rule replaces what an earlier one said of the same days, and times without days are
those of every day. Holidays, seasons and 上午/下午 are not understood: nothing is guessed.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from domain.errors import InputRefused
from domain.i18n import _

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ALWAYS: Final = "24/7"

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_WEEK: Final = 7 * _DAY
_EVERY_DAY: Final = tuple(range(7))
_WHOLE_DAY: Final = (0, _DAY)
_TO: Final = r"\s*(?:-|–|—|―|~|至|到)\s*"
_CHINESE_DAY: Final = "一二三四五六日天"
_DAY_NAME: Final = rf"(?:mo|tu|we|th|fr|sa|su|(?:周|星期|礼拜)[{_CHINESE_DAY}])"
_TIME: Final = r"(?:\d{1,2}(?::\d{2}|[时点](?:\d{1,2}分)?))"
_TOKENS: Final = re.compile(
    rf"""(?P<gap>[\s,、。]+)
    | (?P<end>;)
    | (?P<always>24/7)
    | (?P<whole>全天(?:24小时)?|24小时)
    | (?P<off>off|closed|休息|不开放|关闭)
    | (?P<group>每日|每天|天天|工作日|周末|双休日)
    | (?P<first>{_DAY_NAME})(?:{_TO}(?P<last>{_DAY_NAME}|[{_CHINESE_DAY}]))?
    | (?P<start>{_TIME}){_TO}(?P<stop>{_TIME})
    """,
    re.VERBOSE,
)
_GROUPS: Final = {"工作日": tuple(range(5)), "周末": (5, 6), "双休日": (5, 6)}

Span = tuple[int, int]
"""From and to, in minutes of the day; to ≤ from is over midnight."""


@dataclass(frozen=True)
class OpeningHours:
    """Opening hours; equal where they are open at the same minutes of the week.

    `text` is the one way to write them that the store keeps.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> "OpeningHours":
        """What a text says. Raises InputRefused, naming what is not understood."""
        return cls(_written(_open_minutes(_Reader(text).days())))

    @property
    def minutes(self) -> tuple[tuple[int, ...], ...]:
        """7 days of 24 hours: how many minutes of each hour are open, 0 to 60."""
        mask = _open_minutes(_Reader(self.text).days())
        starts = range(0, _WEEK, _HOUR)
        hours = [sum(mask[start : start + _HOUR]) for start in starts]
        return tuple(tuple(hours[day * 24 : day * 24 + 24]) for day in _EVERY_DAY)

    @property
    def open_minutes(self) -> bytes:
        """The 10,080 minutes of the week from Monday 00:00 on: 1 where it is open, 0 where not."""
        return bytes(_open_minutes(_Reader(self.text).days()))

    @property
    def hours_a_week(self) -> float:
        """Hours that are open in a week, 0 to 168."""
        return sum(map(sum, self.minutes)) / _HOUR

    def is_open(self, weekday: int, minute: int) -> bool:
        """Whether it is open at a minute of a day (0 = Monday; 0 to 1,439)."""
        return bool(_open_minutes(_Reader(self.text).days())[weekday * _DAY + minute])


class _Reader:
    """Reads a text from left to right: days, then their times, then the next rule."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._said: dict[int, list[Span]] = {}
        self._days: list[int] = []
        self._spans: list[Span] = []
        self._is_off = False

    def days(self) -> list[list[Span]]:
        """The spans that begin on each day of the week."""
        plain = unicodedata.normalize("NFKC", self._text).strip().casefold()
        at = 0
        while at < len(plain):
            token = _TOKENS.match(plain, at)
            if token is None:
                raise self._refused(plain[at:])
            self._take(token)
            at = token.end()
        self._finish()
        if not self._said:
            raise self._refused(plain)
        return [self._said.get(day, []) for day in _EVERY_DAY]

    def _take(self, token: re.Match[str]) -> None:
        found = token.lastgroup if token["first"] is None and token["start"] is None else ""
        if found == "end":
            self._finish()
        elif token["first"] is not None:
            self._add_days(_from_to(token["first"], token["last"]))
        elif found == "group":
            self._add_days(_GROUPS.get(token.group(), _EVERY_DAY))
        elif token["start"] is not None:
            self._spans.append(self._span(token))
        elif found in {"always", "whole"}:
            self._spans.append(_WHOLE_DAY)
        elif found == "off":
            self._is_off = True

    def _add_days(self, days: tuple[int, ...]) -> None:
        if self._spans or self._is_off:
            self._finish()
        self._days += days

    def _finish(self) -> None:
        """The end of a rule: its days are open at its times and at no others."""
        if self._days and not self._spans and not self._is_off:
            raise self._refused(self._text)
        if self._is_off and self._spans:
            raise self._refused(self._text)
        if self._spans or self._is_off:
            for day in self._days or _EVERY_DAY:
                self._said[day] = list(self._spans)
        self._days, self._spans, self._is_off = [], [], False

    def _span(self, token: re.Match[str]) -> Span:
        start, stop = _minute(token["start"]), _minute(token["stop"])
        if start is None or stop is None or start >= _DAY or start == stop:
            raise self._refused(token.group())
        return start, stop

    def _refused(self, seen: str) -> InputRefused:
        return InputRefused(
            _("开放时间“{text}”里的“{seen}”看不懂。").format(text=self._text.strip(), seen=seen.strip()),
            _("请写成 Mo-Fr 08:30-17:30; Sa 09:00-12:00、周一至周五 8:30-17:30、每日 20:00-08:00 或 24/7。"),
        )


def _from_to(first: str, last: str | None) -> tuple[int, ...]:
    """The days of a range; one that runs over Sunday goes on with Monday."""
    start = _day(first)
    if last is None:
        return (start,)
    return tuple((start + n) % 7 for n in range((_day(last) - start) % 7 + 1))


def _day(name: str) -> int:
    if name[-1] in _CHINESE_DAY:
        return min(_CHINESE_DAY.index(name[-1]), 6)
    return DAYS.index(name.capitalize())


def _minute(text: str) -> int | None:
    """Minutes of the day up to 24:00; None for a time that no clock shows."""
    parts = [int(part) for part in re.findall(r"\d+", text)]
    hour, minute = parts[0], parts[1] if len(parts) > 1 else 0
    total = hour * _HOUR + minute
    return total if minute < _HOUR and total <= _DAY else None


def _open_minutes(days: list[list[Span]]) -> bytearray:
    """Each minute of the week: 1 where it is open."""
    mask = bytearray(_WEEK)
    for day, spans in enumerate(days):
        for start, stop in spans:
            length = stop - start if stop > start else stop - start + _DAY
            for minute in range(day * _DAY + start, day * _DAY + start + length):
                mask[minute % _WEEK] = 1
    return mask


def _written(mask: bytearray) -> str:
    """The one text of a mask; days with the same times stand together."""
    if all(mask):
        return ALWAYS
    spans = _spans(mask)
    if not any(spans):
        return "off"
    rules: dict[str, list[int]] = {}
    for day, own in enumerate(spans):
        if own:
            rules.setdefault(",".join(_clock(span) for span in own), []).append(day)
    return "; ".join(f"{_named(days)} {times}" for times, days in rules.items())


def _spans(mask: bytearray) -> list[list[Span]]:
    """The spans that begin on each day; what is open for a day and longer is cut at midnight."""
    edge = mask.index(0)
    turned = mask[edge:] + mask[:edge]
    found: list[list[Span]] = [[] for _day in _EVERY_DAY]
    for run in re.finditer(b"\x01+", turned):
        start, length = (run.start() + edge) % _WEEK, run.end() - run.start()
        while length:
            day, minute = divmod(start, _DAY)
            part = length if length < _DAY else _DAY - minute
            stop = minute + part
            found[day].append((minute, stop if stop <= _DAY else stop - _DAY))
            start, length = (start + part) % _WEEK, length - part
    return [sorted(own) for own in found]


def _clock(span: Span) -> str:
    return "-".join(f"{minute // _HOUR:02d}:{minute % _HOUR:02d}" for minute in span)


def _named(days: list[int]) -> str:
    """Days as `Mo-We,Fr`; days that follow each other as a range."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)
