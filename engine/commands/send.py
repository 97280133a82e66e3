"""Sending a message or a signal by hand, to what waits for it now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.kept import KEY_MAXIMUM, KeyInvalid
from engine.commands.record import NO_PROCESS, checked_reason, note, record
from engine.commands.variables import check_variables
from engine.errors import Kind, TuidanError
from engine.runtime import Engine
from engine.spiff.instants import LONGEST_LIFE, TimerInvalid
from engine.tables import EventSubscription, ProcessInstance
from engine.values import JSON, Variables

MOST_LISTED = 100
"""So many of the instances that were reached are named in the record."""

Reached = Sequence[tuple[uuid.UUID, str]]
"""Instances and their processes."""


class PayloadInvalid(TuidanError):
    """What is sent along is a JSON object, such as {{"ok": true}}."""

    code = "send.payload_invalid"


class KeepForInvalid(TuidanError):
    """Say for how long it is kept as a duration of {maximum} days at most, such as PT2H or P7D."""

    code = "send.keep_for_invalid"

    def __init__(self) -> None:
        super().__init__(maximum=LONGEST_LIFE.days)


class NobodyWaits(TuidanError):
    """No instance waits for {name} now; nothing was sent."""

    code = "send.nobody_waits"
    kind = Kind.CONFLICT


def send_message(
    engine: Engine,
    session: Session,
    message: str,
    *,
    business_key: str,
    payload: JSON,
    keep_for: str = "",
    reason: str,
    actor: Actor,
) -> int:
    """Give a message to the instances of a business key that wait for it, or start one by it.

    Args:
        keep_for: How long it is kept for who begins to wait for it, if nobody takes it now; an ISO 8601
            duration. If empty, it isn't kept.

    Returns:
        How many took it; 0 if it is kept.

    Raises:
        InstanceSuspended: If one that waits is suspended.
        KeepForInvalid: If it is no duration, or too long a one.
        KeyInvalid: If it is to be kept, and its name or business key is empty or too long.
        NobodyWaits: If none waits, it starts none, and it isn't to be kept.
        PayloadInvalid: If the payload is no JSON object.
        ReasonMissing: If no reason is given.
        StepFailed: If the step that follows failed; nothing was delivered, and there is an incident.
        VersionSuspended: If the version that it would start is suspended.
    """
    reason, payload = checked_reason(reason), _checked(payload)
    noting = engine.answering([])
    if keep_for and not (0 < len(business_key) <= KEY_MAXIMUM and 0 < len(message) <= KEY_MAXIMUM):
        raise KeyInvalid
    try:
        taken = noting.correlate(
            session, message, business_key=business_key, payload=payload, keep_for=keep_for, actor=actor
        )
    except TimerInvalid as error:
        raise KeepForInvalid from error
    if not taken and not keep_for:
        _nobody(message)
    steps = [step for step in noting.stepper.opened if step.history]
    reached = [(step.instance_id, step.definition.process_id) for step in steps]
    changes: Variables = {
        "name": message,
        "business_key": business_key,
        "payload": payload,
        "instances": taken,
        **({} if taken else {"kept_for": keep_for}),
    }
    _record(engine, session, "send_message", changes, reached, reason=reason, actor=actor)
    return taken


def broadcast_signal(
    engine: Engine, session: Session, signal: str, *, payload: JSON, reason: str, actor: Actor
) -> int:
    """Send a signal to every instance that waits for it, and to every process that it starts.

    Each is reached by a job of its own; those that it starts have no business key.

    Returns:
        How many it reaches or starts.

    Raises:
        NobodyWaits: If none waits, and it starts none.
        PayloadInvalid: If the payload is no JSON object.
        ReasonMissing: If no reason is given.
    """
    reason, payload = checked_reason(reason), _checked(payload)
    waiting = _waiting_for(session, signal)
    reached = engine.broadcast(session, signal, payload=payload, actor=actor)
    if not reached:
        _nobody(signal)
    changes = {"name": signal, "payload": payload, "instances": reached}
    _record(engine, session, "broadcast_signal", changes, waiting, reason=reason, actor=actor)
    return reached


def _checked(payload: JSON) -> Variables:
    if not isinstance(payload, dict):
        raise PayloadInvalid
    check_variables({"payload": payload})
    return payload


def _nobody(name: str) -> NoReturn:
    raise NobodyWaits(name=name)


def _waiting_for(session: Session, signal: str) -> Reached:
    """Some of the instances that wait for a signal."""
    rows = session.execute(
        sa.select(ProcessInstance.id, ProcessInstance.process_id)
        .join(EventSubscription, EventSubscription.instance_id == ProcessInstance.id)
        .where(EventSubscription.kind == "signal", EventSubscription.name == signal)
        .distinct()
        .limit(MOST_LISTED)
    )
    return [(instance_id, process_id) for instance_id, process_id in rows]


def _record(
    engine: Engine,
    session: Session,
    command: str,
    changes: Variables,
    reached: Reached,
    *,
    reason: str,
    actor: Actor,
) -> None:
    """Write down what was sent, with the instances that it has reached, and into their histories."""
    now = engine.clock.now()
    listed = [instance_id for instance_id, _ in reached[:MOST_LISTED]]
    processes = sorted({process_id for _, process_id in reached})
    changes |= {"reached": [str(instance_id) for instance_id in listed], "processes": processes}
    process_id = processes[0] if len(processes) == 1 else NO_PROCESS
    record(session, command, process_id, now=now, actor=actor, reason=reason, changes=changes)
    data = {"reason": reason, "name": changes["name"], "payload": changes["payload"]}
    note(session, listed, "sent_by_hand", now=now, actor=actor, data=data)
