"""Messages that nobody waited for: kept for a while, then marked as expired and no longer delivered.

One that has expired isn't gone: operators see it, and send it again or discard it.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.commands.record import note
from engine.tables import SentMessage

KEPT_FOR = dt.timedelta(days=30)
"""How long a message waits for its receiver, unless a setting says otherwise."""

BATCH = 200


def expire_messages(session: Session, now: dt.datetime, kept_for: dt.timedelta = KEPT_FOR) -> bool:
    """Mark the messages that have waited too long, and say so in their senders' histories.

    Any number of workers may do it at once.

    Returns:
        Whether there may be more.
    """
    due = (
        sa.select(SentMessage)
        .where(SentMessage.expired_at.is_(None), SentMessage.sent_at < now - kept_for)
        .order_by(SentMessage.sent_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(due).all()
    for message in found:
        message.expired_at = now
        note(
            session,
            [message.sender_id],
            "message_expired",
            now=now,
            actor=SYSTEM,
            data={"message": message.message, "business_key": message.business_key},
            element=(message.element_id, message.element_id),
        )
    return len(found) == BATCH
