"""When an order counts as delivered: once each parcel that goes to the buyer is."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.orders.orders import order_by_id, refresh_state
from processes.shipping.rules import Direction, ShipmentState
from processes.shipping.tables import Interception, Shipment


def refresh_arrival(session: Session, order_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Note that an order is delivered, if each of its parcels is that isn't on its way back.

    Args:
        session: The caller's transaction; the order is locked here.
        order_id: Which order.
        now: When.
    """
    order = order_by_id(session, order_id, lock=True)
    stopped = sa.select(Interception.shipment_id).where(Interception.intercepted.is_(True))
    parcels = session.execute(
        sa.select(Shipment.state, Shipment.delivered_at).where(
            Shipment.order_id == order.id,
            Shipment.direction == Direction.OUTBOUND,
            Shipment.state != ShipmentState.RETURNED,
            Shipment.id.not_in(stopped),
        )
    ).all()
    if parcels and all(state == ShipmentState.DELIVERED for state, _ in parcels):
        order.delivered_at = max(at for _, at in parcels if at is not None)
        refresh_state(order, now)
        session.flush()
