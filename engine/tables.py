"""The runtime's tables.

``process_instance`` and ``history_event`` are the permanent record. All others hold only
what is running now: their rows go when the thing they stand for ends.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class Deployment(Base):
    """A bundle of files that was deployed together; it never changes."""

    __tablename__ = "deployment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the bundle's contents")
    deployed_at: Mapped[dt.datetime]
    deployed_by: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


class DeploymentResource(Base):
    """One file of a deployment: BPMN, DMN or a form."""

    __tablename__ = "deployment_resource"

    deployment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("deployment.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]


class ProcessDefinition(Base):
    """A version of a process; instances stay on theirs until they are migrated."""

    __tablename__ = "process_definition"
    __table_args__ = (sa.UniqueConstraint("process_id", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    process_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    resource_name: Mapped[str]
    suspended: Mapped[bool] = mapped_column(server_default=sa.false(), comment="no instance starts or steps")
    retired_at: Mapped[dt.datetime | None] = mapped_column(comment="since then nobody can choose it")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the process and everything it calls")
    deployment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("deployment.id"))


class StartTrigger(Base):
    """What starts a version of a process from outside, as long as it is the released one."""

    __tablename__ = "start_trigger"
    __table_args__ = (sa.Index("ix_start_trigger_match", "kind", "name"),)

    definition_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("process_definition.id", ondelete="CASCADE"), primary_key=True
    )
    element_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, comment="which of the event's definitions")
    kind: Mapped[str] = mapped_column(comment="message, signal, condition, date, cycle or duration")
    name: Mapped[str] = mapped_column(comment="of the message or signal, the condition, or the timer's text")


class StartTimer(Base):
    """When the clock starts an instance of a released version next."""

    __tablename__ = "start_timer"
    __table_args__ = (sa.Index("ix_start_timer_due_at", "due_at"),)

    definition_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("process_definition.id", ondelete="CASCADE"), primary_key=True
    )
    element_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, comment="which of the event's definitions")
    due_at: Mapped[dt.datetime | None] = mapped_column(comment="empty when no instant is left")
    cycle: Mapped[list[Any] | None] = mapped_column(
        postgresql.JSONB(none_as_null=True), comment="its rhythm; empty for a date"
    )
    number: Mapped[int] = mapped_column(comment="which of the rhythm's instants is due")


class StartCondition(Base):
    """A condition over data stores that starts a released version when it becomes true."""

    __tablename__ = "start_condition"
    __table_args__ = (sa.Index("ix_start_condition_stores", "stores", postgresql_using="gin"),)

    definition_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("process_definition.id", ondelete="CASCADE"), primary_key=True
    )
    element_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, comment="which of the event's definitions")
    stores: Mapped[list[str]] = mapped_column(postgresql.ARRAY(sa.Text), comment="those that it reads")
    held: Mapped[bool] = mapped_column(comment="when it was looked at last")


class ProcessRelease(Base):
    """Which version of a process new instances start on."""

    __tablename__ = "process_release"

    process_id: Mapped[str] = mapped_column(primary_key=True)
    definition_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_definition.id"))


class DecisionRelease(Base):
    """Which deployment's decision table is asked when the table is used outside a process."""

    __tablename__ = "decision_release"

    decision_id: Mapped[str] = mapped_column(primary_key=True)
    deployment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("deployment.id"))


class DecisionVersion(Base):
    """A version of a decision table: it has a new one whenever what it says has changed; only added to."""

    __tablename__ = "decision_version"
    __table_args__ = (sa.UniqueConstraint("decision_id", "digest"),)

    decision_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(comment="SHA-256 of its conditions and answers")
    name: Mapped[str]
    deployed_at: Mapped[dt.datetime]
    deployed_by: Mapped[str]
    note: Mapped[str]


