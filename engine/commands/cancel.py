"""Cancelling a running instance where it stands, suspended ones included.

One whose state can't be read is cancelled, too: what it waited for is known by its rows, only its
variables are lost.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.record import checked_reason, note
from engine.failures import InstanceUnreadable
from engine.incidents import resolve_incidents
from engine.runtime import Engine

# Its tasks end in the history as those of any cancelled instance, so that who comes late is told.
_END_UNREAD = sa.text("""
    WITH tasks AS (
        DELETE FROM user_task WHERE instance_id = :instance_id
        RETURNING id, process_id, element_id, name, element_instance, candidate_group
    ),
    timers AS (DELETE FROM timer WHERE instance_id = :instance_id),
    messages AS (DELETE FROM message_subscription WHERE instance_id = :instance_id),
    events AS (DELETE FROM event_subscription WHERE instance_id = :instance_id),
    services AS (DELETE FROM service_job WHERE instance_id = :instance_id),
    signals AS (DELETE FROM signal_delivery WHERE instance_id = :instance_id),
    removed AS (DELETE FROM execution WHERE instance_id = :instance_id RETURNING instance_id, state),
    kept AS (
        INSERT INTO unread_state (instance_id, state, kept_at) SELECT instance_id, state, :now FROM removed
    ),
    told AS (
        INSERT INTO history_event (instance_id, at, kind, process_id, element_id, element_name,
            element_instance, task_id, actor_id, actor_name, data)
        SELECT :instance_id, :now, 'cancelled', process_id, element_id, name, element_instance, id,
            :actor_id, :actor_name, jsonb_build_object('group', candidate_group)
        FROM tasks
    )
    UPDATE process_instance SET status = 'cancelled', ended_at = :now WHERE id = :instance_id
""").bindparams(sa.bindparam("instance_id", type_=sa.Uuid()))


def cancel_instance(
    engine: Engine, session: Session, instance_id: uuid.UUID, *, reason: str, actor: Actor
) -> None:
    """End an instance; what waited in it goes, its history stays, its incidents are resolved.

    Raises:
        InstanceEnded: If it has ended already.
        InstanceNotFound: If there is none of that id.
        ReasonMissing: If no reason is given.
    """
    reason = checked_reason(reason)
    try:
        engine.cancel_instance(session, instance_id, reason=reason, actor=actor)
    except InstanceUnreadable:  # it stays locked
        _cancel_unread(engine, session, instance_id, reason, actor)
    resolve_incidents(session, instance_id, now=engine.clock.now(), actor=actor)


def _cancel_unread(
    engine: Engine, session: Session, instance_id: uuid.UUID, reason: str, actor: Actor
) -> None:
    now = engine.clock.now()
    note(session, [instance_id], "cancel_requested", now=now, actor=actor, data={"reason": reason})
    session.execute(
        _END_UNREAD,
        {"instance_id": instance_id, "now": now, "actor_id": actor.id, "actor_name": actor.name},
    )
    note(session, [instance_id], "cancelled", now=now, actor=actor, data={"unread": True})
