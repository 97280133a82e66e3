"""Keeping the books of charge-backs: what a bank has taken back, or holds while it decides."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.cases.tables import CancellationCase
from processes.chargebacks.tables import Chargeback, ChargebackFee
from processes.liability.chargebacks import (
    TABLE,
    Bearer,
    Fee,
    Stand,
    TakenBack,
    lines_of_chargeback,
    lines_of_fee,
)
from processes.liability.entries import Posted, Subject, bring_up_to_date, lock_subject
from processes.liability.finding import recourse_of
from processes.liability.tables import Liability
from processes.money.sharing import Decide
from processes.money.tables import Refund, RefundPart
from processes.orders.tables import Order, Payment


def post_chargebacks_of(
    session: Session,
    order_id: uuid.UUID,
    *,
    cause: str,
    now: dt.datetime,
    decide: Decide | None = None,
) -> None:
    """Bring the books of the charge-backs of an order's payments up to date."""
    found = session.scalars(
        sa.select(Chargeback)
        .join(Payment, Payment.id == Chargeback.payment_id)
        .where(Payment.order_id == order_id)
        .order_by(Chargeback.opened_at, Chargeback.reference)
    )
    for chargeback in found.all():
        post_chargeback(session, chargeback, cause=cause, now=now, decide=decide)


def post_chargeback(
    session: Session,
    chargeback: Chargeback,
    *,
    cause: str,
    now: dt.datetime,
    decide: Decide | None = None,
) -> bool:
    """Bring the books of a charge-back up to date; if they are, nothing is posted.

    Args:
        session: The caller's transaction.
        chargeback: Which one.
        cause: Why they may have changed: ``chargeback``, or as of a case.
        now: When.
        decide: Asks the table of who bears its fees; without it that stays as it was.

    Returns:
        Whether anything was posted.
    """
    session.flush()
    subject = Subject(chargeback_id=chargeback.id)
    lock_subject(session, subject)
    session.refresh(chargeback)
    payment = session.scalars(
        sa.select(Payment).where(Payment.id == chargeback.payment_id).options(joinedload(Payment.order))
    ).one()
    taken = _taken(session, chargeback, payment)
    fees = [_fee(fee, chargeback, payment, taken, decide) for fee in chargeback.fees]
    due = Posted(
        lines=(
            *lines_of_chargeback(taken),
            *(line for fee in fees for line in lines_of_fee(fee, taken.recourse)),
        ),
        currency=payment.currency,
        facts=_facts(chargeback, payment.order, taken),
    )
    return bring_up_to_date(session, subject, due, cause=cause, now=now)


def _taken(session: Session, chargeback: Chargeback, payment: Payment) -> TakenBack:
    case, finding = _finding(session, payment.order_id)
    granted, refunded = _given(session, chargeback)
    return TakenBack(
        buyer_id=payment.order.buyer_id,
        provider=chargeback.provider,
        stand=Stand(chargeback.status),
        amount=chargeback.amount,
        granted=granted,
        refunded=refunded,
        recourse=recourse_of(session, payment.order, case, finding),
    )


def _fee(
    fee: ChargebackFee,
    chargeback: Chargeback,
    payment: Payment,
    taken: TakenBack,
    decide: Decide | None,
) -> Fee:
    """What is charged, and who bears it: as the table says, or as it has said before."""
    if decide is not None and fee.amount:
        answer = decide(
            TABLE,
            {
                "provider": chargeback.provider,
                "standing": taken.stand.value,
                "fault": taken.recourse.fault,
                "refunded_before": taken.refunded > 0,
            },
        )
        fee.bearer = Bearer(str(answer.get("bearer") or Bearer.SELLER)).value
    return Fee(
        provider=chargeback.provider,
        amount=fee.amount,
        currency="" if fee.currency == payment.currency else fee.currency,
        bearer=Bearer(fee.bearer or Bearer.SELLER),
    )


def _finding(session: Session, order_id: uuid.UUID) -> tuple[CancellationCase | None, Liability | None]:
    """The latest finding about an order, with its case."""
    row = session.execute(
        sa.select(CancellationCase, Liability)
        .join(Liability, Liability.case_no == CancellationCase.case_no)
        .where(CancellationCase.order_id == order_id)
        .order_by(Liability.at.desc(), Liability.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row is not None else (None, None)


def _given(session: Session, chargeback: Chargeback) -> tuple[int, int]:
    """What settled refunds have given back of the payment: by banks, as far as it is this one's, and by us.

    A refund names one of a payment's charge-backs; which of several have paid it doesn't matter, so
    they count in the order in which they were opened.
    """
    banks = sa.select(Chargeback.reference).where(Chargeback.payment_id == chargeback.payment_id)
    by_bank = RefundPart.gateway_reference.in_(banks)
    by_us = RefundPart.gateway_reference.not_in(banks)
    earlier = sa.select(sa.func.coalesce(sa.func.sum(Chargeback.amount), 0)).where(
        Chargeback.payment_id == chargeback.payment_id,
        Chargeback.status == Stand.LOST,
        sa.tuple_(Chargeback.opened_at, Chargeback.reference)
        < sa.tuple_(sa.literal(chargeback.opened_at), sa.literal(chargeback.reference)),
    )
    row = session.execute(
        sa.select(
            *(
                sa.func.coalesce(sa.func.sum(RefundPart.amount).filter(given), 0)
                for given in (by_bank, by_us)
            ),
            earlier.scalar_subquery(),
        )
        .join(Refund, Refund.refund_no == RefundPart.refund_no)
        .where(RefundPart.payment_id == chargeback.payment_id, Refund.status == "succeeded")
    ).one()
    return min(chargeback.amount, max(0, int(row[0]) - int(row[2]))), int(row[1])


def _facts(chargeback: Chargeback, order: Order, taken: TakenBack) -> dict[str, Any]:
    return {
        "reference": chargeback.reference,
        "order_no": order.order_no,
        "status": chargeback.status,
        "fault": taken.recourse.fault,
        "amount": taken.amount,
        "granted": taken.granted,
        "refunded": taken.refunded,
        "advanced": taken.recourse.advanced,
    }
