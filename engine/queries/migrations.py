"""Migrations as people read them: the list, one with its report, and its instances."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from engine.commands.migrate import MigrationNotFound
from engine.migration.tables import Migration, MigrationFinding, MigrationInstance
from engine.tables import ProcessDefinition, ProcessInstance

FINDINGS_LIMIT = 200


@dataclass(frozen=True, kw_only=True)
class MigrationRow:
    """A migration with the versions that it goes between."""

    migration: Migration
    process_name: str
    source: int
    target: int


@dataclass(frozen=True, kw_only=True)
class MigrationPage:
    """A page of migrations, newest first; ``next`` is the key that the next page follows."""

    rows: tuple[MigrationRow, ...]
    next: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class MovedInstance:
    """An instance of a migration, with what is to be said of it."""

    instance_id: uuid.UUID
    business_key: str
    outcome: str
    remarks: Sequence[dict[str, Any]]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class MovedPage:
    """A page of a migration's instances, oldest first; ``next`` is the key that the next page follows."""

    rows: tuple[MovedInstance, ...]
    next: uuid.UUID | None


def find_migrations(
    session: Session, *, process_id: str | None = None, after: uuid.UUID | None = None, limit: int = 30
) -> MigrationPage:
    """Return migrations, newest first."""
    query = _rows().order_by(Migration.id.desc()).limit(limit + 1)
    if process_id is not None:
        query = query.where(Migration.process_id == process_id)
    if after is not None:
        query = query.where(Migration.id < after)
    found = [_row(row) for row in session.execute(query)]
    more = len(found) > limit
    return MigrationPage(rows=tuple(found[:limit]), next=found[limit - 1].migration.id if more else None)


def migration_row(session: Session, migration_id: uuid.UUID) -> MigrationRow:
    """Return one migration.

    Raises:
        MigrationNotFound: There is none of that id.
    """
    found = session.execute(_rows().where(Migration.id == migration_id)).one_or_none()
    if found is None:
        raise MigrationNotFound
    return _row(found)


def findings_of(session: Session, migration_id: uuid.UUID) -> Sequence[MigrationFinding]:
    """Return what is said of a migration's instances: what most have in common first."""
    finding = MigrationFinding
    query = sa.select(finding).where(finding.migration_id == migration_id)
    return session.scalars(query.order_by(finding.count.desc()).limit(FINDINGS_LIMIT)).all()


def migrated_instances(
    session: Session,
    migration_id: uuid.UUID,
    outcome: str,
    *,
    after: uuid.UUID | None = None,
    limit: int = 30,
) -> MovedPage:
    """Return the instances of a migration that have an outcome."""
    item, instance = MigrationInstance, ProcessInstance
    query = (
        sa.select(item.instance_id, instance.business_key, item.outcome, item.remarks, item.at)
        .join(instance, instance.id == item.instance_id)
        .where(item.migration_id == migration_id, item.outcome == outcome)
        .order_by(item.instance_id)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(item.instance_id > after)
    found = [MovedInstance(**row._asdict()) for row in session.execute(query)]
    more = len(found) > limit
    return MovedPage(rows=tuple(found[:limit]), next=found[limit - 1].instance_id if more else None)


def _rows() -> sa.Select[Migration, str, int, int]:
    source, target = aliased(ProcessDefinition), aliased(ProcessDefinition)
    return (
        sa.select(Migration, target.name, source.version, target.version)
        .join(source, source.id == Migration.source_id)
        .join(target, target.id == Migration.target_id)
    )


def _row(row: Any) -> MigrationRow:
    migration, name, source, target = row
    return MigrationRow(migration=migration, process_name=name, source=source, target=target)
