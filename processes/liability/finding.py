"""Whom a shop can turn to for what it bears: by the finding, the parcels, and what their carriers said."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase, CaseLine
from processes.catalog.tables import Shop
from processes.liability.bearing import Recourse
from processes.liability.carriers import ParcelRecord, is_carriers_doing
from processes.liability.tables import Liability
from processes.orders.tables import Order
from processes.shipping.rules import Direction
from processes.shipping.tables import Shipment, ShipmentLine, TrackingEvent


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
    """Units of a case's lines by carrier: of the parcels that were their carriers' doing, if any were."""
    reported = (
        sa.select(sa.func.array_agg(TrackingEvent.event))
        .where(TrackingEvent.shipment_id == Shipment.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Shipment.carrier,
            Shipment.shipped_at,
            Shipment.promised_at,
            Shipment.delivered_at,
            reported.label("reported"),
            sa.func.sum(ShipmentLine.quantity).label("units"),
        )
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .join(CaseLine, CaseLine.order_line_id == ShipmentLine.order_line_id)
        .where(CaseLine.case_no == case.case_no, Shipment.direction == Direction.OUTBOUND)
        .group_by(Shipment.id)
        .order_by(Shipment.id)
    ).all()
    ship_by = case.order.promised_ship_by
    found = [
        (row.carrier, int(row.units), is_carriers_doing(case.reason, record, case.opened_at))
        for row in rows
        for record in [
            ParcelRecord(
                reported=frozenset(row.reported or ()),
                shipped_at=row.shipped_at,
                ship_by=ship_by,
                promised_at=row.promised_at,
                delivered_at=row.delivered_at,
            )
        ]
    ]
    evident = any(doing for _, _, doing in found)
    units: dict[str, int] = {}
    for carrier, quantity, doing in found:
        if doing or not evident:
            units[carrier] = units.get(carrier, 0) + quantity
    return units, evident
