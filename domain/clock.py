"""The one clock of the product: no SQL and no page asks the machine for the time.

Times are stored as naive UTC; a city has one time zone. `as_of` is what every figure is computed for: the
wall clock ("live") or the end of the last complete day in the data ("data").
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class AsOfMode(StrEnum):
    """Where the as-of time comes from."""

    LIVE = "live"
    DATA = "data"


def machine_now() -> datetime:
    """Current time as naive UTC: the only place that reads the machine's clock."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Clock:
    """Tells the time (naive UTC) and turns it into the city's local time."""

    timezone: ZoneInfo
    now: Callable[[], datetime] = machine_now

    def to_local(self, utc: datetime) -> datetime:
        """Naive UTC to naive local time of the city."""
        return utc.replace(tzinfo=UTC).astimezone(self.timezone).replace(tzinfo=None)

    def to_utc(self, local: datetime) -> datetime:
        """Naive local time to naive UTC; an ambiguous hour takes the first."""
        return local.replace(tzinfo=self.timezone, fold=0).astimezone(UTC).replace(tzinfo=None)

    def end_of_local_day(self, utc: datetime) -> datetime:
        """The local midnight that ends the day of `utc`, as naive UTC."""
        local = self.to_local(utc)
        return self.to_utc(datetime.combine(local.date() + timedelta(days=1), time.min))

    def as_of(self, mode: AsOfMode, last_event: datetime | None) -> datetime:
        """The time every figure is computed for (naive UTC).

        `last_event` is the latest plausible timestamp in the data, None when there is no data.
        """
        if mode is AsOfMode.LIVE or last_event is None:
            return self.now()
        return self.end_of_local_day(last_event)
