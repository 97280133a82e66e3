"""Sending a message or a signal by hand, to what waits for it now."""

from __future__ import annotations

from typing import NoReturn

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.record import checked_reason, record
from engine.commands.variables import check_variables
from engine.errors import Kind, TuidanError
from engine.runtime import Engine
from engine.values import JSON, Variables

NO_PROCESS = ""
"""A message or a signal may reach any process, so its record names none."""


class PayloadInvalid(TuidanError):
    """What is sent along is a JSON object, such as {{"ok": true}}."""

    code = "send.payload_invalid"


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
    reason: str,
    actor: Actor,
) -> int:
    """Give a message to the instances of a business key that wait for it, or start one by it.

    Returns:
        How many took it.

    Raises:
        InstanceSuspended: If one that waits is suspended.
        NobodyWaits: If none waits, and it starts none.
        PayloadInvalid: If the payload is no JSON object.
        ReasonMissing: If no reason is given.
        StepFailed: If the step that follows failed; nothing was delivered, and there is an incident.
        VersionSuspended: If the version that it would start is suspended.
    """
    reason, payload = checked_reason(reason), _checked(payload)
    taken = engine.correlate(session, message, business_key=business_key, payload=payload, actor=actor)
    if not taken:
        _nobody(message)
    changes = {"name": message, "business_key": business_key, "payload": payload, "instances": taken}
    _record(engine, session, "send_message", changes, reason=reason, actor=actor)
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
    reached = engine.broadcast(session, signal, payload=payload, actor=actor)
    if not reached:
        _nobody(signal)
    changes = {"name": signal, "payload": payload, "instances": reached}
    _record(engine, session, "broadcast_signal", changes, reason=reason, actor=actor)
    return reached


def _checked(payload: JSON) -> Variables:
    if not isinstance(payload, dict):
        raise PayloadInvalid
    check_variables({"payload": payload})
    return payload


def _nobody(name: str) -> NoReturn:
    raise NobodyWaits(name=name)


def _record(
    engine: Engine, session: Session, command: str, changes: Variables, *, reason: str, actor: Actor
) -> None:
    now = engine.clock.now()
    record(session, command, NO_PROCESS, now=now, actor=actor, reason=reason, changes=changes)
