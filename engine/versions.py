"""Versions of processes: a deployment finds or adds them, and new instances start on one of them.

A process gets a new version only when it, or something that it calls or asks, has changed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine import tables
from engine.bundles import BundleIndex
from engine.ids import new_id
from engine.spiff.starting import StartTrigger
from engine.start_triggers import take_effect


@dataclass(frozen=True, kw_only=True)
class DeployedProcess:
    """A version of a process that a deployment made or left as it was."""

    process_id: str
    version: int
    definition_id: uuid.UUID
    created: bool


def alone_with_versions(session: Session) -> None:
    """Let no other transaction add versions or remove them beside this one.

    Two deployments at once would compute the same next version, and what a deployment finds again could be
    removed before it is released.
    """
    session.execute(sa.text("SELECT pg_advisory_xact_lock(7165001)"))


def release(
    session: Session,
    deployment_id: uuid.UUID,
    process_id: str,
    name: str,
    index: BundleIndex,
    triggers: Sequence[StartTrigger],
    now: dt.datetime,
) -> DeployedProcess:
    """Find or make the version of a process that a bundle has, and let new instances start on it."""
    known = tables.ProcessDefinition
    digest_of_process = index.digest_of(process_id)
    existing = session.scalar(
        sa.select(known)
        .where(known.process_id == process_id, known.digest == digest_of_process)
        .order_by(known.version)
    )
    definition = existing
    if definition is None:
        latest = session.scalar(sa.select(sa.func.max(known.version)).where(known.process_id == process_id))
        removed = session.scalar(_removed(process_id))
        definition = tables.ProcessDefinition(
            id=new_id(),
            process_id=process_id,
            version=max(latest or 0, removed or 0) + 1,
            name=name,
            resource_name=index.processes[process_id].file,
            digest=digest_of_process,
            deployment_id=deployment_id,
        )
        session.add(definition)
        session.flush()
        session.add_all(
            tables.StartTrigger(
                definition_id=definition.id,
                element_id=trigger.element_id,
                place=trigger.index,
                kind=trigger.kind,
                name=trigger.name,
            )
            for trigger in triggers
        )
    definition.retired_at = None  # the same files again: it can be chosen again
    session.flush()
    session.execute(
        insert(tables.ProcessRelease)
        .values(process_id=process_id, definition_id=definition.id)
        .on_conflict_do_update(index_elements=["process_id"], set_={"definition_id": definition.id})
    )
    take_effect(session, definition.id, now)
    return DeployedProcess(
        process_id=process_id,
        version=definition.version,
        definition_id=definition.id,
        created=existing is None,
    )


def _removed(process_id: str) -> sa.Select[int]:
    """The latest version that is gone: no other gets its number, by which the record names it."""
    record = tables.CommandRecord
    return sa.select(sa.func.max(record.changes["version"].as_integer())).where(
        record.process_id == process_id, record.command == "remove_version"
    )
