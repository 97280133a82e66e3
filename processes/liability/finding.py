"""Whom a shop can turn to for what it bears: by the finding, the parcels, and what their carriers said."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase, CaseLine
from processes.catalog.tables import Shop
from processes.liability.bearing import Recourse
from processes.liability.tables import Liability
from processes.orders.tables import Order
from processes.shipping.rules import Direction
from processes.shipping.tables import Shipment, ShipmentLine, TrackingEvent

GONE_WRONG = {"L_LOST": "lost", "L_DAMAGE": "damaged"}
"""What a carrier reports of a parcel when a reason is its doing."""


def recourse_of(
    session: Session, order: Order, case: CancellationCase | None, finding: Liability | None
) -> Recourse:
    """Return whom the shop of an order can turn to.

    Args:
        session: The caller's transaction.
        order: Whose shop.
        case: The case that it is about; None if there was none.
        finding: The latest of that case; None if nobody has found anything.
    """
    shop = session.get_one(Shop, order.shop_id)
    carriers, evident = _carriers(session, case) if case is not None else ({}, False)
    return Recourse(
        shop_id=order.shop_id,
        fault=finding.fault if finding else "nobody",
        carriers=carriers,
        carrier_evident=evident,
        advanced=shop.closed_at is not None or order.paid_out_at is not None,
    )


def _carriers(session: Session, case: CancellationCase) -> tuple[dict[str, int], bool]:
    """Units of a case's lines by carrier, of the parcels that went wrong if their carrier said so."""
    rows = session.execute(
        sa.select(
            Shipment.carrier,
            sa.func.sum(ShipmentLine.quantity),
            sa.select(TrackingEvent.id)
            .where(
                TrackingEvent.shipment_id == Shipment.id,
                TrackingEvent.event == GONE_WRONG.get(case.reason, ""),
            )
            .exists(),
        )
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .join(CaseLine, CaseLine.order_line_id == ShipmentLine.order_line_id)
        .where(CaseLine.case_no == case.case_no, Shipment.direction == Direction.OUTBOUND)
        .group_by(Shipment.id)
        .order_by(Shipment.id)
    ).all()
    evident = any(gone_wrong for _, _, gone_wrong in rows)
    units: dict[str, int] = {}
    for carrier, quantity, gone_wrong in rows:
        if gone_wrong or not evident:
            units[carrier] = units.get(carrier, 0) + int(quantity)
    return units, evident
