"""What people do to a case beyond its user tasks: ask for it, withdraw it, open a return again."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.tables import UserTask
from processes.cases.access import visible_case
from processes.cases.eligibility import Offer, OfferLine, eligibility
from processes.cases.errors import CaseEnded, CaseNotFound, CaseNotReopenable, CaseNotWithdrawable
from processes.cases.requesting import RequestCancellation, request_cancellation
from processes.cases.rules import Initiator
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.ports import ProcessEngine

__all__ = [
    "Offer",
    "OfferLine",
    "RequestCancellation",
    "eligibility",
    "reopen",
    "request_cancellation",
    "withdraw",
]

REOPEN_TASK = "task_reopen_return"


def withdraw(
    session: Session, engine: ProcessEngine, case_no: str, actor: Actor, now: dt.datetime
) -> CancellationCase:
    """Withdraw a case. Whether that is still possible is decided by its process.

    Args:
        session: The caller's transaction.
        engine: Takes the message to the process.
        case_no: Which case.
        actor: Who asked for it: the buyer, or his shop for a case of the seller's.
        now: When.

    Raises:
        CaseNotFound: There is none, or it isn't the actor's to withdraw.
        CaseEnded: It is closed.
        CaseNotWithdrawable: A decision came first.
    """
    case = visible_case(session, case_no, actor)
    owner = f"shop:{case.shop_id}" if case.initiator == Initiator.SELLER else f"buyer:{case.buyer_id}"
    if not actor.may_act_for(owner):
        raise CaseNotFound
    _check_open(case)
    record_event(session, case_no, "withdrawal_asked", actor=actor, now=now)
    if not engine.correlate(session, "case_withdrawn", business_key=case_no, actor=actor):
        session.refresh(case)
        _check_open(case)
        raise CaseNotWithdrawable(
            case_no=case_no,
            status=case.status,
            by=case.decided_by_name or "",
            at=case.decided_at.isoformat() if case.decided_at else "",
        )
    session.flush()
    return case


def reopen(
    session: Session, engine: ProcessEngine, case_no: str, actor: Actor, now: dt.datetime
) -> CancellationCase:
    """Open a lapsed return once more, by the user task that the process offers for it.

    Raises:
        CaseNotFound: There is none, or it isn't the actor's.
        CaseNotReopenable: The process offers no such task now.
    """
    case = visible_case(session, case_no, actor)
    if not actor.may_act_for(f"buyer:{case.buyer_id}"):
        raise CaseNotFound
    task_id = session.scalar(
        sa.select(UserTask.id).where(UserTask.business_key == case_no, UserTask.element_id == REOPEN_TASK)
    )
    if task_id is None:
        raise CaseNotReopenable(case_no=case_no)
    record_event(session, case_no, "return_reopened", actor=actor, now=now)
    engine.complete_task(session, task_id, values={}, actor=actor)
    session.flush()
    return case


def _check_open(case: CancellationCase) -> None:
    if case.closed_at is not None:
        raise CaseEnded(case_no=case.case_no, at=case.closed_at.isoformat(), outcome=case.outcome)
