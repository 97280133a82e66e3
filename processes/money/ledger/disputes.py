"""Pretending that a buyer disputes a payment at his bank: for the demo, without any provider to ask.

What the bank takes and gives back is booked as what refunds move is. The product hears of it as of any
provider's dispute: by a notice, which only says whom to ask.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from processes.money.gateway import ChargebackStanding, ChargebackStatus
from processes.money.ledger.books import Side, book
from processes.money.ledger.tables import LedgerDispute
from processes.money.notices import ChargebackNotice
from processes.orders.tables import Payment

PROVIDER = "ledger"
FEE = 1500
"""What it charges, in minor units."""


def open_dispute(session: Session, payment: Payment, *, now: dt.datetime) -> ChargebackNotice:
    """Let a payment's bank take all of it back until it has decided; the notice that tells of it."""
    dispute = LedgerDispute(
        reference=f"dispute-{payment.payment_no}",
        payment_no=payment.payment_no,
        payment_reference=payment.reference,
        currency=payment.currency,
        amount=payment.captured,
        status=ChargebackStatus.OPEN.value,
        fee=FEE,
    )
    session.add(dispute)
    _book(session, dispute, "dispute", dispute.amount, now)
    return _notice(dispute)


def decide_dispute(session: Session, reference: str, *, lost: bool, now: dt.datetime) -> ChargebackNotice:
    """Let the bank decide, once; the notice that tells of it. Whether it is won or lost, the fee stays."""
    dispute = session.get_one(LedgerDispute, reference, with_for_update=True)
    if dispute.status == ChargebackStatus.OPEN:
        dispute.status = (ChargebackStatus.LOST if lost else ChargebackStatus.CLEARED).value
        if not lost:
            _book(session, dispute, "dispute_won", -dispute.amount, now)
    return _notice(dispute)


def standing_of(session: Session, reference: str) -> ChargebackStanding | None:
    """Return how a dispute stands, or None if there is no such."""
    dispute = session.get(LedgerDispute, reference)
    if dispute is None:
        return None
    return ChargebackStanding(
        status=ChargebackStatus(dispute.status), fees={dispute.currency: dispute.fee} if dispute.fee else {}
    )


def _book(session: Session, dispute: LedgerDispute, what: str, amount: int, now: dt.datetime) -> None:
    """Book what the bank takes of our balance, or, below zero, gives back to it."""
    book(
        session,
        reference=f"{what}:{dispute.reference}",
        currency=dispute.currency,
        sides=(
            Side(account="merchant_balance", kind="liability", amount=amount),
            Side(account="banks", kind="asset", amount=-amount),
        ),
        memo=dispute.reference,
        at=now,
    )


def _notice(dispute: LedgerDispute) -> ChargebackNotice:
    return ChargebackNotice(
        provider=PROVIDER,
        notice_id=f"{dispute.reference}:{dispute.status}",
        reference=dispute.reference,
        payment_references=(dispute.payment_reference,),
        amount=dispute.amount,
    )
