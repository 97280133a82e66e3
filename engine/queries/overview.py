"""The numbers at the top of the operator's pages; none costs more when there is more to count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables import (
    Incident,
    ProcessDefinition,
    ProcessInstance,
    ProcessRelease,
    SentMessage,
    ServiceJob,
    Timer,
    UserTask,
)

COUNT_LIMIT = 10_000
"""Counts go no further: the cost of a page must not grow with the number of instances."""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What an operator has to know at a glance; counts stop at :data:`COUNT_LIMIT`.

    Attributes:
        overdue_timers: Due for longer than a worker needs to fire them.
        failing_jobs: Waiting jobs that have failed before.
        expired_messages: Sent by instances, and taken by nobody in time.
    """

    running: int
    incidents: int
    user_tasks: int
    timers: int
    overdue_timers: int
    jobs: int
    failing_jobs: int
    expired_messages: int


def overview(session: Session, *, now: dt.datetime, grace: dt.timedelta) -> Overview:
    """Count what runs, waits and has failed, in one statement.

    Args:
        session: The caller's transaction.
        now: By the product's clock.
        grace: How late a timer may be before it counts as overdue.
    """
    columns = {
        "running": _capped(sa.select(ProcessInstance.id).where(ProcessInstance.status == "running")),
        "incidents": _capped(sa.select(Incident.id).where(Incident.resolved_at.is_(None))),
        "user_tasks": _capped(sa.select(UserTask.id)),
        "timers": _capped(sa.select(Timer.due_at)),
        "overdue_timers": _capped(sa.select(Timer.due_at).where(~Timer.held, Timer.due_at < now - grace)),
        "jobs": _capped(sa.select(ServiceJob.created_at)),
        "expired_messages": _capped(sa.select(SentMessage.id).where(SentMessage.expired_at.is_not(None))),
        "failing_jobs": _capped(sa.select(ServiceJob.created_at).where(ServiceJob.attempts > 0)),
    }
    row = session.execute(sa.select(*(column.label(name) for name, column in columns.items()))).one()
    return Overview(**row._asdict())


def _capped(query: sa.Select[Any]) -> sa.ScalarSelect[int]:
    limited = query.limit(COUNT_LIMIT).subquery()
    return sa.select(sa.func.count()).select_from(limited).scalar_subquery()


@dataclass(frozen=True, kw_only=True)
class ProcessCount:
    """A process that is deployed, and how many of its instances run."""

    process_id: str
    name: str
    version: int
    running: int


def running_by_process(session: Session) -> Sequence[ProcessCount]:
    """Return every process with the number of its running instances, up to :data:`COUNT_LIMIT`."""
    release, definition, instance = ProcessRelease, ProcessDefinition, ProcessInstance
    limited = (
        sa.select(instance.id)
        .where(instance.process_id == release.process_id, instance.status == "running")
        .limit(COUNT_LIMIT)
        .correlate(release)
        .subquery()
    )
    count = sa.select(sa.func.count()).select_from(limited).scalar_subquery()
    query = (
        sa.select(release.process_id, definition.name, definition.version, count)
        .join(definition, definition.id == release.definition_id)
        .order_by(definition.name)
    )
    return [
        ProcessCount(process_id=process_id, name=name, version=version, running=running)
        for process_id, name, version, running in session.execute(query)
    ]


def next_timers(session: Session, *, limit: int = 5) -> Sequence[Timer]:
    """Return the timers that fire next, in the order in which they will."""
    return session.scalars(sa.select(Timer).where(~Timer.held).order_by(Timer.due_at).limit(limit)).all()
