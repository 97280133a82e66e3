"""A refund by a payment that its bank takes back, or may: the buyer is paid once, by us or by the bank."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.chargebacks.recording import note_standing
from processes.chargebacks.tables import Chargeback
from processes.money.errors import ChargebackPartial, PaymentDisputed
from processes.money.gateway import (
    ChargebackStanding,
    ChargebackStatus,
    Outcome,
    OutcomeStatus,
    RefundGateway,
    RefundRequest,
)
from processes.money.tables import RefundPart
from processes.orders.tables import Payment

BANK = "bank"
"""In place of a provider's name, for a part that the bank has paid."""


@dataclass(frozen=True, kw_only=True)
class Disputed:
    """A charge-back as it was read."""

    provider: str
    reference: str
    amount: int


def disputes_of(session: Session, payment_no: str) -> list[Disputed]:
    """Return the charge-backs of a payment that may stand in the way of a refund."""
    found = session.scalars(
        sa.select(Chargeback)
        .join(Payment, Payment.id == Chargeback.payment_id)
        .where(Payment.payment_no == payment_no, Chargeback.status != "cleared")
        .order_by(Chargeback.opened_at, Chargeback.reference)
    )
    return [Disputed(provider=one.provider, reference=one.reference, amount=one.amount) for one in found]


def ask_about(gateway: RefundGateway, disputes: list[Disputed]) -> dict[str, ChargebackStanding]:
    """Ask the providers how the charge-backs stand, by their references.

    Raises:
        GatewayTimeout: A provider gives no answer.
    """
    return {one.reference: gateway.chargeback(one.provider, one.reference) for one in disputes}


def paid_by_bank(
    session: Session,
    request: RefundRequest,
    disputes: list[Disputed],
    standing: dict[str, ChargebackStanding],
    *,
    asked_at: dt.datetime,
    now: dt.datetime,
) -> Outcome | None:
    """Write down how charge-backs stand, and say whether the bank has paid a part already.

    What counts is what is known then: somebody may have asked later, and been answered before.

    Args:
        session: The caller's transaction.
        request: The part.
        disputes: From :func:`disputes_of`.
        standing: From :func:`ask_about`.
        asked_at: When they were asked about.
        now: When the answers are written down.

    Returns:
        A success with the charge-back's reference if the bank has given the buyer as much; None if
        the part is to be paid by us.

    Raises:
        PaymentDisputed: The bank is deciding again.
        ChargebackPartial: The bank has given back less than the part; a person has to refund the rest.
    """
    known = {}
    for one in disputes:
        chargeback = session.get_one(Chargeback, (one.provider, one.reference))
        note_standing(session, chargeback, standing[one.reference], asked_at=asked_at, now=now)
        known[one.reference] = ChargebackStatus(chargeback.status)
    refuse_while_open(request, disputes, known)
    lost = [one for one in disputes if known[one.reference] is ChargebackStatus.LOST]
    if not lost:
        return None
    used: int = session.scalars(
        sa.select(sa.func.coalesce(sa.func.sum(RefundPart.amount), 0)).where(
            RefundPart.gateway_reference.in_([one.reference for one in lost]),
            RefundPart.status == "succeeded",
        )
    ).one()
    left = sum(one.amount for one in lost) - used
    if left <= 0:
        return None
    if left < request.amount:
        raise ChargebackPartial(payment_no=request.payment_no, taken=left, amount=request.amount)
    return Outcome(status=OutcomeStatus.SUCCEEDED, reference=lost[0].reference)


def refuse_while_open(
    request: RefundRequest, disputes: list[Disputed], standing: dict[str, ChargebackStatus]
) -> None:
    """Refuse to refund by a payment about which a bank has not decided.

    Raises:
        PaymentDisputed: There is such a charge-back.
    """
    for one in disputes:
        if standing[one.reference] is ChargebackStatus.OPEN:
            raise PaymentDisputed(payment_no=request.payment_no, reference=one.reference)
