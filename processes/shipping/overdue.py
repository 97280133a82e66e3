"""Orders that their shop hasn't shipped by the promised date: the buyer is offered to cancel them.

No parcel is there to be watched, so that workers look for such orders again and again.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.tables import CaseLine
from processes.notifications.sending import notify
from processes.orders.rules import OrderState
from processes.orders.tables import Order, OrderLine
from processes.shipping.keeping import Transaction
from processes.shipping.operations import OFFER_TEMPLATE
from processes.shipping.tables import CancellationOffer

REASON = "L_NOSHIP"
TO_SHIP = (OrderState.PAID, OrderState.PICKING, OrderState.PARTLY_SHIPPED)
BATCH = 200


def offer_overdue(transaction: Transaction, now: dt.datetime) -> bool:
    """Offer the buyers of overdue orders to cancel what hasn't left, and tell them; once for each order.

    Each in a transaction of its own; several workers can do so beside each other. An order whose
    goods are all in open cases waits until one of these has ended.

    Returns:
        Whether there may be more to do.
    """
    for _ in range(BATCH):
        with transaction() as session:
            order = _next_overdue(session, now)
            if order is None:
                return False
            # What was read before the lock may be old: a case that has just been opened is seen only now.
            if free_units(session, order):
                _offer(session, order, now)
    return True


def free_units(session: Session, order: Order) -> list[tuple[uuid.UUID, int]]:
    """Return the lines of a locked order, and how many units of each are still to be shipped.

    Those of lines that a case is open about are left out.
    """
    in_case = session.scalars(
        sa.select(CaseLine.order_line_id).where(
            CaseLine.open, CaseLine.order_line_id.in_([line.id for line in order.lines])
        )
    ).all()
    return [
        (line.id, line.quantity_unshipped)
        for line in order.lines
        if line.quantity_unshipped > 0 and line.id not in in_case
    ]


def _next_overdue(session: Session, now: dt.datetime) -> Order | None:
    """The order that has been overdue longest, locked; one that somebody else has is passed over."""
    unshipped = OrderLine.quantity - OrderLine.quantity_shipped - OrderLine.quantity_cancelled_unshipped
    in_case = sa.select(CaseLine.id).where(CaseLine.order_line_id == OrderLine.id, CaseLine.open)
    free = sa.select(OrderLine.id).where(
        OrderLine.order_id == Order.id, unshipped > 0, sa.not_(in_case.exists())
    )
    return session.scalar(
        sa.select(Order)
        .where(
            Order.promised_ship_by < now,
            Order.overdue_told_at.is_(None),
            Order.state.in_([sa.literal_column(f"'{state}'") for state in TO_SHIP]),
            free.exists(),
        )
        .order_by(Order.promised_ship_by, Order.id)
        .limit(1)
        .with_for_update(of=Order, key_share=True, skip_locked=True)
    )


def _offer(session: Session, order: Order, now: dt.datetime) -> None:
    order.overdue_told_at = now
    session.add(CancellationOffer(order_id=order.id, reason=REASON, offered_at=now))
    notify(
        session,
        to="buyer",
        template=OFFER_TEMPLATE,
        params={"order_no": order.order_no, "reason": REASON},
        link=f"order:{order.order_no}",
        key=f"offer:{order.order_no}:{REASON}",
        now=now,
        buyer_id=order.buyer_id,
        shop_id=order.shop_id,
    )
