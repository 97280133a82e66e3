"""What time it is. Everything that asks for the time asks a clock.

The demo clock can be moved forward; its offset lives in the database, so that web and
worker agree. Production uses :class:`SystemClock` alone.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """A source of the present instant."""

    def now(self) -> dt.datetime:
        """Return the present instant, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        """Return the present instant, in UTC."""
        return dt.datetime.now(dt.UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests and the headless runner."""

    def __init__(self, start: dt.datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        self._now = start.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        """Return the instant it was set to, in UTC."""
        return self._now

    def advance(self, by: dt.timedelta) -> None:
        """Move the clock forward."""
        self._now += by
