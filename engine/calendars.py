"""Working days: deadlines that count days on which people work, in a zone of their own.

Pure. The engine knows no holidays: whoever composes it says which calendar holds for an
instance, by its variables. Counting follows the Civil Code of the People's Republic of China, articles 201
and 203: the day on which a period begins isn't counted, and its last day ends at 24:00.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from engine.values import JSON

UTC = ZoneInfo("UTC")
UTC = ZoneInfo("UTC")
SATURDAY = 5
MOST_DAYS = 250
"""A year's; more is a mistake."""
_DURATION = re.compile(r"P([1-9]\d{0,2})BD")
# A calendar without a working day in so long is broken.
_LONGEST = 1_000


class CalendarInvalid(ValueError):
    """Working days can't be counted."""


class Calendar(Protocol):
    """Says of each day whether people work on it."""

    @property
    def name(self) -> str:
        """For people who read how a deadline came about."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """Where a day begins and ends."""
        ...

    def works(self, day: dt.date) -> bool:
        """Whether people work on a day, of any year."""
        ...

    def knows(self, year: int) -> bool:
        """Whether that year's days are known, and not only assumed."""
        ...


@dataclass(frozen=True, kw_only=True)
class Weekdays:
    """Monday to Friday."""

    name: str = "weekdays"
    zone: ZoneInfo = UTC

    def works(self, day: dt.date) -> bool:
        """Whether it is no weekend."""
        return day.weekday() < SATURDAY

    def knows(self, year: int) -> bool:
        """Every year."""
        return True


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A deadline in working days, and how it came about.

    Attributes:
        due: The end of the last day, in UTC.
        skipped: The days on the way on which nobody works.
        assumed: Years whose holidays weren't known when it was computed.
    """

    due: dt.datetime
    skipped: tuple[dt.date, ...]
    assumed: tuple[int, ...]

    def as_json(self, calendar: Calendar) -> dict[str, JSON]:
        """As it is kept beside the instant."""
        return {
            "calendar": calendar.name,
            "zone": calendar.zone.key,
            "skipped": [day.isoformat() for day in self.skipped],
            "assumed": list(self.assumed),
        }


def working_days(duration: object) -> int | None:
    """How many working days a text such as ``P3BD`` means; None if it means no such thing.

    Raises:
        CalendarInvalid: More than ``MOST_DAYS``.
    """
    found = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if found is None:
        return None
    if int(found[1]) > MOST_DAYS:
        raise CalendarInvalid(f"{duration} is more than {MOST_DAYS} working days")
    return int(found[1])


def count_working_days(start: dt.datetime, days: int, calendar: Calendar) -> Counted:
    """The end of so many working days after the day of an instant.

    Raises:
        CalendarInvalid: The calendar has no working days, or the years come to an end.
    """
    day = start.astimezone(calendar.zone).date()
    left, skipped, assumed = days, list[dt.date](), set[int]()
    while left:
        if day == dt.date.max or len(skipped) > _LONGEST:
            raise CalendarInvalid("the calendar has too few working days")
        day += dt.timedelta(days=1)
        if not calendar.knows(day.year):
            assumed.add(day.year)
        if calendar.works(day):
            left -= 1
        else:
            skipped.append(day)
    if day == dt.date.max:
        raise CalendarInvalid("there are no days left")
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), calendar.zone)
    return Counted(due=midnight.astimezone(dt.UTC), skipped=tuple(skipped), assumed=tuple(sorted(assumed)))
