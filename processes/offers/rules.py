"""What can be offered in place of a cancellation, and how long the shop then has. Pure.

The standard library and nothing else.
"""

from __future__ import annotations

import datetime as dt
import enum


class OfferKind(enum.StrEnum):
    """What a shop offers."""

    AMOUNT = "amount"
    RETURN_FIRST = "return_first"
    EXCHANGE = "exchange"


class OfferAnswer(enum.StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


UNSHIPPED = frozenset({"unpaid", "paid", "picking"})

# Of the 48 hours that the table of limits gives at first, a shop is reminded after 24 and 42.
FIRST_REMINDER = 24 / 48
SECOND_REMINDER = 42 / 48


def kinds_for(order_state: str) -> tuple[OfferKind, ...]:
    """Return what can be offered: nothing that wasn't sent can be sent back or exchanged."""
    return (OfferKind.AMOUNT,) if order_state in UNSHIPPED else tuple(OfferKind)


def time_left(due_at: dt.datetime | None, offered_at: dt.datetime, least: dt.timedelta) -> dt.timedelta:
    """Return how long a shop has once a request is back from an offer that came to nothing.

    The time in which the buyer thought it over doesn't count: the shop has what it had left
    when it made the offer, and never less than ``least``, so that it can still decide.

    Args:
        due_at: Until when it had to decide when it made the offer; None if there was no limit.
        offered_at: When it made the offer.
        least: From the table of limits.
    """
    return max(least, due_at - offered_at if due_at else least)


def as_duration(length: dt.timedelta) -> str:
    """Return a length of time as ISO 8601 writes it, in whole minutes, for a timer."""
    return f"PT{int(length.total_seconds() // 60)}M"


def reminders(left: dt.timedelta) -> tuple[dt.timedelta, dt.timedelta]:
    """Return after how much of the time that is left a shop is reminded, first and again."""
    return left * FIRST_REMINDER, left * SECOND_REMINDER
