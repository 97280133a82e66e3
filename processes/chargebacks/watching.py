"""Following a charge-back until its bank has decided: the diagram ``chargeback_watch`` asks the provider."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.chargebacks.tables import Chargeback
from processes.orders.tables import Order
from processes.ports import ProcessEngine

Transaction = Callable[[], AbstractContextManager[Session]]

WATCH = "chargeback_watch"
CHARGEBACK_NEWS = "chargeback_news"
"""The message that a watch takes."""
BATCH = 100


def watch(session: Session, engine: ProcessEngine, chargeback: Chargeback) -> None:
    """Have the provider asked how a charge-back stands: by the process that watches it, or by a new one.

    A process that is asking at this moment takes no message; it asks again by its own clock.
    """
    session.refresh(chargeback, with_for_update=True)
    if chargeback.watched:
        engine.correlate(session, CHARGEBACK_NEWS, business_key=chargeback.reference, actor=SYSTEM)
        return
    chargeback.watched = True
    order = session.get_one(Order, chargeback.payment.order_id)
    engine.start(
        session,
        WATCH,
        business_key=chargeback.reference,
        variables={
            "provider": chargeback.provider,
            "reference": chargeback.reference,
            "order_no": order.order_no,
            "shop_id": str(order.shop_id),
            "buyer_id": str(order.buyer_id),
        },
        actor=SYSTEM,
    )
    session.flush()


def watch_reopened(transaction: Transaction, engine: ProcessEngine) -> bool:
    """Have the charge-backs watched again that are open and that nobody watches.

    One that was decided is reopened by whoever hears of it first, and that may be a refund that asks about
    the payment. Each in a transaction of its own; several workers can do so beside each other.

    Returns:
        Whether there may be more to do.
    """
    for _ in range(BATCH):
        with transaction() as session:
            chargeback = session.scalar(
                sa.select(Chargeback)
                .where(Chargeback.status == sa.literal_column("'open'"), ~Chargeback.watched)
                .order_by(Chargeback.opened_at, Chargeback.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if chargeback is None:
                return False
            watch(session, engine, chargeback)
    return True
