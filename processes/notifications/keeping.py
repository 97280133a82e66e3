"""Keeping notifications and letters within bounds: those of long ago go, a part at a time."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.retention import PART, delete_part
from processes.notifications.tables import EmailDelivery, Notification

LETTERS_KEPT = dt.timedelta(days=90)
"""How long the trace of a letter stays that was sent."""


def forget_letters(session: Session, now: dt.datetime) -> bool:
    """Delete the traces of letters that were sent long ago; whether there may be more."""
    sent = EmailDelivery.status == sa.literal_column("'sent'")
    return delete_part(session, EmailDelivery, sent, EmailDelivery.created_at < now - LETTERS_KEPT)


def forget_notifications(
    session: Session, now: dt.datetime, *, read: dt.timedelta | None, unread: dt.timedelta | None
) -> bool:
    """Delete a part of the old notifications with what is left of their letters.

    Args:
        session: The caller's transaction.
        now: When.
        read: How long one stays after it was read; None for ever.
        unread: How long one stays that nobody reads; None for ever.

    Returns:
        Whether there may be more.
    """
    more = False
    if read is not None:
        more |= _forget(session, Notification.read_at < now - read)
    if unread is not None:
        more |= _forget(session, Notification.read_at.is_(None), Notification.created_at < now - unread)
    return more


def _forget(session: Session, *conditions: sa.ColumnElement[bool]) -> bool:
    found = sa.select(Notification.id).where(*conditions).limit(PART).with_for_update(skip_locked=True)
    ids = session.scalars(found).all()
    for model, key in ((EmailDelivery, EmailDelivery.notification_id), (Notification, Notification.id)):
        gone = sa.delete(model).where(key.in_(ids))
        session.execute(gone.execution_options(synchronize_session=False))
    return len(ids) == PART
