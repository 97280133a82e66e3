"""By which payments a refund goes back, and what becomes of coupons and points among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.values import Variables
from processes.catalog.tables import Shop
from processes.money.arithmetic import Step
from processes.money.tenders import Tender, split_over_tenders
from processes.orders.tables import Order, Payment
from processes.wallet.books import find_voucher, is_voucher
from processes.wallet.rules import BALANCE, TABLE, Treatment, VoucherReturn, is_expired, voucher_return

Decide = Callable[[str, Variables], Variables]


@dataclass(frozen=True, kw_only=True)
class Share:
    """What goes back by one payment.

    Attributes:
        amount: Minor units; forfeited with a voucher that doesn't come back.
        voucher: How the coupon or the points come back; None for money.
    """

    payment: Payment
    amount: int
    voucher: VoucherReturn | None

    @property
    def forfeited(self) -> bool:
        """Whether it doesn't come back."""
        return self.voucher is not None and self.voucher.treatment is Treatment.FORFEIT


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """A refund divided over the payments of its order."""

    shares: tuple[Share, ...]
    steps: tuple[Step, ...]

    @property
    def forfeited(self) -> int:
        """What is lost with vouchers that don't come back, in minor units."""
        return sum(share.amount for share in self.shares if share.forfeited)


def share_refund(
    session: Session,
    order: Order,
    amount: int,
    *,
    fault: str,
    now: dt.datetime,
    decide: Decide | None = None,
    tender_order: Sequence[str] = (),
) -> Sharing:
    """Divide a refund over payments, and ask the table what becomes of each coupon and of points.

    Args:
        session: The caller's transaction.
        order: Whose payments; locked, if the refund is to be prepared.
        amount: What is to go back, in minor units.
        fault: Who is at fault; the table goes by it.
        now: For what has expired.
        decide: Asks a decision table; without it vouchers come back as they were.
        tender_order: Tenders that are used up first, for a shop that has named none of its own.
    """
    if not amount:
        return Sharing(shares=(), steps=())
    payments = session.scalars(
        sa.select(Payment)
        .where(Payment.order_id == order.id)
        .order_by(Payment.captured_at, Payment.payment_no)
        .execution_options(populate_existing=True)
    ).all()
    own = session.scalar(sa.select(Shop.tender_order).where(Shop.id == order.shop_id))
    split = split_over_tenders(
        amount,
        [
            Tender(name=p.tender, payment_no=p.payment_no, captured=p.captured, refundable=p.refundable)
            for p in payments
        ],
        tender_order if own is None else own.split(","),
    )
    shares = tuple(
        Share(
            payment=payment,
            amount=part,
            voucher=_voucher(session, order, payment, part, fault, now, decide)
            if is_voucher(session, order.buyer_id, payment.tender, payment.reference)
            else None,
        )
        for payment, part in zip(payments, split.parts, strict=True)
        if part
    )
    steps = [*split.steps, *(_step(share, share.voucher) for share in shares if share.voucher)]
    lost = sum(share.amount for share in shares if share.forfeited)
    if lost:
        steps.append(
            Step(
                code="given_back",
                formula="total − forfeited",
                params={"amount": amount, "forfeited": lost},
                amount=amount - lost,
            )
        )
    return Sharing(shares=shares, steps=tuple(steps))


def _voucher(
    session: Session,
    order: Order,
    payment: Payment,
    part: int,
    fault: str,
    now: dt.datetime,
    decide: Decide | None,
) -> VoucherReturn:
    used = find_voucher(session, order.buyer_id, payment.tender, payment.reference)
    valid_until = used.valid_until if used else None
    answer = (
        decide(
            TABLE,
            {
                "instrument": payment.tender,
                "kind": used.kind if used else "",
                "fault": fault,
                "expired": is_expired(valid_until, now),
                "partial": part < payment.captured,
            },
        )
        # Credits come back as they were: there is no rule to ask for.
        if decide and payment.tender != BALANCE
        else {}
    )
    return voucher_return(answer, valid_until=valid_until, now=now)


def _step(share: Share, voucher: VoucherReturn) -> Step:
    return Step(
        code=f"voucher_{voucher.treatment}",
        formula="" if not share.forfeited else "− forfeited",
        params={
            "tender": share.payment.tender,
            "code": share.payment.reference,
            "valid_until": voucher.valid_until.isoformat() if voucher.valid_until else "",
            "note": voucher.note,
        },
        amount=-share.amount if share.forfeited else share.amount,
    )
