"""Refusals about parcels."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class ShipmentNotFound(NotFound):
    """There is no such shipment."""

    code = "shipping.not_found"


class ShipmentConflict(TuidanError):
    """Parcel {tracking_no} of {carrier} was recorded with other contents.

    Check the number: what a parcel holds can't be changed.
    """

    code = "shipping.conflict"
    kind = Kind.CONFLICT


class ShipmentEmpty(TuidanError):
    """A shipment needs goods, and nothing of the order is left to ship."""

    code = "shipping.empty"
    kind = Kind.CONFLICT


class LineUnknown(TuidanError):
    """The order has no line {line_no}."""

    code = "shipping.line_unknown"


class ParcelUnknown(NotFound):
    """No order has the parcel {tracking_no} of {carrier}."""

    code = "shipping.parcel_unknown"


class OfferNotFound(NotFound):
    """There is no such offer."""

    code = "shipping.offer_not_found"


class OfferLapsed(TuidanError):
    """This offer stands no longer: the goods arrived, left or are in another request, or its time is up."""

    code = "shipping.offer_lapsed"
    kind = Kind.CONFLICT


class SignatureRefused(TuidanError):
    """The report's signature is missing, wrong or too old."""

    code = "shipping.signature_refused"
    kind = Kind.FORBIDDEN


class TrackingEventUnknown(TuidanError):
    """{event} is no tracking event; choose one of {known}."""

    code = "shipping.event_unknown"


class TrackingEventInFuture(TuidanError):
    """The event is to have happened at {at}, which is still to come."""

    code = "shipping.event_in_future"


class TrackingEventConflict(TuidanError):
    """Tracking event {event_id} was recorded with other contents: give another event another id."""

    code = "shipping.event_conflict"
    kind = Kind.CONFLICT


class InterceptionEnded(TuidanError):
    """What became of this parcel was settled at {at}; it can't be answered for again."""

    code = "shipping.interception_ended"
    kind = Kind.CONFLICT


class InterceptionAnswerUnknown(TuidanError):
    """{answer} is no answer to the wish to stop a parcel; choose one of {known}."""

    code = "shipping.interception_answer_unknown"


class TooManyKept(TuidanError):
    """{maximum} events of yours wait for parcels that nobody has told of; tell of the parcels first."""

    code = "shipping.too_many_kept"
    kind = Kind.CONFLICT
