"""Suspending and resuming one service job: the external call that a service task waits for."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.record import checked_reason, note
from engine.commands.suspend import AlreadySuspended, NotSuspended, locked, release_work
from engine.errors import NotFound, TuidanError
from engine.runtime import Engine
from engine.tables import ServiceJob


class JobNotFound(NotFound):
    """There is no such call that waits to be made."""

    code = "job.not_found"


def suspend_job(
    engine: Engine,
    session: Session,
    instance_id: uuid.UUID,
    element_instance: int,
    *,
    reason: str,
    actor: Actor,
) -> None:
    """Don't make an external call again until it is resumed; one that is under way is still taken.

    Raises:
        AlreadySuspended: If it is.
        JobNotFound: If there is no such job.
    """
    _set_job(engine, session, instance_id, element_instance, suspended=True, reason=reason, actor=actor)


def resume_job(
    engine: Engine,
    session: Session,
    instance_id: uuid.UUID,
    element_instance: int,
    *,
    reason: str,
    actor: Actor,
) -> None:
    """Let an external call be made; at once, if its turn has come meanwhile.

    Raises:
        NotSuspended: If it isn't suspended.
        JobNotFound: If there is no such job.
    """
    _set_job(engine, session, instance_id, element_instance, suspended=False, reason=reason, actor=actor)


def _set_job(
    engine: Engine,
    session: Session,
    instance_id: uuid.UUID,
    element_instance: int,
    *,
    suspended: bool,
    reason: str,
    actor: Actor,
) -> None:
    reason = checked_reason(reason)
    try:
        execution = locked(session, instance_id)
    except TuidanError as error:
        raise JobNotFound from error
    key = (instance_id, element_instance)
    job = session.get(ServiceJob, key, populate_existing=True, with_for_update=True)
    if job is None:
        raise JobNotFound
    if job.suspended == suspended:
        raise AlreadySuspended if suspended else NotSuspended
    job.suspended = suspended
    session.flush()
    if not suspended and not (execution.suspended or execution.version_suspended):
        release_work(session, [instance_id])
    note(
        session,
        [instance_id],
        "job_suspended" if suspended else "job_resumed",
        now=engine.clock.now(),
        actor=actor,
        data={"reason": reason, "operation": job.operation},
        element=(job.element_id, job.name),
    )
