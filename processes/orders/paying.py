"""Recording what was captured for an order. A payment is a fact that the tender reports."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.orders.errors import OrderClosed, PaymentConflict, PaymentExceedsTotal
from processes.orders.orders import refresh_state
from processes.orders.rules import OrderState
from processes.orders.tables import Order, Payment
from processes.wallet.books import VoucherTerms, is_voucher, spend


def record_payment(
    session: Session,
    order: Order,
    *,
    tender: str,
    reference: str,
    amount: int,
    captured_at: dt.datetime,
    now: dt.datetime,
    terms: VoucherTerms | None = None,
) -> Payment:
    """Record a payment; once all of the order's total is captured, it is paid.

    Args:
        session: The caller's transaction.
        order: Locked by ``find_order(…, lock=True)``.
        tender: One of ``processes.orders.rules.TENDERS``.
        reference: The payment's number at the tender; repeated, it is the same payment.
        amount: Minor units of the order's currency.
        captured_at: When the tender took it.
        now: When we hear of it.
        terms: Of a coupon or of points; they go into the buyer's book.

    Raises:
        PaymentConflict: That reference was recorded with another amount.
        PaymentExceedsTotal: More than the order costs.
        OrderClosed: The order is cancelled.
    """
    payments = list(session.scalars(sa.select(Payment).where(Payment.order_id == order.id)))
    for payment in payments:
        if (payment.tender, payment.reference) == (tender, reference):
            if payment.captured != amount:
                raise PaymentConflict(reference=reference)
            return payment
    if order.state == OrderState.CANCELLED:
        raise OrderClosed(state=order.state)
    captured = sum(payment.captured for payment in payments)
    if captured + amount > order.total:
        raise PaymentExceedsTotal(total=order.total, captured=captured, amount=amount)
    payment = Payment(
        payment_no=f"P{order.order_no}-{len(payments) + 1}",
        order_id=order.id,
        tender=tender,
        reference=reference,
        currency=order.currency,
        captured=amount,
        captured_at=captured_at,
    )
    session.add(payment)
    if is_voucher(session, order.buyer_id, tender, reference):
        spend(
            session,
            buyer_id=order.buyer_id,
            instrument=tender,
            code=reference,
            currency=order.currency,
            amount=amount,
            terms=terms or VoucherTerms(),
            order_no=order.order_no,
            reference=f"payment:{payment.payment_no}",
            now=now,
        )
    if captured + amount == order.total:
        order.paid_at = captured_at
        refresh_state(order, now)
    session.flush()
    session.expire(order, ["payments"])
    return payment
