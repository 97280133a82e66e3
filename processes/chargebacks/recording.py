"""Writing down charge-backs that a provider tells of, how they stand, and telling whom it concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.ids import new_id
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
) -> Chargeback | None:
    """Write down that a payment is disputed, once, and tell the platform's agents.

    Args:
        session: The caller's transaction.
        provider: Who says so.
        reference: Its number for the dispute.
        payment_references: Its numbers for the payment.
        amount: Disputed, in minor units.
        now: When.

    Returns:
        The charge-back, whether or not it was known; None if the payment isn't one of ours.
    """
    payment = session.scalars(
        sa.select(Payment).where(Payment.reference.in_(payment_references)).order_by(Payment.payment_no)
    ).first()
    if payment is None:
        return None
    new = session.execute(
        postgresql.insert(Chargeback)
        .values(
            id=new_id(),
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
    chargeback = session.get_one(Chargeback, (provider, reference))
    if new is not None:
        _tell(session, chargeback, "chargeback_opened", ("platform",), now)
    return chargeback


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


def note_standing(session: Session, chargeback: Chargeback, status: str, *, now: dt.datetime) -> bool:
    """Write down how a provider says that a charge-back stands; what the bank decides is told to all.

    A bank may decide otherwise later: then that is told as well.

    Args:
        session: The caller's transaction; the charge-back is locked here.
        chargeback: Which one.
        status: ``open``, ``lost`` or ``cleared``.
        now: When the provider was asked.

    Returns:
        Whether it stood otherwise before.
    """
    session.refresh(chargeback, with_for_update=True)
    if chargeback.status == status:
        return False
    chargeback.status = status
    chargeback.decided_at = None if status == "open" else now
    session.flush()
    if status != "open":
        _tell(session, chargeback, f"chargeback_{status}", ("platform", "seller"), now)
    return True


def _tell(session: Session, chargeback: Chargeback, kind: str, to: Sequence[str], now: dt.datetime) -> None:
    payment = chargeback.payment
    order = session.get_one(Order, payment.order_id)
    for case_no in cases_of(session, payment):
        record_event(
            session,
            case_no,
            kind,
            actor=SYSTEM,
            now=now,
            reference=chargeback.reference,
            amount=chargeback.amount,
            currency=payment.currency,
        )
    for people in to:
        notify(
            session,
            to=people,
            template=kind,
            params={"order_no": order.order_no, "amount": chargeback.amount, "currency": payment.currency},
            link=f"order:{order.order_no}",
            # As it was known before there were other occasions.
            key=f"chargeback:{chargeback.reference}" + ("" if kind == "chargeback_opened" else f":{kind}"),
            now=now,
            buyer_id=order.buyer_id,
            shop_id=order.shop_id,
        )
