"""Reading one's notifications."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.notifications.tables import Notification

COUNT_LIMIT = 100
"""Counts stop here: a page says "99+" beyond."""


def unread_count(session: Session, account_id: uuid.UUID) -> int:
    """Return how many notifications somebody has not read, up to ``COUNT_LIMIT``."""
    some = (
        sa.select(sa.literal(1))
        .where(Notification.account_id == account_id, Notification.read_at.is_(None))
        .limit(COUNT_LIMIT)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def recent(session: Session, account_id: uuid.UUID, *, limit: int = 50) -> list[Notification]:
    """Return somebody's notifications, the latest first."""
    return list(
        session.scalars(
            sa.select(Notification)
            .where(Notification.account_id == account_id)
            .order_by(Notification.created_at.desc(), Notification.id.desc())
            .limit(limit)
        )
    )


def mark_read(
    session: Session, account_id: uuid.UUID, now: dt.datetime, ids: Iterable[uuid.UUID] | None = None
) -> None:
    """Mark notifications as read: those named, as far as they are his, or all of them."""
    condition = [Notification.account_id == account_id, Notification.read_at.is_(None)]
    if ids is not None:
        condition.append(Notification.id.in_(list(ids)))
    session.execute(sa.update(Notification).where(*condition).values(read_at=now))
