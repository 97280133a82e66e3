"""Suspending and resuming an instance, or all instances of a version.

A suspended instance refuses people and messages with a typed error. Its timers are held, and
a job whose turn comes is marked; resuming lets each of them happen once. A suspension waits
for the step that is under way, since both hold the instance's execution row.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.record import checked_reason, note, record
from engine.definitions import ProcessUnknown
from engine.errors import Kind, TuidanError
from engine.failures import InstanceEnded, InstanceNotFound
from engine.runtime import Engine
from engine.sending import hand_kept_messages, hand_kept_signals
from engine.tables import Execution, ProcessDefinition, ProcessInstance


class AlreadySuspended(TuidanError):
    """This is suspended already."""

    code = "command.already_suspended"
    kind = Kind.CONFLICT


class NotSuspended(TuidanError):
    """This isn't suspended."""

    code = "command.not_suspended"
    kind = Kind.CONFLICT


_HOLD = sa.text("""
    WITH timers AS (
        UPDATE timer SET held = :held WHERE instance_id = ANY(CAST(:instances AS uuid[]))
    )
    UPDATE activity_choice SET held = :held WHERE instance_id = ANY(CAST(:instances AS uuid[]))
""")
_SUSPEND_VERSION = sa.text("""
    UPDATE execution SET version_suspended = :suspended WHERE instance_id = ANY(CAST(:instances AS uuid[]))
""")
_DEFER = sa.text("""
    WITH freed AS (
        UPDATE service_job SET held = false
        WHERE held AND NOT suspended AND instance_id = ANY(CAST(:instances AS uuid[]))
        RETURNING instance_id, element_instance
    )
    SELECT CASE WHEN EXISTS (SELECT 1 FROM freed) THEN procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW('engine', 'engine.call_service', 0, NULL, NULL,
            jsonb_build_object('instance_id', instance_id, 'element_instance', element_instance),
            NULL)::procrastinate_job_to_defer_v1 FROM freed)) END
""")
# What was sent to an instance while it was suspended, or is on its way to it; and a look at its conditions.
_DELIVER = sa.text("""
    WITH resumed AS (SELECT id FROM unnest(CAST(:instances AS uuid[])) AS id),
    jobs AS (
        SELECT DISTINCT 'engine.deliver_messages' AS task,
            jsonb_build_object('message', m.message, 'business_key', m.business_key) AS arguments
        FROM resumed JOIN message_subscription w ON w.instance_id = resumed.id
        JOIN sent_message m ON m.message = w.message AND m.business_key = w.business_key
            AND m.expired_at IS NULL
        UNION ALL
        SELECT DISTINCT 'engine.deliver_signals',
            jsonb_build_object('instances', jsonb_build_array(d.instance_id))
        FROM resumed JOIN signal_delivery d ON d.instance_id = resumed.id
        UNION ALL
        SELECT DISTINCT 'engine.run_batch',
            jsonb_build_object('kind', 'wake_instance', 'subject', e.instance_id)
        FROM resumed JOIN event_subscription e ON e.instance_id = resumed.id AND e.kind = 'condition'
    )
    SELECT CASE WHEN EXISTS (SELECT 1 FROM jobs) THEN procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW('engine', task, 0, NULL, NULL, arguments, NULL)::procrastinate_job_to_defer_v1
        FROM jobs)) END
""")


def suspend_instance(
    engine: Engine, session: Session, instance_id: uuid.UUID, *, reason: str, actor: Actor
) -> None:
    """Let nothing happen to an instance until it is resumed.

    Raises:
        AlreadySuspended: If it is.
        InstanceEnded: If it has ended.
        InstanceNotFound: If there is none of that id.
        ReasonMissing: If no reason is given.
    """
    reason = checked_reason(reason)
    execution = locked(session, instance_id)
    if execution.suspended:
        raise AlreadySuspended
    execution.suspended = True
    session.flush()
    hold(session, [instance_id], held=True)
    note(session, [instance_id], "suspended", now=engine.clock.now(), actor=actor, data={"reason": reason})


