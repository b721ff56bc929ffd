"""Opening hours in the reader's words."""

import re

from domain.filter_words import WEEKDAYS
from domain.i18n import _
from domain.opening_hours import ALWAYS, DAYS

_DAY = re.compile("|".join(DAYS))


def told(text: str) -> str:
    """Hours as they are stored, in words: Mo-Fr 08:30-17:30 is 周一-周五 08:30-17:30."""
    if text == ALWAYS:
        return _("全天 24 小时")
    if text == "off":
        return _("不开放")
    return _DAY.sub(lambda found: _(WEEKDAYS[DAYS.index(found.group())]), text)
