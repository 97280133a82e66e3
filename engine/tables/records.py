"""What happened, was decided and was commanded; rows are only ever added."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base

# What operators have commanded on one instance, as the record of commands lists it (``queries.commands``).
_OF_ONE = (
    "'suspended', 'resumed', 'job_suspended', 'job_resumed', 'cancel_requested', 'incident_retried',"
    " 'step_skipped', 'variables_edited', 'tokens_changed', 'restarted', 'activity_commanded'"
)
_COMMANDED = sa.text(f"kind IN ({_OF_ONE})")
# Those and what was commanded on many, among them the instance.
_CONCERNED = sa.text(
    f"kind IN ({_OF_ONE}, 'version_suspended', 'version_resumed', 'migrated', 'sent_by_hand',"
    " 'started_by_hand', 'discard_message_asked', 'resend_message_asked')"
)


class HistoryEvent(Base):
    """What happened, in order; rows are only ever added."""

    __tablename__ = "history_event"
    __table_args__ = (
        sa.Index("ix_history_event_instance", "instance_id", "id"),
        sa.Index("ix_history_event_commands", "at", "id", postgresql_where=_COMMANDED),
        sa.Index("ix_history_event_commands_actor", "actor_id", "at", "id", postgresql_where=_COMMANDED),
        sa.Index("ix_history_event_commands_kind", "kind", "at", "id", postgresql_where=_COMMANDED),
        sa.Index(
            "ix_history_event_commands_kind_actor",
            "kind",
            "actor_id",
            "at",
            "id",
            postgresql_where=_COMMANDED,
        ),
        sa.Index("ix_history_event_commands_on", "instance_id", "at", "id", postgresql_where=_CONCERNED),
        sa.Index("ix_history_event_task", "task_id", postgresql_where=sa.text("task_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    instance_id: Mapped[uuid.UUID]
    at: Mapped[dt.datetime]
    kind: Mapped[str]
    process_id: Mapped[str | None]
    element_id: Mapped[str | None]
    element_name: Mapped[str | None]
    element_instance: Mapped[int | None]
    task_id: Mapped[uuid.UUID | None] = mapped_column(comment="of the user task that ended here")
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    data: Mapped[dict[str, Any] | None]


class DecisionRecord(Base):
    """A decision table that a step asked: what it read, what it answered, by which rules; only added to."""

    __tablename__ = "decision_record"
    __table_args__ = (
        sa.Index("ix_decision_record_replay", "decision_id", "id"),
        sa.Index("ix_decision_record_key", "business_key", "decision_id", "id"),
        sa.Index("ix_decision_record_at", "decision_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    instance_id: Mapped[uuid.UUID]
    at: Mapped[dt.datetime]
    business_key: Mapped[str]
    definition_id: Mapped[uuid.UUID] = mapped_column(comment="whose deployment has the table")
    process_id: Mapped[str] = mapped_column(comment="the process that draws the task, called ones included")
    element_id: Mapped[str]
    element_instance: Mapped[int]
    decision_id: Mapped[str]
    inputs: Mapped[dict[str, Any] | None] = mapped_column(comment="none if they were too large")
    outputs: Mapped[dict[str, Any]]
    rules: Mapped[list[Any]] = mapped_column(comment="the ids of those that matched")
    digest: Mapped[str | None] = mapped_column(comment="of the table; none from before it was kept")


class CommandRecord(Base):
    """A command of an operator or analyst that is about more than one instance; rows are only added."""

    __tablename__ = "command_record"
    __table_args__ = (
        sa.Index("ix_command_record_process", "process_id", "id"),
        sa.Index("ix_command_record_command", "command", "id"),
        sa.Index("ix_command_record_at", "at", "id"),
        sa.Index("ix_command_record_at_actor", "actor_id", "at", "id"),
        sa.Index("ix_command_record_at_kind", "command", "at", "id"),
        sa.Index("ix_command_record_at_kind_actor", "command", "actor_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    at: Mapped[dt.datetime]
    command: Mapped[str]
    process_id: Mapped[str]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    reason: Mapped[str]
    changes: Mapped[dict[str, Any]]
