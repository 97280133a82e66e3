"""Removing a version of a process that nobody is to choose any more.

A version on which no instance ever ran goes with everything that is only its own: its row, and its
deployment's files unless something else needs them. Any other version is retired: it can't be
chosen, and stays readable behind the history of its instances.
"""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.record import checked_reason, record
from engine.definitions import ProcessUnknown
from engine.errors import Kind, TuidanError
from engine.failures import VersionRetired
from engine.migration.tables import Migration
from engine.runtime import Engine
from engine.tables import (
    DecisionRelease,
    Deployment,
    DeploymentResource,
    ProcessDefinition,
    ProcessInstance,
    ProcessRelease,
)
from engine.versions import alone_with_versions


class VersionInForce(TuidanError):
    """New instances start on version {version}; let them start on another one first."""

    code = "definition.in_force"
    kind = Kind.CONFLICT


class VersionInUse(TuidanError):
    """Instances still run on version {version}; migrate them or let them end first."""

    code = "definition.in_use"
    kind = Kind.CONFLICT


def remove_version(
    engine: Engine, session: Session, definition_id: uuid.UUID, *, reason: str, actor: Actor
) -> bool:
    """Remove a version for good, or retire it if instances or migrations need it to be read.

    Returns:
        True if it is gone, False if it was retired.

    Raises:
        ProcessUnknown: If there is no such version.
        ReasonMissing: If no reason is given.
        VersionInForce: If new instances start on it.
        VersionInUse: If instances run on it, or a migration is on its way from or to it.
        VersionRetired: If it was removed before.
    """
    reason, now = checked_reason(reason), engine.clock.now()
    alone_with_versions(session)
    # Starts, suspensions and migrations hold the row for as long as they take.
    definition = session.get(ProcessDefinition, definition_id, populate_existing=True, with_for_update=True)
    if definition is None:
        raise ProcessUnknown(process_id=str(definition_id))
    process_id, version = definition.process_id, definition.version
    if definition.retired_at is not None:
        raise VersionRetired(version=version)
    if _exists(session, sa.select(ProcessRelease).where(ProcessRelease.definition_id == definition_id)):
        raise VersionInForce(version=version)
    instances = sa.select(ProcessInstance).where(  # the process's index serves; it may be long, but is rare
        ProcessInstance.process_id == process_id, ProcessInstance.definition_id == definition_id
    )
    migrations = sa.select(Migration).where(
        sa.or_(Migration.source_id == definition_id, Migration.target_id == definition_id)
    )
    # One that is checked or stopped can't be let run any more once its target is gone.
    under_way = migrations.where(Migration.status.in_(["checking", "moving"]))
    if _exists(session, instances.where(ProcessInstance.status == "running")) or _exists(session, under_way):
        raise VersionInUse(version=version)
    gone = not _exists(session, instances) and not _exists(session, migrations)
    if gone:
        deployment_id = definition.deployment_id
        session.delete(definition)
        session.flush()
        _remove_files(session, deployment_id)
    else:
        definition.retired_at = now
    changes = {"version": version, "gone": gone}
    record(session, "remove_version", process_id, now=now, actor=actor, reason=reason, changes=changes)
    return gone


def _remove_files(session: Session, deployment_id: uuid.UUID) -> None:
    """Delete a deployment that nothing refers to any more."""
    for users in (
        sa.select(ProcessDefinition).where(ProcessDefinition.deployment_id == deployment_id),
        sa.select(DecisionRelease).where(DecisionRelease.deployment_id == deployment_id),
    ):
        if _exists(session, users):
            return
    session.execute(sa.delete(DeploymentResource).where(DeploymentResource.deployment_id == deployment_id))
    session.execute(sa.delete(Deployment).where(Deployment.id == deployment_id))


def _exists(session: Session, rows: sa.Select[Any]) -> bool:
    return bool(session.scalar(sa.select(rows.exists())))
