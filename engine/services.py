"""Calling external operations: outside any step, then one step that takes the result."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import sql, suspension, tables
from engine.actors import SYSTEM
from engine.calling import OperationUnknown
from engine.failures import record_incident
from engine.operations import BpmnError, Operation, OperationContext, Unrecoverable
from engine.runtime import Engine
from engine.values import Variables

MAX_ATTEMPTS = 5
BACKOFF_BASE = dt.timedelta(seconds=5)


def backoff(attempts: int) -> dt.timedelta:
    """How long to wait after so many failed attempts: 5 s, 15 s, 45 s, 135 s."""
    wait: dt.timedelta = BACKOFF_BASE * 3 ** (attempts - 1)
    return wait


def call_service(engine: Engine, instance_id: uuid.UUID, element_instance: int) -> None:
    """Do the operation that a service task waits for, and let the instance go on.

    It may be called any number of times: an operation that nobody waits for any more isn't
    called, and an operation is idempotent by its key. A failure is retried with growing
    pauses; after the last attempt, or at once if no repetition could help, it is an incident.
    """
    with engine.transaction() as session:
        job = session.get(tables.ServiceJob, (instance_id, element_instance))
        if job is None:
            return
        business_key = session.get_one(tables.ProcessInstance, instance_id).business_key
        if suspension.holds_back(session, job):
            return
        session.expunge(job)
    try:
        kept = suspension.kept_outcome(job)
        outcome = _call(engine, job, business_key) if kept is None else kept
    except Exception as error:  # noqa: BLE001 - whatever it is, it is retried and then an incident
        with engine.transaction() as session:
            _failed(engine, session, job, business_key, error)
        return
    with engine.transaction() as session:
        engine.finish_service(session, instance_id, element_instance, outcome)


def _call(engine: Engine, job: tables.ServiceJob, business_key: str) -> Variables | BpmnError:
    operation: Operation | None = engine.registry.get(job.operation)
    if operation is None:
        raise OperationUnknown(job.operation)
    context = OperationContext(
        now=engine.clock.now(),
        actor=SYSTEM,
        instance_id=job.instance_id,
        business_key=business_key,
        element_id=job.element_id,
        idempotency_key=f"{job.instance_id}:{job.element_instance}",
        transaction=engine.transaction,
    )
    try:
        return operation(context, job.arguments)
    except BpmnError as error:
        return error


def _failed(
    engine: Engine, session: Session, job: tables.ServiceJob, business_key: str, error: Exception
) -> None:
    now = engine.clock.now()
    attempts = session.scalar(
        sa.update(tables.ServiceJob)
        .where(
            tables.ServiceJob.instance_id == job.instance_id,
            tables.ServiceJob.element_instance == job.element_instance,
        )
        .values(
            attempts=tables.ServiceJob.attempts + 1, last_error=f"{type(error).__name__}: {error}"[:2_000]
        )
        .returning(tables.ServiceJob.attempts)
    )
    if attempts is None:
        return
    if attempts < MAX_ATTEMPTS and not isinstance(error, (Unrecoverable, OperationUnknown)):
        session.merge(
            tables.Timer(
                instance_id=job.instance_id,
                element_instance=job.element_instance,
                kind="retry",
                element_id=job.element_id,
                name=job.name,
                due_at=now + backoff(attempts),
            )
        )
        return
    instance = session.get_one(tables.ProcessInstance, job.instance_id)
    record_incident(
        session,
        now=now,
        key=f"{job.instance_id}:{job.element_instance}",
        kind="service",
        instance_id=job.instance_id,
        business_key=business_key,
        process_id=instance.process_id,
        element=(job.element_id, job.name),
        error=error,
        command={
            "do": "call_service",
            "instance_id": str(job.instance_id),
            "element_instance": job.element_instance,
        },
    )


def fire_timers(engine: Engine, timers: list[tuple[uuid.UUID, int, str]]) -> None:
    """Fire due timers, each in a transaction of its own.

    Raises:
        StepFailed: If one could not be fired; it has an incident, and those after it were not tried.
    """
    for instance_id, element_instance, kind in timers:
        if kind == "retry":
            call_service(engine, instance_id, element_instance)
            continue
        with engine.transaction() as session:
            engine.fire_timer(session, instance_id, element_instance)


def promote_timers(engine: Engine, *, limit: int = 2_000, batch: int = 20) -> int:
    """Move due timers into the job queue.

    Returns:
        How many were due; as many as ``limit`` means that there may be more.
    """
    with engine.transaction() as session:
        row = session.execute(
            sa.text(sql.PROMOTE_TIMERS), {"now": engine.clock.now(), "limit": limit, "batch": batch}
        ).one()
    promoted: int = row.promoted
    return promoted
