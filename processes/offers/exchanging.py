"""Sending the goods of an exchange; their parcel is followed like any other."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.offers.errors import ExchangeNotAgreed
from processes.offers.tables import Exchange
from processes.returns.sending import named
from processes.shipping.case_shipments import record_case_shipment
from processes.shipping.rules import Direction


def record_exchange_sent(
    session: Session,
    case: CancellationCase,
    *,
    carrier: str,
    tracking_no: str,
    actor: Actor,
    now: dt.datetime,
) -> Exchange:
    """Record how the shop sent the goods of an exchange; the same parcel again does nothing.

    Raises:
        ExchangeNotAgreed: None was agreed on.
        TrackingMissing: Carrier or number is empty.
        ShipmentConflict: The order has that parcel for another purpose.
    """
    exchange = session.get(Exchange, case.case_no)
    if exchange is None:
        raise ExchangeNotAgreed
    carrier, tracking_no = named(carrier, tracking_no)
    record_case_shipment(
        session,
        direction=Direction.EXCHANGE,
        case_no=case.case_no,
        order_id=case.order_id,
        carrier=carrier,
        tracking_no=tracking_no,
        units=[(line.order_line_id, line.quantity) for line in case.lines],
        now=now,
    )
    if (exchange.carrier, exchange.tracking_no) != (carrier, tracking_no):
        exchange.carrier, exchange.tracking_no, exchange.sent_at = carrier, tracking_no, now
        record_event(
            session,
            case.case_no,
            "exchange_sent",
            actor=actor,
            now=now,
            carrier=carrier,
            tracking_no=tracking_no,
        )
        session.flush()
    return exchange
