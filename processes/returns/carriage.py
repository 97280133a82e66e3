"""Giving a buyer back the carriage that he paid a carrier himself, where another bears it.

It isn't refunded by the order's payments: nothing goes back by them beyond what was captured, and the goods
may have taken all of that. It is credited to the buyer's balance, once for each return.
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
    if returned is None or returned.sent_at is None or returned.carriage_given:
        return 0
    finding = current_liability(session, case.case_no)
    owed = carriage_owed(
        paid=returned.carriage_paid,
        payer=finding.freight_payer if finding else "",
        limit=returned.carriage_limit,
    )
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
