"""Retrying all incidents that match, as jobs that can be watched and stopped."""

from __future__ import annotations

import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.batches import ask_for_batch
from engine.commands.record import NO_PROCESS, checked_reason, record
from engine.errors import Kind, NotFound, TuidanError
from engine.ids import new_id
from engine.retries.filters import IncidentFilters
from engine.retries.running import PAUSES, RETRY
from engine.retries.tables import RetryBatch
from engine.runtime import Engine
from engine.tables import Incident


class NothingToRetry(TuidanError):
    """No open incident matches; there is nothing to retry."""

    code = "retries.nothing_to_retry"
    kind = Kind.CONFLICT


class RetriesNotFound(NotFound):
    """There are no such retries."""

    code = "retries.not_found"


class RetriesEnded(TuidanError):
    """These retries have ended already; there is nothing to stop."""

    code = "retries.ended"
    kind = Kind.CONFLICT


def retry_many(
    engine: Engine, session: Session, filters: IncidentFilters, *, reason: str, actor: Actor
) -> RetryBatch:
    """Let workers retry every open incident that matches now, and again after pauses what fails.

    Raises:
        NothingToRetry: If none matches.
        ReasonMissing: If no reason is given.
    """
    batch = _batch(engine, session, filters, reason=reason, actor=actor)
    ask_for_batch(session, RETRY, batch.id)
    _record(engine, session, "retry_many", batch, reason=batch.reason, actor=actor)
    return batch


def retry_later(
    engine: Engine, session: Session, incidents: Collection[uuid.UUID], *, reason: str, actor: Actor
) -> RetryBatch:
    """Let workers retry incidents that have just failed again, after a pause that grows.

    Raises:
        NothingToRetry: If none of them is open.
        ReasonMissing: If no reason is given.
    """
    filters = IncidentFilters(ids=tuple(incidents))
    batch = _batch(engine, session, filters, reason=reason, actor=actor)
    batch.status, batch.due_at, batch.round = "waiting", engine.clock.now() + PAUSES[0], 2
    batch.failed = batch.total
    session.flush()
    _record(engine, session, "retry_many", batch, reason=batch.reason, actor=actor)
    return batch


def stop_retries(engine: Engine, session: Session, batch_id: uuid.UUID, *, reason: str, actor: Actor) -> None:
    """Retry no further; the one that is being retried is finished first.

    Raises:
        ReasonMissing: If no reason is given.
        RetriesEnded: If they have ended.
        RetriesNotFound: If there are none of that id.
    """
    reason = checked_reason(reason)
    batch = session.get(RetryBatch, batch_id, populate_existing=True, with_for_update=True)
    if batch is None:
        raise RetriesNotFound
    if batch.status not in ("running", "waiting"):
        raise RetriesEnded
    batch.status, batch.due_at = "stopped", None
    batch.ended_at, batch.ended_name, batch.ended_reason = engine.clock.now(), actor.name, reason
    _record(engine, session, "stop_retries", batch, reason=reason, actor=actor)


def _record(
    engine: Engine, session: Session, command: str, batch: RetryBatch, *, reason: str, actor: Actor
) -> None:
    process_id = str(batch.filters.get("process_id") or NO_PROCESS)
    changes = {"retries": str(batch.id), "filters": batch.filters, "incidents": batch.total}
    record(session, command, process_id, now=engine.clock.now(), actor=actor, reason=reason, changes=changes)


def _batch(
    engine: Engine, session: Session, filters: IncidentFilters, *, reason: str, actor: Actor
) -> RetryBatch:
    reason = checked_reason(reason)
    meant = [Incident.resolved_at.is_(None), *filters.conditions()]
    bound = session.scalar(sa.select(Incident.id).where(*meant).order_by(Incident.id.desc()).limit(1))
    if bound is None:
        raise NothingToRetry
    total = session.scalar(sa.select(sa.func.count()).where(Incident.id <= bound, *meant)) or 1
    batch = RetryBatch(
        id=new_id(),
        filters=filters.to_json(),
        bound=bound,
        status="running",
        reason=reason,
        asked_at=engine.clock.now(),
        asked_by=actor.id,
        asked_name=actor.name,
        round=1,
        total=total,
        retried=0,
        failed=0,
    )
    session.add(batch)
    session.flush()
    return batch
