"""Migrations: the plan with its progress, what became of each instance, and why."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class Migration(Base):
    """A plan to move the instances of one version to another, and how far it has come."""

    __tablename__ = "migration"
    __table_args__ = (sa.Index("ix_migration_process", "process_id", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    process_id: Mapped[str]
    source_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_definition.id"))
    target_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_definition.id"))
    plan: Mapped[dict[str, Any]] = mapped_column(comment="scope to scope, element to element")
    status: Mapped[str] = mapped_column(comment="checking, checked, moving, stopped, done or abandoned")
    reason: Mapped[str]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[str]
    asked_name: Mapped[str]
    run_at: Mapped[dt.datetime | None] = mapped_column(comment="when it was let run last")
    run_by: Mapped[str | None]
    run_name: Mapped[str | None]
    run_reason: Mapped[str | None]
    ended_at: Mapped[dt.datetime | None]
    cursor: Mapped[uuid.UUID | None] = mapped_column(comment="the last instance that was checked")
    checked: Mapped[int] = mapped_column(server_default="0")
    movable: Mapped[int] = mapped_column(server_default="0", comment="by the check; it doesn't go down")
    moved: Mapped[int] = mapped_column(server_default="0")
    left: Mapped[int] = mapped_column(server_default="0", comment="could move when checked, couldn't later")


class MigrationInstance(Base):
    """What a migration found out about an instance, and did with it."""

    __tablename__ = "migration_instance"
    __table_args__ = (sa.Index("ix_migration_instance_outcome", "migration_id", "outcome", "instance_id"),)

    migration_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("migration.id"), primary_key=True)
    instance_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(comment="movable, blocked, moved or left")
    remarks: Mapped[list[Any]] = mapped_column(comment="obstacles, or what comes and goes with the move")
    at: Mapped[dt.datetime]


class MigrationFinding(Base):
    """How many instances of a migration the same thing is to be said of."""

    __tablename__ = "migration_finding"

    migration_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("migration.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    element_id: Mapped[str] = mapped_column(primary_key=True)
    detail: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    count: Mapped[int]
