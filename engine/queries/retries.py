"""Retries of many incidents as an operator watches them, and incidents by what they have in common."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.commands.retry_many import RetriesNotFound
from engine.queries.overview import COUNT_LIMIT
from engine.retries.filters import ANY_NUMBER, IncidentFilters
from engine.retries.tables import RetryBatch
from engine.tables import Incident

_NUMBERS = r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+"
_MESSAGE_LENGTH = 160

LOOKED_THROUGH = 1_000
"""So many of the latest incidents are compared: what they say is read one by one, which takes its time."""


@dataclass(frozen=True, kw_only=True)
class IncidentGroup:
    """Open incidents that look alike.

    Attributes:
        message: The beginning of their messages, with ``#`` for each number.
    """

    process_id: str
    element_id: str | None
    element_name: str | None
    kind: str
    message: str
    count: int
    first_at: dt.datetime
    last_at: dt.datetime


def incident_groups(session: Session, filters: IncidentFilters, *, limit: int = 20) -> list[IncidentGroup]:
    """Group the newest open incidents, up to ``LOOKED_THROUGH`` of them, the largest groups first."""
    newest = (
        sa.select(
            Incident.process_id,
            Incident.element_id,
            Incident.element_name,
            Incident.kind,
            sa.func.regexp_replace(
                sa.func.left(Incident.message, _MESSAGE_LENGTH), _NUMBERS, ANY_NUMBER, "g"
            ).label("message"),
            Incident.occurred_at,
            Incident.last_at,
        )
        .where(Incident.resolved_at.is_(None), *filters.conditions())
        .order_by(Incident.occurred_at.desc(), Incident.id.desc())
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    columns = newest.c
    query = (
        sa.select(
            columns.process_id,
            columns.element_id,
            sa.func.max(columns.element_name).label("element_name"),
            columns.kind,
            columns.message,
            sa.func.count().label("count"),
            sa.func.min(columns.occurred_at).label("first_at"),
            sa.func.max(columns.last_at).label("last_at"),
        )
        .group_by(columns.process_id, columns.element_id, columns.kind, columns.message)
        .order_by(sa.desc("count"), sa.desc("last_at"))
        .limit(limit)
    )
    return [IncidentGroup(**row) for row in session.execute(query).mappings()]


def matching(session: Session, filters: IncidentFilters) -> int:
    """How many open incidents match; the count stops at ``COUNT_LIMIT``."""
    query = sa.select(Incident.id).where(Incident.resolved_at.is_(None), *filters.conditions())
    return session.scalar(sa.select(sa.func.count()).select_from(query.limit(COUNT_LIMIT).subquery())) or 0


def retries(session: Session, batch_id: uuid.UUID) -> RetryBatch:
    """Return retries by their id.

    Raises:
        RetriesNotFound: If there are none.
    """
    found = session.get(RetryBatch, batch_id)
    if found is None:
        raise RetriesNotFound
    return found


def latest_retries(session: Session, *, limit: int = 20) -> Sequence[RetryBatch]:
    """Return the retries that were asked for last."""
    return session.scalars(sa.select(RetryBatch).order_by(RetryBatch.id.desc()).limit(limit)).all()
