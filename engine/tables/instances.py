"""Process instances and the state of those that run."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class ProcessInstance(Base):
    """One run of a process, from its start to its end and after."""

    __tablename__ = "process_instance"
    __table_args__ = (
        sa.Index("ix_process_instance_business_key", "business_key"),
        sa.Index("ix_process_instance_listing", "process_id", "status", "id"),
        sa.Index("ix_process_instance_status", "status", "id"),
        sa.Index("ix_process_instance_definition", "definition_id", "id"),
        sa.Index("ix_process_instance_started_at", "started_at"),
        sa.Index(
            "ix_process_instance_detailed", "ended_at", postgresql_where=sa.text("details_removed_at IS NULL")
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    process_id: Mapped[str]
    definition_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_definition.id"))
    business_key: Mapped[str]
    status: Mapped[str] = mapped_column(comment="running, completed or cancelled")
    started_at: Mapped[dt.datetime]
    started_by: Mapped[str]
    ended_at: Mapped[dt.datetime | None]
    variables: Mapped[dict[str, Any] | None] = mapped_column(comment="the final ones, when ended")
    details_removed_at: Mapped[dt.datetime | None] = mapped_column(
        comment="since then its history names no elements that it only came by"
    )


class InstanceRestart(Base):
    """That an instance was started again from one that had ended; rows are only added."""

    __tablename__ = "instance_restart"
    __table_args__ = (sa.Index("ix_instance_restart_restarted_from", "restarted_from"),)

    instance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"), primary_key=True)
    restarted_from: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"))


class Execution(Base):
    """The state of a running instance; each step replaces it, fenced by its version."""

    __tablename__ = "execution"

    instance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"), primary_key=True)
    version: Mapped[int]
    state: Mapped[bytes]
    suspended: Mapped[bool] = mapped_column(server_default=sa.false(), comment="by itself")
    version_suspended: Mapped[bool] = mapped_column(
        server_default=sa.false(), comment="with all instances of its version"
    )


class UnreadState(Base):
    """The state of an instance that was cancelled though no release at hand could read it."""

    __tablename__ = "unread_state"

    instance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"), primary_key=True)
    state: Mapped[bytes]
    kept_at: Mapped[dt.datetime]
