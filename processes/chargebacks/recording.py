"""Writing down charge-backs that a provider tells of, how they stand, and telling whom it concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.ids import new_id
from processes.cases.timeline import record_event
from processes.chargebacks.tables import Chargeback, ChargebackFee
from processes.money.gateway import ChargebackStanding, ChargebackStatus
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


def note_standing(
    session: Session,
    chargeback: Chargeback,
    standing: ChargebackStanding,
    *,
    asked_at: dt.datetime,
    now: dt.datetime,
) -> bool:
    """Write down how a provider says that a charge-back stands; what the bank decides is told to all.

    A bank may decide otherwise later: then that is told as well. Several ask at once, and answers overtake
    each other; so what was asked before what is known changes nothing.

    Args:
        session: The caller's transaction; the charge-back is locked here.
        chargeback: Which one.
        standing: What the provider says of it.
        asked_at: When the provider was asked: it answers how things stand then or later.
        now: When its answer is written down.

    Returns:
        False if the answer is stale, and was left aside.
    """
    session.refresh(chargeback, with_for_update=True)
    if is_stale(chargeback, standing, asked_at):
        return False
    chargeback.asked_at = asked_at
    _note_fees(chargeback, standing.fees)
    session.flush()
    if chargeback.status == standing.status:
        return True
    chargeback.status = standing.status.value
    decided = standing.status is not ChargebackStatus.OPEN
    chargeback.decided_at = now if decided else None
    session.flush()
    if decided:
        _tell(session, chargeback, f"chargeback_{chargeback.status}", ("platform", "seller"), now)
    return True


def is_stale(chargeback: Chargeback, standing: ChargebackStanding, asked_at: dt.datetime) -> bool:
    """Whether an answer is older than what is known.

    Of two that were asked for at the same instant, the one that says that the bank has decided is the later.
    """
    known = chargeback.asked_at
    if known is None or asked_at != known:
        return known is not None and asked_at < known
    return standing.status is ChargebackStatus.OPEN and chargeback.status != ChargebackStatus.OPEN


def _note_fees(chargeback: Chargeback, fees: Mapping[str, int]) -> None:
    """Keep what is charged for it now; what was charged before stands in the books."""
    known = {fee.currency: fee for fee in chargeback.fees}
    for currency in sorted({*known, *fees}):
        if currency in known:
            known[currency].amount = fees.get(currency, 0)
        else:
            chargeback.fees.append(ChargebackFee(currency=currency, amount=fees[currency], bearer=""))


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
