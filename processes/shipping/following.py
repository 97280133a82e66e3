"""Having a parcel of a case watched: its watch is started, woken by news, and told when it may end.

The diagrams ``case_parcel_watch`` and ``missing_parcel`` do the watching. What they learn they read from
the records (``shipping.silent``), so that a message only wakes them.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.sending import keep_message
from processes.orders.tables import Order
from processes.ports import ProcessEngine
from processes.shipping.rules import Direction
from processes.shipping.tables import Shipment

SENT = "case_parcel_sent"
"""Starts a watch, by the parcel's number."""
NEWS = "case_parcel_news"
"""Ends or renews a ruling on a missing parcel, by the case's number."""

START_WITHIN = dt.timedelta(days=30)
"""A watch that nothing could start for as long isn't started any more: the diagram may not be deployed."""
WAKE_WITHIN = dt.timedelta(hours=1)


def follow(session: Session, shipment: Shipment, *, now: dt.datetime) -> None:
    """Have a parcel of a case watched, from inside a step: a job starts its watch once the step is saved."""
    order = session.get_one(Order, shipment.order_id)
    payload = {
        "shipment_id": shipment.shipment_no,
        "case_id": shipment.case_no,
        "shop_id": str(order.shop_id),
        "buyer_id": str(order.buyer_id),
        "direction": str(shipment.direction),
        "carrier": shipment.carrier,
    }
    keep_message(session, SENT, shipment.shipment_no, payload, now, now + START_WITHIN)


def tell_followers(session: Session, engine: ProcessEngine, shipment: Shipment, *, actor: Actor) -> None:
    """Wake whoever watches a parcel of a case, as there is news of it.

    Args:
        session: The caller's transaction; the instances of parcel and case are locked.
        engine: Takes the messages.
        shipment: In the state that follows from all that is known.
        actor: Who reported the news.
    """
    if shipment.direction == Direction.RETURN:
        engine.correlate(session, "tracking_event", business_key=shipment.shipment_no, actor=actor)
    engine.correlate(session, NEWS, business_key=shipment.case_no or "", actor=actor)


def stop_following(session: Session, case_no: str, *, now: dt.datetime) -> None:
    """Wake whoever rules on a missing parcel of a case that nobody waits for any more, if there is one."""
    missing = sa.exists().where(Shipment.case_no == case_no, Shipment.missing_at.is_not(None))
    if session.scalar(sa.select(missing)):
        keep_message(session, NEWS, case_no, {}, now, now + WAKE_WITHIN)
