"""Messages that instances have sent and nobody has taken yet, by state, name and business key."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables import SentMessage

PAGE_SIZE = 30


@dataclass(frozen=True, kw_only=True)
class KeptFilters:
    """Which kept messages a list shows; an empty text means any.

    Attributes:
        expired: Those that have waited too long, instead of those that still wait.
    """

    name: str = ""
    business_key: str = ""
    expired: bool = False


@dataclass(frozen=True, kw_only=True)
class KeptPage:
    """A page of kept messages, the latest first; ``next`` is the key that the next page follows."""

    rows: Sequence[SentMessage]
    next: tuple[dt.datetime, uuid.UUID] | None


def find_kept(
    session: Session,
    filters: KeptFilters,
    *,
    after: tuple[dt.datetime, uuid.UUID] | None = None,
    limit: int = PAGE_SIZE,
) -> KeptPage:
    """Return the kept messages that fit, the latest first.

    Args:
        session: The caller's transaction.
        filters: Which ones.
        after: The last key of the page before.
        limit: The size of a page.
    """
    kept = SentMessage
    state = kept.expired_at.is_not(None) if filters.expired else kept.expired_at.is_(None)
    query = sa.select(kept).where(state).order_by(kept.sent_at.desc(), kept.id.desc()).limit(limit + 1)
    if filters.name:
        query = query.where(kept.message == filters.name)
    if filters.business_key:
        query = query.where(kept.business_key == filters.business_key)
    if after is not None:
        query = query.where(sa.tuple_(kept.sent_at, kept.id) < sa.tuple_(*after))
    found = session.scalars(query).all()
    rows = found[:limit]
    last = (rows[-1].sent_at, rows[-1].id) if len(found) > limit else None
    return KeptPage(rows=rows, next=last)
