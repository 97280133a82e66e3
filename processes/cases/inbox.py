"""What waits for somebody: a shop's inbox and the platform's queue, by deadline; and a person's own tasks.

Most of it is about cases. What an analyst's own process asks of people without one stands in the same lists.

What may be started besides stands in :mod:`processes.cases.startable`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables import UserTask
from processes.cases.tables import CancellationCase
from processes.cases.walking import (
    PAGE_SIZE,
    beside_cases,
    capped,
    platform_among,
    searched,
    shops_among,
    walk,
    with_subjects,
)


@dataclass(frozen=True, kw_only=True)
class InboxFilters:
    """What an inbox is narrowed to; empty for everything.

    Attributes:
        search: Part of a case or order number, of a title, or of the receiver's name; the whole business key
            of what is about no case.
        overdue: Only what is past its deadline.
        due_within: Only what is due within this time, overdue ones among them.
        element: The id of a user task, such as ``task_review_request``.
    """

    search: str = ""
    flow: str = ""
    reason: str = ""
    element: str = ""
    overdue: bool = False
    due_within: dt.timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class InboxRow:
    """A task that waits; ``task.due_effect`` says what happens at its deadline.

    Attributes:
        case: What it is about; None if its process runs for no case.
        process: The name of that process; empty beside a case.
    """

    task: UserTask
    case: CancellationCase | None
    process: str

    def overdue(self, now: dt.datetime) -> bool:
        """Whether its deadline has passed."""
        return self.task.due_at is not None and self.task.due_at <= now


@dataclass(frozen=True, kw_only=True)
class InboxCounts:
    """How much waits, each up to ``COUNT_LIMIT``, whatever is searched; ``soon`` is due within a day."""

    total: int
    overdue: int
    soon: int


@dataclass(frozen=True, kw_only=True)
class InboxPage:
    """A page of an inbox; ``next`` asks for the one after it, None if there is none."""

    rows: list[InboxRow]
    next: str | None
    counts: InboxCounts


def seller_inbox(
    session: Session,
    groups: Iterable[str],
    filters: InboxFilters | None = None,
    *,
    now: dt.datetime,
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> InboxPage:
    """Return what waits for a seller's shops, the nearest deadline first.

    Args:
        session: The caller's transaction.
        groups: The seller's groups; only those of shops count.
        filters: What to narrow it to.
        now: For what is overdue.
        after: ``next`` of the page before; anything else starts at the beginning.
        limit: Rows of a page.
    """
    return _page(session, shops_among(groups), filters or InboxFilters(), now, after, limit)


def platform_queue(
    session: Session,
    groups: Iterable[str],
    filters: InboxFilters | None = None,
    *,
    now: dt.datetime,
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> InboxPage:
    """Return the disputes that wait for an agent's groups; see :func:`seller_inbox`."""
    return _page(session, platform_among(groups), filters or InboxFilters(), now, after, limit)


def tasks_beside_cases(
    session: Session,
    groups: Iterable[str],
    *,
    now: dt.datetime,
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> InboxPage:
    """Return a person's tasks that are done on no case's page; for buyers, operators and analysts.

    See :func:`seller_inbox`.
    """
    mine = sorted(groups)
    return _page(session, mine, InboxFilters(), now, after, limit, beside_cases(UserTask, mine))


def _page(
    session: Session,
    groups: list[str],
    filters: InboxFilters,
    now: dt.datetime,
    after: str | None,
    limit: int,
    listed: Sequence[sa.ColumnElement[bool]] = (),
) -> InboxPage:
    if not groups:
        return InboxPage(rows=[], next=None, counts=InboxCounts(total=0, overdue=0, soon=0))
    conditions = [*listed, *_conditions(filters, now), *searched(session, UserTask, filters.search.strip())]
    position = _position(after)
    found: list[uuid.UUID] = []
    if position is None or position[0] is not None:
        dated = [UserTask.due_at.is_not(None), *conditions]
        if position is not None:
            # A row comparison, so that the index is entered at the right place.
            dated.append(
                sa.tuple_(UserTask.due_at, UserTask.id)
                > sa.tuple_(sa.literal(position[0]), sa.literal(position[1]))
            )
        found += walk(session, UserTask, UserTask.due_at, groups, dated, limit + 1)
    if len(found) <= limit and not filters.overdue and filters.due_within is None:
        undated = [UserTask.due_at.is_(None), *conditions]
        if position is not None and position[0] is None:
            undated.append(UserTask.id > position[1])
        found += walk(session, UserTask, UserTask.due_at, groups, undated, limit + 1 - len(found))
    rows = [
        InboxRow(task=task, case=about.case, process=about.process)
        for task, about in with_subjects(session, UserTask, UserTask.due_at, found[:limit])
    ]
    return InboxPage(
        rows=rows,
        next=_token(rows[-1].task) if len(found) > limit and rows else None,
        counts=_counts(session, groups, now, listed),
    )


def _conditions(filters: InboxFilters, now: dt.datetime) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.overdue:
        conditions.append(UserTask.due_at <= now)
    if filters.due_within is not None:
        conditions.append(UserTask.due_at <= now + filters.due_within)
    if filters.element:
        conditions.append(UserTask.element_id == filters.element)
    if filters.flow:
        conditions.append(CancellationCase.flow == filters.flow)
    if filters.reason:
        conditions.append(CancellationCase.reason == filters.reason)
    return conditions


def _counts(
    session: Session, groups: list[str], now: dt.datetime, listed: Sequence[sa.ColumnElement[bool]]
) -> InboxCounts:
    total, overdue, soon = session.execute(
        sa.select(
            capped(UserTask, groups, *listed),
            capped(UserTask, groups, UserTask.due_at <= now, *listed),
            capped(UserTask, groups, UserTask.due_at <= now + dt.timedelta(days=1), *listed),
        )
    ).one()
    return InboxCounts(total=total, overdue=overdue, soon=soon)


def _token(task: UserTask) -> str:
    return f"{task.due_at.isoformat() if task.due_at else ''}_{task.id}"


def _position(after: str | None) -> tuple[dt.datetime | None, uuid.UUID] | None:
    """Where a page starts; None for the beginning, and for a token that isn't one."""
    due, found, task_id = (after or "").partition("_")
    if not found:
        return None
    try:
        at = dt.datetime.fromisoformat(due) if due else None
        return (None if at is not None and at.tzinfo is None else at), uuid.UUID(task_id)
    except ValueError:
        return None
