"""Reading ISO 8601 instants and durations, as timers and the expression language take them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import isodate


class TimerInvalid(ValueError):
    """A timer's expression doesn't give an ISO 8601 text that the engine takes."""


def parse_instant(text: Any) -> dt.datetime:
    """Read an ISO 8601 instant; one without a zone is refused."""
    try:
        instant = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise TimerInvalid(f"{text!r} is not an ISO 8601 instant") from error
    if instant.tzinfo is None:
        raise TimerInvalid(f"{text!r} has no time zone")
    return instant.astimezone(dt.UTC)


LONGEST_LIFE = dt.timedelta(days=366)


def end_of_life(now: dt.datetime, text: Any) -> dt.datetime:
    """Until when a message that is sent now is kept, if its sender says for how long.

    Raises:
        TimerInvalid: If it says no ISO 8601 duration of more than nothing and of 366 days at most.
    """
    end = add_duration(now, text)
    if not now < end <= now + LONGEST_LIFE:
        raise TimerInvalid(f"{text!r} is not from a moment to {LONGEST_LIFE.days} days")
    return end


def add_duration(start: dt.datetime, text: Any) -> dt.datetime:
    """Add an ISO 8601 duration to an instant, by the calendar where it names months or years."""
    try:
        duration = isodate.parse_duration(text)
    except (TypeError, ValueError, isodate.ISO8601Error) as error:
        raise TimerInvalid(f"{text!r} is not an ISO 8601 duration") from error
    try:
        due: dt.datetime = start + duration
    except (OverflowError, ValueError) as error:
        raise TimerInvalid(f"{text!r} is too long") from error
    if due < start:
        raise TimerInvalid(f"{text!r} goes back in time")
    return due


def later(instant: Any, duration: Any) -> str:
    """The language's function: an instant so long after another, as ISO 8601 in UTC."""
    return add_duration(parse_instant(instant), duration).isoformat()


_CYCLE = re.compile(r"R(\d*)/(?:([^/P][^/]*)/)?(P[^/]+)")


@dataclass(frozen=True)
class Cycle:
    """A rhythm of instants: ``R3/PT1H`` has three, an hour apart.

    Attributes:
        origin: What instants are counted from; the first is one period later, or the origin
            itself if the text names a start.
        period: ISO 8601, added by the calendar.
        times: How many instants there are; None for no end.
        offset: How many periods the first instant lies behind the origin.
    """

    origin: dt.datetime
    period: str
    times: int | None
    offset: int

    def plain(self) -> list[Any]:
        """The rhythm as JSON."""
        return [self.origin.isoformat(), self.period, self.times, self.offset]

    @classmethod
    def of(cls, plain: list[Any]) -> Cycle:
        """Read what :meth:`plain` gave."""
        return cls(dt.datetime.fromisoformat(plain[0]), *plain[1:])

    def after(self, now: dt.datetime, fired: int) -> tuple[int, dt.datetime | None]:
        """The first instant after ``now`` behind the one that was fired: its number and itself."""
        number = fired + 1
        while self.times is None or number <= self.times:
            due = self._at(number)
            if due > now:
                return number, due
            number += self._strides(due, now)
        return number, None

    def _strides(self, due: dt.datetime, now: dt.datetime) -> int:
        """How many instants surely lie in the past, so that a long outage is not walked through."""
        length = max((self._at(2) - self._at(1)).total_seconds(), 1.0)
        # A period of months is up to a tenth longer than its first.
        return max(int((now - due).total_seconds() / (length * 1.2)), 1)

    def _at(self, number: int) -> dt.datetime:
        duration = isodate.parse_duration(self.period)
        try:
            at: dt.datetime = self.origin + duration * (number - 1 + self.offset)
        except (OverflowError, ValueError) as error:
            raise TimerInvalid(f"{self.period!r} goes beyond the calendar") from error
        return at


def parse_cycle(text: Any, now: dt.datetime) -> Cycle:
    """Read an ISO 8601 repeating interval: ``R3/PT1H``, or ``R/2026-12-01T09:00:00+08:00/P1D``."""
    match = _CYCLE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise TimerInvalid(f"{text!r} is not an ISO 8601 repeating interval such as R3/PT1H")
    times, start, period = match.groups()
    if times == "0":
        raise TimerInvalid(f"{text!r} repeats nothing")
    origin = now if start is None else parse_instant(start)
    if add_duration(origin, period) < origin + dt.timedelta(seconds=1):
        raise TimerInvalid(f"{text!r} has a period shorter than a second")
    return Cycle(origin, period, int(times) if times else None, 1 if start is None else 0)
