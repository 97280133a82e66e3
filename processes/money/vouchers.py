"""Coupons and points of a refund come back into the buyer's book as it settles."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.money.tables import Refund, RefundPart
from processes.wallet.books import VoucherTerms, find_voucher, give_back
from processes.wallet.rules import Treatment


def return_vouchers(session: Session, refund_no: str, *, now: dt.datetime) -> None:
    """Give back the coupons and points of a refund, as its preparation has settled; once each."""
    parts = session.scalars(
        sa.select(RefundPart)
        .where(RefundPart.refund_no == refund_no, RefundPart.voucher_treatment.is_not(None))
        .options(joinedload(RefundPart.payment), joinedload(RefundPart.refund).joinedload(Refund.case))
        .order_by(RefundPart.position)
    )
    for part in parts:
        payment, case = part.payment, part.refund.case
        used = find_voucher(session, case.buyer_id, payment.tender, payment.reference)
        anew = part.voucher_treatment == Treatment.REISSUE
        give_back(
            session,
            buyer_id=case.buyer_id,
            instrument=payment.tender,
            code=f"{refund_no}-{part.position}" if anew else payment.reference,
            currency=payment.currency,
            amount=part.amount,
            terms=VoucherTerms(kind=used.kind if used else "", valid_until=part.voucher_valid_until),
            order_no=case.order_no,
            case_no=case.case_no,
            reference=f"refund:{refund_no}:{payment.payment_no}",
            now=now,
        )
