"""Reading ISO 8601 instants and durations, as timers and the expression language take them."""

from __future__ import annotations

import datetime as dt
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
