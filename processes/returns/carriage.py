"""Giving a buyer back the carriage that he paid a carrier himself, where another bears it.

It isn't refunded by the order's payments: nothing goes back by them beyond what was captured, and the goods
may have taken all of that, or there is no refund. It is credited to the buyer's balance, once for each
return.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.liability.recording import current_liability
from processes.returns.rules import carriage_owed
from processes.returns.sending import find_return
from processes.returns.tables import Return
from processes.wallet.books import credit_balance


def give_back_carriage(session: Session, case: CancellationCase, *, actor: Actor, now: dt.datetime) -> int:
    """Credit what is owed for the carriage of a case's return, as its refund settles.

    Args:
        session: The caller's transaction.
        case: Whose return.
        actor: For the timeline.
        now: When.

    Returns:
        What was credited now, in minor units; nothing the second time.
    """
    returned = find_return(session, case)
    if returned is None or returned.sent_at is None:
        return 0
    finding = current_liability(session, case.case_no)
    return _credit(session, case, returned, finding.freight_payer if finding else "", actor=actor, now=now)


def give_back_rejected(session: Session, case: CancellationCase, *, actor: Actor, now: dt.datetime) -> int:
    """Credit what is owed for the carriage of a return of which nothing was accepted, as its case ends.

    There is no refund, and so no finding: who bears it is said by the table of return rules.

    Returns:
        What was credited now, in minor units; nothing the second time.
    """
    returned = find_return(session, case)
    if returned is None or returned.inspected_at is None or any(line.accepted for line in case.lines):
        return 0
    return _credit(session, case, returned, returned.rejected_payer, actor=actor, now=now)


def _credit(
    session: Session,
    case: CancellationCase,
    returned: Return,
    payer: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> int:
    if returned.carriage_given:
        return 0
    owed = carriage_owed(paid=returned.carriage_paid, payer=payer, limit=returned.carriage_limit)
    if not owed:
        return 0
    returned.carriage_given = owed
    credit_balance(
        session,
        buyer_id=case.buyer_id,
        code=returned.return_no,
        currency=case.currency,
        amount=owed,
        order_no=case.order_no,
        case_no=case.case_no,
        now=now,
    )
    record_event(
        session,
        case.case_no,
        "carriage_given_back",
        actor=actor,
        now=now,
        amount=owed,
        currency=case.currency,
    )
    session.flush()
    return owed
