"""Restarting an ended instance: a new one begins at a chosen element, with the variables of its end.

The new one runs on the same version and has the same business key; both name each other.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.fencing import told_at_once
from engine.commands.record import checked_reason, note
from engine.commands.variables import check_variables
from engine.errors import Kind, TuidanError
from engine.failures import InstanceNotFound
from engine.runtime import Engine
from engine.spiff.entering import Place, places_of
from engine.tables import Execution, InstanceRestart, ProcessInstance
from engine.values import Variables


class RestartedAlready(TuidanError):
    """The instance was restarted already, and the new one still runs; look at it, or cancel it first."""

    code = "restart.restarted_already"
    kind = Kind.CONFLICT


class StillRunning(TuidanError):
    """The instance is still running; change its tokens instead, or cancel it first."""

    code = "restart.still_running"
    kind = Kind.CONFLICT


def places_to_restart(engine: Engine, session: Session, instance_id: uuid.UUID) -> list[Place]:
    """Every element of an instance's processes, with why it can't be entered.

    Raises:
        InstanceNotFound: If there is none of that id.
    """
    record = _record(session, instance_id)
    definition = engine.definitions.get(session, record.definition_id)
    return places_of(definition.program.specs, record.process_id)


def restart_instance(
    engine: Engine,
    session: Session,
    instance_id: uuid.UUID,
    target: tuple[str, str],
    *,
    variables: Variables,
    reason: str,
    actor: Actor,
) -> uuid.UUID:
    """Start a new instance at an element of an ended one's version.

    Args:
        target: The process or embedded subprocess, and the element.
        variables: What the new instance starts with.

    Returns:
        The id of the new instance.

    Raises:
        InstanceNotFound: If there is none of that id.
        ReasonMissing: If no reason is given.
        RestartedAlready: If one that was started from it still runs.
        StillRunning: If it hasn't ended.
        TuidanError: One of :mod:`engine.spiff.refusals`, for an element where that makes no sense.
        VariableInvalid: If a name is none, or a value isn't JSON.
        VariablesTooLarge: If the variables are.
        VersionRetired: If its version was removed.
        VersionSuspended: If its version is suspended.
        WouldFail: If something on the way fails; nothing was started.
        WouldStall: If the new instance would wait for nothing.
    """
    reason = checked_reason(reason)
    check_variables(variables)
    record = _record(session, instance_id, locked=True)
    if record.status == "running":
        raise StillRunning
    restarted = sa.select(InstanceRestart.instance_id).where(InstanceRestart.restarted_from == instance_id)
    if session.scalar(sa.select(sa.exists().where(Execution.instance_id.in_(restarted)))):
        raise RestartedAlready
    now = engine.clock.now()
    definition = engine.definitions.get(session, record.definition_id)
    step = engine.stepper.create_empty(session, definition, record.business_key, actor, now)
    process_id, element_id = target
    places = places_of(definition.program.specs, record.process_id)
    names = {(place.process_id, place.element_id): place.name for place in places}
    with told_at_once(step):
        step.note(
            "restarted_from",
            process_id=process_id,
            element_id=element_id,
            element_name=names.get(target, element_id),
            data={"reason": reason, "instance": str(instance_id), "variables": variables},
        )
        step.instance.begin_at(target, dict(variables))
        step.finish()
    session.add(InstanceRestart(instance_id=step.instance_id, restarted_from=instance_id))
    session.flush()
    data = {"reason": reason, "instance": str(step.instance_id), "element_id": element_id}
    note(session, [instance_id], "restarted", now=now, actor=actor, data=data)
    return step.instance_id


def _record(session: Session, instance_id: uuid.UUID, *, locked: bool = False) -> ProcessInstance:
    """The instance; nobody else restarts it until the transaction ends, if it is locked."""
    lock = {"key_share": True} if locked else None
    record = session.get(ProcessInstance, instance_id, populate_existing=True, with_for_update=lock)
    if record is None:
        raise InstanceNotFound
    return record
