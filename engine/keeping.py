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

    A message whose sender said how long it lives goes by that, whatever is said for all.

    Any number of workers may do it at once.

    Returns:
        Whether there may be more.
    """
    waiting = sa.select(SentMessage).where(SentMessage.expired_at.is_(None))
    own = waiting.where(SentMessage.expires_at <= now).order_by(SentMessage.expires_at)
    usual = waiting.where(SentMessage.expires_at.is_(None), SentMessage.sent_at < now - kept_for)
    more = False
    for due in (own, usual.order_by(SentMessage.sent_at)):
        found = session.scalars(due.limit(BATCH).with_for_update(skip_locked=True)).all()
        for message in found:
            _expire(session, message, now)
        more = more or len(found) == BATCH
    return more


def _expire(session: Session, message: SentMessage, now: dt.datetime) -> None:
    message.expired_at = now
    if message.sender_id is not None:
        note(
            session,
            [message.sender_id],
            "message_expired",
            now=now,
            actor=SYSTEM,
            data={"message": message.message, "business_key": message.business_key},
            element=(message.element_id, message.element_id),
        )
