"""Cancelling a running instance where it stands, suspended ones included."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.record import checked_reason
from engine.incidents import resolve_incidents
from engine.runtime import Engine


def cancel_instance(
    engine: Engine, session: Session, instance_id: uuid.UUID, *, reason: str, actor: Actor
) -> None:
    """End an instance; what waited in it goes, its history stays, its incidents are resolved.

    Raises:
        InstanceEnded: If it has ended already.
        InstanceNotFound: If there is none of that id.
        ReasonMissing: If no reason is given.
    """
    engine.cancel_instance(session, instance_id, reason=checked_reason(reason), actor=actor)
    resolve_incidents(session, instance_id, now=engine.clock.now(), actor=actor)
