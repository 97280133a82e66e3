"""Parcels that a case makes necessary: returns to the shop, exchanges and refused goods to the buyer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.numbers import next_number
from processes.shipping.errors import ShipmentConflict
from processes.shipping.following import follow
from processes.shipping.rules import Direction, ShipmentState
from processes.shipping.tables import Shipment, ShipmentLine, shipment_number


def record_return_shipment(
    session: Session,
    *,
    case_no: str,
    order_id: uuid.UUID,
    carrier: str,
    tracking_no: str,
    units: Sequence[tuple[uuid.UUID, int]],
    now: dt.datetime,
) -> Shipment:
    """Record a parcel on its way back to the shop; see :func:`record_case_shipment`."""
    return record_case_shipment(
        session,
        direction=Direction.RETURN,
        case_no=case_no,
        order_id=order_id,
        carrier=carrier,
        tracking_no=tracking_no,
        units=units,
        now=now,
    )


def record_case_shipment(
    session: Session,
    *,
    direction: Direction,
    case_no: str,
    order_id: uuid.UUID,
    carrier: str,
    tracking_no: str,
    units: Sequence[tuple[uuid.UUID, int]],
    now: dt.datetime,
) -> Shipment:
    """Record a parcel that a case makes necessary; the same parcel again does nothing.

    It counts for none of the order's units. It is watched from now on. The delivery of a return, reported
    by tracking, reaches the case as the message ``return_delivered``.

    Args:
        session: The caller's transaction.
        direction: ``return`` to the shop; ``exchange`` or ``refused`` to the buyer.
        case_no: The case that the parcel belongs to.
        order_id: The order that the goods belong to.
        carrier: As its sender names it.
        tracking_no: As its sender gives it.
        units: Order line ids and quantities.
        now: When the sender says so.

    Raises:
        ShipmentConflict: The order has that parcel for another purpose.
    """
    existing = session.scalar(
        sa.select(Shipment).where(
            Shipment.order_id == order_id, Shipment.carrier == carrier, Shipment.tracking_no == tracking_no
        )
    )
    if existing is not None:
        if (existing.case_no, existing.direction) != (case_no, direction):
            raise ShipmentConflict(carrier=carrier, tracking_no=tracking_no)
        if existing.missing_at is not None:
            # Its sender insists that it is on its way: so it is waited for once more.
            existing.missing_at, existing.shipped_at = None, now
            follow(session, existing, now=now)
        return existing
    shipment = Shipment(
        shipment_no=next_number(session, shipment_number, "S", now),
        order_id=order_id,
        direction=direction,
        case_no=case_no,
        carrier=carrier,
        tracking_no=tracking_no,
        state=ShipmentState.CREATED,
        shipped_at=now,
        despite_hold=False,
        lines=[ShipmentLine(order_line_id=line_id, quantity=quantity) for line_id, quantity in units],
    )
    session.add(shipment)
    session.flush()
    follow(session, shipment, now=now)
    return shipment


def rename_return_shipment(
    session: Session, *, order_id: uuid.UUID, before: tuple[str, str], after: tuple[str, str]
) -> bool:
    """Give a parcel on its way back its right carrier and number, unless its carrier has scanned it.

    Args:
        session: The caller's transaction; the parcel is locked here.
        order_id: The order that the goods belong to.
        before: Carrier and number as they were recorded.
        after: As they should be.

    Returns:
        False if a tracking event has come for the parcel, so that the number was right.

    Raises:
        ShipmentConflict: The order has a parcel of that carrier and number already.
    """

    def parcel(of: tuple[str, str]) -> sa.Select[Shipment]:
        return sa.select(Shipment).where(
            Shipment.order_id == order_id, Shipment.carrier == of[0], Shipment.tracking_no == of[1]
        )

    shipment = session.scalar(
        parcel(before).with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if shipment is None or shipment.last_event_at is not None:
        return False
    if session.scalar(parcel(after)) is not None:
        raise ShipmentConflict(carrier=after[0], tracking_no=after[1])
    shipment.carrier, shipment.tracking_no = after
    session.flush()
    return True
