"""Finding parcels: by number, of an order; and what the buyer was offered because of them."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from processes.shipping.errors import ShipmentNotFound
from processes.shipping.rules import ShipmentState
from processes.shipping.tables import CancellationOffer, Shipment, ShipmentLine


def shipments_of(session: Session, order_id: uuid.UUID) -> list[Shipment]:
    """Return an order's parcels with their contents and events, the first to leave first."""
    return list(
        session.scalars(
            sa.select(Shipment)
            .where(Shipment.order_id == order_id)
            .options(
                selectinload(Shipment.lines).joinedload(ShipmentLine.order_line),
                selectinload(Shipment.events),
                joinedload(Shipment.order),
            )
            .order_by(Shipment.shipped_at, Shipment.id)
        )
    )


def find_shipment(session: Session, shipment_no: str, *, lock: bool = False) -> Shipment:
    """Return a shipment.

    Raises:
        ShipmentNotFound: There is none.
    """
    query = sa.select(Shipment).where(Shipment.shipment_no == shipment_no)
    if lock:
        query = query.with_for_update(of=Shipment, key_share=True).execution_options(populate_existing=True)
    shipment = session.scalar(query)
    if shipment is None:
        raise ShipmentNotFound
    return shipment


def scanned(session: Session, order_id: uuid.UUID, carrier: str, tracking_no: str) -> bool:
    """Whether a carrier has reported anything of an order's parcel."""
    reported = sa.select(sa.literal(1)).where(
        Shipment.order_id == order_id,
        Shipment.carrier == carrier,
        Shipment.tracking_no == tracking_no,
        Shipment.last_event_at.is_not(None),
    )
    return bool(session.scalar(sa.select(reported.exists())))


def came_back(session: Session, order_id: uuid.UUID, carrier: str, tracking_no: str) -> bool:
    """Whether an order's parcel couldn't be delivered, and is with its sender again."""
    parcel = sa.select(sa.literal(1)).where(
        Shipment.order_id == order_id,
        Shipment.carrier == carrier,
        Shipment.tracking_no == tracking_no,
        Shipment.state == ShipmentState.RETURNED,
    )
    return bool(session.scalar(sa.select(parcel.exists())))


def offers_of(session: Session, order_id: uuid.UUID) -> list[CancellationOffer]:
    """Return the cancellations that the platform has offered for an order, the latest first."""
    return list(
        session.scalars(
            sa.select(CancellationOffer)
            .where(CancellationOffer.order_id == order_id)
            .order_by(CancellationOffer.offered_at.desc(), CancellationOffer.id.desc())
        )
    )
