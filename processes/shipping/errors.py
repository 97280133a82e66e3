"""Refusals about parcels."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class ShipmentNotFound(NotFound):
    """There is no such shipment."""

    code = "shipping.not_found"


class ShipmentConflict(TuidanError):
    """Parcel {tracking_no} of {carrier} was recorded with other contents."""

    code = "shipping.conflict"
    kind = Kind.CONFLICT


class ShipmentEmpty(TuidanError):
    """A shipment needs goods, and nothing of the order is left to ship."""

    code = "shipping.empty"
    kind = Kind.CONFLICT


class LineUnknown(TuidanError):
    """The order has no line {line_no}."""

    code = "shipping.line_unknown"


class TrackingEventUnknown(TuidanError):
    """{event} is no tracking event; choose one of {known}."""

    code = "shipping.event_unknown"


class TrackingEventConflict(TuidanError):
    """Tracking event {event_id} was recorded with other contents."""

    code = "shipping.event_conflict"
    kind = Kind.CONFLICT
