"""The record of what operators and analysts have commanded, on one instance or on many, the latest first.

What concerns one instance stands in its history, what concerns more than one in ``command_record``; here both
are one list. Each is read by an index in the list's order, so that every page costs the same.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables import CommandRecord, HistoryEvent, ProcessInstance

PAGE_SIZE = 30

OF_ONE = (
    "suspended",
    "resumed",
    "job_suspended",
    "job_resumed",
    "cancel_requested",
    "incident_retried",
    "step_skipped",
    "variables_edited",
    "tokens_changed",
    "restarted",
    "activity_commanded",
)
"""What is commanded on one instance, by the kind of its history event; the indexes name the same."""
OF_MANY = (
    "suspend_version",
    "resume_version",
    "release_version",
    "remove_version",
    "plan_migration",
    "run_migration",
    "stop_migration",
    "retry_many",
    "stop_retries",
    "start_instance",
    "send_message",
    "broadcast_signal",
    "discard_message",
    "resend_message",
    "edit_store",
)
"""What is commanded beside them, by the name in ``command_record``."""
SHARED = (
    "version_suspended",
    "version_resumed",
    "migrated",
    "sent_by_hand",
    "started_by_hand",
    "discard_message_asked",
    "resend_message_asked",
)
"""How a command on many stands in the history of each of its instances."""

MOST_OF_A_KEY = 200
"""So many instances of one business key are looked through, the latest."""


def _among(kinds: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether an event is of some kinds, in the words of the index of these."""
    return HistoryEvent.kind.in_(sa.literal_column(f"'{kind}'") for kind in kinds)


_COMMANDED, _CONCERNED = _among(OF_ONE), _among((*OF_ONE, *SHARED))
_FIRST, _SECOND = 1, 0


@dataclass(frozen=True, kw_only=True)
class CommandFilters:
    """Which commands a list shows; None means any.

    Attributes:
        kind: One of ``OF_ONE`` or ``OF_MANY``, or what the business has recorded besides.
        actor_id: Who commanded.
        instance_ids: What concerns one of these instances, whether it was commanded on it alone or not.
    """

    kind: str | None = None
    actor_id: str | None = None
    instance_ids: tuple[uuid.UUID, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page ends: the instant, which of the two tables, and the row's number there."""

    at: dt.datetime
    table: int
    id: int


@dataclass(frozen=True, kw_only=True)
class Commanded:
    """A command.

    Attributes:
        place: Where it stands in the list.
        kind: One of ``OF_ONE``, ``OF_MANY`` or ``SHARED``.
        process_id: Of the instance or the version; empty if it is about neither.
        instance_id: If it is about one.
        business_key: Of the instance.
        changes: What it changed.
    """

    place: Place
    kind: str
    actor_id: str
    actor_name: str
    reason: str
    process_id: str
    instance_id: uuid.UUID | None
    business_key: str
    element: str
    changes: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CommandPage:
    """A page of commands, the latest first; ``next`` is the place that the next page follows."""

    rows: tuple[Commanded, ...]
    next: Place | None


def find_commands(
    session: Session, filters: CommandFilters, *, after: Place | None = None, limit: int = PAGE_SIZE
) -> CommandPage:
    """Return a page of the record.

    Args:
        session: The caller's transaction.
        filters: Which ones.
        after: Where the page before ended.
        limit: The size of a page.
    """
    found = [*_of_one(session, filters, after, limit + 1)]
    if filters.instance_ids is None:
        found += _of_many(session, filters, after, limit + 1)
    found.sort(key=lambda row: (row.place.at, row.place.table, row.place.id), reverse=True)
    rows = tuple(found[:limit])
    return CommandPage(rows=rows, next=rows[-1].place if len(found) > limit else None)


def instances_of(session: Session, business_keys: Iterable[str]) -> tuple[uuid.UUID, ...]:
    """Return the instances of some business keys, ``MOST_OF_A_KEY`` of them at most, the latest."""
    instance = ProcessInstance
    query = sa.select(instance.id).where(instance.business_key.in_(list(business_keys)))
    return tuple(session.scalars(query.order_by(instance.id.desc()).limit(MOST_OF_A_KEY)))


def _of_one(
    session: Session, filters: CommandFilters, after: Place | None, limit: int
) -> Iterable[Commanded]:
    event = HistoryEvent
    query = (
        sa.select(event, ProcessInstance.process_id, ProcessInstance.business_key)
        .join(ProcessInstance, ProcessInstance.id == event.instance_id)
        .order_by(event.at.desc(), event.id.desc())
        .limit(limit)
    )
    if filters.instance_ids is None:
        query = query.where(_COMMANDED)
    else:
        query = query.where(event.instance_id.in_(filters.instance_ids), _CONCERNED)
    if filters.kind is not None:
        query = query.where(event.kind == filters.kind)
    if filters.actor_id is not None:
        query = query.where(event.actor_id == filters.actor_id)
    if after is not None:
        query = query.where(_before(event.at, event.id, _FIRST, after))
    for row, process_id, business_key in session.execute(query):
        data = dict(row.data or {})
        yield Commanded(
            place=Place(at=row.at, table=_FIRST, id=row.id),
            kind=row.kind,
            actor_id=row.actor_id,
            actor_name=row.actor_name,
            reason=data.pop("reason", ""),
            process_id=process_id,
            instance_id=row.instance_id,
            business_key=business_key,
            element=row.element_name or row.element_id or "",
            changes=data,
        )


def _of_many(
    session: Session, filters: CommandFilters, after: Place | None, limit: int
) -> Iterable[Commanded]:
    record = CommandRecord
    query = sa.select(record).order_by(record.at.desc(), record.id.desc()).limit(limit)
    if filters.kind is not None:
        query = query.where(record.command == filters.kind)
    if filters.actor_id is not None:
        query = query.where(record.actor_id == filters.actor_id)
    if after is not None:
        query = query.where(_before(record.at, record.id, _SECOND, after))
    for row in session.scalars(query):
        yield Commanded(
            place=Place(at=row.at, table=_SECOND, id=row.id),
            kind=row.command,
            actor_id=row.actor_id,
            actor_name=row.actor_name,
            reason=row.reason,
            process_id=row.process_id,
            instance_id=None,
            business_key="",
            element="",
            changes=row.changes,
        )


def _before(at: Any, number: Any, table: int, after: Place) -> sa.ColumnElement[bool]:
    """The rows of a table that stand behind a place in the list of both."""
    if table == after.table:
        return sa.tuple_(at, number) < sa.tuple_(sa.literal(after.at), sa.literal(after.id))
    older: sa.ColumnElement[bool] = at <= after.at if table < after.table else at < after.at
    return older
