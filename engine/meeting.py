"""Locks by which whoever delivers a message and whoever begins to wait for it don't miss each other.

All are advisory locks of the caller's transaction, by message and business key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

_ALONE = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7165002))")
_START_ALONE = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7165003))")
_BESIDE = sa.text("""
    SELECT pg_advisory_xact_lock_shared(hashtextextended(key, 7165002))
    FROM (SELECT DISTINCT key FROM unnest(CAST(:keys AS text[])) AS key ORDER BY key) AS ordered
""")


def meet_senders(session: Session, messages: Iterable[str], business_key: str) -> None:
    """Before waiting for messages: let who finds no receiver find this one, or be found by it.

    Whoever delivers a message looks for receivers, and who begins to wait looks for messages. Without
    this lock, both could look before the other has committed, and the message would lie there.
    """
    keys = [_key(message, business_key) for message in messages]
    if keys:
        session.execute(_BESIDE, {"keys": keys})


def meet_senders_of(session: Session, messages: Sequence[str]) -> None:
    """The same for a version that begins to start by messages, whatever their business key."""
    for message in messages:
        session.execute(_ALONE, {"key": message})


def meet_receivers(session: Session, message: str, business_key: str) -> None:
    """Wait for the steps that are beginning to wait for a message; see :func:`meet_senders`."""
    session.execute(_BESIDE, {"keys": [message]})
    session.execute(_ALONE, {"key": _key(message, business_key)})


def meet_starters(session: Session, process_id: str, business_key: str) -> None:
    """Before starting an instance by a message: let no other message of this key start one beside it.

    Two messages for one instance may come at once. The second waits here until the first has started it.
    """
    session.execute(_START_ALONE, {"key": _key(process_id, business_key)})


def _key(message: str, business_key: str) -> str:
    return f"{message}\x1f{business_key}"
