"""Calendar months of the marketplace, which statements are made for."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from processes.numbers import MARKETPLACE_ZONE

_MONTH = re.compile(r"(20\d\d|21\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Month:
    """A calendar month in the marketplace's zone."""

    year: int
    number: int

    @property
    def start(self) -> dt.datetime:
        """Its first instant, UTC."""
        first = dt.datetime(self.year, self.number, 1, tzinfo=MARKETPLACE_ZONE)
        return first.astimezone(dt.UTC)

    @property
    def following(self) -> Month:
        """The month after it."""
        return Month(year=self.year + self.number // 12, number=self.number % 12 + 1)

    @property
    def preceding(self) -> Month:
        """The month before it."""
        return Month(year=self.year - (self.number == 1), number=(self.number - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


def month_of(moment: dt.datetime) -> Month:
    """Return the month that an instant lies in."""
    local = moment.astimezone(MARKETPLACE_ZONE)
    return Month(year=local.year, number=local.month)


def month_named(text: str) -> Month | None:
    """Return the month that is written ``2026-03``, or None."""
    found = _MONTH.fullmatch(text)
    return Month(year=int(found[1]), number=int(found[2])) if found else None
