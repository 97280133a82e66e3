"""Recording parcels to buyers. That a parcel has left is a fact: it is recorded whatever a case wanted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.locking import keep_locked
from processes.catalog import stock
from processes.numbers import next_number
from processes.orders.errors import UnitsExceeded
from processes.orders.holds import holding_cases, lock_holding_cases
from processes.orders.orders import order_by_id, refresh_state
from processes.orders.tables import Order, OrderLine
from processes.ports import ProcessEngine
from processes.shipping.errors import LineUnknown, ShipmentConflict, ShipmentEmpty
from processes.shipping.intercepting import ask_for
from processes.shipping.rules import Direction, ShipmentState, route_of
from processes.shipping.standing import look_again
from processes.shipping.tables import Interception, Shipment, ShipmentLine, shipment_number

WATCH = "shipment_watch"

# A shop that promised nothing is watched as if it had promised this much after shipping.
UNPROMISED_DELIVERY = dt.timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The shipment, and whether it had been recorded before."""

    shipment: Shipment
    repeated: bool


def record_shipment(
    session: Session,
    engine: ProcessEngine,
    *,
    order: Order,
    carrier: str,
    tracking_no: str,
    shipped_at: dt.datetime,
    actor: Actor,
    now: dt.datetime,
    units: Sequence[tuple[int, int]] | None = None,
    promised_at: dt.datetime | None = None,
) -> Recorded:
    """Record that a parcel has left for the buyer, and start to watch it.

    A case that held its goods is told by the message ``parcel_shipped`` and turns to
    interception. Units that were cancelled but left all the same count as shipped.

    Args:
        session: The caller's transaction.
        engine: Starts the watch and takes messages to cases.
        order: It is locked here.
        carrier: As the shop names it.
        tracking_no: With the order and the carrier it identifies the parcel; the same
            parcel again does nothing.
        shipped_at: When it left.
        actor: Who says so.
        now: When we hear of it.
        units: Line numbers and quantities; None for all that is left.
        promised_at: Delivery promised for this parcel; by default the order's.

    Raises:
        ShipmentConflict: The parcel was recorded with other contents.
        ShipmentEmpty: Nothing is left to ship.
        LineUnknown: The order has no such line.
        UnitsExceeded: More than was ordered.
    """
    lock_holding_cases(session, order.id)
    order = order_by_id(session, order.id, lock=True)
    keep_locked(session, order)
    existing = session.scalar(
        sa.select(Shipment).where(
            Shipment.order_id == order.id, Shipment.carrier == carrier, Shipment.tracking_no == tracking_no
        )
    )
    if existing is not None:
        recorded = {(line.order_line.line_no, line.quantity) for line in existing.lines}
        if units is not None and recorded != set(units):
            raise ShipmentConflict(carrier=carrier, tracking_no=tracking_no)
        return Recorded(shipment=existing, repeated=True)
    contents = _contents(order, units)
    promised = promised_at or order.promised_at or shipped_at + UNPROMISED_DELIVERY
    shipment = Shipment(
        shipment_no=next_number(session, shipment_number, "S", now),
        order_id=order.id,
        direction=Direction.OUTBOUND,
        carrier=carrier,
        tracking_no=tracking_no,
        state=ShipmentState.CREATED,
        shipped_at=shipped_at,
        promised_at=promised,
        despite_hold=False,
        lines=[ShipmentLine(order_line_id=line.id, quantity=quantity) for line, quantity in contents],
    )
    session.add(shipment)
    for line, quantity in contents:
        line.quantity_shipped += quantity
        line.quantity_cancelled_unshipped = min(
            line.quantity_cancelled_unshipped, line.quantity - line.quantity_shipped
        )
    order.shipped_at = order.shipped_at or shipped_at
    refresh_state(order, now)
    session.flush()
    look_again(session, order.id, now=now)
    for line, quantity in sorted(contents, key=lambda one: one[0].variant_id):
        reference = f"shipment:{shipment.shipment_no}:{line.line_no}"
        stock.ship(session, line.variant_id, quantity, reference=reference, now=now)
    _start_watch(session, engine, order, shipment, promised, actor)
    breached = [line.id for line, _ in contents if line.quantity_held > line.quantity_unshipped]
    for case_no in dict.fromkeys(hold.case_no for hold in holding_cases(session, breached)):
        shipment.despite_hold = True
        payload = {"shipment_no": shipment.shipment_no, "carrier": carrier, "tracking_no": tracking_no}
        if not engine.correlate(
            session, "parcel_shipped", business_key=case_no, payload=payload, actor=actor
        ):
            _stop_too(session, shipment, case_no, now)
    return Recorded(shipment=shipment, repeated=False)


def _stop_too(session: Session, shipment: Shipment, case_no: str, now: dt.datetime) -> None:
    """Ask for a parcel to be stopped, if its case is having others stopped already."""
    asked = sa.select(Interception.case_no).where(
        Interception.case_no == case_no, Interception.concluded_at.is_(None)
    )
    if session.scalar(sa.select(asked.exists())):
        ask_for(session, shipment, case_no, now=now)


def _contents(order: Order, units: Sequence[tuple[int, int]] | None) -> list[tuple[OrderLine, int]]:
    if units is None:
        contents = [(line, line.quantity_unshipped) for line in order.lines if line.quantity_unshipped > 0]
        if not contents:
            raise ShipmentEmpty
        return contents
    by_number = {line.line_no: line for line in order.lines}
    wanted: dict[int, int] = {}
    for line_no, quantity in units:
        if line_no not in by_number:
            raise LineUnknown(line_no=line_no)
        wanted[line_no] = wanted.get(line_no, 0) + quantity
    if not wanted:
        raise ShipmentEmpty
    for line_no, quantity in wanted.items():
        left = by_number[line_no].quantity - by_number[line_no].quantity_shipped
        if quantity > left:
            raise UnitsExceeded(available=left, line_no=line_no, asked=quantity)
    return [(by_number[line_no], quantity) for line_no, quantity in wanted.items()]


def _start_watch(
    session: Session,
    engine: ProcessEngine,
    order: Order,
    shipment: Shipment,
    promised_at: dt.datetime,
    actor: Actor,
) -> None:
    engine.start(
        session,
        WATCH,
        business_key=shipment.shipment_no,
        variables={
            "shipment_id": shipment.shipment_no,
            "order_no": order.order_no,
            "shop_id": str(order.shop_id),
            "buyer_id": str(order.buyer_id),
            "promised_at": promised_at.astimezone(dt.UTC).isoformat(),
            "carrier": shipment.carrier,
            "route": route_of(str(order.receiver.get("address", ""))).value,
        },
        actor=actor,
    )
