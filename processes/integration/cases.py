"""Cases as a shop's own system works with them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.actors import Actor
from engine.errors import Kind, TuidanError
from engine.tables import UserTask
from engine.values import JSON
from processes.cases.errors import CaseNotFound
from processes.cases.tables import CancellationCase, CaseLine
from processes.ports import ProcessEngine

REVIEW_TASK = "task_review_request"
PAGE_SIZE = 50


class DecisionNotAwaited(TuidanError):
    """The case waits for no decision of the shop now; read the case to see how it stands."""

    code = "api.decision_not_awaited"
    kind = Kind.CONFLICT


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Some of a shop's cases, the newest first; ``next`` is where the next page begins."""

    cases: list[CancellationCase]
    next: str | None


def shop_cases(
    session: Session, shop_id: uuid.UUID, *, status: str | None = None, after: str | None = None
) -> CasePage:
    """Return a page of a shop's cases.

    Args:
        session: The caller's transaction.
        shop_id: Whose.
        status: Only those of this ``CaseStatus``.
        after: A case number; the page begins behind it.

    Raises:
        CaseNotFound: ``after`` names no case of the shop.
    """
    query = (
        sa.select(CancellationCase)
        .where(CancellationCase.shop_id == shop_id)
        .options(selectinload(CancellationCase.lines).joinedload(CaseLine.order_line))
        .order_by(CancellationCase.opened_at.desc(), CancellationCase.case_no.desc())
        .limit(PAGE_SIZE + 1)
    )
    if status is not None:
        query = query.where(CancellationCase.status == status)
    if after is not None:
        last = shop_case(session, shop_id, after)
        query = query.where(
            sa.tuple_(CancellationCase.opened_at, CancellationCase.case_no)
            < sa.tuple_(sa.literal(last.opened_at), sa.literal(last.case_no))
        )
    found = list(session.scalars(query))
    more = len(found) > PAGE_SIZE
    return CasePage(cases=found[:PAGE_SIZE], next=found[PAGE_SIZE - 1].case_no if more else None)


def shop_case(session: Session, shop_id: uuid.UUID, case_no: str) -> CancellationCase:
    """Return a case of a shop.

    Raises:
        CaseNotFound: There is none, or it is another shop's.
    """
    case = session.scalar(
        sa.select(CancellationCase)
        .where(CancellationCase.case_no == case_no, CancellationCase.shop_id == shop_id)
        .options(joinedload(CancellationCase.lines).joinedload(CaseLine.order_line))
    )
    if case is None:
        raise CaseNotFound
    return case


def decision_due(session: Session, case_no: str) -> dt.datetime | None:
    """Return until when the shop has to decide; None if it has not to."""
    return session.scalar(
        sa.select(UserTask.due_at).where(UserTask.business_key == case_no, UserTask.element_id == REVIEW_TASK)
    )


def decide(
    session: Session,
    engine: ProcessEngine,
    case: CancellationCase,
    values: dict[str, JSON],
    actor: Actor,
) -> None:
    """Complete the task in which the shop reviews a case.

    Args:
        session: The caller's transaction.
        engine: Checks the values by the task's form.
        case: A case of the actor's shop.
        values: ``decision``, and for a refusal ``refusal_code`` and ``explanation``.
        actor: Who decides.

    Raises:
        DecisionNotAwaited: It was decided, withdrawn or closed before.
    """
    task_id = session.scalar(
        sa.select(UserTask.id).where(
            UserTask.business_key == case.case_no, UserTask.element_id == REVIEW_TASK
        )
    )
    if task_id is None:
        raise DecisionNotAwaited(
            case_no=case.case_no,
            status=case.status,
            decision=case.decision,
            by=case.decided_by_name,
            at=case.decided_at.isoformat() if case.decided_at else None,
        )
    engine.complete_task(session, task_id, values=values, actor=actor)
    session.refresh(case)
