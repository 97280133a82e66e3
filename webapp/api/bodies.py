"""What the HTTP API answers: orders, shipments and cases as JSON. Amounts are in minor units."""

from __future__ import annotations

import datetime as dt

from engine.values import JSON
from processes.cases.tables import CancellationCase
from processes.offers.tables import CaseOffer
from processes.orders.tables import Order
from processes.shipping.tables import Shipment


def order_body(order: Order) -> dict[str, JSON]:
    """An order with lines and payments."""
    return {
        "order_no": order.order_no,
        "state": str(order.state),
        "buyer": {"login": order.buyer.login, "name": order.buyer.display_name},
        "currency": order.currency,
        "freight": order.freight,
        "discount": order.discount,
        "total": order.total,
        "receiver": order.receiver,
        "remark": order.remark,
        "placed_at": instant_body(order.placed_at),
        "paid_at": instant_body(order.paid_at),
        "promised_ship_by": instant_body(order.promised_ship_by),
        "promised_at": instant_body(order.promised_at),
        "shipped_at": instant_body(order.shipped_at),
        "delivered_at": instant_body(order.delivered_at),
        "completed_at": instant_body(order.completed_at),
        "cancelled_at": instant_body(order.cancelled_at),
        "lines": [
            {
                "line_no": line.line_no,
                "sku": line.sku,
                "title": line.title,
                "variant": line.variant,
                "category": line.category,
                "unit_price": line.unit_price,
                "quantity": line.quantity,
                "discount": line.discount,
                "paid": line.paid,
                "refunded": line.refunded,
                "quantity_shipped": line.quantity_shipped,
                "quantity_cancelled": line.quantity_cancelled,
                "quantity_returned": line.quantity_returned,
                "quantity_held": line.quantity_held,
            }
            for line in order.lines
        ],
        "payments": [
            {
                "payment_no": payment.payment_no,
                "tender": payment.tender,
                "reference": payment.reference,
                "captured": payment.captured,
                "refunded_pending": payment.refunded_pending,
                "refunded_succeeded": payment.refunded_succeeded,
                "captured_at": instant_body(payment.captured_at),
            }
            for payment in order.payments
        ],
    }


def shipment_body(shipment: Shipment) -> dict[str, JSON]:
    """A parcel with its contents."""
    return {
        "shipment_no": shipment.shipment_no,
        "order_no": shipment.order.order_no,
        "direction": shipment.direction,
        "carrier": shipment.carrier,
        "tracking_no": shipment.tracking_no,
        "state": str(shipment.state),
        "shipped_at": instant_body(shipment.shipped_at),
        "promised_at": instant_body(shipment.promised_at),
        "delivered_at": instant_body(shipment.delivered_at),
        "despite_hold": shipment.despite_hold,
        "lines": [
            {"line_no": line.order_line.line_no, "quantity": line.quantity}
            for line in sorted(shipment.lines, key=lambda line: line.order_line.line_no)
        ],
    }


def case_body(case: CancellationCase, decision_due: dt.datetime | None = None) -> dict[str, JSON]:
    """A cancellation case."""
    return {
        "case_no": case.case_no,
        "order_no": case.order_no,
        "flow": str(case.flow),
        "reason": case.reason,
        "text": case.text,
        "photo_count": case.photo_count,
        "initiator": str(case.initiator),
        "status": str(case.status),
        "outcome": case.outcome,
        "held": case.held,
        "amount": case.amount,
        "currency": case.currency,
        "opened_at": instant_body(case.opened_at),
        "decision": case.decision,
        "decided_how": case.decided_how,
        "decided_at": instant_body(case.decided_at),
        "decision_due": instant_body(decision_due),
        "refusal_code": case.refusal_code,
        "explanation": case.explanation,
        "closed_at": instant_body(case.closed_at),
        "lines": [
            {
                "line_no": line.line_no,
                "sku": line.order_line.sku,
                "quantity": line.quantity,
                "accepted": line.accepted,
            }
            for line in case.lines
        ],
    }


def offer_body(offer: CaseOffer) -> dict[str, JSON]:
    """What a shop offered in a case, and what became of it."""
    return {
        "number": offer.number,
        "kind": offer.kind,
        "amount": offer.amount,
        "text": offer.text,
        "offered_at": instant_body(offer.offered_at),
        "answer": offer.answer,
        "answered_at": instant_body(offer.answered_at),
    }


def instant_body(value: dt.datetime | None) -> str | None:
    """An instant in UTC."""
    return None if value is None else value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
