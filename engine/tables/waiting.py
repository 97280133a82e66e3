"""What running instances wait for; a row goes when its wait ends."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class UserTask(Base):
    """A user task that waits for a person."""

    __tablename__ = "user_task"
    __table_args__ = (
        sa.UniqueConstraint("instance_id", "element_instance"),
        sa.Index("ix_user_task_inbox", "candidate_group", "due_at", "id"),
        sa.Index("ix_user_task_business_key", "business_key"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"))
    element_instance: Mapped[int]
    process_id: Mapped[str] = mapped_column(comment="the process that draws the task, called ones included")
    element_id: Mapped[str]
    name: Mapped[str]
    candidate_group: Mapped[str]
    business_key: Mapped[str]
    form_key: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None] = mapped_column(comment="when the interrupting timer on it fires")
    due_element_id: Mapped[str | None]
    due_effect: Mapped[str | None] = mapped_column(comment="the name of that timer: what happens then")
    due_basis: Mapped[dict[str, Any] | None] = mapped_column(comment="how the deadline came about")


class ActivityChoice(Base):
    """An activity of an open ad-hoc subprocess; it may be started while it is enabled and isn't held."""

    __tablename__ = "activity_choice"
    __table_args__ = (
        sa.UniqueConstraint("instance_id", "element_instance", "element_id"),
        sa.Index(
            "ix_activity_choice_inbox",
            "candidate_group",
            "offered_at",
            "id",
            postgresql_where=sa.text("enabled AND NOT held"),
        ),
        sa.Index("ix_activity_choice_business_key", "business_key"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"))
    element_instance: Mapped[int] = mapped_column(comment="of the subprocess")
    process_id: Mapped[str] = mapped_column(comment="the subprocess, which draws the activity")
    element_id: Mapped[str]
    name: Mapped[str]
    candidate_group: Mapped[str]
    business_key: Mapped[str]
    enabled: Mapped[bool] = mapped_column(comment="no other keeps it from being started")
    begun: Mapped[int] = mapped_column(comment="how often it was started while the subprocess is open")
    offered_at: Mapped[dt.datetime]
    held: Mapped[bool] = mapped_column(server_default=sa.false(), comment="its instance is suspended")


class Timer(Base):
    """A timer event that waits for its instant, or a failed call that waits for its retry."""

    __tablename__ = "timer"
    __table_args__ = (sa.Index("ix_timer_due_at", "due_at", postgresql_where=sa.text("NOT held")),)

    instance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"), primary_key=True)
    element_instance: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(comment="event or retry")
    element_id: Mapped[str]
    name: Mapped[str]
    due_at: Mapped[dt.datetime]
    held: Mapped[bool] = mapped_column(server_default=sa.false(), comment="its instance is suspended")


class MessageSubscription(Base):
    """A place in a running instance where a message can arrive."""

    __tablename__ = "message_subscription"
    __table_args__ = (sa.Index("ix_message_subscription_match", "message", "business_key"),)

    instance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"), primary_key=True)
    element_instance: Mapped[int] = mapped_column(primary_key=True)
    element_id: Mapped[str]
    message: Mapped[str]
    business_key: Mapped[str]


class EventSubscription(Base):
    """A place in a running instance that waits for what isn't sent to it alone."""

    __tablename__ = "event_subscription"
    __table_args__ = (sa.Index("ix_event_subscription_match", "kind", "name"),)

    instance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"), primary_key=True)
    element_instance: Mapped[int] = mapped_column(primary_key=True)
    element_id: Mapped[str]
    kind: Mapped[str] = mapped_column(comment="signal or condition")
    name: Mapped[str] = mapped_column(comment="of the signal, or the condition")


class ServiceJob(Base):
    """An external operation that a service task waits for."""

    __tablename__ = "service_job"

    instance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_instance.id"), primary_key=True)
    element_instance: Mapped[int] = mapped_column(primary_key=True)
    element_id: Mapped[str]
    name: Mapped[str]
    operation: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    suspended: Mapped[bool] = mapped_column(server_default=sa.false())
    held: Mapped[bool] = mapped_column(
        server_default=sa.false(), comment="its turn came while it, or its instance, was suspended"
    )
    outcome: Mapped[dict[str, Any] | None] = mapped_column(comment="came while the instance was suspended")
