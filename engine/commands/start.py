"""Starting an instance by hand, of a process that can be started by its id."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.kept import KEY_MAXIMUM, KeyInvalid
from engine.commands.record import checked_reason, note, record
from engine.commands.send import PayloadInvalid
from engine.commands.variables import check_variables
from engine.runtime import Engine
from engine.tables import ProcessDefinition, ProcessInstance
from engine.values import JSON


def start_instance(
    engine: Engine,
    session: Session,
    process_id: str,
    *,
    business_key: str,
    variables: JSON,
    reason: str,
    actor: Actor,
) -> uuid.UUID:
    """Start an instance of the released version of a process at its plain start.

    Args:
        business_key: What it is about, such as an order's number; what messages are sent to it by.
        variables: With which it begins.

    Returns:
        The id of the instance.

    Raises:
        KeyInvalid: If the business key is empty or too long.
        NoPlainStart: If messages, signals or the clock alone start it.
        PayloadInvalid: If the variables are no JSON object.
        ProcessUnknown: If there is no such process.
        ReasonMissing: If no reason is given.
        StepFailed: If its first step failed; nothing has begun, and there is an incident.
        VariableInvalid: If a variable can't be kept.
        VariablesTooLarge: If they are too large.
        VersionSuspended: If the released version is suspended.
    """
    reason = checked_reason(reason)
    if not isinstance(variables, dict):
        raise PayloadInvalid
    check_variables(variables)
    business_key = business_key.strip()
    if not 0 < len(business_key) <= KEY_MAXIMUM:
        raise KeyInvalid
    instance_id = engine.start(
        session, process_id, business_key=business_key, variables=variables, actor=actor
    )
    now = engine.clock.now()
    begun = session.get_one(ProcessInstance, instance_id)
    version = session.get_one(ProcessDefinition, begun.definition_id).version
    changes = {
        "business_key": business_key,
        "version": version,
        "variables": variables,
        "instance": str(instance_id),
    }
    record(session, "start_instance", process_id, now=now, actor=actor, reason=reason, changes=changes)
    note(session, [instance_id], "started_by_hand", now=now, actor=actor, data={"reason": reason})
    return instance_id
