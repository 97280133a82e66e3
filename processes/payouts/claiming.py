"""When a refund settles whose shop had been paid out already, the platform has paid in advance.

What it has to get back is written down as a claim on the shop: the liability of a case says who
bears it in the end, the claim says who holds the money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.catalog.tables import Shop
from processes.notifications.sending import notify
from processes.payouts.tables import RefundClaim, ShopPayout


def claim_advance(
    session: Session, case: CancellationCase, refund_no: str, amount: int, *, actor: Actor, now: dt.datetime
) -> int:
    """Claim from a shop what it was paid out of a refund; once for each refund.

    Args:
        session: The caller's transaction; the order is locked.
        case: Whose refund it is.
        refund_no: The refund, which has settled.
        amount: What went back to the buyer, in minor units.
        actor: For the timeline.
        now: When it settled.

    Returns:
        What was claimed now; 0 if the shop has nothing of it.
    """
    facts = session.execute(
        sa.select(
            sa.select(sa.func.coalesce(sa.func.sum(ShopPayout.amount), 0))
            .where(ShopPayout.order_id == case.order_id)
            .scalar_subquery()
            .label("paid_out"),
            sa.select(sa.func.coalesce(sa.func.sum(RefundClaim.amount), 0))
            .where(RefundClaim.order_id == case.order_id)
            .scalar_subquery()
            .label("claimed"),
            sa.exists().where(RefundClaim.refund_no == refund_no).label("known"),
            sa.select(Shop.closed_at).where(Shop.id == case.shop_id).scalar_subquery().label("closed_at"),
        )
    ).one()
    claimed = min(amount, int(facts.paid_out) - int(facts.claimed))
    if facts.known or claimed <= 0:
        return 0
    closed = facts.closed_at is not None
    session.add(
        RefundClaim(
            refund_no=refund_no,
            shop_id=case.shop_id,
            order_id=case.order_id,
            currency=case.currency,
            amount=claimed,
            shop_closed=closed,
            at=now,
        )
    )
    told = {"amount": claimed, "currency": case.currency}
    record_event(session, case.case_no, "platform_advanced", actor=actor, now=now, **told)
    notify(
        session,
        # Nobody of a closed shop reads it, and no payout follows that it could be taken from.
        to="platform" if closed else "seller",
        template="claim_on_closed_shop" if closed else "refund_advanced",
        params={"order_no": case.order_no, **told},
        link=f"case:{case.case_no}",
        key=f"claim:{refund_no}",
        now=now,
        buyer_id=case.buyer_id,
        shop_id=case.shop_id,
    )
    return claimed


def withdraw_claim(session: Session, refund_no: str) -> None:
    """Take a claim back with the refund that it is for: that has come back to the platform."""
    session.execute(sa.delete(RefundClaim).where(RefundClaim.refund_no == refund_no))


def claims_on(session: Session, shop: Shop, *, limit: int = 500) -> Sequence[RefundClaim]:
    """Return the claims on a shop, the latest first."""
    return session.scalars(
        sa.select(RefundClaim)
        .where(RefundClaim.shop_id == shop.id)
        .order_by(RefundClaim.at.desc(), RefundClaim.refund_no.desc())
        .limit(limit)
    ).all()
