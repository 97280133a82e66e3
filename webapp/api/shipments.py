"""Parcels and tracking events, as a shop's system or its carrier reports them."""

from __future__ import annotations

from werkzeug.wrappers import Response

from processes.integration.requests import Answer
from processes.shipping.errors import ShipmentNotFound
from processes.shipping.queries import find_shipment
from processes.shipping.shipments import record_shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from webapp.api.access import Caller, change
from webapp.api.bodies import shipment_body
from webapp.api.orders import own_order
from webapp.api.schemas import ShipmentIn, TrackingEventIn
from webapp.context import now, tuidan


def post_shipment() -> Response:
    """Record that a parcel has left: 201, or 200 if it was recorded before."""
    return change(ShipmentIn, _ship)


def post_event(shipment_no: str) -> Response:
    """Record a tracking event; ``recorded`` is false if it was recorded before."""

    def perform(who: Caller, body: TrackingEventIn) -> Answer:
        shipment = find_shipment(who.session, shipment_no)
        if shipment.order.shop_id != who.shop.id:
            raise ShipmentNotFound
        recorded = record_tracking_event(
            who.session,
            tuidan().engine,
            shipment_no=shipment_no,
            report=CarrierReport(
                event_id=body.event_id, event=body.event, at=body.at, place=body.place, note=body.note
            ),
            actor=who.actor,
            now=now(),
        )
        answer = {"recorded": recorded, "shipment": shipment_body(shipment)}
        return Answer(status=201 if recorded else 200, body=answer)

    return change(TrackingEventIn, perform)


def _ship(who: Caller, body: ShipmentIn) -> Answer:
    recorded = record_shipment(
        who.session,
        tuidan().engine,
        order=own_order(who, body.order_no),
        carrier=body.carrier,
        tracking_no=body.tracking_no,
        shipped_at=body.shipped_at,
        promised_at=body.promised_at,
        units=None if body.lines is None else [(line.line_no, line.quantity) for line in body.lines],
        actor=who.actor,
        now=now(),
    )
    return Answer(status=200 if recorded.repeated else 201, body=shipment_body(recorded.shipment))
