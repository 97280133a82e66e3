"""What a calendar is made of, and how many days a shop may close. Pure: the standard library only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Months and days that are public holidays every year: the State Council's rules on public holidays
(全国年节及纪念日放假办法, as amended in 2024). Those of the lunar year move, and are in no formula here."""

MOST_CLOSED_DAYS = 15
"""That a shop may close in a year beyond public holidays: buyers wait as long."""
NOTICE_DAYS = 3
"""Before a closed day, so that no deadline that runs already was promised otherwise."""


@dataclass(frozen=True, kw_only=True)
class ShopCalendar:
    """Public holidays and a shop's closed days.

    Attributes:
        public: Whether a day of a known year is a working day by the public calendar.
        known_years: The years that ``public`` knows.
        closed: Days on which the shop is closed.
    """

    public: Callable[[dt.date], bool]
    known_years: range
    closed: frozenset[dt.date] = field(default=frozenset())
    name: str = "CN"
    zone: ZoneInfo = SHANGHAI

    def works(self, day: dt.date) -> bool:
        """Whether the shop works on a day; of a year that isn't known yet, by what is certain."""
        if day in self.closed:
            return False
        if self.knows(day.year):
            return self.public(day)
        return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED_HOLIDAYS

    def knows(self, year: int) -> bool:
        """Whether the public calendar of a year is known."""
        return year in self.known_years


def may_close(day: dt.date, today: dt.date, closed: frozenset[dt.date]) -> str:
    """Why a shop can't close on a day: ``past``, ``too_soon``, ``too_many``; empty if it can."""
    if day <= today:
        return "past"
    if day < today + dt.timedelta(days=NOTICE_DAYS):
        return "too_soon"
    if day not in closed and sum(one.year == day.year for one in closed) >= MOST_CLOSED_DAYS:
        return "too_many"
    return ""
