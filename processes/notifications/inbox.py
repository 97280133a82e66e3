"""Reading one's notifications."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import NotFound
from processes.notifications.tables import Notification
from processes.paging import older, token_of

COUNT_LIMIT = 100
"""Counts stop here: a page says "99+" beyond."""

PAGE_SIZE = 50


class NotificationNotFound(NotFound):
    """There is no such notification."""

    code = "notification.not_found"


@dataclass(frozen=True, kw_only=True)
class NotificationPage:
    """Some notifications, the latest first; ``next`` asks for those after them, None if there are none."""

    rows: list[Notification]
    next: str | None


def unread_count(session: Session, account_id: uuid.UUID) -> int:
    """Return how many notifications somebody has not read, up to ``COUNT_LIMIT``."""
    some = (
        sa.select(sa.literal(1))
        .where(Notification.account_id == account_id, Notification.read_at.is_(None))
        .limit(COUNT_LIMIT)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def notifications(
    session: Session, account_id: uuid.UUID, *, unread: bool = False, after: str | None = None
) -> NotificationPage:
    """Return a page of somebody's notifications, the latest first.

    Args:
        session: The caller's transaction.
        account_id: Whose.
        unread: Only those that he hasn't read.
        after: ``next`` of the page before; anything else starts at the beginning.
    """
    query = (
        sa.select(Notification)
        .where(Notification.account_id == account_id, older(after, Notification.created_at, Notification.id))
        .order_by(Notification.created_at.desc(), Notification.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if unread:
        query = query.where(Notification.read_at.is_(None))
    found = list(session.scalars(query))
    rows = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return NotificationPage(rows=rows, next=token_of(rows[-1].created_at, rows[-1].id) if more else None)


def notification_of(session: Session, account_id: uuid.UUID, notification_id: uuid.UUID) -> Notification:
    """Return one of somebody's notifications.

    Raises:
        NotificationNotFound: There is none, or it is somebody else's.
    """
    found = session.get(Notification, notification_id)
    if found is None or found.account_id != account_id:
        raise NotificationNotFound
    return found


def mark_read(
    session: Session, account_id: uuid.UUID, now: dt.datetime, ids: Iterable[uuid.UUID] | None = None
) -> None:
    """Mark notifications as read: those named, as far as they are his, or all of them."""
    condition = [Notification.account_id == account_id, Notification.read_at.is_(None)]
    if ids is not None:
        condition.append(Notification.id.in_(list(ids)))
    session.execute(sa.update(Notification).where(*condition).values(read_at=now))
