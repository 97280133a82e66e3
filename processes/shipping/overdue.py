"""Orders that their shop hasn't shipped by the promised date: the buyer is offered to cancel them.

No parcel is there to be watched, so that workers look for such orders again and again.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.orders.rules import OrderState
from processes.orders.tables import Order
from processes.shipping.keeping import Transaction
from processes.shipping.standing import NOT_SHIPPED, offer

TO_SHIP = (OrderState.PAID, OrderState.PICKING, OrderState.PARTLY_SHIPPED)
BATCH = 200


def offer_overdue(transaction: Transaction, now: dt.datetime) -> bool:
    """Offer the buyers of overdue orders to cancel what hasn't left; once for each order.

    Each in a transaction of its own; several workers can do so beside each other.

    Returns:
        Whether there may be more to do.
    """
    for _ in range(BATCH):
        with transaction() as session:
            order = _next_overdue(session, now)
            if order is None:
                return False
            order.overdue_told_at = now
            offer(session, order, reason=NOT_SHIPPED, now=now)
    return True


def _next_overdue(session: Session, now: dt.datetime) -> Order | None:
    """The order that has been overdue longest, locked; one that somebody else has is passed over."""
    return session.scalar(
        sa.select(Order)
        .where(
            Order.promised_ship_by < now,
            Order.overdue_told_at.is_(None),
            Order.state.in_([sa.literal_column(f"'{state}'") for state in TO_SHIP]),
        )
        .order_by(Order.promised_ship_by, Order.id)
        .limit(1)
        .with_for_update(of=Order, key_share=True, skip_locked=True)
    )
