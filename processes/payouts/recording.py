"""Recording payouts to shops, and that a shop has closed."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.catalog.tables import Shop
from processes.orders.orders import find_order
from processes.orders.tables import Payment
from processes.payouts.errors import PayoutConflict, PayoutInvalid
from processes.payouts.tables import ShopPayout


def record_payout(
    session: Session, *, order_no: str, reference: str, amount: int, paid_at: dt.datetime
) -> bool:
    """Record what a shop was paid out for an order; the same again changes nothing.

    Args:
        session: The caller's transaction.
        order_no: Of which order.
        reference: Of the transfer.
        amount: Of this order, in minor units.
        paid_at: When.

    Returns:
        Whether it was recorded now.

    Raises:
        OrderNotFound: There is no such order.
        PayoutConflict: It was recorded with another amount.
        PayoutInvalid: It isn't above zero, or all payouts together are more than was captured.
    """
    order = find_order(session, order_no, lock=True)
    known = session.get(ShopPayout, (order.id, reference))
    if known is not None:
        if known.amount != amount:
            raise PayoutConflict(reference=reference, order_no=order_no)
        return False
    captured, paid_out = session.execute(
        sa.select(
            sa.select(sa.func.coalesce(sa.func.sum(Payment.captured), 0))
            .where(Payment.order_id == order.id)
            .scalar_subquery(),
            sa.select(sa.func.coalesce(sa.func.sum(ShopPayout.amount), 0))
            .where(ShopPayout.order_id == order.id)
            .scalar_subquery(),
        )
    ).one()
    if amount <= 0 or paid_out + amount > captured:
        raise PayoutInvalid(captured=captured)
    session.add(ShopPayout(order_id=order.id, reference=reference, amount=amount, paid_at=paid_at))
    session.flush()
    return True


def close_shop(session: Session, shop: Shop, *, now: dt.datetime) -> None:
    """Note that a shop's account is closed: its cases go on by their time limits; closed twice is once."""
    shop.closed_at = shop.closed_at or now
    shop.api_token_hash = None
    session.flush()
