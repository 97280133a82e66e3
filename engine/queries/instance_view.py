"""One process instance: what it waits for, what it has done, and where it stands in its diagrams."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.failures import InstanceNotFound
from engine.tables import (
    EventSubscription,
    Execution,
    HistoryEvent,
    InstanceRestart,
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
    ServiceJob,
    Timer,
    UserTask,
)

RESTARTS_LIMIT = 10


@dataclass(frozen=True, kw_only=True)
class InstanceView:
    """An instance and the rows that stand for what it waits for.

    Attributes:
        suspended: By itself, so that it can be resumed.
        version_suspended: With all instances of its version.
        restarted_from: The ended instance from which it was started again.
        restarted_as: Instances that were started again from this one, up to ``RESTARTS_LIMIT``.
    """

    instance: ProcessInstance
    definition: ProcessDefinition
    user_tasks: Sequence[UserTask]
    timers: Sequence[Timer]
    messages: Sequence[MessageSubscription]
    events: Sequence[EventSubscription]
    jobs: Sequence[ServiceJob]
    suspended: bool
    version_suspended: bool
    restarted_from: uuid.UUID | None
    restarted_as: Sequence[uuid.UUID]


def instance_view(session: Session, instance_id: uuid.UUID) -> InstanceView:
    """Return an instance with what it waits for.

    Raises:
        InstanceNotFound: There is none of that id.
    """
    instance = session.get(ProcessInstance, instance_id)
    if instance is None:
        raise InstanceNotFound
    execution = session.execute(
        sa.select(Execution.suspended, Execution.version_suspended).where(
            Execution.instance_id == instance_id
        )
    ).one_or_none()
    return InstanceView(
        suspended=execution is not None and execution.suspended,
        version_suspended=execution is not None and execution.version_suspended,
        restarted_from=session.scalar(
            sa.select(InstanceRestart.restarted_from).where(InstanceRestart.instance_id == instance_id)
        ),
        restarted_as=session.scalars(
            sa.select(InstanceRestart.instance_id)
            .where(InstanceRestart.restarted_from == instance_id)
            .order_by(InstanceRestart.instance_id)
            .limit(RESTARTS_LIMIT)
        ).all(),
        instance=instance,
        definition=session.get_one(ProcessDefinition, instance.definition_id),
        user_tasks=session.scalars(
            sa.select(UserTask).where(UserTask.instance_id == instance_id).order_by(UserTask.created_at)
        ).all(),
        timers=session.scalars(
            sa.select(Timer).where(Timer.instance_id == instance_id).order_by(Timer.due_at)
        ).all(),
        messages=session.scalars(
            sa.select(MessageSubscription)
            .where(MessageSubscription.instance_id == instance_id)
            .order_by(MessageSubscription.element_instance)
        ).all(),
        events=session.scalars(
            sa.select(EventSubscription)
            .where(EventSubscription.instance_id == instance_id)
            .order_by(EventSubscription.element_instance)
        ).all(),
        jobs=session.scalars(
            sa.select(ServiceJob).where(ServiceJob.instance_id == instance_id).order_by(ServiceJob.created_at)
        ).all(),
    )


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """A page of an instance's history, newest first; ``next`` is the key that the next page follows."""

    rows: tuple[HistoryEvent, ...]
    next: int | None


def history_of(
    session: Session,
    instance_id: uuid.UUID,
    *,
    element_id: str | None = None,
    before: int | None = None,
    limit: int = 30,
) -> HistoryPage:
    """Return what happened in an instance, newest first.

    Args:
        session: The caller's transaction.
        instance_id: The instance.
        element_id: Only what happened at this element.
        before: The last id of the page before.
        limit: The size of a page.
    """
    query = sa.select(HistoryEvent).where(HistoryEvent.instance_id == instance_id)
    if element_id is not None:
        query = query.where(HistoryEvent.element_id == element_id)
    if before is not None:
        query = query.where(HistoryEvent.id < before)
    found = tuple(session.scalars(query.order_by(HistoryEvent.id.desc()).limit(limit + 1)))
    return HistoryPage(rows=found[:limit], next=found[limit - 1].id if len(found) > limit else None)
