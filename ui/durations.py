"""Lengths of time in words."""

from datetime import timedelta

from domain.i18n import format_number, ngettext_

_MINUTE = timedelta(minutes=1)
_MINUTES_AN_HOUR, _MINUTES_A_DAY = 60, 24 * 60
_MANY_DAYS = 60
"""With so many days hours say nothing."""


def words(length: timedelta) -> str:
    """How long, not in which direction, by its two largest units, cut: 3 天 4 小时, 1 小时, 12 分钟, 75 天."""
    days, rest = divmod(abs(length) // _MINUTE, _MINUTES_A_DAY)
    hours, minutes = divmod(rest, _MINUTES_AN_HOUR)
    told = [ngettext_("{n} 天", "{n} 天", days).format(n=format_number(days))] if days else []
    if hours and days < _MANY_DAYS:
        told.append(ngettext_("{n} 小时", "{n} 小时", hours).format(n=hours))
    if not days and (minutes or not hours):
        told.append(ngettext_("{n} 分钟", "{n} 分钟", minutes).format(n=minutes))
    return " ".join(told)
