"""Doing the next part of many retries, each in a transaction of its own; one that fails stops no other.

What fails again is tried once more in the next round, after a pause that grows. An external call is
only put back into the queue: it has its own attempts and pauses, and fails as a new incident.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.batches import ask_for_batch
from engine.errors import TuidanError
from engine.failures import IncidentNotFound, LostRace
from engine.incidents import retry_incident
from engine.retries.filters import IncidentFilters
from engine.retries.tables import RetryBatch
from engine.runtime import Engine
from engine.tables import Incident

RETRY = "retry_incidents"
PART = 20
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
"""Between the rounds; after the last, what still fails is left to people."""


def register_retries(engine: Engine) -> None:
    """Let the engine's workers retry many incidents."""

    def retry(batch_id: uuid.UUID) -> bool:
        return retry_part(engine, batch_id)

    engine.batches[RETRY] = retry


def retry_part(engine: Engine, batch_id: uuid.UUID) -> bool:
    """Retry the next incidents of a batch.

    Returns:
        Whether there may be more in this round.
    """
    for _ in range(PART):
        tried: list[uuid.UUID] = []
        try:
            with engine.transaction() as session:
                if not _retry_next(engine, session, batch_id, tried):
                    return False
        except (LostRace, sa.exc.OperationalError):
            raise
        except TuidanError as error:
            gone = isinstance(error, IncidentNotFound)  # somebody else has resolved it
            with engine.transaction() as session:
                _pass_over(session, batch_id, tried[0], failed=not gone)
    return True


def wake_retries(engine: Engine) -> int:
    """Begin the next round of batches whose pause is over; returns how many."""
    with engine.transaction() as session:
        due = session.scalars(
            sa.select(RetryBatch)
            .where(RetryBatch.status == "waiting", RetryBatch.due_at <= engine.clock.now())
            .with_for_update(skip_locked=True)
        ).all()
        for batch in due:
            batch.status, batch.due_at, batch.cursor, batch.failed = "running", None, None, 0
            ask_for_batch(session, RETRY, batch.id)
        return len(due)


def _retry_next(engine: Engine, session: Session, batch_id: uuid.UUID, tried: list[uuid.UUID]) -> bool:
    """Retry one incident and write it down in the same transaction; False if there is none."""
    batch = session.get(RetryBatch, batch_id, populate_existing=True, with_for_update=True)
    if batch is None or batch.status != "running":
        return False
    query = sa.select(Incident.id).where(
        Incident.resolved_at.is_(None),
        Incident.id <= batch.bound,
        *IncidentFilters.from_json(batch.filters).conditions(),
    )
    if batch.cursor is not None:
        query = query.where(Incident.id > batch.cursor)
    incident_id = session.scalar(query.order_by(Incident.id).limit(1))
    if incident_id is None:
        _end_round(engine, batch)
        return False
    tried.append(incident_id)
    actor = Actor(id=batch.asked_by, name=batch.asked_name)
    retry_incident(engine, session, incident_id, actor=actor, reason=batch.reason)
    batch.cursor = incident_id
    batch.retried += 1
    return True


def _pass_over(session: Session, batch_id: uuid.UUID, incident_id: uuid.UUID, *, failed: bool) -> None:
    batch = session.get_one(RetryBatch, batch_id, populate_existing=True, with_for_update=True)
    if batch.cursor is None or batch.cursor < incident_id:
        batch.cursor = incident_id
        batch.failed += failed


def _end_round(engine: Engine, batch: RetryBatch) -> None:
    now = engine.clock.now()
    if batch.failed and batch.round <= len(PAUSES):
        batch.status, batch.due_at = "waiting", now + PAUSES[batch.round - 1]
        batch.round += 1
    else:
        batch.status, batch.ended_at = "done", now
