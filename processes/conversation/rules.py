"""How much may be written in a case, and until when. Pure: the standard library and nothing else."""

from __future__ import annotations

import datetime as dt

SIDES = ("buyer", "seller", "platform")

TEXT_MAXIMUM = 1000
"""Characters of one message."""

MESSAGES_MAXIMUM = 200
"""Messages that one side can write in a case."""

OPEN_AFTER_CLOSING = dt.timedelta(days=15)
"""How long the sides can still write to each other after a case has ended."""


def writable_until(closed_at: dt.datetime | None) -> dt.datetime | None:
    """Return when a case's conversation becomes read-only; None while the case is open.

    Args:
        closed_at: When the case ended, in UTC.
    """
    return None if closed_at is None else closed_at + OPEN_AFTER_CLOSING


def is_writable(closed_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the sides can still write; the very instant of the end is too late."""
    until = writable_until(closed_at)
    return until is None or now < until


def read_by(number: int, author: str, read_up_to: dict[str, int]) -> tuple[str, ...]:
    """Return the other sides that have read a message, in the order of ``SIDES``.

    Args:
        number: The message's.
        author: The side that wrote it.
        read_up_to: For each side, the last message that any of its people has read.
    """
    return tuple(side for side in SIDES if side != author and read_up_to.get(side, 0) >= number)
