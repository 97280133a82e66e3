"""Lists of process instances, with filters."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables import (
    ActivityChoice,
    EventSubscription,
    Incident,
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
    ServiceJob,
    Timer,
    UserTask,
)

STATUSES = ("running", "completed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class InstanceFilters:
    """Which instances a list shows; None means any.

    Attributes:
        version: Of the process definition; it needs ``process_id``.
        business_key: Exactly this one.
        has_incident: Only those with an open incident.
        started_from: Started at or after this instant.
        started_before: Started before this instant.
    """

    process_id: str | None = None
    version: int | None = None
    status: str | None = None
    business_key: str | None = None
    has_incident: bool = False
    started_from: dt.datetime | None = None
    started_before: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class InstanceRow:
    """An instance in a list, with what it waits for.

    Attributes:
        waits_for: Names of its open user tasks, then of service tasks and messages.
        due_at: When its next timer fires.
        incidents: How many of its incidents are open.
    """

    id: uuid.UUID
    process_id: str
    process_name: str
    version: int
    business_key: str
    status: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    waits_for: tuple[str, ...]
    due_at: dt.datetime | None
    incidents: int


@dataclass(frozen=True, kw_only=True)
class InstancePage:
    """A page of instances, newest first; ``next`` is the key that the next page follows."""

    rows: tuple[InstanceRow, ...]
    next: uuid.UUID | None


def find_instances(
    session: Session, filters: InstanceFilters, *, after: uuid.UUID | None = None, limit: int = 30
) -> InstancePage:
    """Return the instances that fit, newest first.

    Args:
        session: The caller's transaction.
        filters: Which ones.
        after: The last id of the page before.
        limit: The size of a page.
    """
    instance, definition = ProcessInstance, ProcessDefinition
    query = (
        sa.select(instance, definition.name, definition.version)
        .join(definition, definition.id == instance.definition_id)
        .where(*_conditions(filters))
        .order_by(instance.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(instance.id < after)
    found = session.execute(query).all()
    shown = found[:limit]
    ids = [row[0].id for row in shown]
    waits, due, incidents = _waits(session, ids), _next_timers(session, ids), _open_incidents(session, ids)
    rows = tuple(
        InstanceRow(
            id=item.id,
            process_id=item.process_id,
            process_name=name,
            version=version,
            business_key=item.business_key,
            status=item.status,
            started_at=item.started_at,
            ended_at=item.ended_at,
            waits_for=tuple(dict.fromkeys(waits.get(item.id, ()))),
            due_at=due.get(item.id),
            incidents=incidents.get(item.id, 0),
        )
        for item, name, version in shown
    )
    return InstancePage(rows=rows, next=rows[-1].id if len(found) > limit else None)


def _conditions(filters: InstanceFilters) -> list[sa.ColumnElement[bool]]:
    instance = ProcessInstance
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.process_id is not None:
        conditions.append(instance.process_id == filters.process_id)
    if filters.version is not None:
        conditions.append(ProcessDefinition.version == filters.version)
    if filters.status is not None:
        conditions.append(instance.status == filters.status)
    if filters.business_key is not None:
        conditions.append(instance.business_key == filters.business_key)
    if filters.has_incident:
        conditions.append(
            instance.id.in_(
                sa.select(Incident.instance_id).where(
                    Incident.resolved_at.is_(None), Incident.instance_id.is_not(None)
                )
            )
        )
    if filters.started_from is not None:
        conditions.append(instance.started_at >= filters.started_from)
    if filters.started_before is not None:
        conditions.append(instance.started_at < filters.started_before)
    return conditions


def _waits(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    tasks = sa.select(UserTask.instance_id, UserTask.name, sa.literal(1).label("rank"))
    jobs = sa.select(ServiceJob.instance_id, ServiceJob.name, sa.literal(2))
    messages = sa.select(MessageSubscription.instance_id, MessageSubscription.message, sa.literal(3))
    events = sa.select(EventSubscription.instance_id, EventSubscription.name, sa.literal(3))
    choices = sa.select(ActivityChoice.instance_id, ActivityChoice.name, sa.literal(3))
    union = sa.union_all(
        tasks.where(UserTask.instance_id.in_(ids)),
        jobs.where(ServiceJob.instance_id.in_(ids)),
        messages.where(MessageSubscription.instance_id.in_(ids)),
        events.where(EventSubscription.instance_id.in_(ids)),
        choices.where(ActivityChoice.instance_id.in_(ids), ActivityChoice.enabled),
    ).subquery()
    found: dict[uuid.UUID, list[str]] = {}
    for instance_id, name, rank in session.execute(sa.select(union).order_by(union.c.rank)):
        # Messages, signals and what may be started matter only where nothing else is waited for: most
        # wait beside a task.
        if rank < 3 or instance_id not in found:
            found.setdefault(instance_id, []).append(name)
    return found


def _next_timers(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dt.datetime]:
    query = sa.select(Timer.instance_id, sa.func.min(Timer.due_at)).where(Timer.instance_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(Timer.instance_id))}


def _open_incidents(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    query = sa.select(Incident.instance_id, sa.func.count()).where(
        Incident.instance_id.in_(ids), Incident.resolved_at.is_(None)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(Incident.instance_id)) if row[0]}
