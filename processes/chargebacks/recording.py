"""Writing down charge-backs that a provider tells of, and telling the platform."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.cases.timeline import record_event
from processes.chargebacks.tables import Chargeback
from processes.money.tables import Refund, RefundPart
from processes.notifications.sending import notify
from processes.orders.tables import Order, Payment


def record_chargeback(
    session: Session,
    *,
    provider: str,
    reference: str,
    payment_references: Sequence[str],
    amount: int,
    now: dt.datetime,
) -> Payment | None:
    """Write down that a payment is disputed, once, and tell the platform's agents.

    Args:
        session: The caller's transaction.
        provider: Who says so.
        reference: Its number for the dispute.
        payment_references: Its numbers for the payment.
        amount: Disputed, in minor units.
        now: When.

    Returns:
        The payment, whether or not this was known; None if it isn't one of ours.
    """
    payment = session.scalars(
        sa.select(Payment).where(Payment.reference.in_(payment_references)).order_by(Payment.payment_no)
    ).first()
    if payment is None:
        return None
    new = session.execute(
        postgresql.insert(Chargeback)
        .values(
            provider=provider,
            reference=reference,
            payment_id=payment.id,
            amount=amount,
            status="open",
            opened_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Chargeback.reference)
    ).first()
    if new is not None:
        _tell(session, payment, reference, amount, now)
    return payment


def cases_of(session: Session, payment: Payment) -> list[str]:
    """Return the numbers of the cases whose refunds go back by a payment."""
    return list(
        session.scalars(
            sa.select(Refund.case_no)
            .join(RefundPart, RefundPart.refund_no == Refund.refund_no)
            .where(RefundPart.payment_id == payment.id)
            .order_by(Refund.refund_no)
        )
    )


def _tell(session: Session, payment: Payment, reference: str, amount: int, now: dt.datetime) -> None:
    order = session.get_one(Order, payment.order_id)
    for case_no in cases_of(session, payment):
        record_event(
            session,
            case_no,
            "chargeback_opened",
            actor=SYSTEM,
            now=now,
            reference=reference,
            amount=amount,
            currency=payment.currency,
        )
    notify(
        session,
        to="platform",
        template="chargeback_opened",
        params={"order_no": order.order_no, "amount": amount, "currency": payment.currency},
        link=f"order:{order.order_no}",
        key=f"chargeback:{reference}",
        now=now,
        buyer_id=order.buyer_id,
        shop_id=order.shop_id,
    )
