"""What can start instances: the clock, messages and signals, by process and version."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.queries.instances import STATUSES
from engine.tables import ProcessDefinition, ProcessInstance, ProcessRelease, StartTimer, StartTrigger

MOST_STARTS = 500


@dataclass(frozen=True, kw_only=True)
class Start:
    """A start event of a version.

    Attributes:
        kind: ``message``, ``signal``, ``date`` or ``cycle``.
        name: Of the message or signal, or what the timer says.
        released: Whether new instances start on this version, so that the event is listened to.
        suspended: Whether the version is.
        due_at: When the clock starts an instance next; None if it isn't a timer, or no instant is left.
        started: The latest instance of the process, however it was started; None if there is none.
        started_at: When that was.
    """

    process_id: str
    process_name: str
    version: int
    element_id: str
    kind: str
    name: str
    released: bool
    suspended: bool
    due_at: dt.datetime | None
    started: uuid.UUID | None
    started_at: dt.datetime | None


def find_starts(session: Session, process_id: str = "", *, limit: int = MOST_STARTS) -> Sequence[Start]:
    """Return what starts the released versions, or every version of one process; timers that are due first.

    Args:
        session: The caller's transaction.
        process_id: All versions of this process that weren't removed; empty for all released versions.
        limit: No more than so many.
    """
    trigger, timer, definition, release = StartTrigger, StartTimer, ProcessDefinition, ProcessRelease
    instance = ProcessInstance
    newest = [
        sa.select(instance.id)
        .where(instance.process_id == definition.process_id, instance.status == status)
        .order_by(instance.id.desc())
        .limit(1)
        .correlate(definition)
        .scalar_subquery()
        for status in STATUSES
    ]
    latest = sa.func.greatest(*newest)
    query = (
        sa.select(
            definition.process_id,
            definition.name.label("process_name"),
            definition.version,
            trigger.element_id,
            trigger.kind,
            trigger.name,
            release.definition_id.is_not(None).label("released"),
            definition.suspended,
            timer.due_at,
            latest.label("started"),
        )
        .join(definition, definition.id == trigger.definition_id)
        .outerjoin(release, release.definition_id == definition.id)
        .outerjoin(
            timer,
            sa.and_(
                timer.definition_id == trigger.definition_id,
                timer.element_id == trigger.element_id,
                timer.place == trigger.place,
            ),
        )
        .where(definition.retired_at.is_(None))
        .order_by(timer.due_at.asc().nulls_last(), definition.name, definition.version.desc(), trigger.name)
        .limit(limit)
    )
    query = query.where(
        definition.process_id == process_id if process_id else release.definition_id.is_not(None)
    )
    rows = session.execute(query).all()
    ids = {row.started for row in rows if row.started is not None}
    latest_of = sa.select(instance.id, instance.started_at).where(instance.id.in_(ids))
    at = {row.id: row.started_at for row in session.execute(latest_of)}
    return [Start(**row._asdict(), started_at=at.get(row.started)) for row in rows]
