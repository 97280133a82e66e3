"""Choosing the version that new instances of a process start on; running ones stay on theirs."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.record import checked_reason, record
from engine.definitions import ProcessUnknown
from engine.errors import Kind, TuidanError
from engine.failures import VersionRetired
from engine.runtime import Engine
from engine.start_timers import spent
from engine.start_triggers import take_effect
from engine.tables import ProcessDefinition, ProcessRelease


class AlreadyReleased(TuidanError):
    """New instances start on version {version} of process {process_id} already."""

    code = "definition.already_released"
    kind = Kind.CONFLICT


def release_version(
    engine: Engine, session: Session, definition_id: uuid.UUID, *, reason: str, actor: Actor
) -> ProcessDefinition:
    """Let new instances start on a version: an earlier one to roll back, or a later one again.

    Raises:
        AlreadyReleased: If they do.
        MessageStartsOther: If another process starts by one of its messages.
        ProcessUnknown: If there is no such version.
        ReasonMissing: If no reason is given.
        VersionRetired: If it was removed.
    """
    reason = checked_reason(reason)
    definition = session.get(
        ProcessDefinition, definition_id, populate_existing=True, with_for_update={"key_share": True}
    )
    if definition is None:
        raise ProcessUnknown(process_id=str(definition_id))
    if definition.retired_at is not None:
        raise VersionRetired(version=definition.version)
    release = session.get(ProcessRelease, definition.process_id, populate_existing=True, with_for_update=True)
    if release is None:
        raise ProcessUnknown(process_id=definition.process_id)
    if release.definition_id == definition_id:
        raise AlreadyReleased(process_id=definition.process_id, version=definition.version)
    before = session.scalar(
        sa.select(ProcessDefinition.version).where(ProcessDefinition.id == release.definition_id)
    )
    release.definition_id = definition_id
    session.flush()
    take_effect(session, definition_id, engine.clock.now())
    over = spent(session, definition_id)
    record(
        session,
        "release_version",
        definition.process_id,
        now=engine.clock.now(),
        actor=actor,
        reason=reason,
        changes={"from": before, "to": definition.version} | ({"starts_over": over} if over else {}),
    )
    return definition
