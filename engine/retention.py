"""Keeping the past within bounds: what only an engineer would look for goes once it is old.

Of an instance that ended long ago the elements that the machine went through are removed; what people did,
what they and the outside world answered, what was commanded and why, how it began and ended, and its last
variables stay for good. Resolved incidents go with their tracebacks; that they were retried or skipped,
and by whom, stands in the history.

Everything here does a small part at a time and locks nothing that somebody waits for, so that any number
of workers can do it while everybody works.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.database import Base
from engine.ids import first_id_at
from engine.tables import HistoryEvent, Incident, ProcessInstance, UnreadState

PART = 1_000
"""Rows that are deleted in one transaction."""

INSTANCES = 50
"""Instances whose details are removed in one transaction; each has some dozens of rows."""

PASSED_THROUGH = ("entered", "completed", "cancelled")
"""Kinds of events that say nothing but that the instance came by an element."""


def delete_part(session: Session, model: type[Base], *conditions: sa.ColumnElement[bool]) -> bool:
    """Delete up to ``PART`` rows of a table; rows that somebody else has locked are passed over.

    Args:
        session: The caller's transaction.
        model: The table's.
        conditions: Which rows; an index must lead to them.

    Returns:
        Whether there may be more.
    """
    place: sa.ColumnElement[Any] = sa.literal_column(f"{model.__tablename__}.ctid")
    found = sa.select(place).select_from(model).where(*conditions).limit(PART)
    places = sa.func.array(found.with_for_update(of=model, skip_locked=True).scalar_subquery())
    deleted: Any = session.execute(
        sa.delete(model).where(place == sa.any_(places)).execution_options(synchronize_session=False)
    )
    return bool(deleted.rowcount == PART)


def forget_history(session: Session, now: dt.datetime, kept_for: dt.timedelta) -> bool:
    """Remove a part of what is older than ``kept_for``: details of ended instances, resolved incidents.

    Returns:
        Whether there may be more to do at once.
    """
    before = now - kept_for
    details = _remove_details(session, now, before)
    resolved = delete_part(
        session,
        Incident,
        Incident.resolved_at.is_not(None),
        Incident.resolved_at < before,
        # Ids grow with time, so that young ones needn't be looked through.
        Incident.id < first_id_at(before),
    )
    return details or resolved


def _remove_details(session: Session, now: dt.datetime, before: dt.datetime) -> bool:
    instance = ProcessInstance
    ids = session.scalars(
        sa.select(instance.id)
        .where(instance.details_removed_at.is_(None), instance.ended_at < before)
        .order_by(instance.ended_at)
        .limit(INSTANCES)
        .with_for_update(skip_locked=True)
    ).all()
    if not ids:
        return False
    event = HistoryEvent
    session.execute(
        sa.delete(event)
        .where(event.instance_id.in_(ids), event.kind.in_(PASSED_THROUGH))
        .where(event.element_id.is_not(None), event.task_id.is_(None))
        .execution_options(synchronize_session=False)
    )
    session.execute(sa.delete(UnreadState).where(UnreadState.instance_id.in_(ids)))
    session.execute(
        sa.update(instance)
        .where(instance.id.in_(ids))
        .values(details_removed_at=now)
        .execution_options(synchronize_session=False)
    )
    return len(ids) == INSTANCES