def resume_instance(
    engine: Engine, session: Session, instance_id: uuid.UUID, *, reason: str, actor: Actor
) -> None:
    """Let an instance go on; what came due meanwhile happens now.

    If its version is suspended too, it stays so until that is resumed.

    Raises:
        NotSuspended: If it isn't suspended by itself.
        InstanceEnded: If it has ended.
        InstanceNotFound: If there is none of that id.
        ReasonMissing: If no reason is given.
    """
    reason = checked_reason(reason)
    execution = locked(session, instance_id)
    if not execution.suspended:
        raise NotSuspended
    execution.suspended = False
    session.flush()
    if not execution.version_suspended:
        release_work(session, [instance_id])
    note(session, [instance_id], "resumed", now=engine.clock.now(), actor=actor, data={"reason": reason})


def suspend_version(
    engine: Engine, session: Session, definition_id: uuid.UUID, *, reason: str, actor: Actor
) -> int:
    """Suspend all instances of a version, and refuse to start others.

    Instances of other processes that call this one aren't touched.

    Returns:
        How many instances it concerns.
    """
    return _set_version(engine, session, definition_id, suspended=True, reason=reason, actor=actor)


def resume_version(
    engine: Engine, session: Session, definition_id: uuid.UUID, *, reason: str, actor: Actor
) -> int:
    """Let the instances of a version go on, but for those that are suspended by themselves.

    Returns:
        How many instances it concerns.
    """
    return _set_version(engine, session, definition_id, suspended=False, reason=reason, actor=actor)


def locked(session: Session, instance_id: uuid.UUID) -> Execution:
    """Lock an instance's execution, after the step that is under way.

    Raises:
        InstanceEnded: If it has ended.
        InstanceNotFound: If there is none of that id.
    """
    execution = session.get(Execution, instance_id, populate_existing=True, with_for_update=True)
    if execution is not None:
        return execution
    raise InstanceNotFound if session.get(ProcessInstance, instance_id) is None else InstanceEnded


def _set_version(
    engine: Engine,
    session: Session,
    definition_id: uuid.UUID,
    *,
    suspended: bool,
    reason: str,
    actor: Actor,
) -> int:
    reason = checked_reason(reason)
    now = engine.clock.now()
    definition = session.get(
        ProcessDefinition, definition_id, populate_existing=True, with_for_update={"key_share": True}
    )
    if definition is None:
        raise ProcessUnknown(process_id=str(definition_id))
    if definition.suspended == suspended:
        raise AlreadySuspended if suspended else NotSuspended
    definition.suspended = suspended
    session.flush()
    # In the order of their ids, so that two who suspend don't wait in a circle.
    executions = session.scalars(
        sa.select(Execution)
        .join(ProcessInstance, ProcessInstance.id == Execution.instance_id)
        .where(ProcessInstance.definition_id == definition_id)
        .order_by(Execution.instance_id)
        .with_for_update(of=Execution)
        .options(sa.orm.load_only(Execution.suspended))
        .execution_options(populate_existing=True)
    ).all()
    ids = [execution.instance_id for execution in executions]
    session.execute(_SUSPEND_VERSION, {"instances": ids, "suspended": suspended})
    if suspended:
        hold(session, ids, held=True)
    else:
        release_work(session, [e.instance_id for e in executions if not e.suspended])
        hand_kept_messages(session, definition_id)
        hand_kept_signals(session, definition_id)
    data = {"reason": reason, "version": definition.version}
    note(
        session,
        ids,
        "version_suspended" if suspended else "version_resumed",
        now=now,
        actor=actor,
        data=data,
    )
    record(
        session,
        "suspend_version" if suspended else "resume_version",
        definition.process_id,
        now=now,
        actor=actor,
        reason=reason,
        changes={"version": definition.version, "instances": len(ids)},
    )
    return len(ids)


def hold(session: Session, instances: Sequence[uuid.UUID], *, held: bool) -> None:
    """Let the timers of instances wait and what can be started in them be offered to nobody, or no longer."""
    session.execute(_HOLD, {"instances": list(instances), "held": held})


def release_work(session: Session, instances: Sequence[uuid.UUID]) -> None:
    """Put back what waited for instances that have just been resumed."""
    hold(session, instances, held=False)
    session.execute(_DEFER, {"instances": list(instances)})
    session.execute(_DELIVER, {"instances": list(instances)})