class ProcessInstance(Base):
    """One run of a process, from its start to its end and after."""

    __tablename__ = "process_instance"
    __table_args__ = (
        sa.Index("ix_process_instance_business_key", "business_key"),
        sa.Index("ix_process_instance_listing", "process_id", "status", "id"),
        sa.Index("ix_process_instance_status", "status", "id"),
        sa.Index("ix_process_instance_definition", "definition_id", "id"),
        sa.Index("ix_process_instance_started_at", "started_at"),
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


class SentMessage(Base):
    """A message that an instance has sent, kept until somebody with its key takes it."""

    __tablename__ = "sent_message"
    __table_args__ = (
        sa.Index("ix_sent_message_match", "message", "business_key", "id"),
        sa.Index("ix_sent_message_name", "message", "sent_at", "id"),
        sa.Index("ix_sent_message_key", "business_key", "sent_at", "id"),
        sa.Index("ix_sent_message_kept", "sent_at", "id", postgresql_where=sa.text("expired_at IS NULL")),
        sa.Index(
            "ix_sent_message_expired", "sent_at", "id", postgresql_where=sa.text("expired_at IS NOT NULL")
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message: Mapped[str]
    business_key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    sent_at: Mapped[dt.datetime]
    sender_id: Mapped[uuid.UUID] = mapped_column(comment="the instance that sent it")
    element_id: Mapped[str]
    expired_at: Mapped[dt.datetime | None] = mapped_column(comment="since then nobody gets it any more")


class SignalDelivery(Base):
    """A signal on its way to an instance that waited for it when it was broadcast, or that it starts.

    So is a condition that has become true and starts an instance.
    """

    __tablename__ = "signal_delivery"
    __table_args__ = (sa.Index("ix_signal_delivery_instance", "instance_id", "id"),)

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    instance_id: Mapped[uuid.UUID]
    signal: Mapped[str]
    places: Mapped[list[Any]] = mapped_column(comment="the element instances that waited for it")
    payload: Mapped[dict[str, Any]]
    sent_at: Mapped[dt.datetime]
    process_id: Mapped[str | None] = mapped_column(comment="of the instance that it starts")
    element_id: Mapped[str | None] = mapped_column(comment="the start event that it triggers")
    business_key: Mapped[str | None]


class DataStore(Base):
    """A value that outlives the instances that read and write it, under the id that diagrams give it."""

    __tablename__ = "data_store"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(comment="as it was deployed last")
    capacity: Mapped[int | None] = mapped_column(comment="how many entries it may have, as deployed last")
    value: Mapped[Any | None] = mapped_column(postgresql.JSONB)
    version: Mapped[int] = mapped_column(comment="how often it was written")
    written_at: Mapped[dt.datetime | None]
    written_by: Mapped[uuid.UUID | None] = mapped_column(comment="the instance that wrote it last")
    element_id: Mapped[str | None] = mapped_column(comment="where it did so")


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


class Incident(Base):
    """Something that failed and waits for an operator; resolved ones stay as a record.

    There is no foreign key: it is written while the failed step still holds its locks.
    """

    __tablename__ = "incident"
    __table_args__ = (
        sa.Index("ix_incident_open", "id", postgresql_where=sa.text("resolved_at IS NULL")),
        sa.Index("ix_incident_resolved", "id", postgresql_where=sa.text("resolved_at IS NOT NULL")),
        sa.Index("ix_incident_instance", "instance_id"),
        sa.Index("uq_incident_open_key", "key", unique=True, postgresql_where=sa.text("resolved_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(comment="the same failure again counts up, it adds no second row")
    instance_id: Mapped[uuid.UUID | None]
    business_key: Mapped[str]
    process_id: Mapped[str]
    element_id: Mapped[str | None]
    element_name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(comment="step, service or stalled")
    message: Mapped[str]
    detail: Mapped[str] = mapped_column(comment="the traceback, for an engineer")
    command: Mapped[dict[str, Any]] = mapped_column(comment="what to do again on a retry")
    occurred_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime]
    count: Mapped[int]
    resolved_at: Mapped[dt.datetime | None]
    resolved_by: Mapped[str | None]


class HistoryEvent(Base):
    """What happened, in order; rows are only ever added."""

    __tablename__ = "history_event"
    __table_args__ = (
        sa.Index("ix_history_event_instance", "instance_id", "id"),
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
    )

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    at: Mapped[dt.datetime]
    command: Mapped[str]
    process_id: Mapped[str]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    reason: Mapped[str]
    changes: Mapped[dict[str, Any]]


class ClockOffset(Base):
    """How far the demo clock is ahead of the machine's; at most one row."""

    __tablename__ = "clock_offset"

    id: Mapped[int] = mapped_column(primary_key=True)
    seconds: Mapped[int]


class WorkerHeartbeat(Base):
    """A worker process that is alive, as readiness checks and operators see it."""

    __tablename__ = "worker_heartbeat"

    worker: Mapped[str] = mapped_column(primary_key=True, comment="host and process id")
    started_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime] = mapped_column(comment="by the database's own clock")
