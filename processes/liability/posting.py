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
from processes.liability.rejected import Rejected, lines_of_rejected
from processes.money.sharing import Decide
from processes.money.tables import Refund
from processes.returns.carried import carriage_by_shop, carriage_of
from processes.returns.tables import RefusedGoods, Return


def post_case(
    session: Session, case_no: str, *, cause: str, now: dt.datetime, decide: Decide | None = None
) -> bool:
    """Bring the books of a case, and of charge-backs of its payments, up to date.

    Args:
        session: The caller's transaction.
        case_no: Which case.
        cause: Why they may have changed; see ``processes.liability.tables.LiabilityEntry``, and not
            ``chargeback``.
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
    subject = Subject(case_no=case_no)
    lock_subject(session, subject)
    refund = session.scalar(
        sa.select(Refund)
        .where(Refund.case_no == case_no)
        .options(selectinload(Refund.lines), joinedload(Refund.case), joinedload(Refund.order))
        .execution_options(populate_existing=True)
    )
    case = session.get_one(CancellationCase, case_no)
    returned = session.scalar(sa.select(Return).where(Return.case_no == case_no))
    due = NOTHING
    if refund is not None and refund.status == "succeeded":
        burden = _burden(session, refund, returned)
        due = Posted(lines=lines_of(burden), currency=refund.currency, facts=_facts(refund, burden))
    if returned is not None and returned.inspected_at is not None:
        due = _with_rejected(due, session, case, returned, refunded=refund is not None)
    return bring_up_to_date(session, subject, due, cause=cause, now=now)


def _with_rejected(
    due: Posted, session: Session, case: CancellationCase, returned: Return, *, refunded: bool
) -> Posted:
    """What is due, and the carriage of units that came back and weren't accepted."""
    sent_back = session.get(RefusedGoods, case.case_no)
    back = carriage_of(case.order, sent_back.units if sent_back and sent_back.sent_at else 0)
    wholly = not refunded and not any(line.accepted for line in case.lines)
    lines = lines_of_rejected(
        Rejected(
            buyer_id=case.buyer_id,
            shop_id=case.shop_id,
            payer=returned.rejected_payer,
            labelled=carriage_by_shop(session, case, case.order).cost if wholly else 0,
            paid=returned.carriage_paid if wholly else 0,
            paid_to=returned.carrier,
            given=returned.carriage_given if wholly else 0,
            back=back.cost,
            back_by=sent_back.carrier if sent_back else "",
        )
    )
    if not lines:
        return due
    facts = {
        "reason": case.reason,
        "refusal": returned.refusal_code or "",
        "rejected_payer": returned.rejected_payer,
        **due.facts,
    }
    return Posted(lines=(*due.lines, *lines), currency=case.currency, facts=facts)


def _burden(session: Session, refund: Refund, returned: Return | None) -> Burden:
    case, order = refund.case, refund.order
    finding = current_liability(session, case.case_no)
    withheld_of_goods = sum(line.withheld for line in refund.lines)
    payer = finding.freight_payer if finding else refund.freight_payer
    return Burden(
        buyer_id=case.buyer_id,
        goods=refund.goods - withheld_of_goods,
        freight=max(0, refund.freight - (refund.withheld - withheld_of_goods)),
        borne=refund.deducted - refund.withheld,
        carriage=carriage_by_shop(session, case, order).cost,
        freight_payer=payer,
        paid=returned.carriage_paid if returned else 0,
        paid_to=returned.carrier if returned else "",
        given=returned.carriage_given if returned else 0,
        recourse=recourse_of(session, order, case, finding),
    )


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
