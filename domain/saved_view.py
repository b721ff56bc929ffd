"""What a saved view holds: a name, and the state of the page as its address tells it, in one canonical form.

The state is conditions only: which cases, which figures, cut by what. Who looks (`role`), the language and what is
open at the moment are no part of it. A relative period stays relative: "the last 30 days" of whoever opens it.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode

from domain.errors import InputRefused
from domain.filters import CaseFilter
from domain.i18n import _

STATE = (
    "part",
    "area",
    "period",
    "from",
    "to",
    "category",
    "channel",
    "state",
    "text",
    "hour",
    "side",
    "finding",
    "in_compound",
    "of_company",
    "level",
    "measure",
    "rows",
    "columns",
    "sorted",
    "compare",
    "beside",
)
"""The URL parameters that a view of 分析 holds, in their canonical order."""

SCENARIO = ("part", "area", "kind", "posts", "goal", "k")
"""Those of a scenario of 选址: points tried, of which kinds, and what was to be best."""

ANALYSIS, SITING = "analysis", "police_stations"
STATES = {ANALYSIS: STATE, SITING: SCENARIO}
"""The parameters that views hold, by the screen that they are of."""

LONGEST_NAME = 60
LONGEST_QUERY = 4_000

DEFAULT_PERIOD_DAYS = 30
_ALL = "all"
_CUSTOM = "custom"


def canonical(query: Mapping[str, Sequence[str]], screen: str = ANALYSIS) -> str:
    """The state of a page as one text: equal for two addresses that ask for the same.

    Raises InputRefused where it is longer than a browser's address should be.
    """
    kept = [
        (key, sorted(set(query[key])) if key in _SETS else query[key][:1])
        for key in STATES[screen]
        if query.get(key)
    ]
    text = urlencode([(key, value) for key, values in kept for value in values])
    if len(text) > LONGEST_QUERY:
        raise InputRefused(
            _("这个视图的条件太长：{n} 个字符，最多 {most} 个。").format(n=len(text), most=LONGEST_QUERY),
            _("请少选一些类别或时段。"),
        )
    return text


_SETS = {"category", "channel", "state", "hour", "in_compound", "of_company", "kind"}
"""Parameters with several values, whose order means nothing."""


def state_of(text: str, screen: str = ANALYSIS) -> dict[str, list[str]]:
    """The parameters of a canonical text; those that no view holds are left out."""
    return {key: values for key, values in parse_qs(text).items() if key in STATES[screen]}


def checked_name(name: str) -> str:
    """A name without white space around it. Raises InputRefused for none, a long one, or signs that cannot be seen."""
    told = unicodedata.normalize("NFC", name).strip()
    hidden = any(unicodedata.category(character)[0] == "C" for character in told)
    if not told or len(told) > LONGEST_NAME or hidden:
        raise InputRefused(
            _("视图的名字不能用。"),
            _("请写 1 到 {most} 个看得见的字符。").format(most=LONGEST_NAME),
        )
    return told


def cases_of(state: Mapping[str, Sequence[str]], last_day: date) -> CaseFilter:
    """The cases that a state asks for on a day; `last_day` is the last one that the as-of time covers.

    Raises InputRefused for a date, hour, side or finding that is none.
    """
    period = next(iter(state.get("period", ())), "")
    days = {"from": list(state.get("from", ())), "to": list(state.get("to", ()))}
    if period == _ALL:
        days = {"from": [], "to": []}
    elif period != _CUSTOM:
        days = _back(last_day, _days(period))
    else:
        days = {key: days[key] or default for key, default in _back(last_day, DEFAULT_PERIOD_DAYS).items()}
        days = dict(zip(days, sorted(days.values()), strict=True))
    return CaseFilter.from_query({**state, **days})


def _days(period: str) -> int:
    """`90d` is 90; what is no period offered is the default."""
    number = period.removesuffix("d")
    return int(number) if number in {"7", "30", "90", "365"} and period != number else DEFAULT_PERIOD_DAYS


def _back(last_day: date, days: int) -> dict[str, list[str]]:
    return {"from": [(last_day - timedelta(days=days - 1)).isoformat()], "to": [last_day.isoformat()]}
