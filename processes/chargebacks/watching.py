"""Following a charge-back until its bank has decided: the diagram ``chargeback_watch`` asks the provider."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.chargebacks.tables import Chargeback
from processes.orders.tables import Order
from processes.ports import ProcessEngine

WATCH = "chargeback_watch"
CHARGEBACK_NEWS = "chargeback_news"
"""The message that a watch takes."""


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
