"""User tasks of cases as a shop's own system completes them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Kind, TuidanError
from engine.tables import UserTask
from engine.values import JSON
from processes.cases.tables import CancellationCase
from processes.ports import ProcessEngine

STATEMENT = frozenset({"task_seller_statement"})
RULING_ANSWER = frozenset({"task_seller_answers_ruling"})
EXCHANGE = frozenset({"task_send_exchange"})
REFUSAL_ANSWER = frozenset({"task_answer_refusal", "task_answer_rejection"})
"""The buyer's: a shop passes on that he escalates, and nothing else."""

PROVING = frozenset({"task_review_request", "task_confirm_return", *STATEMENT, *RULING_ANSWER})
"""With which a shop can show evidence, as on its pages."""


class TaskNotAwaited(TuidanError):
    """The case doesn't wait for that now; read the case to see what it waits for."""

    code = "api.task_not_awaited"
    kind = Kind.CONFLICT


def waiting_task(session: Session, case: CancellationCase, elements: Collection[str]) -> UserTask:
    """Return the user task of a case that waits for one of some elements.

    Raises:
        TaskNotAwaited: None does.
    """
    task = session.scalar(
        sa.select(UserTask)
        .where(UserTask.business_key == case.case_no, UserTask.element_id.in_(elements))
        .order_by(UserTask.created_at, UserTask.id)
        .limit(1)
    )
    if task is None:
        raise TaskNotAwaited(case_no=case.case_no, status=str(case.status))
    return task


def complete_task(
    session: Session,
    engine: ProcessEngine,
    case: CancellationCase,
    elements: Collection[str],
    values: dict[str, JSON],
    actor: Actor,
) -> None:
    """Complete the user task of a case that waits for one of some elements.

    Args:
        session: The caller's transaction.
        engine: Checks the values by the task's form.
        case: A case of the actor's.
        elements: Which tasks it can be.
        values: What the form takes.
        actor: Who does it.

    Raises:
        TaskNotAwaited: The case waits for none of them.
        FormInvalid: The values don't fit.
    """
    engine.complete_task(session, waiting_task(session, case, elements).id, values=values, actor=actor)
    session.refresh(case)


def awaited(session: Session, case: CancellationCase, group: str) -> list[tuple[str, dt.datetime | None]]:
    """Return what a case waits for from a candidate group: the elements, and until when."""
    rows = session.execute(
        sa.select(UserTask.element_id, UserTask.due_at)
        .where(UserTask.business_key == case.case_no, UserTask.candidate_group == group)
        .order_by(UserTask.created_at, UserTask.id)
    )
    return [(row.element_id, row.due_at) for row in rows]


def shop_group(shop_id: uuid.UUID) -> str:
    """The candidate group of a shop's people."""
    return f"shop:{shop_id}"
