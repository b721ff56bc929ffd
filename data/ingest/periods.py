"""Periods as people write them: a year, a half, a quarter, a month; first and last day, both included."""

import calendar
import re
import unicodedata
from datetime import date
from typing import Final

_NUMBER: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_FORMS: Final = (
    # months in a period, how it is written
    (12, re.compile(r"(?P<year>\d{4})年?(?:度|全年)?")),
    (6, re.compile(r"(?P<year>\d{4})[年-]?(?:h(?P<part>[12])|(?P<word>[上下])半年)")),
    (3, re.compile(r"(?P<year>\d{4})[年-]?(?:q(?P<part>[1-4])|第?(?P<word>[1-4一二三四])季度?)")),
    (1, re.compile(r"(?P<year>\d{4})(?:-|/|\.|年)(?P<part>0?[1-9]|1[0-2])月?(?:份)?")),
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def parse_period(text: str) -> tuple[date, date] | None:
    """First and last day of `2026Q3`, `2026年第三季度`, `2026-07`, `2026年7月`, `2026H1`, `2026年上半年`, `2026`.

    None for anything else: nothing is guessed.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    matches = [(months, found) for months, form in _FORMS if (found := form.fullmatch(plain))]
    if not matches:
        return None
    months, found = matches[0]
    said = found.groupdict()
    part = said.get("part") or said.get("word") or "1"
    year, last = int(said["year"]), (_NUMBER.get(part) or int(part)) * months
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    return date(year, last - months + 1, 1), date(year, last, calendar.monthrange(year, last)[1])
