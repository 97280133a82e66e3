"""Process definitions with their versions and files, as those who draw them read them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.definitions import ProcessUnknown
from engine.errors import NotFound
from engine.tables import Deployment, DeploymentResource, ProcessDefinition, ProcessInstance, ProcessRelease

RUNNING_LIMIT = 10_000


class FileUnknown(NotFound):
    """There is no such file in this deployment."""

    code = "deployment.file_unknown"


@dataclass(frozen=True, kw_only=True)
class DefinitionRow:
    """A version of a process.

    Attributes:
        released: New instances start on it.
        running: How many instances run on it, up to :data:`RUNNING_LIMIT`.
        note: Why it was deployed.
        suspended: No instance starts on it, and those that run on it wait.
        retired: It was removed: nobody can choose it, and its instances' history stays readable.
    """

    id: uuid.UUID
    process_id: str
    name: str
    version: int
    released: bool
    resource_name: str
    deployment_id: uuid.UUID
    deployed_at: dt.datetime
    deployed_by: str
    note: str
    running: int
    suspended: bool
    retired: bool


def _rows(session: Session, *conditions: sa.ColumnElement[bool]) -> Sequence[DefinitionRow]:
    definition, release, instance = ProcessDefinition, ProcessRelease, ProcessInstance
    limited = (
        sa.select(instance.id)
        .where(
            instance.process_id == definition.process_id,
            instance.status == "running",
            instance.definition_id == definition.id,
        )
        .limit(RUNNING_LIMIT)
        .correlate(definition)
        .subquery()
    )
    query = (
        sa.select(
            definition.id,
            definition.process_id,
            definition.name,
            definition.version,
            definition.suspended,
            definition.retired_at.is_not(None).label("retired"),
            sa.func.coalesce(release.definition_id == definition.id, sa.false()).label("released"),
            definition.resource_name,
            definition.deployment_id,
            Deployment.deployed_at,
            Deployment.deployed_by,
            Deployment.note,
            sa.select(sa.func.count()).select_from(limited).scalar_subquery().label("running"),
        )
        .join(Deployment, Deployment.id == definition.deployment_id)
        .outerjoin(release, release.process_id == definition.process_id)
        .where(*conditions)
        .order_by(definition.process_id, definition.version.desc())
    )
    return [DefinitionRow(**row._asdict()) for row in session.execute(query)]


def released_definitions(session: Session) -> Sequence[DefinitionRow]:
    """Return the version of each process that new instances start on."""
    return _rows(session, ProcessRelease.definition_id == ProcessDefinition.id)


def versions_of(session: Session, process_id: str) -> Sequence[DefinitionRow]:
    """Return all versions of a process, the newest first; those that were removed are at the end.

    Raises:
        ProcessUnknown: There is none.
    """
    found = _rows(session, ProcessDefinition.process_id == process_id)
    if not found:
        raise ProcessUnknown(process_id=process_id)
    return sorted(found, key=lambda row: row.retired)


def definition_row(session: Session, process_id: str, version: int) -> DefinitionRow:
    """Return one version of a process.

    Raises:
        ProcessUnknown: There is none.
    """
    found = _rows(session, ProcessDefinition.process_id == process_id, ProcessDefinition.version == version)
    if not found:
        raise ProcessUnknown(process_id=process_id)
    return found[0]


def deployment_files(session: Session, deployment_id: uuid.UUID) -> dict[str, str]:
    """Return the files of a deployment, by name."""
    resource = DeploymentResource
    rows = session.execute(
        sa.select(resource.name, resource.content)
        .where(resource.deployment_id == deployment_id)
        .order_by(resource.name)
    )
    return {row.name: row.content for row in rows}


def deployment_file(session: Session, deployment_id: uuid.UUID, name: str) -> str:
    """Return the text of one file of a deployment.

    Raises:
        FileUnknown: There is none of that name.
    """
    found = session.get(DeploymentResource, (deployment_id, name))
    if found is None:
        raise FileUnknown
    return found.content
