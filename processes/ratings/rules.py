"""When a buyer is asked to rate, and until when he can change his mind. Pure: the standard library."""

from __future__ import annotations

import datetime as dt

STARS = range(1, 6)
"""From very bad to very good."""

TEXT_MAXIMUM = 500
"""Characters of a rating's words, and of the shop's answer."""

ASKED_FOR = dt.timedelta(days=30)
"""How long after a case has ended its handling can be rated."""

EDITABLE_FOR = dt.timedelta(days=7)
"""How long after he gave it a buyer can change a rating, unless the shop has answered it."""

NOT_HANDLED = frozenset({"closed_unpaid", "ineligible", "withdrawn"})
"""Outcomes that nobody's handling brought about: the rules closed the case, or the buyer did."""


def asks_for_rating(outcome: str | None, closed_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the buyer can rate how a case was handled.

    Args:
        outcome: How the case ended; None while it is open.
        closed_at: When it ended, in UTC.
        now: The instant to judge by.
    """
    if outcome is None or closed_at is None or outcome in NOT_HANDLED:
        return False
    return now < closed_at + ASKED_FOR


def can_change(rated_at: dt.datetime, answered_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a rating can still be changed."""
    return answered_at is None and now < rated_at + EDITABLE_FOR
