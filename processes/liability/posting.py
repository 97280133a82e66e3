"""Keeping the books of who bears what: each case's entry says what its refund and finding amount to.

What has been posted is never changed. If the finding changes, or money that had gone out came
back, the entry is reversed and, if anything is left to post, another is appended.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from processes.cases.tables import CancellationCase
from processes.liability.bearing import Burden, lines_of
from processes.liability.entries import NOTHING, Posted, Subject, bring_up_to_date, lock_subject
from processes.liability.finding import recourse_of
from processes.liability.posting_chargebacks import post_chargebacks_of
from processes.liability.recording import current_liability
from processes.money.sharing import Decide
from processes.money.tables import Refund
from processes.returns.tables import Return
from processes.shipping.tables import Interception


def post_case(
    session: Session, case_no: str, *, cause: str, now: dt.datetime, decide: Decide | None = None
) -> bool:
    """Bring the books of a case, and of charge-backs of its payments, up to date.

    Args:
        session: The caller's transaction.
        case_no: Which case.
        cause: Why they may have changed: ``settled``, ``finding`` or ``reopened``.
        now: When.
        decide: Asks the table of who bears the fees of charge-backs; without it that stays as it was.

    Returns:
        Whether anything was posted for the case; if its books were right, nothing is.
    """
    session.flush()
    case = session.get_one(CancellationCase, case_no)
    posted = _post_case(session, case_no, cause=cause, now=now)
    post_chargebacks_of(session, case.order_id, cause=cause, now=now, decide=decide)
    return posted


def _post_case(session: Session, case_no: str, *, cause: str, now: dt.datetime) -> bool:
    if session.scalar(sa.select(Refund.refund_no).where(Refund.case_no == case_no)) is None:
        # A finding from before the refund: there is nothing to post yet.
        return False
    subject = Subject(case_no=case_no)
    lock_subject(session, subject)
    refund = session.scalar(
        sa.select(Refund)
        .where(Refund.case_no == case_no)
        .options(selectinload(Refund.lines), joinedload(Refund.case), joinedload(Refund.order))
        .execution_options(populate_existing=True)
    )
    due = NOTHING
    if refund is not None and refund.status == "succeeded":
        burden = _burden(session, refund)
        due = Posted(lines=lines_of(burden), currency=refund.currency, facts=_facts(refund, burden))
    return bring_up_to_date(session, subject, due, cause=cause, now=now)


def _burden(session: Session, refund: Refund) -> Burden:
    case, order = refund.case, refund.order
    finding = current_liability(session, case.case_no)
    withheld_of_goods = sum(line.withheld for line in refund.lines)
    payer = finding.freight_payer if finding else refund.freight_payer
    returned = session.scalar(sa.select(Return).where(Return.case_no == case.case_no))
    return Burden(
        buyer_id=case.buyer_id,
        goods=refund.goods - withheld_of_goods,
        freight=max(0, refund.freight - (refund.withheld - withheld_of_goods)),
        borne=refund.deducted - refund.withheld,
        carriage=order.freight if payer not in {"", "nobody"} and _shop_carried(session, case) else 0,
        freight_payer=payer,
        paid=returned.carriage_paid if returned else 0,
        paid_to=returned.carrier if returned else "",
        given=returned.carriage_given if returned else 0,
        recourse=recourse_of(session, order, case, finding),
    )


def _shop_carried(session: Session, case: CancellationCase) -> bool:
    """Whether goods of a case that had left came back by carriage that the buyer didn't arrange."""
    stopped = sa.select(Interception.case_no).where(
        Interception.case_no == case.case_no, Interception.intercepted.is_not(False)
    )
    sent = sa.select(Return.case_no).where(Return.case_no == case.case_no, Return.sent_at.is_not(None))
    return bool(session.scalar(sa.select(sa.and_(stopped.exists(), ~sent.exists()))))


def _facts(refund: Refund, burden: Burden) -> dict[str, Any]:
    return {
        "refund_no": refund.refund_no,
        "reason": refund.case.reason,
        "fault": burden.recourse.fault,
        "freight_payer": burden.freight_payer,
        "goods": burden.goods,
        "freight": burden.freight,
        "borne": burden.borne,
        "carriage": burden.carriage,
        "paid": burden.paid,
        "given": burden.given,
        "advanced": burden.recourse.advanced,
    }
